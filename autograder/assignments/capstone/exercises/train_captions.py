"""`train_captions`: the captioner learns fifty digits by heart."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from autograder.assignments.capstone import data
from autograder.assignments.capstone.following import following
from autograder.assignments.capstone.inputs import trainings
from autograder.assignments.capstone.mistakes import slips_of_training
from autograder.course.draws import Array
from autograder.course.exercise import Draw, Exercise, Inputs, Sizes, WorkedExample
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
    why="A gradient, the clip, a step, and again. Nothing is random, so equal starts lead to equal weights. Adam "
    "changes its arrays in place, so the caller's are copied first.",
    counterpart="train_pronounce",
    inputs=trainings(captioning, data.held_back_digits),
    shown=trainings(captioning, load_digits),
    outputs={"trained": ""},
    properties="capstone.judge_captions",
    followed=following("caption_loss"),
    question="Take steps = 1. Which arrays does Adam move, by which gradients, and which arrays do you return?",
    worked_example=WorkedExample(
        "One weight, w = 1, and a loss of w². Step 1: the gradient is 2, below 5, so it stays. Adam's first step is "
        "as long as the rate, 0.01: w is 0.99. Step 2: the gradient is 1.98, and w becomes 0.98. A gradient of 20 "
        "would have been clipped to 5. After two steps 0.98 comes back, and the w that came in is still 1.",
        values={
            "0.01": "0.01",
            "0.99": "1 - 0.01",
            "1.98": "2 * 0.99",
            "0.98": "0.99 - 0.01 * np.sqrt(1 - 0.999**2) / 0.19 * 0.378 / np.sqrt(0.0079164)",
        },
    ),
    mistakes=slips_of_training("for _ in range(steps):", "caption_loss(params, images, captions)", "0.01)"),
)
