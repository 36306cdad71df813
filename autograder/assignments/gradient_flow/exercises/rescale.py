"""`rescale`: weights of a chosen spectral norm."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import recurrent_weights
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def matrix_and_size(rng: Generator, s: Sizes) -> Inputs:
    """Draw weights and the norm they should get; their spectral radius is not 1, so that dividing by it shows."""
    return {"Wh": rng.uniform(1.5, 3.0) * recurrent_weights(rng, s.H), "sigma_max": rng.uniform(0.5, 2.5)}


RESCALE = Exercise(
    "rescale",
    why="A norm scales with its matrix: ‖aW‖ = |a| ‖W‖. So the factor is the wanted norm divided by the present one, "
    "and all singular values keep their ratios.",
    inputs=matrix_and_size,
    outputs={"rescaled": "H H"},
    patterns={
        "all": "What is the largest singular value of the matrix that you return, and are the directions still "
        "those of Wh?",
    },
    question="By how much does Wh stretch a vector at most, and by how much should the result?",
    worked_example=WorkedExample(
        "Wh = [[3, 0], [0, 4]] stretches (1, 0) by 3 and (0, 1) by 4; no vector is stretched by more, so its norm is "
        "4. To be given the norm 2 it must become half as large: [[1.5, 0], [0, 2]]. Wh itself still holds 3 and 4.",
        arguments=(np.array([[3.0, 0.0], [0.0, 4.0]]), 2.0),
        values={
            "1.5": "3 * sigma_max / 4",
        },
    ),
    mistakes=(
        Mistake(
            "frobenius-for-spectral",
            edit=("np.linalg.norm(Wh, 2)", "np.linalg.norm(Wh)"),
            hints=(
                "Taken as one long vector, the entries have the length sigma_max here; the largest stretch is less.",
                "How much does the identity stretch a vector? What does your norm say of it?",
                "The 2 × 2 identity with sigma_max = 1 stays 1, 0, 0, 1. Yours is 0.7071, 0, 0, 0.7071.",
            ),
        ),
        Mistake(
            "by-spectral-radius",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(np.linalg.eigvals(Wh)).max()"),
            hints=(
                "The largest eigenvalue has the size sigma_max here; the largest stretch is more.",
                "Can a matrix stretch a vector by more than its largest eigenvalue?",
                "[[1, 1], [0, 1]] has the eigenvalue 1 alone, and stretches by up to 1.618. With sigma_max = 1 its "
                "ones become 0.618. Yours stay 1.",
            ),
        ),
        Mistake(
            "only-multiplied",
            edit=("sigma_max / np.linalg.norm(Wh, 2)", "sigma_max"),
            hints=(
                "The result is sigma_max times as large as Wh was.",
                "If Wh already has the norm sigma_max, what should come back?",
                "Wh = [[2]] and sigma_max = 3 give 3. Yours is 6.",
            ),
        ),
        Mistake(
            "by-largest-entry",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(Wh).max()"),
            hints=(
                "The largest entry has the size sigma_max here; the largest stretch is more.",
                "Can a matrix stretch a vector by more than its largest entry?",
                "[[1, 1], [1, 1]] stretches (1, 1) by 2. With sigma_max = 1 its entries become 0.5. Yours stay 1.",
            ),
        ),
        Mistake(
            "mutates",
            edit=(
                "rescaled = Wh * (sigma_max / np.linalg.norm(Wh, 2))",
                "rescaled = Wh\n    rescaled *= sigma_max / np.linalg.norm(Wh, 2)",
            ),
            side_effect="mutates",
            hints=(
                "After the call, your caller's Wh has the new size too.",
                "Somebody scales one Wh to 1 and then to 2, to compare the two. Which matrices do they hold in the "
                "end?",
                "Wh = [[2]], sigma_max = 3: after the call the caller's Wh is still 2. After yours it is 3.",
            ),
        ),
        Mistake(
            "stretches-cut-off",
            edit=(
                "rescaled = Wh * (sigma_max / np.linalg.norm(Wh, 2))",
                "U, s, Vt = np.linalg.svd(Wh)\n    rescaled = (U * np.minimum(s, sigma_max)) @ Vt",
            ),
            hints=(
                "Where Wh stretches by more than sigma_max, this matrix stretches by just sigma_max; where by less, "
                "as Wh does.",
                "If Wh stretches one direction by three times as much as another, what about the same matrix at "
                "another size?",
                "Wh = [[3, 0], [0, 4]] with sigma_max = 2 becomes [[1.5, 0], [0, 2]]. Yours is [[2, 0], [0, 2]].",
            ),
        ),
    ),
)
