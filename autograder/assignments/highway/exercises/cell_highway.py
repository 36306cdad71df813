"""`cell_highway`: how much of a cell's gradient the forget gates let through."""

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def forget_gates(rng: Generator, s: Sizes) -> Inputs:
    """Draw forget gates, neither shut nor open."""
    return {"f": rng.uniform(0.2, 0.95, (s.N, s.T, s.H))}


def shut_gates(rng: Generator, s: Sizes) -> Inputs:
    """Draw forget gates of which one a sequence is exactly 0: nothing may be divided by it."""
    drawn = forget_gates(rng, s)
    drawn["f"][:, -1, 0] = 0
    return drawn


CELL_HIGHWAY = Exercise(
    "cell_highway",
    why="Along the direct path dc_t/dc_{t−1} is f_t, so dc_T/dc_t is the product of all gates after t. Built from "
    "the end, each entry is the next one times f_{t+1}; at T no gate is left, and an empty product is 1.",
    inputs=forget_gates,
    special_inputs={"a gate that is exactly 0": shut_gates},
    outputs={"highway": "N T H"},
    patterns={
        "highway": "For T = 3, written out: which gates stand between c_1 and c_3, which between c_2 and c_3, "
        "which between c_3 and itself?",
    },
    question="Take T = 3. Which gates stand between c_1 and c_3, which between c_2 and c_3, and which between c_3 "
    "and itself?",
    worked_example=WorkedExample(
        "One unit, three steps, f = 0.6, 0.7, 0.5. At c_3 itself no gate has to be passed: 1. From c_2 to c_3 the "
        "way leads through f_3: 0.5. From c_1 it leads through f_2 and f_3: 0.7 · 0.5 = 0.35. So the entries are "
        "0.35, 0.5, 1, and f_1 = 0.6 is in none of them.",
        arguments=(np.array([[[0.6], [0.7], [0.5]]]),),
        values={
            "0.35": "0.7 * 0.5",
        },
    ),
    mistakes=(
        Mistake(
            "off-by-one",
            edit=("highway[:, t] = highway[:, t + 1] * f[:, t + 1]", "highway[:, t] = highway[:, t + 1] * f[:, t]"),
            hints=(
                "The entry for c_t is made here from all gates from step t on, except the last one.",
                "f_t stands between the cell before it and c_t. Does c_t still have to pass it on its way to c_T?",
                "f = 0.5, 0.8, 0.9: the entries are 0.72, 0.9, 1. Yours are 0.4, 0.8, 1.",
            ),
        ),
        Mistake(
            "one-gate-too-early",
            edit=(
                "highway = np.ones_like(f)",
                "return np.cumprod(f[:, ::-1], axis=1)[:, ::-1]\n    highway = np.ones_like(f)",
            ),
            hints=(
                "The entry for c_t is made here from all gates from step t on, the last one included.",
                "f_t stands between the cell before it and c_t. Does c_t still have to pass it on its way to c_T?",
                "f = 0.5, 0.8, 0.9: the entries are 0.72, 0.9, 1. Yours are 0.36, 0.72, 0.9.",
            ),
        ),
        Mistake(
            "counts-its-own-gate",
            edit=("highway = np.ones_like(f)", "highway = f.copy()"),
            hints=(
                "c_T passes its own gate here on the way to itself, and every earlier cell passes that gate twice.",
                "If c_T moves by 1, by how much does c_T move?",
                "f = 0.5, 0.8, 0.9: the entries are 0.72, 0.9, 1. Yours are 0.648, 0.81, 0.9.",
            ),
        ),
        Mistake(
            "sum-for-product",
            edit=("highway[:, t + 1] * f[:, t + 1]", "highway[:, t + 1] + f[:, t + 1]"),
            hints=(
                "No cell's entry is smaller here than the entry of a later cell.",
                "Two gates, each letting half through, stand one behind the other. How much arrives?",
                "f = 0.5, 0.5, 0.5: the entries are 0.25, 0.5, 1. Yours are 2, 1.5, 1.",
            ),
        ),
        Mistake(
            "includes-i",
            edit=("highway[:, t + 1] * f[:, t + 1]", "highway[:, t + 1] * f[:, t + 1] * (1 - f[:, t + 1])"),
            hints=(
                "No step lets more than a quarter through here, however open its forget gate is.",
                "If a forget gate is wide open, how much of the old cell arrives in the new one? And in yours?",
                "f = 0.5, 0.9: the entries are 0.9, 1. Yours are 0.09, 1.",
            ),
        ),
        Mistake(
            "runs-forwards",
            edit=("highway = np.ones_like(f)", "return np.cumprod(f, axis=1)\n    highway = np.ones_like(f)"),
            hints=(
                "These entries say how much of c_0 is left in each cell.",
                "Which entry must be 1 whatever the gates are: the first or the last?",
                "f = 0.5, 0.8: the entries are 0.8, 1. Yours are 0.5, 0.4.",
            ),
        ),
        Mistake(
            "own-gate-for-all",
            edit=(
                "highway = np.ones_like(f)",
                "return f ** np.arange(f.shape[1])[::-1, None]\n    highway = np.ones_like(f)",
            ),
            hints=(
                "For c_t, every step up to the last one lets through here as much as step t does.",
                "Have the forget gates of all steps the same value? Which of them does c_1 pass on its way to c_3?",
                "f = 0.5, 0.8, 0.9: the entries are 0.72, 0.9, 1. Yours are 0.25, 0.8, 1.",
            ),
        ),
    ),
)
