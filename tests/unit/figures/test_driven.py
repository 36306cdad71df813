"""A figure never raises because of a learner's function: it says in a sentence what to do."""

import numpy as np
import pytest

from utils import figures
from utils.checking.card import Note
from utils.errors import CallFailed
from utils.figures.learner import trajectory
from utils.figures.picture import Picture

FORWARD = [figures.same_parameters, figures.time_per_length, figures.carried_state, figures.reach]
EVERY = [*FORWARD, figures.one_unit]


@pytest.mark.parametrize("figure", EVERY)
def test_a_stub_is_not_started(figure):
    def rnn_forward(x, h0, Wx, Wh, b):
        raise NotImplementedError

    note = figure(rnn_forward)
    assert isinstance(note, Note)
    assert note.sentence == "Write `rnn_forward` above first; this figure is drawn by it."


def raises(x, h, Wx, Wh, b):
    raise ZeroDivisionError("by hand")


def returns_none(x, h, Wx, Wh, b):
    pass


def returns_h_alone(x, h, Wx, Wh, b):
    return np.zeros((*x.shape[:-1], h.shape[1]))


def returns_a_wrong_shape(x, h, Wx, Wh, b):
    return np.zeros((2, 2, 2, 2)), None


def returns_nan(x, h, Wx, Wh, b):
    return np.full((*x.shape[:-1], h.shape[1]), np.nan), None


def returns_complex(x, h, Wx, Wh, b):
    return np.full((*x.shape[:-1], h.shape[1]), 1j), None


def returns_words(x, h, Wx, Wh, b):
    return "hello", None


def returns_a_hostile_array(x, h, Wx, Wh, b):
    class Hostile:
        def __array__(self, *args, **kwargs):
            raise RuntimeError("no")

    return Hostile(), None


def takes_too_few(x, h):
    return x, None


@pytest.mark.parametrize("figure", EVERY)
@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (raises, "ZeroDivisionError"),
        (returns_none, "yours returned None"),
        (returns_h_alone, "h, cache"),
        (returns_a_wrong_shape, "shape (2, 2, 2, 2)"),
        (returns_nan, "nan"),
        (returns_words, "of type str"),
        (returns_complex, "array of real numbers"),
        (returns_a_hostile_array, "Hostile"),
        (takes_too_few, "5 arguments"),
        (None, "NoneType"),
    ],
)
def test_a_function_that_cannot_draw_gets_a_sentence(figure, function, sentence):
    note = figure(function)
    assert isinstance(note, Note)
    assert sentence in note.sentence
    assert "drawn by it" in note.sentence


@pytest.mark.parametrize("figure", EVERY)
@pytest.mark.parametrize("value", [0, 1, True, 9e99, -9e99, 1e-300])
def test_whatever_numbers_come_back_are_drawn(figure, value):
    picture = figure(lambda x, h, Wx, Wh, b: (np.full((*x.shape[:-1], h.shape[1]), value).tolist(), None))
    assert isinstance(picture, Picture)
    assert picture.png()


@pytest.mark.parametrize("figure", FORWARD)
def test_arguments_stay_the_figures_own(figure, rnn_forward):
    def mutates(x, h0, Wx, Wh, b):
        h, cache = rnn_forward(x, h0, Wx, Wh, b)
        x += 1
        h0 *= 0
        Wh[:] = 7
        return h, cache

    drawn, expected = figure(mutates), figure(rnn_forward)
    assert isinstance(drawn, Picture)
    if figure is not figures.time_per_length:  # its numbers are times
        assert drawn.alt == expected.alt


def test_a_step_that_fails_later_is_named_with_its_error(rnn_step_forward):
    def falters(x, prev_h, Wx, Wh, b):
        if np.abs(prev_h).max() < 0.5:
            raise ValueError("too small")
        return rnn_step_forward(x, prev_h, Wx, Wh, b)

    with pytest.raises(CallFailed, match=r"falters stopped with ValueError.*too small"):
        trajectory(falters, np.ones((1, 2)), 0.5 * np.eye(2), 10)


def test_a_trajectory_near_zero_is_the_linear_part_however_long(rnn_step_forward):
    path = trajectory(rnn_step_forward, np.array([[1.0, 0.0]]), 4 * np.eye(2), 40, near=2.0**-20)
    assert path[:, 0, 0] == pytest.approx(4.0 ** np.arange(41), rel=1e-9)
    path = trajectory(rnn_step_forward, np.array([[1.0, 0.0]]), 0.5 * np.eye(2), 40, near=2.0**-20)
    assert path[:, 0, 0] == pytest.approx(0.5 ** np.arange(41), rel=1e-9)
    assert trajectory(rnn_step_forward, np.zeros((1, 2)), np.eye(2), 3, near=2.0**-20).tolist() == [[[0, 0]]] * 4


def test_a_trajectory_repeats_the_step_on_copies():
    def halves(x, prev_h, Wx, Wh, b):
        prev_h *= 0.5
        Wh[:] = 0
        return prev_h, None

    path = trajectory(halves, np.array([[8.0, 4.0]]), np.eye(2), 3)
    assert path[:, 0].tolist() == [[8, 4], [4, 2], [2, 1], [1, 0.5]]
