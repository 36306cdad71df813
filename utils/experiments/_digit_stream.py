"""Train on streams of three digits: a label at every frame, and after the last one their English words.

The first is the aligned wiring, the second an encoder with a decoder: the lecture's frame classification and video
captioning, in small. An LSTM reads the frames. Each of its states is asked for the digit of its frame, and its last
state is what the learner's `caption_loss` describes, as it would describe a picture.

Recipe: H = 64 in both, embeddings of 16, forget bias 1, streams of three pictures drawn again for every batch of 64,
Adam falling evenly from 0.01 to 0.001, clip 5, float32. A space, one more id than letters have, stands between words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from utils.data import load_digits
from utils.data.vocabulary import END, NUMERALS, PAD, START, V, decode_letters, encode_numerals
from utils.errors import CallFailed
from utils.experiments.captioning import KEPT_BACK
from utils.experiments.guard import guarded
from utils.experiments.results import Array, Learner, Params, Trained
from utils.experiments.speakers import caption_model, lstm
from utils.experiments.training_loop import Progress, descend

FRAMES, H, BATCH, STEPS, RATE = 3, 64, 64, 900, 1e-2
NEW = 200  # streams of kept-back pictures
SPACE = V
LONGEST = FRAMES * (max(map(len, NUMERALS)) + 1)  # letters, spaces and END


@dataclass(frozen=True, repr=False, eq=False)
class StreamRun(Trained):
    """A network that labels and describes streams of digits.

    Parameters
    ----------
    taken : list of (int, dict)
        After how many steps, and the `scores` then.
    frames, true : ndarray
        The new streams and their labels.
    labels, words
        What `answers` gave in the end.
    seed : int
    """

    taken: list[tuple[int, dict[str, float]]]
    frames: Array
    true: Array
    labels: Array
    words: list[tuple[str, ...]]
    seed: int


def stream_model(rng: np.random.Generator) -> Params:
    """Draw the first weights: the encoder's, those of the labels, and the decoder's, which is a caption model."""
    params = {name: p.astype(np.float32) for name, p in lstm(rng, 64, H, "enc_").items()}
    params["W_label"] = (rng.standard_normal((H, 10)) / np.sqrt(H)).astype(np.float32)
    params["b_label"] = np.zeros(10, dtype=np.float32)
    decoder = caption_model(rng, H, ids=V + 1)
    del decoder["W_image"], decoder["b_image"]  # here the encoder makes the first state
    return params | decoder


def streams(rng: np.random.Generator, images: Array, labels: Array, count: int) -> tuple[Array, Array, Array]:
    """Draw streams: frames (count, 3, 64), their labels (count, 3), and the words' ids (count, 19)."""
    n = rng.integers(0, len(images), (count, FRAMES))
    return images[n], labels[n], written(labels[n])


def written(labels: Array) -> Array:
    """Return the ids of digits as words in a row: `START`, letters, `SPACE`, letters, `SPACE`, letters, `END`, `PAD`.

    Parameters
    ----------
    labels : ndarray of int, shape (N, 3)

    Returns
    -------
    ndarray, shape (N, 19), int64
    """
    words = [[i for i in row if i > END] for row in encode_numerals(range(10)).tolist()]
    rows = np.full((len(labels), 1 + LONGEST), PAD)
    for row, digits in zip(rows, labels, strict=True):
        ids = [i for digit in digits for i in (*words[digit], SPACE)]
        row[: 1 + len(ids)] = [START, *ids[:-1], END]
    return rows


def read(ids: Array) -> list[tuple[str, ...]]:
    """Return what a decoder wrote for each stream: its words, as many as there are, up to `END`."""
    return [tuple(text.split(" ")) for text in decode_letters(ids, " ")]


def stream_loss(
    caption_loss: Learner, layers: Sequence[Learner]
) -> Callable[[Params, Array, Array, Array], tuple[float, Params]]:
    """Return ``loss(params, frames, labels, words) -> (loss, grads)`` by the learner's functions.

    Parameters
    ----------
    caption_loss : callable
        ``caption_loss(params, images, captions) -> (loss, grads)``.
    layers : sequence of callable
        lstm_forward_full, lstm_backward_full, temporal_affine_forward, temporal_affine_backward and
        temporal_softmax_loss.

    Notes
    -----
    `caption_loss` knows pictures, not streams. It gets the rows of the identity matrix for pictures, and a W_image that
    holds the encoder's last state of every stream; then its gradient of W_image is that of these states.
    """
    lstm_forward_full, lstm_backward_full, temporal_affine_forward, temporal_affine_backward, softmax = layers

    def loss(params: Params, frames: Array, labels: Array, words: Array) -> tuple[float, Params]:
        start = np.zeros((len(frames), H), dtype=frames.dtype)
        weights = [params[name] for name in ("enc_Wx", "enc_Wh", "enc_b")]
        h, h_T, _, cache = lstm_forward_full(frames, start, start, *weights)
        scores, affine = temporal_affine_forward(h, params["W_label"], params["b_label"])
        label_loss, dscores = softmax(scores, labels, np.ones(labels.shape, dtype=bool))
        dh, dW, db = temporal_affine_backward(dscores, affine)
        word_loss, grads = caption_loss(_decoder(params, h_T), np.eye(len(frames), dtype=frames.dtype), words)
        dh = np.array(dh)
        dh[:, -1] += grads["W_image"]
        _, _, _, *dweights = lstm_backward_full(dh, np.zeros_like(start), cache)
        grads = grads | dict(zip(("enc_Wx", "enc_Wh", "enc_b"), dweights, strict=True))
        return label_loss + word_loss, grads | {"W_label": dW, "b_label": db}

    return loss


def _decoder(params: Params, states: Array) -> Params:
    """Return the caption model that finds these states in the rows of the identity matrix."""
    names = ("W_embed", "Wx", "Wh", "b", "W_out", "b_out")
    zeros = np.zeros(H, dtype=states.dtype)
    return {name: params[name] for name in names} | {"W_image": np.array(states), "b_image": zeros}


def answers(
    caption: Learner, layers: Sequence[Learner], params: Params, frames: Array
) -> tuple[Array, list[tuple[str, ...]]]:
    """Return the labels (N, 3) and the words, a tuple of three for each, that a network gives to streams."""
    start = np.zeros((len(frames), H), dtype=frames.dtype)
    h, h_T, _, _ = layers[0](frames, start, start, params["enc_Wx"], params["enc_Wh"], params["enc_b"])
    ids = np.asarray(caption(_decoder(params, h_T), np.eye(len(frames), dtype=frames.dtype), LONGEST))
    if ids.shape != (len(frames), LONGEST) or ids.dtype.kind not in "iu":
        raise CallFailed(f"caption should return ids of shape {len(frames), LONGEST}: check(caption) first.")
    return np.argmax(h @ params["W_label"] + params["b_label"], axis=-1), read(ids)


def run(
    caption_loss: Learner,
    layers: Sequence[Learner],
    clip_grad_norm: Learner,
    seed: int = 0,
    steps: int = STEPS,
    on_step: Callable[[int, list[float], Params], object] = lambda *_: None,
) -> tuple[Params, Array]:
    """Train on streams of the pictures that are not kept back; return the weights and the losses.

    A loss is the sum of two: of the three labels of a stream, and of all its letters. What is shown is counted instead.

    Parameters
    ----------
    caption_loss, layers, clip_grad_norm
        As for `stream_loss` and `utils.experiments.training_loop.descend`.
    seed, steps : int
    on_step : callable
        Called after every step with the number done, all losses and the weights.
    """
    rng, (images, labels) = np.random.default_rng(seed), load_digits()
    params = stream_model(rng)
    batches = [streams(rng, images[:-KEPT_BACK], labels[:-KEPT_BACK], BATCH) for _ in range(steps)]
    losses = descend(
        stream_loss(caption_loss, layers),
        clip_grad_norm,
        params,
        batches,
        lambda share: RATE * (1 - 0.9 * share),
        lambda done, losses: on_step(done, losses, params),
    )
    return params, losses


def new_streams() -> tuple[Array, Array, Array]:
    """Return `NEW` streams of kept-back pictures, as `streams` draws them."""
    images, labels = load_digits()
    return streams(np.random.default_rng(0), images[-KEPT_BACK:], labels[-KEPT_BACK:], NEW)


def scores(labels: Array, words: Sequence[tuple[str, ...]], true: Array) -> dict[str, float]:
    """Return the shares of labels, of words, and of whole streams of words that are right.

    Parameters
    ----------
    labels, true : ndarray, shape (N, 3)
        The answer for each frame, and what it shows.
    words : list of tuple of str
        What was written of each stream.
    """
    right = [
        [k < len(row) and row[k] == NUMERALS[digit] for k, digit in enumerate(digits)]
        for row, digits in zip(words, true, strict=True)
    ]
    whole = [all(hits) and len(row) == FRAMES for hits, row in zip(right, words, strict=True)]
    return {"frames": _share(labels == true), "words": _share(right), "streams": _share(whole)}


def _share(hits: ArrayLike) -> float:
    return round(float(np.mean(np.asarray(hits))), 4)


def counted(shares: dict[str, float]) -> str:
    """Return `scores` of the new streams in whole numbers: ``"585 of 600 frames, ..., 180 of 200 whole streams"``."""
    of = {"frames": NEW * FRAMES, "words": NEW * FRAMES, "whole streams": NEW}
    counts = zip(shares.values(), of.items(), strict=True)
    return ", ".join(f"{round(share * total)} of {total} {what}" for share, (what, total) in counts)


@guarded
def digit_stream(
    caption_loss: Learner,
    caption: Learner,
    lstm_forward_full: Learner,
    lstm_backward_full: Learner,
    temporal_affine_forward: Learner,
    temporal_affine_backward: Learner,
    temporal_softmax_loss: Learner,
    clip_grad_norm: Learner,
    seed: int = 0,
    steps: int = STEPS,
) -> StreamRun:
    """Train a network to label and to describe streams of digits, and show what it says to new ones.

    Parameters
    ----------
    caption_loss, caption : callable
        As in `utils.experiments.captioning`.
    lstm_forward_full, lstm_backward_full : callable
    temporal_affine_forward, temporal_affine_backward, temporal_softmax_loss : callable
    clip_grad_norm : callable
        What earlier assignments built.
    seed, steps : int

    Returns
    -------
    StreamRun or Note
    """
    layers = (
        lstm_forward_full,
        lstm_backward_full,
        temporal_affine_forward,
        temporal_affine_backward,
        temporal_softmax_loss,
    )
    frames, true, _ = new_streams()
    progress = Progress(f"{steps} batches of {BATCH} streams")
    taken: list[tuple[int, dict[str, float]]] = []

    def show(done: int, losses: list[float], params: Params) -> None:
        if done in (1, steps) or done % max(steps // 12, 1) == 0:
            labels, words = answers(caption, layers, params, frames)
            taken.append((done, scores(labels, words, true)))
            shown = f"{true[0].tolist()}: labels {labels[0].tolist()}, words {' '.join(words[0])}"
            progress.show(done / steps, f"{counted(taken[-1][1])} right   {shown}")

    params, losses = run(caption_loss, layers, clip_grad_norm, seed, steps, show)
    labels, words = answers(caption, layers, params, frames)
    return StreamRun(params, losses, taken[-1][1], taken, frames, true, labels, words, seed)
