"""`diagonal_forward`, a bonus: a linear recurrence in which every unit goes alone."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample

LONG = 48  # steps; a right way that takes all pairs of steps at once needs the square of them


def sequence(rng: Generator, s: Sizes) -> Inputs:
    """Draw a whole sequence's arguments; some of lam are negative. Where much is asked for, it is wide, not long."""
    T, H = (8, s.T * s.H // 8) if s.T > LONG else (s.T, s.H)
    lam = rng.choice([-1.0, 1.0], H) * rng.uniform(0.5, 0.95, H)
    return {"x": rng.standard_normal((s.N, T, H)), "h0": states(rng, s.N, H), "lam": lam}


def nothing_kept(rng: Generator, s: Sizes) -> Inputs:
    """Draw a whole sequence's arguments, with units that keep nothing, all, and the opposite of all."""
    drawn = sequence(rng, s)
    drawn["lam"][:3] = [0.0, 1.0, -1.0][: s.H]
    return drawn


DIAGONAL_FORWARD = Exercise(
    "diagonal_forward",
    bonus=True,
    why="Each unit keeps the share lam of its own state and adds its input, so a step is one product entry by entry, "
    "and no unit reads another. The way back needs the states before each step, so the cache keeps h and h0.",
    inputs=sequence,
    special_inputs={"lam that is 0, 1 and −1": nothing_kept},
    outputs={"h": "N T H"},
    cache=True,
    question="For one unit with lam = 0, and with lam = 1: what are the states of the inputs 1, 1, 1?",
    worked_example=WorkedExample(
        "One unit, three steps: h0 = 2, lam = 0.5, x = 1, 0, 4. Step t = 1 keeps 1 of the 2 and adds 1: 2. Step t = 2 "
        "keeps 1 and adds nothing. Step t = 3 keeps 0.5 and adds 4: h is 2, 1, 4.5.",
        arguments=(np.array([[[1.0], [0.0], [4.0]]]), np.array([[2.0]]), np.array([0.5])),
        values={"4.5": "0.5 * (0.5 * (0.5 * 2 + 1)) + 4"},
    ),
    mistakes=(
        Mistake(
            "state-never-updated",
            edit=("lam * prev_h + x[:, t]", "lam * h0 + x[:, t]"),
            hints=(
                "Every state is one step away from h0: h_t depends on x_t and h0, and on nothing in between.",
                "What should the old state of step t = 2 be?",
                "One unit, h0 = 1, lam = 0.5, x = 0: the states are 0.5, 0.25, 0.125. Yours are 0.5, 0.5, 0.5.",
            ),
        ),
        Mistake(
            "input-is-shrunk-too",
            edit=("lam * prev_h + x[:, t]", "lam * (prev_h + x[:, t])"),
            hints=(
                "Each input is already shrunk by lam in the step that reads it.",
                "If lam is 0, what is h_t in the equation?",
                "One unit, h0 = 0, lam = 0.5, x = 1, 0: the states are 1, 0.5. Yours are 0.5, 0.25.",
            ),
        ),
        Mistake(
            "a-mean-of-both",
            edit=("lam * prev_h + x[:, t]", "lam * prev_h + (1 - lam) * x[:, t]"),
            hints=(
                "Each state is a weighted mean of the old state and the input: these are the numbers of a leaky unit.",
                "If lam is 1, does the input still enter the state?",
                "One unit, h0 = 0, lam = 0.75, x = 1, 0: the states are 1, 0.75. Yours are 0.25, 0.1875.",
            ),
        ),
        Mistake(
            "first-state-left-out",
            edit=("prev_h, states = h0, []", "prev_h, states = np.zeros_like(h0), []"),
            hints=(
                "The states are the same here whatever h0 is.",
                "If all inputs are 0, what is left of h0 after one step?",
                "One unit, h0 = 1, lam = 0.5, x = 0, 0: the states are 0.5, 0.25. Yours are 0, 0.",
            ),
        ),
        Mistake(
            "runs-backwards",
            edit=("in range(x.shape[1])", "in reversed(range(x.shape[1]))"),
            hints=(
                "The states have read the sequence from its end: h_1, `h[:, 0]`, depends on the last input.",
                "Which input is read first, and which state should it make?",
                "One unit, h0 = 0, lam = 0.5, x = 1, 0: the states are 1, 0.5. Yours are 0, 1.",
            ),
        ),
        Mistake(
            "still-a-tanh",
            edit=("prev_h = lam * prev_h + x[:, t]", "prev_h = np.tanh(lam * prev_h + x[:, t])"),
            hints=(
                "Every state lies between −1 and 1 here: something bends it at each step.",
                "What was taken away from the RNN to get this recurrence?",
                "One unit, h0 = 0, lam = 0.5, x = 1, 0: the states are 1, 0.5. Yours are 0.7616, 0.3634.",
            ),
        ),
    ),
)
