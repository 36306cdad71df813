"""`lstm_backward`: backwards through an LSTM's whole sequence."""

from autograder.assignments.lstm.inputs import sequence
from autograder.course.exercise import Exercise, Mistake

LSTM_BACKWARD = Exercise(
    "lstm_backward",
    forward="lstm_forward",
    inputs=sequence,
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Is lstm_step_backward right? At a step in the middle: which gradients meet at h_t, which at c_t, "
        "and from where does each come?",
        "dWx,dWh,db": "The same weights acted at all T steps. How many terms has each of their gradients?",
        "dh0": "Of all that the call for step t = 1 returns, what belongs to h_0?",
        "dx": "Which step's gradient stands at step t = 1 of dx, `dx[:, 0]`, and which at its last step, `dx[:, -1]`?",
    },
    mistakes=(
        Mistake(
            "dc-not-threaded",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dh[:, t] + dprev_h, np.zeros_like(dprev_h),"),
            hints=(
                "These are the numbers of a loop that hands zeros for dnext_c to every step: the highway is closed.",
                "Each call returns a gradient at the old cell. Who needs it next?",
                "T = 2, Wh = 0, dh is 0 but at the last step: if the gradient at c_2 is 1 and f is 0.5 there, that at "
                "c_1 is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "dh-not-threaded",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dh[:, t], dprev_c,"),
            hints=(
                "These are the numbers of a loop that uses dh alone: what step t + 1 says about h_t is dropped.",
                "h_t was used twice, by the loss at t and by the gates of step t + 1. How many gradients meet there?",
                "Let dh be 0 but for the last step, where it is 1, and dprev_h from there be 0.3: the gradient at "
                "h_{T−1} is 0.3. Yours is 0.",
            ),
        ),
        Mistake(
            "dh-added-to-dc",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dprev_h, dprev_c + dh[:, t],"),
            hints=(
                "These are the numbers of a loop that adds each step of dh to the gradient at c_t.",
                "The loss looked at h_t. Which two factors stand between h_t and c_t?",
                "With dh = 1 at step t, o = 0.5 and c_t = 0, dc gets 0.5 of it. Yours gets 1, as if h_t were c_t.",
            ),
        ),
        Mistake(
            "dh-added-to-both",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dh[:, t] + dprev_h, dh[:, t] + dprev_c,"),
            hints=(
                "These are the numbers of a loop that adds each step of dh twice, to the gradient at h_t and to that "
                "at c_t.",
                "The loss looked at h_t alone. How does its gradient get to c_t: by your loop, or within the step?",
                "T = 1, dh = 1, o = 0.5 and c_1 = 0: dc is 0.5, made by lstm_step_backward from dnext_h. Yours is 1.5.",
            ),
        ),
        Mistake(
            "loss-gradient-dropped",
            edit=("dh[:, t] + dprev_h, dprev_c,", "dprev_h, dprev_c,"),
            hints=(
                "Every gradient is 0: the loop never takes in dh.",
                "Where does the very first gradient, the one at h_T, come from?",
                "At the last step nothing comes from the future, so dnext_h is `dh[:, -1]` itself. Yours is 0.",
            ),
        ),
        Mistake(
            "only-the-last-step",
            edit=("(dh[:, t] + dprev_h,", "(dh[:, t] if t == dh.shape[1] - 1 else dprev_h,"),
            hints=(
                "These are the gradients of the last step's loss alone: dh at all other steps is lost.",
                "Which gradient enters at h_t besides the one from step t + 1?",
                "Let Wh be 0 and dh be 1 at every step: each step hears its own 1. In yours only the last one does.",
            ),
        ),
        Mistake(
            "last-loss-counted-twice",
            edit=("(dh[:, t] + dprev_h,", "(dh[:, t] + (dh[:, t] if t == dh.shape[1] - 1 else dprev_h),"),
            hints=(
                "These are the numbers of a loop that starts from dh at the last step and then adds it once more: the "
                "loss at h_T counts twice.",
                "What comes to h_T from the steps after it? And where is its own loss added?",
                "T = 1 and dh = 1: dnext_h is 1. Yours is 2.",
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
                "These are the numbers of a loop that goes forward in time.",
                "Which step's gradients must be known before those of step t can be finished?",
                "Put a loss at the last step of T = 3 only. At step t = 1, `dx[:, 0]` must not be 0. In yours that "
                "step is done before the loop comes to the loss.",
            ),
        ),
        Mistake(
            "returns-dc-as-dh0",
            edit=("dh0 = dprev_h", "dh0 = dprev_c"),
            hints=(
                "Your dh0 is the gradient at c_0.",
                "Two gradients leave the first step. Which of them is asked for?",
                "With Wh = 0, h_0 has no influence at all and dh0 is 0. Yours is not.",
            ),
        ),
        Mistake(
            "dh0-zero",
            edit=("dh0 = dprev_h", "dh0 = np.zeros_like(dprev_h)"),
            hints=(
                "dh0 is all zeros, as if h_0 had no influence on any loss.",
                "After the last turn of the loop, which gradient is left over, and at which state is it?",
                "If h_0 were nudged, h_1 would move, and the loss with it. So dh0 is not 0; yours is.",
            ),
        ),
        Mistake(
            "weights-overwritten",
            edit=("dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t", "dWx, dWh, db = dWx_t, dWh_t, db_t"),
            hints=(
                "dWx, dWh and db are those of the first step alone: each step overwrites what the others had found.",
                "The same Wx acted T times. How many terms has its gradient?",
                "If the steps t = 3, 2, 1 find 0.1, 0.2 and 0.4 for an entry of db, its gradient is 0.7. Yours is 0.4.",
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
                "Your gradients are right, but dh was changed: it belongs to whoever called you.",
                "What does `a += b` do to the array that somebody handed you, and what does `a = a + b` do?",
                "If dh at step t = 1, `dh[:, 0]`, is 1 and 0.3 comes from the future, it is 1.3 when you are done.",
            ),
        ),
    ),
)
