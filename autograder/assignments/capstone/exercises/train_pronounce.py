"""`train_pronounce`: the pronouncer learns fifty words by heart."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from autograder.assignments.capstone import data
from autograder.assignments.capstone.inputs import trainings
from autograder.assignments.capstone.mistakes import slips_of_training
from autograder.course.exercise import Draw, Exercise, Inputs, Sizes
from utils.data import load_pronunciations, vocabulary
from utils.experiments.speakers import pronounce_model


def pronouncing(
    load: Callable[[], dict[str, Any]], rows: int, E: int, H: int, steps: int, dtype: type[np.floating] = np.float64
) -> Draw:
    """Return a drawing of `rows` words from ``load()`` to be pronounced after so many steps of training."""

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        words = vocabulary.short(load())
        chosen = [list(words)[i] for i in rng.choice(len(words), rows, replace=False)]
        return {
            "params": {name: p.round(3) for name, p in pronounce_model(rng, H, E, dtype).items()},
            "letters": vocabulary.encode_spellings(chosen),
            "phonemes": vocabulary.encode_pronunciations([words[word] for word in chosen]),
            "steps": steps,
        }

    return drawn


TRAIN_PRONOUNCE = Exercise(
    "train_pronounce",
    counterpart="train_captions",
    inputs=trainings(pronouncing, data.held_back_pronunciations),
    shown=trainings(pronouncing, load_pronunciations),
    outputs={"trained": ""},
    properties="capstone.judge_pronouncing",
    mistakes=slips_of_training(
        "for step in range(steps):",
        "pronounce_loss(params, letters, phonemes)",
        "0.02 * (1 - 0.9 * step / steps))",
        first=0.02,
    ),
)
