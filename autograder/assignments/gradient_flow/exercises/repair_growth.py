"""`repair_growth`: lecture notes with two wrong reasons, repaired."""

from numpy.random import Generator

from autograder.course.draws import recurrent_weights
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def power_and_slopes(rng: Generator, s: Sizes) -> Inputs:
    """Draw a Gaussian matrix with ρ = 0.9, a power, points z and a steepness."""
    return {
        "W": 0.9 * recurrent_weights(rng, s.H),
        "t": int(rng.integers(3, 7)),
        "z": rng.uniform(-0.5, 0.5, s.M),
        "k": rng.uniform(1.5, 3.0),
    }


REPAIR_GROWTH = Exercise(
    "repair_growth",
    inputs=power_and_slopes,
    outputs={"growth": "choice", "size": "", "slope": "choice", "steepest": ""},
    patterns={
        "growth": "If σ_max ≤ 1, can W^t grow? And does your counterexample_vanish grow?",
        "slope": "tanh(kz) lies between −1 and 1, too, and its slope at 0 is k. Which reason survives that?",
        "size": "Of which matrix is the largest singular value to be taken?",
        "steepest": "What is the slope of tanh(kz) at a single z, and over which of them is the largest taken?",
        "size,steepest": "By hand: what is W^2 for a small W, and what is the slope of tanh(2z) at z = 0?",
        "growth,slope": "What do size and steepest say of each statement?",
    },
    mistakes=(
        Mistake(
            "believes-the-notes",
            edit=("growth, slope = 2, 3", "growth, slope = 1, 1"),
            hints=(
                "Your choices are the notes'.",
                "You have built a matrix with σ_max ≥ 1.5. Does it grow? And how steep is tanh(kz)?",
                "tanh(2z) lies in (−1, 1) and has slope 2 at 0: lying in (−1, 1) limits no slope.",
            ),
        ),
        Mistake(
            "entry-by-entry",
            edit=("np.linalg.matrix_power(W, t)", "W**t"),
            hints=(
                "These are the numbers with each entry of W raised to the power t.",
                "Is W ** 2 the same as W @ W?",
                "[[1, 1], [1, 1]] @ itself is [[2, 2], [2, 2]]; ** 2 leaves it as it is.",
            ),
        ),
        Mistake(
            "frobenius-for-spectral",
            edit=("matrix_power(W, t), 2)", "matrix_power(W, t))"),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one.",
                "What does np.linalg.norm do with a matrix when nobody says which norm?",
                "diag(1, 1) has spectral norm 1 and Frobenius norm 1.4142.",
            ),
        ),
        Mistake(
            "power-of-the-norm",
            edit=("np.linalg.norm(np.linalg.matrix_power(W, t), 2)", "np.linalg.norm(W, 2) ** t"),
            hints=(
                "This is σ_max to the power t: the bound, not the norm of W^t.",
                "When are the two equal? You have just built a case where they are far apart.",
                "W = [[0, 2], [0, 0]]: ‖W‖² = 4, and W² = 0.",
            ),
        ),
        Mistake(
            "power-of-the-radius",
            edit=(
                "np.linalg.norm(np.linalg.matrix_power(W, t), 2)",
                "np.abs(np.linalg.eigvals(W)).max() ** t",
            ),
            hints=(
                "This is ρ to the power t: what W^t does in the long run, not its norm now.",
                "Which of your constructions has ρ < 1 and grows at first?",
                "W = [[0, 2], [0, 0]] has ρ = 0, and W^1 has norm 2.",
            ),
        ),
        Mistake(
            "steepness-forgotten",
            edit=("k * (1 - np.tanh(k * z) ** 2)", "1 - np.tanh(k * z) ** 2"),
            hints=(
                "These are the slopes of tanh at kz: the inner derivative is missing.",
                "What is the derivative of f(kz) with respect to z?",
                "At z = 0 the slope of tanh(2z) is 2. Yours is 1.",
            ),
        ),
    ),
)
