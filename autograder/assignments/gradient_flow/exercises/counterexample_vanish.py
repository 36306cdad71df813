"""`counterexample_vanish`: a matrix that stretches, and whose powers vanish."""

from autograder.assignments.gradient_flow.inputs import of_size
from autograder.course.exercise import Exercise, Mistake

COUNTEREXAMPLE_VANISH = Exercise(
    "counterexample_vanish",
    inputs=(of_size(2), of_size(5), of_size(12)),
    outputs={"W": "H H"},
    properties="gradient_flow.vanishing",
    mistakes=(
        Mistake(
            "never-stretches",
            edit=("W[0, 1] = 1.5", "W[0, 1] = 0.0"),
            hints=(
                "This W vanishes because it never stretches anything: its largest singular value is too small.",
                "Which entry could send much from one unit to another, without coming back?",
                "[[0.5, 1], [0, 0.5]] has σ_max = 1.2071; a larger entry at the corner raises it.",
            ),
        ),
        Mistake(
            "cheap-zeros",
            edit=("0.5 * np.eye(H)", "np.zeros((H, H))"),
            hints=(
                "This W vanishes because a direction is lost at once: its smallest singular value is too small.",
                "Can a matrix with determinant 0 have no singular value near 0?",
                "For H = 2 the product of both singular values is |det W|: [[0, 1.5], [0, 0]] has 1.5 and 0. A "
                "determinant of 0.09 and σ_max = 1.65 leave 0.055, one of 0.25 leaves 0.15.",
            ),
        ),
        Mistake(
            "does-not-vanish",
            edit=("0.5 * np.eye(H)", "0.9 * np.eye(H)"),
            hints=(
                "This W stretches enough, but its powers do not vanish in 60 steps.",
                "In the long run the eigenvalues decide. How small must they be for the 60th power?",
                "0.9^60 = 0.0018, and 0.5^60 = 8.7e-19: there is room for whatever happens on the way.",
            ),
        ),
    ),
)
