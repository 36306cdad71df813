"""Beside a real class, the sample class of ``autograder demo`` is listed only where a run graded it."""

import csv

import pytest
from tiny_course import ASSIGNMENT, SOLUTIONS, cell_of, submission

from autograder.cli import main

IDLE = "\nNot listed, since graded before: 1 of the sample class, demo-*\n"


def answered():
    """Return a right submission with a written answer, which waits for a person."""
    notebook = submission(SOLUTIONS)
    cell_of(notebook, "why").source = "Since tanh saturates."
    return notebook


@pytest.fixture
def printed(tiny_class, monkeypatch, capsys):
    """Run `autograder grade` on a class with a real student and one of the sample class; return what it prints."""
    monkeypatch.setattr("autograder.course.open_course", lambda: tiny_class.course)
    tiny_class.submit("demo-right", answered())

    def grade(*options):
        with pytest.raises(SystemExit) as ended:
            main(["grade", ASSIGNMENT, *map(str, options)])
        assert ended.value.code == 0
        return capsys.readouterr().out

    return grade


def test_sample_students_who_were_graded_before_are_not_listed(tiny_class, printed, tmp_path):
    assert "demo-right" in printed(), "it is graded, so it is listed"
    tiny_class.submit("ann", answered())
    text = printed("--times", tmp_path / "times.csv")
    assert "ann" in text and "demo-right" not in text and text.endswith(IDLE)
    assert "Answers that wait for a person: 1\n" in text, "ann's, and no sample student's"
    with open(tmp_path / "times.csv", encoding="utf-8", newline="") as file:
        assert {row["student"] for row in csv.DictReader(file)} == {"ann"}
    text = printed("--force")
    assert "ann" in text and "demo-right" in text and IDLE not in text


def test_sample_students_are_listed_if_asked_for_or_alone(tiny_class, printed):
    printed()
    text = printed()
    assert "demo-right" in text and IDLE not in text
    tiny_class.submit("ann", answered())
    printed()
    text = printed("--student", "demo-*")
    assert "demo-right" in text and "ann" not in text and IDLE not in text
