"""`lstm_step_backward`: backwards through one step of an LSTM."""

from autograder.assignments.lstm.inputs import saturated_step, shut_step, step
from autograder.course.exercise import Exercise, Mistake

LSTM_STEP_BACKWARD = Exercise(
    "lstm_step_backward",
    forward="lstm_step_forward",
    inputs=step,
    special_inputs={"entries in the thousands": saturated_step, "gates that are exactly 0 and 1": shut_step},
    outputs={"dx": "N D", "dprev_h": "N H", "dprev_c": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    patterns={
        "all": "Two arrows leave c_t in the drawing. From where does the gradient at c_t come, and what is made "
        "from it?",
        "dx,dprev_h,dWx,dWh,db": "For each of the four gates: what multiplied it, which slope is its own, and "
        "where does it stand in the order i, f, o, g?",
        "dprev_c": "What stands between c_{t−1} and c_t, and from where does the gradient at c_t come?",
        "dWh": "What multiplied Wh in the forward pass?",
        "dWx": "What multiplied Wx in the forward pass?",
        "db": "One bias served all N rows of the batch. How many gradients does it get?",
        "dprev_h": "prev_h spoke to all four gates, through Wh. Which way does the gradient of all four go back "
        "through it?",
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
