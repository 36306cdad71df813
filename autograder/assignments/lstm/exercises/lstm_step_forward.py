"""`lstm_step_forward`: one step of an LSTM."""

import numpy as np

from autograder.assignments.lstm.inputs import saturated_step, shut_step, step
from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Mistake, WorkedExample


def _tanh_on(gate: str, letter: str, old: str, example: str) -> Mistake:
    return Mistake(
        f"tanh-on-{gate}-gate",
        edit=(f"sigmoid({old})", f"np.tanh({old})"),
        hints=(
            f"The {gate} gate lies between −1 and 1 here: it can be negative, and is 0 where all that goes into it "
            f"adds up to 0.",
            f"Between which two numbers should {letter} lie: shut at the one, wide open at the other?",
            example,
        ),
    )


LSTM_STEP_FORWARD = Exercise(
    "lstm_step_forward",
    why="One product makes all four blocks. i, f and o are shares, so they get a sigmoid; g is what to write and may "
    "be negative, so it gets a tanh. The rest is lstm_from_gates for one step, and the cache keeps the gates, whose "
    "slopes the way back needs.",
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
    question="Set all weights to 0, and let b open one gate at a time (20) and shut the others (−20). What should "
    "next_c and next_h be each time?",
    worked_example=WorkedExample(
        "One unit with x = 1, prev_h = 0.5, prev_c = 1; Wx = [1, 0, 0, 0.5], Wh = [0, 2, 0, 0], b = [−1, 0, −1, 0]. "
        "Before the gates stand 1 − 1 = 0, 2 · 0.5 = 1, −1 and 0.5. So i = 0.5, f = σ(1) = 0.7311, o = σ(−1) = 0.2689 "
        "and g = tanh(0.5) = 0.4621. The cell keeps 0.7311 and takes in half of g, 0.2311: next_c is 0.9621. next_h is "
        "0.2689 · tanh(0.9621) = 0.2004.",
        arguments=(
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.array([[1.0]]),
            np.array([[1.0, 0.0, 0.0, 0.5]]),
            np.array([[0.0, 2.0, 0.0, 0.0]]),
            np.array([-1.0, 0.0, -1.0, 0.0]),
        ),
        values={
            "0.7311": "1 / (1 + np.exp(-1))",
            "0.4621": "np.tanh(0.5)",
            "0.2311": "0.5 * np.tanh(0.5)",
            "0.9621": "1 / (1 + np.exp(-1)) + 0.5 * np.tanh(0.5)",
            "0.2689": "1 / (1 + np.exp(1))",
            "0.2004": "1 / (1 + np.exp(1)) * np.tanh(1 / (1 + np.exp(-1)) + 0.5 * np.tanh(0.5))",
        },
    ),
    mistakes=(
        Mistake(
            "gate-order-ifgo",
            edit=("ai, af, ao, ag = np.split", "ai, af, ag, ao = np.split"),
            hints=(
                "The third block of columns decides here what is written, and the fourth how much is shown.",
                "In which order do the four stand in this course, and in which does PyTorch have them?",
                "All weights 0, H = 1, b = [0, 0, 20, 0], prev_c = 1: next_c is 0.5. Yours is 1.",
            ),
        ),
        Mistake(
            "f-and-i-swapped",
            edit=("ai, af, ao, ag = np.split", "af, ai, ao, ag = np.split"),
            hints=(
                "The first block of columns decides here how much of the old content stays, and the second how much "
                "is written.",
                "A cell is to keep what it has, and take in nothing. Which gate is open then, and which columns are "
                "that gate's?",
                "All weights 0, H = 1, b = [−20, 20, 0, 0], prev_c = 1: next_c is 1. Yours is 0.",
            ),
        ),
        Mistake(
            "sigmoid-on-g",
            edit=("np.tanh(ag)", "sigmoid(ag)"),
            hints=(
                "What is written into the cell lies between 0 and 1: it is never negative.",
                "How could the content of this cell ever fall below 0?",
                "With all weights and biases 0 and prev_c = 0, next_c is 0. Yours is 0.25.",
            ),
        ),
        _tanh_on(
            "input",
            "i",
            "ai",
            "All weights 0, b = [0, 0, 0, 20], prev_c = 0: i is half open, g is 1, and next_c is 0.5. Yours is 0.",
        ),
        _tanh_on(
            "forget",
            "f",
            "af",
            "With all weights and biases 0 and prev_c = 1, f is half open, and next_c is 0.5. Yours is 0.",
        ),
        _tanh_on(
            "output",
            "o",
            "ao",
            "With all weights and biases 0 and prev_c = 1, next_c is 0.5, next_h is 0.2311. Yours is 0.",
        ),
        Mistake(
            "h-is-o-times-c",
            edit=("o * np.tanh(next_c)", "o * next_c"),
            hints=(
                "next_h is a share of the content as it is stored, and can be larger than 1.",
                "How large can next_h become in the equation? How large can yours?",
                "With o = 1 and next_c = 2, next_h is 0.9640. Yours is 2.",
            ),
        ),
        Mistake(
            "nothing-kept",
            edit=("f * prev_c + i * g", "i * g"),
            hints=(
                "next_c holds what this step wrote, and nothing of prev_c.",
                "With i shut and f wide open, what should become of the content?",
                "All weights 0, b = [0, 20, 0, 0], prev_c = 1: f keeps all of it, and next_c is 1. Yours is 0.",
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
                "Inputs of ordinary size come out right; some very large ones turn a gate into nan.",
                "Where a gate is asked to open very wide, which exponential grows? What did your own sigmoid do "
                "about it?",
                "All weights 0, H = 1, b = [1000, 0, 0, 20], prev_c = 0: the input gate is wide open, and next_c is "
                "1. Yours is nan, from inf / inf.",
            ),
        ),
        Mistake(
            "no-bias",
            edit=(" @ Wh + b", " @ Wh"),
            hints=(
                "These are the numbers of a step whose biases are all 0.",
                "If x and prev_h are 0, what decides how far a gate is open? What decides it in yours?",
                "All weights 0, H = 1, b = [−20, 20, 0, 0], prev_c = 1: next_c is 1. Yours is 0.5.",
            ),
        ),
        Mistake(
            "prev-h-ignored",
            edit=("x @ Wx + prev_h @ Wh", "x @ Wx"),
            hints=(
                "The gates depend here on the input alone: these numbers are the same whatever prev_h is.",
                "Change prev_h and nothing else. Does your result change?",
                "One unit, Wx = b = 0, Wh = [0, 20, 0, 0], prev_h = 1, prev_c = 1: 20 goes into f, which opens, and "
                "next_c is 1. Yours is 0.5.",
            ),
        ),
        Mistake(
            "everything-open",
            edit=("o * np.tanh(next_c)", "np.tanh(next_c)"),
            hints=(
                "next_h shows all of the content, squashed, however far the output gate is open.",
                "If o is 0, what should the world see of the cell?",
                "With o = 0 and a content of 1, next_h is 0. Yours is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "h-from-the-old-cell",
            edit=("o * np.tanh(next_c)", "o * np.tanh(prev_c)"),
            hints=(
                "next_h shows the content that the cell had before this step.",
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
                "The numbers are right; on the way to them, a gate's exponential was larger than a float can hold.",
                "Which function turns a large number into 0 or 1 here, and what does check say of it?",
                "A gate with −1000 before it gives 1 / (1 + e^1000) = 1 / inf, which happens to be 0. With e^(−1000) "
                "= 0 it is 0 without an overflow.",
            ),
        ),
    ),
)
