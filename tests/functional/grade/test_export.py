"""``nbgrader export`` through the real command: no name is a formula or a column, and no mark is no zero."""

import csv
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.grading.export import safe

NAMES = {
    "ann": ("Doe, J", "=cmd|'/c calc'!A0"),
    "bob": ('"quoted"', "+1+1"),
    "cyd": ("line\nbreak", "@SUM(A1)"),
    "dan": ("\tTab", "-2+3"),
    "eve": ("Ünal", "Zoë"),
}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "\n=1", "  =1", "＝1", "=1\x00", "-1.5"])
def test_text_is_no_formula(text):
    assert safe(text).startswith("'") and safe(text)[1:] == text.replace("\x00", "")


@pytest.mark.parametrize("value", [1, -1.5, 0.0, "", "Doe, J", "a=b", "o'neil", "7-zip"])
def test_what_is_harmless_stays(value):
    assert safe(value) == value and type(safe(value)) is type(value)


def test_the_table(tiny_class):
    for student in ("ann", "bob"):
        tiny_class.submit(student, submission(SOLUTIONS))
    tiny_class.grade()
    tiny_class.submit("bob", b"{")  # his mark is out of date now
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        for student, (last, first) in NAMES.items():
            book.update_or_create_student(student, last_name=last, first_name=first, email=None)
        book.add_submission(ASSIGNMENT, "cyd")  # as a killed run leaves it
        book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann").late_submission_penalty = 2.0
        book.db.commit()
    command = [sys.executable, "-m", "nbgrader", "export"]
    done = subprocess.run(command, cwd=tiny_class.root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    with open(tiny_class.root / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == sorted(NAMES)
    for student, (last, first) in NAMES.items():
        assert rows[student]["last_name"].removeprefix("'") == last
        assert rows[student]["first_name"].removeprefix("'") == first
        assert None not in rows[student] and None not in rows[student].values()
        assert not any(value[:1] in tuple("=+-@\t\r\n") for value in rows[student].values() if value)
    assert [(rows[student]["status"], rows[student]["score"]) for student in NAMES] == [
        ("graded", "8.0"),
        ("out of date", "10.0"),
        ("no mark", ""),
        ("missing", "0.0"),
        ("missing", "0.0"),
    ]
