"""A backward pass that unpacks another cache than it is handed gets the layout of that cache, in 02 and in 06."""

import linecache

import numpy as np
import pytest

from autograder.course import open_course
from utils.checking.cache_layout import mismatch
from utils.checking.check_function import checked

SOURCES = open_course().reference.sources
RNN, LSTM = "x, prev_h, Wx, Wh, next_h = cache", "x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache"


def defined(name, *texts):
    """Run texts as the cells of a notebook, after the course's own functions, and return all its names."""
    namespace = {"np": np}
    for number, text in enumerate((*SOURCES.values(), *texts)):
        file = f"<cell {number} of {name}>"
        linecache.cache[file] = (1, None, text.splitlines(True), file)
        exec(compile(text, file, "exec"), namespace)
    return namespace


def card(name, forward, old, new):
    assert SOURCES[name].count(old) == 1
    names = defined(name, SOURCES[name].replace(old, new))
    return " ".join(str(checked(names[name], forward=names[forward])).split())


STEP = ("rnn_step_backward", "rnn_step_forward", RNN)
GIVEN_STEP = "The cache of rnn_step_forward is `(x, prev_h, Wx, Wh, next_h)`"


@pytest.mark.parametrize(
    ("name", "forward", "old", "new", "layout"),
    [
        (
            *STEP,
            "x, prev_h, Wx, Wh, b, next_h = cache",
            f"{GIVEN_STEP}; rnn_step_backward unpacks `(x, prev_h, Wx, Wh, b,",
        ),
        (*STEP, "next_h, x, prev_h, Wx, Wh = cache", f"{GIVEN_STEP}; rnn_step_backward unpacks `(next_h, x,"),
        (*STEP, "x, Wx, prev_h, Wh, next_h = cache", f"{GIVEN_STEP}; rnn_step_backward unpacks `(x, Wx,"),
        (*STEP, "x, prev_h, Wx, Wh, next_h = cache['x'], cache['h'], cache['Wx'], cache['Wh'], 0", f"{GIVEN_STEP}."),
        (
            "lstm_step_backward",
            "lstm_step_forward",
            LSTM,
            LSTM.replace(", next_c", ", next_c, tc"),
            "`(x, prev_h, prev_c,",
        ),
    ],
)
def test_the_layout_of_the_cache_is_shown(name, forward, old, new, layout):
    shown = card(name, forward, old, new)
    assert layout in shown and "needs its own forward pass beside it." in shown


def test_a_loop_that_takes_a_list_apart_is_shown_what_it_holds():
    names = defined(
        "rnn_backward",
        "def rnn_backward(dh, cache):\n    x, h0, Wx, Wh, b = cache\n    return x\n",
        "def other(dh, cache):\n    x, prev_h, Wx, Wh, b, next_h = cache[0]\n    return x\n",
    )
    found = mismatch(names["rnn_backward"], names["rnn_forward"])
    assert found.forward == "rnn_forward" and found.made == () and found.taken == ("x", "h0", "Wx", "Wh", "b")
    found = mismatch(names["other"], names["rnn_forward"])
    assert found.forward == "rnn_step_forward" and found.made == ("x", "prev_h", "Wx", "Wh", "next_h")


@pytest.mark.parametrize(
    "taken",
    ["x, prev_h, Wx, Wh, next_h = cache", "xt, hp, U, W, h = cache", "first, *others = cache", "x = cache[0]", "pass"],
)
def test_a_cache_that_is_taken_apart_as_it_was_made_is_no_mismatch(taken):
    names = defined("step", f"def step(dnext_h, cache):\n    {taken}\n    return 0\n")
    assert mismatch(names["step"], names["rnn_step_forward"]) is None


def test_a_name_for_what_is_made_of_it_is_a_mismatch():
    names = defined("back", "def back(dout, cache):\n    x, W = cache\n    return np.zeros_like(W)\n")
    assert mismatch(names["back"], names["word_embedding_forward"]).made == ("x", "W.shape")


def test_a_wrong_answer_over_a_fitting_cache_says_nothing_of_it():
    shown = card("rnn_step_backward", "rnn_step_forward", "db = da.sum(axis=0)", "db = 3 * da.sum(axis=0)")
    assert "not right yet" in shown and "The cache of" not in shown
