"""`jacobian_product`: how the last state answers to each earlier one."""

import numpy as np

from autograder.assignments.gradient_flow.inputs import many_steps
from autograder.course.exercise import Exercise, Mistake, WorkedExample

JACOBIAN_PRODUCT = Exercise(
    "jacobian_product",
    why="By the chain rule dh_T/dh_t is dh_T/dh_{t+1} times dh_{t+1}/dh_t, the later factor on the left. From the "
    "identity at T on, each step back costs one product. The order counts, since these matrices do not commute.",
    inputs=many_steps,
    outputs={"product": "N T H H"},
    patterns={
        "all": "Is step_jacobian right? With T = 2: which matrix belongs at step t = 2, `product[:, 1]`, and which "
        "at step t = 1, `product[:, 0]`? With T = 3: on which side does the next factor stand?",
    },
    question="Take T = 3. Which steps lie between h_1 and h_3, and in which order does a nudge of h_1 meet their "
    "Jacobians?",
    worked_example=WorkedExample(
        "Two units that feed only each other, Wh = [[0, 2], [1, 0]]; h_1 = [0, 0], h_2 = [0.5, 0], h_3 = [0, "
        "0.8]. Step 3 has the Jacobian [[0, 1], [0.72, 0]], step 2 [[0, 0.75], [2, 0]]. At step t = 3 stands the "
        "identity, [[1, 0], [0, 1]]; at t = 2 that of step 3. At t = 1: unit 1 comes back to itself by 1 · 2 = 2, "
        "unit 2 by 0.72 · 0.75 = 0.54, so it is [[2, 0], [0, 0.54]].",
        arguments=(np.array([[[0.0, 0.0], [0.5, 0.0], [0.0, 0.8]]]), np.array([[0.0, 2.0], [1.0, 0.0]])),
        values={
            "0.72": "(1 - 0.8**2) * 2",
            "0.75": "1 - 0.5**2",
            "0.54": "(1 - 0.8**2) * 2 * (1 - 0.5**2)",
        },
    ),
    mistakes=(
        Mistake(
            "reverse-order",
            edit=("product[:, t] @ step_jacobian(h[:, t], Wh)", "step_jacobian(h[:, t], Wh) @ product[:, t]"),
            hints=(
                "In these products a nudge of h_t goes through the last step first, and through the next step last.",
                "A nudge of h_1 meets the Jacobian of step 2 before all others. In your product, which one does it "
                "meet first?",
                "Let the Jacobian of step 3 be [[0, 1], [0, 0]] and that of step 2 [[0, 0], [0, 1]]. At step t = 1, "
                "`product[:, 0]`, they make [[0, 1], [0, 0]]. Yours is [[0, 0], [0, 0]].",
            ),
        ),
        Mistake(
            "transposed",
            edit=("@ step_jacobian(h[:, t], Wh)", "@ step_jacobian(h[:, t], Wh).swapaxes(1, 2)"),
            hints=(
                "In each of these factors the rows are the nudged units, and the columns the answering ones.",
                "Which axis of a step's Jacobian answers, and which was nudged? Which two axes should meet in the "
                "product?",
                "All states 0, T = 2, Wh = [[0, 1], [0, 0]]: at step t = 1, `product[:, 0]`, it is [[0, 0], [1, 0]]. "
                "Yours is [[0, 1], [0, 0]].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("step_jacobian(h[:, t], Wh)", "step_jacobian(h[:, t - 1], Wh)"),
            hints=(
                "Each step counts here with the slopes of the state that it starts from.",
                "Which state does the step from h_1 to h_2 end in, and whose tanh does a nudge pass there?",
                "One unit, Wh = 2, h = 0, 0.5: at step t = 1, `product[:, 0]`, the slope at h_2 leaves 1.5 of 2. "
                "Yours is 2.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("step_jacobian(h[:, t], Wh)", "np.broadcast_to(Wh.T, (N, H, H))"),
            hints=(
                "These products are the same whatever the states are: powers of the weights.",
                "Does your product change when h does?",
                "One unit, Wh = 2, h = 0.5, 0.5: at step t = 1, `product[:, 0]`, the slope leaves 1.5 of 2. Yours is "
                "2.",
            ),
        ),
        Mistake(
            "last-not-identity",
            edit=("product[:, -1] = np.eye(H)", "product[:, -1] = step_jacobian(h[:, -1], Wh)"),
            hints=(
                "Here h_T answers to itself through the last step's Jacobian, and every earlier entry holds that "
                "factor twice.",
                "If h_T itself is nudged, how does h_T answer?",
                "One unit, T = 1, Wh = 2, h = 0.5: no step lies between, and the product is 1. Yours is 1.5.",
            ),
        ),
        Mistake(
            "entry-by-entry",
            edit=(
                "product[:, t - 1] = product[:, t] @ step_jacobian(h[:, t], Wh)",
                "factor = step_jacobian(h[:, t], Wh)\n"
                "        product[:, t - 1] = factor if t == T - 1 else product[:, t] * factor",
            ),
            hints=(
                "Each entry comes from that same entry of every step here: a way over another unit counts for nothing.",
                "Along how many paths does unit j reach unit i in two steps?",
                "All states 0, T = 3, Wh = [[1, 1], [1, 1]]: at step t = 1, `product[:, 0]`, each entry counts two "
                "paths: [[2, 2], [2, 2]]. Yours is [[1, 1], [1, 1]].",
            ),
        ),
        Mistake(
            "slopes-and-weights-apart",
            edit=(
                "product[:, t - 1] = product[:, t] @ step_jacobian(h[:, t], Wh)",
                "slopes = np.prod(1 - h[:, t:] ** 2, axis=1)\n"
                "        product[:, t - 1] = slopes[:, :, None] * np.linalg.matrix_power(Wh.T, T - t)",
            ),
            hints=(
                "In these products the slopes of all steps stand on one side, and the weights of all steps on the "
                "other.",
                "On its way from h_1 to h_3 a nudge passes weights two times, and slopes two times. In which order?",
                "T = 3, Wh = [[0, 0.5], [0.5, 0]], h_2 = [0.5, 0], h_3 = [0, 0]: at step t = 1, `product[:, 0]`, it "
                "is [[0.25, 0], [0, 0.1875]]. Yours is [[0.1875, 0], [0, 0.25]].",
            ),
        ),
        Mistake(
            "one-step-more-everywhere",
            edit=(
                "product[:, -1] = np.eye(H)\n"
                "    for t in range(T - 1, 0, -1):\n"
                "        product[:, t - 1] = product[:, t] @ step_jacobian(h[:, t], Wh)",
                "product[:, -1] = step_jacobian(h[:, -1], Wh)\n"
                "    for t in range(T - 1, 0, -1):\n"
                "        product[:, t - 1] = product[:, t] @ step_jacobian(h[:, t - 1], Wh)",
            ),
            hints=(
                "Each of these entries says how h_T answers to the state one step before h_t.",
                "How many steps lie between h_T and itself, and how many between h_{T−1} and h_T?",
                "One unit, Wh = 2, h = 0, 0.5: the entries are 1.5, 1. Yours are 3, 1.5.",
            ),
        ),
    ),
)
