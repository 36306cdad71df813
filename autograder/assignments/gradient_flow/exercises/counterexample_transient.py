"""`counterexample_transient`: a matrix whose powers grow before they decay."""

from autograder.assignments.gradient_flow.inputs import of_size
from autograder.course.exercise import Exercise, Mistake, WorkedExample

COUNTEREXAMPLE_TRANSIENT = Exercise(
    "counterexample_transient",
    why="All eigenvalues are 0.9, so in the end W^t vanishes. On the way its entry above the diagonal is t · "
    "0.9^(t−1) · 2.7, which grows until t = 9 and is 10.5 there: eigenvalues decide how it ends, not how it gets "
    "there.",
    inputs=(of_size(2), of_size(5), of_size(12)),
    outputs={"W": "H H"},
    properties="gradient_flow.transient",
    question="What are the norm of your W for H = 2, its largest eigenvalue, and the norms of its first ten powers?",
    worked_example=WorkedExample(
        "W = [[0.7, 2], [0, 0.7]]: each unit keeps 0.7 of itself, and the second gives twice its state to the first. "
        "The corner of W is 2, of W² 0.7 · 2 + 2 · 0.7 = 2.8, of W³ 2.94, of W⁴ 2.744: it grows first and decays "
        "then, though ρ is 0.7 from the start. Here the peak is far below 10.",
        values={
            "0.7": "np.abs(np.linalg.eigvals([[0.7, 2], [0, 0.7]])).max()",
            "2.8": "np.linalg.matrix_power(np.array([[0.7, 2], [0, 0.7]]), 2)[0, 1]",
            "2.94": "np.linalg.matrix_power(np.array([[0.7, 2], [0, 0.7]]), 3)[0, 1]",
            "2.744": "np.linalg.matrix_power(np.array([[0.7, 2], [0, 0.7]]), 4)[0, 1]",
        },
    ),
    mistakes=(
        Mistake(
            "never-grows",
            edit=("W[0, 1] = 2.7", "W[0, 1] = 0.5"),
            hints=(
                "No power of this W from the second on reaches the norm 10.",
                "What if each step adds a little of one unit to another, while both decay slowly?",
                "The corner of [[a, c], [0, a]]^t is t·c·a^(t−1). With a = 0.9 and c = 1 its largest value is 3.87.",
            ),
        ),
        Mistake(
            "radius-too-large",
            edit=("0.9 * np.eye(H)", "1.0 * np.eye(H)"),
            hints=(
                "This W does not come back: its 60th power is larger than W itself.",
                "What are the eigenvalues of a triangular matrix?",
                "[[1, 2], [0, 1]]^t has the corner 2·t: 20 at t = 10, and it grows for ever. Its eigenvalues are "
                "both 1.",
            ),
        ),
        Mistake(
            "large-at-once",
            edit=("W[0, 1] = 2.7", "W[0, 1] = 12.0"),
            hints=(
                "This W stretches by more than 4 in its first step already.",
                "Growth from step to step is asked for. How much of it can each step add?",
                "The corner of [[0.8, 3], [0, 0.8]]^t is 3, 4.8, 5.76, 6.144 for t = 1 to 4: every step adds a little.",
            ),
        ),
    ),
)
