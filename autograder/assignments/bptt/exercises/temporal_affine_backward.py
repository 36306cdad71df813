"""`temporal_affine_backward`: the gradients of a map that acts at every step."""

from autograder.assignments.rnn_forward.inputs import affine
from autograder.course.exercise import Exercise, Mistake

TEMPORAL_AFFINE_BACKWARD = Exercise(
    "temporal_affine_backward",
    inputs=affine,
    forward="temporal_affine_forward",
    outputs={"dx": "N T D", "dw": "D M", "db": "M"},
    patterns={
        "dw": "One w served N sequences at T steps: how many products of what came in and what goes back does one "
        "entry of dw collect?",
        "db": "One b served N sequences at T steps: how many numbers does one entry of db collect?",
        "dw,db": "One w and one b served N sequences at T steps: how many terms does one entry of each gradient "
        "collect?",
        "dx": "On which steps of dout does one step of dx depend, and through what?",
    },
    mistakes=(
        Mistake(
            "last-step-only",
            edit=(
                'dw = np.einsum("ntd,ntm->dm", x, dout)\n    db = dout.sum(axis=(0, 1))',
                "dw = x[:, -1].T @ dout[:, -1]\n    db = dout[:, -1].sum(axis=0)",
            ),
            hints=(
                "dw and db hear the last step only.",
                "At how many steps did w act?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours is 0.1.",
            ),
        ),
        Mistake(
            "averaged-over-time",
            edit=(
                'dw = np.einsum("ntd,ntm->dm", x, dout)\n    db = dout.sum(axis=(0, 1))',
                'dw = np.einsum("ntd,ntm->dm", x, dout) / x.shape[1]\n    db = dout.sum(axis=0).mean(axis=0)',
            ),
            hints=(
                "dw and db are averaged over the steps.",
                "Does the forward pass divide by T anywhere?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "db-per-step",
            edit=("dout.sum(axis=(0, 1))", "dout.sum(axis=0)"),
            hints=(
                "db still has one row for each step: it is summed over the sequences only.",
                "Has every step a bias of its own?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours holds the three apart.",
            ),
        ),
    ),
)
