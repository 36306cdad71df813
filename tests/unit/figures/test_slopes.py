"""Measured slopes and gradients are drawn from the learner's functions, and a mistake shows."""

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils.checking.card import Note
from utils.figures import _u_curve as u_curve
from utils.figures import gradient_agreement, measured_slopes
from utils.figures._u_curve import FUNCTIONS, PRECISIONS, PRESETS, STEPS
from utils.figures.picture import Picture
from utils.figures.stills import start_here


def numerical_gradient(f, x, h):
    flat = x.ravel()
    sides = [
        [np.where(np.arange(x.size) == i, flat + s * h, flat).reshape(x.shape) for s in (1, -1)] for i in range(x.size)
    ]
    return np.array([(f(up) - f(down)) / (2 * h) for up, down in sides]).reshape(x.shape)


def one_sided(f, x, h):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += h
        grad[index] = (f(moved) - f(x)) / h
    return grad


def relative_error(analytic, numeric):
    return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric))


def affine_backward(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def stub(*arguments):
    raise NotImplementedError


OURS = (affine_backward, numerical_gradient, relative_error)


# Chords and arrows.


def test_right_chords_end_on_the_curve(line, title):
    picture = measured_slopes(numerical_gradient)
    for h in (1, 0.5, 0.1):
        x, y = line(picture, f"h={h:g}")
        assert x == pytest.approx([1 - h, 1 + h]) and y == pytest.approx(x**3)
    assert "4.00 for h = 1, 3.25 for h = 0.5, 3.01 for h = 0.1" in title(picture)
    assert "Every chord ends on the curve, every arrow points straight uphill" in title(picture)


def test_arrows_are_the_gradients_at_their_places():
    picture = measured_slopes(numerical_gradient)
    [arrows] = [c for c in picture.figure.axes[1].collections if c.get_gid() == "arrows"]
    x, y = arrows.X, arrows.Y
    gradient = np.stack([x + 0.7 * y, 2 * y + 0.7 * x])
    drawn = np.stack([arrows.U, arrows.V])
    assert drawn == pytest.approx(gradient / np.linalg.norm(gradient, axis=0).max(), abs=1e-9)


def test_arrows_of_a_wrong_length_are_drawn_and_named(title):
    for factor in (0.1, 5):
        picture = measured_slopes(lambda f, x, h, factor=factor: factor * numerical_gradient(f, x, h))
        assert title(picture).endswith("Not every chord ends on the curve, the arrows have the wrong length")
        [arrows] = [c for c in picture.figure.axes[1].collections if c.get_gid() == "arrows"]
        assert np.hypot(arrows.U, arrows.V).max() == pytest.approx(min(factor, 1))
        assert_tidy(picture.figure)
    turned = measured_slopes(lambda f, x, h: -numerical_gradient(f, x, h))
    assert "not every arrow points straight uphill" in title(turned)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (one_sided, "Not every chord ends on the curve, not every arrow"),
        (lambda f, x, h: 2 * numerical_gradient(f, x, h), "8.00 for h = 1"),
        (lambda f, x, h: np.full_like(x, (f(x + h) - f(x - h)) / (2 * h)), "Every chord ends on the curve, not every"),
        (lambda f, x, h: -1e9 * numerical_gradient(f, x, h), "Not every chord"),
        (lambda f, x, h: np.zeros_like(x), "0.00 for h = 1"),
    ],
)
def test_a_wrong_slope_gives_another_finding(wrong, sentence, title):
    picture = measured_slopes(wrong)
    assert isinstance(picture, Picture)
    assert sentence in title(picture)
    assert picture.png()


# The U-curve.


def test_the_curve_is_the_central_difference_of_the_function(line):
    for name in FUNCTIONS:
        picture = u_curve.draw(numerical_gradient, 1e-3, "float64", name)
        h, shown = line(picture, "yours")
        f, slope = FUNCTIONS[name].value, FUNCTIONS[name].slope
        expected = np.abs((f(1.25 + h) - f(1.25 - h)) / (2 * h) / slope - 1)
        assert shown == pytest.approx(np.maximum(expected, 3e-15), rel=1e-9, abs=1e-15)


def test_slopes_and_third_derivatives_are_those_of_the_functions():
    """By the complex step, and by a third difference of it."""
    for known in FUNCTIONS.values():
        slope = lambda x, f=known.value: np.imag(f(np.asarray(x + 1e-30j))) / 1e-30  # noqa: E731
        assert known.slope == pytest.approx(slope(1.25), rel=1e-13)
        third = (slope(1.26) - 2 * slope(1.25) + slope(1.24)) / 1e-4
        assert known.third == pytest.approx(third, rel=1e-3, abs=1e-6)


def test_the_error_follows_each_guide_where_it_dominates():
    for precision in PRECISIONS:
        found = u_curve.curve(numerical_gradient, "sin x", precision)
        rises = 1e-3 if precision == "float64" else 5e-2
        wide = rises < STEPS
        assert found.errors[wide] == pytest.approx(found.truncation[wide], rel=0.06)
        narrow = (STEPS > 1e-14) & (STEPS < 1e-7) if precision == "float64" else (STEPS > 1e-6) & (STEPS < 1e-3)
        assert np.median(found.errors[narrow] / found.rounding[narrow]) == pytest.approx(0.5, abs=0.49)
        assert found.growth == pytest.approx(2, abs=0.1)
    assert u_curve.curve(one_sided, "sin x", "float64").growth == pytest.approx(1, abs=0.1)


def test_one_sided_code_lies_on_the_grey_line():
    found = u_curve.curve(one_sided, "exp x", "float64")
    assert found.errors == pytest.approx(found.one_sided, rel=1e-6, abs=1e-12)


def test_all_steps_are_drawn_by_calls_that_cannot_change_the_next():
    def spoils(f, x, h):
        grad = numerical_gradient(f, x, h)
        x += 7
        return grad

    spoilt, expected = (u_curve.curve(g, "sin x", "float64") for g in (spoils, numerical_gradient))
    assert spoilt.errors.tolist() == expected.errors.tolist()


# A backward pass against what was measured.


def test_every_entry_is_drawn_against_its_slope(line, title):
    picture = gradient_agreement(*OURS)
    for name, count in (("dx", 20), ("dw", 12), ("db", 3)):
        measured, own = line(picture, name)
        assert len(own) == count and own == pytest.approx(measured, abs=1e-8)
    assert "All 35 entries agree" in title(picture)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            lambda dout, c: (dout @ c[1].T, c[0].T @ dout, dout.mean(axis=0)),
            "dx and dw agree with what was measured; db",
        ),
        (lambda dout, c: (dout @ c[1].T, dout.T @ c[0], dout.sum(axis=0)), "dw has shape (3, 4), w has (4, 3)"),
        (lambda dout, c: (dout @ c[1].T, dout.T @ c[0], dout), "dx agrees with what was measured; dw, db do not"),
        (lambda dout, c: (0 * c[0], 0 * c[1], 0 * c[2]), "dx, dw, db do not"),
    ],
)
def test_a_wrong_backward_leaves_the_line(wrong, sentence, title):
    picture = gradient_agreement(wrong, numerical_gradient, relative_error)
    assert isinstance(picture, Picture)
    assert sentence in title(picture)
    assert_tidy(picture.figure)


@pytest.mark.parametrize("missing", range(3))
def test_the_missing_one_of_three_is_named(missing):
    functions = list(OURS)
    name = functions[missing].__name__
    space = {}
    exec(f"def {name}(*arguments):\n    raise NotImplementedError", space)
    functions[missing] = space[name]
    note = gradient_agreement(*functions)
    assert isinstance(note, Note)
    assert note.sentence == f"Write `{name}` above first; this figure is drawn by it."


@pytest.mark.parametrize("returned", [None, 7, (1, 2), ("a", "b", "c"), (np.nan, 1, 2), [[1, [2]], 3, 4]])
def test_nonsense_gets_a_sentence(returned):
    note = gradient_agreement(lambda dout, cache: returned, numerical_gradient, relative_error)
    assert isinstance(note, Note) and "drawn by it" in note.sentence


@pytest.mark.parametrize("returned", [None, "grad", np.zeros(7), np.array([np.inf]), 1j])
def test_a_gradient_that_cannot_be_drawn_gets_a_sentence(returned):
    for note in (
        measured_slopes(lambda f, x, h: returned),
        gradient_agreement(affine_backward, lambda f, x, h: returned, relative_error),
        gradient_agreement(affine_backward, numerical_gradient, lambda a, n: returned),
    ):
        assert isinstance(note, Note) and "drawn by it" in note.sentence


def test_a_stub_is_not_started():
    assert measured_slopes(stub).sentence == "Write `stub` above first; this figure is drawn by it."


# No text is cut off or lies on another.


@pytest.mark.parametrize("function", [numerical_gradient, one_sided, lambda f, x, h: np.zeros_like(x)])
def test_layout_of_the_slopes(function):
    assert_tidy(measured_slopes(function).figure)


def test_layout_of_the_agreement():
    assert_tidy(gradient_agreement(*OURS).figure)


@pytest.mark.parametrize("preset", PRESETS)
def test_layout_of_the_u_curve(preset, title):
    picture = u_curve.draw(numerical_gradient, **PRESETS[preset])
    assert_tidy(picture.figure)
    assert len(title(picture)) > 76, "a second line, always, so that nothing jumps"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_layout_in_float32(name):
    assert_tidy(u_curve.draw(numerical_gradient, 1e-8, "float32", name).figure)


def test_layout_of_the_static_pictures():
    assert_tidy(start_here.central_difference().figure)
    assert_tidy(start_here.u_curves(numerical_gradient).figure)
