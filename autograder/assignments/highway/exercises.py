"""06-highway: the LSTM backwards, and why it trains."""

from autograder.assignments.lstm.exercises import sequence, sequence_from, step
from autograder.course.draws import biases
from autograder.course.exercise import Exercise, Mistake
from utils.fixtures import Rng

ASSIGNMENT = "06-highway"


def forget_gates(rng, s):
    """Draw forget gates, neither shut nor open."""
    return {"f": rng.uniform(0.2, 0.95, (s.N, s.T, s.H))}


def bias_and_value(rng, s):
    """Draw the bias of an LSTM, and what its forget block is to be."""
    return {"b": biases(rng, 4 * s.H), "value": rng.uniform(1.0, 5.0)}


def stack(rng, s, skip=None):
    """Draw a stack's depth, its skip and its seed."""
    return {
        "depth": 2 * s.T,
        "skip": rng.uniform(0.5, 0.9) if skip is None else skip,
        "rng": Rng(int(rng.integers(10**6))),
    }


def plain_stack(rng, s):
    """Draw a stack without a skip."""
    return stack(rng, s, skip=0.0)


def residual_stack(rng, s):
    """Draw a stack with the identity as its skip."""
    return stack(rng, s, skip=1.0)


LSTM_STEP_BACKWARD = Exercise(
    "lstm_step_backward",
    forward="lstm_step_forward",
    inputs=step,
    outputs={"dx": "N D", "dprev_h": "N H", "dprev_c": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Everything rests on the total gradient at c_t. Two arrows leave c_t in the drawing: how many terms "
        "has dc? Use that total, and nothing else, in all that follows.",
        "dx,dprev_h,dWx,dWh,db": "dprev_c is right, so dc is. What is left are the four gates: each with what "
        "multiplied it, with its own slope, and in the order i, f, o, g.",
        "dprev_c": "One factor stands between c_{t−1} and c_t, and the gradient at c_t has two terms. Are all there?",
        "dWh": "A weight's gradient is what came in, times what went out. What multiplied Wh in the forward pass?",
        "dWx": "A weight's gradient is what came in, times what went out. What multiplied Wx in the forward pass?",
        "db": "One bias served all N rows of the batch. How many gradients does it get?",
        "dprev_h": "prev_h spoke to all four gates, through Wh. Is it (N, 4H) times the transpose of Wh?",
    },
    mistakes=(
        Mistake(
            "h-path-missing",
            edit=("dc = dnext_c + dnext_h * o * (1 - tanh_c**2)", "dc = dnext_c"),
            hints=(
                "These are the numbers of a step in which c_t hears from c_{t+1} only: what comes down through h_t is "
                "missing from dc.",
                "c_t is used twice: it goes on to the next step, and it is squashed into h_t. How many gradients "
                "meet at c_t?",
                "One unit with dnext_c = 0, dnext_h = 1, o = 0.5 and c_t = 0: h_t = o tanh(c_t) has the slope 0.5 in "
                "c_t, so dc is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "c-path-missing",
            edit=("dc = dnext_c + dnext_h", "dc = dnext_h"),
            hints=(
                "These are the numbers of a step in which c_t hears from h_t only: dnext_c is missing from dc.",
                "Which of the function's arguments have you not used yet? Which arrow of the drawing is that?",
                "One unit with dnext_c = 1, dnext_h = 0 and f = 0.5: dprev_c is 0.5. Yours is 0, and so is whatever "
                "later steps have to say about the cell.",
            ),
        ),
        Mistake(
            "dprev-c-from-dnext-c",
            edit=("dprev_c = dc * f", "dprev_c = dnext_c * f"),
            hints=(
                "These are the numbers of a dprev_c made from dnext_c alone: what comes down through h_t does not "
                "reach c_{t−1}.",
                "Does the forget gate ask by which arrow a gradient came to c_t?",
                "With dnext_c = 0, dnext_h = 1, o = 0.5, c_t = 0 and f = 0.8: dc is 0.5, dprev_c is 0.4. Yours is 0, "
                "and since the loop starts from dnext_c = 0 it stays 0 for the whole sequence.",
            ),
        ),
        Mistake(
            "dprev-c-without-f",
            edit=("dprev_c = dc * f", "dprev_c = dc"),
            hints=(
                "These are the numbers of a dprev_c without the forget gate: dc passes on unchanged.",
                "In c_t = f c_{t−1} + i g, by how much does c_t move if c_{t−1} moves by 1?",
                "With dc = 1 and f = 0.5, dprev_c is 0.5. Yours is 1, as if the gate had been open.",
            ),
        ),
        Mistake(
            "di-uses-i",
            edit=("di, df, dg = dc * g,", "di, df, dg = dc * i,"),
            hints=(
                "These are the numbers of a gradient at the input gate made with i where g belongs.",
                "i and g stand in one product. What is multiplied by i there?",
                "With i = 0.5, g = −1 and dc = 1, the gradient at i is −1, before the sigmoid's slope. Yours is 0.5.",
            ),
        ),
        Mistake(
            "df-uses-next-c",
            edit=("dc * prev_c", "dc * next_c"),
            hints=(
                "These are the numbers of a gradient at the forget gate made with next_c.",
                "Which cell state did f multiply, the old one or the new one?",
                "With c_{t−1} = 2, c_t = 1 and dc = 1, the gradient at f is 2, before the sigmoid's slope. Yours is 1.",
            ),
        ),
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - tanh_c**2)", "(1 - np.tanh(tanh_c)**2)"),
            hints=(
                "These are the numbers of the slope of tanh taken at tanh(c_t), not at c_t.",
                "Write the derivative of tanh(c) by means of the value tanh(c) alone. Is yours squashed twice?",
                "Where tanh(c_t) = 0.5 the slope is 0.75. Yours is 1 − tanh(0.5)² = 0.7864.",
            ),
        ),
        Mistake(
            "slope-of-c",
            edit=("(1 - tanh_c**2)", "(1 - next_c**2)"),
            hints=(
                "These are the numbers of 1 − c_t² where the slope of tanh at c_t belongs.",
                "Which number is squared in the slope of tanh: what goes in, or what comes out? Can the slope be "
                "negative?",
                "At c_t = 2 the slope is 1 − tanh(2)² = 0.0707. Yours is 1 − 4 = −3.",
            ),
        ),
        Mistake(
            "tanh-slope-missing",
            edit=("dnext_h * o * (1 - tanh_c**2)", "dnext_h * o"),
            hints=(
                "These are the numbers of a dc whose share from h_t passes o, but not the tanh: its slope is missing.",
                "On its way into h_t two things happen to c_t. Which of them is not on your way back?",
                "One unit with dnext_c = 0, dnext_h = 1, o = 0.5 and tanh(c_t) = 0.6: dc is 0.5 × 0.64 = 0.32. Yours "
                "is 0.5.",
            ),
        ),
        Mistake(
            "o-missing-in-dc",
            edit=("dnext_h * o * (1", "dnext_h * (1"),
            hints=(
                "These are the numbers of a dc whose share from h_t passes the tanh, but not the output gate: o is "
                "missing.",
                "If o is 0, nothing of c_t is shown. What can the loss at h_t then have to say about c_t?",
                "One unit with dnext_c = 0, dnext_h = 1, o = 0.5 and tanh(c_t) = 0.6: dc is 0.5 × 0.64 = 0.32. Yours "
                "is 0.64.",
            ),
        ),
        Mistake(
            "do-from-dc",
            edit=("do = dnext_h * tanh_c", "do = dc * tanh_c"),
            hints=(
                "dc is right. The gradient at o is made from dc, where that at h_t belongs.",
                "o stands in h_t = o tanh(c_t) and nowhere else. Which gradient arrives there?",
                "With dnext_h = 0 the output gate has no part in the loss: the gradient at o is 0, whatever dnext_c "
                "is. Yours is not.",
            ),
        ),
        Mistake(
            "do-without-tanh",
            edit=("do = dnext_h * tanh_c", "do = dnext_h * next_c"),
            hints=(
                "dc is right. The gradient at o is made with c_t, where tanh(c_t) belongs.",
                "What does o multiply in the forward pass?",
                "With dnext_h = 1 and c_t = 2 the gradient at o is tanh(2) = 0.9640, before the sigmoid's slope. Yours "
                "is 2.",
            ),
        ),
        Mistake(
            "gate-slopes-missing",
            edit=("[di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)]", "[di, df, do, dg]"),
            hints=(
                "These are the numbers of gates without their own slopes: the gradients at i, f, o, g stand where "
                "those before sigmoid and tanh belong.",
                "Wx, Wh and b made numbers that were then squashed. What do three sigmoids and one tanh do to a "
                "gradient on its way back?",
                "A sigmoid whose value is 0.5 has the slope 0.25, so a gradient of 1 at the gate is 0.25 before it. A "
                "tanh whose value is 0.5 has the slope 0.75.",
            ),
        ),
        Mistake(
            "g-as-sigmoid",
            edit=("dg * (1 - g**2)", "dg * g * (1 - g)"),
            hints=(
                "These are the numbers of g with a sigmoid's slope.",
                "Three of the four are sigmoids. What is the fourth, and which values can it take?",
                "At g = 0 the slope of tanh is 1. Yours is 0: this unit could never learn what to write.",
            ),
        ),
        Mistake(
            "stack-order",
            edit=("do * o * (1 - o), dg * (1 - g**2)]", "dg * (1 - g**2), do * o * (1 - o)]"),
            hints=(
                "These are the right gradients stacked in the order i, f, g, o: the last two blocks have changed "
                "places.",
                "In which order did the forward pass split its 4H columns?",
                "With H = 1 the four entries of b belong to i, f, o, g. A gradient of 0.3 before the output gate is "
                "db[2] = 0.3; in yours it is db[3].",
            ),
        ),
        Mistake(
            "dwh-from-next-h",
            edit=("dWh = prev_h.T @ da", "dWh = (o * tanh_c).T @ da"),
            hints=(
                "These are the numbers of a dWh built from next_h.",
                "A weight's gradient is what came in, times what went out. Which hidden state came in to Wh?",
                "With prev_h = 0, no change of Wh could have changed this step: dWh is 0. Yours is not.",
            ),
        ),
        Mistake(
            "adds-into-dnext-c",
            edit=(
                "dc = dnext_c + dnext_h * o * (1 - tanh_c**2)",
                "dnext_c += dnext_h * o * (1 - tanh_c**2)\n    dc = dnext_c",
            ),
            side_effect="mutates",
            hints=(
                "Your gradients are right, but dnext_c was changed: it belongs to whoever called you.",
                "What does `a += b` do to the array that somebody handed you, and what does `a = a + b` do?",
                "Called twice with the same dnext_c = 1 and an h-path of 0.5, the first call sees 1, the second 1.5.",
            ),
        ),
    ),
)

LSTM_BACKWARD = Exercise(
    "lstm_backward",
    forward="lstm_forward",
    inputs=sequence,
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Is lstm_step_backward right? Then look at what goes into it at step t: the gradient at h_t has two "
        "terms (one from the loss, one from step t + 1), the gradient at c_t comes from step t + 1 alone.",
        "dWx,dWh,db": "The same weights acted at all T steps. How many terms has each of their gradients?",
        "dh0": "dx is right, so the loop is. Which of what the last call returned belongs to h_0?",
        "dx": "The gradients were made from the last step to the first. In which order do they stand in dx?",
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
                "step is done before the loss is met.",
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

LSTM_BACKWARD_FULL = Exercise(
    "lstm_backward_full",
    forward="lstm_forward_full",
    upstream=("h", "c_T"),
    inputs=sequence_from,
    outputs={"dx": "N T D", "dh0": "N H", "dc0": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Is lstm_backward right? Then one thing is new at the beginning of the loop: where does the gradient "
        "at the cell start from?",
        "dh0,dc0": "Two gradients leave the first step, one for each state. Which is which?",
        "dc0": "All others are right, so the loop is. What has the cell's gradient become after the first step?",
        "dh0": "All others are right, so the loop is. What has the hidden state's gradient become after the first "
        "step?",
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

CELL_HIGHWAY = Exercise(
    "cell_highway",
    inputs=forget_gates,
    outputs={"highway": "N T H"},
    patterns={
        "highway": "Write it out for T = 3: which gates stand between c_1 and c_3, which between c_2 and c_3, which "
        "between c_3 and itself?"
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

FORGET_BIAS = Exercise(
    "forget_bias",
    inputs=bias_and_value,
    outputs={"out": "4H"},
    patterns={"out": "b holds four blocks of H numbers, in the order i, f, o, g. Which numbers may change?"},
    mistakes=(
        Mistake(
            "input-block",
            edit=("out[H : 2 * H] = value", "out[:H] = value"),
            hints=(
                "The block that you set is that of the input gate.",
                "In which order do the four gates stand in b, and which is f?",
                "With H = 2 the forget gate's entries are b[2] and b[3]. Yours are b[0] and b[1].",
            ),
        ),
        Mistake(
            "output-block",
            edit=("out[H : 2 * H] = value", "out[2 * H : 3 * H] = value"),
            hints=(
                "The block that you set is that of the output gate.",
                "In which order do the four gates stand in b, and which is f? Where does counting start?",
                "With H = 2 the forget gate's entries are b[2] and b[3]. Yours are b[4] and b[5].",
            ),
        ),
        Mistake(
            "adds-the-value",
            edit=("out[H : 2 * H] = value", "out[H : 2 * H] += value"),
            hints=(
                "The right block, but the value is added to what stood there.",
                "If the forget block is set to 1 twice, what should it be?",
                "With b = 0.5 there and value = 1, the block is 1. Yours is 1.5.",
            ),
        ),
        Mistake(
            "every-gate",
            edit=("out[H : 2 * H] = value", "out[:] = value"),
            hints=(
                "All four blocks are set.",
                "What does a large bias do to the input gate, and is that wanted here?",
                "With H = 2, six of the eight entries stay what they were.",
            ),
        ),
        Mistake(
            "others-zeroed",
            edit=("out = b.copy()", "out = np.zeros_like(b)"),
            hints=(
                "The right block is set, but the other three are 0: what stood there is lost.",
                "A copy was asked for, with one block changed. What should stand in the other three?",
                "With H = 1, b = [0.1, 0.2, 0.3, 0.4] and value = 1 it is [0.1, 1, 0.3, 0.4]. Yours is [0, 1, 0, 0].",
            ),
        ),
        Mistake(
            "one-entry",
            edit=("out[H : 2 * H] = value", "out[1] = value"),
            hints=(
                "A single entry is set, that at index 1, where a block of H entries is meant.",
                "How many forget gates has an LSTM with H units, and where do their biases stand?",
                "With H = 2 the forget gates' entries are b[2] and b[3]. You set b[1], which is the input gate's.",
            ),
        ),
        Mistake(
            "changes-b",
            edit=("out = b.copy()", "out = b"),
            side_effect="mutates",
            hints=(
                "Your numbers are right, but b itself was changed: a copy was asked for.",
                "If somebody wants to compare the bias before and after, what do they find in b?",
                "After out = b, whoever writes into out writes into b: `out is b` is True.",
            ),
        ),
    ),
)

RESIDUAL_STACK_GRADIENT = Exercise(
    "residual_stack_gradient",
    inputs=(stack, residual_stack, plain_stack, stack, stack),
    outputs={"norms": "depth"},
    patterns={
        "norms": "Take depth = 2 and write both passes out: x_1, x_2 forwards, then the gradient at x_2, then at x_1. "
        "What has to be remembered from the way up?"
    },
    mistakes=(
        Mistake(
            "skip-missing-backwards",
            edit=("dx = skip * dx + W[k] @", "dx = W[k] @"),
            hints=(
                "These are the numbers of a way back that takes no skip: only the layers themselves are gone through.",
                "x_{k−1} is used twice on the way up. How many gradients meet there on the way back?",
                "If the layer's own part is 0, a gradient of 1 at x_k is skip × 1 at x_{k−1}. Yours is 0.",
            ),
        ),
        Mistake(
            "layer-missing-backwards",
            edit=("dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))", "dx = skip * dx"),
            hints=(
                "These are the numbers of a way back that takes nothing but the skip.",
                "x_{k−1} is used twice on the way up. How many gradients meet there on the way back?",
                "With skip = 0 there is still a way through tanh and W. In yours the gradient is 0 then.",
            ),
        ),
        Mistake(
            "no-tanh-slope",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "W[k] @ dx"),
            hints=(
                "These are the numbers of layers without the slope of tanh on the way back.",
                "What does a saturated unit let through?",
                "Where tanh is 0.5 its slope is 0.75: of a gradient of 1, 0.75 goes on to W.",
            ),
        ),
        Mistake(
            "slope-from-x",
            whole="""def residual_stack_gradient(depth, skip, rng):
    x = rng.standard_normal(16)
    W = rng.standard_normal((depth, 16, 16)) / 8
    dx = rng.standard_normal(16)
    dx = dx / np.linalg.norm(dx)
    xs = []
    for k in range(depth):
        x = skip * x + np.tanh(x @ W[k])
        xs.append(x)
    norms = np.empty(depth)
    for k in reversed(range(depth)):
        norms[k] = np.linalg.norm(dx)
        dx = skip * dx + W[k] @ (dx * (1 - xs[k] ** 2))
    return norms
""",
            hints=(
                "These are the numbers of 1 − x_k² as the slope, where x_k is more than a tanh: the skip is in it.",
                "Which number is the value of the tanh in layer k? Is x_k that number, unless s is 0?",
                "With s = 1, x_{k−1} = 2 and a tanh of 0.5, x_k is 2.5. The slope is 1 − 0.25 = 0.75; yours is "
                "1 − 6.25 = −5.25.",
            ),
        ),
        Mistake(
            "slope-on-the-wrong-side",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "(1 - squashed[k] ** 2) * (W[k] @ dx)"),
            hints=(
                "These are the numbers of a way back that meets W first and the tanh after it.",
                "On the way up x goes through W, and then through tanh. Which of the two is met first on the way back?",
                "Let unit 0 speak to unit 1 alone, whose tanh is saturated: through the layer nothing may come back to "
                "unit 0. In yours it does, since the slope that counts is that of unit 0.",
            ),
        ),
        Mistake(
            "skip-is-one-backwards",
            edit=("dx = skip * dx + W[k] @", "dx = dx + W[k] @"),
            hints=(
                "These are the numbers of a way back whose skip is 1, whatever s is.",
                "On the way up x_{k−1} is multiplied by s before it is added. What does that do to a gradient?",
                "If the layer's own part is 0 and s is 0.5, a gradient of 1 at x_k is 0.5 at x_{k−1}. Yours is 1.",
            ),
        ),
        Mistake(
            "w-transposed",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "(dx * (1 - squashed[k] ** 2)) @ W[k]"),
            hints=(
                "These are the numbers of a way back through W as on the way up, not through its transpose.",
                "On the way up, x stands on the left of W. W is square, so shapes cannot warn you: which of its axes "
                "meets the gradient?",
                "Take W = [[0, 1], [0, 0]]: unit 0 speaks to unit 1. A gradient [0, 1] goes back to [1, 0]; through "
                "W the other way it is [0, 0].",
            ),
        ),
        Mistake(
            "one-layer-late",
            edit=(
                "norms[k] = np.linalg.norm(dx)\n        dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))",
                "dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))\n        norms[k] = np.linalg.norm(dx)",
            ),
            hints=(
                "These are the right numbers one layer too low: entry k − 1 is the gradient at x_{k−1}.",
                "Which entry is 1, since dL/dx_depth has length 1?",
                "With depth = 1 there is one entry, the length of the gradient at x_1: 1. Yours is that at x_0.",
            ),
        ),
    ),
)

EXERCISES = (
    LSTM_STEP_BACKWARD,
    LSTM_BACKWARD,
    LSTM_BACKWARD_FULL,
    CELL_HIGHWAY,
    FORGET_BIAS,
    RESIDUAL_STACK_GRADIENT,
)
