"""`latch_weights`: weights by hand for an LSTM that keeps one bit."""

from numpy.random import Generator

from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def nothing(rng: Generator, s: Sizes) -> Inputs:
    """Draw nothing: the function takes no arguments."""
    return {}


LATCH_WEIGHTS = Exercise(
    "latch_weights",
    why="Each gate gets its answer from a bias and a weight on the flag: with flag 0, i is σ(−8), nearly shut, and f "
    "is σ(8), nearly open; with flag 1 it is the other way round. g takes the bit, nearly ±1 after tanh(8), and o "
    "stays open. Wh is 0, so that old states do not interfere.",
    inputs=(nothing,),
    outputs={"Wx": "D 4H", "Wh": "H 4H", "b": "4H"},
    properties="lstm.latch",
    question="With the flag at 1, and with the flag at 0: how far should i, f and o be open, and how far are yours?",
    worked_example=WorkedExample(
        "The cell holds 1, the flag is 0, and the bit −1 comes by. With f = σ(4) = 0.9820, i = σ(−4) = 0.0180 and g "
        "= −1 a step leaves 0.9820 − 0.0180 = 0.9640. That seems safe, but after 100 such steps the cell holds "
        "−0.6743: the bit is lost. With σ(6) = 0.9975 and σ(−6) = 0.0025 it still holds 0.5614 then.",
        values={
            "0.9820": "1 / (1 + np.exp(-4))",
            "0.0180": "1 / (1 + np.exp(4))",
            "0.9640": "np.tanh(2)",
            "−0.6743": "2 / (1 + np.exp(-4)) ** 100 - 1",
            "0.9975": "1 / (1 + np.exp(-6))",
            "0.0025": "1 / (1 + np.exp(6))",
            "0.5614": "2 / (1 + np.exp(-6)) ** 100 - 1",
        },
    ),
    mistakes=(
        Mistake(
            "weights-too-small",
            edit=("Wh = np.zeros((1, 4))", "Wh = np.zeros((1, 4))\n    Wx, b = Wx / 8, b / 8"),
            hints=(
                "The gates move in the right directions here, but not far enough: they stay somewhat open where they "
                "shut, or somewhat shut where they open.",
                "How much of the bit is lost in one step? And in a hundred?",
                "A forget gate of σ(2) = 0.8808 leaves 0.8808^100 = 3e-6 of a bit after 100 steps. One of σ(6) = "
                "0.9975 leaves 0.78.",
            ),
        ),
        Mistake(
            "gate-order",
            edit=("Wh = np.zeros((1, 4))", "Wh = np.zeros((1, 4))\n    Wx, b = Wx[:, [0, 1, 3, 2]], b[[0, 1, 3, 2]]"),
            hints=(
                "These four columns would hold the bit if they belonged to the gates in another order.",
                "To which gate does each of your columns belong, counted from the left?",
                "b = [0, 0, 6, 0] opens the output gate, to σ(6) = 0.9975. The forget gate stays at σ(0) = 0.5.",
            ),
        ),
        Mistake(
            "keeps-and-erases-swapped",
            edit=("Wh = np.zeros((1, 4))", "Wh = np.zeros((1, 4))\n    Wx[:, 1], b[1] = -Wx[:, 1], -b[1]"),
            hints=(
                "The forget gate acts the other way round here: content goes while it waits, and stays when the next "
                "bit is written.",
                "Does f = 1 keep the content or erase it? When is your f near 1?",
                "A content of 1 is to be kept. With f = σ(6) = 0.9975 there is 0.9975 of it after a step; with f = "
                "σ(−6) = 0.0025 there is 0.0025.",
            ),
        ),
        Mistake(
            "forgets",
            edit=("write, keep, show = -8.0, 8.0, 8.0", "write, keep, show = -8.0, 0.0, 8.0"),
            hints=(
                "While the flag is 0, the forget gate lets more than 1 % of the content go at some steps.",
                "With the flag at 0, how far is your f open? What is left of a content of 1 after a hundred such "
                "steps?",
                "A forget gate of σ(0) = 0.5 leaves 0.5^100 = 8e-31 of a bit after 100 steps. One of σ(6) = 0.9975 "
                "leaves 0.78.",
            ),
        ),
        Mistake(
            "always-writes",
            edit=("write, keep, show = -8.0, 8.0, 8.0", "write, keep, show = 8.0, 8.0, 8.0"),
            hints=(
                "While the flag is 0, the input gate lets in more than 1 % of what is offered at some steps.",
                "With the flag at 0, how far is your i open? How much can a hundred such steps write?",
                "i = σ(−4) = 0.0180 can add up to 1.8 in 100 steps. i = σ(−6) = 0.00247 adds up to 0.247 at most.",
            ),
        ),
        Mistake(
            "never-writes",
            edit=("[16.0, -16.0", "[0.0, -16.0"),
            hints=(
                "At every write, the input gate is less than half open.",
                "With the flag at 1, what do your weights make of the input gate?",
                "A bias of −5 and a weight of 3 from the flag leave i = σ(−2) = 0.1192 at a write: of an offered 1, "
                "0.1192 gets in.",
            ),
        ),
        Mistake(
            "old-bit-stays",
            edit=("[16.0, -16.0", "[16.0, 0.0"),
            hints=(
                "At every write, the forget gate keeps more than half of the old content.",
                "The cell holds −1, and +1 is to be written. What should become of the −1?",
                "An old −1 and a new 1, with i = 1: with f = 1 they make 0, with f = 0 they make 1.",
            ),
        ),
        Mistake(
            "bit-unread",
            edit=("[0.0, 0.0, 0.0, 8.0]", "[0.0, 0.0, 0.0, 0.0]"),
            hints=(
                "At some writes, what is offered for writing holds only a part of the bit.",
                "Which of the four decides what is written? On which input should it depend, and how strongly?",
                "A weight of 0.5 from the bit makes g = tanh(±0.5) = ±0.4621. A weight of 3 makes it ±0.9951.",
            ),
        ),
        Mistake(
            "output-closed",
            edit=("write, keep, show = -8.0, 8.0, 8.0", "write, keep, show = -8.0, 8.0, -8.0"),
            hints=(
                "The output gate is less than half open at every step: less than half of the content can be seen.",
                "While the bit waits, how far is your o open? What can the world see of the cell then?",
                "With c = 1, h is o · tanh(1) = o · 0.7616. At o = σ(−6) = 0.00247 that is 0.00188.",
            ),
        ),
        Mistake(
            "half-open-while-waiting",
            edit=(
                "Wh = np.zeros((1, 4))",
                "Wh = np.zeros((1, 4))\n    b = 0 * b",
            ),
            hints=(
                "While the flag is 0, all three gates stand about half open.",
                "With the flag at 0, how far is each of your gates open? Which of your numbers decides that?",
                "Three gates at σ(0) = 0.5 keep 0.5^100 = 8e-31 of a bit in 100 steps. A forget gate of σ(6) = 0.9975"
                " keeps 0.78.",
            ),
        ),
    ),
)
