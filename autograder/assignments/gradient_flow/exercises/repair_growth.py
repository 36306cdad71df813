"""`repair_growth`: lecture notes with two wrong reasons, repaired."""

from numpy.random import Generator

from autograder.course.draws import recurrent_weights
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


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
    why="‖W^t‖ is at most σ_max^t, so growth needs σ_max > 1; counterexample_vanish shows that this is not enough. "
    "tanh' is 1 − tanh², which is 1 where tanh is 0 and less elsewhere. That tanh lies in (−1, 1) proves nothing: "
    "tanh(kz) lies there too, and its slope at 0 is k.",
    inputs=power_and_slopes,
    outputs={"growth": "choice", "size": "", "slope": "choice", "steepest": ""},
    patterns={
        "size": "Of which matrix is the largest singular value to be taken?",
        "steepest": "What is the slope of tanh(kz) at a single z, and over which of them is the largest taken?",
        "size,steepest": "By hand: what is W^2 for a small W, and what is the slope of tanh(2z) at z = 0?",
        "growth,slope": "If σ_max ≤ 1, can W^t grow? And does your counterexample_vanish grow? tanh(kz) lies between "
        "−1 and 1, too, and its slope at 0 is k: which reason survives that?",
    },
    question="Take W = [[0, 2], [0, 0]], t = 2, k = 2 and z = 0. What should the two numbers be, and what are yours?",
    worked_example=WorkedExample(
        "Divisible by 4 is sufficient for even, not necessary: 6 is even too. Even is necessary for divisible by 4, "
        "not sufficient. A size: W = [[0, 3], [1, 0]] has the norm 3, and W² = [[3, 0], [0, 3]] has the norm 3 as "
        "well. A slope, k = 2: tanh(2z) has at z = 0.25 the slope 2 · (1 − tanh(0.5)²) = 1.573, at z = 0.5 it has "
        "0.84. The steeper of the two is 1.573.",
        values={
            "0.25": "0.25",
            "0.5": "0.5",
            "1.573": "2 * (1 - np.tanh(0.5) ** 2)",
            "0.84": "2 * (1 - np.tanh(1) ** 2)",
        },
    ),
    mistakes=(
        Mistake(
            "believes-the-notes",
            edit=("growth, slope = 2, 3", "growth, slope = 1, 1"),
            hints=(
                "What was chosen here is what the notes say.",
                "Your counterexample_vanish has σ_max ≥ 1.5: does it grow? And how steep is tanh(kz) at 0?",
                "W = [[0, 2], [0, 0]] has σ_max = 2, and W² = 0. tanh(2z) lies between −1 and 1, and its slope at 0 "
                "is 2.",
            ),
        ),
        Mistake(
            "entry-by-entry",
            edit=("np.linalg.matrix_power(W, t)", "W**t"),
            hints=(
                "Each entry of W is raised to the power by itself here.",
                "Let [[1, 1], [1, 1]] act on (1, 1) twice. What comes out, and what does your power of it make of "
                "(1, 1)?",
                "W = [[1, 1], [1, 1]], t = 2: W² is [[2, 2], [2, 2]], and its norm is 4. Yours is 2.",
            ),
        ),
        Mistake(
            "frobenius-for-spectral",
            edit=("matrix_power(W, t), 2)", "matrix_power(W, t))"),
            hints=(
                "This size is the length of all entries of W^t together.",
                "How much does the identity stretch a vector? What does your norm say of it?",
                "W = [[1, 0], [0, 1]] stretches nothing, and size is 1 for every t. Yours is 1.4142.",
            ),
        ),
        Mistake(
            "power-of-the-norm",
            edit=("np.linalg.norm(np.linalg.matrix_power(W, t), 2)", "np.linalg.norm(W, 2) ** t"),
            hints=(
                "This size is σ_max to the power t: the most that W^t can have.",
                "When are the two equal? How far apart are they for your counterexample_vanish?",
                "W = [[0, 2], [0, 0]], t = 2: W² = 0, and size is 0. Yours is 4.",
            ),
        ),
        Mistake(
            "power-of-the-radius",
            edit=(
                "np.linalg.norm(np.linalg.matrix_power(W, t), 2)",
                "np.abs(np.linalg.eigvals(W)).max() ** t",
            ),
            hints=(
                "This size is ρ to the power t: what decides in the long run.",
                "Which of your constructions has ρ < 1 and grows at first?",
                "W = [[0, 2], [0, 0]], t = 1: size is 2. Yours is 0, since both eigenvalues are 0.",
            ),
        ),
        Mistake(
            "steepness-forgotten",
            edit=("k * (1 - np.tanh(k * z) ** 2)", "1 - np.tanh(k * z) ** 2"),
            hints=(
                "This is the largest slope of tanh at the points kz.",
                "If z moves by 0.01, by how much does kz move?",
                "k = 2, z = 0: the slope of tanh(2z) is 2. Yours is 1.",
            ),
        ),
    ),
)
