"""`many_to_one`: one answer after the whole sequence."""

from autograder.assignments.rnn_forward.inputs import sequence_and_readout
from autograder.course.exercise import Exercise, Mistake

MANY_TO_ONE = Exercise(
    "many_to_one",
    inputs=sequence_and_readout,
    outputs={"y": "N M"},
    patterns={
        "all": "Is rnn_forward right? From which state is y made, with which weights and which bias?",
    },
    mistakes=(
        Mistake(
            "first-state",
            edit=("h[:, -1]", "h[:, 0]"),
            hints=(
                "These are the numbers of an answer made from the first state.",
                "After how many inputs should the network answer?",
                "For T = 5, changing x_5, `x[:, 4]`, must change y. Yours does not notice.",
            ),
        ),
        Mistake(
            "mean-state",
            edit=("h[:, -1]", "h.mean(axis=1)"),
            hints=(
                "These are the numbers of an answer made from the average of all states.",
                "Which single state has read everything?",
                "If a unit's states are 0.2, 0.4, 0.9, the answer is made from 0.9, not from their mean 0.5.",
            ),
        ),
        Mistake(
            "every-step",
            edit=("h[:, -1] @ Wy", "h @ Wy"),
            hints=(
                "You answer at every step: that is many to many.",
                "How many answers does one sequence get here?",
                "For N = 2 and T = 5, y has shape (2, M). Yours has (2, 5, M).",
            ),
        ),
        Mistake(
            "no-output-bias",
            edit=(" @ Wy + by", " @ Wy"),
            hints=(
                "These are the numbers of an answer without its bias: by is never added.",
                "Which of the function's arguments have you not used yet?",
                "A state of all zeros and by = 0.5 give y = 0.5. Yours gives 0.",
            ),
        ),
    ),
)
