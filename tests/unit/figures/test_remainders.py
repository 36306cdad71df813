"""The figure of the Taylor test draws measured remainders, and mistakes show in it."""

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils.checking.card import Note
from utils.figures import instruments, remainders
from utils.gradients import numeric_gradient, taylor_test

W = {"a": np.array([0.3, -1.2]), "b": np.array([[0.5], [2.0]])}


def loss(params):
    return float(np.sum(np.sin(params["a"])) + np.sum(params["b"] ** 3))


def right(params):
    return {"a": np.cos(params["a"]), "b": 3 * params["b"] ** 2}


def spoilt(params):
    return right(params) | {"b": 3.03 * params["b"] ** 2}


def test_remainders_fall_with_the_square_of_the_step_or_with_the_step(line, title):
    for grads, power, finding in (
        (right, 2, "The remainder shrinks with h² for a, b"),
        (spoilt, 1, "The remainder shrinks with h² for a, but not for b (slope 1.00)"),
    ):
        picture = remainders(taylor_test(loss, W, grads))
        steps, sizes = line(picture, "b")
        few = steps < 1e-3
        slopes = np.diff(np.log(sizes[few])) / np.diff(np.log(steps[few]))
        assert np.median(slopes) == pytest.approx(power, abs=0.05)
        assert title(picture) == finding
        assert_tidy(picture.figure)


def test_the_drawn_remainder_follows_its_formula(line):
    report = taylor_test(loss, W, spoilt)
    steps, sizes = line(remainders(report), "a")
    row = report["a"]
    np.testing.assert_array_equal(sizes, row.remainders[: len(sizes)])
    assert (sizes > row.rounding).all() and steps[0] == 0.25 and np.allclose(steps[1:], steps[:-1] / 2)


def test_a_note_says_why_nothing_is_measured():
    def stub(params):
        raise NotImplementedError

    assert repr(remainders(taylor_test(loss, W, stub))) == "stub is not started yet."
    linear = remainders(taylor_test(lambda p: 3 * p["w"], {"w": 2.0}, {"w": 3.0}))
    assert isinstance(linear, Note) and "the loss is linear" in linear.sentence
    one_missing = remainders(taylor_test(loss, W, lambda p: {"a": np.cos(p["a"]), "b": None}))
    assert "but not for b (broken)" in one_missing.alt


def central(f, x, h):
    def slope(index):
        move = np.zeros_like(x)
        move[index] = h
        return (f(x + move) - f(x - move)) / (2 * h)

    return np.array([slope(index) for index in np.ndindex(x.shape)]).reshape(x.shape)


def one_sided(f, x, h):
    return central(f, x + h / 2, h / 2)


@pytest.mark.parametrize(
    ("measure", "least", "most"),
    [(central, 1e-12, 1e-9), (one_sided, 1e-7, 1e-5), (lambda *a: -central(*a), 0.999, 1.001)],
)
def test_each_dot_stands_at_its_error(line, measure, least, most):
    picture = instruments(measure, numeric_gradient)
    [own], _ = line(picture, "yours, h = 1e-5")
    assert least <= own <= most
    course = {method: line(picture, f'method="{method}"')[0][0] for method in ("central", "richardson", "complex")}
    assert course["complex"] < 1e-15 < course["richardson"] < course["central"] < 1e-9
    assert_tidy(picture.figure)


def test_a_stub_gets_a_note_and_another_shape_a_sentence():
    def numerical_gradient(f, x, h):
        raise NotImplementedError

    note = instruments(numerical_gradient, numeric_gradient)
    assert repr(note) == "Write `numerical_gradient` above first; this figure is drawn by it."
    assert "shape (3, 4); yours has shape (2,)" in repr(instruments(lambda *a: np.ones(2), numeric_gradient))
