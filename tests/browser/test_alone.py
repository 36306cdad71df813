"""What a learner alone meets in JupyterLab: an exercise without help, the way to it, the history, a solution."""

import re

import nbformat
import pytest
from axe import violations
from playwright.sync_api import expect

from autograder.bundling import self_study

pytestmark = pytest.mark.browser

OUTPUTS = ".jp-Notebook .jp-Cell-outputArea"
CHECK, HISTORY, SOLUTION = "check(lstm_forward_full)", "check.progress(history=True)", "check.solution"


@pytest.fixture(scope="module")
def notebook(lab, root, course):
    """Beside the notebook of 05 one of our own, with a wrong function; the edition holds solutions."""
    edition = root / "edition.json.xz"
    [content] = [data for path, data in self_study.files(course, ["05-lstm"]).items() if path.endswith(".xz")]
    edition.write_bytes(content)
    start = f"""from pathlib import Path
from autograder.course import Course
from utils import check
from utils.checking import self_study
self_study.FILE = Path({str(edition)!r})
course = Course({str(root)!r})
lstm_forward_full = course.reference.mistaken("lstm_forward_full", course.exercise("lstm_forward_full").mistakes[0])"""
    cells = [start, CHECK, HISTORY, f'{SOLUTION}("lstm_forward_full")']
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, root / "work" / "05-lstm" / "alone.ipynb")
    lab.open("work/05-lstm/alone.ipynb")
    lab.run(start[:40])
    yield lab
    lab.close()
    lab.theme("JupyterLab Light")


def test_an_unaided_exercise_is_helped_when_the_button_is_pressed(notebook):
    notebook.run(CHECK)
    output = notebook.output(CHECK)
    expect(output.get_by_text("lstm_forward_full is not right yet.")).to_be_visible()
    expect(output).not_to_contain_text("empty cell")
    notebook.keep("alone-unaided")
    output.get_by_role("button", name="Help me").click()
    expect(output.get_by_text("These are the numbers of a sequence that starts from an empty cell.")).to_be_visible()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_history_and_solution_are_legible(notebook, theme):
    notebook.theme(f"JupyterLab {theme}")
    for cell in (CHECK, HISTORY, SOLUTION):
        notebook.run(cell)
    expect(notebook.output(HISTORY).get_by_role("img")).to_have_attribute(
        "alt", re.compile("lstm_forward_full not yet: [0-9]+ versions")
    )
    expect(notebook.output(SOLUTION).get_by_text("as the course writes it")).to_be_visible()
    expect(notebook.output(SOLUTION).locator("pre")).to_contain_text("def lstm_forward_full(x, h0, c0, Wx, Wh, b):")
    notebook.output(SOLUTION).scroll_into_view_if_needed()
    notebook.keep(f"alone-{theme.lower()}")
    assert violations(notebook.page, OUTPUTS) == []
