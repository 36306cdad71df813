"""Train a captioner: a handwritten digit goes in, its English word comes out, letter by letter.

Recipe: H = 64, letter embeddings of 16, forget bias 1, batches of 64, 440 steps of Adam at 0.01, clip 5, float32. Of
the 1,400 pictures that ship, the last 200 are kept back to be named after training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from utils.data import load_digits
from utils.data.vocabulary import NUMERALS, decode_letters, encode_numerals
from utils.errors import CallFailed
from utils.experiments.guard import guarded
from utils.experiments.results import Array, Learner, Params, Trained
from utils.experiments.speakers import caption_model
from utils.experiments.training_loop import Progress, an_id, descend, minibatches

H, E, BATCH, STEPS, RATE = 64, 16, 64, 440, 1e-2
KEPT_BACK = 200
LONGEST = max(map(len, NUMERALS)) + 1  # letters and END


@dataclass(frozen=True, repr=False, eq=False)
class CaptionRun(Trained):
    """A network that names digits, trained.

    Parameters
    ----------
    words : sequence of str
        What it wrote about each of `images`.
    images, labels : ndarray
        The pictures that were kept back, and what they show.
    seed : int
    """

    words: list[str]
    images: Array
    labels: Array
    seed: int


def run(
    caption_loss: Learner,
    clip_grad_norm: Learner,
    images: Array,
    labels: Array,
    seed: int = 0,
    steps: int = STEPS,
    on_step: Callable[[int, Array, Params], object] = lambda *_: None,
) -> tuple[Params, Array]:
    """Train one network; return its weights and its losses, one a step, in nats a letter.

    Parameters
    ----------
    caption_loss : callable
        ``caption_loss(params, images, captions) -> (loss, grads)``.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``.
    images : ndarray, shape (N, 64)
    labels : ndarray, shape (N,)
    seed, steps : int
    on_step : callable
        Called after every step with the number done, all losses and the weights.
    """
    rng = np.random.default_rng(seed)
    params, words = caption_model(rng, H, E), encode_numerals(range(10))
    batches = [(images[n], words[labels[n]]) for n in minibatches(rng, len(images), BATCH, steps)]
    captions = [rows for _, rows in batches]
    losses = descend(
        caption_loss,
        clip_grad_norm,
        params,
        batches,
        lambda share: RATE,
        lambda done, losses: on_step(done, an_id(losses, captions), params),
    )
    return params, an_id(losses, captions)


def words_written(caption: Learner, params: Params, images: Array) -> list[str]:
    """Return the words that a learner's `caption` gives to pictures.

    Raises
    ------
    CallFailed
        If what it returns are not ids of letters.
    """
    ids = np.asarray(caption({name: p.copy() for name, p in params.items()}, images.copy(), LONGEST))
    if ids.shape != (len(images), LONGEST) or ids.dtype.kind not in "iu" or not (0 <= ids.min() <= ids.max() < 29):
        raise CallFailed(
            f"caption should return ids from 0 to 28 of shape {len(images), LONGEST}: check(caption) first."
        )
    return decode_letters(ids)


def right(words: Sequence[str], labels: Array) -> Array:
    """Return which words are exactly those of the digits, shape (N,)."""
    return np.array([word == NUMERALS[label] for word, label in zip(words, labels, strict=True)])


@guarded
def captions(
    caption_loss: Learner, caption: Learner, clip_grad_norm: Learner, seed: int = 0, steps: int = STEPS
) -> CaptionRun:
    """Train a network to name digits, and show what it writes about pictures it was not trained on.

    Parameters
    ----------
    caption_loss, clip_grad_norm : callable
        As for `run`.
    caption : callable
        ``caption(params, images, max_length) -> ids``.
    seed, steps : int

    Returns
    -------
    CaptionRun or Note
    """
    images, labels = load_digits()
    new, true = images[-KEPT_BACK:], labels[-KEPT_BACK:]
    progress = Progress(f"{steps} batches of {BATCH} pictures")

    def show(done: int, losses: Array, params: Params) -> None:
        if done in (1, steps) or done % max(steps // 12, 1) == 0:
            named = zip(words_written(caption, params, new[:5]), true[:5], strict=True)
            examples = "   ".join(f"{label}: {word}" for word, label in named)
            progress.show(done / steps, f"{np.mean(losses[-20:]):6.3f} nats a letter   {examples}")

    params, losses = run(caption_loss, clip_grad_norm, images[:-KEPT_BACK], labels[:-KEPT_BACK], seed, steps, show)
    words = words_written(caption, params, new)
    return CaptionRun(params, losses, {"right": int(right(words, true).sum())}, words, new, true, seed)
