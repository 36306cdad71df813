"""`repair_products`: lecture notes with a wrong product and a missing sum, repaired."""

from numpy.random import Generator

from autograder.assignments.gradient_flow.inputs import gradient_and_states
from autograder.course.draws import states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def whole_run(rng: Generator, s: Sizes) -> Inputs:
    """Draw a gradient at the last state, the first state, the states, and weights."""
    dh_T, h, Wh = gradient_and_states(rng, s).values()
    return {"dh_T": dh_T, "h0": states(rng, s.N, s.H), "h": h, "Wh": Wh}


REPAIR_PRODUCTS = Exercise(
    "repair_products",
    why="dh_T/dh_1 is a product of T − 1 factors diag(1 − h_t²) W_hh, the latest on the left. Diagonal matrices and "
    "W_hh do not commute, so slopes and powers of W_hh cannot be collected apart unless H = 1. W_hh acts at every "
    "step, so its gradient is a sum over all of them.",
    inputs=whole_run,
    outputs={"formula": "choice", "error": "N", "paths": "choice", "share": ""},
    patterns={
        "error": "The notes have all slopes first, as one diagonal matrix, then W_hh to the power T − 1. Is your "
        "norm spectral, and is it divided by the norm of the right product?",
        "share": "Which (H, H) matrix does step 1 contribute, and from which state is it made? By the norm of what "
        "is its own norm divided?",
        "error,share": "Is jacobian_product right? With T = 2, by hand: of how many steps are the slopes in the "
        "notes' product, and which state did W_hh multiply at step 1?",
        "formula,paths": "The chain rule for T = 3 and two units: which matrices stand between which, and how many "
        "W_hh are there? If you change W_hh, at how many places does that change the loss?",
    },
    question="Take two units and T = 3, with numbers of your own. What do the notes' product and the right one "
    "come to?",
    worked_example=WorkedExample(
        "An error: if 0.6 is right and somebody has 0.9, the difference is 0.3, and relative to the right one 0.5. "
        "Paths: y = w · w · x uses w two times. At w = 3, x = 1 it is 9, at w = 3.001 it is 9.006, so y has the "
        "slope 6 in w. If only the first w moves, y is 9.003, and the slope is 3; of the whole slope that is a share "
        "of 0.5.",
        values={
            "0.6": "0.6",
            "0.9": "0.9",
            "0.3": "0.9 - 0.6",
            "0.5": "(0.9 - 0.6) / 0.6",
            "3.001": "3 + 1e-3",
            "9.006": "3.001**2",
            "9.003": "3.001 * 3",
        },
    ),
    mistakes=(
        Mistake(
            "believes-the-notes",
            edit=("formula, paths = 3, 4", "formula, paths = 1, 1"),
            hints=(
                "What was chosen here is what the notes say.",
                "If the notes were right, what would error and share be?",
                "Were formula 1 right, error would be 0 for every sequence. Were path 1 right, share would be 1.",
            ),
        ),
        Mistake(
            "absolute-error",
            edit=(" / np.linalg.norm(right, 2, axis=(1, 2))", ""),
            hints=(
                "Where the products are half as large, this error is half as large too.",
                "The right product may be as small as 1e-7. Is an error of 1e-6 small then?",
                "T = 3, Wh = [[0, 0.5], [0.5, 0]], h_2 = [0.5, 0], h_3 = [0, 0]: the right product has norm 0.25, "
                "the difference 0.0625, and error is 0.25. Yours is 0.0625.",
            ),
        ),
        Mistake(
            "frobenius-for-spectral",
            edit=(
                "np.linalg.norm(notes - right, 2, axis=(1, 2)) / np.linalg.norm(right, 2, axis=(1, 2))",
                "np.linalg.norm(notes - right, axis=(1, 2)) / np.linalg.norm(right, axis=(1, 2))",
            ),
            hints=(
                "In error, a matrix counts here with the length of all its entries together.",
                "How much does the identity stretch a vector? What does your norm say of it?",
                "T = 3, Wh = [[0, 0.5], [0.5, 0]], h_2 = [0.5, 0], h_3 = [0, 0]: error is 0.25. Yours is 0.2828.",
            ),
        ),
        Mistake(
            "frobenius-in-share",
            edit=(
                "np.linalg.norm(terms[0], 2) / np.linalg.norm(terms.sum(axis=0), 2)",
                "np.linalg.norm(terms[0]) / np.linalg.norm(terms.sum(axis=0))",
            ),
            hints=(
                "In share, a matrix counts here with the length of all its entries together.",
                "How much does the identity stretch a vector? What does your norm say of it?",
                "[[1, 0], [0, 1]] stretches every vector by 1. The length of all its entries together is 1.4142.",
            ),
        ),
        Mistake(
            "slope-of-h1-too",
            edit=("np.prod(1 - h[:, 1:] ** 2, axis=1)", "np.prod(1 - h**2, axis=1)"),
            hints=(
                "In the notes' product the slopes of h_1 count here too.",
                "Nudge h_1: whose tanh does the nudge meet first?",
                "For one unit the notes' formula is right, and error is 0. With h_1 = 0.5 yours is 0.25.",
            ),
        ),
        Mistake(
            "one-weight-too-many",
            edit=("np.linalg.matrix_power(Wh.T, T - 1)", "np.linalg.matrix_power(Wh.T, T)"),
            hints=(
                "In the notes' formula the weights act once more here than there are steps from h_1 to h_T.",
                "From h_1 to h_T, how many steps are there? And if T = 1?",
                "One unit, T = 1, Wh = 2: no step lies between, both formulas give 1, and error is 0. Yours is 1.",
            ),
        ),
        Mistake(
            "transposed",
            edit=("np.linalg.matrix_power(Wh.T, T - 1)", "np.linalg.matrix_power(Wh, T - 1)"),
            hints=(
                "In the notes' formula, row i holds the weights with which unit i feeds the others.",
                "With all states 0 the two formulas should agree. Do yours?",
                "All states 0, T = 2, Wh = [[0, 1], [0, 0]]: both formulas give [[0, 0], [1, 0]], and error is 0. "
                "Yours is 1.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("products) * (1 - h**2)", "products)"),
            hints=(
                "In share, every δ_t is as large as the gradient at h_t itself, as if all units stood at 0.",
                "W_hh acts before the tanh. What lies between it and the gradient at h_t?",
                "One unit, Wh = 1, h0 = 0.5, h = 0.5, 0, dh_T = 1: the gradient is 1 at both steps, δ is 0.75 and 1, "
                "and share is 0.4286. Yours is 0.5.",
            ),
        ),
        Mistake(
            "states-one-step-late",
            edit=("np.concatenate([h0[:, None], h[:, :-1]], axis=1)", "h"),
            hints=(
                "In share, each step contributes with the state that it ends in.",
                "Which state did W_hh multiply at step t?",
                "One unit, Wh = 1, h0 = 0, h = 0.5, 0.5, dh_T = 1: step 1 contributes nothing, and share is 0. Yours "
                "is 0.4286.",
            ),
        ),
        Mistake(
            "one-step-too-many",
            edit=(
                "np.prod(1 - h[:, 1:] ** 2, axis=1)\n"
                "    notes = slopes[:, :, None] * np.linalg.matrix_power(Wh.T, T - 1)",
                "np.prod(1 - h**2, axis=1)\n    notes = slopes[:, :, None] * np.linalg.matrix_power(Wh.T, T)",
            ),
            hints=(
                "In the notes' formula slopes and weights count here once for each of the T states.",
                "From h_1 to h_T, how many steps are there, and whose tanh does each of them pass?",
                "One unit, T = 1, Wh = 2, h_1 = 0.5: no step lies between, both formulas give 1, and error is 0. "
                "Yours is 0.5.",
            ),
        ),
    ),
)
