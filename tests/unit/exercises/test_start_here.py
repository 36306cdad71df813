"""Assignment 00: the solutions agree with independent sources, and what the text says is true."""

import decimal
from fractions import Fraction

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.start_here.exercises import AFFINE_BACKWARD, ASSIGNMENT, EXERCISES
from autograder.judging import cases
from utils import fixtures
from utils.checking.check_function import checked
from utils.gradients import numeric_gradient

NAMES = [exercise.name for exercise in EXERCISES]


def drawings(course, name, seeds=range(3)):
    exercise = course.exercise(name)
    for seed in seeds:
        yield from cases.draw(exercise, course, np.random.default_rng(seed))


# Independent oracles.


def test_softmax_agrees_with_forty_decimal_digits(course):
    decimal.getcontext().prec = 40
    for case in drawings(course, "stable_softmax"):
        z = case.inputs["z"]
        expected = []
        for row in z:
            powers = [decimal.Decimal(float(score)).exp() for score in row]
            expected.append([float(power / sum(powers)) for power in powers])
        np.testing.assert_allclose(course.reference["stable_softmax"](z), expected, rtol=1e-13)


@pytest.mark.parametrize("shift", [0, -1e4, 1e4, 1e300])
def test_softmax_survives_any_shift_of_any_row(course, shift):
    z = np.array([[1.0 + shift, 1.0 + shift], [3.0, 3.0]])
    np.testing.assert_array_equal(course.reference["stable_softmax"](z), np.full((2, 2), 0.5))


def test_measured_gradient_agrees_with_the_complex_step(course):
    """Every function that is drawn is analytic, so Im f(x + ih) / h is its slope to rounding."""
    for case in drawings(course, "numerical_gradient"):
        f, x = case.inputs["f"].function, case.inputs["x"]
        measured = course.reference["numerical_gradient"](f, x, 1e-5)
        np.testing.assert_allclose(measured, numeric_gradient(f, x, method="complex"), rtol=1e-8, atol=1e-9)


def test_measured_gradient_is_the_central_difference_of_exact_fractions(course):
    x, h = np.array([2.0, -0.5, 0.25]), 0.125  # exact in binary

    def f(x):
        return sum(value**3 for value in x) + x[0] * x[1] * x[2]

    expected = []
    for i in range(3):
        sides = [[Fraction(float(value)) for value in x] for _ in range(2)]
        sides[0][i] += Fraction(h)
        sides[1][i] -= Fraction(h)
        expected.append(float((f(sides[0]) - f(sides[1])) / (2 * Fraction(h))))
    assert course.reference["numerical_gradient"](f, x, h).tolist() == expected


def test_measured_gradient_leaves_x_alone_and_keeps_its_dtype(course):
    x = np.array([[0.1, 0.2], [0.3, 0.7]], dtype=np.float32)
    before = x.copy()
    gradient = course.reference["numerical_gradient"](np.sum, x, 0.1)
    assert x.tobytes() == before.tobytes()
    assert (gradient.dtype, gradient.shape) == (np.float32, (2, 2))


@pytest.mark.parametrize(
    ("analytic", "numeric", "error"),
    [
        ([3, 4], [6, 8], 1 / 3),
        ([3, 4], [-3, -4], 1),
        ([3, 4], [0, 0], 1),
        ([0, 0], [0, 0], 0),
        ([3e-10, 4e-10], [6e-10, 8e-10], 1 / 3),
        ([1, 1e-12], [1, -1e-12], 1e-12),
        ([[3, 0], [0, 4]], [[6, 0], [0, 8]], 1 / 3),
    ],
)
def test_relative_error_in_closed_form(course, analytic, numeric, error):
    relative_error = course.reference["relative_error"]
    assert relative_error(np.array(analytic, float), np.array(numeric, float)) == pytest.approx(error, rel=1e-12)
    assert relative_error(np.array(numeric, float), np.array(analytic, float)) == pytest.approx(error, rel=1e-12)


def test_relative_error_has_no_unit(course):
    rng = np.random.default_rng(1)
    a, n = rng.normal(size=(2, 3, 4))
    for size in (1e-100, 1e-10, 1e100):
        error = course.reference["relative_error"](size * a, size * n)
        assert error == pytest.approx(course.reference["relative_error"](a, n), rel=1e-12)


def test_backward_agrees_with_autograd_and_with_the_courses_own_check(course):
    for case in drawings(course, "affine_backward"):
        dout, cache = case.inputs["dout"], case.inputs["cache"]

        def loss(x, w, b, dout=dout):
            return autograd.numpy.sum(dout * (x @ w + b))

        for place, gradient in enumerate(course.reference["affine_backward"](dout, cache)):
            np.testing.assert_allclose(gradient, autograd.grad(loss, place)(*cache), rtol=1e-12, atol=1e-14)


# What the cases must catch.


def test_sizes_cannot_be_confused(course):
    for case in cases.draw(AFFINE_BACKWARD, course, np.random.default_rng(2))[:-1]:
        (N, D), (_, M) = case.inputs["cache"][0].shape, case.inputs["dout"].shape
        assert len({N, D, M}) == 3
        assert (np.abs(case.inputs["cache"][2]) >= 0.2).all()


# What check says.


def test_the_broken_softmax_of_the_notebook_is_diagnosed(course):
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if "Broken!" in cell.source]
    assert "explore" in cell.metadata.tags, "graders do not run it, or it would stand in for a solution that is missing"
    space = {"np": np}
    exec(cell.source, space)
    report = checked(space["stable_softmax"], hint=3)
    assert report.mistake == "columns-for-rows"
    assert len(report.paragraphs) == 3 and not report.ask
    # The first case, by hand: which probability is furthest from what the rows' own sums give?
    powers = np.exp(fixtures.load("stable_softmax")["cases"][0]["inputs"]["z"])
    right, wrong = (powers / powers.sum(axis=axis, keepdims=True) for axis in (1, 0))
    n, v = np.unravel_index(np.abs(wrong - right).argmax(), powers.shape)
    [found] = report.comparisons.values()
    assert (found.problem, found.where) == ("value", f"p[{n}, {v}]")
    assert (found.yours, found.expected) == pytest.approx((wrong[n, v], right[n, v]))


def test_a_number_that_is_wrong_in_one_case_only_is_reported_without_axes(course):
    def relative_error(analytic, numeric):
        return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric) + 1e-12)

    report = checked(relative_error, hint=2)
    assert report.status == "wrong" and report.mistake is None
    assert "error is right in 6 of 7 cases." in report.paragraphs
    assert "[3e-10, 4e-10] against [6e-10, 8e-10]" in report.paragraphs[-1]


def test_a_call_that_fails_is_reported_with_the_shapes_in_its_cache():
    def affine_backward(dout, cache):
        x, w, _ = cache
        return dout @ w, x.T @ dout, dout.sum(axis=0)

    (x, w, b), dout = (fixtures.load("affine_backward")["cases"][0]["inputs"][key] for key in ("cache", "dout"))
    shapes = f"dout {dout.shape}, cache[0] {x.shape}, cache[1] {w.shape}, cache[2] {b.shape}."
    assert f"In this call the arrays had the shapes {shapes}" in checked(affine_backward).paragraphs


@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_in_float32_stays_so(course, name):
    assert "upcasts" not in checked(course.reference[name]).warnings
