"""`gradient_norms`: how long a gradient is at each step on its way back."""

from autograder.assignments.gradient_flow.inputs import gradient_and_states
from autograder.course.exercise import Exercise, Mistake

GRADIENT_NORMS = Exercise(
    "gradient_norms",
    inputs=gradient_and_states,
    outputs={"norms": "N T"},
    patterns={
        "all": "At the last step, `norms[:, -1]`: is each number the length of one sequence's own dh_T? One step "
        "back: which state's slopes does the gradient pass, and does it pass them before the weights or after?",
    },
    mistakes=(
        Mistake(
            "transposed",
            edit=("@ Wh.T", "@ Wh"),
            hints=(
                "These are the numbers of a message that goes back through the wrong side of Wh.",
                "Forwards, a row of states is multiplied by Wh from the right. What undoes the direction?",
                "Wh = [[0, 1], [0, 0]], states 0, dh_T = [0, 1]: the first unit feeds the second, so the message "
                "becomes [1, 0], of length 1. In yours it becomes [0, 0].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("(dh * (1 - h[:, t] ** 2)) @ Wh.T", "dh @ Wh.T"),
            hints=(
                "These are the numbers of the powers of W: the slopes of tanh are missing.",
                "What becomes of a message at a unit that is saturated?",
                "One unit, Wh = 2, h = [0, 0.5], dh_T = 1: the norms are [1.5, 1]. Yours are [2, 1].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("1 - h[:, t] ** 2", "1 - h[:, t - 1] ** 2"),
            hints=(
                "These are the numbers with each slope taken one step too early.",
                "From h_T back to h_{T−1}: whose tanh does the message pass first?",
                "One unit, Wh = 2, h = [0, 0.5], dh_T = 1: the norms are [1.5, 1]. Yours are [2, 1].",
            ),
        ),
        Mistake(
            "slope-after-weights",
            edit=("(dh * (1 - h[:, t] ** 2)) @ Wh.T", "(dh @ Wh.T) * (1 - h[:, t] ** 2)"),
            hints=(
                "These are the numbers with weights first and slopes second.",
                "Forwards it is weights, then tanh. Backwards the message meets the last thing first.",
                "Wh = [[0, 1], [0, 0]], h_T = [1, 0], dh_T = [0, 1]: the second unit is open, and the message [1, 0] "
                "arrives. In yours the first unit's slope, which is 0, stops it.",
            ),
        ),
        Mistake(
            "squared",
            edit=("norms[:, t - 1] = np.linalg.norm(dh, axis=1)", "norms[:, t - 1] = np.sum(dh**2, axis=1)"),
            hints=(
                "These are the squares of the lengths, except at the last step.",
                "What is the length of the vector (3, 4)?",
                "(3, 4) has length 5. Yours is 25.",
            ),
        ),
        Mistake(
            "one-step-too-far",
            whole="""def gradient_norms(dh_T, h, Wh):
    norms, dh = np.empty(h.shape[:2]), dh_T
    for t in reversed(range(h.shape[1])):
        dh = (dh * (1 - h[:, t] ** 2)) @ Wh.T
        norms[:, t] = np.linalg.norm(dh, axis=1)
    return norms
""",
            hints=(
                "These are the lengths one step further back: the last, `norms[:, -1]`, has passed a step already.",
                "How long is the message before it has gone anywhere?",
                "At T = 1 the only entry is the length of dh_T: for dh_T = (3, 4) it is 5, whatever Wh is.",
            ),
        ),
        Mistake(
            "all-sequences-together",
            whole="""def gradient_norms(dh_T, h, Wh):
    norms, dh = np.empty(h.shape[:2]), dh_T
    norms[:, -1] = np.linalg.norm(dh)
    for t in range(h.shape[1] - 1, 0, -1):
        dh = (dh * (1 - h[:, t] ** 2)) @ Wh.T
        norms[:, t - 1] = np.linalg.norm(dh)
    return norms
""",
            hints=(
                "These are lengths over all sequences together: every row of norms is the same.",
                "Does the gradient of one sequence know of the others?",
                "Two sequences with dh_T = (3, 4) and (0, 0): `norms[:, -1]` is [5, 0]. Yours is [5, 5].",
            ),
        ),
        Mistake(
            "forwards-in-time",
            edit=("dh = (dh * (1 - h[:, t] ** 2))", "dh = (dh * (1 - h[:, -t] ** 2))"),
            hints=(
                "These are the numbers of a message that meets the states in the wrong order of time.",
                "Which state's slope does the message meet first on its way back from the last step?",
                "For T = 3 it meets h_3, `h[:, 2]`, then h_2, `h[:, 1]`. Yours meets h_2 first.",
            ),
        ),
    ),
)
