"""`orthogonal`: a random matrix that keeps lengths."""

from autograder.course.exercise import Draw, Exercise, Mistake, WorkedExample
from utils.fixtures import Rng


def by_chance(H: int, seed: int | None = None) -> Draw:
    """Return the drawing that asks for H units and hands over a generator, seeded by `seed` or else at random."""
    return lambda rng, s: {"H": H, "rng": Rng(int(rng.integers(2**31)) if seed is None else seed)}


ORTHOGONAL = Exercise(
    "orthogonal",
    why="QR makes orthonormal columns out of a Gaussian matrix, but leaves the sign of each column open. Moving the "
    "signs of R's diagonal into Q settles them, and then Q is drawn evenly from all orthogonal matrices (Mezzadri "
    "2007).",
    inputs=(by_chance(5), by_chance(5), by_chance(2), by_chance(12, seed=2007), by_chance(12, seed=2007)),
    outputs={"Q": "H H"},
    properties="gradient_flow.orthogonality",
    question="What is QᵀQ for your matrix, and what decides which matrix it is?",
    worked_example=WorkedExample(
        "Of the columns (3, 4) and (1, 2) an orthogonal matrix is made. (3, 4) has length 5 and becomes (0.6, 0.8). "
        "(1, 2) has a part of 0.6 + 1.6 = 2.2 along it, which is (1.32, 1.76). Without that part (−0.32, 0.24) is "
        "left, of length 0.4, which becomes (−0.8, 0.6). Both columns have length 1 now, and their inner product is "
        "−0.48 + 0.48 = 0.",
        values={
            "0.6": "3 / 5",
            "0.8": "4 / 5",
            "1.6": "2 * 4 / 5",
            "2.2": "0.6 + 1.6",
            "1.32": "2.2 * 0.6",
            "1.76": "2.2 * 0.8",
            "−0.32": "1 - 2.2 * 0.6",
            "0.24": "2 - 2.2 * 0.8",
            "0.4": "np.hypot(0.32, 0.24)",
            "−0.8": "-0.32 / 0.4",
            "−0.48": "0.6 * -0.8",
            "0.48": "0.8 * 0.6",
        },
    ),
    mistakes=(
        Mistake(
            "unit-columns-only",
            edit=(
                "Q, R = np.linalg.qr(rng.standard_normal((H, H)))\n    Q = Q * np.sign(np.diag(R))",
                "Q = rng.standard_normal((H, H))\n    Q = Q / np.linalg.norm(Q, axis=0)",
            ),
            hints=(
                "Every column has length 1, and some two of them are not at right angles.",
                "What are the entries of QᵀQ, on the diagonal and beside it?",
                "(1, 0) and (0.6, 0.8) both have length 1. Their inner product is 0.6, where 0 is meant.",
            ),
        ),
        Mistake(
            "another-length",
            edit=("np.sign(np.diag(R))", "np.sign(np.diag(R)) / np.sqrt(H)"),
            hints=(
                "The columns stand at right angles to each other, but not all of them have the length 1.",
                "Which vector does this matrix turn into such a column, and how long was it before? What becomes of "
                "it in 60 steps?",
                "[[0, 2], [−2, 0]] turns a vector by a right angle and doubles it. After 60 steps it is 2^60 = 1e18 "
                "times as long.",
            ),
        ),
        Mistake(
            "not-orthogonal",
            edit=("Q = Q * np.sign(np.diag(R))", "Q = rng.standard_normal((H, H)) / np.sqrt(H)"),
            hints=(
                "This matrix stretches some vectors more than others.",
                "What should QᵀQ be, and what is yours?",
                "24 columns of random numbers of variance 1/24 have lengths of about 1, and yet the largest stretch "
                "is about 2.",
            ),
        ),
        Mistake(
            "rng-ignored",
            edit=("rng.standard_normal((H, H))", "np.random.default_rng(0).standard_normal((H, H))"),
            hints=(
                "The seed decides nothing here: two different seeds give the same matrix.",
                "Which generator decides your matrix, and who chose its seed?",
                "default_rng(1) and default_rng(2) should give 2 different matrices. Yours give 1 and the same, as "
                "the identity would be.",
            ),
        ),
        Mistake(
            "chance-of-its-own",
            edit=("rng.standard_normal((H, H))", "np.random.default_rng().standard_normal((H, H))"),
            hints=(
                "Something besides the seed decides here: with one and the same seed, two calls give two matrices.",
                "If somebody runs your experiment with your seed, do they get your figure?",
                "orthogonal(3, np.random.default_rng(1)), called 2 times, gives 1 matrix. Yours gives 2 different "
                "ones.",
            ),
        ),
    ),
)
