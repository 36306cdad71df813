"""Assignment 05: sigmoid is the logistic function, and one that overflows on the way is named."""

import math

import numpy as np
import pytest

from utils.checking.check_function import checked


def test_sigmoid_is_the_logistic_function_without_a_warning(course):
    sigmoid = course.reference["sigmoid"]
    x = np.concatenate([np.linspace(-30, 30, 121), [-1000, -710, 710, 1000]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = sigmoid(x)
        assert sigmoid(x.astype(np.float32)).dtype == np.float32
    by_hand = [1 / (1 + math.exp(-v)) if v > -700 else math.exp(v) for v in x]
    np.testing.assert_allclose(found, by_hand, rtol=1e-14)
    np.testing.assert_allclose(found + sigmoid(-x), 1, rtol=1e-15)
    assert sigmoid(np.array([[0]])).tolist() == [[0.5]]


# An exponential that overflows on the way to a right sigmoid: named, at no cost.

OVERFLOWING = {
    "as on paper": "1 / (1 + np.exp(-x))",
    "both branches": "np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))",
}
WITHOUT = {
    "clipped": "1 / (1 + np.exp(-np.clip(x, -700, 700)))",
    "by tanh": "(1 + np.tanh(x / 2)) / 2",
    "by logaddexp": "np.exp(-np.logaddexp(0, -x))",
}


def sigmoid_of(text):
    space = {"np": np}
    exec(f"def sigmoid(x):\n    return {text}", space)
    return space["sigmoid"]


@pytest.mark.parametrize("text", OVERFLOWING.values(), ids=OVERFLOWING)
def test_a_sigmoid_that_overflows_is_named(course, text):
    report = checked(sigmoid_of(text), hint=3)
    (hints,) = [m.hints for m in course.exercise("sigmoid").mistakes if m.id == "overflows-on-the-way"]
    assert report.ok and list(report.warnings) == ["overflows"]
    assert report.warnings["overflows"] == " ".join(hints)


@pytest.mark.parametrize("text", WITHOUT.values(), ids=WITHOUT)
def test_a_sigmoid_that_does_not_overflow_brings_no_warning(text):
    report = checked(sigmoid_of(text))
    assert report.ok and not report.warnings
