"""Compute what the two models of 07 write, in arithmetic of our own, so that only clear cases are chosen.

The cell is computed in odds, e^z : 1 for a gate to be open; the solutions compute it in another way. This stands on
the trusted side, because a learner could call it as an answer.
"""

import numpy as np
from numpy.typing import NDArray

from utils.data.vocabulary import START

Array = NDArray[np.float64]
Ids = NDArray[np.int64]


def encoded(params: dict[str, Array], letters: Ids) -> tuple[Array, Array]:
    """Return h and c (N, H) in which the encoder of a pronouncing model ends."""
    silence = np.zeros((len(letters), len(params["enc_Wh"])))
    x = params["W_letters"][letters]
    return run(x, silence, silence, params["enc_Wx"], params["enc_Wh"], params["enc_b"])[1:]


@np.errstate(all="ignore")
def written(
    h: Array,
    c: Array,
    embedding: Array,
    Wx: Array,
    Wh: Array,
    b: Array,
    W_out: Array,
    b_out: Array,
    length: int,
) -> tuple[Ids, Array]:
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
    voice, content = h.astype(np.float64), c.astype(np.float64)
    for _ in range(length):
        voice, content = _step(embedding[last], voice, content, Wx, Wh, b)
        scores = voice @ W_out + b_out
        last = scores.argmax(axis=1)
        second, first = np.sort(scores, axis=1)[:, -2:].T
        ids.append(last)
        margins.append(first - second)
    return np.stack(ids, axis=1), np.stack(margins, axis=1)


@np.errstate(all="ignore")
def run(x: Array, h: Array, c: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Array, Array]:
    """Return the states (N, T, H) of a cell that reads x (N, T, E), and the two it ends in."""
    voice, content, states = h.astype(np.float64), c.astype(np.float64), []
    for t in range(x.shape[1]):
        voice, content = _step(x[:, t], voice, content, Wx, Wh, b)
        states.append(voice)
    return np.stack(states, axis=1), voice, content


def _step(now: Array, voice: Array, content: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, Array]:
    """Return h and c after a step that reads `now`. Many models are drawn, and most are not taken, so it is short."""
    odds = np.exp(np.minimum(np.maximum(now @ Wx + voice @ Wh + b, -40), 40))
    H = voice.shape[1]
    write, keep, reveal, offer = (odds[:, k : k + H] for k in range(0, 4 * H, H))
    candidate = 1 - 2 / (1 + offer**2)
    content = content - content / (1 + keep) + candidate / (1 + 1 / write)
    return (1 - 2 / (1 + np.exp(2 * content))) / (1 + 1 / reveal), content
