"""`sigmoid`: a gate that overflows nowhere."""

from numpy.random import Generator

from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


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
    inputs=(numbers, large_numbers, numbers),
    special_inputs={**by_size(numbers), "every entry of x near −22": nearly_shut},
    outputs={"out": "N H"},
    patterns={
        "all": "At a wrong entry of out: which number stands in x at that place, and what should become of it? "
        "What becomes of its opposite?",
    },
    mistakes=(
        Mistake(
            "unstable",
            edit=(
                "out = np.where(x >= 0, 1, e) / (1 + e)",
                "with np.errstate(all='ignore'):\n        out = np.exp(x) / (1 + np.exp(x))",
            ),
            hints=(
                "Numbers of ordinary size come out right, but some large ones become nan.",
                "What is e^1000 to a computer? What becomes of your fraction then? Which sign of x is harmless?",
                "For x = 1000, e^x is inf, and inf / inf is nan; it should be 1. But e^(−1000) is 0: 1 / (1 + 0) is 1.",
            ),
        ),
        Mistake(
            "sign-flipped",
            edit=("x >= 0", "x < 0"),
            hints=(
                "These are the numbers of 1 minus the sigmoid: the sign in the exponent is the other one.",
                "When x is large and positive, should the gate be open or shut?",
                "At x = 2 it should be 0.8808. Yours is 0.1192.",
            ),
        ),
        Mistake(
            "always-above-half",
            edit=("np.where(x >= 0, 1, e)", "1"),
            hints=(
                "Numbers from 0 up are right; below 0 you return what belongs to their absolute value.",
                "Can your gate ever be less than half open?",
                "At x = −2 it should be 0.1192. Yours is 0.8808, which is right for +2.",
            ),
        ),
        Mistake(
            "tanh-for-sigmoid",
            edit=("np.where(x >= 0, 1, e) / (1 + e)", "np.tanh(x)"),
            hints=(
                "These are the numbers of tanh: they lie in (−1, 1), not in (0, 1).",
                "Half open is 0.5. At which x should that be, and what do you return there?",
                "At x = 0 it should be 0.5. tanh gives 0.",
            ),
        ),
        Mistake(
            "overflows-on-the-way",
            edit=("out = np.where(x >= 0, 1, e) / (1 + e)", "out = 1 / (1 + np.exp(-x))"),
            side_effect="overflows",
            hints=(
                "Your numbers are right, but on the way there is an overflow: somewhere e^1000 is asked for, which no "
                "float can hold.",
                "Of e^x and e^(−x), which is harmless at x = 1000, and which at x = −1000? np.where alone does not "
                "help: it computes both of its branches everywhere, and then throws one away.",
                "At x = −1000, 1 / (1 + e^1000) is 1 / inf, which happens to be 0. e^(−1000) is 0 without an overflow, "
                "and 0 / (1 + 0) is 0 as well.",
            ),
        ),
    ),
)
