"""nbgrader's own commands take brackets in names for patterns; ours handle them or refuse them by name."""

import json
import shutil

import nbformat
import pytest
from test_disk import run
from test_grade import by_nbgrader
from tiny_class import TinyClass
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.errors import BadInput
from autograder.grading.grade import feedback


@pytest.mark.parametrize("student", ["[x]", "ann [2]"])
def test_a_bracket_in_a_student_s_name_is_refused_by_name(tiny_class, monkeypatch, student):
    tiny_class.submit(student, submission(SOLUTIONS))
    tiny_class.submit("zoe] 1", submission(SOLUTIONS))
    result = by_nbgrader(tiny_class, student, monkeypatch)
    assert not result["success"] and "No notebooks were matched" in result["log"]  # which is why
    rows = tiny_class.grade()
    assert rows[student].status == "refused"
    message = rows[student].message
    assert f"{student!r} cannot be a student's name" in message and "holds one of [" in message
    assert tiny_class.totals() == {"zoe] 1": 10.0}
    assert feedback(tiny_class.course, ASSIGNMENT, "zoe] 1").is_file()
    tiny_class.together(("zoe] 1", student))
    with pytest.raises(BadInput, match="cannot be a student's name"):
        tiny_class.grade()


@pytest.fixture
def in_brackets(empty_class, tmp_path):
    """A course in a folder whose path holds brackets."""
    shutil.copytree(empty_class, tmp_path / "term [2026]" / "class")
    return TinyClass(tmp_path / "term [2026]" / "class")


def test_a_course_in_such_a_folder_is_not_graded(in_brackets, monkeypatch, capsys):
    in_brackets.submit("ann", submission(SOLUTIONS))
    status, complaint = run(in_brackets, monkeypatch, capsys, "grade", ASSIGNMENT)
    assert status == 2 and f"rename {in_brackets.root} first" in complaint
    assert in_brackets.marks() == {}
    result = by_nbgrader(in_brackets, "ann", monkeypatch)
    assert not result["success"] and "No notebooks were matched" in result["log"]  # which is why


def test_one_notebook_is_judged_wherever_it_lies(in_brackets, monkeypatch, capsys):
    folder = in_brackets.root / "[ann]"
    folder.mkdir()
    nbformat.write(submission(SOLUTIONS), folder / "mine[1].ipynb")
    command = ("judge", folder / "mine[1].ipynb", "--json", folder / "results[1].json")
    assert run(in_brackets, monkeypatch, capsys, *command)[0] == 0
    assert json.loads((folder / "results[1].json").read_text(encoding="utf-8"))["score"] == 10.0


def test_a_renamed_notebook_is_graded_by_us_and_passed_over_by_nbgrader(tiny_class, monkeypatch):
    tiny_class.submit("ann", submission(SOLUTIONS), f"{ASSIGNMENT} (1).ipynb")
    result = by_nbgrader(tiny_class, "ann", monkeypatch)
    assert not result["success"] and "Skipping unknown notebook" in result["log"]
    assert tiny_class.totals() == {"ann": None}
    assert tiny_class.grade()["ann"].score == 10.0
