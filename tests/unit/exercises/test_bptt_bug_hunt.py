"""Assignment 02: the pairs of the bug hunt are broken as they should be, and hunters earn what they catch."""

import numpy as np
import pytest

from autograder.assignments.bptt import bug_hunt
from autograder.assignments.bptt.exercises import ASSIGNMENT
from autograder.auditing.audit import judged
from autograder.judging import cases
from utils.fixtures import load
from utils.gradients import check_backward


@pytest.fixture(scope="module", params=["graded", "shown"])
def pairs(request, course):
    exercise = course.exercise("spots_the_bug")
    drawn = cases.draw(exercise, course, np.random.default_rng(7), shown=request.param == "shown")
    return [(case.inputs["forward"].function, case.inputs["backward"].function) for case in drawn]


def error(forward, backward, N=3, T=6):
    """Return how far a backward pass is from the complex step, relative to the largest entry; inf for a shape."""
    rng = np.random.default_rng(4)
    inputs = [rng.standard_normal(shape) for shape in ((N, T, 2), (N, 4), (2, 4), (4, 4), (4,))]
    h, cache = forward(*inputs)
    dh, worst = rng.standard_normal(h.shape), 0.0
    for which, gradient in enumerate(backward(dh.copy(), cache)):
        exact = np.zeros(inputs[which].shape)
        for index in np.ndindex(exact.shape):
            moved = [value.astype(complex) for value in inputs]
            moved[which][index] += 1e-30j
            exact[index] = np.sum(dh * np.imag(forward(*moved)[0])) / 1e-30
        if np.shape(gradient) != exact.shape:
            return np.inf
        worst = max(worst, np.abs(gradient - exact).max() / np.abs(exact).max())
    return worst


def test_one_pair_is_right_and_six_are_plainly_broken(pairs):
    errors = sorted(error(*pair) for pair in pairs)
    assert len(errors) == 7
    assert errors[0] < 1e-12
    assert errors[1] > 0.01


def test_graded_and_shown_pairs_are_different():
    texts = [
        {draw(np.random.default_rng(0), None)["backward"].text for draw in draws}
        for draws in (bug_hunt.GRADED, bug_hunt.SHOWN)
    ]
    assert all(len(found) == 7 for found in texts)
    assert not texts[0] & texts[1]


def test_the_order_of_the_pairs_depends_on_the_seed():
    def order(seed):
        rng = np.random.default_rng(seed)
        return [draw(rng, None)["backward"].text for draw in bug_hunt.GRADED]

    assert order(1) == order(1)
    assert len({[text.endswith(bug_hunt._RIGHT) for text in order(seed)].index(True) for seed in range(30)}) > 3


def test_no_pair_shows_how_to_write_a_backward_pass():
    """A learner can read the functions that are handed over, and may hand in again."""
    for draw in bug_hunt.GRADED:
        text = draw(np.random.default_rng(0), None)["backward"].text
        assert "complex" in text and ".T" not in text and "** 2" not in text


def test_a_hunter_earns_the_share_of_bugs_it_catches():
    right = [{"broken": flag} for flag in (True, False, True, True, True, True, True)]

    def answer(*flags):
        return [{"broken": bool(flag)} for flag in flags]

    assert bug_hunt.caught(right, answer(1, 0, 1, 1, 1, 1, 1)) == 1
    assert bug_hunt.caught(right, answer(1, 0, 0, 1, 0, 1, 0)) == 0.5
    assert bug_hunt.caught(right, answer(0, 0, 0, 0, 0, 0, 0)) == 0
    assert bug_hunt.caught(right, answer(1, 1, 1, 1, 1, 1, 1)) == 0
    assert bug_hunt.caught(right, answer(1, 1, 0, 1, 1, 1, 1)) == 0
    assert bug_hunt.caught(right, [{"broken": None}] * 7) == 0


ROOM = {"N": 3, "T": 6, "D": 2, "H": 4}
TOO_LITTLE = {
    "one step": {"T": 1},
    "one sequence": {"N": 1},
    "one of everything": dict.fromkeys(ROOM, 1),
    "an h0 of zeros": {"h0": 0.0},
}


def hunting_with_check_backward(N, T, D, H, h0=1.0):
    """Return the hunter of one line, with random inputs of these sizes."""
    rng = np.random.default_rng(0)
    shapes = {"x": (N, T, D), "h0": (N, H), "Wx": (D, H), "Wh": (H, H), "b": (H,)}
    inputs = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    inputs["h0"] *= h0
    return lambda forward, backward: not check_backward(forward, backward, inputs)


def test_check_backward_may_do_the_nudging_and_the_inputs_are_what_counts(course):
    """As the text says: with inputs that give bugs room one line earns all points, with others it does not."""
    [text] = [cell.source for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("## Bug hunt")]
    assert "or let `gradients.check_backward` do it." in " ".join(text.split())
    exercise = course.exercise("spots_the_bug")
    assert judged(exercise, course, hunting_with_check_backward(**ROOM)).score == 1
    scores = {
        name: judged(exercise, course, hunting_with_check_backward(**ROOM | changes)).score
        for name, changes in TOO_LITTLE.items()
    }
    assert all(0 < score < 1 for score in scores.values()), scores


def test_no_fixture_holds_a_line_of_a_backward_pass(course):
    """The shown pairs stand in a fixture: nothing there is a line of rnn_backward, of its step, or of the hunt."""
    lines = {
        line.strip()
        for name in ("rnn_step_backward", "rnn_backward", "spots_the_bug")
        for line in course.reference.sources[name].splitlines()
        if len(line.strip()) > 12
    }
    for case in load("spots_the_bug")["cases"]:
        for pair in case["inputs"].values():
            assert not lines & {line.strip() for line in pair.text.splitlines()}
            assert "1 - " not in pair.text and "tanh" not in pair.text
