"""`temporal_affine_forward`: one affine map at every step."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import affine
from autograder.course.exercise import Exercise, Mistake, WorkedExample

TEMPORAL_AFFINE_FORWARD = Exercise(
    "temporal_affine_forward",
    why="`@` multiplies along the last axis of x and carries N and T along, so one product serves all steps. That is "
    "possible because the map is the same at each step and no step needs another's result.",
    inputs=affine,
    outputs={"out": "N T M"},
    question="On which entries of x, w and b should `out[0, 0, 0]` depend? On which does yours?",
    cache=True,
    patterns={
        "all": "On which steps of x does one step of out depend, and are w and b the same everywhere?",
    },
    worked_example=WorkedExample(
        "One sequence of two steps, one input, two outputs: x is 1 and then 2, w = [[0.5, −1]] and b = [0.1, 0.2]. "
        "Step t = 1: 0.5 + 0.1 = 0.6 and −1 + 0.2 = −0.8. Step t = 2: 1 + 0.1 = 1.1 and −2 + 0.2 = −1.8.",
        arguments=(
            np.array([[[1.0], [2.0]]]),
            np.array([[0.5, -1.0]]),
            np.array([0.1, 0.2]),
        ),
        values={
            "0.6": "0.5 + 0.1",
            "−0.8": "-1 + 0.2",
            "1.1": "1 + 0.1",
            "−1.8": "-2 + 0.2",
        },
    ),
    mistakes=(
        Mistake(
            "no-bias",
            edit=("x @ w + b", "x @ w"),
            hints=(
                "These are the numbers of a map whose b is 0: where x is 0, so is out.",
                "What should come out when x is all zeros?",
                "x = 0 and b = 0.5 give out = 0.5. Yours gives 0.",
            ),
        ),
        Mistake(
            "squashed",
            edit=("x @ w + b", "np.tanh(x @ w + b)"),
            hints=(
                "Every entry of out lies between −1 and 1: these are the right numbers, squashed.",
                "May a score be larger than 1?",
                "If x @ w + b is 2, out is 2. Yours is tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "flattened",
            edit=("x @ w + b", "x.reshape(-1, x.shape[-1]) @ w + b"),
            hints=(
                "The numbers are right, but batch and time have become one axis.",
                "What shape has x, and what shape should out begin with?",
                "For x of shape (2, 5, D), out has shape (2, 5, M). Yours has (10, M).",
            ),
        ),
    ),
)
