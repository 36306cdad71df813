"""`train_pronounce`: the pronouncer learns fifty words by heart."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from autograder.assignments.capstone import data
from autograder.assignments.capstone.following import following
from autograder.assignments.capstone.inputs import trainings
from autograder.assignments.capstone.mistakes import slips_of_training
from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample
from utils.data import load_pronunciations, vocabulary
from utils.experiments.speakers import pronounce_model


def pronouncing(
    load: Callable[[], dict[str, Any]], rows: int, E: int, H: int, steps: int, dtype: type[np.floating] = np.float64
) -> Draw:
    """Return a drawing of `rows` words from ``load()`` to be pronounced after so many steps of training."""

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        words = _short_words(load)
        chosen = [words[i] for i in rng.choice(len(words), rows, replace=False)]
        return {
            "params": {name: p.round(3) for name, p in pronounce_model(rng, H, E, dtype).items()},
            "letters": vocabulary.encode_spellings([word for word, _ in chosen]),
            "phonemes": vocabulary.encode_pronunciations([phonemes for _, phonemes in chosen]),
            "steps": steps,
        }

    return drawn


# Until the process ends: two lists of words, read once though every case draws from one.
@functools.cache
def _short_words(load: Callable[[], dict[str, Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple(vocabulary.short(load()).items())


TRAIN_PRONOUNCE = Exercise(
    "train_pronounce",
    why="It is train_captions with a rate that falls along a line: long steps to get near, short ones to settle. At "
    "step s of S, counted from 0, it is 0.02 (1 − 0.9 s / S), so 0.02 at first and near 0.002 at the end.",
    counterpart="train_captions",
    inputs=trainings(pronouncing, data.held_back_pronunciations),
    shown=trainings(pronouncing, load_pronunciations),
    outputs={"trained": ""},
    properties="capstone.judge_pronouncing",
    # The rate falls to 0.002 after the last step; at the last step, as np.linspace gives it, is as good.
    followed=following("pronounce_loss", ("0.9 * step / steps", "0.9 * step / max(steps - 1, 1)")),
    question="Take steps = 1. Which arrays does Adam move, by which gradients, and which arrays do you return?",
    worked_example=WorkedExample(
        "With steps = 4 the rates are 0.02, 0.0155, 0.011 and 0.0065; a fifth would be 0.002. One weight, w = 1, and "
        "a loss of w². Step 1: the gradient is 2, below 5, so it stays. Adam's first step is as long as the rate: w "
        "is 0.98. Step 2: the gradient is 1.96, the step is about 0.0155, and w becomes 0.9645. A gradient of 20 "
        "would have been clipped to 5. The w that came in is still 1.",
        values={
            "0.02": "np.linspace(0.02, 0.002, 5)[0]",
            "0.0155": "np.linspace(0.02, 0.002, 5)[1]",
            "0.011": "np.linspace(0.02, 0.002, 5)[2]",
            "0.0065": "np.linspace(0.02, 0.002, 5)[3]",
            "0.002": "np.linspace(0.02, 0.002, 5)[4]",
            "0.98": "1 - 0.02",
            "1.96": "2 * 0.98",
            "0.9645": "0.98 - 0.0155 * np.sqrt(1 - 0.999**2) / 0.19 * 0.376 / np.sqrt(0.0078376)",
        },
    ),
    mistakes=(
        *slips_of_training(
            "for step in range(steps):",
            "pronounce_loss(params, letters, phonemes)",
            "0.02 * (1 - 0.9 * step / steps))",
        ),
        Mistake(
            "rate-stands-still",
            edit=("0.02 * (1 - 0.9 * step / steps))", "0.02)"),
            hints=(
                "Every step of these is made at the rate 0.02, the last one too.",
                "Near the end of a training, what do large steps do to words that are nearly known?",
                "With steps = 4 the rates are 0.02, 0.0155, 0.011 and 0.0065. Yours are 0.02, four times.",
            ),
        ),
    ),
)
