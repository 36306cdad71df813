"""Assignment 00: the solutions are right by somebody else's word, and what the text says is so."""

import decimal
import re
from fractions import Fraction

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.start_here.exercises import AFFINE_BACKWARD, ASSIGNMENT, EXERCISES
from autograder.judging import cases
from utils import fixtures
from utils.checking.report_on import report_on
from utils.figures import _u_curve as u_curve
from utils.gradients import check_backward, numeric_gradient

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


def test_second_opinion_of_the_notebook(course):
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if "check_backward(affine_forward" in cell.source]
    [given] = [cell for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("def affine_forward")]
    space = {"np": np}
    exec(given.source, space)
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
    assert "You will measure again in assignments 02 and 06." in " ".join(first.split())
    [text] = [c.source for c in course.sources[ASSIGNMENT].cells if "second opinion" in c.source]
    assert re.search(r"in assignments (\d\d) and (\d\d)\.", text).groups() == ("02", "06")
    for assignment, step in (("02-bptt", "rnn_step"), ("06-highway", "lstm_step")):
        call = f"gradients.check_backward({step}_forward, {step}_backward, inputs)"
        assert any(call in c.source for c in course.sources[assignment].cells)


def test_the_points_of_the_written_answer_stand_in_its_question(course):
    markdown = [c.source for c in course.sources[ASSIGNMENT].cells if c.cell_type == "markdown"]
    [question] = [text for text in markdown if "In your own words" in text]
    [answers] = [text for text in markdown if "Exemplar" in text]
    parts = re.split(r"^\d\. ", question, flags=re.MULTILINE)[1:]
    size = {"1": 1.0, "2": 2.0, "½": 0.5}
    asked = [[size[points] for points in re.findall(r"\(([12½])(?: point)?\)", part)] for part in parts]
    assert asked == [[1, 2, 1], [0.5, 0.5, 1], [1, 1]]  # the second part asks for each of two branches
    sums = [sum(asked[0]), 2 * sum(asked[1]), sum(asked[2])]
    assert sums == [int(points) for points in re.findall(r"\(\d\) (\d) points", answers)] == [4, 4, 2]
    rubric = answers.split("**Rubric.**")[1].split("**Borderline")[0]
    paid = [
        [size[n] for n in re.findall(r"\((?:cancellation, )?([12½])[;)]", part)]
        for part in re.split(r"\(\d\) \d p", rubric)
    ]
    assert paid[1:] == asked


def test_the_tempting_answer_earns_what_the_rubric_gives(course):
    """Its right branch has slope, readings and reason; nothing in it is rounded but h, which is stored well enough."""
    [answers] = [c.source for c in course.sources[ASSIGNMENT].cells if "Exemplar" in c.source]
    answer = " ".join(answers.split("**Tempting and wrong")[1].split())
    total, quoted, verdict = re.match(r'\((\d) of 10\)\.\*\* "(.*?)" (.*)', answer).groups()
    assert "the slope is 2" in quoted and "Taylor" in quoted
    assert "slope (½), readings (½) and reason (1)" in verdict and int(total) == 0.5 + 0.5 + 1
    double = u_curve.curve(course.reference["numerical_gradient"], "sin x", u_curve.PRECISIONS[0])
    for reading, h in re.findall(r"(1\.7e-\d) at h = (0\.0?1)", quoted):
        error = double.errors[np.argmin(np.abs(np.log(u_curve.STEPS / float(h))))]
        assert error == pytest.approx(float(reading), rel=0.03)


# What the cases must catch.


def test_sizes_cannot_be_confused(course):
    for case in cases.draw(AFFINE_BACKWARD, course, np.random.default_rng(2))[:-1]:
        (N, D), (_, M) = case.inputs["cache"][0].shape, case.inputs["dout"].shape
        assert len({N, D, M}) == 3
        assert (np.abs(case.inputs["cache"][2]) >= 0.2).all()


def test_assignment_has_its_exercises(course):
    assert [exercise.name for exercise in course.exercises(ASSIGNMENT)] == NAMES


# What check says.


def test_the_broken_softmax_of_the_notebook_is_diagnosed(course):
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if "Broken!" in cell.source]
    assert "explore" in cell.metadata.tags, "graders do not run it, or it would stand in for a solution that is missing"
    space = {"np": np}
    exec(cell.source, space)
    report = report_on(space["stable_softmax"], hint=3)
    assert report.mistake == "columns-for-rows"
    assert len(report.paragraphs) == 3 and not report.ask
    assert [(c.problem, c.where) for c in report.comparisons.values()] == [("value", "p[0, 2]")]


def test_a_number_that_is_wrong_in_one_case_only_is_told_without_axes(course):
    def relative_error(analytic, numeric):
        return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric) + 1e-12)

    report = report_on(relative_error)
    assert report.status == "wrong" and report.mistake is None
    assert "All outputs are right in 4 of 5 cases." in report.paragraphs
    assert "as small as 1e-10" in " ".join(report.paragraphs)


def test_a_call_that_fails_is_told_with_the_shapes_in_its_cache():
    def affine_backward(dout, cache):
        x, w, _ = cache
        return dout @ w, x.T @ dout, dout.sum(axis=0)

    (x, w, b), dout = (fixtures.load("affine_backward")["cases"][0]["inputs"][key] for key in ("cache", "dout"))
    told = f"dout {dout.shape}, cache[0] {x.shape}, cache[1] {w.shape}, cache[2] {b.shape}."
    assert f"In this call the arrays had the shapes {told}" in report_on(affine_backward).paragraphs


@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_in_float32_stays_so(course, name):
    assert "upcasts" not in report_on(course.reference[name]).warnings


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
def test_where_float64_ends():
    assert np.isinf(np.exp(709.8)) and np.isfinite(np.exp(709.7))
    assert np.exp(-745.2) == 0 < np.exp(-745.1)
    assert 0.3 + 0.1 - 0.2 + 0.1 == 0.30000000000000004


def test_the_model_answer_gives_the_readings_of_the_explorer(course):
    double, single = (u_curve.curve(course.reference["numerical_gradient"], "sin x", p) for p in u_curve.PRECISIONS)

    def read(h):
        return double.errors[np.argmin(np.abs(np.log(u_curve.STEPS / h)))]

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
