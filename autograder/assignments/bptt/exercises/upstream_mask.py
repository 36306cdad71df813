"""`upstream_mask`: at which steps a loss is attached."""

from collections.abc import Sequence

from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes


def wired(wiring: str, steps: Sequence[int]) -> Draw:
    """Return a draw of one wiring over one of `steps`."""

    def draw(rng: Generator, s: Sizes) -> Inputs:
        return {"wiring": wiring, "T": int(rng.choice(steps))}

    return draw


UPSTREAM_MASK = Exercise(
    "upstream_mask",
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
                "This mask says where x enters, not where y leaves.",
                "dh is the gradient from the losses. Are losses taken of inputs or of outputs?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "encoder-one-short",
            edit=("(T + 1) // 2", "T // 2"),
            hints=(
                "All right but one: for an odd T the delayed wiring starts to write a step too early.",
                "In assignment 01's drawing the encoder reads ⌈T/2⌉ steps. What is ⌈5/2⌉?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "everywhere",
            whole="def upstream_mask(wiring, T):\n    return np.ones(T, dtype=bool)\n",
            hints=(
                "This mask is True everywhere, whatever the wiring.",
                "Every state hears from some loss, through later states. Which states have a loss of their own?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "last-always",
            whole="def upstream_mask(wiring, T):\n    return np.arange(T) == T - 1\n",
            hints=(
                "This mask is True at the last step only, whatever the wiring.",
                "Which wirings speak at more than one step?",
                "Aligned over T = 3 answers at every step: [True, True, True].",
            ),
        ),
    ),
)
