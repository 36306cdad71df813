"""`counterexample_vanish`: a matrix that stretches, and whose powers vanish."""

from autograder.assignments.gradient_flow.inputs import of_size
from autograder.course.exercise import Exercise, Mistake, WorkedExample

COUNTEREXAMPLE_VANISH = Exercise(
    "counterexample_vanish",
    why="A triangular matrix shows its eigenvalues on the diagonal: all are 0.5, so W^t vanishes in the end, "
    "whatever stands above it. σ_max is at least the length of any row, and the first has √(0.5² + 1.5²) = 1.58.",
    inputs=(of_size(2), of_size(5), of_size(12)),
    outputs={"W": "H H"},
    properties="gradient_flow.vanishing",
    question="What are the largest and the smallest singular value of your W for H = 2, and what is the norm of "
    "its 60th power?",
    worked_example=WorkedExample(
        "W = [[0, 1.2], [0.3, 0]] sends unit 2 to unit 1 with 1.2, and unit 1 to unit 2 with 0.3. Its singular "
        "values are 1.2 and 0.3. Two steps lead back: W² is 0.36 times the identity. So W^60 has the norm 0.36^30 = "
        "4.9e-14, although one step may stretch: what the first step stretches, the second shrinks. (σ_max = 1.2 is "
        "not enough here, 1.5 is asked for.)",
        values={
            "1.2": "np.linalg.norm([[0, 1.2], [0.3, 0]], 2)",
            "0.3": "np.linalg.svd([[0, 1.2], [0.3, 0]])[1][1]",
            "0.36": "1.2 * 0.3",
            "4.9e-14": "np.linalg.norm(np.linalg.matrix_power(np.array([[0, 1.2], [0.3, 0]]), 60), 2)",
            "1.5": "1.5",
        },
    ),
    mistakes=(
        Mistake(
            "never-stretches",
            edit=("W[0, 1] = 1.5", "W[0, 1] = 0.0"),
            hints=(
                "No step of this W makes a vector longer, so it is no wonder that its powers vanish.",
                "Which entry could send much from one unit to another, without anything coming back?",
                "[[0.5, 0], [0, 0.5]] has σ_max = 0.5. With 1 in the corner, [[0.5, 1], [0, 0.5]], it is 1.2071.",
            ),
        ),
        Mistake(
            "cheap-zeros",
            edit=("0.5 * np.eye(H)", "np.zeros((H, H))"),
            hints=(
                "Some direction is nearly lost in a single step: the smallest singular value is below 0.1.",
                "How far from 0 can the smallest singular value be if the determinant is 0?",
                "For H = 2 the two singular values have the product |det W|. [[0, 1.5], [0, 0]] has 1.5 and 0. "
                "[[0.3, 1.6], [0, 0.3]] has the determinant 0.09: 1.654 and 0.054.",
            ),
        ),
        Mistake(
            "does-not-vanish",
            edit=("0.5 * np.eye(H)", "0.9 * np.eye(H)"),
            hints=(
                "This W stretches enough; after 60 steps more than a millionth is left.",
                "In the long run the eigenvalues decide. How small must they be for the 60th power?",
                "0.9^60 = 0.0018 is far above 1e-6. 0.6^60 = 4.9e-14 is far below: there is room for what happens on "
                "the way.",
            ),
        ),
    ),
)
