"""`gru_step_backward`, a bonus: backwards through one step of a GRU, in the form that its forward pass has."""

import numpy as np

from autograder.assignments.highway.exercises.gru_step_forward import saturated_step, step
from autograder.course.exercise import Exercise, Mistake, OtherForm, WorkedExample

# Of a cache of the solution's own forward pass these are wrong gradients; of one of Cho's form they are right.
CHO = """def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, _ = cache
    Wr, Wz, Wn = np.split(Wh, 3, axis=1)
    dn = dnext_h * (1 - z) * (1 - n**2)
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dlet_through = dn @ Wn.T
    dr = dlet_through * prev_h * r * (1 - r)
    da = np.concatenate([dr, dz, dn], axis=1)
    dx, dprev_h = da @ Wx.T, dnext_h * z + dlet_through * r + dr @ Wr.T + dz @ Wz.T
    dWh = np.concatenate([prev_h.T @ dr, prev_h.T @ dz, (r * prev_h).T @ dn], axis=1)
    return dx, dprev_h, x.T @ da, dWh, da.sum(axis=0), da.sum(axis=0)
"""

GRU_STEP_BACKWARD = Exercise(
    "gru_step_backward",
    bonus=True,
    why="Each factor of next_h = (1 − z) n + z prev_h gets dnext_h times its partner, and each block its own slope. "
    "The candidate's block reaches the product with Wh only through r, so the two products have gradients of their own "
    "that differ in that one block.",
    forward="gru_step_forward",
    inputs=step,
    special_inputs={"entries in the thousands": saturated_step},
    outputs={"dx": "N D", "dprev_h": "N H", "dWx": "D 3H", "dWh": "H 3H", "dbx": "3H", "dbh": "3H"},
    other_form=OtherForm(
        "reset-before-the-product",
        whole=CHO,
        words="These are the gradients of the other published form of a GRU, that of Cho et al. (2014), which is the "
        "form of your `gru_step_forward`. Both forms are right.",
    ),
    patterns={
        "all": "next_h is a sum of two products. Which four numbers are their factors, and what multiplies each?",
        "dprev_h": "prev_h is read in two places: in the product with Wh, and once more. Where?",
        "dWh": "What multiplied Wh in the forward pass, and what stands between that product and n?",
        "dbh": "bh stands beside the product with Wh. What stands between it and n?",
        "dWh,dbh": "What stands between n and the product with Wh, in the candidate's block alone?",
        "dprev_h,dWh,dbh": "What stands between n and the product with Wh, in the candidate's block alone?",
    },
    question="Take one unit with all weights 0. Which numbers does next_h mix, and what goes back from it to r, to z "
    "and to n?",
    worked_example=WorkedExample(
        "One unit, x = 1, prev_h = 0.5; Wx = 0, Wh = [0, 0, 2], bx = [0, −1.0986, 0.1931], bh = 0. So r = 0.5, z = "
        "0.25, the product with Wh is 1, and n is tanh(0.1931 + 0.5) = 0.6. Let dnext_h = 1. Inside the tanh of n "
        "stands 0.75 · 0.64 = 0.48, at r 0.48 · 1 · 0.25 = 0.12, at z (0.5 − 0.6) · 0.1875 = −0.01875. That is dbx, "
        "and dWx, since x is 1. Half of 0.48 goes through r: dbh ends in 0.24. dWh is half of dbh: 0.06, −0.009375, "
        "0.12. dx is 0, and dprev_h is 0.25 + 2 · 0.24 = 0.73.",
        arguments=(
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.zeros((1, 3)),
            np.array([[0.0, 0.0, 2.0]]),
            np.array([0.0, -np.log(3), np.log(2) - 0.5]),
            np.zeros(3),
            np.array([[1.0]]),
        ),
        values={
            "−1.0986": "bx[1]",
            "0.1931": "bx[2]",
            "0.25": "1 / (1 + np.exp(-bx[1]))",
            "0.6": "np.tanh(bx[2] + 0.5)",
            "0.75": "1 - 0.25",
            "0.64": "1 - 0.6**2",
            "0.48": "0.75 * 0.64",
            "0.12": "0.48 * 0.25",
            "0.1875": "0.25 * 0.75",
            "−0.01875": "(0.5 - 0.6) * 0.1875",
            "0.24": "0.48 * 0.5",
            "0.06": "0.12 / 2",
            "−0.009375": "(0.5 - 0.6) * 0.1875 / 2",
            "0.73": "0.25 + 2 * 0.24",
        },
    ),
    mistakes=(
        Mistake(
            "reset-before-the-product",
            whole=CHO,
            hints=(
                "These are the gradients of Cho's form, in which the reset gate acts before the product with Wh. The "
                "forward pass whose cache came in resets after it.",
                "What did the reset gate multiply in your forward pass: the old state, or its product with Wh?",
                "One unit, x = 0, Wx = 0, Wh = [0, 0, 1], bx = 0, bh = [0, 0, 1], prev_h = −1, dnext_h = 1: r = z = "
                "0.5 and n = 0, so dbh ends in 0.25. Yours ends in 0.5.",
            ),
        ),
        Mistake(
            "reset-after-the-product",
            edit=(
                "x, prev_h, Wx, Wh, r, z, n, hn = cache",
                "x, prev_h, Wx, Wh, r, z, n, hn = cache\n"
                "    Wn = np.split(Wh, 3, axis=1)[2]\n"
                "    n = np.tanh(np.arctanh(n) - r * hn + (r * prev_h) @ Wn + (hn - prev_h @ Wn))",
            ),
            hints=(
                "These are the gradients of PyTorch's form, in which the reset gate acts after the product with Wh. "
                "The forward pass whose cache came in resets before it, as Cho's does.",
                "What did the reset gate multiply in your forward pass: the old state, or its product with Wh?",
                "One unit, x = 0, Wx = 0, Wh = [0, 0, 1], bx = 0, bh = [0, 0, 1], prev_h = −1, dnext_h = 1: r = z = "
                "0.5, and in Cho's form n = tanh(0.5), so dbh ends in 0.3932. Yours ends in 0.1966.",
            ),
        ),
        Mistake(
            "direct-path-left-out",
            edit=("dah @ Wh.T + dnext_h * z", "dah @ Wh.T"),
            hints=(
                "dprev_h holds here what comes back through the gates and the candidate, and nothing else.",
                "If z is 1, next_h is prev_h itself. What is dprev_h then?",
                "All weights 0, z = 0.5, dnext_h = 1: dprev_h is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "direct-path-whole",
            edit=("+ dnext_h * z", "+ dnext_h"),
            hints=(
                "All of dnext_h goes on to prev_h here, however little of the old state was kept.",
                "If z is 0, does next_h hold anything of prev_h itself?",
                "All weights 0, z = 0.5, dnext_h = 1: dprev_h is 0.5. Yours is 1.",
            ),
        ),
        Mistake(
            "candidate-in-full",
            edit=("dnext_h * (1 - z) * (1 - n**2)", "dnext_h * (1 - n**2)"),
            hints=(
                "The candidate gets the whole of dnext_h here, also where next_h hardly took it in.",
                "If z is 1, does it matter what the candidate is?",
                "All weights 0, n = 0, z = 0.5, dnext_h = 1: dbx ends in 0.5. Yours ends in 1.",
            ),
        ),
        Mistake(
            "tanh-slope-left-out",
            edit=("(1 - z) * (1 - n**2)", "(1 - z)"),
            hints=(
                "A candidate near 1 sends back as much here as one near 0.",
                "How far can the weights still move a candidate of 0.999?",
                "All weights 0, n = 0.6, z = 0.5, dnext_h = 1: dbx ends in 0.32. Yours ends in 0.5.",
            ),
        ),
        Mistake(
            "dz-turned-round",
            edit=("(prev_h - n)", "(n - prev_h)"),
            hints=(
                "The gradient at the update gate has the opposite sign here.",
                "If z grows a little, does next_h move towards prev_h, or towards the candidate?",
                "All weights 0, n = 0, z = 0.5, prev_h = 1, dnext_h = 1: the middle of dbx is 0.25. Yours is −0.25.",
            ),
        ),
        Mistake(
            "dz-from-the-old-state-alone",
            edit=("dnext_h * (prev_h - n) * z", "dnext_h * prev_h * z"),
            hints=(
                "The gradient at the update gate is the same here whatever the candidate is.",
                "If prev_h and the candidate are equal, does it matter what z is?",
                "All weights 0, n = 0.6, z = 0.5, prev_h = 1, dnext_h = 1: the middle of dbx is 0.1. Yours is 0.25.",
            ),
        ),
        Mistake(
            "dz-from-the-candidate-alone",
            edit=("dnext_h * (prev_h - n) * z", "dnext_h * -n * z"),
            hints=(
                "The gradient at the update gate is the same here whatever the old state is.",
                "If prev_h and the candidate are equal, does it matter what z is?",
                "All weights 0, n = 0.6, z = 0.5, prev_h = 1, dnext_h = 1: the middle of dbx is 0.1. Yours is −0.15.",
            ),
        ),
        Mistake(
            "z-slope-left-out",
            edit=("(prev_h - n) * z * (1 - z)", "(prev_h - n)"),
            hints=(
                "An update gate that is wide open sends back as much here as a half-open one.",
                "How far can its weights still move a gate of 0.999?",
                "All weights 0, n = 0, z = 0.5, prev_h = 1, dnext_h = 1: the middle of dbx is 0.25. Yours is 1.",
            ),
        ),
        Mistake(
            "r-slope-left-out",
            edit=("dn * hn * r * (1 - r)", "dn * hn"),
            hints=(
                "A reset gate that is wide open sends back as much here as a half-open one.",
                "How far can its weights still move a gate of 0.999?",
                "One unit, r = z = 0.5, n = 0, the product with Wh is 1, dnext_h = 1: dbx begins with 0.125. Yours "
                "begins with 0.5.",
            ),
        ),
        Mistake(
            "dr-from-prev-h",
            edit=("dn * hn * r", "dn * prev_h * r"),
            hints=(
                "The gradient at the reset gate is in proportion here to the old state, before any product.",
                "Which number does r multiply in the equation?",
                "One unit, r = z = 0.5, n = 0, prev_h = 0.5, the product with Wh is 1, dnext_h = 1: dbx begins with "
                "0.125. Yours begins with 0.0625.",
            ),
        ),
        Mistake(
            "r-passed-over",
            edit=("[dr, dz, dn * r]", "[dr, dz, dn]"),
            hints=(
                "What goes back to the product with Wh is the same here, however far the reset gate is open.",
                "If r is 0, does the candidate depend on the product with Wh at all?",
                "One unit, r = z = 0.5, n = 0, dnext_h = 1: dbh ends in 0.25. Yours ends in 0.5.",
            ),
        ),
        Mistake(
            "input-is-reset-too",
            edit=("[dr, dz, dn], axis", "[dr, dz, dn * r], axis"),
            hints=(
                "What goes back from the candidate to x, Wx and bx has been through the reset gate here.",
                "If r is 0, does the candidate still depend on the input?",
                "One unit, r = z = 0.5, n = 0, dnext_h = 1: dbx ends in 0.5. Yours ends in 0.25.",
            ),
        ),
        Mistake(
            "stack-order",
            edit=("[dr, dz, dn], axis", "[dz, dr, dn], axis"),
            hints=(
                "In dx, dWx and dbx the first block is the update gate's here, and the second the reset gate's.",
                "In which order did the forward pass split its 3H columns?",
                "All weights 0, n = 0, z = 0.5, prev_h = 1, dnext_h = 1: dbx is [0, 0.25, 0.5]. Yours is [0.25, 0, "
                "0.5].",
            ),
        ),
        Mistake(
            "one-bias-gradient-twice",
            edit=("dax.sum(axis=0), dah.sum(axis=0)", "dax.sum(axis=0), dax.sum(axis=0)"),
            hints=(
                "dbh is the same as dbx here, in all three blocks.",
                "One of the two biases stands inside the bracket that r multiplies. What does its gradient pass?",
                "One unit, r = z = 0.5, n = 0, dnext_h = 1: dbx ends in 0.5 and dbh in 0.25. Yours end in 0.5 and 0.5.",
            ),
        ),
    ),
)
