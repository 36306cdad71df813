"""`norm_bound`: how large a product of Jacobians can be at most."""

from autograder.assignments.gradient_flow.inputs import many_steps
from autograder.course.exercise import Exercise, Mistake

NORM_BOUND = Exercise(
    "norm_bound",
    inputs=many_steps,
    outputs={"bound": "N T"},
    patterns={
        "all": "Is the bound 1 at the last step, `bound[:, -1]`? One step earlier: of which state is the largest "
        "slope taken, and which one number stands for the weights?",
    },
    mistakes=(
        Mistake(
            "frobenius-for-spectral",
            edit=("np.linalg.norm(Wh, 2)", "np.linalg.norm(Wh)"),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one: a bound, but a loose "
                "one.",
                "How much does the identity stretch a vector?",
                "For the 2 × 2 identity each factor is too large by 1.4142; after 60 steps that is 1e9.",
            ),
        ),
        Mistake(
            "mean-slope",
            edit=("np.max(1 - h**2, axis=2)", "np.mean(1 - h**2, axis=2)"),
            hints=(
                "These are the numbers with the mean slope: that is not a bound.",
                "Could all of the message sit in the one unit that is open?",
                "Slopes 1 and 0: diag(1, 0) has norm 1. The mean is 0.5.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("np.max(1 - h**2, axis=2) *", "np.ones(h.shape[:2]) *"),
            hints=(
                "These are powers of σ_max: true as a bound, but the slopes are left out.",
                "Does your bound know whether the units are saturated?",
                "One unit, Wh = 2, h = [0, 0.5]: the bound is [1.5, 1]. Yours is [2, 1].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("factors[:, t]", "factors[:, t - 1]"),
            hints=(
                "These are the numbers with each slope taken one step too early.",
                "Between h_{T−1} and h_T lies one step. Which state does it end in?",
                "One unit, Wh = 2, h = [0, 0.5]: the bound is [1.5, 1]. Yours is [2, 1].",
            ),
        ),
        Mistake(
            "own-slopes-too",
            edit=("bound[:, t] * factors[:, t]", "np.prod(factors[:, t - 1 :], axis=1)"),
            hints=(
                "These are bounds with one factor too many at each step but the last: the slopes at h_t itself are in.",
                "The product begins at s = t + 1. Which entry of h is that state?",
                "One unit, Wh = 2, h = [0.5, 0]: between h_1 and h_2 lies one factor, 1 · 2 = 2. Yours is 1.5 · 2 = 3.",
            ),
        ),
        Mistake(
            "norm-once",
            edit=(
                "factors = np.max(1 - h**2, axis=2) * np.linalg.norm(Wh, 2)\n",
                "factors = np.max(1 - h**2, axis=2)\n    factors[:, -1] *= np.linalg.norm(Wh, 2)\n",
            ),
            hints=(
                "σ_max stands in your bound once, however many steps there are.",
                "How often does W act between h_1 and h_T? In the inequality, what does the product sign reach over?",
                "One unit, Wh = 2, h = [0, 0, 0]: the bound is [4, 2, 1]. Yours is [2, 2, 1].",
            ),
        ),
        Mistake(
            "one-factor-too-many",
            edit=("bound = np.ones_like(factors)", "bound = factors.copy()"),
            hints=(
                "These are bounds with one factor too many: the last entry is not 1.",
                "How many steps lie between h_T and h_T?",
                "At T = 1 the bound is 1, whatever Wh is.",
            ),
        ),
    ),
)
