"""`lstm_forward_full`: an LSTM that starts from a state and a cell, and returns its last ones."""

import numpy as np

from autograder.assignments.lstm.inputs import sequence_from
from autograder.course.exercise import Exercise, Mistake, WorkedExample

LSTM_FORWARD_FULL = Exercise(
    "lstm_forward_full",
    why="The state of an LSTM is h and c together: whoever hands on h alone begins the next piece with an empty "
    "cell. With both coming in and both going out, a sequence in pieces gives what the whole gives.",
    inputs=sequence_from,
    outputs={"h": "N T H", "h_T": "N H", "c_T": "N H"},
    cache=True,
    unaided="Two tests of your own: if you start from c0 = 0, do you get the h of lstm_forward? And does a "
    "sequence in two pieces, h_T and c_T of the first handed to the second, give the h of the whole?",
    patterns={
        "h_T": "Which step of h is h_T?",
        "c_T": "Which of the cells inside is c_T, and is it c or tanh(c)?",
        "h_T,c_T": "What do you return after h, and in which order?",
        "all": "Only the start and the end differ from lstm_forward. Which two states does the first step get?",
    },
    question="What does the first step get, what does each step hand to the next, and what is left after the last?",
    worked_example=WorkedExample(
        "One unit, x = 0 at both steps, h0 = 0.5, c0 = 1; Wx = b = 0, Wh = [0, 0, 0, 1], so every gate is half open. "
        "Step t = 1: g is tanh(0.5) = 0.4621, c_1 is 0.5 + 0.2311 = 0.7311, and h_1 is half of tanh(0.7311), 0.3119. "
        "Step t = 2: g is tanh(0.3119) = 0.3021, c_2 is 0.3655 + 0.1511 = 0.5166, and h_2 is 0.2375. So h_T is "
        "0.2375 and c_T is 0.5166, as if a third step could follow.",
        arguments=(
            np.zeros((1, 2, 1)),
            np.array([[0.5]]),
            np.array([[1.0]]),
            np.array([[0.0, 0.0, 0.0, 0.0]]),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.zeros(4),
        ),
        values={
            "0.4621": "np.tanh(0.5)",
            "0.2311": "np.tanh(0.5) / 2",
            "0.7311": "0.5 + np.tanh(0.5) / 2",
            "0.3119": "np.tanh(0.5 + np.tanh(0.5) / 2) / 2",
            "0.3021": "np.tanh(np.tanh(0.5 + np.tanh(0.5) / 2) / 2)",
            "0.3655": "(0.5 + np.tanh(0.5) / 2) / 2",
            "0.1511": "np.tanh(np.tanh(0.5 + np.tanh(0.5) / 2) / 2) / 2",
            "0.5166": "(0.5 + np.tanh(0.5) / 2) / 2 + np.tanh(np.tanh(0.5 + np.tanh(0.5) / 2) / 2) / 2",
            "0.2375": "np.tanh((0.5 + np.tanh(0.5) / 2) / 2 + np.tanh(np.tanh(0.5 + np.tanh(0.5) / 2) / 2) / 2) / 2",
        },
    ),
    mistakes=(
        Mistake(
            "c0-ignored",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = h0, np.zeros_like(c0)"),
            hints=(
                "These are the numbers of a sequence that starts from an empty cell.",
                "Change c0 and nothing else. Does anything change in what you return?",
                "With f = 1 and i = 0 at every step, c0 = 0.5 comes out as c_T = 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "c0-is-h0",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = h0, h0"),
            hints=(
                "The first step finds h0 in its cell.",
                "Two things enter the first step. Where does each of yours come from?",
                "With f = 1 and i = 0 at every step, h0 = 0.2 and c0 = 0.5: c_T is 0.5. Yours is 0.2.",
            ),
        ),
        Mistake(
            "h0-and-c0-swapped",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = c0, h0"),
            hints=(
                "The gates of the first step depend on c0, and its cell starts from h0.",
                "One of the two was revealed and lies between −1 and 1, the other may be 1.5. Which of them does the "
                "forget gate multiply?",
                "All weights 0, b = [0, 0, 0, 0], h0 = 0.2, c0 = 1.5, T = 1: c_1 is half of c0, 0.75. Yours is 0.1, "
                "half of h0.",
            ),
        ),
        Mistake(
            "cell-not-carried",
            edit=("x[:, t], h_T, c_T, Wx", "x[:, t], h_T, c0, Wx"),
            hints=(
                "Every step finds c0 in its cell.",
                "A step hands on two things. Which of them reaches your next step?",
                "With i = 0, f = 0.5 and c0 = 1 the cells are 0.5, 0.25, 0.125, so c_T is 0.125. Yours is 0.5.",
            ),
        ),
        Mistake(
            "last-two-swapped",
            edit=("return h, h_T, c_T, cache", "return h, c_T, h_T, cache"),
            hints=(
                "The last state and the last cell stand in each other's place.",
                "Which of the two can be larger than 1, and where does it stand in what you return?",
                "With o = 0.5 and a last cell of 2, h_T and c_T are 0.4820 and 2. Yours are 2 and 0.4820.",
            ),
        ),
        Mistake(
            "cell-squashed",
            edit=("return h, h_T, c_T, cache", "return h, h_T, np.tanh(c_T), cache"),
            hints=(
                "This c_T lies between −1 and 1: it is the last cell, squashed.",
                "The next piece goes on from c_T. What would it have found there if there were no cut?",
                "If the last cell is 2, c_T is 2. Yours is 0.9640.",
            ),
        ),
        Mistake(
            "first-state-returned",
            edit=("np.stack(states, axis=1)", "np.stack(states, axis=1)\n    h_T = h[:, 0]"),
            hints=(
                "This h_T is the state after the first step.",
                "Which state has read the whole sequence?",
                "x = 0, all weights 0, H = 1, h0 = c0 = 0, b = [20, 20, 20, 1], T = 2: the states are 0.6420, "
                "0.9093, so h_T is 0.9093. Yours is 0.6420.",
            ),
        ),
        Mistake(
            "batch-and-time-swapped",
            edit=("np.stack(states, axis=1)", "np.stack(states, axis=0)"),
            hints=(
                "The states are the right ones; in h, the axis of the batch and the axis of time have changed places.",
                "Which axis of h should tell the sequence, and which the step?",
                "For N = 2, T = 5 and H = 3, h has the shape (2, 5, 3). Yours has (5, 2, 3).",
            ),
        ),
        Mistake(
            "all-cells-returned",
            edit=(
                "h = np.stack(states, axis=1)",
                "h = np.stack(states, axis=1)\n    c_T = np.stack([step[-1] for step in cache], axis=1)",
            ),
            hints=(
                "In the place of the last cell stand the cells of all steps.",
                "Somebody wants to go on from the end of the sequence. Which cell do they need?",
                "With i = 0, f = 0.5 and c0 = 1 the cells are 0.5, 0.25, 0.125, so c_T is 0.125. Yours is 0.5, 0.25, "
                "0.125.",
            ),
        ),
        Mistake(
            "all-states-returned",
            edit=(
                "h = np.stack(states, axis=1)",
                "h = np.stack(states, axis=1)\n    h_T = h",
            ),
            hints=(
                "In the place of the last state stand the states of all steps.",
                "Somebody wants to go on from the end of the sequence. Which state do they need?",
                "x = 0, all weights 0, H = 1, h0 = c0 = 0, b = [20, 20, 20, 1], T = 2: the states are 0.6420, 0.9093,"
                " so h_T is 0.9093. Yours is 0.6420, 0.9093.",
            ),
        ),
    ),
)
