"""`many_to_many`: an answer at every step."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import sequence_and_readout
from autograder.course.exercise import Exercise, Mistake, WorkedExample

MANY_TO_MANY = Exercise(
    "many_to_many",
    why="One affine map reads every state. That y_t knows x_1 to x_t and nothing later comes from the loop that made "
    "h_t, not from the map.",
    inputs=sequence_and_readout,
    outputs={"y": "N T M"},
    patterns={
        "all": "Are rnn_forward and temporal_affine_forward right? Which state makes y_t?",
    },
    worked_example=WorkedExample(
        "One unit whose states are 0.8741 and 0.4907 (x is 1 and then 0, h0 = 0.5, Wx = 1, Wh = 0.5, b = 0.1), with "
        "Wy = 2 and by = 0.3. Each step answers from its own state: 1.7481 + 0.3 = 2.0481, then 0.9815 + 0.3 = "
        "1.2815.",
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
            "1.7481": "2 * h1",
            "2.0481": "2 * h1 + 0.3",
            "0.9815": "2 * h2",
            "1.2815": "2 * h2 + 0.3",
        },
    ),
    mistakes=(
        Mistake(
            "states-for-answers",
            edit=("y, _ = temporal_affine_forward(h, Wy, by)", "y = h"),
            hints=(
                "y holds the states themselves, with an entry for each unit.",
                "How many numbers has an answer, and how many has a state? Which arguments have you not used yet?",
                "A state of [0.2, 0.4], with Wy = [[1], [1]] and by = 0.5, gives the answer 1.1. Yours is [0.2, 0.4].",
            ),
        ),
        Mistake(
            "one-step-late",
            edit=("temporal_affine_forward(h,", "temporal_affine_forward(np.concatenate([h0[:, None], h[:, :-1]], 1),"),
            hints=(
                "Each answer has read one input less: y_t does not change with x_t.",
                "The first answer: which inputs may it use?",
                "If a unit goes from h0 = 0.1 through 0.2 and 0.4, the answers are made from 0.2 and 0.4. Yours are "
                "made from 0.1 and 0.2.",
            ),
        ),
        Mistake(
            "last-state-only",
            edit=("temporal_affine_forward(h,", "temporal_affine_forward(np.repeat(h[:, -1:], h.shape[1], axis=1),"),
            hints=(
                "All answers to a sequence are the same: that of the last step.",
                "May the answer at the first step know the last input?",
                "If a unit's states are 0.2, 0.4 and 0.9, the answers are made from these three. Yours are made from "
                "0.9 each time.",
            ),
        ),
        Mistake(
            "no-output-bias",
            edit=("(h, Wy, by)", "(h, Wy, 0 * by)"),
            hints=(
                "These are the answers of a network whose by is 0.",
                "Which of the function's arguments have you not used yet?",
                "A state of all zeros and by = 0.5 give y = 0.5. Yours gives 0.",
            ),
        ),
    ),
)
