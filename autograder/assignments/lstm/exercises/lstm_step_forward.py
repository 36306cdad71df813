"""`lstm_step_forward`: one step of an LSTM."""

from autograder.assignments.lstm.inputs import saturated_step, shut_step, step
from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Mistake


def _tanh_on(gate: str, letter: str, old: str) -> Mistake:
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
    inputs=(step, saturated_step, step),
    special_inputs={**by_size(step), "gates that are exactly 0 and 1": shut_step},
    outputs={"next_h": "N H", "next_c": "N H"},
    cache=True,
    patterns={
        "next_h": "What does the output gate let out, and what was done to it before?",
        "next_c": "From which cell is next_h made, and is it the one that you return as next_c?",
        "all": "For one unit of a case that goes wrong: which columns make its i, f, o and g, and what is each of "
        "them squashed by? What does the cell keep, and what is added to it?",
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
                "g is not a gate: it is what is written. Must a cell be able to count down as well?",
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
