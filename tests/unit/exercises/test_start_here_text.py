"""Assignment 00: what the text and the hints say is true."""

import re

import numpy as np
import pytest

from autograder.assignments.start_here.exercises import ASSIGNMENT
from utils import fixtures
from utils.figures import _u_curve
from utils.gradients import check_backward


def test_second_opinion_of_the_notebook(course):
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if "check_backward(affine_forward" in cell.source]
    [forward] = [cell for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("def affine_forward")]
    space = {"np": np}
    exec(forward.source, space)
    exec(cell.source.rsplit("\n", 1)[0], space)
    report = check_backward(space["affine_forward"], course.reference["affine_backward"], space["inputs"])
    assert report and max(row.error for row in report) < 1e-9

    def affine_backward(dout, cache):
        raise NotImplementedError

    stub = check_backward(space["affine_forward"], affine_backward, space["inputs"])
    assert str(stub) == "affine_backward is not started yet."
    assert "BROKEN" not in stub._repr_html_()


def test_the_second_opinion_comes_again_where_it_is_promised(course):
    [first] = [c.source for c in course.sources[ASSIGNMENT].cells if c.source.startswith("# 00")]
    assert "You will measure again in later assignments, from 02 on." in " ".join(first.split())
    [text] = [" ".join(c.source.split()) for c in course.sources[ASSIGNMENT].cells if "second opinion" in c.source]
    assert re.search(r"in assignments (\d\d), (\d\d) and (\d\d)\.", text).groups() == ("02", "04", "06")
    for assignment, step in (("02-bptt", "rnn_step"), ("04-gradient-flow", "diagonal"), ("06-highway", "lstm_step")):
        call = f"gradients.check_backward({step}_forward, {step}_backward, inputs)"
        assert any(call in c.source for c in course.sources[assignment].cells)


def test_the_tempting_answer_has_what_was_chosen(course):
    """Its right branch has slope, readings and reason; nothing in it is rounded but h, which is stored well enough."""
    [answers] = [c.source for c in course.sources[ASSIGNMENT].cells if "Exemplar" in c.source]
    answer = " ".join(answers.split("**Tempting and wrong")[1].split())
    quoted, verdict = re.match(r'\(2 of 10\)\.\*\* "(.*?)" (.*)', answer).groups()
    assert "the slope is 2" in quoted and "Taylor" in quoted
    assert verdict.startswith("Chosen: `readings`, `right-why`.")
    double = _u_curve.curve(course.reference["numerical_gradient"], "sin x", _u_curve.PRECISIONS[0])
    for reading, h in re.findall(r"(1\.7e-\d) at h = (0\.0?1)", quoted):
        error = double.errors[np.argmin(np.abs(np.log(_u_curve.STEPS / float(h))))]
        assert error == pytest.approx(float(reading), rel=0.03)


# Every number in the text.


def wrong(course, name, mistake):
    exercise = course.exercise(name)
    [found] = [known for known in exercise.mistakes if known.id == mistake]
    return course.reference.mistaken(name, found)


@pytest.mark.parametrize(
    ("mistake", "f", "x", "h", "says"),
    [
        ("one-sided", lambda x: x[0] ** 3, [2.0], 0.1, [12.61]),
        (None, lambda x: x[0] ** 3, [2.0], 0.1, [12.01]),
        (None, lambda x: x[0] ** 3, [2.0], 0.01, [12.0001]),
        ("divided-by-h", lambda x: 3 * x[0], [0.0], 0.1, [6.0]),
        ("down-minus-up", lambda x: 3 * x[0], [0.0], 0.1, [-3.0]),
        ("steps-back-once", lambda x: 3 * x[0], [0.0], 0.1, [1.5]),
        (None, lambda x: x[0] * x[1], [2.0, 3.0], 0.1, [3.0, 2.0]),
        ("never-put-back", lambda x: x[0] * x[1], [2.0, 3.0], 0.1, [3.0, 1.9]),
        (None, lambda x: x[0] + 10 * x[1], [2.0, 3.0], 0.1, [1.0, 10.0]),
        ("moves-every-entry", lambda x: x[0] + 10 * x[1], [2.0, 3.0], 0.1, [11.0, 11.0]),
        (None, lambda x: x[0, 0] + 10 * x[0, 1], [[2.0, 3.0]], 0.1, [[1.0, 10.0]]),
        ("moves-whole-rows", lambda x: x[0, 0] + 10 * x[0, 1], [[2.0, 3.0]], 0.1, [[11.0, 11.0]]),
        ("two-names-for-one-array", lambda x: x[0] ** 3, [2.0], 0.1, [0.0]),
    ],
)
def test_the_small_examples_of_numerical_gradient(course, mistake, f, x, h, says):
    name = "numerical_gradient"
    function = wrong(course, name, mistake) if mistake else course.reference[name]
    assert function(f, np.array(x), h) == pytest.approx(np.array(says), abs=1e-9)


@pytest.mark.parametrize(
    ("mistake", "z", "says"),
    [
        (None, [[0, 0]], [[0.5, 0.5]]),
        ("columns-for-rows", [[0, 0]], [[1, 1]]),
        ("divided-by-column-sums", [[0, 0]], [[1, 1]]),
        ("divided-by-one-sum", [[0, 0], [0, 0]], [[0.25, 0.25], [0.25, 0.25]]),
        ("one-sum-and-not-shifted", [[0, 0], [0, 0]], [[0.25, 0.25], [0.25, 0.25]]),
        ("one-sum-and-not-shifted", [[1000, 1000]], [[np.nan, np.nan]]),
        ("not-divided", [[0, 0]], [[1, 1]]),
        ("logarithm-of-it", [[0, 0]], [[-0.6931, -0.6931]]),
        ("not-shifted", [[1000, 1000]], [[np.nan, np.nan]]),
        (None, [[1000, 1000], [0, 0]], [[0.5, 0.5], [0.5, 0.5]]),
        ("one-shift-for-all-rows", [[1000, 1000], [0, 0]], [[0.5, 0.5], [np.nan, np.nan]]),
    ],
)
@np.errstate(all="ignore")
def test_the_small_examples_of_stable_softmax(course, mistake, z, says):
    function = wrong(course, "stable_softmax", mistake) if mistake else course.reference["stable_softmax"]
    assert function(np.array(z, float)) == pytest.approx(np.array(says), abs=5e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("mistake", "analytic", "numeric", "says"),
    [
        ("worst-entry", [1, 1e-12], [1, -1e-12], 1),
        ("worst-entry-above-a-floor", [3e-10, 4e-10], [6e-10, 8e-10], 0.04),
        ("divided-by-analytic-alone", [3, 4], [6, 8], 1),
        ("divided-by-numeric-alone", [3, 4], [6, 8], 0.5),
        ("not-relative", [3, 4], [6, 8], 5),
        ("a-floor-below", [3e-10, 4e-10], [6e-10, 8e-10], 0.05),
        ("a-constant-added", [3e-10, 4e-10], [6e-10, 8e-10], 5e-10 / 1.15e-8),
        ("zero-by-zero", [0, 0, 0], [0, 0, 0], np.nan),
    ],
)
@np.errstate(all="ignore")
def test_the_small_examples_of_relative_error(course, mistake, analytic, numeric, says):
    function = wrong(course, "relative_error", mistake)
    assert function(np.array(analytic, float), np.array(numeric, float)) == pytest.approx(says, nan_ok=True)


def test_the_small_examples_of_affine_backward(course):
    x, w, b = np.array([[1.0], [3.0]]), np.array([[2.0]]), np.zeros(1)
    dx, dw, db = course.reference["affine_backward"](np.array([[1.0], [10.0]]), (x, w, b))
    assert (dx.tolist(), dw.tolist(), db.tolist()) == ([[2], [20]], [[31]], [11])
    cache = np.ones((2, 1)), np.ones((1, 2)), np.ones(2)
    dout = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert course.reference["affine_backward"](dout, cache)[2].tolist() == [4, 6]
    for mistake, says in (("db-averaged", [2, 3]), ("db-over-everything", 10)):
        assert wrong(course, "affine_backward", mistake)(dout, cache)[2].tolist() == says
    ones = np.ones((2, 1))
    assert course.reference["affine_backward"](ones, (ones, np.ones((1, 1)), b))[1].tolist() == [[2]]
    assert wrong(course, "affine_backward", "dw-averaged")(ones, (ones, np.ones((1, 1)), b))[1].tolist() == [[1]]


@np.errstate(all="ignore")
def test_float64_overflows_and_underflows_where_the_text_says():
    assert np.isinf(np.exp(709.8)) and np.isfinite(np.exp(709.7))
    assert np.exp(-745.2) == 0 < np.exp(-745.1)
    assert 0.3 + 0.1 - 0.2 + 0.1 == 0.30000000000000004


def test_the_model_answer_gives_the_readings_of_the_explorer(course):
    double, single = (_u_curve.curve(course.reference["numerical_gradient"], "sin x", p) for p in _u_curve.PRECISIONS)

    def read(h):
        return double.errors[np.argmin(np.abs(np.log(_u_curve.STEPS / h)))]

    assert (read(0.1), read(0.01)) == pytest.approx((1.7e-3, 1.7e-5), rel=0.03)
    # Rounding is the same on every machine that follows IEEE 754, but sin itself may differ in its last digit.
    assert 5e-8 < read(1e-10) < 5e-6 and 3e-4 < read(1e-14) < 3e-2
    assert 1e-6 <= double.best <= 1e-5 and 1e-3 <= single.best <= 1e-2
    eps = np.finfo("float64").eps, np.finfo("float32").eps
    assert (eps[0] ** (1 / 3), eps[1] ** (1 / 3)) == pytest.approx((6e-6, 5e-3), rel=0.05)
    assert eps[1] / eps[0] == pytest.approx(5.4e8, rel=0.01)
    assert (eps[1] / eps[0]) ** (1 / 3) == pytest.approx(800, rel=0.02)


def test_fixtures_hold_functions_as_text_that_runs():
    for case in fixtures.load("numerical_gradient")["cases"]:
        f, x = case["inputs"]["f"].function, case["inputs"]["x"]
        assert np.shape(f(x)) == () and case["expected"]["grad"].shape == x.shape
