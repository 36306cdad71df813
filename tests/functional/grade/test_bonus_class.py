"""A bonus is judged, named and shown like every other exercise, and moves no total, whatever is in it."""

import json

import pytest
from nbgrader.api import Gradebook
from test_feedback_page import Page
from tiny_course import ASSIGNMENT, BACKWARD, FORWARD, SOLUTIONS, BonusCourse, on_disk, stub, submission

from autograder.grading import gradescope, report
from autograder.grading.grade import feedback
from autograder.grading.workers import nbgrader_config
from autograder.judging.explain import explain
from autograder.judging.pipeline import judge_submission
from autograder.reporting import facts
from autograder.reporting.make import report_on
from autograder.reporting.page import page

NUMERIC = """def affine_backward(dout, cache):
    x, w = cache
    def slopes(array):
        found = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + 1e-4
            up = (dout * (x @ w)).sum()
            array[index] = kept - 1e-4
            found[index] = (up - (dout * (x @ w)).sum()) / 2e-4
            array[index] = kept
        return found
    return slopes(x), slopes(w), dout.sum(axis=0)"""
CLASS = {
    "ann": SOLUTIONS,
    "bob": {**SOLUTIONS, "affine_backward": BACKWARD.replace("sum(axis=0)", "mean(axis=0)")},
    "cyd": {**SOLUTIONS, "affine_backward": stub("affine_backward")},
    "dan": {**SOLUTIONS, "affine_backward": NUMERIC},
    "eve": {**SOLUTIONS, "affine_forward": FORWARD.replace("+ b", "")},
    "fay": {
        **SOLUTIONS,
        "affine_forward": FORWARD.replace("+ b", "- b"),
        "affine_backward": BACKWARD.replace("dout.sum", "-dout.sum"),
    },
    "gus": {**SOLUTIONS, "affine_forward": FORWARD.replace("+ b", "- b")},
    "hal": {**SOLUTIONS, "affine_backward": BACKWARD.replace("dout.sum", "-dout.sum")},
}
ALL = [student for student in CLASS if student != "eve"]
NAME = "affine_backward"


@pytest.fixture(scope="module")
def bonus(class_at, tmp_path_factory):
    """A class of eight, graded; all but eve have all that is required."""
    one = class_at(on_disk(tmp_path_factory.mktemp("bonus"), BonusCourse))
    one.course = BonusCourse(one.root)
    for student, answers in CLASS.items():
        one.submit(student, submission(answers))
    one.rows = one.grade()
    return one


def test_no_total_moves(bonus):
    full, lost = ("graded", 5.0, 5.0), ("graded", 2.0, 5.0)
    assert {s: (r.status, r.score, r.max_score) for s, r in bonus.rows.items()} == {
        **dict.fromkeys(ALL, full),
        "eve": lost,
    }
    assert bonus.totals() == {**dict.fromkeys(ALL, 5.0), "eve": 2.0}
    assert {student: cells[f"test_{NAME}"] for student, cells in bonus.marks().items()} == dict.fromkeys(
        CLASS, (0.0, False)
    )


def test_the_gradebook_and_formgrader_take_it(bonus):
    with Gradebook(bonus.url) as book:
        assert book.find_assignment(ASSIGNMENT).max_score == 5.0 + 4  # with the written answer
        assert {s["score"] for s in book.submission_dicts(ASSIGNMENT) if s["student"] != "eve"} == {5.0}
        tests = {one.student.id: one.notebooks[0].failed_tests for one in book.assignment_submissions(ASSIGNMENT)}
        assert tests == {**dict.fromkeys(ALL, False), "eve": True}
        assert book.average_assignment_score(ASSIGNMENT) == pytest.approx((7 * 5 + 2) / 8)


def test_its_mistakes_are_named_in_the_table(bonus):
    assert {student: row.mistakes for student, row in bonus.rows.items()} == {
        "ann": {},
        "bob": {NAME: "db-mean"},
        "cyd": {},
        "dan": {NAME: "numeric-differentiation"},
        "eve": {"affine_forward": "no-bias"},
        "fay": {},
        "gus": {},
        "hal": {},
    }
    assert "5 of 5  affine_backward: db-mean" in report.table([bonus.rows["bob"]])


@pytest.mark.parametrize(
    ("student", "state"),
    [("ann", "right"), ("bob", "not right yet"), ("cyd", "not started"), ("dan", "not right yet")],
)
def test_the_page_says_right_or_wrong_and_no_points(bonus, student, state):
    shown = Page(feedback(bonus.course, ASSIGNMENT, student))
    assert f"{NAME} {state}, a bonus without points" in shown.rows
    assert "affine_forward 3 of 3" in shown.rows and "points 5 of 9" in shown.rows
    assert f"{state}, a bonus without points" in shown.text
    assert "0 of 0" not in shown.text
    assert ("db-mean" in shown.text) == (student == "bob")


@pytest.mark.parametrize(
    ("student", "forward", "backward"),
    [
        ("ann", "right", "right"),
        ("fay", "the other form", "the other form"),
        ("gus", "the other form", "mixed"),
        ("hal", "right", "mixed"),
    ],
)
def test_another_form_is_right_and_a_mixture_is_not(bonus, student, forward, backward):
    """In a kernel of its own, where what the forward pass returned comes back as well."""
    said = {name: bonus.comment(student, name) for name in ("affine_forward", NAME)}
    assert ("This is the form with −b." in said["affine_forward"]) == (forward == "the other form")
    assert ("Its gradients, for −b." in said[NAME]) == (backward == "the other form")
    assert said["affine_forward"].startswith("out correct on")
    right = "dx, dw correct" if backward == "mixed" else "dx, dw, db correct on"
    assert said[NAME].startswith(right)
    assert ("entries of db are wrong" in said[NAME]) == (backward == "mixed")


def test_the_report_counts_it_without_a_share_of_points(bonus):
    known = facts.read(bonus.course, ASSIGNMENT)
    made = report_on(bonus.course, ASSIGNMENT, known, {}, nbgrader_config(bonus.course))
    of = {one.name: one for one in made.exercises}
    assert (of[NAME].bonus, of[NAME].points, of[NAME].difficulty, of[NAME].correlation) == (True, 0.0, None, None)
    assert (of[NAME].right, of[NAME].wrong, of[NAME].not_started) == (3, 4, 1)
    assert not of["decay"].bonus and of["affine_forward"].difficulty == pytest.approx(7 / 8)
    assert (made.distribution.most, made.distribution.full_marks) == (5.0, 7)
    assert ("affine_backward", "db-mean", 1) in [(one.exercise, one.id, one.students) for one in made.mistakes]
    html = page(made)
    assert f"<code>{NAME}</code> (a bonus)" in html and "<code>decay</code> (a bonus)" not in html


def test_it_is_judged_alone_as_well(bonus):
    config = nbgrader_config(bonus.course)
    judgement = judge_submission(submission(CLASS["bob"]), bonus.course, ASSIGNMENT, "bob", config)
    assert (judgement.score, judgement.max_score) == (5.0, 5.0)
    [result] = [one for one in judgement.results if one.name == NAME]
    assert (result.status, result.score, result.max_score, result.mistake) == ("failed", 0.0, 0.0, "db-mean")
    [test] = [one for one in gradescope.judged(judgement, 1.0)["tests"] if one["name"] == NAME]
    assert (test["score"], test["max_score"], test["status"]) == (0.0, 0.0, "failed")
    text = explain(bonus.course.exercise(NAME), bonus.course, judgement, ASSIGNMENT, "bob")
    assert "Verdict: a bonus without points, failed, db-mean." in text
    json.dumps(gradescope.judged(judgement, 1.0))
