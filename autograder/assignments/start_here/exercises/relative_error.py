"""`relative_error`: how far apart two gradients are."""

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes

TINY = 1e-10  # the size of a gradient that has travelled back through many steps


def gradients(axes: int, size: float = 1.0) -> Draw:
    """Return a drawing of two gradients that differ by about a tenth, of one or two axes."""

    def draw(rng: Generator, s: Sizes) -> Inputs:
        shape = (s.D,) if axes == 1 else (s.D, s.M)
        analytic = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape)
        off = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 0.3, shape)
        return {"analytic": size * analytic, "numeric": size * (analytic + off)}

    return draw


def zeros(rng: Generator, s: Sizes) -> Inputs:
    """Draw the case without a size: both gradients zero."""
    return {"analytic": np.zeros((s.D, s.M)), "numeric": np.zeros((s.D, s.M))}


def one_side_zero(rng: Generator, s: Sizes) -> Inputs:
    """Draw a gradient beside one that is all zero."""
    return gradients(2)(rng, s) | {"numeric": np.zeros((s.D, s.M))}


RELATIVE_ERROR = Exercise(
    "relative_error",
    inputs=(gradients(1), gradients(2), zeros, gradients(2, TINY), gradients(1, 1e3)),
    special_inputs={"one gradient that is all zero": one_side_zero},
    outputs={"error": ""},
    patterns={
        "all": "Of which arrays are lengths taken, each as a whole, and how are they put together? Two special "
        "cases are among those tried: both arrays zero, and both very small. What do these give?",
    },
    mistakes=(
        Mistake(
            "worst-entry",
            edit=(
                "difference / size",
                "np.max(np.abs(analytic - numeric) / (np.abs(analytic) + np.abs(numeric)))",
            ),
            hints=(
                "This is the largest relative error of a single entry, not the relative error of the whole array.",
                "Suppose one slope is really 0, and round-off gives 1e-12 and −1e-12. What does each measure say?",
                "For [1, 1e-12] against [1, −1e-12] the worst entry is off by 1, that is 100 %; the norms give 1e-12.",
            ),
        ),
        Mistake(
            "worst-entry-above-a-floor",
            edit=(
                "difference / size if size > 0 else 0.0",
                "np.max(np.abs(analytic - numeric) / np.maximum(1e-8, np.abs(analytic) + np.abs(numeric)))",
            ),
            hints=(
                "This is the largest relative error of a single entry, with a floor of 1e-8 below: the measure of many "
                "a notebook, not the one asked for here. It worries about entries that are really 0, and overlooks "
                "gradients that are small as a whole.",
                "Which arrays are measured by the equation: single entries, or the whole?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. Above the floor the "
                "worst entry is 4e-10 / 1e-8 = 0.04.",
            ),
        ),
        Mistake(
            "zero-by-zero",
            edit=(" if size > 0 else 0.0", ""),
            hints=(
                "Right wherever there is something to measure. Where both gradients are zero, 0 / 0 gives nan.",
                "How far apart are two gradients that are both zero?",
                "np.zeros(3) against np.zeros(3) should give 0.0. Yours gives nan.",
            ),
        ),
        Mistake(
            "divided-by-analytic-alone",
            edit=(" + np.linalg.norm(numeric)", ""),
            hints=(
                "The difference is divided by the size of analytic alone.",
                "What should the answer do if analytic and numeric change places?",
                "[3, 4] against [0, 0]: ‖[3, 4]‖ is 5, so the error is 5 / (5 + 0) = 1. And [3, 4] against [6, 8] is "
                "5 / (5 + 10) = 0.3333, not 5 / 5 = 1.",
            ),
        ),
        Mistake(
            "divided-by-numeric-alone",
            edit=("np.linalg.norm(analytic) + ", ""),
            hints=(
                "The difference is divided by the size of numeric alone.",
                "What should the answer do if analytic and numeric change places?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333, not 5 / 10 = 0.5.",
            ),
        ),
        Mistake(
            "norm-of-the-sum",
            edit=("np.linalg.norm(analytic) + np.linalg.norm(numeric)", "np.linalg.norm(analytic + numeric)"),
            hints=(
                "The difference is divided by the norm of the sum, where the equation has the sum of two norms.",
                "What is the sum of a gradient and its negative? Is that what you want to divide by?",
                "[3, 4] against [−3, −4] should be 10 / (5 + 5) = 1, as wrong as can be. The norm of the sum is 0.",
            ),
        ),
        Mistake(
            "not-relative",
            edit=("difference / size if size > 0 else 0.0", "difference"),
            hints=(
                "This is the norm of the difference: it is not divided by anything yet.",
                "Is a difference of 1e-9 small? What would you have to know first?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333. Yours is 5.",
            ),
        ),
        Mistake(
            "a-constant-added",
            edit=("difference / size if size > 0 else 0.0", "difference / (size + 1e-8)"),
            hints=(
                "Right for gradients of ordinary size, nearly. You have added 1e-8 to the denominator, and small "
                "gradients look equal however wrong they are.",
                "A gradient that has come a long way back through time may be 1e-10. What does your measure say of "
                "one that is twice too large?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. With 1e-8 added it is "
                "5e-10 / 1.15e-8 = 0.0435.",
            ),
        ),
        Mistake(
            "a-floor-below",
            edit=("difference / size if size > 0 else 0.0", "difference / max(size, 1e-8)"),
            hints=(
                "Right for gradients of ordinary size. Below them you have laid a floor of 1e-8, and small gradients "
                "look equal however wrong they are.",
                "A gradient that has come a long way back through time may be 1e-10. What does your measure say of "
                "one that is twice too large?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. With the floor it is "
                "5e-10 / 1e-8 = 0.05.",
            ),
        ),
    ),
)
