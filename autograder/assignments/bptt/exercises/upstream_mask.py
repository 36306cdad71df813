"""`upstream_mask`: at which steps a loss is attached."""

from collections.abc import Sequence

from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample


def wired(wiring: str, steps: Sequence[int]) -> Draw:
    """Return a draw of one wiring over one of `steps`."""

    def draw(rng: Generator, s: Sizes) -> Inputs:
        return {"wiring": wiring, "T": int(rng.choice(steps))}

    return draw


UPSTREAM_MASK = Exercise(
    "upstream_mask",
    why="dh[:, t-1] comes from the loss at step t, so it can differ from zero only where an output leaves. In many "
    "to one that is the last step alone, in the delayed wiring the steps after the encoder's ⌈T/2⌉, and in the "
    "others every step.",
    inputs=(
        wired("one to many", (3, 4, 5)),
        wired("many to one", (3, 4, 5)),
        wired("many to many, delayed", (4, 6)),
        wired("many to many, delayed", (5,)),
        wired("many to many, delayed", (7,)),
        wired("many to many, aligned", (3, 4, 5)),
        wired("one to one", (1,)),
    ),
    outputs={"mask": "T"},
    patterns={
        "all": "In a drawing of the wiring that goes wrong: which h have an arrow to a y?",
    },
    worked_example=WorkedExample(
        "Five states of a delayed many to many: three of them read, and two write. A loss is attached where something "
        "is written, so the mask is [False, False, False, True, True].",
        arguments=(
            "many to many, delayed",
            5,
        ),
    ),
    mistakes=(
        Mistake(
            "where-x-enters",
            whole="""def upstream_mask(wiring, T):
    mask = np.ones(T, dtype=bool)
    if wiring == "one to many":
        mask[1:] = False
    if wiring == "many to many, delayed":
        mask[(T + 1) // 2 :] = False
    return mask
""",
            hints=(
                "The mask is True where x enters.",
                "dh is the gradient from the losses. Are losses taken of inputs or of outputs?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "encoder-one-short",
            edit=("(T + 1) // 2", "T // 2"),
            hints=(
                "The mask is right except for the delayed wiring with an odd T: there it is True one step earlier.",
                "In assignment 01's drawing the encoder reads ⌈T/2⌉ steps. What is ⌈5/2⌉?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "everywhere",
            whole="def upstream_mask(wiring, T):\n    return np.ones(T, dtype=bool)\n",
            hints=(
                "The mask is True everywhere, whatever the wiring.",
                "A gradient reaches every state, some only through later states. Which states have a loss of their "
                "own?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "last-always",
            whole="def upstream_mask(wiring, T):\n    return np.arange(T) == T - 1\n",
            hints=(
                "The mask is True at the last step only, whatever the wiring.",
                "Which wirings write at more than one step?",
                "Aligned over T = 3 answers at every step: [True, True, True].",
            ),
        ),
        Mistake(
            "half-to-the-even-number",
            edit=("(T + 1) // 2", "round(T / 2)"),
            hints=(
                "The mask is right except for the delayed wiring with T = 1, 5, 9 and so on: there it is True one step "
                "earlier.",
                "In assignment 01's drawing the encoder reads ⌈T/2⌉ steps. What is round(2.5) in Python, and what is "
                "round(3.5)?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True]. Python rounds 2.5 "
                "to 2, and 3.5 to 4.",
            ),
        ),
        Mistake(
            "decoder-one-late",
            edit=("(T + 1) // 2", "(T + 1) // 2 + 1"),
            hints=(
                "The mask is right except for the delayed wiring: there it is True one step later.",
                "How many of T = 4 states read, and at which step is the first thing written?",
                "Delayed over T = 4 reads 2 steps and writes 2: [False, False, True, True].",
            ),
        ),
        Mistake(
            "decoder-one-late-if-even",
            edit=("(T + 1) // 2", "T // 2 + 1"),
            hints=(
                "The mask is right except for the delayed wiring with an even T: there it is True one step later.",
                "In assignment 01's drawing the encoder reads ⌈T/2⌉ steps. What is ⌈4/2⌉?",
                "Delayed over T = 4 reads 2 steps and writes 2: [False, False, True, True].",
            ),
        ),
        Mistake(
            "delayed-where-it-reads",
            edit=("mask[: (T + 1) // 2] = False", "mask[(T + 1) // 2 :] = False"),
            hints=(
                "In the delayed wiring the mask is True where the network reads.",
                "Which half of the states has an arrow to a y?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "delayed-where-it-reads-one-short",
            edit=("mask[: (T + 1) // 2] = False", "mask[T // 2 :] = False"),
            hints=(
                "In the delayed wiring the mask is True in the first half.",
                "Which half of the states has an arrow to a y?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "delayed-everywhere",
            edit=("mask[: (T + 1) // 2] = False", "pass"),
            hints=(
                "In the delayed wiring the mask is True at every step.",
                "Does the delayed network write anything while it still reads?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "delayed-at-the-end-only",
            edit=("mask[: (T + 1) // 2] = False", "mask[:-1] = False"),
            hints=(
                "In the delayed wiring the mask is True at the last step only.",
                "How many outputs has the delayed wiring, and how many has many to one?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "aligned-as-delayed",
            edit=('wiring == "many to many, delayed"', 'wiring.startswith("many to many")'),
            hints=(
                "In the aligned wiring the mask is that of the delayed one.",
                "When does the aligned network answer to its first input?",
                "Aligned over T = 3 answers at every step: [True, True, True].",
            ),
        ),
        Mistake(
            "every-many-to-one",
            edit=('wiring == "many to one"', 'wiring.startswith("many to")'),
            hints=(
                "In every wiring that reads many inputs, the mask is True at the last step only.",
                "Which wirings read many inputs, and which of them write more than one output?",
                "Aligned over T = 3 answers at every step: [True, True, True].",
            ),
        ),
        Mistake(
            "many-to-one-everywhere",
            edit=("mask[:-1] = False", "pass"),
            hints=(
                "In many to one the mask is True at every step.",
                "How many outputs has many to one, and which state are they made from?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "one-to-many-at-the-start-only",
            edit=(
                '    if wiring == "many to one":',
                '    mask[1:] = wiring != "one to many"\n    if wiring == "many to one":',
            ),
            hints=(
                "In one to many the mask is True at step t = 1, `mask[0]`, only.",
                "At how many steps does one to many write something?",
                "One to many over T = 3 writes at every step: [True, True, True].",
            ),
        ),
    ),
)
