"""`rnn_step_backward`: backwards through one step."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import step
from autograder.course.exercise import Exercise, Mistake, WorkedExample

RNN_STEP_BACKWARD = Exercise(
    "rnn_step_backward",
    why="Going back, tanh comes first: its slope is 1 − tanh², and the value of that tanh is next_h. What arrives at "
    "the sum, da, goes to all that was added there: to x and prev_h through the transposed weights, to the weights "
    "as x.T @ da and prev_h.T @ da, and to b summed over the batch.",
    inputs=step,
    forward="rnn_step_forward",
    outputs={"dx": "N D", "dprev_h": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    patterns={
        "all": "All five pass through the tanh: what is its slope where the state is next_h?",
        "dprev_h": "Which matrix stood behind prev_h in the forward pass, and which way round does a gradient go "
        "through it?",
        "dWh": "Which hidden state multiplied Wh in the forward pass?",
        "dWx": "What multiplied Wx in the forward pass?",
        "db": "One vector b served all N rows: what does going backwards through that do?",
    },
    worked_example=WorkedExample(
        "One unit: x = [[1, −2]], prev_h = [[0.5]], Wx = [[0.4], [0.3]], Wh = [[0.6]] and b = [0.7], so next_h is "
        "tanh(0.8) = 0.6640, where the slope of tanh is 0.5591. Of dnext_h = 1, 0.5591 comes back before the tanh. "
        "From there dx is 0.4 and 0.3 times that, 0.2236 and 0.1677; dprev_h is 0.3354; dWx is 0.5591 and −1.1181; "
        "dWh is 0.2795; db is 0.5591.",
        arguments=(
            np.array([[1.0, -2.0]]),
            np.array([[0.5]]),
            np.array([[0.4], [0.3]]),
            np.array([[0.6]]),
            np.array([0.7]),
            np.array([[1.0]]),
        ),
        values={
            "0.8": "(x @ Wx + prev_h @ Wh + b).item()",
            "0.6640": "np.tanh(0.8)",
            "0.5591": "(slope := 1 - np.tanh(0.8) ** 2)",
            "0.2236": "0.4 * slope",
            "0.1677": "0.3 * slope",
            "0.3354": "0.6 * slope",
            "−1.1181": "-2 * slope",
            "0.2795": "0.5 * slope",
        },
    ),
    mistakes=(
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - next_h**2)", "(1 - np.tanh(next_h) ** 2)"),
            hints=(
                "Even a unit at its bound, next_h = 1, has a slope of 0.42 in these numbers.",
                "Which of the two is next_h: what went into the tanh, or what came out of it?",
                "next_h is already a tanh, so its slope needs no other. At next_h = 0.5 it is 0.75; yours is 0.7864.",
            ),
        ),
        Mistake(
            "one-minus-h",
            edit=("(1 - next_h**2)", "(1 - next_h)"),
            hints=(
                "The slopes in these numbers are not the same for next_h and −next_h: at −1 the slope is 2.",
                "tanh is as steep at −1 as at +1. Is your slope the same for next_h and −next_h?",
                "At next_h = −0.5 the slope is 0.75. Yours is 1.5, steeper than tanh ever is.",
            ),
        ),
        Mistake(
            "no-tanh-derivative",
            edit=("dnext_h * (1 - next_h**2)", "dnext_h"),
            hints=(
                "A saturated unit passes its whole gradient on: in these numbers every slope is 1.",
                "If a unit sits at 0.999, how much does nudging the sum inside the tanh still move it?",
                "At next_h = 0.5 a gradient of 1 becomes 0.75 inside the tanh. Yours stays 1.",
            ),
        ),
        Mistake(
            "wh-not-transposed",
            edit=("da @ Wh.T", "da @ Wh"),
            hints=(
                "dprev_h was sent through Wh the way prev_h went forward.",
                "Wh is square, so its shape cannot warn you. How do you get from the gradient of what Wh made to the "
                "gradient of what it was given?",
                "Let Wh = [[0, 1], [0, 0]]: the first unit speaks to the second. A gradient [0, 1] must come back as "
                "[1, 0]; yours comes back as [0, 0].",
            ),
        ),
        Mistake(
            "dwh-from-next-h",
            edit=("prev_h.T @ da", "next_h.T @ da"),
            hints=(
                "dWh is made from the new state: with prev_h = 0 it is not 0.",
                "A weight's gradient is what came in times what goes back. What came in to Wh, the old state or the "
                "new one?",
                "One unit with prev_h = 0 and next_h = 0.5 that sends back 0.2: dWh is 0. Yours is 0.1.",
            ),
        ),
        Mistake(
            "db-per-row",
            edit=("da.sum(axis=0)", "da"),
            hints=(
                "db has one row for each sequence.",
                "b has H entries, and N sequences used the same ones. How do N gradients of one number become one?",
                "Two sequences that send back 0.2 and 0.3 for a unit give db = 0.5 for it. "
                "Yours holds 0.2 and 0.3 apart.",
            ),
        ),
        Mistake(
            "db-averaged",
            edit=("da.sum(axis=0)", "da.mean(axis=0)"),
            hints=(
                "db is the mean over the sequences.",
                "If the loss is a mean over N, where has the 1/N been taken account of already?",
                "Two sequences that send back 0.2 and 0.3 for a unit give db = 0.5 for it. Yours is 0.25.",
            ),
        ),
        Mistake(
            "db-over-everything",
            edit=("da.sum(axis=0)", "da.sum()"),
            hints=(
                "db is one number for all units together.",
                "Each unit has a bias of its own. Over which axis do the sequences lie?",
                "The rows [1, 2] and [3, 4] give db = [4, 6]. Yours is 10.",
            ),
        ),
        Mistake(
            "scales-upstream",
            edit=("da = dnext_h * (1 - next_h**2)", "dnext_h *= 1 - next_h**2\n    da = dnext_h"),
            side_effect="mutates",
            hints=(
                "Your gradients are right, but whoever gave you dnext_h has lost it.",
                "Does your line make a new array, or does it write into the one it was given?",
                "Call your function twice with one dnext_h: at next_h = 0.5 the second call starts from 0.75 of it.",
            ),
        ),
    ),
)
