"""Train the networks that the judge hands to students' functions, and measure how soon training overfits.

Run by ``make experiments``, with the reference's functions. Learners train the same recipes; these weights are judged
on what learners do not get, and the weights that ship for a look at a trained network come from another seed.
"""

import numpy as np

from autograder import data
from utils.data import load_digits, load_pronunciations
from utils.data.vocabulary import PAD, encode_numerals, short
from utils.experiments import captions, pronouncing, speakers, stored
from utils.experiments.live import descend

JUDGED, SHIPPED = 0, 1  # seeds
SEEDS = range(10)
EXAMPLES, STEPS, ENOUGH = 50, 150, 0.05  # of the overfitting task; enough in nats a letter or phoneme
RATES = {"caption": lambda share: 1e-2, "pronounce": lambda share: 2e-2 * (1 - 0.9 * share)}
UNITS, EMBEDDING = 32, 16  # small, so that 150 steps take about a second


def trained(space):
    """Train and write the judge's two networks and the one that ships; return what is known of the judge's.

    Parameters
    ----------
    space : dict of str to callable
        The course's functions by name.
    """
    clip, words = space["clip_grad_norm"], short(load_pronunciations())
    params, _ = captions.run(space["caption_loss"], clip, *load_digits(), JUDGED)
    stored.save(data.WEIGHTS["caption"], params)
    for seed, path in ((JUDGED, data.WEIGHTS["pronounce"]), (SHIPPED, pronouncing.WEIGHTS)):
        params, _ = pronouncing.run(space["pronounce_loss"], clip, *pronouncing.encoded(words), seed)
        stored.save(path, params)
    made = {
        "made_by": "make experiments",
        "caption": {"seed": JUDGED, "steps": captions.STEPS} | captions_right(space),
        "pronounce": {"seed": JUDGED, "steps": pronouncing.STEPS} | phonemes_wrong(space),
    }
    print(made, flush=True)
    return made


def captions_right(space):
    """Return how many held-back pictures the judge's network names letter for letter."""
    images, labels = data.held_back_digits()
    words = captions.said(space["caption"], data.trained("caption"), images)
    return {"pictures": len(labels), "right": int(captions.right(words, labels).sum())}


def phonemes_wrong(space):
    """Return the phoneme error rate of the judge's network on held-back words, and how many words are right."""
    words = short(data.held_back_pronunciations())
    spoken = pronouncing.said(space["pronounce"], data.trained("pronounce"), pronouncing.encoded(words)[0])
    right = sum(a == b for a, b in zip(spoken, words.values(), strict=True))
    return {"words": len(words), "right": right, "error_rate": round(pronouncing.error_rate(spoken, words.values()), 4)}


def bars(space):
    """Return after how many steps full-batch training on 50 held-back examples falls below 0.05 nats, by seed.

    The seed draws the first weights (smaller than the experiments') and the examples. 150 steps are asked of learners.
    """
    made = {"made_by": "make experiments", "examples": EXAMPLES, "nats": ENOUGH, "seeds": list(SEEDS)}
    for name in RATES:
        runs = [overfit(space, name, seed) for seed in SEEDS]
        steps = [next((step for step, nats in enumerate(run) if nats < ENOUGH), None) for run in runs]
        made[name] = {"steps": steps, "last": [float(f"{run[-1]:.2g}") for run in runs]}
        print(f"overfitting, {name}: below {ENOUGH} after {steps} steps", flush=True)
    return made


def overfit(space, name, seed, steps=STEPS):
    """Return the losses of one run of the task, in nats a letter or phoneme, before each step.

    Parameters
    ----------
    name : str
        ``"caption"`` or ``"pronounce"``.
    """
    rng = np.random.default_rng(seed)
    if name == "caption":
        params, (images, labels) = speakers.caption_model(rng, UNITS, EMBEDDING), data.held_back_digits()
        chosen = rng.choice(len(images), EXAMPLES, replace=False)
        batch = images[chosen], encode_numerals(labels[chosen])
    else:
        params, words = speakers.pronounce_model(rng, UNITS, EMBEDDING), short(data.held_back_pronunciations())
        letters, phonemes = pronouncing.encoded(words)
        chosen = rng.choice(len(letters), EXAMPLES, replace=False)
        batch = letters[chosen], phonemes[chosen]
    losses = descend(space[f"{name}_loss"], space["clip_grad_norm"], params, [batch] * steps, RATES[name])
    return losses * EXAMPLES / (batch[1][:, 1:] != PAD).sum()
