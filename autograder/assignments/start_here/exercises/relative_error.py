"""`relative_error`: how far apart two gradients are."""

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample

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


def one_side_zero(side: str) -> Draw:
    """Return a drawing of a gradient beside one, the one called `side`, that is all zero."""
    return lambda rng, s: gradients(2)(rng, s) | {side: np.zeros((s.D, s.M))}


RELATIVE_ERROR = Exercise(
    "relative_error",
    why="Divided by the two lengths together, the difference no longer depends on the scale of the loss, and the "
    "triangle inequality keeps it at 1 or below. Two gradients that are both zero agree, so there the answer is 0 "
    "and nothing is divided.",
    inputs=(gradients(1), gradients(2), zeros, gradients(2, TINY), gradients(1, 1e3)),
    special_inputs={f"only {side} all zero": one_side_zero(side) for side in ("numeric", "analytic")},
    outputs={"error": ""},
    question="What is the error of [3, 4] against [6, 8], of [3e-10, 4e-10] against [6e-10, 8e-10], and of zeros "
    "against zeros?",
    patterns={
        "all": "Of which arrays are lengths taken, each as a whole, and how are they put together? Two special "
        "cases are among those tried: both arrays zero, and both very small. What do these give?",
    },
    worked_example=WorkedExample(
        "analytic = [3, 4] and numeric = [3.3, 4.4]. Their difference is [−0.3, −0.4], of length 0.5. Their own "
        "lengths are 5 and 5.5, together 10.5. The error is 0.5 of 10.5, that is 0.0476.",
        arguments=(
            np.array([3.0, 4.0]),
            np.array([3.3, 4.4]),
        ),
        values={
            "−0.3": "(analytic - numeric)[0]",
            "−0.4": "(analytic - numeric)[1]",
            "0.5": "np.hypot(0.3, 0.4)",
            "5.5": "np.hypot(3.3, 4.4)",
            "10.5": "np.hypot(3, 4) + np.hypot(3.3, 4.4)",
            "0.0476": "0.5 / 10.5",
        },
    ),
    mistakes=(
        Mistake(
            "worst-entry",
            edit=(
                "difference / size",
                "np.max(np.abs(analytic - numeric) / (np.abs(analytic) + np.abs(numeric)))",
            ),
            hints=(
                "This is the largest relative error of a single entry.",
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
                "This is the largest relative error of a single entry, where entries below 1e-8 count as if they were "
                "that large.",
                "Which arrays are measured by the equation: single entries, or the whole?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. Above the floor the "
                "worst entry is 4e-10 / 1e-8 = 0.04.",
            ),
        ),
        Mistake(
            "zero-by-zero",
            edit=(" if size > 0 else 0.0", ""),
            hints=(
                "Right wherever there is something to measure. Where both gradients are zero, it is nan.",
                "How far apart are two gradients that are both zero?",
                "np.zeros(3) against np.zeros(3) should give 0.0. Yours gives nan.",
            ),
        ),
        Mistake(
            "divided-by-analytic-alone",
            edit=(" + np.linalg.norm(numeric)", ""),
            hints=(
                "The error is measured in sizes of analytic: it is another one when analytic and numeric change "
                "places.",
                "What should the answer do if analytic and numeric change places?",
                "[3, 4] against [0, 0]: ‖[3, 4]‖ is 5, so the error is 5 / (5 + 0) = 1. And [3, 4] against [6, 8] is "
                "5 / (5 + 10) = 0.3333, not 5 / 5 = 1.",
            ),
        ),
        Mistake(
            "divided-by-numeric-alone",
            edit=("np.linalg.norm(analytic) + ", ""),
            hints=(
                "The error is measured in sizes of numeric: it is another one when analytic and numeric change places.",
                "What should the answer do if analytic and numeric change places?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333, not 5 / 10 = 0.5.",
            ),
        ),
        Mistake(
            "norm-of-the-sum",
            edit=("np.linalg.norm(analytic) + np.linalg.norm(numeric)", "np.linalg.norm(analytic + numeric)"),
            hints=(
                "The error grows beyond all bounds as numeric comes near the negative of analytic.",
                "What is the sum of a gradient and its negative? Is that what you want to divide by?",
                "[3, 4] against [−3, −4] should be 10 / (5 + 5) = 1, as wrong as can be. The norm of the sum is 0.",
            ),
        ),
        Mistake(
            "squares-for-lengths",
            edit=(
                "difference / size if size > 0 else 0.0",
                "difference**2 / (np.linalg.norm(analytic) ** 2 + np.linalg.norm(numeric) ** 2) if size > 0 else 0.0",
            ),
            hints=(
                "In the place of each of the three lengths stands the length times itself.",
                "How long is [3, 4]? What does yours take for its length?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333. Yours is 25 / (25 + 100) = 0.2.",
            ),
        ),
        Mistake(
            "not-relative",
            edit=("difference / size if size > 0 else 0.0", "difference"),
            hints=(
                "This is an absolute distance: for gradients ten times as large it is ten times as large.",
                "Is a difference of 1e-9 small? What would you have to know first?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333. Yours is 5.",
            ),
        ),
        Mistake(
            "a-constant-added",
            edit=("difference / size if size > 0 else 0.0", "difference / (size + 1e-8)"),
            hints=(
                "Right for gradients of ordinary size, nearly. For gradients around 1e-10 it is far too small.",
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
                "Right for gradients of ordinary size. For gradients around 1e-10 it is far too small.",
                "A gradient that has come a long way back through time may be 1e-10. What does your measure say of "
                "one that is twice too large?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. With the floor it is "
                "5e-10 / 1e-8 = 0.05.",
            ),
        ),
    ),
)
