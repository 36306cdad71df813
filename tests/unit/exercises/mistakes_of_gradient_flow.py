"""Assignment 04: what the third hints say, computed."""

import numpy as np
from worked_mistakes import Example, one, steps

ONE_TO_TWO, IDENTITY, ONES = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2), np.ones((2, 2))
SWAP, CORNER = np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([[0.0, 2.0], [0.0, 0.0]])


def states(*rows):
    """Return the states of one sequence, a row a step."""
    return np.array([rows], dtype=float)


def length(function, *rows, dh_T, Wh=2.0):
    """Return the norms of one sequence."""
    return function(np.array([dh_T], dtype=float), states(*rows), np.array(Wh, dtype=float, ndmin=2))


def bound(function, *h, Wh=2.0):
    """Return the bound for one unit."""
    return function(steps(*h), one(Wh))


def first(function, *h, Wh=2.0):
    """Return the product at step t = 1 for one unit."""
    return function(steps(*h), one(Wh))[:, 0]


def diagonal(function, *x, h0=0.0, lam=0.5):
    """Return the states of one unit that goes alone."""
    return function(steps(*x), one(h0), np.array([lam]))[0]


def diagonal_back(function, *dh, which="dx", h0=2.0, lam=0.5, N=1):
    """Return one gradient of one unit that goes alone, with inputs of 0; `N` sequences alike."""
    T = len(dh)
    h = np.repeat(steps(*(h0 * lam ** (t + 1) for t in range(T))), N, axis=0)
    found = function(np.repeat(steps(*dh), N, axis=0), (np.full((N, 1), h0), h, np.array([lam])))
    return dict(zip(("dx", "dh0", "dlam"), found, strict=True))[which]


def notes(function, h, Wh, h0=None, dh_T=None):
    """Return error and share of one sequence with these states."""
    h, Wh = np.array([h], dtype=float), np.array(Wh, dtype=float, ndmin=2)
    zeros = np.ones((1, h.shape[2]))
    h0 = zeros if h0 is None else one(h0)
    with np.errstate(all="ignore"):
        return function(zeros, h0, h, Wh)[1::2]


def growth(function, W, t=2, z=0.0, k=2.0):
    """Return size and steepest."""
    return function(np.array(W, dtype=float), t, np.array([z]), k)[1::2]


def scaled_in_place(function):
    """Return what a caller's Wh holds after the call."""
    Wh = one(2)
    function(Wh, 3.0)
    return Wh


def matrices(function, *seeds):
    """Return how many different matrices come of these seeds."""
    return len({function(3, np.random.default_rng(seed)).tobytes() for seed in seeds})


TURN = [[0, 0], [0.5, 0], [0, 0]]
PLAIN = [[0.3], [0.3]]
EIGHTHS = [np.linalg.matrix_power(np.array([[0.8, 3], [0, 0.8]]), t)[0, 1] for t in (1, 2, 3, 4)]
EXAMPLES = {
    "step_jacobian": {
        "transposed": Example(
            lambda f: f(np.zeros((1, 2)), ONE_TO_TWO), "is [[0, 0], [1, 0]]", "Yours is [[0, 1], [0, 0]]"
        ),
        "slope-missing": Example(lambda f: f(one(0.5), one(2)), "leaves 1.5", "Yours is 2"),
        "slope-on-columns": Example(
            lambda f: f(np.array([[0.0, 1.0]]), ONES), "is [[1, 1], [0, 0]]", "Yours is [[1, 0], [1, 0]]"
        ),
        "tanh-of-tanh": Example(lambda f: f(one(0.5), one(1)), "is 0.75", "0.7864"),
        "square-missing": Example(lambda f: f(one(-0.5), one(1)), "is 0.75", "Yours is 1.5"),
    },
    "jacobian_product": {
        "reverse-order": Example(
            lambda f: f(states([0, 0], [1, 0], [0, 1]), np.array([[0.0, 0.0], [1.0, 1.0]]))[:, 0],
            "make [[0, 1], [0, 0]]",
            "Yours is [[0, 0], [0, 0]]",
        ),
        "transposed": Example(
            lambda f: f(np.zeros((1, 2, 2)), ONE_TO_TWO)[:, 0], "is [[0, 0], [1, 0]]", "Yours is [[0, 1], [0, 0]]"
        ),
        "one-state-early": Example(lambda f: first(f, 0, 0.5), "leaves 1.5", "Yours is 2"),
        "slope-missing": Example(lambda f: first(f, 0.5, 0.5), "leaves 1.5", "Yours is 2"),
        "last-not-identity": Example(lambda f: first(f, 0.5), "product is 1", "Yours is 1.5"),
        "entry-by-entry": Example(
            lambda f: f(np.zeros((1, 3, 2)), ONES)[:, 0], "[[2, 2], [2, 2]]", "Yours is [[1, 1], [1, 1]]"
        ),
        "slopes-and-weights-apart": Example(
            lambda f: f(states(*TURN), SWAP)[:, 0], "is [[0.25, 0], [0, 0.1875]]", "Yours is [[0.1875, 0], [0, 0.25]]"
        ),
        "one-step-more-everywhere": Example(lambda f: f(steps(0, 0.5), one(2)), "are 1.5, 1", "are 3, 1.5"),
    },
    "gradient_norms": {
        "transposed": Example(
            lambda f: length(f, [0, 0], [0, 0], dh_T=[0, 1], Wh=ONE_TO_TWO), "are [1, 1]", "are [0, 1]"
        ),
        "slope-missing": Example(lambda f: length(f, [0.5], [0.5], dh_T=[1]), "are [1.5, 1]", "are [2, 1]"),
        "one-state-early": Example(lambda f: length(f, [0], [0.5], dh_T=[1]), "are [1.5, 1]", "are [2, 1]"),
        "slope-after-weights": Example(
            lambda f: length(f, [0, 0], [1, 0], dh_T=[0, 1], Wh=ONE_TO_TWO), "are [1, 1]", "are [0, 1]"
        ),
        "squared": Example(lambda f: length(f, [0, 0], [0, 0], dh_T=[3, 4], Wh=IDENTITY), "are [5, 5]", "are [25, 5]"),
        "one-step-too-far": Example(lambda f: length(f, [0], dh_T=[1]), "norm is 1", "Yours is 2"),
        "all-sequences-together": Example(
            lambda f: f(np.array([[3.0, 4.0], [0.0, 0.0]]), np.zeros((2, 2, 2)), IDENTITY)[:, -1], "[5, 0]", "[5, 5]"
        ),
        "forwards-in-time": Example(
            lambda f: length(f, [0], [0], [0.5], dh_T=[1], Wh=1), "[0.75, 0.75, 1]", "[0.75, 1, 1]"
        ),
    },
    "rescale": {
        "frobenius-for-spectral": Example(lambda f: f(IDENTITY, 1.0), "stays 1, 0, 0, 1", "0.7071, 0, 0, 0.7071"),
        "by-spectral-radius": Example(
            lambda f: f(np.array([[1.0, 1.0], [0.0, 1.0]]), 1.0)[0, 0],
            "become 0.618",
            "stay 1",
            {"1.618": np.linalg.norm([[1, 1], [0, 1]], 2)},
        ),
        "only-multiplied": Example(lambda f: f(one(2), 3.0), "give 3", "Yours is 6"),
        "by-largest-entry": Example(lambda f: f(ONES, 1.0)[0, 0], "become 0.5", "stay 1"),
        "stretches-cut-off": Example(
            lambda f: f(np.diag([3.0, 4.0]), 2.0), "becomes [[1.5, 0], [0, 2]]", "Yours is [[2, 0], [0, 2]]"
        ),
        "mutates": Example(scaled_in_place, "still 2", "it is 3"),
    },
    "norm_bound": {
        "frobenius-for-spectral": Example(
            lambda f: f(np.zeros((1, 2, 2)), IDENTITY), "is [1, 1]", "[1.4142, 1]", {"1e9": np.sqrt(2) ** 60}
        ),
        "mean-slope": Example(lambda f: f(states([0, 0], [0, 1]), IDENTITY), "is [1, 1]", "is [0.5, 1]"),
        "slope-missing": Example(lambda f: bound(f, 0.5, 0.5), "is [1.5, 1]", "is [2, 1]"),
        "one-state-early": Example(lambda f: bound(f, 0, 0.5), "is [1.5, 1]", "is [2, 1]"),
        "own-slopes-too": Example(lambda f: bound(f, 0.5, 0), "is [2, 1]", "is [3, 1]"),
        "norm-once": Example(lambda f: bound(f, 0, 0, 0), "is [4, 2, 1]", "is [2, 2, 1]"),
        "one-factor-too-many": Example(lambda f: bound(f, 0.5), "bound is 1", "Yours is 1.5"),
        "norms-of-the-jacobians": Example(
            lambda f: f(states([0, 0], [0, 1]), np.diag([1.0, 2.0])), "bound is [2, 1]", "Yours is [1, 1]"
        ),
        "slope-of-the-lowest-state": Example(
            lambda f: f(states([0, 0], [-0.5, 0]), IDENTITY), "bound is [1, 1]", "Yours is [0.75, 1]"
        ),
        "smallest-slope": Example(
            lambda f: f(states([0, 0], [0.5, 0]), IDENTITY), "bound is [1, 1]", "Yours is [0.75, 1]"
        ),
        "eigenvalue-for-stretch": Example(
            lambda f: f(np.zeros((1, 2, 2)), CORNER), "bound is [2, 1]", "Yours is [0, 1]"
        ),
    },
    "orthogonal": {
        "unit-columns-only": Example((np.dot([1, 0], [0.6, 0.8]), 0), "product is 0.6", "where 0"),
        "another-length": Example(other={"1e18": 2.0**60}),
        "not-orthogonal": Example(
            other={"2": np.linalg.norm(np.random.default_rng(0).standard_normal((24, 24)) / np.sqrt(24), 2)}
        ),
        "rng-ignored": Example(lambda f: matrices(f, 1, 2), "give 2 different", "give 1 and"),
        "chance-of-its-own": Example(lambda f: matrices(f, 1, 1), "gives 1 matrix", "gives 2 different"),
    },
    "counterexample_vanish": {
        "never-stretches": Example(
            other={"0.5": np.linalg.norm([[0.5, 0], [0, 0.5]], 2), "1.2071": np.linalg.norm([[0.5, 1], [0, 0.5]], 2)}
        ),
        "cheap-zeros": Example(
            (np.linalg.svd([[0, 1.5], [0, 0]])[1], np.linalg.svd([[0.3, 1.6], [0, 0.3]])[1].round(3)),
            "has 1.5 and 0",
            "1.654 and 0.054",
        ),
        "does-not-vanish": Example(other={"0.0018": 0.9**60, "4.9e-14": 0.6**60}),
    },
    "counterexample_transient": {
        "never-grows": Example(other={"3.87": max(t * 0.9 ** (t - 1) for t in range(1, 99))}),
        "radius-too-large": Example(other={"20": np.linalg.matrix_power(np.array([[1, 2], [0, 1]]), 10)[0, 1]}),
        "large-at-once": Example((EIGHTHS, 4), "3, 4.8, 5.76, 6.144", "to 4"),
    },
    "repair_products": {
        "believes-the-notes": Example(),
        "absolute-error": Example(lambda f: notes(f, TURN, SWAP)[0], "error is 0.25", "Yours is 0.0625"),
        "frobenius-for-spectral": Example(lambda f: notes(f, TURN, SWAP)[0], "error is 0.25", "0.2828"),
        "frobenius-in-share": Example((np.linalg.norm(IDENTITY, 2), np.linalg.norm(IDENTITY)), "by 1", "is 1.4142"),
        "slope-of-h1-too": Example(lambda f: notes(f, [[0.5], [0.3]], 2)[0], "error is 0", "yours is 0.25"),
        "one-step-too-many": Example(lambda f: notes(f, [[0.5]], 2)[0], "error is 0", "Yours is 0.5"),
        "one-weight-too-many": Example(lambda f: notes(f, [[0.3]], 2)[0], "error is 0", "Yours is 1"),
        "transposed": Example(lambda f: notes(f, [[0, 0], [0, 0]], ONE_TO_TWO)[0], "error is 0", "Yours is 1"),
        "slope-missing": Example(lambda f: notes(f, [[0.5], [0]], 1, h0=0.5)[1], "share is 0.4286", "Yours is 0.5"),
        "states-one-step-late": Example(lambda f: notes(f, [[0.5], [0.5]], 1, h0=0)[1], "share is 0", "0.4286"),
    },
    "repair_growth": {
        "believes-the-notes": Example((0, 2), "= 0", "is 2"),
        "entry-by-entry": Example(lambda f: growth(f, ONES)[0], "norm is 4", "Yours is 2"),
        "frobenius-for-spectral": Example(lambda f: growth(f, IDENTITY)[0], "size is 1", "1.4142"),
        "power-of-the-norm": Example(lambda f: growth(f, CORNER)[0], "size is 0", "Yours is 4"),
        "power-of-the-radius": Example(lambda f: growth(f, CORNER, t=1)[0], "size is 2", "Yours is 0"),
        "steepness-forgotten": Example(lambda f: growth(f, IDENTITY)[1], "tanh(2z) is 2", "Yours is 1"),
    },
    "diagonal_forward": {
        "state-never-updated": Example(
            lambda f: diagonal(f, 0, 0, 0, h0=1), "are 0.5, 0.25, 0.125", "are 0.5, 0.5, 0.5"
        ),
        "input-is-shrunk-too": Example(lambda f: diagonal(f, 1, 0), "states are 1, 0.5", "Yours are 0.5, 0.25"),
        "a-mean-of-both": Example(lambda f: diagonal(f, 1, 0, lam=0.75), "are 1, 0.75", "Yours are 0.25, 0.1875"),
        "first-state-left-out": Example(lambda f: diagonal(f, 0, 0, h0=1), "are 0.5, 0.25", "Yours are 0, 0"),
        "runs-backwards": Example(lambda f: diagonal(f, 1, 0), "states are 1, 0.5", "Yours are 0, 1"),
        "still-a-tanh": Example(lambda f: diagonal(f, 1, 0), "states are 1, 0.5", "Yours are 0.7616, 0.3634"),
    },
    "diagonal_backward": {
        "nothing-from-later": Example(lambda f: diagonal_back(f, 0, 1), "dx is 0.5, 1", "Yours is 0, 1"),
        "nothing-shrinks": Example(lambda f: diagonal_back(f, 0, 1), "dx is 0.5, 1", "Yours is 1, 1"),
        "own-loss-shrinks-too": Example(lambda f: diagonal_back(f, 0, 1), "dx is 0.5, 1", "Yours is 0.25, 0.5"),
        "runs-forwards": Example(lambda f: diagonal_back(f, 0, 1), "dx is 0.5, 1", "Yours is 0, 1"),
        "dh0-one-step-late": Example(lambda f: diagonal_back(f, 1, which="dh0"), "dh0 is 0.5", "Yours is 1"),
        "dh0-from-its-own-loss": Example(lambda f: diagonal_back(f, 0, 1, which="dh0"), "dh0 is 0.25", "Yours is 0"),
        "dlam-from-the-new-state": Example(lambda f: diagonal_back(f, 1, which="dlam"), "dlam is 2", "Yours is 1"),
        "dlam-without-the-first-state": Example(lambda f: diagonal_back(f, 1, which="dlam"), "dlam is 2", "Yours is 0"),
        "dlam-from-own-losses": Example(lambda f: diagonal_back(f, 0, 1, which="dlam"), "dlam is 2", "Yours is 1"),
        "dlam-a-mean": Example(lambda f: diagonal_back(f, 1, which="dlam", N=2), "dlam is 4", "Yours is 2"),
    },
}
