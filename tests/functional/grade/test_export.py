"""``nbgrader export`` writes no name as a formula or a column, and no missing mark as a zero."""

import csv
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook
from test_disk import run
from test_group_grading import hand_in
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.grading.export import safe
from autograder.grading.grade import feedback

NAMES = {
    "ann": ("Doe, J", "=cmd|'/c calc'!A0"),
    "bob": ('"quoted"', "+1+1"),
    "cyd": ("line\nbreak", "@SUM(A1)"),
    "dan": ("\tTab", "-2+3"),
    "eve": ("Ünal", "Zoë"),
}


def export(tiny_class, *options, path=None):
    """Run ``nbgrader export``; return its rows by assignment and student."""
    command = [sys.executable, "-m", "nbgrader", "export", *options]
    done = subprocess.run(command, cwd=tiny_class.root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not list(tiny_class.root.glob("*.csv"))  # what is committed lies there
    with open(path or tiny_class.root / "course" / "grades.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["assignment"], row["student_id"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def standing(row):
    return row["status"], row["score"], row["raw_score"], row["late_submission_penalty"]


NOTHING, MISSING = ("no mark", "", "", ""), ("missing", "0.0", "0.0", "0.0")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra", "\n=1", "  =1", "＝1", "=1\x00", "-1.5"])
def test_text_does_not_become_a_formula(text):
    assert safe(text).startswith("'") and safe(text)[1:] == text.replace("\x00", "")


@pytest.mark.parametrize("value", [1, -1.5, 0.0, "", "Doe, J", "a=b", "o'neil", "7-zip"])
def test_harmless_values_stay_as_they_are(value):
    assert safe(value) == value and type(safe(value)) is type(value)


def test_the_exported_table_holds_each_student_and_state(tiny_class):
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
    rows = {student: row for (_, student), row in export(tiny_class).items()}
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


def test_who_is_excused_has_no_score_whatever_was_handed_in(tiny_class):
    (tiny_class.root / "solutions").mkdir()
    (tiny_class.root / "solutions" / f"{ASSIGNMENT}.py").touch()  # so that there is such an assignment
    people = f'[excused]\n"{ASSIGNMENT}" = ["ann", "bob"]\n'
    (tiny_class.root / "course" / "people.toml").write_text(people, encoding="utf-8")
    for student in ("ann", "cyd"):
        tiny_class.submit(student, submission(SOLUTIONS))
    tiny_class.grade()
    with Gradebook(tiny_class.url) as book:
        book.update_or_create_student("bob")
        book.db.commit()
    rows = {student: standing(row) for (_, student), row in export(tiny_class).items()}
    assert rows["ann"] == rows["bob"] == ("excused", "", "", "")
    assert rows["cyd"][:2] == ("graded", "10.0")


def test_a_submission_without_a_mark_is_not_exported_as_zero(tiny_class):
    """In the roster or not, graded by us or not yet: what lies in the folder was handed in."""
    with Gradebook(tiny_class.url) as book:
        for student in ("in-broken", "in-waiting", "in-group", "in-nothing"):
            book.add_student(student)
    tiny_class.together(("in-group", "out-group"))
    for student in ("in-broken", "out-broken", "out-group"):
        tiny_class.submit(student, b"{")
    for student in ("out-[x]", "=1+1[", "a\nb", "\udcff"):
        tiny_class.submit(student, submission(SOLUTIONS))  # refused by name
    tiny_class.submit("good", submission(SOLUTIONS))
    tiny_class.grade()
    for student in ("in-waiting", "out-waiting"):
        tiny_class.submit(student, submission(SOLUTIONS))
    rows = {student: standing(row) for (_, student), row in export(tiny_class).items()}
    without = ("in-broken", "in-waiting", "in-group", "out-broken", "out-group", "out-waiting")
    without += ("out-[x]", "'=1+1[", "a?b", "?")
    assert rows == dict.fromkeys(without, NOTHING) | {
        "in-nothing": MISSING, "good": ("graded", "10.0", "10.0", "0.0"),
    }  # fmt: skip
    path = tiny_class.root / "course" / "of one.csv"
    chosen = export(tiny_class, "--student=['out-broken']", "--to=course/of one.csv", path=path)
    assert {student: standing(row) for (_, student), row in chosen.items()} == {"out-broken": NOTHING}


def test_a_submission_under_a_removed_name_has_no_row(tiny_class):
    tiny_class.submit("anne", b"{")
    tiny_class.grade()
    tiny_class.folder("anne").parent.rename(tiny_class.folder("ann").parent)
    tiny_class.grade()
    assert {student for _, student in export(tiny_class)} == {"ann"}


def test_an_assignment_that_nobody_has_handed_in_is_left_out(tiny_class):
    with Gradebook(tiny_class.url) as book:
        book.add_student("ann")
        book.add_assignment("09-later")
    assert export(tiny_class) == {}
    hand_in(tiny_class, "bob", SOLUTIONS, 5)
    tiny_class.grade()
    assert {key: row["status"] for key, row in export(tiny_class).items()} == {
        (ASSIGNMENT, "ann"): "missing", (ASSIGNMENT, "bob"): "graded",
    }  # fmt: skip
    assert export(tiny_class, "--assignment=['09-later']") == {}


def test_the_sample_class_is_not_exported_with_a_real_class(tiny_class):
    """It is not in the table, and an assignment that only it has handed in counts as not handed in."""
    with Gradebook(tiny_class.url) as book:
        book.add_student("ann")
    for student in ("demo-right", "demo-cut-off"):
        tiny_class.submit(student, submission(SOLUTIONS) if student == "demo-right" else b"{")
    tiny_class.grade()
    assert export(tiny_class) == {}
    hand_in(tiny_class, "demography", SOLUTIONS, 5)  # a student like others
    tiny_class.grade()
    assert {student: row["status"] for (_, student), row in export(tiny_class).items()} == {
        "ann": "missing", "demography": "graded",
    }  # fmt: skip


def test_removing_the_sample_class_leaves_the_real_one(tiny_class, monkeypatch, capsys):
    for student in ("ann", "demo-right"):
        tiny_class.submit(student, submission(SOLUTIONS))
    tiny_class.submit("demo-cut-off", b"{")
    tiny_class.grade()
    for student in ("ann", "demo-right"):
        feedback(tiny_class.course, ASSIGNMENT, student)
    status, complaint = run(tiny_class, monkeypatch, capsys, "demo", "--remove")
    assert (status, complaint) == (0, "")
    for step in ("submitted", "autograded", "feedback"):
        assert [path.name for path in (tiny_class.root / "course" / step).iterdir()] == ["ann"]
    assert set(tiny_class.gradings()) == {"ann"} and tiny_class.totals() == {"ann": 10.0}
    with Gradebook(tiny_class.url) as book:
        assert [student.id for student in book.students] == ["ann"]
    assert run(tiny_class, monkeypatch, capsys, "demo", "--remove")[0] == 0  # also where there is none


def test_an_unwritable_table_is_reported(tiny_class):
    for options, why in ((["--to=nowhere/x.csv"], "nowhere/x.csv cannot be written"), ([], "groups.csv, line 1")):
        command = [sys.executable, "-m", "nbgrader", "export", *options]
        done = subprocess.run(command, cwd=tiny_class.root, capture_output=True, text=True, timeout=300)
        assert done.returncode == 1 and why in done.stderr and "Traceback" not in done.stderr
        (tiny_class.root / "course" / "groups.csv").write_text("a,b\n", encoding="utf-8")
