"""`repair_products`: lecture notes with a wrong product and a missing sum, repaired."""

from numpy.random import Generator

from autograder.assignments.gradient_flow.inputs import gradient_and_states
from autograder.course.draws import states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def whole_run(rng: Generator, s: Sizes) -> Inputs:
    """Draw a gradient at the last state, the first state, the states, and weights."""
    dh_T, h, Wh = gradient_and_states(rng, s).values()
    return {"dh_T": dh_T, "h0": states(rng, s.N, s.H), "h": h, "Wh": Wh}


REPAIR_PRODUCTS = Exercise(
    "repair_products",
    inputs=whole_run,
    outputs={"formula": "choice", "error": "N", "paths": "choice", "share": ""},
    patterns={
        "formula": "The chain rule for T = 3 and two units: which matrices stand between which, and how many W_hh "
        "are there?",
        "all": "Is jacobian_product right? With T = 2, what are both numbers by hand?",
        "paths": "W_hh acts at every step. If you change it, at how many places does the loss notice?",
        "error": "The notes have all slopes first, as one diagonal matrix, then W_hh to the power T − 1. Is your "
        "norm spectral, and is it divided by the norm of the right product?",
        "share": "Which (H, H) matrix does step 1 contribute, and from which state is it made? By the norm of what "
        "is its own norm divided?",
        "error,share": "With T = 2, by hand: of how many steps are the slopes in the notes' product, and which "
        "state did W_hh multiply at step 1?",
        "formula,paths": "What do error and share say of the notes?",
    },
    mistakes=(
        Mistake(
            "believes-the-notes",
            edit=("formula, paths = 3, 4", "formula, paths = 1, 1"),
            hints=(
                "Your choices are the notes': the numbers speak against them.",
                "If the notes were right, what would error and share be?",
                "Were formula 1 right, error would be 0 for every sequence; were path 1 right, share would be 1.",
            ),
        ),
        Mistake(
            "absolute-error",
            edit=(" / np.linalg.norm(right, 2, axis=(1, 2))", ""),
            hints=(
                "These are the numbers of the error itself: it is not relative to the right product.",
                "The right product may be 1e-7. Is an error of 1e-6 then small?",
                "If the right one has norm 0.5 and the difference norm 0.7, the relative error is 1.4.",
            ),
        ),
        Mistake(
            "frobenius-for-spectral",
            edit=(
                "np.linalg.norm(notes - right, 2, axis=(1, 2)) / np.linalg.norm(right, 2, axis=(1, 2))",
                "np.linalg.norm(notes - right, axis=(1, 2)) / np.linalg.norm(right, axis=(1, 2))",
            ),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one, in error.",
                "What does np.linalg.norm do with matrices when nobody says which norm?",
                "diag(1, 1) has spectral norm 1 and Frobenius norm 1.4142.",
            ),
        ),
        Mistake(
            "frobenius-in-share",
            edit=(
                "np.linalg.norm(terms[0], 2) / np.linalg.norm(terms.sum(axis=0), 2)",
                "np.linalg.norm(terms[0]) / np.linalg.norm(terms.sum(axis=0))",
            ),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one, in share.",
                "What does np.linalg.norm do with a matrix when nobody says which norm?",
                "diag(1, 1) has spectral norm 1 and Frobenius norm 1.4142.",
            ),
        ),
        Mistake(
            "slope-of-h1-too",
            edit=("np.prod(1 - h[:, 1:] ** 2, axis=1)", "np.prod(1 - h**2, axis=1)"),
            hints=(
                "These are the numbers with the slope at h_1 among those of the notes: their product begins at t = 2.",
                "Nudge h_1: whose tanh does the nudge meet first?",
                "For one unit the notes are right, and error is 0. With h_1 = 0.5 yours is 0.25.",
            ),
        ),
        Mistake(
            "one-weight-too-many",
            edit=("np.linalg.matrix_power(Wh.T, T - 1)", "np.linalg.matrix_power(Wh.T, T)"),
            hints=(
                "These are the numbers with one W_hh too many in the notes' formula.",
                "From h_1 to h_T: how many steps?",
                "For T = 1 there is no step at all, and both formulas give the identity: error is 0.",
            ),
        ),
        Mistake(
            "transposed",
            edit=("np.linalg.matrix_power(Wh.T, T - 1)", "np.linalg.matrix_power(Wh, T - 1)"),
            hints=(
                "These are the numbers with Wh where the notes mean W_hh: the weights are transposed.",
                "Which of the two is W_hh in code?",
                "With all states 0 both formulas are W_hh^(T−1), and error is 0. Yours is not.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("products) * (1 - h**2)", "products)"),
            hints=(
                "These are the numbers with the slopes left out of δ.",
                "W_hh acts before the tanh. What lies between ∂L/∂h_t and W_hh?",
                "With h_t = 0.5 and a gradient of 1 at h_t, δ_t is 0.75.",
            ),
        ),
        Mistake(
            "states-one-step-late",
            edit=("np.concatenate([h0[:, None], h[:, :-1]], axis=1)", "h"),
            hints=(
                "These are the numbers with h_t where h_{t−1} is meant, in share.",
                "Which state did W_hh multiply at step t?",
                "With h0 = 0 step 1 contributes nothing, and share is 0: the notes' path carries nothing at all.",
            ),
        ),
    ),
)
