"""`affine_backward`: the three gradients of an affine map."""

from numpy.random import Generator

from autograder.course.draws import biases, weights
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def affine(rng: Generator, s: Sizes) -> Inputs:
    """Draw a gradient that comes from above, and what the affine map has kept."""
    x, dout = rng.standard_normal((s.N, s.D)), rng.standard_normal((s.N, s.M))
    return {"dout": dout, "cache": (x, weights(rng, s.D, s.M), biases(rng, s.M))}


AFFINE_BACKWARD = Exercise(
    "affine_backward",
    inputs=affine,
    outputs={"dx": "N D", "dw": "D M", "db": "M"},
    patterns={
        "dx": "On which outputs did one entry of x act, and through which weights?",
        "dw": "In how many rows of the batch did one entry of w act, and which two numbers met there each time?",
        "db": "How many rows of the batch did one b serve?",
        "all": "Each gradient has the shape of what it belongs to: dx that of x, dw that of w, db that of b. What "
        "did one entry of each act on, going forward?",
    },
    mistakes=(
        Mistake(
            "dw-transposed",
            edit=("x.T @ dout", "dout.T @ x"),
            hints=(
                "dw has the right numbers in a transposed array.",
                "Which shape has w? Every gradient has the shape of what it belongs to.",
                "If w is (2, 3), so is dw. Yours is (3, 2).",
            ),
        ),
        Mistake(
            "dw-averaged",
            edit=("x.T @ dout", "x.T @ dout / len(x)"),
            hints=(
                "dw is divided by the number of rows.",
                "Whose business is averaging: the loss's, which may hold a 1/N already, or this map's?",
                "Two rows with x = 1 and dout = 1 each: dw is 1 + 1 = 2. Yours is 1.",
            ),
        ),
        Mistake(
            "dx-from-x",
            edit=("dout @ w.T", "(x @ w) @ w.T"),
            hints=(
                "dx is made from the output x w where dout belongs.",
                "What comes from above: the output itself, or the gradient at the output?",
                "With dout = 0 the loss does not care about this layer, so dx is 0. Yours is not.",
            ),
        ),
        Mistake(
            "dx-with-bias",
            edit=("dout @ w.T", "(dout + cache[2]) @ w.T"),
            hints=(
                "b takes part in dx: it is added to dout.",
                "If b changes, does the slope of the output along x change?",
                "For out = 2x + 5 the slope is 2, whatever stands for the 5.",
            ),
        ),
        Mistake(
            "db-per-row",
            edit=("dout.sum(axis=0)", "dout"),
            hints=(
                "db is dout itself, a row for each example; b has a single row.",
                "One bias vector was added to all N rows. By how many ways does it reach the loss?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6].",
            ),
        ),
        Mistake(
            "db-averaged",
            edit=("dout.sum(axis=0)", "dout.mean(axis=0)"),
            hints=(
                "db is the mean over the rows where it should be the sum.",
                "What is broadcast to N rows going forward has N ways back. Do their contributions add up or average?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6]. Yours is [2, 3].",
            ),
        ),
        Mistake(
            "db-over-everything",
            edit=("dout.sum(axis=0)", "dout.sum()"),
            hints=(
                "db is one number: it is summed over the outputs too.",
                "How many biases are there? Does the first output know of the second one's bias?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6]. Yours is 10.",
            ),
        ),
        Mistake(
            "dw-before-dx",
            edit=("return dx, dw, db", "return dw, dx, db"),
            hints=(
                "dx and dw have changed places.",
                "In which order does the first line of the function promise them?",
                "Gradients come back in the order in which x, w and b went in: dx, dw, db.",
            ),
        ),
    ),
)
