"""`rnn_step_forward`: one step of the cell."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import step
from autograder.course.exercise import Exercise, Mistake, WorkedExample

RNN_STEP_FORWARD = Exercise(
    "rnn_step_forward",
    why="The new state is one weighted sum, of what comes in and of what was there, squashed once; b is added to "
    "every row. The cache keeps what the way back multiplies with: the inputs, the weights, and next_h, which gives "
    "the slope of tanh as 1 − next_h².",
    inputs=step,
    outputs={"next_h": "N H"},
    cache=True,
    patterns={
        "all": "What is added before anything is squashed, and is every argument among it? With all but one of x, "
        "prev_h and b set to zero: which of the three goes wrong?",
    },
    worked_example=WorkedExample(
        "One sequence, two inputs, one unit: x = [[1, −2]], prev_h = [[0.5]], Wx = [[0.4], [0.3]], Wh = [[0.6]], "
        "b = [0.7]. From x come 0.4 − 0.6 = −0.2, from prev_h 0.3, from b 0.7: together 0.8. "
        "The new state is tanh(0.8) = 0.6640.",
        arguments=(
            np.array([[1.0, -2.0]]),
            np.array([[0.5]]),
            np.array([[0.4], [0.3]]),
            np.array([[0.6]]),
            np.array([0.7]),
        ),
        values={
            "0.8": "(x @ Wx + prev_h @ Wh + b).item()",
            "−0.2": "(x @ Wx).item()",
            "0.6640": "np.tanh(0.8)",
        },
    ),
    mistakes=(
        Mistake(
            "no-bias",
            edit=(" + b)", ")"),
            hints=(
                "These are the states of a cell whose b is 0: with x = 0 and prev_h = 0, next_h is 0.",
                "Three terms meet inside the tanh. Which of the function's arguments have you not used yet?",
                "With x = 0 and prev_h = 0 only the bias is left: b = 0.5 should give tanh(0.5) = 0.4621, not 0.",
            ),
        ),
        Mistake(
            "sigmoid-for-tanh",
            edit=("np.tanh(x @ Wx + prev_h @ Wh + b)", "1 / (1 + np.exp(-(x @ Wx + prev_h @ Wh + b)))"),
            hints=(
                "All states lie between 0 and 1: none is ever negative.",
                "What should the new state be when everything inside adds up to 0? Can yours ever be negative?",
                "tanh(0) = 0 and tanh(−1) = −0.7616. The sigmoid gives 0.5 and 0.2689.",
            ),
        ),
        Mistake(
            "no-tanh",
            edit=("np.tanh(x @ Wx + prev_h @ Wh + b)", "x @ Wx + prev_h @ Wh + b"),
            hints=(
                "The states have no bounds: if all that comes in is twice as large, so is next_h.",
                "Can your new state be larger than 1? Can the state in the equation?",
                "If the sum is 2, the new state is tanh(2) = 0.9640, not 2.",
            ),
        ),
        Mistake(
            "prev-h-ignored",
            edit=(" + prev_h @ Wh", ""),
            hints=(
                "next_h is the same whatever prev_h was: nothing of the past is in it.",
                "Change prev_h and nothing else. Does your result change? What carries the past into this step?",
                "With x = 0, b = 0, one unit and Wh = 2: prev_h = 0.25 should give tanh(0.5) = 0.4621, not 0.",
            ),
        ),
        Mistake(
            "wh-transposed",
            edit=("prev_h @ Wh", "prev_h @ Wh.T"),
            hints=(
                "Between every two units, the weight of one direction is used here for the other direction.",
                "Wh is square, so its shape cannot warn you. Does row i of Wh belong to where a signal comes from, or "
                "to where it goes? Compare with Wx (D, H).",
                "Take prev_h = [1, 0] and Wh = [[0, 1], [0, 0]]: the first unit speaks to the second, so the product "
                "is [0, 1]. Transposed it is [0, 0].",
            ),
        ),
        Mistake(
            "tanh-of-each-term",
            edit=("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx) + np.tanh(prev_h @ Wh) + np.tanh(b)"),
            hints=(
                "next_h is made of three parts that are bounded one by one: together they can come close to 3.",
                "In the equation, how many tanhs are there, and what does the one hold?",
                "If two terms are 0.5 each, the new state is tanh(1) = 0.7616, not tanh(0.5) + tanh(0.5) = 0.9242.",
            ),
        ),
    ),
)
