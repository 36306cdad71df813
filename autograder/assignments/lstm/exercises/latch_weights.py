"""`latch_weights`: weights by hand for an LSTM that keeps one bit."""

from numpy.random import Generator

from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def nothing(rng: Generator, s: Sizes) -> Inputs:
    """Draw nothing: the function takes no arguments."""
    return {}


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
