"""Train the networks that the judge hands to students' functions, and measure how soon training overfits.

Run by ``make experiments``, with the reference's functions. Learners train the same recipes; these weights are judged
on what learners do not get, and the weights that ship for a look at a trained network come from another seed.
"""

import numpy as np

from autograder.assignments.capstone import data
from autograder.assignments.capstone.exercises import TRAIN_CAPTIONS, TRAIN_PRONOUNCE
from utils.checking.properties.capstone import FITTED
from utils.data import load_digits, load_pronunciations
from utils.data.vocabulary import PAD, short
from utils.experiments import captioning, pronunciation, weights
from utils.experiments.training_loop import descend

JUDGED, SHIPPED = 0, 1  # seeds
SEEDS = range(10)
TASKS = {  # what is asked of a learner's training, and the rates that the notebook gives
    "caption": (TRAIN_CAPTIONS, lambda share: 0.01),
    "pronounce": (TRAIN_PRONOUNCE, lambda share: 0.02 * (1 - 0.9 * share)),
}


def trained(space):
    """Train and write the judge's two networks and the one that ships; return what is known of the judge's.

    Parameters
    ----------
    space : dict of str to callable
        The course's functions by name.
    """
    clip, words = space["clip_grad_norm"], short(load_pronunciations())
    params, _ = captioning.run(space["caption_loss"], clip, *load_digits(), JUDGED)
    weights.save(data.WEIGHTS["caption"], params)
    params, _ = pronunciation.run(space["pronounce_loss"], clip, *pronunciation.encoded(words), JUDGED)
    weights.save(data.WEIGHTS["pronounce"], params)
    shipped(space)
    made = {
        "made_by": "make experiments",
        "caption": {"seed": JUDGED, "steps": captioning.STEPS} | captions_right(space),
        "pronounce": {"seed": JUDGED, "steps": pronunciation.STEPS} | phonemes_wrong(space),
    }
    print(made, flush=True)
    return made


def shipped(space: dict) -> None:
    """Train and write the network that ships: like a learner's, it never reads the words that are kept back."""
    old, _ = pronunciation.divided(short(load_pronunciations()))
    params, _ = pronunciation.run(
        space["pronounce_loss"], space["clip_grad_norm"], *pronunciation.encoded(old), SHIPPED
    )
    weights.save(pronunciation.WEIGHTS, params)


def captions_right(space):
    """Return how many held-back pictures the judge's network names letter for letter."""
    images, labels = data.held_back_digits()
    words = captioning.words_written(space["caption"], data.trained("caption"), images)
    return {"pictures": len(labels), "right": int(captioning.right(words, labels).sum())}


def phonemes_wrong(space):
    """Return the phoneme error rate of the judge's network on held-back words, and how many words are right."""
    words = short(data.held_back_pronunciations())
    spoken = pronunciation.words_spoken(space["pronounce"], data.trained("pronounce"), pronunciation.encoded(words)[0])
    right = sum(a == b for a, b in zip(spoken, words.values(), strict=True))
    error_rate = round(pronunciation.error_rate(spoken, words.values()), 4)
    return {"words": len(words), "right": right, "error_rate": error_rate}


def bars(space):
    """Return after how many steps the reference has learned by heart what is asked of a learner's training, by seed.

    The seed draws the first weights and the held-back examples. Learners are given as many steps as are run here.
    """
    made = {"made_by": "make experiments", "below": FITTED, "seeds": list(SEEDS)}
    for name in TASKS:
        runs = [overfit(space, name, seed) for seed in SEEDS]
        steps = [next((step for step, nats in enumerate(run) if nats < FITTED), None) for run in runs]
        made[name] = {"given": len(runs[0]), "needed": steps, "last": [float(f"{run[-1]:.2g}") for run in runs]}
        print(f"by heart, {name}: below {FITTED} nats a letter or phoneme after {steps} steps", flush=True)
    return made


def overfit(space, name, seed):
    """Return the losses of one such training, in nats a letter or phoneme, before each step.

    Parameters
    ----------
    name : str
        ``"caption"`` or ``"pronounce"``.
    """
    exercise, rate = TASKS[name]
    params, read, written, steps = exercise.inputs[-1](np.random.default_rng(seed), None).values()
    losses = descend(space[f"{name}_loss"], space["clip_grad_norm"], params, [(read, written)] * steps, rate)
    return losses * len(written) / (written[:, 1:] != PAD).sum()
