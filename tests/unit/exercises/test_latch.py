"""Assignment 05: latches that hold a bit are right, and the message names what is wrong with others."""

import re

import numpy as np
import pytest

from utils import fixtures
from utils.checking.check_function import checked
from utils.checking.properties import lstm as properties


def latch(s, flag=2.0):
    return np.array([[0, 0, 0, s], [flag * s, -flag * s, 0, 0.0]]), np.zeros((1, 4)), np.array([-s, s, s, 0.0])


def judged(course, *weights):
    outputs = dict(zip(("Wx", "Wh", "b"), weights, strict=True))
    return properties.latch({}, outputs, course.reference["lstm_forward"])


def test_the_judge_of_latches_recovers_the_pre_activations(course):
    """The pre-activations, of which a mistake is read, give the h from which they were computed."""
    rng = np.random.default_rng(1)
    x, _ = properties.streams()
    for _ in range(5):
        weights = rng.normal(scale=2, size=(2, 4)), rng.normal(scale=2, size=(1, 4)), rng.normal(scale=2, size=4)
        h, _ = course.reference["lstm_forward"](x, np.zeros((len(x), 1)), *weights)
        z, c = properties._pre_activations(weights, x, h[..., 0]), np.zeros(len(x))
        i, f, o, g = np.moveaxis(z, 2, 0)
        for t in range(x.shape[1]):
            c = c / (1 + np.exp(-f[:, t])) + np.tanh(g[:, t]) / (1 + np.exp(-i[:, t]))
            np.testing.assert_allclose(h[:, t, 0], np.tanh(c) / (1 + np.exp(-o[:, t])), atol=1e-12)


def test_a_bit_may_be_hidden_while_it_is_written(course):
    """The text asks for h through the steps after a write, and says nothing of the write itself."""
    Wx, Wh, b = latch(10.0)
    Wx[1, 2] = -20  # the output gate is shut while the flag is 1
    assert all(found.ok for found in judged(course, Wx, Wh, b).values())
    Wx[1, 2], b[2] = 0, -10
    assert not any(found.ok for found in judged(course, Wx, Wh, b).values())


@pytest.mark.parametrize("size", [6, 8, 10, 40, 1000])
def test_a_latch_with_weights_of_six_or_more_holds(course, size):
    assert all(found.ok for found in judged(course, *latch(float(size))).values())


def test_other_ideas_of_a_latch_hold_too(course):
    Wx, Wh, b = latch(10.0)
    Wx[0, 3] *= -1  # g = −bit, so o · tanh(c) has the wrong sign: this one must not pass
    assert {found.problem for found in judged(course, Wx, Wh, b).values()} == {"property"}
    talks_to_itself = latch(10.0)[0], np.array([[0.0, 3.0, 0.0, 2.0]]), latch(10.0)[2]
    assert all(found.ok for found in judged(course, *talks_to_itself).values())


def test_the_message_says_when_a_latch_fails(course):
    found = judged(course, *latch(4.0))["Wx"]
    assert re.fullmatch(
        r"Bit 1 of a stream is −1, but 14 steps after the write h is −0\.48\d; it should be −0\.5 or further from 0\.",
        found.message,
    )
    assert found.mistake == "weights-too-small"
    assert judged(course, *(np.zeros_like(w) for w in latch(1.0)))["Wx"].mistake == "bit-unread"


def test_right_gates_are_not_blamed_for_a_weakly_written_bit(course):
    Wx, Wh, b = latch(10.0)
    Wx[0, 3] = 0.5
    found = judged(course, Wx, Wh, b)["Wx"]
    assert found.mistake == "bit-unread" and "1 step after the write h is −0.43" in found.message
    Wx[0, 3] = 1.0
    assert judged(course, Wx, Wh, b)["Wx"].ok


def test_a_forget_gate_the_wrong_way_round_is_named(course):
    Wx, Wh, b = latch(10.0)
    Wx[1, 1], b[1] = 20.0, -10.0
    assert judged(course, Wx, Wh, b)["Wx"].mistake == "keeps-and-erases-swapped"


def test_gates_that_stay_as_they_are_while_the_bit_waits_are_named(course):
    Wx, Wh, b = latch(10.0)
    assert judged(course, np.array([[0, 0, 0, 10.0], [20, -20, 10, 0]]), Wh, 0 * b)["Wx"].mistake == (
        "half-open-while-waiting"
    )
    Wx[1, 0], b[0] = 0.0, 10.0
    assert judged(course, Wx, Wh, b)["Wx"].mistake == "always-writes"
    b[1] = 0.0  # this forgets too, so neither alone explains it
    assert judged(course, Wx, Wh, b)["Wx"].mistake is None


def test_a_message_about_all_three_arrays_appears_once(course):
    exercise = course.exercise("latch_weights")
    wrong = course.reference.mistaken(exercise.name, next(m for m in exercise.mistakes if m.id == "forgets"))
    wrong.__name__ = exercise.name
    report = checked(wrong)
    for form in (str(report), report._repr_html_()):
        assert form.count("after the write") == 1


def test_the_answer_does_not_ship_with_the_question():
    (case,) = fixtures.load("latch_weights")["cases"]
    assert {name: value.shape for name, value in case["expected"].items()} == {"Wx": (2, 4), "Wh": (1, 4), "b": (4,)}
    assert not any(value.any() for value in case["expected"].values())


@pytest.mark.parametrize(
    ("broken", "problems"),
    [
        ((np.zeros((4, 2)), np.zeros((1, 4)), np.zeros(4)), ("shape", "property", "property")),
        ((None, np.zeros((1, 4)), np.zeros(4)), ("missing", "property", "property")),
        ((np.full((2, 4), np.nan), np.zeros((1, 4)), np.zeros(4)), ("nan", "property", "property")),
        ((np.zeros((2, 4)), np.zeros((1, 4)), "b"), ("property", "property", "kind")),
    ],
)
def test_malformed_weights_get_their_kind_of_problem_and_the_others_are_not_called_right(course, broken, problems):
    assert tuple(found.problem for found in judged(course, *broken).values()) == problems
