"""`forget_bias`: an LSTM whose forget gates start open."""

from numpy.random import Generator

from autograder.course.draws import biases
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def bias_and_value(rng: Generator, s: Sizes) -> Inputs:
    """Draw the bias of an LSTM, and what its forget block is to be."""
    return {"b": biases(rng, 4 * s.H), "value": rng.uniform(1.0, 5.0)}


FORGET_BIAS = Exercise(
    "forget_bias",
    why="The bias is four blocks of H numbers, and the second belongs to f. Where nothing else comes in, f is "
    "σ(value), so a large value lets training begin with an open gate; the other three blocks, and the caller's b, "
    "stay as they are.",
    inputs=bias_and_value,
    outputs={"out": "4H"},
    patterns={
        "out": "b holds four blocks of H numbers, in the order i, f, o, g. Which numbers may change?",
    },
    question="Take H = 2 and b = 0, 1, 2, … 7. Which of these entries should change, and which do in yours?",
    worked_example=WorkedExample(
        "With H = 2 the biases 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8 make four blocks: 0.1, 0.2 are i's, 0.3, 0.4 "
        "are f's, 0.5, 0.6 are o's, and 0.7, 0.8 are g's. A copy whose block o is 9 holds 0.1, 0.2, 0.3, 0.4, 9, 9, "
        "0.7, 0.8. The array it was made from still holds 0.5 and 0.6 there.",
        values={
            "0.1": "0.1",
            "0.2": "0.2",
            "0.3": "0.3",
            "0.4": "0.4",
            "0.5": "0.5",
            "0.6": "0.6",
            "0.7": "0.7",
            "0.8": "0.8",
        },
    ),
    mistakes=(
        Mistake(
            "input-block",
            edit=("out[H : 2 * H] = value", "out[:H] = value"),
            hints=(
                "The value stands in the input gate's block.",
                "In which order do the four stand in b? What does the block that holds your value decide?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: it should be [0.1, 1, 0.3, 0.4]. Yours is [1, 0.2, 0.3, "
                "0.4].",
            ),
        ),
        Mistake(
            "output-block",
            edit=("out[H : 2 * H] = value", "out[2 * H : 3 * H] = value"),
            hints=(
                "The value stands in the output gate's block.",
                "In which order do the four stand in b? What does the block that holds your value decide?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: it should be [0.1, 1, 0.3, 0.4]. Yours is [0.1, 0.2, 1, "
                "0.4].",
            ),
        ),
        Mistake(
            "adds-the-value",
            edit=("out[H : 2 * H] = value", "out[H : 2 * H] += value"),
            hints=(
                "The forget block holds the old bias and the value together.",
                "If somebody sets the forget block to 1, and then to 1 again, what should stand there?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: it should be [0.1, 1, 0.3, 0.4]. Yours is [0.1, 1.2, 0.3, "
                "0.4].",
            ),
        ),
        Mistake(
            "every-gate",
            edit=("out[H : 2 * H] = value", "out[:] = value"),
            hints=(
                "All four blocks hold the value.",
                "What does a large bias do to the input gate? Is that wanted here?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: it should be [0.1, 1, 0.3, 0.4]. Yours is [1, 1, 1, 1].",
            ),
        ),
        Mistake(
            "others-zeroed",
            edit=("out = b.copy()", "out = np.zeros_like(b)"),
            hints=(
                "The forget block holds the value, and every other bias is 0.",
                "Should opening the forget gate change the other three?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: it should be [0.1, 1, 0.3, 0.4]. Yours is [0, 1, 0, 0].",
            ),
        ),
        Mistake(
            "one-entry",
            edit=("out[H : 2 * H] = value", "out[1] = value"),
            hints=(
                "A single entry holds the value: the second of b.",
                "How many forget gates has an LSTM with H units, and where do their biases stand?",
                "H = 2, b all 0, value 1: it should be [0, 0, 1, 1, 0, 0, 0, 0]. Yours is [0, 1, 0, 0, 0, 0, 0, 0].",
            ),
        ),
        Mistake(
            "changes-b",
            edit=("out = b.copy()", "out = b"),
            side_effect="mutates",
            hints=(
                "After the call, your caller's b has the new forget block too.",
                "If somebody compares the bias before and after, what do they find?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: after the call the caller's b is still [0.1, 0.2, 0.3, "
                "0.4]. After yours it is [0.1, 1, 0.3, 0.4].",
            ),
        ),
        Mistake(
            "block-by-itself",
            edit=("return out", "return out[H : 2 * H]"),
            hints=(
                "These are H numbers: the forget block by itself.",
                "How many numbers does b hold, and what should become of the other three blocks?",
                "H = 1, b = [0.1, 0.2, 0.3, 0.4], value 1: it should be [0.1, 1, 0.3, 0.4]. Yours is [1].",
            ),
        ),
    ),
)
