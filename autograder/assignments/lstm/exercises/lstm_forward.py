"""`lstm_forward`: an LSTM over a whole sequence."""

import numpy as np

from autograder.assignments.lstm.inputs import sequence
from autograder.course.exercise import Exercise, Mistake, WorkedExample

LSTM_FORWARD = Exercise(
    "lstm_forward",
    why="It is the RNN's loop with two states to carry, h and c; c begins with 0 and is not returned. Every step "
    "makes new arrays, so what the cache keeps of one step is not changed by a later one.",
    inputs=sequence,
    outputs={"h": "N T H"},
    cache=True,
    patterns={
        "all": "Is lstm_step_forward right? Two things go from step to step. What are they when they enter step t "
        "= 1, `h[:, 0]`, and when they enter step t = 2, `h[:, 1]`?",
    },
    question="Two things go from step to step. What are they after step t = 1, `h[:, 0]`, and what does step t = "
    "2, `h[:, 1]`, get?",
    worked_example=WorkedExample(
        "One unit, x = 0.5, then 0; h0 = 0; Wx = Wh = [0, 0, 0, 1], b = 0, so every gate is half open. Step t = 1: g "
        "is tanh(0.5) = 0.4621, half of it is written: c_1 is 0.2311, and h_1 is half of tanh(0.2311), 0.1135. Step "
        "t = 2 gets h_1: g is tanh(0.1135) = 0.1130. Half of c_1 stays, 0.1155, and 0.0565 is written: c_2 is "
        "0.1720, and h_2 is 0.0852.",
        arguments=(
            np.array([[[0.5], [0.0]]]),
            np.array([[0.0]]),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.zeros(4),
        ),
        values={
            "0.4621": "np.tanh(0.5)",
            "0.2311": "np.tanh(0.5) / 2",
            "0.1135": "np.tanh(np.tanh(0.5) / 2) / 2",
            "0.1130": "np.tanh(np.tanh(np.tanh(0.5) / 2) / 2)",
            "0.1155": "np.tanh(0.5) / 4",
            "0.0565": "np.tanh(np.tanh(np.tanh(0.5) / 2) / 2) / 2",
            "0.1720": "np.tanh(0.5) / 4 + np.tanh(np.tanh(np.tanh(0.5) / 2) / 2) / 2",
            "0.0852": "np.tanh(np.tanh(0.5) / 4 + np.tanh(np.tanh(np.tanh(0.5) / 2) / 2) / 2) / 2",
        },
    ),
    mistakes=(
        Mistake(
            "cell-not-carried",
            edit=("prev_h, prev_c, step_cache =", "prev_h, _, step_cache ="),
            hints=(
                "Every step starts with an empty cell here.",
                "A step hands on two things. Which of them reaches your next step?",
                "x = 0, all weights 0, H = 1, b = [20, 20, 20, 1], T = 3: the cell grows, and h with it: 0.6420, "
                "0.9093, 0.9795. Yours stays: 0.6420, 0.6420, 0.6420.",
            ),
        ),
        Mistake(
            "c0-is-h0",
            edit=("np.zeros_like(h0), []", "h0, []"),
            hints=(
                "The first step finds h0 in its cell.",
                "What is in the cell before anything has been read?",
                "x = 0, all weights 0, H = 1, b = [−20, 20, 20, 0], h0 = 0.5: an empty cell stays empty, and h_1 is "
                "0. Yours is 0.4621.",
            ),
        ),
        Mistake(
            "h0-ignored",
            edit=("prev_h, prev_c, cache = h0,", "prev_h, prev_c, cache = np.zeros_like(h0),"),
            hints=(
                "These are the states of a sequence that starts from a state of zeros.",
                "Change h0 and nothing else. Does h_1, `h[:, 0]`, change?",
                "One unit, x = Wx = 0, Wh = [0, 0, 0, 1], b = [20, −20, 20, 0], h0 = 0.5: h_1 is 0.4318. Yours is 0.",
            ),
        ),
        Mistake(
            "state-never-updated",
            edit=("x[:, t], prev_h, prev_c, Wx", "x[:, t], h0, prev_c, Wx"),
            hints=(
                "At every step the gates depend on h0, as if it were the first step.",
                "On which state should the gates of step t = 2 depend?",
                "One unit, x = Wx = 0, Wh = [0, 0, 0, 1], b = [20, −20, 20, 0], h0 = 0.5, T = 2: h is 0.4318, "
                "0.3858. Yours is 0.4318, 0.4318.",
            ),
        ),
        Mistake(
            "runs-backwards",
            edit=("in range(T)", "in reversed(range(T))"),
            hints=(
                "The last input is read first here, and the first one last.",
                "Of which inputs may h_1, `h[:, 0]`, know?",
                "One unit, x = 0.5, 0, Wx = [0, 0, 0, 1], Wh = h0 = 0, b = [20, 20, 20, 0]: step 1 writes, step 2 "
                "keeps, h is 0.4318, 0.4318. Yours is 0.4318, 0.",
            ),
        ),
        Mistake(
            "returns-cells",
            edit=("h[:, t] = prev_h", "h[:, t] = prev_c"),
            hints=(
                "These are the contents of the cell, c_1 to c_T.",
                "Which of the two does the world outside see: what is stored, or what is revealed?",
                "x = 0, all weights 0, H = 1, b = [20, 20, 0, 20], T = 2: the second cell is 2, and h_2, `h[:, 1]`, "
                "is half of tanh(2), 0.4820. Yours is 2.",
            ),
        ),
        Mistake(
            "initial-cell-views-output",
            edit=("np.zeros_like(h0), []", "h[:, 0], []"),
            side_effect="aliases",
            hints=(
                "Something that was kept for the way back is a part of h, and changes whenever h does.",
                "Going backwards, the gradients of the first step alone would be wrong. Which array could have "
                "changed after you kept it?",
                "`c = h[:, 0]` makes no copy: at first c is 0, and once h_1 = 0.3 is stored in h, c is 0.3 as well. "
                "np.shares_memory tells you.",
            ),
        ),
    ),
)
