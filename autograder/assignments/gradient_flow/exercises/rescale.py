"""`rescale`: weights of a chosen spectral norm."""

from numpy.random import Generator

from autograder.course.draws import recurrent_weights
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def matrix_and_size(rng: Generator, s: Sizes) -> Inputs:
    """Draw weights and the norm they should get; their spectral radius is not 1, so that dividing by it shows."""
    return {"Wh": rng.uniform(1.5, 3.0) * recurrent_weights(rng, s.H), "sigma_max": rng.uniform(0.5, 2.5)}


RESCALE = Exercise(
    "rescale",
    inputs=matrix_and_size,
    outputs={"rescaled": "H H"},
    patterns={
        "all": "What is the largest singular value of the matrix that you return, and are the directions still "
        "those of Wh?",
    },
    mistakes=(
        Mistake(
            "frobenius-for-spectral",
            edit=("np.linalg.norm(Wh, 2)", "np.linalg.norm(Wh)"),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one.",
                "How much does the identity stretch a vector? What does the norm you use say?",
                "The 2 × 2 identity has spectral norm 1. Its Frobenius norm is 1.4142.",
            ),
        ),
        Mistake(
            "by-spectral-radius",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(np.linalg.eigvals(Wh)).max()"),
            hints=(
                "These are the numbers with the largest eigenvalue in the place of the largest singular value.",
                "For which matrices are the two equal?",
                "[[0, 2], [0, 0]] has both eigenvalues 0, and yet stretches (0, 1) to length 2.",
            ),
        ),
        Mistake(
            "only-multiplied",
            edit=("sigma_max / np.linalg.norm(Wh, 2)", "sigma_max"),
            hints=(
                "These are the numbers of Wh times sigma_max: the norm that Wh had is still in there.",
                "If Wh already has the norm sigma_max, what should come back?",
                "Wh = [[2]] and sigma_max = 3 give [[3]]. Yours is [[6]].",
            ),
        ),
        Mistake(
            "by-largest-entry",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(Wh).max()"),
            hints=(
                "These are the numbers with the largest entry in the place of the largest singular value.",
                "Can a matrix stretch by more than its largest entry?",
                "[[1, 1], [1, 1]] stretches (1, 1) by 2.",
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
                "You scale your caller's Wh in place: whoever calls you twice gets another experiment.",
                "Does `*=` make a new array?",
                "After rescale(Wh, 2.0) the caller's Wh has norm 2 as well.",
            ),
        ),
    ),
)
