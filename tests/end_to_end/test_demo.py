"""Run the demonstration as a user does, from a shell that knows nothing of this environment."""

import os
import re
import time
from pathlib import Path

import pytest
from end_to_end_course import copy_course, run
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.demo.sample_class import sample_class
from autograder.grading.database import address

ASSIGNMENT = "01-rnn-forward"
JUDGED = 90  # of 100 points; the written answer's 10 are given by people


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demonstration once; return the course and what was printed.

    `.ci/run` runs it at the same time, in a clone of its own: what it prints will lie in ``UNROLLED_DEMO``, beside that
    clone, or else why it failed, in a file of that name and ``.failed``.
    """
    if printed := os.environ.get("UNROLLED_DEMO"):
        printed, failed = Path(printed), Path(f"{printed}.failed")
        until = time.monotonic() + 900
        while not printed.exists():
            assert not failed.exists(), failed.read_text(encoding="utf-8")
            assert time.monotonic() < until, f"{printed} has not come"
            time.sleep(1)
        return Course(printed.parent / "course"), printed.read_text(encoding="utf-8")
    course = copy_course(tmp_path_factory.mktemp("demo"))
    done = run(course.root, "autograder", "demo", path="/usr/bin:/bin")
    assert done.returncode == 0, done.stdout + done.stderr
    return course, done.stdout


def rows(printed, assignment=ASSIGNMENT):
    """Return the table of one assignment: student -> score, maximum, named mistakes."""
    block = printed.split(f"\n{assignment}\n")[1].split("\n\n")[0]
    found = re.findall(r"^(demo-\S+)\s+([\d.]+) of ([\d.]+) *(.*)$", block, flags=re.MULTILINE)
    return {student: (float(score), float(highest), mistakes) for student, score, highest, mistakes in found}


def test_every_sample_student_gets_the_deserved_mark(demo):
    course, printed = demo
    table = rows(printed)
    students = sample_class(course, ASSIGNMENT)
    assert len(students) >= 10
    assert set(table) == {student.id for student in students}
    assert {highest for _, highest, _ in table.values()} == {JUDGED}
    for student in ("demo-right", "demo-differently", "demo-mangled"):
        assert table[student][0] == JUDGED, student
    assert table["demo-blank"][0] == 0
    half = 15 + 15 + 8 + 8
    assert table["demo-half"][0] == half
    hostile = {"demo-faker": 0, "demo-thief": 0, "demo-wrecker": half}
    assert {student.id for student in students if student.hostile} == set(hostile)
    for student, deserved in hostile.items():
        assert table[student][0] == deserved, student
    wrong = [student for student in students if student.mistake]
    assert len(wrong) == 6
    for student in wrong:
        assert student.mistake in table[student.id][2]
        assert 0 < table[student.id][0] < JUDGED


def test_the_other_assignments_are_handed_in_too(demo):
    course, printed = demo
    for assignment in course.assignments:
        table = rows(printed, assignment)
        assert set(table) == {student.id for student in sample_class(course, assignment)}
        assert table["demo-right"][0] == table["demo-right"][1] == table["demo-differently"][0] > 0, assignment
        assert table["demo-blank"][0] == 0 and not table["demo-blank"][2], "nothing was begun, so nothing is mistaken"
        [wrong] = [s for s in sample_class(course, assignment, whole=False) if s.mistake]
        assert wrong.mistake in table[wrong.id][2]


def test_feedback_shows_marks_and_hints(demo):
    course, _ = demo
    page = course.workspace / "feedback" / "demo-first-state" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    text = page.read_text(encoding="utf-8")
    assert f"<h1>{ASSIGNMENT}: 80 of 100 points</h1>" in text
    assert "Of x only the first input has an influence on y." in text
    assert "Exemplar" not in text


def test_no_secret_is_in_the_judged_notebooks(demo):
    course, _ = demo
    secret = (course.workspace / "secret").read_bytes()
    assert (course.workspace / "secret").stat().st_mode & 0o777 == 0o600
    for path in course.workspace.rglob("*.ipynb"):
        assert secret.strip() not in path.read_bytes()


def test_the_gradebook_is_not_rewritten(demo):
    course, _ = demo
    with Gradebook(address(course.workspace / "gradebook.db")) as gradebook:
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        assert {g.extra_credit for s in submissions for n in s.notebooks for g in n.grades} <= {0, None}


def test_the_demo_says_where_its_students_are_and_how_to_remove_them(demo):
    assert ".venv/bin/autograder demo --remove" in demo[1] and "demo-*" in demo[1]


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Run it twice in a course of two assignments, the second time where no sandbox starts; somebody enrols between."""
    course = copy_course(tmp_path_factory.mktemp("twice"))
    for path in course.solutions.glob("*.py"):
        if path.stem not in ("00-start-here", ASSIGNMENT):
            path.unlink()
    first = run(course.root, "autograder", "demo")
    assert first.returncode == 0, first.stderr
    with Gradebook(address(course.workspace / "gradebook.db")) as gradebook:
        gradebook.add_student("ada")
    nowhere = tmp_path_factory.mktemp("bin")
    (nowhere / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    (nowhere / "bwrap").chmod(0o755)
    again = run(course.root, "autograder", "demo", path=f"{nowhere}:/usr/bin:/bin")
    assert again.returncode == 0, again.stderr
    return course, first.stdout, again.stdout


def test_a_machine_without_namespaces_leaves_the_hostile_ones_out(twice):
    course, _, printed = twice
    assert "No permissions to create a new namespace" in printed
    assert "leaves the hostile out" in printed
    table = rows(printed)
    assert set(table) == {student.id for student in sample_class(course, ASSIGNMENT) if not student.hostile}
    assert table["demo-right"][0] == JUDGED


def test_a_second_time_gives_the_same_and_leaves_the_class_alone(twice):
    course, first, again = twice
    for assignment in course.assignments:
        hostile = {student.id for student in sample_class(course, assignment) if student.hostile}
        before = {student: row for student, row in rows(first, assignment).items() if student not in hostile}
        assert rows(again, assignment) == before
    with Gradebook(address(course.workspace / "gradebook.db")) as gradebook:
        assert "ada" in {student.id for student in gradebook.students}
