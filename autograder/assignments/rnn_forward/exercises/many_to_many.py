"""`many_to_many`: an answer at every step."""

from autograder.assignments.rnn_forward.inputs import sequence_and_readout
from autograder.course.exercise import Exercise, Mistake

MANY_TO_MANY = Exercise(
    "many_to_many",
    inputs=sequence_and_readout,
    outputs={"y": "N T M"},
    patterns={
        "all": "Are rnn_forward and temporal_affine_forward right? Which state makes y_t?",
    },
    mistakes=(
        Mistake(
            "one-step-late",
            edit=("temporal_affine_forward(h,", "temporal_affine_forward(np.concatenate([h0[:, None], h[:, :-1]], 1),"),
            hints=(
                "These are the numbers of answers made one state too early: y_t has not read x_t yet.",
                "The first answer: which inputs may it use?",
                "Changing x_1, `x[:, 0]`, must change y_1, `y[:, 0]`. In yours the first answer is made from h0.",
            ),
        ),
        Mistake(
            "last-state-only",
            edit=("temporal_affine_forward(h,", "temporal_affine_forward(np.repeat(h[:, -1:], h.shape[1], axis=1),"),
            hints=(
                "These are the numbers of the last answer, repeated at every step.",
                "May the answer at the first step know the last input?",
                "Changing the last input, `x[:, -1]`, may change the last answer, `y[:, -1]`, only. In yours all "
                "of y changes.",
            ),
        ),
        Mistake(
            "no-output-bias",
            edit=("(h, Wy, by)", "(h, Wy, 0 * by)"),
            hints=(
                "These are the numbers of answers without their bias: by is never added.",
                "Which of the function's arguments have you not used yet?",
                "A state of all zeros and by = 0.5 give y = 0.5. Yours gives 0.",
            ),
        ),
    ),
)
