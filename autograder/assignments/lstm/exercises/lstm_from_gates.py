"""`lstm_from_gates`: cells and states from gates that are handed in."""

from numpy.random import Generator

from autograder.assignments.lstm.inputs import cells
from autograder.course.draws import states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


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
    inputs=gates,
    special_inputs={"gates that are exactly 0 and 1": shut_gates},
    outputs={"h": "N T H", "c": "N T H"},
    patterns={
        "h": "What becomes of the cell before the output gate lets it out?",
        "c": "From which cell is h made at each step, and is it the one that you return as c?",
        "all": "For one unit of a case that goes wrong, step by step: what does the cell keep, and what is added "
        "to it?",
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
