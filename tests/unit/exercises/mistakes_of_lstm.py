"""Assignment 05: what the third hints say, computed."""

import numpy as np
from worked_mistakes import Example, one, row, sigmoid, steps

TANH_HALF, TANH_1, TANH_2 = np.tanh(0.5), np.tanh(1), np.tanh(2)
NONE = row(0, 0, 0, 0)
OPEN_6, SHUT_6 = sigmoid(6), sigmoid(-6)


def gates(function, i=0.0, f=1.0, o=1.0, g=0.3, c0=1.0, T=3):
    """Return h and c of one unit whose gates are the same at every step."""
    return function(*(np.full((1, T, 1), gate) for gate in (i, f, o, g)), one(c0))


def step(function, *b, prev_h=0, prev_c=0, Wh=NONE):
    """Return next_h and next_c of one unit that reads 0."""
    return function(one(0), one(prev_h), one(prev_c), NONE, Wh, np.array(b, dtype=float))[:2]


def run(function, *b, x=(0, 0), Wx=NONE, Wh=NONE, h0=0):
    """Return h of one unit."""
    return function(steps(*x), one(h0), Wx, Wh, np.array(b, dtype=float))[0]


def whole(function, *b, T=1, h0=0, c0=0):
    """Return h, h_T and c_T of one unit that reads 0 and does not hear its own state."""
    return function(np.zeros((1, T, 1)), one(h0), one(c0), NONE, NONE, np.array(b, dtype=float))[:3]


def shape(function):
    """Return the shape of h for two sequences of five steps and three units."""
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(size) for size in ((2, 5, 4), (2, 3), (2, 3), (4, 12), (3, 12), (12,))]
    return function(*arrays)[0].shape


KEEP, LISTEN = (-20, 20, 20, 0), row(0, 0, 0, 1)
FROM_HALF = {"x": (0, 0), "Wh": LISTEN, "h0": 0.5}
OPEN_0_1 = {"0.9975": OPEN_6}
EXAMPLES = {
    "sigmoid": {
        "unstable": Example(lambda f: f(row(1000)), "should be 1", "nan"),
        "sign-flipped": Example(lambda f: f(row(2)), "0.8808", "0.1192"),
        "always-above-half": Example(lambda f: f(row(-2)), "0.1192", "0.8808"),
        "tanh-for-sigmoid": Example(lambda f: f(row(0)), "should be 0.5", "Yours is 0"),
        "overflows-on-the-way": Example(),
        "whole-numbers-cut-off": Example(lambda f: f(np.array([2])), "should be 0.8808", "Yours is 0"),
    },
    "lstm_from_gates": {
        "c0-ignored": Example(lambda f: gates(f, c0=0.5)[1], "0.5, 0.5, 0.5", "0, 0, 0"),
        "cell-never-updated": Example(lambda f: gates(f, f=0.5)[1], "0.5, 0.25, 0.125", "0.5, 0.5, 0.5"),
        "i-and-f-swapped": Example(lambda f: gates(f, c0=0.5, T=1)[1], "stays 0.5", "becomes 0.3"),
        "nothing-kept": Example(lambda f: gates(f, i=0.5, g=0.4, T=1)[1], "content is 1.2", "Yours is 0.2"),
        "nothing-erased": Example(lambda f: gates(f, f=0.5, T=1)[1], "content is 0.5", "Yours is 1"),
        "cell-squashed": Example(lambda f: gates(f)[1], "are 1, 1, 1", "0.7616, 0.6420, 0.5663"),
        "h-is-o-times-c": Example(lambda f: gates(f, c0=2, T=1)[0], "0.9640", "Yours is 2"),
        "o-inside-tanh": Example(lambda f: gates(f, c0=2, o=0.5, T=1)[0], "0.4820", "0.7616"),
        "h-from-the-old-cell": Example(lambda f: gates(f, c0=0, i=1, g=0.5, T=1)[0], "0.4621", "Yours is 0"),
        "h-in-the-cell": Example(lambda f: gates(f)[1], "are 1, 1, 1", "1, 0.7616, 0.6420"),
        "squashed-cell-carried": Example(lambda f: gates(f, o=0.5)[1], "are 1, 1, 1", "1, 0.7616, 0.6420"),
        "h-squashed-twice": Example(lambda f: gates(f, c0=2, T=1)[0], "0.9640", "Yours is 0.7461"),
    },
    "lstm_step_forward": {
        "gate-order-ifgo": Example(lambda f: step(f, 0, 0, 20, 0, prev_c=1)[1], "next_c is 0.5", "Yours is 1"),
        "f-and-i-swapped": Example(lambda f: step(f, -20, 20, 0, 0, prev_c=1)[1], "next_c is 1", "Yours is 0"),
        "sigmoid-on-g": Example(lambda f: step(f, 0, 0, 0, 0)[1], "next_c is 0", "Yours is 0.25"),
        "tanh-on-input-gate": Example(lambda f: step(f, 0, 0, 0, 20)[1], "next_c is 0.5", "Yours is 0"),
        "tanh-on-forget-gate": Example(lambda f: step(f, 0, 0, 0, 0, prev_c=1)[1], "next_c is 0.5", "Yours is 0"),
        "tanh-on-output-gate": Example(lambda f: step(f, 0, 0, 0, 0, prev_c=1)[0], "0.2311", "Yours is 0"),
        "h-is-o-times-c": Example(lambda f: step(f, *KEEP, prev_c=2)[0], "0.9640", "Yours is 2"),
        "nothing-kept": Example(lambda f: step(f, 0, 20, 0, 0, prev_c=1)[1], "next_c is 1", "Yours is 0"),
        "unstable-sigmoid": Example(lambda f: step(f, 1000, 0, 0, 20)[1], "next_c is 1", "Yours is nan"),
        "no-bias": Example(lambda f: step(f, *KEEP, prev_c=1)[1], "next_c is 1", "Yours is 0.5"),
        "prev-h-ignored": Example(
            lambda f: step(f, 0, 0, 0, 0, prev_h=1, prev_c=1, Wh=row(0, 20, 0, 0))[1], "next_c is 1", "Yours is 0.5"
        ),
        "everything-open": Example(lambda f: step(f, -20, 20, -20, 0, prev_c=1)[0], "next_h is 0", "= 0.7616"),
        "h-from-the-old-cell": Example(lambda f: step(f, 20, 0, 20, np.arctanh(0.5))[0], "0.4621", "Yours is 0"),
        "sigmoid-overflows": Example(),
    },
    "lstm_forward": {
        "cell-not-carried": Example(
            lambda f: run(f, 20, 20, 20, 1, x=(0, 0, 0)), "0.6420, 0.9093, 0.9795", "0.6420, 0.6420, 0.6420"
        ),
        "c0-is-h0": Example(lambda f: run(f, *KEEP, x=(0,), h0=0.5), "h_1 is 0", "0.4621"),
        "h0-ignored": Example(lambda f: run(f, 20, -20, 20, 0, **FROM_HALF)[:, 0], "0.4318", "Yours is 0"),
        "state-never-updated": Example(
            lambda f: run(f, 20, -20, 20, 0, **FROM_HALF), "0.4318, 0.3858", "0.4318, 0.4318"
        ),
        "runs-backwards": Example(
            lambda f: run(f, 20, 20, 20, 0, x=(0.5, 0), Wx=LISTEN), "h is 0.4318, 0.4318", "Yours is 0.4318, 0"
        ),
        "returns-cells": Example(lambda f: run(f, 20, 20, 0, 20)[:, 1], "0.4820", "Yours is 2"),
        "initial-cell-views-output": Example(),
    },
    "lstm_forward_full": {
        "c0-ignored": Example(lambda f: whole(f, *KEEP, c0=0.5)[2], "c_T = 0.5", "Yours is 0"),
        "c0-is-h0": Example(lambda f: whole(f, *KEEP, h0=0.2, c0=0.5)[2], "c_T is 0.5", "Yours is 0.2"),
        "h0-and-c0-swapped": Example(lambda f: whole(f, 0, 0, 0, 0, h0=0.2, c0=1.5)[2], "0.75", "Yours is 0.1"),
        "cell-not-carried": Example(lambda f: whole(f, -20, 0, 0, 0, T=3, c0=1)[2], "c_T is 0.125", "Yours is 0.5"),
        "last-two-swapped": Example(lambda f: whole(f, -20, 20, 0, 0, c0=2)[1:], "0.4820 and 2", "2 and 0.4820"),
        "cell-squashed": Example(lambda f: whole(f, *KEEP, c0=2)[2], "c_T is 2", "0.9640"),
        "first-state-returned": Example(lambda f: whole(f, 20, 20, 20, 1, T=2)[1], "h_T is 0.9093", "Yours is 0.6420"),
        "all-cells-returned": Example(
            lambda f: whole(f, -20, 0, 0, 0, T=3, c0=1)[2], "c_T is 0.125", "Yours is 0.5, 0.25, 0.125"
        ),
        "all-states-returned": Example(
            lambda f: whole(f, 20, 20, 20, 1, T=2)[1], "h_T is 0.9093", "Yours is 0.6420, 0.9093"
        ),
        "batch-and-time-swapped": Example(shape, "(2, 5, 3)", "(5, 2, 3)"),
    },
    "latch_weights": {
        "weights-too-small": Example(
            other={"0.8808": sigmoid(2), "3e-6": sigmoid(2) ** 100, "0.9975": OPEN_6, "0.78": OPEN_6**100}
        ),
        "gate-order": Example(other={"0.9975": OPEN_6, "0.5": sigmoid(0)}),
        "keeps-and-erases-swapped": Example(other={"0.9975": OPEN_6, "0.0025": SHUT_6}),
        "forgets": Example(other={"8e-31": sigmoid(0) ** 100, "0.9975": OPEN_6, "0.78": OPEN_6**100}),
        "always-writes": Example(
            other={"0.0180": sigmoid(-4), "1.8": 100 * sigmoid(-4), "0.00247": SHUT_6, "0.247": 100 * SHUT_6}
        ),
        "never-writes": Example(other={"0.1192": sigmoid(-5 + 3)}),
        "old-bit-stays": Example((-1 * 1 + 1, -1 * 0 + 1), "they make 0", "they make 1"),
        "bit-unread": Example(other={"0.4621": TANH_HALF, "0.9951": np.tanh(3)}),
        "half-open-while-waiting": Example(other={"8e-31": sigmoid(0) ** 100, "0.9975": OPEN_6, "0.78": OPEN_6**100}),
        "output-closed": Example(other={"0.7616": TANH_1, "0.00247": SHUT_6, "0.00188": SHUT_6 * TANH_1}),
    },
}
