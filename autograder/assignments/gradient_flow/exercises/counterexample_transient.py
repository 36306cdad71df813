"""`counterexample_transient`: a matrix whose powers grow before they decay."""

from autograder.assignments.gradient_flow.inputs import of_size
from autograder.course.exercise import Exercise, Mistake

COUNTEREXAMPLE_TRANSIENT = Exercise(
    "counterexample_transient",
    inputs=(of_size(2), of_size(5), of_size(12)),
    outputs={"W": "H H"},
    properties="gradient_flow.transient",
    mistakes=(
        Mistake(
            "never-grows",
            edit=("W[0, 1] = 2.7", "W[0, 1] = 0.5"),
            hints=(
                "This W decays, but its powers never reach 10 on the way.",
                "What if each step adds a little of one unit to another, while both decay slowly?",
                "The corner of [[a, c], [0, a]]^t is t·c·a^(t−1). With a = 0.9, c = 1 its largest value is 3.87.",
            ),
        ),
        Mistake(
            "radius-too-large",
            edit=("0.9 * np.eye(H)", "1.0 * np.eye(H)"),
            hints=(
                "This W grows, but it need not come back: its spectral radius is too large.",
                "What are the eigenvalues of a triangular matrix?",
                "[[1, 2.7], [0, 1]]^t has the corner 2.7·t: it grows for ever. Its eigenvalues are both 1.",
            ),
        ),
        Mistake(
            "large-at-once",
            edit=("W[0, 1] = 2.7", "W[0, 1] = 12.0"),
            hints=(
                "This W is large at once: its own norm is above 4, so nothing had to grow.",
                "Growth from step to step is asked for. Can each step do its share?",
                "With the corner 2.7 and the diagonal 0.9 the corner of W^2 is 2 · 2.7 · 0.9 = 4.86, of W^5 8.86.",
            ),
        ),
    ),
)
