"""A mark can be repeated on appeal: the instructor gets the same text each time, with all that the mark depends on."""

import re

import numpy as np
import pytest
from own_functions import ASSIGNMENT, COURSE, OwnFunctions, handed_in

from autograder.judging import cases, seeds
from autograder.judging.explain import explain
from autograder.judging.pipeline import judge_submission


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return OwnFunctions(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def judgement(course):
    return judge_submission(submitted(), course, ASSIGNMENT, "ann")


def submitted():
    return handed_in(
        rnn_step_forward=(" + b)", ")"),
        many_to_one=("h[:, -1]", "h[:, 0]"),
        one_to_many="def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):\n    return x0[99]",
        temporal_affine_forward=("out = x @ w + b", "out = (x @ w + b).astype(np.float32)"),
        temporal_affine_backward=("dout.sum(axis=(0, 1))", "{1, 2}"),
    )


@pytest.fixture
def explained(course, judgement):
    return lambda name: explain(COURSE.exercise(name), course, judgement, ASSIGNMENT, "ann")


def test_inputs_both_outputs_the_worst_entry_and_the_verdict_are_there(course, judgement, explained):
    text = explained("rnn_step_forward")
    job = {"student": "ann", "assignment": ASSIGNMENT, "submission": judgement.submission}
    seed = seeds.seed(seeds.secret(course.workspace), exercise="rnn_step_forward", **job)
    assert f"seed {seed}" in text and judgement.submission in text and "'ann'" in text
    exercise = COURSE.exercise("rnn_step_forward")
    drawn = cases.draw(exercise, COURSE, np.random.default_rng(seed))
    expected = cases.answer(exercise, COURSE, drawn[0])["next_h"]
    with np.printoptions(precision=6, linewidth=100):
        assert repr(expected).splitlines()[0] in text  # what was expected, drawn again from the seed alone
    assert "next_h given = array(" in text and "worst entry next_h[" in text and "tolerance 1e-06" in text
    assert "Inputs 4 of 6 (N = 1)" in text
    assert "Verdict: 0 of 10 points, failed, no-bias. The student reads:" in text
    assert "not for students" in text.splitlines()[0]


def test_every_kind_of_answer_is_explained(explained):
    text = explained("rnn_forward")
    assert "h is wrong above, but on further inputs it is the reference's loop over the student's rnn_step" in text
    assert "Verdict: 10 of 10 points, passed, carried:rnn_step_forward." in text
    text = explained("one_to_many")
    assert "no answer: exception in one_to_many, line 2 IndexError" in text and "not asked" in text
    assert "tolerance 1e-04" in explained("temporal_affine_forward")
    text = explained("temporal_affine_backward")
    assert (
        "db given = <set>" in text
        and "db is wrong: db is a set" in text
        and re.search(r"Inputs (\d+) of \1 \(at least 5,000 parameters\)", text)
    )
    assert len(text) < 80_000  # large arrays are shown by their corners: whole, they would take twice as much


def test_the_explanation_shows_the_cost_of_a_numeric_gradient(course, explained):
    cheat = """
def temporal_affine_backward(dout, cache):
    found = [np.zeros_like(array) for array in cache]
    for array, slopes in zip(cache, found):
        for index in np.ndindex(array.shape):
            array[index] += 1e-6
            above = np.sum(dout * temporal_affine_forward(*cache)[0])
            array[index] -= 2e-6
            slopes[index] = (above - np.sum(dout * temporal_affine_forward(*cache)[0])) / 2e-6
            array[index] += 1e-6
    return tuple(found)
"""
    judgement = judge_submission(handed_in(temporal_affine_backward=cheat), course, ASSIGNMENT, "ann")
    text = explain(COURSE.exercise("temporal_affine_backward"), course, judgement, ASSIGNMENT, "ann")
    assert "    5,000 parameters: stopped after 50 forward passes or their time" in text
    assert "    40,000 parameters: stopped after 50 forward passes or their time" in text
    assert "Verdict: 0 of 10 points, failed, numeric-differentiation." in text
    assert "differentiate numerically" not in explained("temporal_affine_forward")


def test_the_same_submission_has_the_same_explanation(course, explained):
    again = judge_submission(submitted(), course, ASSIGNMENT, "ann")
    for name in ("rnn_step_forward", "rnn_forward", "many_to_one"):
        assert explain(COURSE.exercise(name), course, again, ASSIGNMENT, "ann") == explained(name)
    # On a busy processor cost is measured once more, on a larger case.
    name = "temporal_affine_backward"
    texts = explain(COURSE.exercise(name), course, again, ASSIGNMENT, "ann"), explained(name)
    assert len({re.split(r"inputs 7 of 7 \(.*parameters\)", text)[0] for text in texts}) == 1
    other = judge_submission(submitted(), course, ASSIGNMENT, "bob")
    assert other.score == again.score
    exercise = COURSE.exercise("rnn_forward")
    assert explain(exercise, course, other, ASSIGNMENT, "bob") != explained("rnn_forward")


def test_what_the_student_reads_holds_no_expected_value(course, judgement):
    shown = 0
    for result in judgement.results:
        evidence, exercise = judgement.evidence[result.name], COURSE.exercise(result.name)
        numbers = {float(word) for word in re.findall(r"-?\d+\.\d{3,}(?:e-?\d+)?", result.output)}
        shown += len(numbers)
        for case in evidence.drawn:
            for value in cases.answer(exercise, COURSE, case).values():
                assert not numbers & {float(f"{entry:.6g}") for entry in np.ravel(value)}
    assert shown  # the student's own


def test_float32_is_right_to_its_own_tolerance_and_no_further(course, judgement):
    by_name = {result.name: result for result in judgement.results}
    right = by_name["temporal_affine_forward"]
    assert right.score == 10.0 and "(float32: to 1e-04 of the largest expected entry)" in right.output
    rough = handed_in(temporal_affine_forward=("out = x @ w + b", "out = (1.001 * (x @ w + b)).astype(np.float32)"))
    exact = handed_in(temporal_affine_forward=("out = x @ w + b", "out = (x @ w + b) * (1 + 1e-5)"))
    for notebook, sentence in (
        (rough, "An entry of float32 counts as right to 1e-04"),
        (exact, "An entry counts as right"),
    ):
        results = judge_submission(notebook, course, ASSIGNMENT, "ann").results
        wrong = next(result for result in results if result.name == "temporal_affine_forward")
        assert wrong.score == 0.0 and sentence in wrong.output
