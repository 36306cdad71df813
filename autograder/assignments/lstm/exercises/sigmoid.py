"""`sigmoid`: a gate that overflows nowhere."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def numbers(rng: Generator, s: Sizes) -> Inputs:
    """Draw numbers of ordinary size."""
    return {"x": 2 * rng.standard_normal((s.N, s.H))}


def large_numbers(rng: Generator, s: Sizes) -> Inputs:
    """Draw numbers of ordinary size and a row that overflows e^x on either side."""
    x = 2 * rng.standard_normal((s.N, s.H))
    x[0] = rng.uniform(800, 1200, s.H)
    x[0, 0] *= -1
    return {"x": x}


def nearly_shut(rng: Generator, s: Sizes) -> Inputs:
    """Draw numbers that leave no gate open, so that what leaks shows, and 1 + tanh(x / 2) is not yet rounded off."""
    return {"x": rng.uniform(-23, -21, (s.N, s.H))}


SIGMOID = Exercise(
    "sigmoid",
    why="Both forms are the same function; for positive x take the one with e^(−x), for negative x the one with e^x, "
    "and no exponential is above 1. With e = e^(−|x|) they are 1 / (1 + e) and e / (1 + e).",
    inputs=(numbers, large_numbers, numbers),
    special_inputs={**by_size(numbers), "every entry of x near −22": nearly_shut},
    outputs={"out": "N H"},
    patterns={
        "all": "At a wrong entry of out: which number stands in x at that place, and what should become of it? "
        "What becomes of its opposite?",
    },
    question="What should come at 0, at 2 and −2, at 1000 and −1000? What do you return there?",
    worked_example=WorkedExample(
        "x is 2: e^(−2) is 0.1353, and 1 / 1.1353 = 0.8808. x is −2: e^(−2) is 0.1353 again, and 0.1353 / 1.1353 = "
        "0.1192. The two gates add up to 1, since the one is open as far as the other is shut. At x = 0 both ways "
        "give 1 / 2. At x = 1000, e^(−1000) is 0, and the gate is 1.",
        arguments=(np.array([[2.0, -2.0]]),),
        values={
            "0.1353": "np.exp(-2)",
            "1.1353": "1 + np.exp(-2)",
            "0.8808": "1 / (1 + np.exp(-2))",
            "0.1192": "np.exp(-2) / (1 + np.exp(-2))",
        },
    ),
    mistakes=(
        Mistake(
            "unstable",
            edit=(
                "out = np.where(x >= 0, 1, e) / (1 + e)",
                "with np.errstate(all='ignore'):\n        out = np.exp(x) / (1 + np.exp(x))",
            ),
            hints=(
                "Numbers of ordinary size come out right; some very large ones come out as nan.",
                "What is e^1000 to a computer, and what is that divided by itself? For which sign of x does nothing "
                "grow?",
                "At x = 1000 the gate should be 1. Yours is inf / inf = nan, since e^1000 is inf. But e^(−1000) is 0.",
            ),
        ),
        Mistake(
            "sign-flipped",
            edit=("x >= 0", "x < 0"),
            hints=(
                "These gates shut as x grows, and open as it falls.",
                "When x is large and positive, should the gate be open or shut?",
                "At x = 2 the gate should be 0.8808. Yours is 0.1192.",
            ),
        ),
        Mistake(
            "always-above-half",
            edit=("np.where(x >= 0, 1, e)", "1"),
            hints=(
                "These gates are never less than half open: a negative number and its opposite give the same.",
                "Where should a gate be nearly shut? Is yours anywhere?",
                "At x = −2 the gate should be 0.1192. Yours is 0.8808, which belongs to +2.",
            ),
        ),
        Mistake(
            "tanh-for-sigmoid",
            edit=("np.where(x >= 0, 1, e) / (1 + e)", "np.tanh(x)"),
            hints=(
                "These numbers lie between −1 and 1: they are those of tanh.",
                "Half open is 0.5. At which x should that be, and what do you return there?",
                "At x = 0 the gate should be 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "whole-numbers-cut-off",
            whole="""def sigmoid(x):
    out = np.zeros_like(x)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
    return out
""",
            side_effect="whole-numbers",
            hints=(
                "Right for floats. For an array of whole numbers every gate comes out shut, or wide open.",
                "If x is np.array([2]), what can an array hold that is made like it?",
                "For np.array([2]) the gate should be 0.8808. Yours is 0: an array of whole numbers holds no fraction.",
            ),
        ),
        Mistake(
            "overflows-on-the-way",
            edit=("out = np.where(x >= 0, 1, e) / (1 + e)", "out = 1 / (1 + np.exp(-x))"),
            side_effect="overflows",
            hints=(
                "The numbers are right; on the way to them, some exponential was larger than a float can hold.",
                "Of e^x and e^(−x), which is harmless at x = 1000, and which at x = −1000? Which do you compute at "
                "both?",
                "At x = −1000, 1 / (1 + e^1000) is 1 / inf, which happens to be 0. e^(−1000) is 0 without an "
                "overflow, and 0 / (1 + 0) is 0 as well. np.where alone does not help: it computes both its branches "
                "everywhere.",
            ),
        ),
    ),
)
