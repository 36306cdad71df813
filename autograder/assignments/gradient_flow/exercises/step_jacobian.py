"""`step_jacobian`: how one step's state answers to the state before it."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import recurrent_weights, states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def one_step(rng: Generator, s: Sizes) -> Inputs:
    """Draw the state after a step, and weights."""
    return {"next_h": states(rng, s.N, s.H), "Wh": recurrent_weights(rng, s.H)}


STEP_JACOBIAN = Exercise(
    "step_jacobian",
    why="h_t[i] is the tanh of a sum in which h_{t−1}[j] stands with the factor Wh[j, i]. The chain rule gives the "
    "slope of that tanh, 1 − h_t[i]², times this factor; the code multiplies rows from the left, so W_hh is Wh "
    "transposed.",
    inputs=one_step,
    outputs={"jacobian": "N H H"},
    patterns={
        "all": "In the matrix of one sequence: which unit does a row belong to, which one a column, and whose "
        "slope stands in it?",
    },
    question="Take two units and nudge the second. Which entries say how the first answers, and what lies between "
    "nudge and answer?",
    worked_example=WorkedExample(
        "Two units, next_h = [0.5, −0.8], Wh = [[1, 2], [0, −1]]: the first unit feeds itself with weight 1 and the "
        "second with 2, the second feeds only itself, with −1. The slopes are 1 − 0.25 = 0.75 and 1 − 0.64 = 0.36. The "
        "first unit depends on itself alone: its row is [0.75, 0]. The second depends on both: 0.36 · 2 = 0.72 and "
        "0.36 · (−1) "
        "= −0.36.",
        arguments=(np.array([[0.5, -0.8]]), np.array([[1.0, 2.0], [0.0, -1.0]])),
        values={
            "0.25": "next_h[0, 0] ** 2",
            "0.75": "1 - next_h[0, 0] ** 2",
            "0.64": "next_h[0, 1] ** 2",
            "0.36": "1 - next_h[0, 1] ** 2",
            "0.72": "(1 - next_h[0, 1] ** 2) * 2",
            "−0.36": "-(1 - next_h[0, 1] ** 2)",
        },
    ),
    mistakes=(
        Mistake(
            "transposed",
            edit=("* Wh.T", "* Wh"),
            hints=(
                "Row i holds the weights with which unit i feeds the others.",
                "Let the first unit feed the second, and nothing else. Which entry should differ from 0? Which "
                "does in yours?",
                "next_h = [0, 0], Wh = [[0, 1], [0, 0]]: the first unit feeds the second, so the Jacobian is "
                "[[0, 0], [1, 0]]. Yours is [[0, 1], [0, 0]].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("(1 - next_h[:, :, None] ** 2) * Wh.T", "0 * next_h[:, :, None] + Wh.T"),
            hints=(
                "Every unit answers here as if it stood at 0, where it is moved most easily.",
                "How far can a nudge still move a unit that stands at 0.999?",
                "One unit, next_h = 0.5, Wh = 2: a nudge of 1 arrives as 2, and the slope leaves 1.5. Yours is 2.",
            ),
        ),
        Mistake(
            "slope-on-columns",
            edit=("next_h[:, :, None]", "next_h[:, None, :]"),
            hints=(
                "A nudge of a saturated unit changes no unit here, while a saturated unit changes like any other.",
                "Between the nudge and the answer lies one tanh. Is it that of the nudged unit, or of the answering "
                "one?",
                "next_h = [0, 1], all entries of Wh 1: the second unit is saturated, so the Jacobian is [[1, 1], [0, "
                "0]]. Yours is [[1, 0], [1, 0]].",
            ),
        ),
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - next_h[:, :, None] ** 2)", "(1 - np.tanh(next_h[:, :, None]) ** 2)"),
            hints=(
                "These are the slopes of units whose state has been squashed twice.",
                "next_h lies between −1 and 1 already: is it what goes into the tanh, or what comes out?",
                "One unit, next_h = 0.5, Wh = 1: the slope is 0.75. Yours is 0.7864.",
            ),
        ),
        Mistake(
            "square-missing",
            edit=("next_h[:, :, None] ** 2", "next_h[:, :, None]"),
            hints=(
                "The slope of a unit in a negative state is above 1 here: it passes on more than comes in.",
                "How steep is tanh at its steepest? And your slope, where next_h is negative?",
                "One unit, next_h = −0.5, Wh = 1: the slope is 0.75. Yours is 1.5.",
            ),
        ),
    ),
)
