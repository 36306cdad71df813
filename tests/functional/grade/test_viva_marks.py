"""Marks of questions on a student's own work: an assignment of their own, in gradebook and export."""

import csv
import io
import shutil
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from test_disk import run
from tiny_course import ASSIGNMENT

from autograder.grading.workers import nbgrader_config

NAME = f"{ASSIGNMENT}-viva"


@pytest.fixture
def viva(graded, monkeypatch, capsys, tmp_path):
    """A class in which ann, bob and nowhere have marks; run ``autograder viva`` and ``autograder export``."""
    shutil.copytree(graded.root, tmp_path / "class")
    tiny_class = type(graded)(tmp_path / "class")

    def command(*words, table=None):
        path = tmp_path / "marks.csv"
        if table is not None:
            path.write_text(table, encoding="utf-8")
            words = (*words, "--marks", path)
        status, message = run(tiny_class, monkeypatch, capsys, "viva", ASSIGNMENT, *words)
        return SimpleNamespace(status=status, message=message)

    def exported(assignment=None):
        chosen = ("--assignment", assignment) if assignment else ()
        path = tmp_path / "grades.csv"
        status, message = run(tiny_class, monkeypatch, capsys, "export", "--to", "csv", "--output", path, *chosen)
        assert status == 0, message
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        return {(row["assignment"], row["student_id"]): row for row in rows}

    return SimpleNamespace(command=command, exported=exported, tiny=tiny_class)


def test_marks_come_into_the_gradebook_and_out_again(viva):
    before = viva.exported(ASSIGNMENT)
    assert viva.command("--weight", "6").status == 0
    waiting = viva.exported(NAME)
    statuses = {student: row["status"] for (_, student), row in waiting.items()}
    assert {one for one, status in statuses.items() if status == "needs a person"} == {"ann", "bob", "nowhere"}
    assert statuses["dan"] == "missing"
    done = viva.command(table="student,q1,q2,q3\nann,1,0.5,1\nbob,0,0,0\n")
    assert done.status == 0, done.message
    rows = viva.exported(NAME)
    assert [(rows[NAME, one]["score"], rows[NAME, one]["status"]) for one in ("ann", "bob")] == [
        ("5.0", "graded"),  # 6 points, of which two and a half thirds
        ("0.0", "graded"),
    ]
    assert {row["max_score"] for row in rows.values()} == {"6.0"}
    assert viva.command("--weight", "9").status == 0  # a point stays a point
    assert viva.command(table="student,points\nbob,8.5\n").status == 0
    rows = viva.exported()
    assert [rows[NAME, one]["score"] for one in ("ann", "bob")] == ["5.0", "8.5"]
    assert {key: row for key, row in rows.items() if key[0] == ASSIGNMENT} == before  # nothing else moved


def test_grading_again_and_nbgrader_leave_these_marks_alone(viva):
    viva.command("--weight", "6", table="student,points\nann,4\n")
    viva.tiny.grade()
    assert viva.exported()[NAME, "ann"]["score"] == "4.0"
    config = nbgrader_config(viva.tiny.course)
    with Gradebook(viva.tiny.url) as book:
        [cell] = book.find_submission_notebook(NAME, NAME, "ann").grades
        assert (cell.score, cell.max_score, cell.needs_manual_grade, cell.cell_type) == (4, 6, False, "markdown")
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    listed = {one["student"]: one for one in api.get_submissions(NAME)}  # what formgrader shows
    assert (listed["ann"]["score"], listed["bob"]["needs_manual_grade"]) == (4, True)


def test_somebody_may_be_excused(viva):
    viva.command("--weight", "6")
    people = viva.tiny.root / "course" / "people.toml"
    people.write_text(f'[excused]\n"{NAME}" = ["bob"]\n', encoding="utf-8")
    rows = viva.exported(NAME)
    assert (rows[NAME, "bob"]["status"], rows[NAME, "bob"]["score"]) == ("excused", "")


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("student,q1,q2\nann,1,1\n", "its first line is student,q1,q2,q3 or student,points"),
        ("student,points\nann,7\n", "ann has 7 points, of 6"),
        ("student,points\nann,3\nzoe,1\n", "from zoe. No mark was entered"),
        ("student,points\nann,3\nann,4\n", "line 3: ann is named twice"),
        ("student,points\nann,nan\n", "line 2: 'nan' is not a number"),
        ("student,q1,q2,q3\nann,1,2,0\n", "line 2: a question counts from 0 to 1"),
        ("student,q1,q2,q3\nann,1,1,\n", "line 2: '' is not a number"),
    ],
)
def test_a_table_that_cannot_be_used_changes_nothing(viva, table, reason):
    viva.command("--weight", "6", table="student,points\nann,2\nbob,1\n")
    done = viva.command(table=table)
    assert done.status != 0 and reason in done.message
    assert [viva.exported(NAME)[NAME, student]["score"] for student in ("ann", "bob")] == ["2.0", "1.0"]


def test_nothing_is_entered_where_somebody_came_later_and_a_line_cannot_be_used(viva):
    viva.command("--weight", "6", table="student,points\nann,2\n")
    with Gradebook(viva.tiny.url) as book:
        book.remove_submission(NAME, "bob")  # who handed in after the weight was set has none yet
    done = viva.command(table="student,points\nann,3\nbob,1\nnowhere,7\n")
    assert done.status != 0 and "nowhere has 7 points, of 6" in done.message
    assert viva.exported(NAME)[NAME, "ann"]["score"] == "2.0"


def test_marks_need_a_weight_that_holds_them(viva):
    assert "set its weight" in viva.command(table="student,points\nann,2\n").message
    viva.command("--weight", "6", table="student,points\nann,5\n")
    done = viva.command("--weight", "4")
    assert done.status != 0 and "ann has 5 points" in done.message
    assert viva.exported(NAME)[NAME, "ann"]["max_score"] == "6.0"
