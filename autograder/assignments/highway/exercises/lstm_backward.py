"""`lstm_backward`: backwards through an LSTM's whole sequence."""

import numpy as np

from autograder.assignments.lstm.inputs import sequence
from autograder.course.exercise import Exercise, Mistake, WorkedExample

LSTM_BACKWARD = Exercise(
    "lstm_backward",
    why="Two gradients travel back, at h and at c. At h_t the gradient of the step's own loss is added; at c_t none "
    "is, since no loss reads the cell; beyond the last step both are 0. The weights act at every step, so their "
    "gradients add up.",
    forward="lstm_forward",
    inputs=sequence,
    unaided="A test of your own: `gradients.check_backward(lstm_forward, lstm_backward, inputs)`, where `inputs` holds "
    "small x, h0, Wx, Wh and b.",
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Is lstm_step_backward right? At a step in the middle: which gradients meet at h_t, which at c_t, "
        "and from where does each come?",
        "dWx,dWh,db": "The same weights acted at all T steps. How many terms has each of their gradients?",
        "dh0": "Of all that the call for step t = 1 returns, what belongs to h_0?",
        "dx": "Which step's gradient stands at step t = 1 of dx, `dx[:, 0]`, and which at its last step, `dx[:, -1]`?",
    },
    question="Take T = 2. What comes to h_2 and c_2, what to h_1 and c_1, and from where?",
    worked_example=WorkedExample(
        "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = 0, 1: at "
        "step t = 2, of the 1 at h_2, 0.5 comes to c_2. Half of it goes to g, 0.25, and so to x_2 and to h_1; the "
        "other half to c_1. At step t = 1, h_1 has 0 from its loss and 0.25 from step 2; half of it comes down, so "
        "c_1 has 0.125 + 0.25 = 0.375, and 0.1875 goes to g, x_1 and h_0. So dx is 0.1875, 0.25, dh0 is 0.1875, g's "
        "entry of db is 0.4375, all else is 0.",
        arguments=(
            np.zeros((1, 2, 1)),
            np.zeros((1, 1)),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.array([[0.0, 0.0, 0.0, 1.0]]),
            np.zeros(4),
            np.array([[[0.0], [1.0]]]),
        ),
        values={
            "0.5": "1 / (1 + np.exp(0))",
            "0.25": "0.5**2",
            "0.125": "0.5**3",
            "0.375": "0.5**3 + 0.5**2",
            "0.1875": "(0.5**3 + 0.5**2) / 2",
            "0.4375": "0.5**2 + (0.5**3 + 0.5**2) / 2",
        },
    ),
    mistakes=(
        Mistake(
            "dc-not-threaded",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dh[:, t] + dprev_h, np.zeros_like(dprev_h),"),
            hints=(
                "The gradient at each cell is here only what comes down from its own h_t.",
                "Each step back gives a gradient at the old cell. Which call needs it next?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = "
                "0, 1, dx is 0.125, 0.25. Yours is 0, 0.25.",
            ),
        ),
        Mistake(
            "dh-not-threaded",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dh[:, t], dprev_c,"),
            hints=(
                "The gradient at each h_t comes here from its own loss alone.",
                "h_t was used twice: the loss at t looked at it, and who else?",
                "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = "
                "0, 1, step 2 sends 0.25 back to h_1, and dx is 0.1875, 0.25. Yours is 0.125, 0.25.",
            ),
        ),
        Mistake(
            "dh-added-to-dc",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dprev_h, dprev_c + dh[:, t],"),
            hints=(
                "The gradient of each loss goes straight to the cell here, as if the loss had looked at c_t and not "
                "at h_t.",
                "The loss looked at h_t. What lies between h_t and c_t?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1 "
                "and dh = 1, half of the 1 comes down to the cell, and dx is 0.25. Yours is 0.5.",
            ),
        ),
        Mistake(
            "dh-added-to-both",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dh[:, t] + dprev_h, dh[:, t] + dprev_c,"),
            hints=(
                "Each loss counts twice here: at h_t, and directly at c_t.",
                "The loss looked at h_t alone. By which way does its gradient come to c_t?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1 "
                "and dh = 1, half of the 1 comes down to the cell, and dx is 0.25. Yours is 0.75.",
            ),
        ),
        Mistake(
            "loss-gradient-dropped",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dprev_h, dprev_c,"),
            hints=(
                "These are the gradients for dh = 0: the losses change nothing.",
                "Where does the first gradient on the way back, the one at h_T, come from?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1 "
                "and dh = 1, dx is 0.25. Yours is 0.",
            ),
        ),
        Mistake(
            "only-the-last-step",
            edit=("(dh[:, t] + dprev_h,", "(dh[:, t] if t == dh.shape[1] - 1 else dprev_h,"),
            hints=(
                "These are the gradients of the last step's loss alone: dh at any other step changes nothing.",
                "Two gradients come to h_t, where t is not T. Which of them do yours pass on?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = "
                "1, 1, dx is 0.375, 0.25. Yours is 0.125, 0.25.",
            ),
        ),
        Mistake(
            "last-loss-counted-twice",
            edit=("(dh[:, t] + dprev_h,", "(dh[:, t] + (dh[:, t] if t == dh.shape[1] - 1 else dprev_h),"),
            hints=(
                "The loss of the last step counts twice here.",
                "What comes to h_T from later steps? And where does its own loss come in?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1 "
                "and dh = 1, dx is 0.25. Yours is 0.5.",
            ),
        ),
        Mistake(
            "loops-forward",
            whole="""def lstm_backward(dh, cache):
    dprev_h = dprev_c = np.zeros_like(dh[:, 0])
    dx, dWx, dWh, db = [], 0, 0, 0
    for t in range(dh.shape[1]):
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
        dx.append(dx_t)
    return np.stack(dx, axis=1), dprev_h, dWx, dWh, db
""",
            hints=(
                "These gradients travel forwards in time: a loss changes those of later steps, and not those of "
                "earlier ones.",
                "Which step's gradients must be known before those of step t can be finished?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = "
                "0, 1, the loss at step 2 reaches back, and dx is 0.125, 0.25. Yours is 0, 0.25.",
            ),
        ),
        Mistake(
            "returns-dc-as-dh0",
            edit=("dh0 = dprev_h", "dh0 = dprev_c"),
            hints=(
                "This dh0 is the gradient at the first cell, c_0.",
                "Two gradients leave the first step. If Wh is 0, which of them must be 0?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1 "
                "and dh = 1, h_0 has no influence, and dh0 is 0. Yours is 0.25.",
            ),
        ),
        Mistake(
            "dh0-zero",
            edit=("dh0 = dprev_h", "dh0 = np.zeros_like(dprev_h)"),
            hints=(
                "dh0 is 0 everywhere, as if h_0 had no influence on any loss.",
                "If h_0 is nudged, does h_1 move, and does the loss?",
                "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With T = 1 "
                "and dh = 1, 0.25 comes to g and by way of Wh to h_0: dh0 is 0.25. Yours is 0.",
            ),
        ),
        Mistake(
            "weights-overwritten",
            edit=("dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t", "dWx, dWh, db = dWx_t, dWh_t, db_t"),
            hints=(
                "The weights' gradients are those of the first step alone.",
                "The same weights acted at all T steps. How many terms has each of their gradients?",
                "One unit, x = Wh = b = 0, Wx = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = "
                "1, 1, the two steps find 0.25 and 0.375 for g's entry of db, which is 0.625. Yours is 0.375.",
            ),
        ),
        Mistake(
            "mutates-dh",
            edit=(
                "= lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])",
                "= lstm_step_backward(np.add(dh[:, t], dprev_h, out=dh[:, t]), dprev_c, cache[t])",
            ),
            side_effect="mutates",
            hints=(
                "After the call, your caller's dh also holds what later steps send back to each state.",
                "Your caller may want to use dh again. What do they find in it?",
                "One unit, x = b = 0, Wx = Wh = [0, 0, 0, 1]: every gate is half open, every cell empty. With dh = "
                "0, 1, the caller's dh is still 0, 1 after the call. After yours it is 0.25, 1.",
            ),
        ),
    ),
)
