"""`cell_highway`: how much of a cell's gradient the forget gates let through."""

from numpy.random import Generator

from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def forget_gates(rng: Generator, s: Sizes) -> Inputs:
    """Draw forget gates, neither shut nor open."""
    return {"f": rng.uniform(0.2, 0.95, (s.N, s.T, s.H))}


def shut_gates(rng: Generator, s: Sizes) -> Inputs:
    """Draw forget gates of which one a sequence is exactly 0: nothing may be divided by it."""
    drawn = forget_gates(rng, s)
    drawn["f"][:, -1, 0] = 0
    return drawn


CELL_HIGHWAY = Exercise(
    "cell_highway",
    inputs=forget_gates,
    special_inputs={"a gate that is exactly 0": shut_gates},
    outputs={"highway": "N T H"},
    patterns={
        "highway": "For T = 3, written out: which gates stand between c_1 and c_3, which between c_2 and c_3, "
        "which between c_3 and itself?",
    },
    mistakes=(
        Mistake(
            "off-by-one",
            edit=("highway[:, t] = highway[:, t + 1] * f[:, t + 1]", "highway[:, t] = highway[:, t + 1] * f[:, t]"),
            hints=(
                "These are the numbers of products shifted by one step: f_t is in the product for c_t, f_T is not.",
                "f_t stands between c_{t−1} and c_t. Does c_t still have to pass it on its way to c_T?",
                "T = 3, f = 0.5, 0.8, 0.9: from c_1 to c_3 it is 0.8 × 0.9 = 0.72, from c_2 it is 0.9. Yours are 0.4 "
                "and 0.8.",
            ),
        ),
        Mistake(
            "one-gate-too-early",
            edit=(
                "highway = np.ones_like(f)",
                "return np.cumprod(f[:, ::-1], axis=1)[:, ::-1]\n    highway = np.ones_like(f)",
            ),
            hints=(
                "These are the numbers of products that begin one gate too early: f_t is in the product for c_t.",
                "f_t stands between c_{t−1} and c_t. Does c_t still have to pass it on its way to c_T?",
                "T = 3, f = 0.5, 0.8, 0.9: from c_1 to c_3 it is 0.8 × 0.9 = 0.72, and the last entry is 1. Yours are "
                "0.36 and 0.9.",
            ),
        ),
        Mistake(
            "counts-its-own-gate",
            edit=("highway = np.ones_like(f)", "highway = f.copy()"),
            hints=(
                "These are the numbers of a path that begins with f_T at c_T itself.",
                "By how much does c_T move if c_T moves by 1?",
                "The last entry is 1, whatever the gates. With f_T = 0.9, yours is 0.9, and all others hold that "
                "factor once too often.",
            ),
        ),
        Mistake(
            "sum-for-product",
            edit=("highway[:, t + 1] * f[:, t + 1]", "highway[:, t + 1] + f[:, t + 1]"),
            hints=(
                "These are the numbers of gates added up along the path.",
                "Two gates, each letting half through, one behind the other: how much arrives?",
                "Through f = 0.5 and f = 0.5 comes 0.25. Yours grows with every gate it meets.",
            ),
        ),
        Mistake(
            "includes-i",
            edit=("highway[:, t + 1] * f[:, t + 1]", "highway[:, t + 1] * f[:, t + 1] * (1 - f[:, t + 1])"),
            hints=(
                "These are the numbers of a path with an input gate 1 − f in it, beside each forget gate.",
                "In c_t = f c_{t−1} + i g, which gate stands before c_{t−1}? Does the other one?",
                "With f = 0.9 at the last step, the entry before the last is 0.9. Yours is 0.9 × 0.1 = 0.09.",
            ),
        ),
        Mistake(
            "runs-forwards",
            edit=("highway = np.ones_like(f)", "return np.cumprod(f, axis=1)\n    highway = np.ones_like(f)"),
            hints=(
                "These are the numbers of products that start at the first step: ∂c_t/∂c_0, not ∂c_T/∂c_t.",
                "Which entry is 1, whatever the gates: the first or the last?",
                "T = 2, f = 0.5, 0.8: the entries are 0.8 and 1. Yours are 0.5 and 0.4.",
            ),
        ),
    ),
)
