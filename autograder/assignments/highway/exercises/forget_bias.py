"""`forget_bias`: an LSTM whose forget gates start open."""

from numpy.random import Generator

from autograder.course.draws import biases
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def bias_and_value(rng: Generator, s: Sizes) -> Inputs:
    """Draw the bias of an LSTM, and what its forget block is to be."""
    return {"b": biases(rng, 4 * s.H), "value": rng.uniform(1.0, 5.0)}


FORGET_BIAS = Exercise(
    "forget_bias",
    inputs=bias_and_value,
    outputs={"out": "4H"},
    patterns={
        "out": "b holds four blocks of H numbers, in the order i, f, o, g. Which numbers may change?",
    },
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
