"""Train the networks that the judge hands to students' functions, and measure how soon training overfits.

``make experiments`` runs it, with the reference's functions. Learners train by the same recipes; these weights are
judged on data that learners do not get, and the weights that ship, for a look at a trained network, come from another
seed.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.assignments.capstone import data
from autograder.assignments.capstone.exercises.train_captions import TRAIN_CAPTIONS
from autograder.assignments.capstone.exercises.train_pronounce import TRAIN_PRONOUNCE
from autograder.course.exercise import Exercise, Sizes
from utils.checking.properties.capstone import FITTED
from utils.data import load_digits, load_pronunciations
from utils.data.vocabulary import PAD, short
from utils.experiments import captioning, pronunciation, weights
from utils.experiments.training_loop import descend

Functions = Mapping[str, Callable[..., Any]]  # the course's functions by name
JUDGED, SHIPPED = 0, 1  # seeds
SEEDS = range(10)
TASKS: dict[str, tuple[Exercise, Callable[[float], float]]] = {  # with the rates that the notebook asks for
    "caption": (TRAIN_CAPTIONS, lambda share: 0.01),
    "pronounce": (TRAIN_PRONOUNCE, lambda share: 0.02 * (1 - 0.9 * share)),
}


def trained(space: Functions) -> dict[str, Any]:
    """Train and write the judge's two networks and the one that ships; return what is known of the judge's.

    Parameters
    ----------
    space : dict of str to callable
        The course's functions by name.
    """
    clip, words = space["clip_grad_norm"], short(load_pronunciations())
    images, digits = load_digits()
    params, _ = captioning.run(space["caption_loss"], clip, images, digits, JUDGED)
    weights.save(data.WEIGHTS["caption"], params)
    letters, phonemes = pronunciation.encoded(words)
    params, _ = pronunciation.run(space["pronounce_loss"], clip, letters, phonemes, JUDGED)
    weights.save(data.WEIGHTS["pronounce"], params)
    shipped(space)
    made = {
        "made_by": "make experiments",
        "caption": {"seed": JUDGED, "steps": captioning.STEPS} | captions_right(space),
        "pronounce": {"seed": JUDGED, "steps": pronunciation.STEPS} | phonemes_wrong(space),
    }
    print(made, flush=True)
    return made


def shipped(space: Functions) -> None:
    """Train and write the network that ships: like a learner's, it never reads the words that are kept back."""
    old, _ = pronunciation.divided(short(load_pronunciations()))
    letters, phonemes = pronunciation.encoded(old)
    params, _ = pronunciation.run(space["pronounce_loss"], space["clip_grad_norm"], letters, phonemes, SHIPPED)
    weights.save(pronunciation.WEIGHTS, params)


def captions_right(space: Functions) -> dict[str, int]:
    """Return how many held-back pictures the judge's network names letter for letter."""
    images, labels = data.held_back_digits()
    words = captioning.words_written(space["caption"], data.trained("caption"), images)
    return {"pictures": len(labels), "right": int(captioning.right(words, labels).sum())}


def phonemes_wrong(space: Functions) -> dict[str, Any]:
    """Return the phoneme error rate of the judge's network on held-back words, and how many words are right."""
    words = short(data.held_back_pronunciations())
    spoken = pronunciation.words_spoken(space["pronounce"], data.trained("pronounce"), pronunciation.encoded(words)[0])
    right = sum(a == b for a, b in zip(spoken, words.values(), strict=True))
    error_rate = round(pronunciation.error_rate(spoken, words.values()), 4)
    return {"words": len(words), "right": right, "error_rate": error_rate}


def bars(space: Functions) -> dict[str, Any]:
    """Return after how many steps the reference has learned by heart what is asked of a learner's training, by seed.

    The seed draws the first weights and the held-back examples. Learners are given as many steps as are run here.
    """
    made: dict[str, Any] = {"made_by": "make experiments", "below": FITTED, "seeds": list(SEEDS)}
    for name in TASKS:
        runs = [overfit(space, name, seed) for seed in SEEDS]
        steps = [next((step for step, nats in enumerate(run) if nats < FITTED), None) for run in runs]
        made[name] = {"given": len(runs[0]), "needed": steps, "last": [float(f"{run[-1]:.2g}") for run in runs]}
        print(f"by heart, {name}: below {FITTED} nats a letter or phoneme after {steps} steps", flush=True)
    return made


def overfit(space: Functions, name: str, seed: int) -> NDArray[np.floating]:
    """Return the losses of one such training, in nats a letter or phoneme, before each step.

    Parameters
    ----------
    name : str
        ``"caption"`` or ``"pronounce"``.
    """
    exercise, rate = TASKS[name]
    assert isinstance(exercise.inputs, tuple), "its cases are declared one by one"
    sizes = Sizes(N=1, T=1, D=1, H=1, M=1, V=1)  # without effect: a training has its own
    params, read, written, steps = exercise.inputs[-1](np.random.default_rng(seed), sizes).values()
    losses = descend(space[f"{name}_loss"], space["clip_grad_norm"], params, [(read, written)] * steps, rate)
    nats: NDArray[np.floating] = losses * len(written) / (written[:, 1:] != PAD).sum()
    return nats
