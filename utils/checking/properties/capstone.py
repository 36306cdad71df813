"""Judge the training of assignment 07's two models: not by the weights it ends with, but by what these can say.

Any way of training is right that fits a few words in a given number of steps. What is measured is the cross-entropy in
nats a letter, or a phoneme, of the words it was trained on. The models are run here in odds, e^z : 1 for a gate to be
open, as in `utils.checking.properties.lstm`.
"""

import numpy as np

from utils.checking.compare import Comparison, compare
from utils.data.vocabulary import PAD, START

FITTED = 0.05  # nats a letter, or a phoneme, from which on the words count as learned by heart
LONG = 100  # steps, from which on a training must have fitted its words


def judge_captions(inputs, outputs):
    """Judge what ``train_captions(params, images, captions, steps)`` returned: Adam's rate stays at 0.01.

    Parameters
    ----------
    inputs : dict
        The arguments by name. With 0 steps nothing may have moved, with `LONG` steps or more the captions must be
        known to less than `FITTED` nats a letter, between these the loss must at least have fallen.
    outputs : dict
        ``trained``: whatever came back.

    Returns
    -------
    dict of str to Comparison
    """
    params, images, captions, steps = inputs.values()

    def nats(trained):
        return unlikeliness(caption_scores(trained, images, captions), captions[:, 1:])

    return {"trained": _judged(params, outputs["trained"], steps, nats, [0.01] * steps, "letter")}


def judge_pronouncing(inputs, outputs):
    """Like `judge_captions`, for ``train_pronounce(params, letters, phonemes, steps)``: the rate falls from 0.02."""
    params, letters, phonemes, steps = inputs.values()

    def nats(trained):
        return unlikeliness(pronounce_scores(trained, letters, phonemes), phonemes[:, 1:])

    rates = [0.02 * (1 - 0.9 * step / steps) for step in range(steps)]
    return {"trained": _judged(params, outputs["trained"], steps, nats, rates, "phoneme")}


def caption_scores(params, images, captions):
    """Return the scores (N, L − 1, V) of a caption model that reads the right letters."""
    h = images @ params["W_image"] + params["b_image"]
    x = params["W_embed"][captions[:, :-1]]
    states = _run(x, h, np.zeros_like(h), params["Wx"], params["Wh"], params["b"])[0]
    return states @ params["W_out"] + params["b_out"]


def pronounce_scores(params, letters, phonemes):
    """Return the scores (N, L − 1, P) of a pronouncing model that reads the right phonemes."""
    p = params
    h, c = encoded(params, letters)
    states = _run(p["W_phonemes"][phonemes[:, :-1]], h, c, p["dec_Wx"], p["dec_Wh"], p["dec_b"])[0]
    return states @ p["W_out"] + p["b_out"]


def encoded(params, letters):
    """Return h and c (N, H) in which the encoder of a pronouncing model ends."""
    silence = np.zeros((len(letters), len(params["enc_Wh"])))
    x = params["W_letters"][letters]
    return _run(x, silence, silence, params["enc_Wx"], params["enc_Wh"], params["enc_b"])[1:]


def written(h, c, embedding, Wx, Wh, b, W_out, b_out, length):
    """Let a decoder write its likeliest ids.

    Parameters
    ----------
    h, c : ndarray, shape (N, H)
        The states it starts from.
    embedding : ndarray, shape (V, E)
    Wx, Wh, b, W_out, b_out : ndarray
        The decoder's weights.
    length : int

    Returns
    -------
    ids : ndarray, shape (N, length)
        As it goes on, also beyond its first `END`.
    margin : ndarray, shape (N, length)
        By how much each id's score exceeds the second largest.
    """
    ids, margins, last = [], [], np.full(len(h), START)
    for _ in range(length):
        states, h, c = _run(embedding[last][:, None], h, c, Wx, Wh, b)
        scores = states[:, 0] @ W_out + b_out
        last = scores.argmax(axis=1)
        second, first = np.sort(scores, axis=1)[:, -2:].T
        ids.append(last)
        margins.append(first - second)
    return np.stack(ids, axis=1), np.stack(margins, axis=1)


def unlikeliness(scores, targets):
    """Return the cross-entropy in nats a letter, or a phoneme: the mean over all targets that are no `PAD`."""
    log_p = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    counts = targets != PAD
    return float(-np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0][counts].mean())


@np.errstate(all="ignore")
def _run(x, h, c, Wx, Wh, b):
    """Return the states (N, T, H) of a cell that reads x (N, T, E), and the two it ends in."""
    content, voice, states = c.astype(np.float64), h.astype(np.float64), []
    for now in np.moveaxis(x, 1, 0):
        write, keep, reveal, offer = np.split(np.exp(np.clip(now @ Wx + voice @ Wh + b, -40, 40)), 4, axis=1)
        candidate = 1 - 2 / (1 + offer**2)
        content = content - content / (1 + keep) + candidate / (1 + 1 / write)
        voice = (1 - 2 / (1 + np.exp(2 * content))) / (1 + 1 / reveal)
        states.append(voice)
    return np.stack(states, axis=1), voice, content


def _judged(params, trained, steps, nats, rates, unit):
    shapes = {name: np.zeros(p.shape) for name, p in params.items()}
    found = compare("trained", trained, shapes)
    if found.problem not in (None, "value"):
        return found
    moves = [np.asarray(trained[name], dtype=np.float64) - p for name, p in params.items()]
    moved = np.abs(np.concatenate([move.ravel() for move in moves]))
    if steps == 0:
        if moved.max() == 0:
            return Comparison("trained", None)
        return _wrong(
            "With steps = 0 the weights should come back as they were; yours have moved.", "one-step-too-many"
        )
    before, after = nats(params), nats({name: np.asarray(p, dtype=np.float64) for name, p in trained.items()})
    if after < (FITTED if steps >= LONG else before):
        return Comparison("trained", None)
    ending = f"the loss is {after:.3g} nats a {unit}"
    told = f"After {steps} steps {ending}; it began with {before:.3g}"
    told += f" and should be below {FITTED:g}." if steps >= LONG else " and should have fallen."
    return _wrong(told, _mistake(moved, after > before, rates))


def _mistake(moved, grown, rates):
    """Return the known mistake by how far the weights moved: Adam's first step is one `rate`, up or down."""
    furthest, way = moved.max(), sum(rates)
    if furthest == 0:
        return "nothing-moves"
    if len(rates) > 1 and 0.9 * rates[0] < furthest < 1.01 * rates[0]:
        return "one-step-only"
    if len(rates) >= LONG and abs(furthest - way) < 0.001 * way:  # not once did it turn, or slow down
        return "gradients-of-the-start"
    if furthest < 0.05 * way:
        return "rate-too-small"
    return "gradient-ascent" if grown and len(rates) < LONG else None  # too large a step grows too, in time


def _wrong(told, mistake):
    return Comparison("trained", "property", told, mistake=mistake)
