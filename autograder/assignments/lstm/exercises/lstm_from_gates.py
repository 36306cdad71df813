"""`lstm_from_gates`: cells and states from gates that are handed in."""

import numpy as np
from numpy.random import Generator

from autograder.assignments.lstm.inputs import cells
from autograder.course.draws import states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def gates(rng: Generator, s: Sizes) -> Inputs:
    """Draw gates between shut and open, candidates, and a first cell."""
    i, f, o = rng.uniform(0.05, 0.95, (3, s.N, s.T, s.H))
    return {"i": i, "f": f, "o": o, "g": states(rng, s.N * s.T, s.H).reshape(s.N, s.T, s.H), "c0": cells(rng, s)}


def shut_gates(rng: Generator, s: Sizes) -> Inputs:
    """Draw gates of which the first sequence's are exactly 0 or 1."""
    drawn = gates(rng, s)
    for gate in ("i", "f", "o"):
        drawn[gate][0] = rng.integers(0, 2, (s.T, s.H))
        drawn[gate][0, 0, :2] = [0, 1]
    return drawn


LSTM_FROM_GATES = Exercise(
    "lstm_from_gates",
    why="The cell keeps a share f of what it holds and adds a share i of what is offered: a sum, where the RNN makes "
    "a new state. Only what is shown goes through tanh and o; the cell itself is never squashed.",
    inputs=gates,
    special_inputs={"gates that are exactly 0 and 1": shut_gates},
    outputs={"h": "N T H", "c": "N T H"},
    patterns={
        "h": "What becomes of the cell before the output gate lets it out?",
        "c": "From which cell is h made at each step, and is it the one that you return as c?",
        "all": "For one unit of a case that goes wrong, step by step: what does the cell keep, and what is added "
        "to it?",
    },
    question="Follow one unit for two steps with f = 1 and i = 0, then with f = 0 and i = 1. What should its cell "
    "hold, and what does yours?",
    worked_example=WorkedExample(
        "One unit, c0 = 1, two steps. Step t = 1: f = 0.9, i = 0.5, g = −0.4, o = 1. Of the 1, 0.9 is kept; half of "
        "−0.4 is written, −0.2: c_1 is 0.7, and h_1 is tanh(0.7) = 0.6044. Step t = 2: f = 0.5, i = 0.5, g = 0.8, o "
        "= 0.5. 0.35 is kept, 0.4 is written: c_2 is 0.75, and h_2 is half of tanh(0.75), 0.3176.",
        arguments=(
            np.array([[[0.5], [0.5]]]),
            np.array([[[0.9], [0.5]]]),
            np.array([[[1.0], [0.5]]]),
            np.array([[[-0.4], [0.8]]]),
            np.array([[1.0]]),
        ),
        values={
            "−0.2": "0.5 * -0.4",
            "0.7": "0.9 * 1 + 0.5 * -0.4",
            "0.6044": "np.tanh(0.7)",
            "0.35": "0.5 * 0.7",
            "0.4": "0.5 * 0.8",
            "0.75": "0.5 * 0.7 + 0.5 * 0.8",
            "0.3176": "0.5 * np.tanh(0.75)",
        },
    ),
    mistakes=(
        Mistake(
            "c0-ignored",
            edit=(" = np.empty_like(g), c0", " = np.empty_like(g), np.zeros_like(c0)"),
            hints=(
                "These are the cells of a sequence that starts from an empty cell.",
                "Change c0 and nothing else. Do your cells change?",
                "With f = 1 and i = 0 at every step, c0 = 0.5 stays: 0.5, 0.5, 0.5. Yours are 0, 0, 0.",
            ),
        ),
        Mistake(
            "cell-never-updated",
            edit=("c[:, t] = prev_c = ", "c[:, t] = "),
            hints=(
                "Every step acts on c0, as if it were the first.",
                "At step t = 2, on which content does the forget gate act?",
                "With i = 0, f = 0.5 and c0 = 1 the cells are 0.5, 0.25, 0.125. Yours are 0.5, 0.5, 0.5.",
            ),
        ),
        Mistake(
            "i-and-f-swapped",
            edit=("f[:, t] * prev_c + i[:, t] * g[:, t]", "i[:, t] * prev_c + f[:, t] * g[:, t]"),
            hints=(
                "Here i decides how much of the old content stays, and f how much is written.",
                "With i shut and f wide open, what should become of the content? What becomes of yours?",
                "With i = 0, f = 1, g = 0.3 and c0 = 0.5 the cell stays 0.5. Yours becomes 0.3.",
            ),
        ),
        Mistake(
            "nothing-kept",
            edit=("f[:, t] * prev_c + ", ""),
            hints=(
                "Each cell holds what its own step wrote, and nothing older.",
                "With i shut and f wide open, what should become of the content?",
                "With f = 1, i = 0.5, g = 0.4 and an old content of 1 the new content is 1.2. Yours is 0.2.",
            ),
        ),
        Mistake(
            "nothing-erased",
            edit=("f[:, t] * prev_c + ", "prev_c + "),
            hints=(
                "Nothing ever leaves these cells: they hold c0 and all that was written since.",
                "If f is 0, what should be left of the old content? What is left of yours?",
                "With f = 0.5, i = 0 and an old content of 1 the new content is 0.5. Yours is 1.",
            ),
        ),
        Mistake(
            "cell-squashed",
            edit=("f[:, t] * prev_c + i[:, t] * g[:, t]", "np.tanh(f[:, t] * prev_c + i[:, t] * g[:, t])"),
            hints=(
                "No cell leaves the range from −1 to 1: its content is squashed at every step.",
                "If 1 is written at each of ten steps and nothing is erased, how large can a cell become? How large "
                "can yours?",
                "With f = 1, i = 0 and c0 = 1 the cells are 1, 1, 1. Yours shrink: 0.7616, 0.6420, 0.5663.",
            ),
        ),
        Mistake(
            "h-is-o-times-c",
            edit=("o * np.tanh(c)", "o * c"),
            hints=(
                "Each h is a share of the cell's content as it is stored, and can be larger than 1.",
                "How large can h become in the equation? How large can yours?",
                "With o = 1 and c = 2, h is 0.9640. Yours is 2.",
            ),
        ),
        Mistake(
            "o-inside-tanh",
            edit=("o * np.tanh(c)", "np.tanh(o * c)"),
            hints=(
                "In h, the output gate acts first, and what it lets through is squashed.",
                "With o = 0.5 and a very large content, which h do you expect? Which do you get?",
                "With o = 0.5 and c = 2, h is half of tanh(2), 0.4820. Yours is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "h-from-the-old-cell",
            edit=("h = o * np.tanh(c)", "h = o * np.tanh(np.concatenate([c0[:, None], c[:, :-1]], axis=1))"),
            hints=(
                "Each h shows the content that the cell had before this step.",
                "Is content shown at the step that wrote it, or one step later?",
                "With c0 = 0, f = i = o = 1 and g = 0.5, the first cell is 0.5 and the first h is tanh(0.5) = "
                "0.4621. Yours is 0.",
            ),
        ),
        Mistake(
            "h-in-the-cell",
            edit=(
                "c[:, t] = prev_c = f[:, t] * prev_c + i[:, t] * g[:, t]",
                "c[:, t] = f[:, t] * prev_c + i[:, t] * g[:, t]\n        prev_c = o[:, t] * np.tanh(c[:, t])",
            ),
            hints=(
                "From step t = 2 on, the forget gate acts here on what the world saw: on the h of the step before.",
                "Of each step two things remain, one inside and one that the world sees. On which of them does your "
                "forget gate act?",
                "With f = 1, i = 0, o = 1 and c0 = 1 the cells are 1, 1, 1. Yours shrink: 1, 0.7616, 0.6420.",
            ),
        ),
        Mistake(
            "squashed-cell-carried",
            edit=(
                "c[:, t] = prev_c = f[:, t] * prev_c + i[:, t] * g[:, t]",
                "c[:, t] = f[:, t] * prev_c + i[:, t] * g[:, t]\n        prev_c = np.tanh(c[:, t])",
            ),
            hints=(
                "From step t = 2 on, the forget gate acts here on a content that has been squashed.",
                "If a content of 2 is kept whole for one step, what should the next step find in the cell? What does "
                "yours find?",
                "With f = 1, i = 0, o = 0.5 and c0 = 1 the cells are 1, 1, 1. Yours shrink: 1, 0.7616, 0.6420.",
            ),
        ),
        Mistake(
            "h-squashed-twice",
            edit=("o * np.tanh(c)", "o * np.tanh(np.tanh(c))"),
            hints=(
                "Each h is made from a content that has been squashed two times.",
                "If a content is very large and the output gate wide open, how near to 1 should h come? How near does"
                " yours?",
                "With o = 1 and c = 2, h is 0.9640. Yours is 0.7461.",
            ),
        ),
    ),
)
