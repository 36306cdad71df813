"""`lstm_backward_full`: the same with gradients at the last cell and at the first state and cell."""

from autograder.assignments.lstm.inputs import sequence_from
from autograder.course.exercise import Exercise, Mistake

LSTM_BACKWARD_FULL = Exercise(
    "lstm_backward_full",
    forward="lstm_forward_full",
    upstream=("h", "c_T"),
    inputs=sequence_from,
    outputs={"dx": "N T D", "dh0": "N H", "dc0": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Is lstm_backward right? What is new here is the gradient at the last cell: where does it enter the "
        "loop?",
        "dh0,dc0": "Two gradients leave step t = 1, one for each state. Which is which?",
        "dc0": "Of all that the call for step t = 1 returns, what belongs to c_0?",
        "dh0": "Of all that the call for step t = 1 returns, what belongs to h_0?",
        "dWx,dWh,db": "The same weights acted at all T steps. How many terms has each of their gradients?",
    },
    mistakes=(
        Mistake(
            "dc-T-ignored",
            edit=("np.zeros_like(dc_T), dc_T", "np.zeros_like(dc_T), np.zeros_like(dc_T)"),
            hints=(
                "These are the numbers of a loop that starts with 0 at the cell: dc_T is never used.",
                "Which of the function's arguments have you not used yet? To which step does it belong?",
                "With dh = 0, T = 1, dc_T = 1 and f = 0.5, dc0 is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "dc-T-at-every-step",
            edit=("dh[:, t] + dh0, dc0, cache[t]", "dh[:, t] + dh0, dc_T, cache[t]"),
            hints=(
                "These are the numbers of a loop that hands dc_T to every step: the cell's gradient is not carried.",
                "dc_T is the gradient at c_T. What is the gradient at c_{T−1}?",
                "With dh = 0, T = 2, f = 0.5 at both steps, dc_T = 1 and no way through h, dc0 is 0.25. Yours is 0.5.",
            ),
        ),
        Mistake(
            "dc-T-added-at-every-step",
            edit=("dh[:, t] + dh0, dc0, cache[t]", "dh[:, t] + dh0, dc0 + dc_T * (t < dh.shape[1] - 1), cache[t]"),
            hints=(
                "These are the numbers of a loop that adds dc_T to the cell's gradient at every step.",
                "dh holds one gradient for each step. For how many steps does dc_T speak?",
                "With dh = 0, T = 2, f = 0.5 at both steps, dc_T = 1 and no way through h, dc0 is 0.25. Yours is 0.75.",
            ),
        ),
        Mistake(
            "dc-T-given-to-h",
            edit=("np.zeros_like(dc_T), dc_T", "dc_T, np.zeros_like(dc_T)"),
            hints=(
                "These are the numbers of a loop that adds dc_T to the gradient at h_T, and starts with 0 at the cell.",
                "Two gradients go into each step. Of which of the two is dc_T the first?",
                "With dh = 0, T = 1, dc_T = 1, f = 0.5 and o shut, dc0 is 0.5. Yours is 0: through h nothing arrives.",
            ),
        ),
        Mistake(
            "states-swapped",
            edit=("dx_t, dh0, dc0, *dweights = lstm", "dx_t, dc0, dh0, *dweights = lstm"),
            hints=(
                "These are the numbers of a loop that takes the gradient at the old cell for that at the old hidden "
                "state, and the other way round.",
                "In which order does lstm_step_backward return its gradients?",
                "With Wh = 0 nothing comes back to h_0, so dh0 is 0. In yours dc0 is 0.",
            ),
        ),
        Mistake(
            "returned-in-wrong-order",
            edit=("dx = np.stack(dx[::-1], axis=1)", "dx = np.stack(dx[::-1], axis=1)\n    dh0, dc0 = dc0, dh0"),
            hints=(
                "dh0 and dc0 have changed places.",
                "Which of the two is 0 when Wh is 0?",
                "With Wh = 0 nothing comes back to h_0, so dh0 is 0. In yours dc0 is 0.",
            ),
        ),
        Mistake(
            "dh0-zero",
            edit=("dx = np.stack(dx[::-1], axis=1)", "dx = np.stack(dx[::-1], axis=1)\n    dh0 = np.zeros_like(dh0)"),
            hints=(
                "dh0 is all zeros, as if h_0 had no influence on any loss.",
                "After the last turn of the loop, which gradients are left over, and at which states are they?",
                "If h_0 were nudged, h_1 would move, and the loss with it. So dh0 is not 0; yours is.",
            ),
        ),
        Mistake(
            "dc0-zero",
            edit=("dx = np.stack(dx[::-1], axis=1)", "dx = np.stack(dx[::-1], axis=1)\n    dc0 = np.zeros_like(dc0)"),
            hints=(
                "dc0 is all zeros, as if c_0 had no influence on any loss.",
                "After the last turn of the loop, which gradients are left over, and at which states are they?",
                "If c_0 were nudged, c_1 would move by f times that, and the loss with it. So dc0 is not 0; yours is.",
            ),
        ),
        Mistake(
            "dh-not-threaded",
            edit=("dh[:, t] + dh0, dc0,", "dh[:, t], dc0,"),
            hints=(
                "These are the numbers of a loop that uses dh alone: what step t + 1 says about h_t is dropped.",
                "h_t was used twice, by the loss at t and by the gates of step t + 1. How many gradients meet there?",
                "Let dh be 0 but for the last step, where it is 1, and dprev_h from there be 0.3: the gradient at "
                "h_{T−1} is 0.3. Yours is 0.",
            ),
        ),
    ),
)
