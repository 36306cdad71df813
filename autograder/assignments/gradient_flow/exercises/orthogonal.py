"""`orthogonal`: a random matrix that keeps lengths."""

from autograder.course.exercise import Draw, Exercise, Mistake
from utils.fixtures import Rng


def by_chance(H: int, seed: int | None = None) -> Draw:
    """Return the drawing that asks for H units and hands over a generator, seeded by `seed` or else at random."""
    return lambda rng, s: {"H": H, "rng": Rng(int(rng.integers(2**31)) if seed is None else seed)}


ORTHOGONAL = Exercise(
    "orthogonal",
    inputs=(by_chance(5), by_chance(5), by_chance(2), by_chance(12, seed=2007), by_chance(12, seed=2007)),
    outputs={"Q": "H H"},
    properties="gradient_flow.orthogonality",
    mistakes=(
        Mistake(
            "unit-columns-only",
            edit=(
                "Q, R = np.linalg.qr(rng.standard_normal((H, H)))\n    Q = Q * np.sign(np.diag(R))",
                "Q = rng.standard_normal((H, H))\n    Q = Q / np.linalg.norm(Q, axis=0)",
            ),
            hints=(
                "Every column has length 1, but the columns are not at right angles.",
                "What are the entries of QᵀQ, on the diagonal and beside it?",
                "(1, 0) and (0.6, 0.8) both have length 1; their inner product is 0.6, where 0 is meant.",
            ),
        ),
        Mistake(
            "another-length",
            edit=("np.sign(np.diag(R))", "np.sign(np.diag(R)) / np.sqrt(H)"),
            hints=(
                "The columns are at right angles, but their length is not 1.",
                "By how much does your matrix stretch a vector, and what becomes of that after 60 steps?",
                "[[0, 2], [−2, 0]] turns and doubles; after 60 steps the length is 1e18.",
            ),
        ),
        Mistake(
            "not-orthogonal",
            edit=("Q = Q * np.sign(np.diag(R))", "Q = rng.standard_normal((H, H)) / np.sqrt(H)"),
            hints=(
                "This is a matrix of random numbers, but not an orthogonal one.",
                "What must QᵀQ be?",
                "Numbers of variance 1/H give columns of length *about* 1, and at H = 24 a σ_max of about 2.",
            ),
        ),
        Mistake(
            "rng-ignored",
            edit=("rng.standard_normal((H, H))", "np.random.default_rng(0).standard_normal((H, H))"),
            hints=(
                "The matrix is orthogonal, but always the same one: it does not depend on rng.",
                "Where does your chance come from?",
                "default_rng(1) and default_rng(2) should give two different matrices. The identity, for one, never "
                "changes.",
            ),
        ),
        Mistake(
            "chance-of-its-own",
            edit=("rng.standard_normal((H, H))", "np.random.default_rng().standard_normal((H, H))"),
            hints=(
                "The matrix is orthogonal, but it cannot be repeated: its chance does not come from rng.",
                "If somebody runs your experiment with your seed, do they get your figure?",
                "orthogonal(3, default_rng(1)), called twice, should give the same matrix.",
            ),
        ),
    ),
)
