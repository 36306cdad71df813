"""`many_to_one`: one answer after the whole sequence."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import sequence_and_readout
from autograder.course.exercise import Exercise, Mistake, WorkedExample

MANY_TO_ONE = Exercise(
    "many_to_one",
    why="Only h_T is read, so whatever the answer needs of the sequence must have been carried into that one state. "
    "The earlier states serve to make it.",
    inputs=sequence_and_readout,
    outputs={"y": "N M"},
    patterns={
        "all": "Is rnn_forward right? From which state is y made, with which weights and which bias?",
    },
    worked_example=WorkedExample(
        "One unit whose states are 0.8741 and 0.4907 (x is 1 and then 0, h0 = 0.5, Wx = 1, Wh = 0.5, b = 0.1), with "
        "Wy = 2 and by = 0.3. The answer is made from 0.4907: twice that is 0.9815, and with 0.3 it is 1.2815.",
        arguments=(
            np.array([[[1.0], [0.0]]]),
            np.array([[0.5]]),
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.array([0.1]),
            np.array([[2.0]]),
            np.array([0.3]),
        ),
        values={
            "0.8741": "(h1 := np.tanh(1.35))",
            "0.4907": "(h2 := np.tanh(0.5 * h1 + 0.1))",
            "0.9815": "2 * h2",
            "1.2815": "2 * h2 + 0.3",
        },
    ),
    mistakes=(
        Mistake(
            "first-state",
            edit=("h[:, -1]", "h[:, 0]"),
            hints=(
                "Of x only the first input has an influence on y.",
                "After how many inputs should the network answer?",
                "If a unit's states are 0.2, 0.4 and 0.9, the answer is made from 0.9. Yours is made from 0.2.",
            ),
        ),
        Mistake(
            "mean-state",
            edit=("h[:, -1]", "h.mean(axis=1)"),
            hints=(
                "y is the mean of the answers that all states would give.",
                "Which single state has read everything?",
                "If a unit's states are 0.2, 0.4, 0.9, the answer is made from 0.9, not from their mean 0.5.",
            ),
        ),
        Mistake(
            "every-step",
            edit=("h[:, -1] @ Wy", "h @ Wy"),
            hints=(
                "y has an answer for every step: that is many to many.",
                "How many answers does one sequence get here?",
                "For N = 2 and T = 5, y has shape (2, M). Yours has (2, 5, M).",
            ),
        ),
        Mistake(
            "state-for-answer",
            edit=("h[:, -1] @ Wy + by", "h[:, -1]"),
            hints=(
                "y is the last state itself, with an entry for each unit.",
                "How many numbers has an answer, and how many has a state? Which arguments have you not used yet?",
                "A state of [0.2, 0.4], with Wy = [[1], [1]] and by = 0.5, gives the answer 1.1. Yours is [0.2, 0.4].",
            ),
        ),
        Mistake(
            "no-output-bias",
            edit=(" @ Wy + by", " @ Wy"),
            hints=(
                "These are the answers of a network whose by is 0.",
                "Which of the function's arguments have you not used yet?",
                "A state of all zeros and by = 0.5 give y = 0.5. Yours gives 0.",
            ),
        ),
    ),
)
