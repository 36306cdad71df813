"""`norm_bound`: how large a product of Jacobians can be at most."""

import numpy as np

from autograder.assignments.gradient_flow.inputs import many_steps
from autograder.course.exercise import Exercise, Mistake, WorkedExample

NORM_BOUND = Exercise(
    "norm_bound",
    why="The norm of a product is at most the product of the norms, and the norm of a diagonal matrix is its largest "
    "entry in size. So a step contributes at most max(1 − h²) ‖W_hh‖. The products are built from the end, where an "
    "empty product is 1.",
    inputs=many_steps,
    outputs={"bound": "N T"},
    patterns={
        "all": "Is the bound 1 at the last step, `bound[:, -1]`? One step earlier: of which state is the largest "
        "slope taken, and which one number stands for the weights?",
    },
    question="Take T = 3. Which steps lie between h_1 and h_3, and by how much can each of them stretch a nudge at "
    "most?",
    worked_example=WorkedExample(
        "Wh = [[0, 2], [1, 0]] stretches by at most 2. h_1 = [0, 0], h_2 = [0.6, 0.8], h_3 = [0.5, 0.8]. At step t = "
        "3 nothing lies between: 1. The larger slope at h_3 is 1 − 0.25 = 0.75, so for t = 2 the bound is 0.75 · 2 = "
        "1.5. The larger slope at h_2 is 1 − 0.36 = 0.64, with the stretch 1.28, so for t = 1 it is 1.5 · 1.28 = "
        "1.92.",
        arguments=(np.array([[[0.0, 0.0], [0.6, 0.8], [0.5, 0.8]]]), np.array([[0.0, 2.0], [1.0, 0.0]])),
        values={
            "0.25": "0.5**2",
            "0.75": "1 - 0.5**2",
            "1.5": "2 * (1 - 0.5**2)",
            "0.36": "0.6**2",
            "0.64": "1 - 0.6**2",
            "1.28": "2 * (1 - 0.6**2)",
            "1.92": "2 * (1 - 0.5**2) * 2 * (1 - 0.6**2)",
        },
    ),
    mistakes=(
        Mistake(
            "frobenius-for-spectral",
            edit=("np.linalg.norm(Wh, 2)", "np.linalg.norm(Wh)"),
            hints=(
                "Each step counts here with the length of all entries of Wh together: a bound as well, but a looser "
                "one.",
                "How much does the identity stretch a vector? What does your norm say of it?",
                "Wh the 2 × 2 identity, states 0, T = 2: the bound is [1, 1]. Yours is [1.4142, 1]; over 60 steps it "
                "would grow to 1e9.",
            ),
        ),
        Mistake(
            "mean-slope",
            edit=("np.max(1 - h**2, axis=2)", "np.mean(1 - h**2, axis=2)"),
            hints=(
                "Each step counts here with the mean slope of its units: a message may get through with more than "
                "that.",
                "What is left of a message that stands only at the unit with the steepest slope?",
                "Wh the identity, h_2 = [0, 1], T = 2: the slopes are 1 and 0, and the bound is [1, 1]. Yours is "
                "[0.5, 1].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("np.max(1 - h**2, axis=2) *", "np.ones(h.shape[:2]) *"),
            hints=(
                "These bounds are the same whatever the states are: from step to step they change by one and the "
                "same factor.",
                "Does your bound know whether the units are saturated?",
                "One unit, Wh = 2, h = 0.5, 0.5: the bound is [1.5, 1]. Yours is [2, 1].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("factors[:, t]", "factors[:, t - 1]"),
            hints=(
                "Each step counts here with the slopes of the state that it starts from.",
                "Between h_{T−1} and h_T lies one step. Which state does it end in?",
                "One unit, Wh = 2, h = 0, 0.5: the bound is [1.5, 1]. Yours is [2, 1].",
            ),
        ),
        Mistake(
            "own-slopes-too",
            edit=("bound[:, t] * factors[:, t]", "np.prod(factors[:, t - 1 :], axis=1)"),
            hints=(
                "At every step but the last, the bound for h_t counts the slopes of h_t itself too.",
                "Nudge h_t. Which tanh does the nudge pass first: the one that made h_t, or the one that makes the "
                "next state?",
                "One unit, Wh = 2, h = 0.5, 0: between h_1 and h_2 lies one step, and the bound is [2, 1]. Yours is "
                "[3, 1].",
            ),
        ),
        Mistake(
            "norm-once",
            edit=(
                "factors = np.max(1 - h**2, axis=2) * np.linalg.norm(Wh, 2)\n",
                "factors = np.max(1 - h**2, axis=2)\n    factors[:, -1] *= np.linalg.norm(Wh, 2)\n",
            ),
            hints=(
                "The largest stretch of Wh counts once here, however many steps there are.",
                "How often does W act between h_1 and h_T?",
                "One unit, Wh = 2, h = 0, 0, 0: the bound is [4, 2, 1]. Yours is [2, 2, 1].",
            ),
        ),
        Mistake(
            "one-factor-too-many",
            edit=("bound = np.ones_like(factors)", "bound = factors.copy()"),
            hints=(
                "The step that ends in h_T counts here even for h_T itself, and for every earlier state twice.",
                "How many steps lie between h_T and itself?",
                "One unit, T = 1, Wh = 2, h = 0.5: the bound is 1. Yours is 1.5.",
            ),
        ),
        Mistake(
            "norms-of-the-jacobians",
            edit=(
                "np.max(1 - h**2, axis=2) * np.linalg.norm(Wh, 2)",
                "np.linalg.norm((1 - h[..., None] ** 2) * Wh.T, 2, axis=(2, 3))",
            ),
            hints=(
                "Each step counts here with the stretch of its own Jacobian: a bound as well, but a tighter one.",
                "The inequality takes slopes and weights apart. Which number stands there for the slopes, and which "
                "for the weights?",
                "Wh = [[1, 0], [0, 2]], h_2 = [0, 1], T = 2: the larger slope is 1, the weights stretch by 2, and the"
                " bound is [2, 1]. Yours is [1, 1].",
            ),
        ),
        Mistake(
            "slope-of-the-lowest-state",
            edit=("np.max(1 - h**2, axis=2)", "(1 - np.min(h, axis=2) ** 2)"),
            hints=(
                "Each step counts here with the slope of the unit whose state lies lowest.",
                "One unit is at −0.9 and one at 0.1. Which of the two is more open?",
                "Wh the identity, h_2 = [−0.5, 0], T = 2: the slopes are 0.75 and 1, and the bound is [1, 1]. Yours "
                "is [0.75, 1].",
            ),
        ),
        Mistake(
            "smallest-slope",
            edit=("np.max(1 - h**2, axis=2)", "np.min(1 - h**2, axis=2)"),
            hints=(
                "Each step counts here with the slope of its most saturated unit: a message may get through with more"
                " than that.",
                "What is left of a message that stands only at the unit with the steepest slope?",
                "Wh the identity, h_2 = [0.5, 0], T = 2: the slopes are 0.75 and 1, and the bound is [1, 1]. Yours is"
                " [0.75, 1].",
            ),
        ),
        Mistake(
            "eigenvalue-for-stretch",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(np.linalg.eigvals(Wh)).max()"),
            hints=(
                "For the weights, each step counts here with the size of their largest eigenvalue: a message may get "
                "through with more than that.",
                "Can a matrix stretch a vector by more than its largest eigenvalue?",
                "Wh = [[0, 2], [0, 0]], states 0, T = 2: the weights stretch by 2, and the bound is [2, 1]. Yours is "
                "[0, 1], since both eigenvalues are 0.",
            ),
        ),
    ),
)
