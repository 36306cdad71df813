"""05-lstm: four gates and a cell."""

import numpy as np

from autograder.course.draws import biases, recurrent_weights, states, weights
from autograder.course.exercise import Exercise, Mistake

ASSIGNMENT = "05-lstm"


def numbers(rng, s):
    """Draw numbers of ordinary size and, where there are several rows, a row that overflows e^x on either side."""
    x = 2 * rng.standard_normal((s.N, s.H))
    if s.N > 1:
        x[0] = rng.uniform(800, 1200, s.H)
        x[0, 0] *= -1
    return {"x": x}


def gates(rng, s):
    """Draw gates between shut and open, candidates, and a first cell."""
    i, f, o = rng.uniform(0.05, 0.95, (3, s.N, s.T, s.H))
    return {"i": i, "f": f, "o": o, "g": states(rng, s.N * s.T, s.H).reshape(s.N, s.T, s.H), "c0": cells(rng, s)}


def cells(rng, s):
    """Draw the cells of a batch, shape (N, H); unlike hidden states they may be larger than 1."""
    return rng.choice([-1.0, 1.0], (s.N, s.H)) * rng.uniform(0.4, 1.6, (s.N, s.H))


def four(rng, s):
    """Draw the weights of an LSTM: Wx (D, 4H), Wh (H, 4H), b (4H,), every block of them like an RNN's."""
    return {
        "Wx": np.hstack([weights(rng, s.D, s.H) for _ in range(4)]),
        "Wh": np.hstack([recurrent_weights(rng, s.H) for _ in range(4)]),
        "b": biases(rng, 4 * s.H),
    }


def step(rng, s):
    """Draw one step's arguments; with several sequences, the first input is so large that e^a overflows."""
    x = rng.standard_normal((s.N, s.D))
    if s.N > 1:
        x[0] *= 4000 * np.sqrt(s.D) / np.linalg.norm(x[0])
    return {"x": x, "prev_h": states(rng, s.N, s.H), "prev_c": cells(rng, s), **four(rng, s)}


def sequence(rng, s):
    """Draw a whole sequence's arguments."""
    return {"x": rng.standard_normal((s.N, s.T, s.D)), "h0": states(rng, s.N, s.H), **four(rng, s)}


def sequence_from(rng, s):
    """Draw a whole sequence's arguments, and the cell it starts from."""
    x, h0, *rest = sequence(rng, s).values()
    return {"x": x, "h0": h0, "c0": cells(rng, s), **dict(zip(("Wx", "Wh", "b"), rest, strict=True))}


def nothing(rng, s):
    """Draw nothing: the function takes no arguments."""
    return {}


SIGMOID = Exercise(
    "sigmoid",
    inputs=numbers,
    outputs={"out": "N H"},
    patterns={"all": "Try 0, then 2, then −2: you should get 0.5, 0.8808 and 0.1192, and the last two add up to 1."},
    mistakes=(
        Mistake(
            "unstable",
            edit=(
                "out = np.where(x >= 0, 1, e) / (1 + e)",
                "with np.errstate(all='ignore'):\n        out = np.exp(x) / (1 + np.exp(x))",
            ),
            hints=(
                "Numbers of ordinary size come out right, but some large ones become nan.",
                "What is e^1000 to a computer? What becomes of your fraction then? Which sign of x is harmless?",
                "For x = 1000, e^x is inf, and inf / inf is nan; it should be 1. But e^(−1000) is 0: 1 / (1 + 0) is 1.",
            ),
        ),
        Mistake(
            "sign-flipped",
            edit=("x >= 0", "x < 0"),
            hints=(
                "These are the numbers of 1 minus the sigmoid: the sign in the exponent is the other one.",
                "When x is large and positive, should the gate be open or shut?",
                "At x = 2 it should be 0.8808. Yours is 0.1192.",
            ),
        ),
        Mistake(
            "always-above-half",
            edit=("np.where(x >= 0, 1, e)", "1"),
            hints=(
                "Numbers from 0 up are right; below 0 you return what belongs to their absolute value.",
                "Can your gate ever be less than half open?",
                "At x = −2 it should be 0.1192. Yours is 0.8808, which is right for +2.",
            ),
        ),
        Mistake(
            "tanh-for-sigmoid",
            edit=("np.where(x >= 0, 1, e) / (1 + e)", "np.tanh(x)"),
            hints=(
                "These are the numbers of tanh: they lie in (−1, 1), not in (0, 1).",
                "Half open is 0.5. At which x should that be, and what do you return there?",
                "At x = 0 it should be 0.5. tanh gives 0.",
            ),
        ),
        Mistake(
            "overflows-on-the-way",
            edit=("out = np.where(x >= 0, 1, e) / (1 + e)", "out = 1 / (1 + np.exp(-x))"),
            side_effect="overflows",
            hints=(
                "Your numbers are right, but on the way there is an overflow: somewhere e^1000 is asked for, which no "
                "float can hold.",
                "Of e^x and e^(−x), which is harmless at x = 1000, and which at x = −1000? np.where alone does not "
                "help: it computes both of its branches everywhere, and then throws one away.",
                "At x = −1000, 1 / (1 + e^1000) is 1 / inf, which happens to be 0. e^(−1000) is 0 without an overflow, "
                "and 0 / (1 + 0) is 0 as well.",
            ),
        ),
    ),
)

LSTM_FROM_GATES = Exercise(
    "lstm_from_gates",
    inputs=gates,
    outputs={"h": "N T H", "c": "N T H"},
    patterns={
        "h": "The cells are right, so only the last line of the equations is left: what is done to c before o?",
        "c": "h is right and c is not: what you return as c is not the cell that h was made from.",
        "all": "Follow one unit for two steps with f = 1, i = 0: the cell must stay at c0. Then f = 0, i = 1: it is g.",
    },
    mistakes=(
        Mistake(
            "c0-ignored",
            edit=(" = np.empty_like(g), c0", " = np.empty_like(g), np.zeros_like(c0)"),
            hints=(
                "These are the numbers of a cell that starts empty: c0 is not used.",
                "If your loop reads the old cell out of c: at which index, in its first round? What does NumPy do "
                "with −1?",
                "With f = 1 and i = 0 at every step, c0 = 0.5 should still be 0.5 at the end. Yours is 0.",
            ),
        ),
        Mistake(
            "cell-never-updated",
            edit=("c[:, t] = prev_c = ", "c[:, t] = "),
            hints=(
                "These are the numbers of a loop that starts from c0 at every step: the cell is never carried on.",
                "At step t = 2, which cell does the forget gate act on?",
                "With i = 0, f = 0.5 and c0 = 1 the cells are 0.5, 0.25, 0.125. Yours stay at 0.5.",
            ),
        ),
        Mistake(
            "i-and-f-swapped",
            edit=("f[:, t] * prev_c + i[:, t] * g[:, t]", "i[:, t] * prev_c + f[:, t] * g[:, t]"),
            hints=(
                "These are the numbers of a cell in which i and f have changed places.",
                "Which of the two gates stands at the old content, and which at the new?",
                "With i = 0 and f = 1 nothing is written, nothing erased: c0 = 0.5 should stay 0.5. Yours becomes g.",
            ),
        ),
        Mistake(
            "nothing-kept",
            edit=("f[:, t] * prev_c + ", ""),
            hints=(
                "These are the numbers of a cell made of i · g alone: nothing of the old content is in it.",
                "With i = 0 and f = 1, what should become of the content?",
                "With f = 1, i = 0.5, g = 0.4 and an old content of 1 the new one is 1.2. Yours is 0.2.",
            ),
        ),
        Mistake(
            "nothing-erased",
            edit=("f[:, t] * prev_c + ", "prev_c + "),
            hints=(
                "These are the numbers of a cell that only ever adds: f has no influence.",
                "Which of the function's arguments have you not used yet?",
                "With f = 0.5, i = 0 and an old content of 1 the new one is 0.5. Yours is 1.",
            ),
        ),
        Mistake(
            "cell-squashed",
            edit=("f[:, t] * prev_c + i[:, t] * g[:, t]", "np.tanh(f[:, t] * prev_c + i[:, t] * g[:, t])"),
            hints=(
                "These are the numbers of a cell that is squashed before it is carried on.",
                "May the content of the cell be larger than 1? Where in the equations does the tanh stand?",
                "With f = 1, i = 0 and c0 = 1 the cell stays at 1. Yours shrinks: 0.7616, 0.6420, 0.5663.",
            ),
        ),
        Mistake(
            "h-is-o-times-c",
            edit=("o * np.tanh(c)", "o * c"),
            hints=(
                "h is o times the cell itself, without the tanh.",
                "Can your h be larger than 1? Can it in the equation?",
                "With o = 1 and c = 2, h is tanh(2) = 0.9640, not 2.",
            ),
        ),
        Mistake(
            "o-inside-tanh",
            edit=("o * np.tanh(c)", "np.tanh(o * c)"),
            hints=(
                "In h the output gate stands inside the tanh.",
                "Is the content squashed first and then let out in part, or the other way round?",
                "With o = 0.5 and c = 2, h is 0.5 · tanh(2) = 0.4820, not tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "h-from-the-old-cell",
            edit=("h = o * np.tanh(c)", "h = o * np.tanh(np.concatenate([c0[:, None], c[:, :-1]], axis=1))"),
            hints=(
                "The cells are right; each h is made from the cell of the step before.",
                "Is content shown at the step that wrote it, or one step later? Which of your cells does o meet at t?",
                "With c0 = 0, f = i = o = 1 and g = 0.5, the first cell is 0.5 and the first h is tanh(0.5) = 0.4621. "
                "Yours is 0.",
            ),
        ),
    ),
)


def _tanh_on(gate, letter, old):
    return Mistake(
        f"tanh-on-{gate}-gate",
        edit=(f"sigmoid({old})", f"np.tanh({old})"),
        hints=(
            f"These are the numbers of a step whose {gate} gate is squashed by tanh: {letter} can be negative.",
            f"Between which two numbers should {letter} lie: shut at the one, open at the other?",
            f"With all weights and biases 0, {letter} is half open, 0.5. Yours is tanh(0) = 0.",
        ),
    )


LSTM_STEP_FORWARD = Exercise(
    "lstm_step_forward",
    inputs=step,
    outputs={"next_h": "N H", "next_c": "N H"},
    cache=True,
    patterns={
        "next_h": "The cell is right, so i, f and g are. Look at o, and at what it multiplies.",
        "next_c": "next_h is right and next_c is not: what you return as next_c is not the cell that made next_h.",
        "all": "Set all weights to 0, and b so that one gate at a time is wide open (+20) or shut (−20): with f open "
        "and i shut the cell must stay as it was; with f shut and i open it must become g.",
    },
    mistakes=(
        Mistake(
            "gate-order-ifgo",
            edit=("ai, af, ao, ag = np.split", "ai, af, ag, ao = np.split"),
            hints=(
                "These are the numbers of the block order i, f, g, o, as PyTorch has it. Here it is i, f, o, g.",
                "Which block of H columns belongs to which of the four, counted from the left?",
                "With all weights 0, H = 1 and b = [0, 0, 20, 0], o is open and g is 0, so prev_c = 1 gives "
                "next_c = 0.5. In yours g is 1 and next_c = 1.",
            ),
        ),
        Mistake(
            "f-and-i-swapped",
            edit=("ai, af, ao, ag = np.split", "af, ai, ao, ag = np.split"),
            hints=(
                "These are the numbers of a step in which i and f have changed places.",
                "The first block of columns is i's. Does i stand at the old content of the cell, or at the new?",
                "With all weights 0, H = 1 and b = [−20, 20, 0, 0], nothing is written and nothing erased: prev_c = 1 "
                "stays 1. Yours becomes 0.",
            ),
        ),
        Mistake(
            "sigmoid-on-g",
            edit=("np.tanh(ag)", "sigmoid(ag)"),
            hints=(
                "These are the numbers of a step with a sigmoid on g: all that is written is positive.",
                "g is no gate, it is what is written. Must a cell be able to count down as well?",
                "With all weights and biases 0, g is tanh(0) = 0 and prev_c = 0 stays 0. Yours becomes 0.25.",
            ),
        ),
        _tanh_on("input", "i", "ai"),
        _tanh_on("forget", "f", "af"),
        _tanh_on("output", "o", "ao"),
        Mistake(
            "h-is-o-times-c",
            edit=("o * np.tanh(next_c)", "o * next_c"),
            hints=(
                "next_h is o times the cell itself, without the tanh.",
                "Can your next_h be larger than 1? Can it in the equation?",
                "With o = 1 and next_c = 2, next_h is tanh(2) = 0.9640, not 2.",
            ),
        ),
        Mistake(
            "nothing-kept",
            edit=("f * prev_c + i * g", "i * g"),
            hints=(
                "These are the numbers of a cell made of i · g alone: prev_c has no influence.",
                "Which of the function's arguments have you not used yet?",
                "With f = 1, i = 0.5, g = 0.4 and prev_c = 1, next_c is 1.2. Yours is 0.2.",
            ),
        ),
        Mistake(
            "unstable-sigmoid",
            edit=(
                "i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)",
                "with np.errstate(all='ignore'):\n"
                "        i, f, o = (np.exp(k) / (1 + np.exp(k)) for k in (ai, af, ao))\n"
                "        g = np.tanh(ag)",
            ),
            hints=(
                "Inputs of ordinary size come out right, but some large ones become nan: a gate overflows.",
                "Which function turns a large number into 0 or 1 here, and is it the one that you wrote for it?",
                "A gate's pre-activation of 1000 gives inf / inf = nan if it goes through e^a / (1 + e^a). "
                "It should give 1.",
            ),
        ),
        Mistake(
            "no-bias",
            edit=(" @ Wh + b", " @ Wh"),
            hints=(
                "These are the numbers of a step without its bias: b is never added.",
                "Which of the function's arguments have you not used yet?",
                "With all weights 0, H = 1 and b = [−20, 20, 0, 0], prev_c = 1 stays 1. Yours becomes 0.5.",
            ),
        ),
        Mistake(
            "prev-h-ignored",
            edit=("x @ Wx + prev_h @ Wh", "x @ Wx"),
            hints=(
                "These are the numbers of a step whose gates do not hear the old state: prev_h has no influence.",
                "Change prev_h and nothing else. Does your result change?",
                "Of the two terms with weights, x @ Wx is there. With x = 0 and b = 0 all your gates are 0.5, whatever "
                "prev_h is.",
            ),
        ),
        Mistake(
            "everything-open",
            edit=("o * np.tanh(next_c)", "np.tanh(next_c)"),
            hints=(
                "next_h is the whole content, squashed: the output gate has no influence.",
                "Which of your four pieces have you not used yet?",
                "With o = 0 the cell keeps its content and says nothing: next_h is 0. Yours is tanh(next_c).",
            ),
        ),
        Mistake(
            "h-from-the-old-cell",
            edit=("o * np.tanh(next_c)", "o * np.tanh(prev_c)"),
            hints=(
                "next_c is right; next_h is made from prev_c.",
                "Is content shown at the step that wrote it, or one step later?",
                "With prev_c = 0, i = o = 1 and g = 0.5, next_c is 0.5 and next_h is tanh(0.5) = 0.4621. Yours is 0.",
            ),
        ),
        Mistake(
            "sigmoid-overflows",
            edit=(
                "i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)",
                "i, f, o = (1 / (1 + np.exp(-k)) for k in (ai, af, ao))\n    g = np.tanh(ag)",
            ),
            side_effect="overflows",
            hints=(
                "Your numbers are right, but on the way there is an overflow: a gate asks for an exponential that no "
                "float can hold.",
                "Which function turns a large number into 0 or 1 here, and what does check say of that one?",
                "A gate's pre-activation of −1000 gives 1 / (1 + e^1000) = 1 / inf, which happens to be 0. Written "
                "with e^(−1000) = 0 it is 0 without an overflow.",
            ),
        ),
    ),
)

LSTM_FORWARD = Exercise(
    "lstm_forward",
    inputs=sequence,
    outputs={"h": "N T H"},
    cache=True,
    patterns={
        "all": "Is lstm_step_forward right? Then ask of the loop: two things go from step to step. Write down both of "
        "them for step t = 1, `h[:, 0]`, and step t = 2, `h[:, 1]`."
    },
    mistakes=(
        Mistake(
            "cell-not-carried",
            edit=("prev_h, prev_c, step_cache =", "prev_h, _, step_cache ="),
            hints=(
                "These are the numbers of a loop that hands an empty cell to every step: c is not carried.",
                "A step returns two things that the next one needs. What happens to the second in your loop?",
                "With x = 0, all weights 0, H = 1 and b = [20, 20, 20, 1], the cell should grow by tanh(1) = 0.7616 a "
                "step: 0.7616, 1.5232, 2.2848. Yours stays at 0.7616.",
            ),
        ),
        Mistake(
            "c0-is-h0",
            edit=("np.zeros_like(h0), []", "h0, []"),
            hints=(
                "These are the numbers of a sequence whose cell starts as h0.",
                "What is in the cell before anything was read? Is h0 made from it here?",
                "With x = 0, all weights 0, H = 1 and b = [−20, 20, 20, 0], an empty cell stays empty, every h is 0. "
                "Yours is tanh(h0).",
            ),
        ),
        Mistake(
            "h0-ignored",
            edit=("prev_h, prev_c, cache = h0,", "prev_h, prev_c, cache = np.zeros_like(h0),"),
            hints=(
                "These are the numbers of a sequence that starts from h = 0: h0 is not used.",
                "If your loop reads the old state out of h: at which index, in its first round? What does NumPy do "
                "with −1?",
                "Change h0 and nothing else: h_1, `h[:, 0]`, must change, since its gates hear h0. Yours does not.",
            ),
        ),
        Mistake(
            "state-never-updated",
            edit=("x[:, t], prev_h, prev_c, Wx", "x[:, t], h0, prev_c, Wx"),
            hints=(
                "These are the numbers of a loop whose gates hear h0 at every step: the state is never updated.",
                "What should the old state of step t = 2 be? Where does your loop say so?",
                "For T = 2, the gates of step t = 2 must hear h_1, `h[:, 0]`. Yours hear h0 again.",
            ),
        ),
        Mistake(
            "runs-backwards",
            edit=("in range(T)", "in reversed(range(T))"),
            hints=(
                "These are the numbers of a loop that reads the sequence from its end.",
                "Which input is read first, and which state should it make?",
                "For T = 3, h_1, `h[:, 0]`, may depend on x_1, `x[:, 0]`, and h0 only. Yours depends on x_3, "
                "`x[:, 2]`, too.",
            ),
        ),
        Mistake(
            "returns-cells",
            edit=("h[:, t] = prev_h", "h[:, t] = prev_c"),
            hints=(
                "These are the contents of the cell, c_1 ... c_T: inside it all is right, but they are not h.",
                "Which of the two does the world outside see: what is stored, or what is revealed?",
                "With o = 0.5 and c = 2, h is 0.5 · tanh(2) = 0.4820. Yours is 2.",
            ),
        ),
        Mistake(
            "initial-cell-views-output",
            edit=("np.zeros_like(h0), []", "h[:, 0], []"),
            side_effect="aliases",
            hints=(
                "Your cache shares memory with h. If the first cell is a view of the array that you fill, it does not "
                "stay 0: it is overwritten at the first step.",
                "Forward and step are right; then, going backwards, only the gradients of the first step are wrong. "
                "Which array could have changed behind your back?",
                "`c = h[:, 0]` is no copy, so when the loop has put h_1 = 0.3 there, c is 0.3 as well. "
                "np.shares_memory tells you.",
            ),
        ),
    ),
)

LATCH_WEIGHTS = Exercise(
    "latch_weights",
    inputs=(nothing,),
    outputs={"Wx": "D 4H", "Wh": "H 4H", "b": "4H"},
    properties="lstm.latch",
    mistakes=(
        Mistake(
            "weights-too-small",
            edit=("Wh = np.zeros((1, 4))", "Wh = np.zeros((1, 4))\n    Wx, b = Wx / 8, b / 8"),
            hints=(
                "The idea is right: eight times these weights hold the bit. These gates are never quite open or shut.",
                "How much of the bit is lost in one step? And in a hundred?",
                "σ(2) = 0.8808 keeps 3e-6 of the bit for 100 steps (0.8808^100); σ(8) = 0.99966 keeps 0.967.",
            ),
        ),
        Mistake(
            "gate-order",
            edit=("Wh = np.zeros((1, 4))", "Wh = np.zeros((1, 4))\n    Wx, b = Wx[:, [0, 1, 3, 2]], b[[0, 1, 3, 2]]"),
            hints=(
                "The idea is right: with its columns in another order this would hold the bit.",
                "Which column belongs to which gate, counted from the left?",
                "The order is i, f, o, g. b = [0, 8, 0, 0] opens the forget gate and nothing else.",
            ),
        ),
        Mistake(
            "keeps-and-erases-swapped",
            edit=("Wh = np.zeros((1, 4))", "Wh = np.zeros((1, 4))\n    Wx[:, 1], b[1] = -Wx[:, 1], -b[1]"),
            hints=(
                "The idea is right: with the signs of the forget gate's column turned round this would hold the bit.",
                "Does f = 1 keep the content or erase it? When is your f open?",
                "With f = 0 a content of 1 becomes 0; with f = 1 it stays 1. While the flag is 0 it must stay.",
            ),
        ),
        Mistake(
            "forgets",
            edit=("write, keep, show = -8.0, 8.0, 8.0", "write, keep, show = -8.0, 0.0, 8.0"),
            hints=(
                "The bit is written, and fades: while the flag is 0 the forget gate is not open enough.",
                "With flag 0, what is the forget gate's pre-activation? What is left of the cell after 100 steps?",
                "A pre-activation of 0 gives f = 0.5; 0.5^100 is 8e-31. One of 8 gives 0.99966^100 = 0.967.",
            ),
        ),
        Mistake(
            "always-writes",
            edit=("write, keep, show = -8.0, 8.0, 8.0", "write, keep, show = 8.0, 8.0, 8.0"),
            hints=(
                "The bit is overwritten by distractors: while the flag is 0 the input gate is not shut.",
                "With flag 0, what is the input gate's pre-activation? How much is written in one step, and in 100?",
                "σ(−4) = 0.0180 a step can add up to 1.8 in 100 steps; σ(−8) = 0.000335 adds up to 0.034 at most.",
            ),
        ),
        Mistake(
            "never-writes",
            edit=("[16.0, -16.0", "[0.0, -16.0"),
            hints=(
                "The bit never gets in: while the flag is 1 the input gate is not open.",
                "The flag's weight counts when the flag is 1. What is the input gate's pre-activation then?",
                "A bias of −8 and a flag weight of 16 give −8 without the flag and +8 with it.",
            ),
        ),
        Mistake(
            "old-bit-stays",
            edit=("[16.0, -16.0", "[16.0, 0.0"),
            hints=(
                "A new bit is added to the old one: while the flag is 1 the forget gate is not shut.",
                "The cell holds −1 and +1 is to be written. What should become of the −1?",
                "With f = 1 and i = 1, an old −1 and a new +1 make 0. With f = 0 they make +1.",
            ),
        ),
        Mistake(
            "bit-unread",
            edit=("[0.0, 0.0, 0.0, 8.0]", "[0.0, 0.0, 0.0, 0.0]"),
            hints=(
                "The bit hardly gets in: while the flag is 1, what is offered for writing, g, is too near 0.",
                "Which of the four says what is written, which input should it hear, and how loudly?",
                "A weight of 0.5 from the bit to g gives g = tanh(±0.5) = ±0.4621; a weight of 8 gives ±1.0000.",
            ),
        ),
        Mistake(
            "output-closed",
            edit=("write, keep, show = -8.0, 8.0, 8.0", "write, keep, show = -8.0, 8.0, -8.0"),
            hints=(
                "The cell may hold the bit, but nothing of it is seen: the output gate is not open.",
                "What is o while the cell is to be read? What does it multiply?",
                "With c = 1, h is o · tanh(1) = o · 0.7616. At o = σ(−8) = 0.000335 that is 0.000255.",
            ),
        ),
    ),
)

LSTM_FORWARD_FULL = Exercise(
    "lstm_forward_full",
    inputs=sequence_from,
    outputs={"h": "N T H", "h_T": "N H", "c_T": "N H"},
    cache=True,
    patterns={
        "h_T": "h is right, so h_T is already in it: which entry along the time axis?",
        "c_T": "h is right, so the cells inside are. Which of them is the last, and is it c or tanh(c)?",
        "h_T,c_T": "h is right; look at what you return after it, and in which order.",
        "all": "Compare with lstm_forward: only the start and the end differ. What does the first step get, h0 and c0?",
    },
    mistakes=(
        Mistake(
            "c0-ignored",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = h0, np.zeros_like(c0)"),
            hints=(
                "These are the numbers of a sequence that starts from an empty cell: c0 is not used.",
                "Which of the function's arguments have you not used yet?",
                "With f = 1 and i = 0 at every step, c0 = 0.5 should come out as c_T = 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "c0-is-h0",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = h0, h0"),
            hints=(
                "These are the numbers of a sequence whose cell starts as h0.",
                "Two things enter the first step. Where does each come from?",
                "With f = 1 and i = 0 at every step, h0 = 0.2 and c0 = 0.5, c_T is 0.5. Yours is 0.2.",
            ),
        ),
        Mistake(
            "h0-and-c0-swapped",
            edit=("h_T, c_T = h0, c0", "h_T, c_T = c0, h0"),
            hints=(
                "These are the numbers of a sequence that starts with h0 and c0 in each other's place.",
                "In which order does lstm_step_forward take the state and the cell?",
                "h0 is revealed, so it lies in (−1, 1); c0 may be 1.5. Only c0 meets the forget gate.",
            ),
        ),
        Mistake(
            "cell-not-carried",
            edit=("x[:, t], h_T, c_T, Wx", "x[:, t], h_T, c0, Wx"),
            hints=(
                "These are the numbers of a loop that hands c0 to every step: the cell is not carried on.",
                "A step returns two things that the next one needs. What happens to the second in your loop?",
                "With i = 0, f = 0.5 and c0 = 1 the cells are 0.5, 0.25, 0.125. Yours stay at 0.5.",
            ),
        ),
        Mistake(
            "last-two-swapped",
            edit=("return h, h_T, c_T, cache", "return h, c_T, h_T, cache"),
            hints=(
                "The last state and the last cell stand in each other's place.",
                "What does the last line of the docstring say about the order?",
                "With o = 0.5 and c_T = 2, h_T is 0.4820 and comes first. Yours returns 2 first.",
            ),
        ),
        Mistake(
            "cell-squashed",
            edit=("return h, h_T, c_T, cache", "return h, h_T, np.tanh(c_T), cache"),
            hints=(
                "What you return as c_T is tanh of the last cell.",
                "The next piece goes on from c_T. What would it have got if there had been no cut?",
                "If the last cell is 2, c_T is 2, not tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "first-state-returned",
            edit=("np.stack(states, axis=1)", "np.stack(states, axis=1)\n    h_T = h[:, 0]"),
            hints=(
                "What you return as h_T is the state after the first step.",
                "Which state has read everything?",
                "For T = 5, changing x_5, `x[:, 4]`, must change h_T. Yours does not notice.",
            ),
        ),
        Mistake(
            "batch-and-time-swapped",
            edit=("np.stack(states, axis=1)", "np.stack(states, axis=0)"),
            hints=(
                "The states are the right ones, but the batch axis and the time axis of h have changed places.",
                "Each state has shape (N, H). Where should the new axis T stand?",
                "For N = 2 and T = 5, h has shape (2, 5, H). Yours has (5, 2, H).",
            ),
        ),
    ),
)

EXERCISES = (
    SIGMOID,
    LSTM_FROM_GATES,
    LSTM_STEP_FORWARD,
    LSTM_FORWARD,
    LATCH_WEIGHTS,
    LSTM_FORWARD_FULL,
)
