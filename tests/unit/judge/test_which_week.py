"""The notebook of another week is refused by name, whatever an editor did to it, and one's own never is."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.collecting.plain_files import Refused
from autograder.collecting.which_week import assignment_of, refuse_another, shares
from autograder.course import open_course

COURSE = open_course()


def without_labels(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"new-{number}"
    return notebook


def worked(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = "def f():\n    return 1"
    return notebook


@pytest.mark.parametrize(
    "change", [copy.copy, without_labels, worked, lambda notebook: without_labels(worked(notebook))]
)
def test_each_weeks_notebook_is_known(change, tmp_path):
    for name in COURSE.assignments:
        notebook = change(COURSE.release(name))
        assert assignment_of(notebook, COURSE, tmp_path / "x.ipynb") == name
        refuse_another(notebook, COURSE, name)
        for other in set(COURSE.assignments) - {name}:
            with pytest.raises(Refused, match=f"This is the notebook of {name}, not of {other}"):
                refuse_another(notebook, COURSE, other)


def test_a_notebook_in_the_folder_of_another_week_is_refused(tmp_path):
    notebook = COURSE.release("02-bptt")
    with pytest.raises(Refused, match="This is the notebook of 02-bptt"):
        assignment_of(notebook, COURSE, tmp_path / "01-rnn-forward" / "02-bptt.ipynb")
    assert assignment_of(notebook, COURSE, tmp_path / "02-bptt" / "02-bptt.ipynb") == "02-bptt"


def test_ones_own_notebook_is_never_anothers():
    both = COURSE.release("01-rnn-forward")
    both.cells += COURSE.release("02-bptt").cells  # two weeks in one file
    own_file = new_notebook(cells=[new_markdown_cell("# Homework"), new_code_cell("def rnn_forward(x):\n    return x")])
    pasted = copy.deepcopy(own_file)
    pasted.cells += COURSE.release("02-bptt").cells[3:6]
    little = COURSE.release("01-rnn-forward")
    little.cells = [cell for cell in little.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    for notebook in (both, own_file, pasted, little):
        refuse_another(notebook, COURSE, "01-rnn-forward")
    assert max(shares(own_file, COURSE).values()) == 0
