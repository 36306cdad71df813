"""Odd but honest submissions, graded as one class: what each is given, and what is shown of it to both sides."""

import base64
import copy
import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from test_feedback_page import Page
from test_grade import by_nbgrader
from tiny_class import TinyClass
from tiny_course import ASSIGNMENT, SOLUTIONS, cell_of, submission

from autograder.cli import main
from autograder.course import open_course
from autograder.grading.grade import feedback
from autograder.grading.job import Job, judge
from autograder.grading.provenance import Run
from autograder.grading.workers import nbgrader_config

NAME = f"{ASSIGNMENT}.ipynb"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(90_000)).decode()
SMALL = base64.b64encode(b"\x89PNG\r\n\x1a\nsmall").decode()


def written(text, pictures):
    notebook = submission(SOLUTIONS)
    cell_of(notebook, "why").source = text
    if pictures:
        cell_of(notebook, "why").attachments = {name: {"image/png": data} for name, data in pictures.items()}
    return notebook


def with_pictures():
    return written(
        f"My sketch:\n\n![a](data:image/png;base64,{PNG})\n\n<img src='attachment:b.png' width=400>\n\n"
        "![gone](gone.png)\n\nThe END.",
        {"b.png": SMALL},
    )


def in_pieces():
    notebook = written("FIRST", {})
    second = copy.deepcopy(cell_of(notebook, "why"))
    second.id, second.source = "second", "SECOND"
    notebook.cells[2].source += "\n\nIN-A-GIVEN-CELL"
    notebook.cells += [second, new_code_cell("# IN-A-COMMENT of a new cell"), new_markdown_cell("AT-THE-END")]
    return notebook


BESIDE = {
    "helpers.py": f"import numpy as np\nfrom constants import *\n\n{SOLUTIONS['affine_forward']}",
    "constants.py": "ONE = 1.0",
    "unused.py": "raise SystemExit",
    "gradients/__init__.py": "from .affine import *",
    "gradients/affine.py": SOLUTIONS["affine_backward"],
    "src/slow.py": f"import numpy as np\n{SOLUTIONS['decay']}",
    "numpy.py": "raise SystemExit",
    "img/my graph.png": base64.b64decode(SMALL),
    "drawing.svg": "<svg/>",
    "other.png": base64.b64decode(SMALL) + b"2",
    "note.pdf": b"%PDF",
}


def with_files_beside():
    notebook = written("![mine](img/my%20graph.png) and ![drawn](./drawing.svg). See helpers.", {})
    cell_of(notebook, "affine_forward").source = "from helpers import *"
    cell_of(notebook, "affine_backward").source = "import gradients\naffine_backward = gradients.affine_backward"
    cell_of(notebook, "decay").source = "import sys\nsys.path.append('src')\nexec(open('src/slow.py').read())"
    return notebook


@pytest.fixture(scope="module")
def odd(empty_class, tmp_path_factory):
    """The class, its rows, and a page each of those who look at one."""
    root = tmp_path_factory.mktemp("odd") / "class"
    shutil.copytree(empty_class, root)
    odd = TinyClass(root)
    odd.submit("pictures", with_pictures())
    odd.submit("pieces", in_pieces())
    odd.submit("document", submission(SOLUTIONS))
    odd.submit("document", b"%PDF", "my answers.pdf")
    odd.submit("nested", submission(SOLUTIONS), f"{ASSIGNMENT}/{NAME}")
    odd.submit("text", submission(SOLUTIONS), f"{NAME}.txt")
    (odd.folder("text") / "timestamp.txt").write_text("2026-01-05 10:00:00 PST", encoding="ascii")
    odd.submit("nothing", b"%PDF", "all.pdf")
    odd.submit("beside", with_files_beside())
    for name, text in BESIDE.items():
        odd.submit("beside", text.encode() if isinstance(text, str) else text, name)
    odd.submit("x<img src=x onerror=alert(1)>", submission(SOLUTIONS))
    odd.rows = odd.grade()
    odd.pages = {
        student: Page(feedback(odd.course, ASSIGNMENT, student)) for student in ("pictures", "pieces", "beside")
    }
    return odd


def answer(odd, student):
    """Return the answer in the copy that formgrader shows."""
    return cell_of(nbformat.read(odd.autograded(student), as_version=4), "why")


@pytest.mark.parametrize("student", ["pictures", "pieces", "document", "nested", "text", "beside"])
def test_code_keeps_its_points(odd, student):
    assert (odd.rows[student].status, odd.rows[student].score) == ("graded", 10.0)


def test_pictures_are_shown_to_both_and_what_is_missing_is_named(odd):
    page, cell = odd.pages["pictures"], answer(odd, "pictures")
    pictures = [address for address in page.addresses if address.startswith("data:image/png")]
    assert [len(address) for address in pictures] == [len(f"data:image/png;base64,{data}") for data in (PNG, SMALL)]
    assert {data["image/png"] for data in cell.attachments.values()} == {PNG, SMALL}
    for text in (page.text, cell.source):
        assert "The picture gone.png is left out: it is not in the notebook." in text and "The END." in text
    assert "the picture gone.png was left out" in odd.comment("pictures")


def test_all_that_was_written_is_shown_to_both(odd):
    page, cell = odd.pages["pieces"], answer(odd, "pieces")
    for text in (page.text, cell.source):
        places = [text.index(word) for word in ("FIRST", "SECOND", "IN-A-GIVEN-CELL", "IN-A-COMMENT")]
        assert places == sorted(places) and "AT-THE-END" in text and "Found in cell 3 of the submission" in text
    assert odd.marks()["pieces"]["why"] == (None, True)


def test_a_document_beside_is_named_and_a_person_is_asked(odd):
    assert "my answers.pdf" in answer(odd, "document").source
    assert odd.marks()["document"]["why"] == (None, True)
    assert odd.marks()["nested"]["why"] == (0.0, False)  # nothing was written anywhere


def test_a_lone_notebook_elsewhere_is_graded_with_a_note(odd):
    assert f"handed in as {ASSIGNMENT}/{NAME} instead of {NAME}; it was graded" in odd.comment("nested")
    assert f"handed in as {NAME}.txt instead of {NAME}; it was graded" in odd.comment("text")
    assert "holds no time" in odd.rows["text"].message and "lateness was not looked at" in odd.rows["text"].message
    assert odd.rows["nothing"].status == "unreadable" and "it holds all.pdf" in odd.rows["nothing"].message


def test_a_name_that_a_page_would_run_is_refused(odd, monkeypatch):
    [student] = [name for name in odd.rows if "<" in name]
    assert odd.rows[student].status == "refused" and student in odd.rows[student].message
    result = by_nbgrader(odd, student, monkeypatch)  # as formgrader's button does
    assert not result["success"] and "cannot be a student's name" in result["log"] + result.get("error", "")
    with Gradebook(odd.url) as book:
        assert student not in [one.id for one in book.students]


def test_nbgrader_finds_the_same_answer(odd, monkeypatch):
    ours = answer(odd, "document").source
    assert by_nbgrader(odd, "document", monkeypatch)["success"]
    assert answer(odd, "document").source == ours and odd.marks()["document"]["why"] == (None, True)


def test_files_beside_are_used_or_named_whoever_grades(odd, monkeypatch, capsys):
    """Modules and packages are lent, pictures shown; the same by `nbgrader autograde` and `autograder judge`."""

    def look():
        cell = answer(odd, "beside")
        assert [picture["image/png"] for picture in cell.attachments.values()] == [SMALL]
        assert "The picture drawing.svg is left out: it is not a PNG" in cell.source
        assert cell.source.endswith("not shown here: drawing.svg, note.pdf, other.png.**")
        comment = odd.comment("beside")
        for part in ("gradients/ (2 files), which the notebook names", "constants.py, which helpers.py names"):
            assert f"{part}, was handed in beside the notebook; it was used." in comment
        assert "numpy.py, which the notebook names, was handed in beside the notebook and was not used." in comment
        assert "unused" not in comment
        return cell.source, comment, odd.totals()["beside"]

    ours = look()
    assert f"data:image/png;base64,{SMALL}" in odd.pages["beside"].addresses
    result = by_nbgrader(odd, "beside", monkeypatch)
    assert result["success"], result["log"]
    assert look() == ours and ours[2] == 10.0
    monkeypatch.setattr("autograder.course.open_course", lambda: odd.course)
    with pytest.raises(SystemExit) as ended:
        main(["judge", str(odd.folder("beside") / NAME), "--student", "beside"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0 and "helpers.py, which the notebook names" in shown and "10 of 10" in shown


def test_another_weeks_notebook_is_refused_and_judged_nowhere(tmp_path):
    course = open_course()
    content = json.dumps(course.release("02-bptt")).encode()
    outcome = judge(course, nbgrader_config(course), Job("ann", "01-rnn-forward", "x.ipynb", content, Run("", "", "")))
    assert (outcome.state, outcome.marks) == ("refused", {})
    assert outcome.message == "This is the notebook of 02-bptt, not of 01-rnn-forward: hand in the right one."
