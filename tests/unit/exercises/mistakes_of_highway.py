"""Assignment 06: what the third hints say, computed."""

import numpy as np
from worked_mistakes import REFERENCE, Example, one, row, steps

NAMES = ("dx", "dprev_h", "dprev_c", "dWx", "dWh", "db")
FROM_06 = float(np.arctanh(0.6))  # the content whose tanh is 0.6
ON_G, GATES = row(0, 0, 0, 1), np.array([[[0.5], [0.8], [0.9]]])


def back(function, dnext_h=0.0, dnext_c=0.0, i=0.5, f=0.5, o=0.5, g=0.0, prev_c=0.0, next_c=0.0, prev_h=0.0):
    """Return the gradients of one step of one unit with these gates, by name; its input is 0."""
    values = (one(value) for value in (i, f, o, g, next_c))
    cache = (one(0), one(prev_h), one(prev_c), np.zeros((1, 4)), np.zeros((1, 4)), *values)
    return dict(zip(NAMES, function(one(dnext_h), one(dnext_c), cache), strict=True))


def added_into(function):
    """Return what a caller's dnext_c holds after the call."""
    dnext_c = one(1)
    cache = (one(0), one(0), one(0), np.zeros((1, 4)), np.zeros((1, 4)), *map(one, (0.5, 0.5, 0.5, 0, 0)))
    function(one(1), dnext_c, cache)
    return dnext_c


def sequence(function, *dh, Wh=0):
    """Return the gradients of one unit that reads 0; every gate is half open, and g alone listens."""
    return function(steps(*dh), cache_of("lstm_forward", len(dh), Wh))


def changed(function):
    """Return what a caller's dh holds after the call."""
    dh = steps(0, 1)
    function(dh, cache_of("lstm_forward", 2, 1))
    return dh


def full(function, *dh, dc_T=1, Wh=0):
    """Return the gradients of such a unit that hands on its cell."""
    return function(steps(*dh), one(dc_T), cache_of("lstm_forward_full", len(dh), Wh))


def cache_of(name, T, Wh):
    """Return the cache of such a unit."""
    cells = (one(0),) if name == "lstm_forward_full" else ()
    return REFERENCE[name](np.zeros((1, T, 1)), one(0), *cells, ON_G, Wh * ON_G, np.zeros(4))[-1]


def highway(function, *f):
    """Return the entries for one unit."""
    return function(steps(*f))


def opened(function, *b):
    """Return a bias whose forget block is 1."""
    return function(np.array(b, dtype=float), 1.0)


def opened_in_place(function):
    """Return what a caller's b holds after the call."""
    b = np.array([0.1, 0.2, 0.3, 0.4])
    function(b, 1.0)
    return b


class Chosen:
    """Draws what it was made with: x_0 and weights, and a gradient that is the same for all units."""

    def __init__(self, x, weight):
        self.x, self.weight = x, weight

    def standard_normal(self, size):
        """Return the next array: of 16 units, or of weights of which an eighth will be taken."""
        if size == 16:
            x, self.x = np.full(16, self.x), 1.0
            return x
        return np.broadcast_to(8 * self.weight * np.eye(16), size)


def stack(function, depth, skip, x=0.0, weight=0.0):
    """Return the norms of a stack in which each unit speaks to itself alone."""
    return function(depth, skip, Chosen(x, weight))


def gru(function, x=0.0, h=0.0, bx=(0, 0, 0), bh=(0, 0, 0), Wx=(0, 0, 0), Wh=(0, 0, 0)):
    """Return the next state of a GRU of one unit."""
    return function(one(x), one(h), row(*Wx), row(*Wh), *(np.array(b, dtype=float) for b in (bx, bh)))[0]


def gru_back(function, r=0.5, z=0.5, n=0.0, h=0.0, product=0.0, Wh=(0, 0, 0), which="dbx"):
    """Return one gradient of one step of a GRU of one unit, at which 1 arrives; its input is 0."""
    cache = (one(0), one(h), np.zeros((1, 3)), row(*Wh), *map(one, (r, z, n, product)))
    return dict(zip(("dx", "dprev_h", "dWx", "dWh", "dbx", "dbh"), function(one(1), cache), strict=True))[which]


def in_the_other_form():
    """Return the last entry of dbh of Cho's form, right and by PyTorch's backward pass: r = z = 0.5, n = tanh(0.5)."""
    at_n = 0.5 * (1 - np.tanh(0.5) ** 2)
    return at_n, at_n * 0.5


S = [0.1, 0.2, 0.3, 0.4]
OPEN, SHUT, ON_N = (0, 20, 0), (-20, -20, 0), (0, 0, 1)
RIGHT, CELLS, ONE_TO_TWO = "[0.1, 1, 0.3, 0.4]", "are 0.72, 0.9, 1", np.array([[0, 1], [0, 0]])
EXAMPLES = {
    "lstm_step_backward": {
        "h-path-missing": Example(lambda f: back(f, 1, f=0.8)["dprev_c"], "dprev_c is 0.4", "Yours is 0"),
        "c-path-missing": Example(lambda f: back(f, 0, 1)["dprev_c"], "dprev_c is 0.5", "Yours is 0"),
        "dprev-c-from-dnext-c": Example(lambda f: back(f, 1, f=0.8)["dprev_c"], "dprev_c is 0.4", "Yours is 0"),
        "dprev-c-without-f": Example(lambda f: back(f, 0, 1)["dprev_c"], "dprev_c is 0.5", "Yours is 1"),
        "di-uses-i": Example(lambda f: back(f, 0, 1, g=-1)["db"][0], "db is −0.25", "Yours is 0.125"),
        "df-uses-next-c": Example(
            lambda f: back(f, 0, 1, prev_c=2, next_c=1)["db"][1], "entry of db is 0.5", "Yours is 0.25"
        ),
        "tanh-of-tanh": Example(
            lambda f: back(f, 1, o=1, f=1, next_c=np.arctanh(0.5))["dprev_c"], "is 0.75", "Yours is 0.7864"
        ),
        "slope-of-c": Example(lambda f: back(f, 1, o=1, f=1, next_c=2)["dprev_c"], "is 0.0707", "Yours is −3"),
        "tanh-slope-missing": Example(
            lambda f: back(f, 1, f=1, next_c=FROM_06)["dprev_c"], "dprev_c is 0.32", "Yours is 0.5"
        ),
        "o-missing-in-dc": Example(
            lambda f: back(f, 1, f=1, next_c=FROM_06)["dprev_c"], "dprev_c is 0.32", "Yours is 0.64"
        ),
        "do-from-dc": Example(lambda f: back(f, 0, 1, next_c=FROM_06)["db"][2], "entry of db is 0", "Yours is 0.15"),
        "do-without-tanh": Example(lambda f: back(f, 1, next_c=2)["db"][2], "0.2410", "Yours is 0.5"),
        "gate-slopes-missing": Example(lambda f: back(f, 0, 1, g=1)["db"][0], "slope is 0.25", "Yours is 1"),
        "g-as-sigmoid": Example(lambda f: back(f, 0, 1)["db"][3], "entry of db is 0.5", "Yours is 0"),
        "stack-order": Example(
            lambda f: back(f, 1, i=0, f=1, prev_c=FROM_06, next_c=FROM_06)["db"],
            "db is [0, 0, 0.15, 0]",
            "Yours is [0, 0, 0, 0.15]",
        ),
        "dwh-from-next-h": Example(
            lambda f: back(f, 1, i=0, f=1, prev_c=FROM_06, next_c=FROM_06)["dWh"][0, 2],
            "entry of dWh is 0",
            "Yours is 0.045",
        ),
        "adds-into-dnext-c": Example(added_into, "still 1", "it is 1.5"),
    },
    "lstm_backward": {
        "dc-not-threaded": Example(lambda f: sequence(f, 0, 1)[0], "dx is 0.125, 0.25", "Yours is 0, 0.25"),
        "dh-not-threaded": Example(lambda f: sequence(f, 0, 1, Wh=1)[0], "0.1875, 0.25", "Yours is 0.125, 0.25"),
        "dh-added-to-dc": Example(lambda f: sequence(f, 1)[0], "dx is 0.25", "Yours is 0.5"),
        "dh-added-to-both": Example(lambda f: sequence(f, 1)[0], "dx is 0.25", "Yours is 0.75"),
        "loss-gradient-dropped": Example(lambda f: sequence(f, 1)[0], "dx is 0.25", "Yours is 0"),
        "only-the-last-step": Example(lambda f: sequence(f, 1, 1)[0], "dx is 0.375, 0.25", "Yours is 0.125, 0.25"),
        "last-loss-counted-twice": Example(lambda f: sequence(f, 1)[0], "dx is 0.25", "Yours is 0.5"),
        "loops-forward": Example(lambda f: sequence(f, 0, 1)[0], "dx is 0.125, 0.25", "Yours is 0, 0.25"),
        "returns-dc-as-dh0": Example(lambda f: sequence(f, 1)[1], "dh0 is 0", "Yours is 0.25"),
        "dh0-zero": Example(lambda f: sequence(f, 1, Wh=1)[1], "dh0 is 0.25", "Yours is 0"),
        "weights-overwritten": Example(lambda f: sequence(f, 1, 1)[4][3], "which is 0.625", "Yours is 0.375"),
        "mutates-dh": Example(changed, "still 0, 1", "it is 0.25, 1"),
    },
    "lstm_backward_full": {
        "dc-T-ignored": Example(lambda f: full(f, 0)[2], "dc0 is 0.5", "Yours is 0"),
        "dc-T-at-every-step": Example(lambda f: full(f, 0, 0)[2], "dc0 is 0.25", "Yours is 0.5"),
        "dc-T-added-at-every-step": Example(lambda f: full(f, 0, 0)[2], "dc0 is 0.25", "Yours is 0.75"),
        "dc-T-given-to-h": Example(lambda f: full(f, 0)[2], "dc0 is 0.5", "Yours is 0.25"),
        "states-swapped": Example(lambda f: full(f, 0)[1:3], "are 0 and 0.5", "are 0.5 and 0"),
        "dh0-zero": Example(lambda f: full(f, 0, Wh=1)[1], "dh0 is 0.5", "Yours is 0"),
        "dc0-zero": Example(lambda f: full(f, 0)[2], "dc0 is 0.5", "Yours is 0"),
        "dc0-through-f-twice": Example(lambda f: full(f, 0)[2], "dc0 is 0.5", "Yours is 0.25"),
        "returned-in-wrong-order": Example(lambda f: full(f, 0)[1:3], "are 0 and 0.5", "are 0.5 and 0"),
        "dh-not-threaded": Example(
            lambda f: full(f, 0, 1, dc_T=0, Wh=1)[0], "dx is 0.1875, 0.25", "Yours is 0.125, 0.25"
        ),
    },
    "cell_highway": {
        "off-by-one": Example(lambda f: f(GATES), CELLS, "Yours are 0.4, 0.8, 1"),
        "one-gate-too-early": Example(lambda f: f(GATES), CELLS, "Yours are 0.36, 0.72, 0.9"),
        "counts-its-own-gate": Example(lambda f: f(GATES), CELLS, "Yours are 0.648, 0.81, 0.9"),
        "sum-for-product": Example(lambda f: highway(f, 0.5, 0.5, 0.5), "are 0.25, 0.5, 1", "are 2, 1.5, 1"),
        "own-gate-for-all": Example(lambda f: f(GATES), CELLS, "Yours are 0.25, 0.8, 1"),
        "includes-i": Example(lambda f: highway(f, 0.5, 0.9), "are 0.9, 1", "are 0.09, 1"),
        "runs-forwards": Example(lambda f: highway(f, 0.5, 0.8), "are 0.8, 1", "are 0.5, 0.4"),
    },
    "forget_bias": {
        "input-block": Example(lambda f: opened(f, *S), RIGHT, "Yours is [1, 0.2, 0.3, 0.4]"),
        "output-block": Example(lambda f: opened(f, *S), RIGHT, "Yours is [0.1, 0.2, 1, 0.4]"),
        "adds-the-value": Example(lambda f: opened(f, *S), RIGHT, "Yours is [0.1, 1.2, 0.3, 0.4]"),
        "every-gate": Example(lambda f: opened(f, *S), RIGHT, "Yours is [1, 1, 1, 1]"),
        "others-zeroed": Example(lambda f: opened(f, *S), RIGHT, "Yours is [0, 1, 0, 0]"),
        "one-entry": Example(
            lambda f: opened(f, *np.zeros(8)), "[0, 0, 1, 1, 0, 0, 0, 0]", "Yours is [0, 1, 0, 0, 0, 0, 0, 0]"
        ),
        "block-by-itself": Example(lambda f: opened(f, *S), RIGHT, "Yours is [1]"),
        "changes-b": Example(opened_in_place, "still [0.1, 0.2, 0.3, 0.4]", "it is [0.1, 1, 0.3, 0.4]"),
    },
    "residual_stack_gradient": {
        "skip-missing-backwards": Example(lambda f: stack(f, 2, 0.5), "norms is [0.5, 1]", "Yours is [0, 1]"),
        "layer-missing-backwards": Example(
            lambda f: stack(f, 2, 0.0, weight=0.5), "norms is [0.5, 1]", "Yours is [0, 1]"
        ),
        "no-tanh-slope": Example(
            lambda f: stack(f, 2, 0.0, x=np.arctanh(np.arctanh(0.5)), weight=1.0), "is [0.75, 1]", "Yours is [1, 1]"
        ),
        "slope-from-x": Example((1 - 0.5**2, 1 - 2.5**2), "= 0.75", "= −5.25"),
        "slope-on-the-wrong-side": Example((1 * (1 - 1**2), (1 - 0**2) * 1), "0 comes", "it is 1"),
        "skip-is-one-backwards": Example(lambda f: stack(f, 2, 0.5), "norms is [0.5, 1]", "Yours is [1, 1]"),
        "w-transposed": Example((ONE_TO_TWO @ [0, 1], [0, 1] @ ONE_TO_TWO), "to [1, 0]", "becomes [0, 0]"),
        "x-drawn-again": Example(lambda f: stack(f, 2, 0.0, weight=1.0), "norms is [1, 1]", "it is [0.5878, 1]"),
        "one-layer-late": Example(lambda f: stack(f, 1, 0.5), "norms is [1]", "Yours is [0.5]"),
    },
    "gru_step_forward": {
        "z-turned-round": Example(lambda f: gru(f, h=0.5, bx=OPEN), "next_h is 0.5", "Yours is 0"),
        "gate-order-zrn": Example(lambda f: gru(f, h=0.5, bx=(20, -20, 0)), "next_h is 0", "Yours is 0.5"),
        "no-reset": Example(lambda f: gru(f, h=1, bx=SHUT, Wh=ON_N), "next_h is 0", "= 0.7616"),
        "input-is-reset-too": Example(lambda f: gru(f, x=1, bx=SHUT, Wx=ON_N), "= 0.7616", "Yours is 0"),
        "bias-outside-the-reset": Example(lambda f: gru(f, bx=SHUT, bh=ON_N), "next_h is 0", "= 0.7616"),
        "sigmoid-on-n": Example(lambda f: gru(f), "next_h is 0", "Yours is 0.25"),
        "nothing-kept": Example(lambda f: gru(f, h=0.5, bx=OPEN), "next_h is 0.5", "Yours is 0"),
        "no-bh": Example(lambda f: gru(f, h=0.5, bh=OPEN), "next_h is 0.5", "Yours is 0.25"),
        "no-bx": Example(lambda f: gru(f, h=0.5, bx=OPEN), "next_h is 0.5", "Yours is 0.25"),
    },
    "gru_step_backward": {
        "reset-before-the-product": Example(
            lambda f: gru_back(f, h=-1, Wh=ON_N, which="dbh")[2], "ends in 0.25", "Yours ends in 0.5"
        ),
        "reset-after-the-product": Example(in_the_other_form(), "ends in 0.3932", "Yours ends in 0.1966"),
        "direct-path-left-out": Example(lambda f: gru_back(f, which="dprev_h"), "dprev_h is 0.5", "Yours is 0"),
        "direct-path-whole": Example(lambda f: gru_back(f, which="dprev_h"), "dprev_h is 0.5", "Yours is 1"),
        "candidate-in-full": Example(lambda f: gru_back(f)[2], "ends in 0.5", "Yours ends in 1"),
        "tanh-slope-left-out": Example(lambda f: gru_back(f, n=0.6)[2], "ends in 0.32", "Yours ends in 0.5"),
        "dz-turned-round": Example(lambda f: gru_back(f, h=1)[1], "dbx is 0.25", "Yours is −0.25"),
        "dz-from-the-old-state-alone": Example(lambda f: gru_back(f, n=0.6, h=1)[1], "dbx is 0.1", "Yours is 0.25"),
        "dz-from-the-candidate-alone": Example(lambda f: gru_back(f, n=0.6, h=1)[1], "dbx is 0.1", "Yours is −0.15"),
        "z-slope-left-out": Example(lambda f: gru_back(f, h=1)[1], "dbx is 0.25", "Yours is 1"),
        "r-slope-left-out": Example(lambda f: gru_back(f, product=1)[0], "with 0.125", "Yours begins with 0.5"),
        "dr-from-prev-h": Example(lambda f: gru_back(f, h=0.5, product=1)[0], "with 0.125", "begins with 0.0625"),
        "r-passed-over": Example(lambda f: gru_back(f, which="dbh")[2], "ends in 0.25", "Yours ends in 0.5"),
        "input-is-reset-too": Example(lambda f: gru_back(f)[2], "ends in 0.5", "Yours ends in 0.25"),
        "stack-order": Example(lambda f: gru_back(f, h=1), "[0, 0.25, 0.5]", "Yours is [0.25, 0, 0.5]"),
        "one-bias-gradient-twice": Example(
            lambda f: np.array([gru_back(f)[2], gru_back(f, which="dbh")[2]]),
            "dbx ends in 0.5 and dbh in 0.25",
            "end in 0.5 and 0.5",
        ),
    },
}
