"""`train_captions`: the captioner learns fifty digits by heart."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from autograder.assignments.capstone import data
from autograder.assignments.capstone.inputs import trainings
from autograder.assignments.capstone.mistakes import slips_of_training
from autograder.course.draws import Array
from autograder.course.exercise import Draw, Exercise, Inputs, Sizes
from utils.data import load_digits, vocabulary
from utils.experiments.speakers import caption_model


def captioning(
    load: Callable[[], tuple[Array, Array]],
    rows: int,
    E: int,
    H: int,
    steps: int,
    dtype: type[np.floating] = np.float64,
) -> Draw:
    """Return a drawing of `rows` digits from ``load()`` to be captioned after so many steps of training."""

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        images, labels = load()
        chosen = rng.choice(len(images), rows, replace=False)
        return {
            "params": {name: p.round(3) for name, p in caption_model(rng, H, E, dtype).items()},
            "images": images[chosen].astype(dtype),
            "captions": vocabulary.encode_numerals(labels[chosen]),
            "steps": steps,
        }

    return drawn


TRAIN_CAPTIONS = Exercise(
    "train_captions",
    counterpart="train_pronounce",
    inputs=trainings(captioning, data.held_back_digits),
    shown=trainings(captioning, load_digits),
    outputs={"trained": ""},
    properties="capstone.judge_captions",
    mistakes=slips_of_training("for _ in range(steps):", "caption_loss(params, images, captions)", "0.01)", first=0.01),
)
