"""`gradient_norms`: how long a gradient is at each step on its way back."""

import numpy as np

from autograder.assignments.gradient_flow.inputs import gradient_and_states
from autograder.course.exercise import Exercise, Mistake, WorkedExample

GRADIENT_NORMS = Exercise(
    "gradient_norms",
    why="The gradient is one vector a sequence, and it goes back a step by the slopes and then by the transposed "
    "weights, as in rnn_backward. A vector through a matrix costs H² products where a matrix costs H³, so no "
    "Jacobian is formed.",
    inputs=gradient_and_states,
    outputs={"norms": "N T"},
    patterns={
        "all": "At the last step, `norms[:, -1]`: is each number the length of one sequence's own dh_T? One step "
        "back: which state's slopes does the gradient pass, and does it pass them before the weights or after?",
    },
    question="Take one sequence and T = 2. How long is the message at h_2, and what does it meet on its way to "
    "h_1, in which order?",
    worked_example=WorkedExample(
        "Two units that feed only each other, Wh = [[0, 2], [1, 0]]; h_1 = [0, 0], h_2 = [0.5, 0], h_3 = [0, "
        "0.8], and dh_T = [3, 4], of length 5. The slopes at h_3 are 1 and 0.36: they leave [3, 1.44], and the "
        "weights make it [2.88, 3], of length 4.159. The slopes at h_2 are 0.75 and 1: they leave [2.16, 3], and the "
        "weights make it [6, 2.16], of length 6.377.",
        arguments=(
            np.array([[3.0, 4.0]]),
            np.array([[[0.0, 0.0], [0.5, 0.0], [0.0, 0.8]]]),
            np.array([[0.0, 2.0], [1.0, 0.0]]),
        ),
        values={
            "0.36": "1 - 0.8**2",
            "1.44": "4 * (1 - 0.8**2)",
            "2.88": "2 * 4 * (1 - 0.8**2)",
            "4.159": "np.hypot(2 * 4 * (1 - 0.8**2), 3)",
            "0.75": "1 - 0.5**2",
            "2.16": "2 * 4 * (1 - 0.8**2) * (1 - 0.5**2)",
            "6.377": "np.hypot(6, 2.16)",
        },
    ),
    mistakes=(
        Mistake(
            "transposed",
            edit=("@ Wh.T", "@ Wh"),
            hints=(
                "The message goes back through Wh here the way the states went forward.",
                "The first unit feeds the second, and nothing else. A message stands at the second: to which unit "
                "should it go back?",
                "Wh = [[0, 1], [0, 0]], states 0, T = 2, dh_T = [0, 1]: the message goes back to the first unit, and "
                "the norms are [1, 1]. Yours are [0, 1].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("(dh * (1 - h[:, t] ** 2)) @ Wh.T", "dh @ Wh.T"),
            hints=(
                "These lengths are the same whatever the states are.",
                "What becomes of a message at a unit that is saturated?",
                "One unit, Wh = 2, h = 0.5, 0.5, dh_T = 1: the norms are [1.5, 1]. Yours are [2, 1].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("1 - h[:, t] ** 2", "1 - h[:, t - 1] ** 2"),
            hints=(
                "On its way back over a step, the message meets the slopes of the state that the step started from.",
                "From h_T back to h_{T−1}: whose tanh does the message pass first?",
                "One unit, Wh = 2, h = 0, 0.5, dh_T = 1: the norms are [1.5, 1]. Yours are [2, 1].",
            ),
        ),
        Mistake(
            "slope-after-weights",
            edit=("(dh * (1 - h[:, t] ** 2)) @ Wh.T", "(dh @ Wh.T) * (1 - h[:, t] ** 2)"),
            hints=(
                "On its way back over a step, the message meets the weights first and the slopes after them.",
                "Forwards it is weights, then tanh. Which of the two does the message meet first on its way back?",
                "Wh = [[0, 1], [0, 0]], h_T = [1, 0], dh_T = [0, 1]: the second unit is open, the message gets back "
                "to the first, and the norms are [1, 1]. Yours are [0, 1].",
            ),
        ),
        Mistake(
            "squared",
            edit=("norms[:, t - 1] = np.linalg.norm(dh, axis=1)", "norms[:, t - 1] = np.sum(dh**2, axis=1)"),
            hints=(
                "These are squares of lengths, at all steps but the last.",
                "If dh_T were twice as long, by how much should every length grow? By how much do yours?",
                "dh_T = (3, 4), states 0, Wh the identity, T = 2: the norms are [5, 5]. Yours are [25, 5].",
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
                "Each of these lengths is measured one step further back than its place says.",
                "How long is the message before it has gone anywhere?",
                "One unit, T = 1, Wh = 2, h = 0, dh_T = 1: the only norm is 1. Yours is 2.",
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
                "At each step all sequences have the same length here: that of the whole batch.",
                "Does the gradient of one sequence know of the others?",
                "Two sequences with dh_T = (3, 4) and (0, 0): at the last step, `norms[:, -1]`, the lengths are [5, "
                "0]. Yours are [5, 5].",
            ),
        ),
        Mistake(
            "forwards-in-time",
            edit=("dh = (dh * (1 - h[:, t] ** 2))", "dh = (dh * (1 - h[:, -t] ** 2))"),
            hints=(
                "On its way back the message meets the slopes of h_2 first, and those of h_T last.",
                "From which state does the message set out, and which slopes does it meet first?",
                "One unit, Wh = 1, h = 0, 0, 0.5, dh_T = 1: the slope at h_3 comes first, and the norms are [0.75, "
                "0.75, 1]. Yours are [0.75, 1, 1].",
            ),
        ),
    ),
)
