"""Assignment 05: what hints and text say is true."""

import math

import numpy as np
import pytest

# What hints and text say.


def one(value):
    return np.full((1, 1), float(value))


@pytest.mark.parametrize(
    ("mistake", "b", "prev_c", "output", "right", "wrong"),
    [
        ("gate-order-ifgo", [0, 0, 20, 0], 1, 1, 0.5, 1.0),
        ("f-and-i-swapped", [-20, 20, 0, 0], 1, 1, 1.0, 0.0),
        ("sigmoid-on-g", [0, 0, 0, 0], 0, 1, 0.0, 0.25),
        ("h-is-o-times-c", [-20, 20, 20, 0], 2, 0, 0.9640, 2.0),
        ("no-bias", [-20, 20, 0, 0], 1, 1, 1.0, 0.5),
        ("everything-open", [-20, 20, -20, 0], 1, 0, 0.0, math.tanh(1)),
    ],
)
def test_small_examples_of_the_step_are_true(course, mistake, b, prev_c, output, right, wrong):
    exercise = course.exercise("lstm_step_forward")
    (mistake,) = [m for m in exercise.mistakes if m.id == mistake]
    arguments = one(0), one(0), one(prev_c), np.zeros((1, 4)), np.zeros((1, 4)), np.array(b, dtype=float)
    for function, expected in (
        (course.reference["lstm_step_forward"], right),
        (course.reference.mistaken("lstm_step_forward", mistake), wrong),
    ):
        assert function(*arguments)[output].item() == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("mistake", "gates", "c0", "right", "wrong"),
    [
        ("c0-ignored", (0, 1, 1, 0.3), 0.5, [0.5, 0.5, 0.5], [0, 0, 0]),
        ("cell-never-updated", (0, 0.5, 1, 0.3), 1, [0.5, 0.25, 0.125], [0.5, 0.5, 0.5]),
        ("i-and-f-swapped", (0, 1, 1, 0.3), 0.5, [0.5, 0.5, 0.5], [0.3, 0.3, 0.3]),
        ("nothing-kept", (0.5, 1, 1, 0.4), 1, [1.2, 1.4, 1.6], [0.2, 0.2, 0.2]),
        ("nothing-erased", (0, 0.5, 1, 0.3), 1, [0.5, 0.25, 0.125], [1, 1, 1]),
        ("cell-squashed", (0, 1, 1, 0.3), 1, [1, 1, 1], [0.7616, 0.6420, 0.5663]),
    ],
)
def test_small_examples_of_the_cell_are_true(course, mistake, gates, c0, right, wrong):
    exercise = course.exercise("lstm_from_gates")
    (mistake,) = [m for m in exercise.mistakes if m.id == mistake]
    arguments = *(np.full((1, 3, 1), float(v)) for v in gates), one(c0)
    for function, expected in (
        (course.reference["lstm_from_gates"], right),
        (course.reference.mistaken("lstm_from_gates", mistake), wrong),
    ):
        np.testing.assert_allclose(function(*arguments)[1][0, :, 0], expected, atol=5e-5)


def test_the_small_example_of_a_cell_that_is_not_carried_is_true(course):
    exercise = course.exercise("lstm_forward")
    (mistake,) = [m for m in exercise.mistakes if m.id == "cell-not-carried"]
    arguments = np.zeros((1, 3, 1)), one(0), np.zeros((1, 4)), np.zeros((1, 4)), np.array([20.0, 20, 20, 1])
    for function, cells in (
        (course.reference["lstm_forward"], [0.7616, 1.5232, 2.2848]),
        (course.reference.mistaken("lstm_forward", mistake), [0.7616, 0.7616, 0.7616]),
    ):
        np.testing.assert_allclose(np.arctanh(function(*arguments)[0][0, :, 0]), cells, atol=5e-4)


def test_numbers_in_text_and_hints(course):
    sigma, tanh = course.reference["sigmoid"], math.tanh
    quoted = {
        sigma(2.0): 0.8808, sigma(-2.0): 0.1192, sigma(-4.0): 0.018, 100 * sigma(-4.0): 1.8, sigma(8.0): 0.99966,
        sigma(-8.0): 0.000335, 100 * sigma(-8.0): 0.034, sigma(8.0) ** 100: 0.967, sigma(2.0) ** 100: 3e-6,
        0.5**100: 8e-31, tanh(1): 0.762, tanh(2): 0.964, tanh(3): 0.995, tanh(4): 0.9993, 0.5 * tanh(2): 0.4820,
        sigma(-8.0) * tanh(1): 0.000255, tanh(8.0): 1.0,
    }  # fmt: skip
    for value, text in quoted.items():
        assert float(value) == pytest.approx(text, rel=0.06 if text < 1e-3 else 0.015)
    assert f"{sigma(8.0):.4f}" == "0.9997"
    source = " ".join((course.solutions / "05-lstm.py").read_text(encoding="utf-8").replace("\n#", " ").split())
    assert r"a forget gate of $\sigma(8)$ lets 0.9997 of a bit survive a step" in source
