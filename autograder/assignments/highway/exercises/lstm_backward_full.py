"""`lstm_backward_full`: the same with gradients at the last cell and at the first state and cell."""

import numpy as np

from autograder.assignments.lstm.inputs import sequence_from
from autograder.course.exercise import Exercise, Mistake, WorkedExample

LSTM_BACKWARD_FULL = Exercise(
    "lstm_backward_full",
    why="It is lstm_backward with both ends open: whoever used c_T sends a gradient, so the loop begins with it, and "
    "what arrives at c_0 is handed out. h_T needs nothing of the kind, since it stands in h and its gradient in dh.",
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
    question="Take T = 1. Which gradients go into the only step, and to what does each that comes out belong?",
    worked_example=WorkedExample(
        "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = 0, 0 and "
        "dc_T = 1: at step t = 2, the 1 at c_2 goes half to g, 0.5, and so to x_2 and h_1, and half to c_1. At step "
        "t = 1, half of the 0.5 at h_1 comes down to c_1, which has 0.5 + 0.25 = 0.75. Of that, 0.375 goes to g, x_1 "
        "and h_0, and 0.375 to c_0. So dx is 0.375, 0.5, dh0 and dc0 are 0.375, g's entry of db is 0.875, all else "
        "is 0.",
        arguments=(
            np.zeros((1, 2, 1)),
            np.zeros((1, 1)),
            np.zeros((1, 1)),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.zeros(4),
            np.zeros((1, 2, 1)),
            np.array([[1.0]]),
        ),
        values={
            "0.5": "1 / (1 + np.exp(0))",
            "0.25": "0.5**2",
            "0.75": "0.5 + 0.5**2",
            "0.375": "(0.5 + 0.5**2) / 2",
            "0.875": "0.5 + (0.5 + 0.5**2) / 2",
        },
    ),
    mistakes=(
        Mistake(
            "dc-T-ignored",
            edit=("np.zeros_like(dc_T), dc_T", "np.zeros_like(dc_T), np.zeros_like(dc_T)"),
            hints=(
                "These are the gradients for dc_T = 0.",
                "Change dc_T and nothing else. Do your gradients change?",
                "One unit, T = 1, f = 0.5, dh = 0, dc_T = 1: dc0 is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "dc-T-at-every-step",
            edit=("dh[:, t] + dh0, dc0, cache[t]", "dh[:, t] + dh0, dc_T, cache[t]"),
            hints=(
                "Every cell gets dc_T itself here, however far it is from the end.",
                "dc_T is the gradient at c_T. How much of it is left one cell earlier?",
                "One unit, T = 2, f = 0.5, dh = 0, dc_T = 1, and no way through h: dc0 is 0.25. Yours is 0.5.",
            ),
        ),
        Mistake(
            "dc-T-added-at-every-step",
            edit=("dh[:, t] + dh0, dc0, cache[t]", "dh[:, t] + dh0, dc0 + dc_T * (t < dh.shape[1] - 1), cache[t]"),
            hints=(
                "Every cell before the last gets dc_T once more here, on top of what comes from later steps.",
                "dh holds a gradient for each step. For how many cells is dc_T the gradient?",
                "One unit, T = 2, f = 0.5, dh = 0, dc_T = 1, and no way through h: dc0 is 0.25. Yours is 0.75.",
            ),
        ),
        Mistake(
            "dc-T-given-to-h",
            edit=("np.zeros_like(dc_T), dc_T", "dc_T, np.zeros_like(dc_T)"),
            hints=(
                "dc_T goes to h_T here, like the gradient of the last loss.",
                "Two gradients go into the last step. Of which state is dc_T the gradient?",
                "One unit, T = 1, f = o = 0.5, c_1 = 0, dh = 0, dc_T = 1: dc0 is 0.5. Yours is 0.25.",
            ),
        ),
        Mistake(
            "states-swapped",
            edit=("dx_t, dh0, dc0, *dweights = lstm", "dx_t, dc0, dh0, *dweights = lstm"),
            hints=(
                "From step to step, the gradient at the old cell goes to the old hidden state here, and that at the "
                "hidden state goes to the cell.",
                "On the way back, one of the two passes the forget gate, the other the weights. Which is which?",
                "One unit, T = 1, Wh = 0, f = 0.5, dh = 0, dc_T = 1: dh0 and dc0 are 0 and 0.5. Yours are 0.5 and 0.",
            ),
        ),
        Mistake(
            "returned-in-wrong-order",
            edit=("dx = np.stack(dx[::-1], axis=1)", "dx = np.stack(dx[::-1], axis=1)\n    dh0, dc0 = dc0, dh0"),
            hints=(
                "dh0 and dc0 stand in each other's place.",
                "Which of the two must be 0 when Wh is 0?",
                "One unit, T = 1, Wh = 0, f = 0.5, dh = 0, dc_T = 1: dh0 and dc0 are 0 and 0.5. Yours are 0.5 and 0.",
            ),
        ),
        Mistake(
            "dh0-zero",
            edit=("dx = np.stack(dx[::-1], axis=1)", "dx = np.stack(dx[::-1], axis=1)\n    dh0 = np.zeros_like(dh0)"),
            hints=(
                "dh0 is 0 everywhere, as if h_0 had no influence on any loss.",
                "If h_0 is nudged, does h_1 move, and does the loss?",
                "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1, "
                "dh = 0 and dc_T = 1, 0.5 comes to g and by way of Wh to h_0: dh0 is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "dc0-zero",
            edit=("dx = np.stack(dx[::-1], axis=1)", "dx = np.stack(dx[::-1], axis=1)\n    dc0 = np.zeros_like(dc0)"),
            hints=(
                "dc0 is 0 everywhere, as if c_0 had no influence on any loss.",
                "If c_0 is nudged, does c_1 move, and by how much?",
                "One unit, T = 1, f = 0.5, dh = 0, dc_T = 1: half of the 1 goes on to c_0, and dc0 is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "dh-not-threaded",
            edit=("dh[:, t] + dh0, dc0,", "dh[:, t], dc0,"),
            hints=(
                "The gradient at each h_t comes here from its own loss alone.",
                "h_t was used twice: the loss at t looked at it, and who else?",
                "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With dc_T = "
                "0 and dh = 0, 1, step 2 sends 0.25 back to h_1, and dx is 0.1875, 0.25. Yours is 0.125, 0.25.",
            ),
        ),
        Mistake(
            "dc0-through-f-twice",
            edit=(
                "dx = np.stack(dx[::-1], axis=1)",
                "dx = np.stack(dx[::-1], axis=1)\n    dc0 = dc0 * cache[0][6]",
            ),
            hints=(
                "dc0 has passed the forget gate of step t = 1 two times.",
                "How many forget gates stand between c_0 and c_1? Which gradients has lstm_step_backward already "
                "taken through them?",
                "One unit, T = 1, f = 0.5, dh = 0, dc_T = 1: dc0 is 0.5. Yours is 0.25.",
            ),
        ),
    ),
)
