"""Assignment 03: what the third hints say, computed."""

import numpy as np
from worked_mistakes import Example, one, steps

E, TANH_1, TANH_2 = np.e, np.tanh(1), np.tanh(1 + np.tanh(1))


def cut(function, k, *dh, h0=0, Wx=1):
    """Return what comes of one unit with Wh = 1 and inputs of 0: dx, dh0, dWx, dWh, db."""
    return function(steps(*(0 for _ in dh)), one(h0), one(Wx), one(1), np.zeros(1), steps(*dh), k)


def from_half(function):
    """Return db of a unit that starts at 0.5 and is asked at its second step alone, cut before it."""
    return cut(function, 1, 0, 1, h0=0.5, Wx=0)[4]


def two(function, limit, *sizes):
    """Return the clipped gradients of two parameters with one entry each."""
    return list(function({"Wx": np.array(sizes[:1]), "Wh": np.array(sizes[1:])}, limit)[0].values())


def whole(function, limit, *entries):
    """Return the clipped gradient of one parameter."""
    return function({"b": np.array(entries)}, limit)[0]


def norm(function, *sizes, limit=9.0):
    """Return the norm of two parameters' gradients, given by their lengths."""
    return function({"Wx": np.array(sizes[:1]), "Wh": np.array(sizes[1:])}, limit)[1]


def matrix_norm(function, *rows):
    """Return the norm of one parameter's gradient, given by its rows."""
    return function({"Wx": np.array(rows, dtype=float)}, 9.0)[1]


def read(function, ids, N, k):
    """Return what the first row of each chunk reads, one chunk after the other."""
    return [x[0] for x, _ in function(np.arange(ids), N, k)]


def clipped_in_place(function):
    """Return what a caller's gradient holds after the call."""
    grads = {"b": np.array([3.0, 4.0])}
    function(grads, 2.5)
    return grads


def texts(function, *seeds):
    """Return how many different texts a network with these seeds writes."""
    zeros = {"Wx": np.zeros((4, 2)), "Wh": np.zeros((2, 2)), "b": np.zeros(2)}
    params = zeros | {"Wy": np.zeros((2, 4)), "by": np.zeros(4)}
    return len({tuple(function(params, np.array([0]), 10, 1.0, np.random.default_rng(seed))) for seed in seeds})


def count(function):
    """Return how many ids come of a prime of 3 and n = 10."""
    zeros = {"Wx": np.zeros((4, 2)), "Wh": np.zeros((2, 2)), "b": np.zeros(2)}
    params = zeros | {"Wy": np.zeros((2, 4)), "by": np.zeros(4)}
    return len(function(params, np.array([0, 1, 2]), 10, 1.0, np.random.default_rng(0)))


SLOPES = {"0.4621": np.tanh(0.5), "0.4318": np.tanh(np.tanh(0.5))}
EXAMPLES = {
    "truncated_bptt": {
        "state-reset": Example(from_half, "0.8135", "Yours is 0.7864", SLOPES),
        "state-zeroed": Example(from_half, "0.8135", "Yours is 1", {"0.4318": SLOPES["0.4318"]}),
        "gradient-not-cut": Example(lambda f: cut(f, 2, 0, 0, 0, 1)[0], "dx is 0, 0, 1, 1", "Yours is 1, 1, 1, 1"),
        "cut-one-step-late": Example(lambda f: cut(f, 2, 0, 0, 1, 0)[0], "dx is 0, 0, 1, 0", "Yours is 1, 1, 1, 0"),
        "cut-one-step-early": Example(lambda f: cut(f, 3, 0, 0, 1, 0)[0], "dx is 1, 1, 1, 0", "Yours is 0, 0, 1, 0"),
        "last-steps-dropped": Example(lambda f: cut(f, 2, 1, 1, 1)[0], "dx is 2, 1, 1", "Yours is 2, 1, 0"),
        "weights-gradients-overwritten": Example(lambda f: cut(f, 1, 0.2, 0.3)[4], "db is 0.5", "Yours is 0.3"),
        "dh0-of-the-last-segment": Example(lambda f: cut(f, 1, 0.2, 0.3)[1], "dh0 is 0.2", "Yours is 0.3"),
    },
    "clip_grad_norm": {
        "the-same-dict": Example(),
        "per-parameter": Example(lambda f: two(f, 2.5, 3.0, 4.0), "become 1.5 and 2", "become 2.5 and 2.5"),
        "elementwise": Example(lambda f: whole(f, 2.5, 3.0, 4.0), "becomes [1.5, 2]", "becomes [2.5, 2.5]"),
        "rescaled-when-below": Example(lambda f: whole(f, 1.0, 0.3, 0.4), "stays [0.3, 0.4]", "becomes [0.6, 0.8]"),
        "always-rescaled": Example(
            lambda f: [whole(f, 1.0, 0.3, 0.4), whole(f, 1.0, 0.0, 0.0)],
            "[0.3, 0.4], and [0, 0]",
            "Yours become [0.6, 0.8] and [nan, nan]",
        ),
        "nan-on-zero": Example(lambda f: whole(f, 1.0, 0.0, 0.0), "stays [0, 0]", "becomes [nan, nan]"),
        "norms-added": Example(lambda f: norm(f, 3.0, 4.0), "norm 5", "Yours is 7"),
        "norms-not-squared": Example(lambda f: norm(f, 3.0, 4.0), "is 5", "2.646"),
        "no-square-root": Example(lambda f: norm(f, 3.0, 4.0), "norm 5", "Yours is 25"),
        "norm-after-clipping": Example(lambda f: norm(f, 3.0, 4.0, limit=1.0), "norm 5", "Yours is 1"),
        "spectral-norms": Example(lambda f: matrix_norm(f, [3, 0], [0, 4]), "norm 5", "Yours is 4"),
        "largest-entry": Example(lambda f: matrix_norm(f, [3, 4]), "norm 5", "Yours is 4"),
        "absolute-values-added": Example(lambda f: matrix_norm(f, [3, 4]), "norm 5", "Yours is 7"),
        "mean-of-squares": Example(lambda f: matrix_norm(f, [3, 4]), "norm 5", "3.536"),
        "longest-parameter": Example(lambda f: norm(f, 3.0, 4.0), "norm 5", "Yours is 4"),
        "last-parameter": Example(lambda f: norm(f, 3.0, 4.0), "norm 5", "Yours is 4"),
        "clips-in-place": Example(clipped_in_place, "still holds [3, 4]", "it holds [1.5, 2]"),
    },
    "stream_batches": {
        "shift-lost-at-the-cut": Example(lambda f: f(np.arange(5), 1, 2)[0][1], "is [1, 2]", "Yours is [1, 0]"),
        "shift-lost-at-the-row": Example(lambda f: f(np.arange(7), 2, 3)[0][1][0], "are 1, 2, 3", "are 1, 2, 0"),
        "no-shift": Example(lambda f: f(np.arange(5), 1, 4)[0][1], "y is [1, 2, 3, 4]", "Yours is [0, 1, 2, 3]"),
        "rows-interleaved": Example(lambda f: f(np.arange(7), 2, 3)[0][0][0], "reads 0, 1, 2", "reads 0, 2, 4"),
        "rows-not-contiguous": Example(
            lambda f: [x[0] for x, _ in f(np.arange(9), 2, 2)], "reads 0, 1, then 2, 3", "reads 0, 1, then 4, 5"
        ),
        "last-chunk-dropped": Example(
            lambda f: [x.shape[1] for x, _ in f(np.arange(8), 1, 4)], "have 4 steps and 3", "is one of 4"
        ),
        "whole-blocks-in-file-order": Example(
            lambda f: read(f, 9, 2, 2), "reads 0, 1, then 2, 3", "reads 0, 1, then 4, 5"
        ),
        "windows-overlap": Example(
            lambda f: read(f, 5, 1, 2), "read 0, 1, then 2, 3", "read 0, 1, then 1, 2, then 2, 3"
        ),
        "windows-overlap-to-the-end": Example(lambda f: len(f(np.arange(5), 1, 2)), "make 2", "are 4"),
        "last-of-each-row-not-read": Example(
            lambda f: [half[0] for half in f(np.arange(7), 2, 3)[0]],
            "reads 0, 1, 2 and is asked for 1, 2, 3",
            "reads 0, 1 and is asked for 1, 2",
        ),
        "targets-from-the-next-row": Example(lambda f: f(np.arange(7), 2, 3)[0][1][0], "are 1, 2, 3", "are 3, 4, 5"),
        "inputs-and-targets-swapped": Example(
            lambda f: f(np.arange(4), 1, 3)[0], "[0, 1, 2] and y is [1, 2, 3]", "[1, 2, 3] and [0, 1, 2]"
        ),
        "steps-down-the-rows": Example(lambda f: f(np.arange(7), 2, 3)[0][0].shape, "shape (2, 3)", "Yours is (3, 2)"),
    },
    "sample": {
        "temperature-ignored": Example(other={"2.72": E, "7.39": E**2}),
        "temperature-multiplies": Example(other={"1.65": E**0.5, "7.39": E**2}),
        "always-the-likeliest": Example((100 * 0.4, 0), "about 40", "Yours comes 0"),
        "state-not-carried": Example((TANH_2, TANH_1), "0.9427", "0.7616 again"),
        "state-halved": Example(
            other={"0.7616": TANH_1, "0.9427": TANH_2, "0.3808": TANH_1 / 2, "0.8811": np.tanh(1 + TANH_1 / 2)}
        ),
        "state-stands-still": Example((TANH_2, TANH_1), "0.9427", "is 0.7616 both"),
        "starts-from-ones": Example((0, TANH_1), "= 0", "= 0.7616"),
        "prime-not-heard": Example((TANH_2, TANH_1), "0.9427", "Yours is 0.7616"),
        "not-fed-back": Example((5, 3), "then 5 is", "reads 3 again"),
        "scores-squashed": Example(other={"20.1": E**3, "0.995": np.tanh(3), "2.7": np.exp(np.tanh(3))}),
        "output-bias-forgotten": Example(other={"2.72": E}),
        "step-bias-forgotten": Example((np.tanh(0.5), 0), "0.4621", "it is 0"),
        "prime-without-its-last": Example((TANH_2, TANH_1), "0.9427", "Yours is 0.7616"),
        "prime-without-its-first": Example((3, 3 - 1), "takes 3 steps", "takes 2"),
        "last-of-the-prime-twice": Example((3, 3 + 1), "takes 3 steps", "takes 4"),
        "top-k": Example(other={"10": 100 * 0.1}),
        "nucleus": Example(other={"5": 100 * 0.05, "0.8": 0.5 + 0.3}),
        "stops-at-id-zero": Example(),
        "prime-among-ids": Example(count, "give 10 ids", "are 13"),
        "chance-of-its-own": Example(lambda f: texts(f, 1, 1), "gives 1 text", "gives 2 different"),
        "rng-ignored": Example(lambda f: texts(f, 1, 2), "write 2 different", "write 1 and"),
        "seeds-the-global-generator": Example(other={"0.5508": np.random.RandomState(3).rand()}),
    },
}
