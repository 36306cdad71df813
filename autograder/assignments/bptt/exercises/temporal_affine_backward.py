"""`temporal_affine_backward`: the gradients of a map that acts at every step."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import affine
from autograder.course.exercise import Exercise, Mistake, WorkedExample

TEMPORAL_AFFINE_BACKWARD = Exercise(
    "temporal_affine_backward",
    why="It is the affine layer's way back with N·T rows in the place of N: dx goes through the transposed matrix at "
    "each place, and w and b, which all places share, are summed over both N and T.",
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
    question="One w and one b served N sequences at T steps. Which products does each gradient collect, and how many?",
    worked_example=WorkedExample(
        "One sequence of two steps, one input, one output: x is 1 and then 2, w = [[0.5]] and dout is 0.3 and then "
        "0.4. Each step of dx is half of its dout: 0.15 and 0.2. For w, the steps give 1 · 0.3 and 2 · 0.4, so dw is "
        "1.1. For b they give 0.3 and 0.4, so db is 0.7.",
        arguments=(
            np.array([[[1.0], [2.0]]]),
            np.array([[0.5]]),
            np.array([0.1]),
            np.array([[[0.3], [0.4]]]),
        ),
        values={
            "0.15": "0.5 * 0.3",
            "0.2": "0.5 * 0.4",
            "1.1": "0.3 + 2 * 0.4",
            "0.7": "0.3 + 0.4",
        },
    ),
    mistakes=(
        Mistake(
            "last-step-only",
            edit=(
                'dw = np.einsum("ntd,ntm->dm", x, dout)\n    db = dout.sum(axis=(0, 1))',
                "dw = x[:, -1].T @ dout[:, -1]\n    db = dout[:, -1].sum(axis=0)",
            ),
            hints=(
                "dw and db do not change with any step but the last.",
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
                "dw and db are means over the steps.",
                "Does the forward pass divide by T anywhere?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "db-per-step",
            edit=("dout.sum(axis=(0, 1))", "dout.sum(axis=0)"),
            hints=(
                "db has one row for each step.",
                "Has every step a bias of its own?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours holds the three apart.",
            ),
        ),
    ),
)
