"""`temporal_affine_forward`: one affine map at every step."""

from autograder.assignments.rnn_forward.inputs import affine
from autograder.course.exercise import Exercise, Mistake

TEMPORAL_AFFINE_FORWARD = Exercise(
    "temporal_affine_forward",
    inputs=affine,
    outputs={"out": "N T M"},
    cache=True,
    patterns={
        "all": "On which steps of x does one step of out depend, and are w and b the same everywhere?",
    },
    mistakes=(
        Mistake(
            "no-bias",
            edit=("x @ w + b", "x @ w"),
            hints=(
                "These are the numbers of the map without its bias: b is never added.",
                "What should come out when x is all zeros?",
                "x = 0 and b = 0.5 give out = 0.5. Yours gives 0.",
            ),
        ),
        Mistake(
            "squashed",
            edit=("x @ w + b", "np.tanh(x @ w + b)"),
            hints=(
                "These are the right numbers with a tanh around them: outputs are not squashed.",
                "May a score be larger than 1?",
                "If x @ w + b is 2, out is 2. Yours is tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "flattened",
            edit=("x @ w + b", "x.reshape(-1, x.shape[-1]) @ w + b"),
            hints=(
                "The numbers are right, but the batch axis and the time axis have become one.",
                "What shape has x, and what shape should out begin with?",
                "For x of shape (2, 5, D), out has shape (2, 5, M). Yours has (10, M).",
            ),
        ),
    ),
)
