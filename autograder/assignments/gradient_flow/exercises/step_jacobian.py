"""`step_jacobian`: how one step's state answers to the state before it."""

from numpy.random import Generator

from autograder.course.draws import recurrent_weights, states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def one_step(rng: Generator, s: Sizes) -> Inputs:
    """Draw the state after a step, and weights."""
    return {"next_h": states(rng, s.N, s.H), "Wh": recurrent_weights(rng, s.H)}


STEP_JACOBIAN = Exercise(
    "step_jacobian",
    inputs=one_step,
    outputs={"jacobian": "N H H"},
    patterns={
        "all": "In the matrix of one sequence: which unit does a row belong to, which one a column, and whose "
        "slope stands in it?",
    },
    mistakes=(
        Mistake(
            "transposed",
            edit=("* Wh.T", "* Wh"),
            hints=(
                "These are the numbers with Wh where W_hh belongs: the weights are transposed.",
                "The step computes prev_h @ Wh. Which entry of Wh carries unit j to unit i?",
                "Let next_h = 0, Wh = [[0, 1], [0, 0]]: the first unit speaks to the second, so jacobian is "
                "[[0, 0], [1, 0]].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("(1 - next_h[:, :, None] ** 2) * Wh.T", "0 * next_h[:, :, None] + Wh.T"),
            hints=(
                "These are the numbers of W_hh alone: the slope of tanh is missing.",
                "Can a saturated unit still be moved? What does your Jacobian say of it?",
                "At next_h = 0.5 the slope is 0.75. With one unit and Wh = 2 the Jacobian is 1.5, not 2.",
            ),
        ),
        Mistake(
            "slope-on-columns",
            edit=("next_h[:, :, None]", "next_h[:, None, :]"),
            hints=(
                "These are the numbers of W_hh diag(1 − h²): the slopes multiply the columns.",
                "Whose tanh stands between the nudge and the answer: that of the nudged unit, or of the answering one?",
                "Let next_h = [0, 1]: the second unit is saturated, so the second row is 0. In yours it is the "
                "second column.",
            ),
        ),
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - next_h[:, :, None] ** 2)", "(1 - np.tanh(next_h[:, :, None]) ** 2)"),
            hints=(
                "These are the numbers of a slope taken at tanh(next_h): tanh was applied once more.",
                "next_h is already tanh(a). Can you write tanh'(a) with next_h alone?",
                "At next_h = 0.5 the slope is 1 − 0.25 = 0.75. Yours is 0.7864.",
            ),
        ),
        Mistake(
            "square-missing",
            edit=("next_h[:, :, None] ** 2", "next_h[:, :, None]"),
            hints=(
                "These are the numbers of 1 − h where 1 − h² is meant.",
                "May the slope of tanh exceed 1? Try a negative state.",
                "At next_h = −0.5 the slope is 0.75. Yours is 1.5.",
            ),
        ),
    ),
)
