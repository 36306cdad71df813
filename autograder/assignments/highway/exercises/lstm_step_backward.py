"""`lstm_step_backward`: backwards through one step of an LSTM."""

import numpy as np

from autograder.assignments.lstm.inputs import saturated_step, shut_step, step
from autograder.course.exercise import Exercise, Mistake, WorkedExample

LSTM_STEP_BACKWARD = Exercise(
    "lstm_step_backward",
    why="c_t is used by h_t and by step t + 1, so its gradient is a sum: dnext_h · o · (1 − tanh²(c_t)) + dnext_c. "
    "In c_t = f c_{t−1} + i g each factor then gets that sum times its partner, and each block its own slope, s(1 − "
    "s) or 1 − g². The four blocks side by side go back through one affine layer.",
    forward="lstm_step_forward",
    inputs=step,
    special_inputs={"entries in the thousands": saturated_step, "gates that are exactly 0 and 1": shut_step},
    outputs={"dx": "N D", "dprev_h": "N H", "dprev_c": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Two arrows leave c_t in the drawing. From where does the gradient at c_t come, and what is made "
        "from it?",
        "dx,dprev_h,dWx,dWh,db": "For each of i, f, o and g: what multiplied it, which slope is its own, and "
        "where does it stand in the order i, f, o, g?",
        "dprev_c": "What stands between c_{t−1} and c_t, and from where does the gradient at c_t come?",
        "dWh": "What multiplied Wh in the forward pass?",
        "dWx": "What multiplied Wx in the forward pass?",
        "db": "One bias served all N rows of the batch. How many gradients does it get?",
        "dprev_h": "i, f, o and g all depend on prev_h, through Wh. Which way does the gradient of all four go back "
        "through it?",
    },
    question="Take one unit with all weights 0. What comes to c_t along each of its two arrows, and what goes on "
    "from there to each gate?",
    worked_example=WorkedExample(
        "One unit, x = 1, prev_h = 0, prev_c = 0.4, all weights 0, b = [1.3863, 1.0986, −1.0986, 0.5493]: i = 0.8, f = "
        "0.75, o = 0.25, g = 0.5. c_t is 0.3 + 0.4 = 0.7, and tanh(c_t) is 0.6044. Let dnext_h = dnext_c = 1. The "
        "slope of that tanh is 0.6347, so 0.1587 comes down from h_t, and c_t has 1.1587 in all. At i, f, o, g stand "
        "0.5793, 0.4635, 0.6044, 0.9269; their own slopes, 0.16, 0.1875, 0.1875 and 0.75, make 0.0927, 0.0869, 0.1133, "
        "0.6952 of these. That is db, and dWx, since x is 1; dWh, dx and dprev_h are 0. Three quarters of 1.1587 go "
        "on: dprev_c is 0.8690.",
        arguments=(
            np.array([[1.0]]),
            np.array([[0.0]]),
            np.array([[0.4]]),
            np.zeros((1, 4)),
            np.zeros((1, 4)),
            np.log([4.0, 3.0, 1 / 3, np.sqrt(3)]),
            np.array([[1.0]]),
            np.array([[1.0]]),
        ),
        values={
            "1.3863": "b[0]",
            "1.0986": "b[1]",
            "−1.0986": "b[2]",
            "0.5493": "b[3]",
            "0.8": "1 / (1 + np.exp(-b[0]))",
            "0.75": "1 / (1 + np.exp(-b[1]))",
            "0.25": "1 / (1 + np.exp(-b[2]))",
            "0.5": "np.tanh(b[3])",
            "0.3": "0.75 * prev_c.item()",
            "0.7": "0.75 * prev_c.item() + 0.8 * 0.5",
            "0.6044": "np.tanh(0.7)",
            "0.6347": "1 - np.tanh(0.7) ** 2",
            "0.1587": "0.25 * (1 - np.tanh(0.7) ** 2)",
            "1.1587": "1 + 0.25 * (1 - np.tanh(0.7) ** 2)",
            "0.5793": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * 0.5",
            "0.4635": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * prev_c.item()",
            "0.9269": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * 0.8",
            "0.16": "0.8 * (1 - 0.8)",
            "0.1875": "0.75 * (1 - 0.75)",
            "0.0927": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * 0.5 * 0.16",
            "0.0869": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * 0.4 * 0.1875",
            "0.1133": "np.tanh(0.7) * 0.1875",
            "0.6952": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * 0.8 * 0.75",
            "0.8690": "(1 + 0.25 * (1 - np.tanh(0.7) ** 2)) * 0.75",
        },
    ),
    mistakes=(
        Mistake(
            "h-path-missing",
            edit=("dc = dnext_c + dnext_h * o * (1 - tanh_c**2)", "dc = dnext_c"),
            hints=(
                "The gradient at c_t comes here from the next step alone.",
                "In the drawing two arrows leave c_t. Along which of them does c_t change the loss at h_t?",
                "One unit, dnext_c = 0, dnext_h = 1, o = 0.5, c_t = 0, f = 0.8: half of the 1 comes down to c_t, and "
                "dprev_c is 0.4. Yours is 0.",
            ),
        ),
        Mistake(
            "c-path-missing",
            edit=("dc = dnext_c + dnext_h", "dc = dnext_h"),
            hints=(
                "The gradient at c_t comes here from h_t alone.",
                "In the drawing two arrows leave c_t. Back along which of them do your gradients come?",
                "One unit, dnext_c = 1, dnext_h = 0, f = 0.5: dprev_c is 0.5. Yours is 0, and so is all that later "
                "steps send back to the cell.",
            ),
        ),
        Mistake(
            "dprev-c-from-dnext-c",
            edit=("dprev_c = dc * f", "dprev_c = dnext_c * f"),
            hints=(
                "dprev_c is made here only from what came to c_t from later steps.",
                "Two gradients come to c_t. Which of them does the forget gate let through to the old cell?",
                "One unit, dnext_c = 0, dnext_h = 1, o = 0.5, c_t = 0, f = 0.8: 0.5 comes to c_t by way of h_t, and "
                "dprev_c is 0.4. Yours is 0.",
            ),
        ),
        Mistake(
            "dprev-c-without-f",
            edit=("dprev_c = dc * f", "dprev_c = dc"),
            hints=(
                "Whatever reaches c_t goes on to the old cell here as if every forget gate were wide open.",
                "If the old cell moves by 1, by how much does c_t move?",
                "One unit, dnext_c = 1, dnext_h = 0, f = 0.5: dprev_c is 0.5. Yours is 1.",
            ),
        ),
        Mistake(
            "di-uses-i",
            edit=("di, df, dg = dc * g,", "di, df, dg = dc * i,"),
            hints=(
                "The gradient at the input gate is in proportion here to how far the gate itself is open.",
                "If 0 is offered for writing, does it matter how far the input gate is open? What does your gradient "
                "say then?",
                "One unit, i = 0.5, g = −1, and 1 at c_t: the gradient at the gate is −1, and its entry of db is "
                "−0.25. Yours is 0.125.",
            ),
        ),
        Mistake(
            "df-uses-next-c",
            edit=("dc * prev_c", "dc * next_c"),
            hints=(
                "The gradient at the forget gate is in proportion here to the content after the step.",
                "If the cell was empty before the step, does it matter how far the forget gate was open?",
                "One unit, f = 0.5, an old content of 2, a new one of 1, and 1 at c_t: the forget gate's entry of db "
                "is 0.5. Yours is 0.25.",
            ),
        ),
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - tanh_c**2)", "(1 - np.tanh(tanh_c)**2)"),
            hints=(
                "The slope between h_t and c_t is here that of a content that has been squashed twice.",
                "Where c_t is 10, how much does h_t still change with it? What does your slope say?",
                "One unit, o = f = 1, tanh(c_t) = 0.5, dnext_h = 1, dnext_c = 0: the slope is 0.75, and so is "
                "dprev_c. Yours is 0.7864.",
            ),
        ),
        Mistake(
            "slope-of-c",
            edit=("(1 - tanh_c**2)", "(1 - next_c**2)"),
            hints=(
                "Where the content c_t is larger than 1 or smaller than −1, the slope between h_t and c_t is negative "
                "here.",
                "Which number is squared in the slope of tanh: what goes in, or what comes out?",
                "One unit, o = f = 1, c_t = 2, dnext_h = 1, dnext_c = 0: the slope is 0.0707, and so is dprev_c. "
                "Yours is −3.",
            ),
        ),
        Mistake(
            "tanh-slope-missing",
            edit=("dnext_h * o * (1 - tanh_c**2)", "dnext_h * o"),
            hints=(
                "What comes down from h_t reaches c_t here as if the content were shown without being squashed.",
                "Where c_t is 10, how much does h_t still change with it? What do your gradients say?",
                "One unit, o = 0.5, f = 1, tanh(c_t) = 0.6, dnext_h = 1, dnext_c = 0: 0.32 comes down to c_t, and "
                "dprev_c is 0.32. Yours is 0.5.",
            ),
        ),
        Mistake(
            "o-missing-in-dc",
            edit=("dnext_h * o * (1", "dnext_h * (1"),
            hints=(
                "What comes down from h_t reaches c_t here as if every output gate were wide open.",
                "If o is 0, nothing of c_t is shown. Does the loss at h_t depend on c_t then?",
                "One unit, o = 0.5, f = 1, tanh(c_t) = 0.6, dnext_h = 1, dnext_c = 0: 0.32 comes down to c_t, and "
                "dprev_c is 0.32. Yours is 0.64.",
            ),
        ),
        Mistake(
            "do-from-dc",
            edit=("do = dnext_h * tanh_c", "do = dc * tanh_c"),
            hints=(
                "The gradient at the output gate is made here from all that comes to the cell.",
                "If no loss ever looks at h_t, does it matter how far the output gate is open?",
                "One unit, dnext_h = 0, dnext_c = 1, o = 0.5, tanh(c_t) = 0.6: the output gate's entry of db is 0. "
                "Yours is 0.15.",
            ),
        ),
        Mistake(
            "do-without-tanh",
            edit=("do = dnext_h * tanh_c", "do = dnext_h * next_c"),
            hints=(
                "The gradient at the output gate is in proportion here to the content as it is stored.",
                "If the content rises from 10 to 20, does the output gate let out much more?",
                "One unit, dnext_h = 1, dnext_c = 0, o = 0.5, c_t = 2: the output gate's entry of db is 0.2410. "
                "Yours is 0.5.",
            ),
        ),
        Mistake(
            "gate-slopes-missing",
            edit=("[di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)]", "[di, df, do, dg]"),
            hints=(
                "A gate that is nearly open or nearly shut sends back as much here as a half-open one.",
                "How far can its weights still move a gate of 0.999?",
                "One unit, i = 0.5, g = 1, and 1 at c_t: the input gate's slope is 0.25, and so is its entry of db. "
                "Yours is 1.",
            ),
        ),
        Mistake(
            "g-as-sigmoid",
            edit=("dg * (1 - g**2)", "dg * g * (1 - g)"),
            hints=(
                "Where g is 0, nothing comes back through it here, and where g is negative, the opposite of the "
                "gradient does.",
                "Which values can g take, and at which of them is it moved most easily?",
                "One unit, g = 0, i = 0.5, and 1 at c_t: g's entry of db is 0.5. Yours is 0, so this unit could "
                "never learn what to write.",
            ),
        ),
        Mistake(
            "stack-order",
            edit=("do * o * (1 - o), dg * (1 - g**2)]", "dg * (1 - g**2), do * o * (1 - o)]"),
            hints=(
                "The third block of columns holds g's gradients here, and the fourth those of the output gate.",
                "In which order did the forward pass split its 4H columns?",
                "One unit, i = 0, f = 1, o = 0.5, tanh(c_t) = 0.6, dnext_h = 1, dnext_c = 0: db is [0, 0, 0.15, 0]. "
                "Yours is [0, 0, 0, 0.15].",
            ),
        ),
        Mistake(
            "dwh-from-next-h",
            edit=("dWh = prev_h.T @ da", "dWh = (o * tanh_c).T @ da"),
            hints=(
                "In dWh, the state after the step counts as the one that came in.",
                "If prev_h is 0, could any change of Wh have changed this step? What does your dWh say?",
                "One unit, prev_h = 0, next_h = 0.3, and 0.15 as the output gate's entry of db: its entry of dWh is "
                "0. Yours is 0.045.",
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
                "After the call, your caller's dnext_c holds all that comes to the cell, not what they handed over.",
                "Your caller may want to use dnext_c again. What do they find in it?",
                "dnext_c = 1, and 0.5 comes down from h_t: after the call the caller's dnext_c is still 1. After "
                "yours it is 1.5.",
            ),
        ),
    ),
)
