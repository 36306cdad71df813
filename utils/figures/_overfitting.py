"""A little data learned by heart: what a learner's model says after more and more steps of their own training."""

from collections.abc import Mapping, Sequence

import numpy as np

from utils.checking import models
from utils.checking.calling import SECONDS, call
from utils.checking.properties.capstone import nats as measured
from utils.checking.run_cases import Clock
from utils.data import load_digits, load_pronunciations
from utils.data.vocabulary import (
    NUMERALS,
    decode_letters,
    decode_pronunciations,
    encode_numerals,
    encode_pronunciations,
    encode_spellings,
    short,
)
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner, Params
from utils.experiments.speakers import caption_model, pronounce_model
from utils.figures.learner import driven
from utils.figures.picture import Picture
from utils.figures.style import INK, OUTPUT, QUIET, WIDTH, drawn, ink, sheet

STEPS = (0, 15, 50, 150)
ROWS, SHOWN = 50, 5
_COLUMNS = 0.395 + 0.132 * np.arange(SHOWN)  # of the sheet's width
_LINE = 0.36  # inches
_RECIPE = f"{ROWS} rows, H = 32, embeddings of 16, seed 0; each line from the same start."


@driven
def captions_by_heart(train_captions: Learner, caption: Learner) -> Picture:
    """Write under five digits what the learner's model calls them after 0, 15, 50 and 150 steps.

    Parameters
    ----------
    train_captions : callable
        ``train_captions(params, images, captions, steps) -> params``.
    caption : callable
        ``caption(params, images, max_length) -> ids``.

    Returns
    -------
    Picture or Note
    """
    images, labels = (part[:ROWS] for part in load_digits())
    start = caption_model(np.random.default_rng(0), H=32, E=16)
    ids, nats = _spoken(train_captions, caption, "caption_loss", start, images, encode_numerals(labels))
    written = {steps: decode_letters(rows) for steps, rows in ids.items()}
    right = [NUMERALS[n] for n in labels]
    picture = _drawn(written, nats, "letter", right, "digits", "train_captions, caption and caption_loss", 0.75)
    height = picture.figure.get_size_inches()[1]
    with drawn():
        for x, image in zip(_COLUMNS, images, strict=False):
            axes = picture.figure.add_axes((x - 0.04, 1 - 1.1 / height, 0.08, 0.08 * WIDTH / height))
            axes.imshow(image.reshape(8, 8), cmap="Greys", vmin=0, vmax=1)
            axes.axis("off")
    return picture


@driven
def words_by_heart(train_pronounce: Learner, pronounce: Learner) -> Picture:
    """Write under five words how the learner's model pronounces them after 0, 15, 50 and 150 steps.

    Parameters
    ----------
    train_pronounce : callable
        ``train_pronounce(params, letters, phonemes, steps) -> params``.
    pronounce : callable
        ``pronounce(params, letters, max_length) -> ids``.

    Returns
    -------
    Picture or Note
    """
    words = {w: sounds for w, sounds in short(load_pronunciations()).items() if 3 <= len(w) <= 5 and len(sounds) <= 4}
    chosen = [[*words][n] for n in np.random.default_rng(0).choice(len(words), ROWS, replace=False)]
    sounds = [words[word] for word in chosen]
    start = pronounce_model(np.random.default_rng(0), H=32, E=16)
    read, rows = encode_spellings(chosen), encode_pronunciations(sounds)
    ids, nats = _spoken(train_pronounce, pronounce, "pronounce_loss", start, read, rows)
    written = {steps: [" ".join(word) for word in decode_pronunciations(rows)] for steps, rows in ids.items()}
    right = [" ".join(word) for word in sounds]
    picture = _drawn(written, nats, "phoneme", right, "words", "train_pronounce, pronounce and pronounce_loss", 0.3)
    with drawn():
        for x, word in zip(_COLUMNS, chosen, strict=False):
            picture.figure.text(
                x,
                1 - 0.7 / picture.figure.get_size_inches()[1],
                word,
                fontsize=11,
                fontweight="bold",
                ha="center",
                va="center",
            )
    return picture


def _spoken(
    train: Learner, speak: Learner, loss: str, start: Params, read: Array, rows: Array
) -> tuple[dict[int, Array], dict[int, float]]:
    """Return the ids that the model writes, and its loss in nats a letter or phoneme, by the steps of its training.

    The loss is measured by the learner's own function of the name `loss`, which `train` calls.
    """
    length = rows.shape[1] - 1
    found: dict[int, Array] = {}
    nats: dict[int, float] = {}
    for steps in STEPS:
        params = call(train, start, read, rows, steps)
        shapes = {name: np.shape(value) for name, value in params.items()} if isinstance(params, dict) else None
        if shapes != {name: p.shape for name, p in start.items()}:
            raise CallFailed(f"{train.__name__} should return params, a dict of arrays in the shapes of those it got")
        own_loss = models.guarded(models.lookup(train, loss), loss, Clock(SECONDS))
        nats[steps] = measured(own_loss, loss, params, read, rows)
        ids = call(speak, params, read, length)
        if not isinstance(ids, np.ndarray) or ids.shape != (len(read), length) or ids.dtype.kind not in "iu":
            raise CallFailed(f"{speak.__name__} should return integers of shape {(len(read), length)}")
        if ids.min() < 0 or ids.max() >= len(params["b_out"]):
            raise CallFailed(f"{speak.__name__} returned the id {ids.max()}, which the model does not know")
        found[steps] = ids
    return found, nats


def _drawn(
    written: Mapping[int, Sequence[str]],
    nats: Mapping[int, float],
    unit: str,
    right: Sequence[str],
    things: str,
    functions: str,
    above: float,
) -> Picture:
    """Return the picture of what was written, a line for each number of steps, with so many inches free above them."""
    height = 1.4 + above + len(STEPS) * _LINE
    counts = {steps: sum(map(str.__eq__, words, right)) for steps, words in written.items()}
    title = f"After {STEPS[-1]} steps {counts[STEPS[-1]]} of {ROWS} {things} are known by heart"
    with drawn():
        figure, _ = sheet(title, f"By your {functions}: {_RECIPE} Loss in nats a {unit}. In orange: not right.", height)
        for place, (steps, words) in enumerate(written.items()):
            y = 1 - (0.72 + above + place * _LINE) / height
            figure.text(
                0.017,
                y,
                f"{steps} steps, {nats[steps]:.2g} nats: {counts[steps]} right",
                fontsize=10,
                color=QUIET,
                va="center",
            )
            for x, word, true in zip(_COLUMNS, words, right, strict=False):
                colour = INK if word == true else ink(OUTPUT)
                cut = word if len(word) <= 10 else word[:9] + "…"
                figure.text(
                    x, y, cut or "(nothing)", fontsize=10, color=colour, ha="center", va="center", gid="written"
                )
    right_each = "; ".join(
        f"after {steps} steps, at {nats[steps]:.2g} nats a {unit}, {count}" for steps, count in counts.items()
    )
    return Picture(figure, f"{title}. Right of {ROWS}: {right_each}. What it says to the first five, line by line.")
