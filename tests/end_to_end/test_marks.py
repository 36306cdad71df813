"""Autograder grade and plain nbgrader give the same marks, and stock nbgrader agrees on blank and right submissions."""

import copy
import shutil

import nbformat
import pytest
from end_to_end_course import run
from nbgrader.api import Gradebook

from autograder.demo.sample_class import sample_class
from autograder.grading.database import address

ASSIGNMENT = "01-rnn-forward"


def submit(course, student, notebook):
    folder = course.workspace / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")


@pytest.fixture
def students(built):
    return {student.id: student.notebook for student in sample_class(built, ASSIGNMENT)}


def grades(course):
    """Return all automatic marks in the gradebook: student, cell, points."""
    with Gradebook(address(course.workspace / "gradebook.db")) as gradebook:
        return {
            (submission.student_id, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def test_plain_nbgrader_gives_the_same_marks(own, students, tmp_path):
    chosen = ["demo-right", "demo-no-feedback", "demo-mangled", "demo-faker"]
    for student in chosen:
        submit(own, student, students[student])
    shutil.copytree(own.root, tmp_path / "plain")
    ours = run(own.root, "autograder", "grade", ASSIGNMENT)
    assert ours.returncode == 0, ours.stderr
    plain = type(own)(tmp_path / "plain")
    (plain.workspace / "secret").unlink(missing_ok=True)
    shutil.copy(own.workspace / "secret", plain.workspace / "secret")
    theirs = run(plain.root, "nbgrader", "autograde", ASSIGNMENT, "--create")
    assert theirs.returncode == 0, theirs.stderr
    assert "run in a sandbox: bubblewrap" in theirs.stderr
    assert grades(plain) == grades(own)
    assert len(grades(own)) == 4 * 9
    feedback = run(plain.root, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert feedback.returncode == 0, feedback.stderr
    page = (plain.workspace / "feedback" / "demo-no-feedback" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert "Every step has read x0: what the network writes has no influence" in page


def test_stock_nbgrader_agrees_on_blank_and_right(own, students):
    """Without our plug-ins, check's own answer is the mark: blank is 0, right is full."""
    config = own.root / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    stock = text[: text.index("# Judging:")]
    config.write_text(stock + "c.Execute.timeout = 120\n", encoding="utf-8")
    for student in ("demo-right", "demo-blank"):
        submit(own, student, students[student])
    done = run(own.root, "nbgrader", "autograde", ASSIGNMENT, "--create")
    assert done.returncode == 0, done.stderr
    found = grades(own)
    for exercise in own.exercises(ASSIGNMENT):
        assert found["demo-blank", exercise.grade_id] == 0
        assert found["demo-right", exercise.grade_id] > 0
    assert sum(v for (student, name), v in found.items() if student == "demo-right" and name != "trade_offs") == 90


def test_one_bad_submission_stops_nobody(own, students):
    submit(own, "ada", students["demo-right"])
    folder = own.workspace / "submitted" / "bob" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_text("{ not a notebook", encoding="utf-8")
    submit(own, "cyd", students["demo-blank"])
    done = run(own.root, "autograder", "grade", ASSIGNMENT, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.split()[:1]}
    assert "90 of 90" in lines["ada"]
    assert "no mark  unreadable: 01-rnn-forward.ipynb is not a Jupyter notebook" in lines["bob"]
    assert "0 of 90" in lines["cyd"]
    again = run(own.root, "autograder", "grade", ASSIGNMENT)
    assert again.stdout == done.stdout


def test_written_answers_are_left_to_people(own, students):
    """An unchanged written answer is 0, a changed one waits for a person, and neither is in the judge's maximum."""
    answered = copy.deepcopy(students["demo-blank"])
    next(cell for cell in answered.cells if cell.id == "trade_offs").source = "Any length: the size figure, 5 to 500."
    submit(own, "ada", answered)
    submit(own, "bob", students["demo-blank"])
    done = run(own.root, "autograder", "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    found = grades(own)
    assert found["ada", "trade_offs"] is None
    assert found["bob", "trade_offs"] == 0


def test_a_new_submission_is_regraded_and_manual_comments_stay(own, students):
    submit(own, "ada", students["demo-blank"])
    assert "0 of 90" in run(own.root, "autograder", "grade", ASSIGNMENT).stdout
    with Gradebook(address(own.workspace / "gradebook.db")) as gradebook:
        comment = gradebook.find_comment("rnn_forward", ASSIGNMENT, ASSIGNMENT, "ada")
        comment.manual_comment = "Come and see me."
        gradebook.db.commit()
    shutil.rmtree(own.workspace / "submitted" / "ada")
    submit(own, "ada", students["demo-right"])
    assert "90 of 90" in run(own.root, "autograder", "grade", ASSIGNMENT).stdout
    with Gradebook(address(own.workspace / "gradebook.db")) as gradebook:
        comment = gradebook.find_comment("rnn_forward", ASSIGNMENT, ASSIGNMENT, "ada")
        assert comment.manual_comment == "Come and see me."
