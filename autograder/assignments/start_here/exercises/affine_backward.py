"""`affine_backward`: the three gradients of an affine map."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import biases, weights
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def affine(rng: Generator, s: Sizes) -> Inputs:
    """Draw a gradient that comes from above, and what the affine map has kept."""
    x, dout = rng.standard_normal((s.N, s.D)), rng.standard_normal((s.N, s.M))
    return {"dout": dout, "cache": (x, weights(rng, s.D, s.M), biases(rng, s.M))}


AFFINE_BACKWARD = Exercise(
    "affine_backward",
    why="x[n, d] acts on out[n, m] with the factor w[d, m], so its gradient is the sum of dout[n, m] w[d, m] over m, "
    "which is dout @ w.T. The same w and b serve all N rows, so their gradients are sums over the rows: x.T @ dout, "
    "and dout summed.",
    inputs=affine,
    outputs={"dx": "N D", "dw": "D M", "db": "M"},
    patterns={
        "dx": "On which outputs did one entry of x act, and through which weights?",
        "dw": "In how many rows of the batch did one entry of w act, and which two numbers were multiplied there each "
        "time?",
        "db": "How many rows of the batch did one b serve?",
        "all": "Each gradient has the shape of what it belongs to: dx that of x, dw that of w, db that of b. What "
        "did one entry of each act on, going forward?",
    },
    worked_example=WorkedExample(
        "Two rows, one input, one output: x = [[2], [3]], w = [[4]] and dout = [[0.5], [1]]. Each row sends its dout "
        "back through w, so dx is [[2], [4]]. For w, the first row gives 2 · 0.5 = 1 and the second 3 · 1 = 3, so dw "
        "is [[4]]. For b they give 0.5 and 1, so db is [1.5].",
        arguments=(
            np.array([[0.5], [1.0]]),
            (np.array([[2.0], [3.0]]), np.array([[4.0]]), np.array([5.0])),
        ),
        values={
            "1.5": "dout.sum()",
        },
    ),
    mistakes=(
        Mistake(
            "dw-transposed",
            edit=("x.T @ dout", "dout.T @ x"),
            hints=(
                "dw holds the right numbers with rows and columns exchanged.",
                "Which shape has w? Every gradient has the shape of what it belongs to.",
                "If w is (2, 3), so is dw. Yours is (3, 2).",
            ),
        ),
        Mistake(
            "dw-averaged",
            edit=("x.T @ dout", "x.T @ dout / len(x)"),
            hints=(
                "dw is a mean over the rows: it does not grow when every row of x and dout comes twice.",
                "Where is a mean taken: in the loss, which may hold a 1/N already, or in this map?",
                "Two rows with x = 1 and dout = 1 each: dw is 1 + 1 = 2. Yours is 1.",
            ),
        ),
        Mistake(
            "dx-from-x",
            edit=("dout @ w.T", "(x @ w) @ w.T"),
            hints=(
                "dx does not change with dout: it depends on x and w alone.",
                "What comes from above: the output itself, or the gradient at the output?",
                "With dout = 0 the loss does not care about this layer, so dx is 0. Yours is not.",
            ),
        ),
        Mistake(
            "dx-with-bias",
            edit=("dout @ w.T", "(dout + cache[2]) @ w.T"),
            hints=(
                "dx changes with b: where dout is all 0, dx is not.",
                "If b changes, does the slope of the output along x change?",
                "For out = 2x + 5 the slope is 2, whatever stands for the 5.",
            ),
        ),
        Mistake(
            "db-per-row",
            edit=("dout.sum(axis=0)", "dout"),
            hints=(
                "db is dout itself: it has one row for each example.",
                "One bias vector was added to all N rows. By how many ways does it reach the loss?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6].",
            ),
        ),
        Mistake(
            "db-averaged",
            edit=("dout.sum(axis=0)", "dout.mean(axis=0)"),
            hints=(
                "db is the mean over the rows.",
                "What is broadcast to N rows going forward has N ways back. Do their contributions add up or average?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6]. Yours is [2, 3].",
            ),
        ),
        Mistake(
            "db-over-everything",
            edit=("dout.sum(axis=0)", "dout.sum()"),
            hints=(
                "db is one number for all outputs together.",
                "How many biases are there? Does the first output know of the second one's bias?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6]. Yours is 10.",
            ),
        ),
        Mistake(
            "dw-before-dx",
            edit=("return dx, dw, db", "return dw, dx, db"),
            hints=(
                "What comes as dx is the gradient of w, and what comes as dw is that of x.",
                "In which order does the first line of the function promise them?",
                "With x = 2, w = 3 and dout = 1, dx is 3 and dw is 2. Yours are 2 and 3.",
            ),
        ),
    ),
)
