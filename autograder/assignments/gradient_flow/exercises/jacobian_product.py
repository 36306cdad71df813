"""`jacobian_product`: how the last state answers to each earlier one."""

from autograder.assignments.gradient_flow.inputs import many_steps
from autograder.course.exercise import Exercise, Mistake

JACOBIAN_PRODUCT = Exercise(
    "jacobian_product",
    inputs=many_steps,
    outputs={"product": "N T H H"},
    patterns={
        "all": "Is step_jacobian right? With T = 2: which matrix belongs at step t = 2, `product[:, 1]`, and which "
        "at step t = 1, `product[:, 0]`? With T = 3: on which side does the next factor stand?",
    },
    mistakes=(
        Mistake(
            "reverse-order",
            edit=("product[:, t] @ step_jacobian(h[:, t], Wh)", "step_jacobian(h[:, t], Wh) @ product[:, t]"),
            hints=(
                "These are the right factors in reverse order: the earliest step stands on the left.",
                "A nudge of h_1 meets the Jacobian of step 2 first. Where must the factor stand that it meets first?",
                "Let the last step's Jacobian be [[0, 1], [0, 0]] and the one before [[0, 0], [0, 1]]. Latest on the "
                "left gives [[0, 1], [0, 0]], the other order gives zeros.",
            ),
        ),
        Mistake(
            "transposed",
            edit=("@ step_jacobian(h[:, t], Wh)", "@ step_jacobian(h[:, t], Wh).swapaxes(1, 2)"),
            hints=(
                "These are the numbers of a product of transposed Jacobians.",
                "Which axis of a Jacobian answers, and which was nudged? In A @ B, which axis of A meets which of B?",
                "If every state is 0 and T = 2, step t = 1, `product[:, 0]`, is W_hh, that is Wh.T. Yours is Wh.",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("step_jacobian(h[:, t], Wh)", "step_jacobian(h[:, t - 1], Wh)"),
            hints=(
                "These are the numbers with each slope taken one step too early.",
                "The Jacobian of step s holds the slope at h_s. Which state does the step from h_1 to h_2 end in?",
                "At T = 2 the only factor is made from h_2, `h[:, 1]`, and changing h_1, `h[:, 0]`, changes nothing. "
                "Yours is made from h_1.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("step_jacobian(h[:, t], Wh)", "np.broadcast_to(Wh.T, (N, H, H))"),
            hints=(
                "These are the powers of W_hh: the slopes of tanh are missing.",
                "Does your product change when h does?",
                "One unit, Wh = 2, h = [0, 0.5]: at step t = 1, `product[:, 0]` is 0.75 · 2 = 1.5. Yours is 2.",
            ),
        ),
        Mistake(
            "last-not-identity",
            edit=("product[:, -1] = np.eye(H)", "product[:, -1] = step_jacobian(h[:, -1], Wh)"),
            hints=(
                "These are products with one factor too many: the last entry holds a Jacobian.",
                "How does h_T answer when h_T itself is nudged?",
                "At T = 1 there is no step in between: the product is the identity.",
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
                "These are products entry by entry: * where matrices are meant to act one after another.",
                "Along how many paths does unit j reach unit i in two steps?",
                "[[1, 1], [1, 1]] twice is [[2, 2], [2, 2]]: two paths each. Entry by entry it stays [[1, 1], [1, 1]].",
            ),
        ),
    ),
)
