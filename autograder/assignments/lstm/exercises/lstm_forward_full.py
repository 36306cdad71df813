"""`lstm_forward_full`: an LSTM that starts from a state and a cell, and returns its last ones."""

from autograder.assignments.lstm.inputs import sequence_from
from autograder.course.exercise import Exercise, Mistake

LSTM_FORWARD_FULL = Exercise(
    "lstm_forward_full",
    inputs=sequence_from,
    outputs={"h": "N T H", "h_T": "N H", "c_T": "N H"},
    cache=True,
    patterns={
        "h_T": "Which step of h is h_T?",
        "c_T": "Which of the cells inside is c_T, and is it c or tanh(c)?",
        "h_T,c_T": "What do you return after h, and in which order?",
        "all": "Only the start and the end differ from lstm_forward. Which two states does the first step get?",
    },
    mistakes=(
        Mistake(
            "c0-ignored",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = h0, np.zeros_like(c0)"),
            hints=(
                "These are the numbers of a sequence that starts from an empty cell: c0 is not used.",
                "Which of the function's arguments have you not used yet?",
                "With f = 1 and i = 0 at every step, c0 = 0.5 should come out as c_T = 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "c0-is-h0",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = h0, h0"),
            hints=(
                "These are the numbers of a sequence whose cell starts as h0.",
                "Two things enter the first step. Where does each come from?",
                "With f = 1 and i = 0 at every step, h0 = 0.2 and c0 = 0.5, c_T is 0.5. Yours is 0.2.",
            ),
        ),
        Mistake(
            "h0-and-c0-swapped",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = c0, h0"),
            hints=(
                "These are the numbers of a sequence that starts with h0 and c0 in each other's place.",
                "In which order does lstm_step_forward take the state and the cell?",
                "h0 is revealed, so it lies in (−1, 1); c0 may be 1.5. Only c0 meets the forget gate.",
            ),
        ),
        Mistake(
            "cell-not-carried",
            edit=("x[:, t], h_T, c_T, Wx", "x[:, t], h_T, c0, Wx"),
            hints=(
                "These are the numbers of a loop that hands c0 to every step: the cell is not carried on.",
                "A step returns two things that the next one needs. What happens to the second in your loop?",
                "With i = 0, f = 0.5 and c0 = 1 the cells are 0.5, 0.25, 0.125. Yours stay at 0.5.",
            ),
        ),
        Mistake(
            "last-two-swapped",
            edit=("return h, h_T, c_T, cache", "return h, c_T, h_T, cache"),
            hints=(
                "The last state and the last cell stand in each other's place.",
                "What does the last line of the docstring say about the order?",
                "With o = 0.5 and c_T = 2, h_T is 0.4820 and comes first. Yours returns 2 first.",
            ),
        ),
        Mistake(
            "cell-squashed",
            edit=("return h, h_T, c_T, cache", "return h, h_T, np.tanh(c_T), cache"),
            hints=(
                "What you return as c_T is tanh of the last cell.",
                "The next piece goes on from c_T. What would it have got if there had been no cut?",
                "If the last cell is 2, c_T is 2, not tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "first-state-returned",
            edit=("np.stack(states, axis=1)", "np.stack(states, axis=1)\n    h_T = h[:, 0]"),
            hints=(
                "What you return as h_T is the state after the first step.",
                "Which state has read everything?",
                "For T = 5, changing x_5, `x[:, 4]`, must change h_T. Yours does not notice.",
            ),
        ),
        Mistake(
            "batch-and-time-swapped",
            edit=("np.stack(states, axis=1)", "np.stack(states, axis=0)"),
            hints=(
                "The states are the right ones, but the batch axis and the time axis of h have changed places.",
                "Each state has shape (N, H). Where should the new axis T stand?",
                "For N = 2 and T = 5, h has shape (2, 5, H). Yours has (5, 2, H).",
            ),
        ),
    ),
)
