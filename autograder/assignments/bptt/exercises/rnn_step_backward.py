"""`rnn_step_backward`: backwards through one step."""

from autograder.assignments.rnn_forward.inputs import step
from autograder.course.exercise import Exercise, Mistake

RNN_STEP_BACKWARD = Exercise(
    "rnn_step_backward",
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
    mistakes=(
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - next_h**2)", "(1 - np.tanh(next_h) ** 2)"),
            hints=(
                "These are the numbers of a tanh taken twice: the slope is computed from tanh(next_h).",
                "Which of the two is next_h: what went into the tanh, or what came out of it?",
                "next_h is already a tanh, so its slope needs no other. At next_h = 0.5 it is 0.75; yours is 0.7864.",
            ),
        ),
        Mistake(
            "one-minus-h",
            edit=("(1 - next_h**2)", "(1 - next_h)"),
            hints=(
                "These are the numbers of 1 − h where the slope of tanh has 1 − h².",
                "tanh is as steep at −1 as at +1. Is your slope the same for next_h and −next_h?",
                "At next_h = −0.5 the slope is 0.75. Yours is 1.5, steeper than tanh ever is.",
            ),
        ),
        Mistake(
            "no-tanh-derivative",
            edit=("dnext_h * (1 - next_h**2)", "dnext_h"),
            hints=(
                "These are the numbers of a step without tanh: the gradient passes it as if it were not there.",
                "If a unit sits at 0.999, how much does nudging the sum inside the tanh still move it?",
                "At next_h = 0.5 a gradient of 1 becomes 0.75 inside the tanh. Yours stays 1.",
            ),
        ),
        Mistake(
            "wh-not-transposed",
            edit=("da @ Wh.T", "da @ Wh"),
            hints=(
                "dprev_h goes through Wh the same way round as the forward pass did: the transpose is missing.",
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
                "These are the numbers of a dWh made from next_h.",
                "A weight's gradient is what came in times what goes back. What came in to Wh, the old state or the "
                "new one?",
                "With prev_h = 0 nothing went through Wh, so dWh = 0. Yours is not.",
            ),
        ),
        Mistake(
            "db-per-row",
            edit=("da.sum(axis=0)", "da"),
            hints=(
                "db still has one row for each sequence.",
                "b has H entries, and N sequences used the same ones. How do N opinions about one number become one?",
                "Two sequences that send back 0.2 and 0.3 for a unit give db = 0.5 for it. "
                "Yours holds 0.2 and 0.3 apart.",
            ),
        ),
        Mistake(
            "db-averaged",
            edit=("da.sum(axis=0)", "da.mean(axis=0)"),
            hints=(
                "These are the numbers of a db that is averaged over the sequences.",
                "If the loss is a mean over N, where has the 1/N been taken account of already?",
                "Two sequences that send back 0.2 and 0.3 for a unit give db = 0.5 for it. Yours is 0.25.",
            ),
        ),
        Mistake(
            "db-over-everything",
            edit=("da.sum(axis=0)", "da.sum()"),
            hints=(
                "db is one number: it is summed over the units too.",
                "Each unit has a bias of its own. Over which axis do the sequences lie?",
                "The rows [1, 2] and [3, 4] give db = [4, 6]. Yours is 10.",
            ),
        ),
        Mistake(
            "scales-upstream",
            edit=("da = dnext_h * (1 - next_h**2)", "dnext_h *= 1 - next_h**2\n    da = dnext_h"),
            side_effect="mutates",
            hints=(
                "Your caller's dnext_h is multiplied in place, so whoever handed it over finds other numbers in it.",
                "Does your line make a new array, or does it write into the one it was given?",
                "Call your function twice with one dnext_h: at next_h = 0.5 the second call starts from 0.75 of it.",
            ),
        ),
    ),
)
