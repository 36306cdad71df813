"""Hold the ways, right and mistaken, in which a sampler may have drawn its ids, and say whether ids fit one by itself.

An explanation is two things: what the network had read before each id was drawn (a *reading*), and what was then drawn
from its scores. `utils.checking.properties.sampling` weighs the explanations.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.properties import first_output

Array = NDArray[np.float64]
Ids = NDArray[np.int64]
LogProbabilities = Array  # (n, IDS): of each id at each step
Draw = Callable[[Array, float], list[LogProbabilities]]  # (scores, temperature); several where a mistake has forms

OTHER_SHARES = (0.75, 1.5, 2.0)  # of the old state: what no known mistake takes of it
_SHARES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_SIGMAS = 5.0


def readings(rnn_forward: Callable[..., Any], params: Mapping[str, Array], prime: Ids, ids: Ids) -> dict[str, Array]:
    """Return the scores (n, IDS) from which each of `ids` was drawn, by what the network had read: "right", or else.

    All readings with the same weights are rows of one batch; where a row reads less, zeros fill its end.
    """
    V, H = params["Wx"].shape
    p, n = len(prime), len(ids)
    rows = {
        "right": [*prime, *ids],
        "starts from ones": [*prime, *ids],
        "last id of the prime": [*prime[-1:], *ids],
        "prime again and again": [*prime, *prime[-1:].repeat(n)],
        "last of the prime twice": [*prime, *prime[-1:], *ids],
        "prime without its last": [*prime[:-1], *ids],
        "prime without its first": [*prime[1:], *ids],
    }
    x = np.zeros((len(rows), p + n + 1, V))
    for row, read in zip(x, rows.values(), strict=True):
        row[np.arange(len(read)), read] = 1
    h0 = np.zeros((len(rows), H))
    h0[list(rows).index("starts from ones")] = 1
    weights = params["Wx"], params["Wh"], params["b"]
    h = first_output(rnn_forward, "rnn_forward", (len(rows), p + n + 1, H), x, h0, *weights)
    states = {}
    for (name, read), start, after in zip(rows.items(), h0, h, strict=True):
        before = np.concatenate([start[None], after])  # before[k]: having read k ids
        first = len(read) - n  # so many ids are read before the first is drawn
        states[name] = before[first : first + n]
    states["state stands still"] = states["right"][:1].repeat(n, axis=0)
    # From zeros at every step, only the last id is known: one row for each id that there is, one step long.
    forgetful = first_output(rnn_forward, "rnn_forward", (V, 1, H), np.eye(V)[:, None], np.zeros((V, H)), *weights)
    states["state is not carried"] = np.concatenate([states["right"][:1], forgetful[ids[:-1], 0]])
    others = {"step without its bias": (params["Wh"], 0 * params["b"])}
    others |= {faded(share): (share * params["Wh"], params["b"]) for share in (0.5, *OTHER_SHARES)}
    states |= _side_by_side(rnn_forward, params["Wx"], others, np.concatenate([prime, ids[:-1]]), n)
    scores = {name: state @ params["Wy"] + params["by"] for name, state in states.items()}
    return scores | {"scores without their bias": states["right"] @ params["Wy"]}


def _side_by_side(
    rnn_forward: Callable[..., Any], Wx: Array, networks: Mapping[str, tuple[Array, Array]], read: Ids, n: int
) -> dict[str, Array]:
    """Return the last n states of networks, by name, that have these ``(Wh, b)`` each and read the same ids.

    They run as the blocks of one network: its steps cost little more than those of a small one.
    """
    V, H = Wx.shape
    Wh = np.zeros((len(networks) * H,) * 2)
    for k, (weights, _) in enumerate(networks.values()):
        Wh[k * H : (k + 1) * H, k * H : (k + 1) * H] = weights
    b = np.concatenate([bias for _, bias in networks.values()])
    shape, x = (1, len(read), len(b)), np.eye(V)[read][None]
    h = first_output(rnn_forward, "rnn_forward", shape, x, np.zeros((1, len(b))), np.tile(Wx, len(networks)), Wh, b)
    return {name: h[0, -n:, k * H : (k + 1) * H] for k, name in enumerate(networks)}


def faded(share: float) -> str:
    """Return the name of the reading by which so much of the old state goes into each step."""
    return f"{share:g} of the old state"


@np.errstate(all="ignore")
def tempered(scores: Array, temperature: float) -> LogProbabilities:
    """Return the logarithm of the softmax of scores / temperature; at temperature 0 the likeliest id alone is possible.

    Examples
    --------
    >>> np.exp(tempered(np.log([[1.0, 3.0]]), 0.5)).round(3)
    array([[0.1, 0.9]])
    """
    if temperature == 0:
        return np.where(np.arange(scores.shape[1]) == scores.argmax(axis=1)[:, None], 0.0, -np.inf)
    scores = scores / temperature
    log_p: LogProbabilities = scores - np.logaddexp.reduce(scores, axis=1)[:, None]
    return log_p


def likelihood(log_p: LogProbabilities, ids: Ids) -> float:
    """Return the log probability of all ids together."""
    return float(log_p[np.arange(len(ids)), ids].sum())


def by_counting(ids: Ids, count: int) -> float:
    """Return the log probability of `ids`, of `count` that there are, by counting what has followed each id so far.

    Source: Krichevsky and Trofimov 1981.
    """
    counts = np.full((count, count), 0.5)
    total = -np.log(count) if len(ids) else 0.0
    for before, now in pairwise(ids):
        total += np.log(counts[before, now] / counts[before].sum())
        counts[before, now] += 1
    return float(total)


@np.errstate(all="ignore")
def fits(log_p: LogProbabilities, ids: Ids) -> bool:
    """Whether ids are what draws from these distributions look like.

    Their log probability must be what such draws expect, and so must the counts of each id by itself, after each id,
    and two steps after each. Draws that do come from them are refused less than once in ten thousand times.
    """
    total = likelihood(log_p, ids)
    if total == -np.inf:
        return False
    p, surprise = np.exp(log_p), np.where(np.isfinite(log_p), log_p, 0.0)
    mean = (p * surprise).sum(axis=1)
    variance = (p * surprise**2).sum(axis=1) - mean**2
    if abs(total - mean.sum()) > _SIGMAS * np.sqrt(max(variance.sum(), 0)) + 3:
        return False
    for excess, spread in excesses(log_p, ids).values():
        cells = excess**2 / (spread**2 + 1)
        free = np.count_nonzero(spread > 0.1)
        if cells.sum() > free + _SIGMAS * np.sqrt(2 * free) + 15:
            return False
    return True


def excesses(log_p: LogProbabilities, ids: Ids) -> dict[int, tuple[Array, Array]]:
    """Return how much more often each id came than expected, and the standard deviation of its count.

    Returns
    -------
    dict of int to (ndarray, ndarray)
        By lag: 0 for ids by themselves, shape (1, IDS); 1 and 2 after each id that came so many steps before, shape
        (IDS, IDS).
    """
    p, V = np.exp(log_p), log_p.shape[1]
    came = np.eye(V)[ids]
    found = {}
    for lag in (0, 1, 2):
        after = np.eye(V)[ids[:-lag]] if lag else np.ones((len(ids), 1))
        excess = after.T @ (came - p)[lag:]
        found[lag] = excess, np.sqrt(after.T @ (p * (1 - p))[lag:])
    return found


def fitted_temperature(scores: Array, ids: Ids) -> float | None:
    """Return the temperature at which ids are most probable, to two digits, if they fit what is drawn at it."""
    grid = np.geomspace(0.1, 10, 400)
    best = float(max(grid, key=lambda t: likelihood(tempered(scores, float(t)), ids)))
    return float(f"{best:.2g}") if fits(tempered(scores, best), ids) else None


@np.errstate(all="ignore")
def _largest(log_p: LogProbabilities, kept: NDArray[np.bool_]) -> LogProbabilities:
    """Return the distributions with all but the ids `kept`, in falling order, taken out."""
    order = np.argsort(-log_p, axis=1, kind="stable")
    mask = np.zeros_like(kept)
    np.put_along_axis(mask, order, kept, axis=1)
    held = np.where(mask, log_p, -np.inf)
    cut: LogProbabilities = held - np.logaddexp.reduce(held, axis=1)[:, None]
    return cut


def _top_k(scores: Array, temperature: float) -> list[LogProbabilities]:
    log_p = tempered(scores, temperature)
    rank = np.broadcast_to(np.arange(log_p.shape[1]), log_p.shape)
    return [_largest(log_p, rank < k) for k in (2, 3)]


def _nucleus(scores: Array, temperature: float) -> list[LogProbabilities]:
    log_p = tempered(scores, temperature)
    p = -np.sort(-np.exp(log_p), axis=1)
    return [_largest(log_p, np.cumsum(p, axis=1) - p < share) for share in _SHARES]


def _multiplied(scores: Array, temperature: float) -> list[LogProbabilities]:
    even = tempered(np.zeros_like(scores), 1.0)
    return [tempered(scores, 1 / temperature)] if temperature else [even, tempered(scores, 0)]


def _as_asked(scores: Array, temperature: float) -> list[LogProbabilities]:
    return [tempered(scores, temperature)]


# By the known mistake: what the network then reads, and how it then draws. Who forgets the temperature may still treat
# 0 apart.
EXPLANATIONS: dict[str, tuple[str, Draw]] = {
    "temperature-ignored": (
        "right",
        lambda scores, temperature: [tempered(scores, t) for t in ((1.0,) if temperature else (1.0, 0.0))],
    ),
    "temperature-multiplies": ("right", _multiplied),
    "always-the-likeliest": ("right", lambda scores, temperature: [tempered(scores, 0.0)]),
    "scores-squashed": ("right", lambda scores, temperature: [tempered(np.tanh(scores), temperature)]),
    "top-k": ("right", _top_k),
    "nucleus": ("right", _nucleus),
    "state-not-carried": ("state is not carried", _as_asked),
    "state-stands-still": ("state stands still", _as_asked),
    "state-halved": (faded(0.5), _as_asked),
    "starts-from-ones": ("starts from ones", _as_asked),
    "prime-not-heard": ("last id of the prime", _as_asked),
    "prime-without-its-last": ("prime without its last", _as_asked),
    "prime-without-its-first": ("prime without its first", _as_asked),
    "last-of-the-prime-twice": ("last of the prime twice", _as_asked),
    "not-fed-back": ("prime again and again", _as_asked),
    "output-bias-forgotten": ("scores without their bias", _as_asked),
    "step-bias-forgotten": ("step without its bias", _as_asked),
}
