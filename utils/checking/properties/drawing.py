"""Hold the ways, right and mistaken, in which a sampler may have drawn its ids, and say whether ids fit one by itself.

An explanation is two things: what the network had read before each id was drawn (a *reading*), and what was then drawn
from its scores. `utils.checking.properties.sampling` weighs the explanations.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.properties import first_output

Array = NDArray[np.float64]
Ids = NDArray[np.int64]
LogProbabilities = Array  # (n, IDS): of each id at each step
Draw = Callable[[Array, float], list[LogProbabilities]]  # (scores, temperature); several where a mistake has forms

IDS = 6  # four that are drawn, 0 among them, and two marks, which never are
DRAWN = 4
OTHER_SHARES = (0.75, 1.5, 2.0)  # of the old state: what no known mistake takes of it
_SHARES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_SIGMAS = 5.0


def readings(rnn_forward: Callable[..., Any], params: Mapping[str, Array], prime: Ids, ids: Ids) -> dict[str, Array]:
    """Return the scores (n, IDS) from which each of `ids` was drawn, by what the network had read: "right", or else."""
    n = len(ids)
    rows = {
        "right": [*prime, *ids],
        "last id of the prime": [*prime[-1:], *ids],
        "prime again and again": [*prime, *prime[-1:].repeat(n)],
        "last of the prime twice": [*prime, *prime[-1:], *ids],
        "prime without its last": [*prime[:-1], *ids],
        "prime without its first": [*prime[1:], *ids],
    }
    # After as many ids as are read before the first is drawn, and then after each that was drawn but the last.
    contexts = {name: _contexts(np.array(read, int))[-n - 1 : -1] for name, read in rows.items()}
    Wx, Wh, b = (params[name] for name in ("Wx", "Wh", "b"))
    from_zeros = _states(rnn_forward, np.zeros(len(b)), Wx, Wh, b)
    states = {name: from_zeros[numbers] for name, numbers in contexts.items()}
    states["starts from ones"] = _states(rnn_forward, np.ones(len(b)), Wx, Wh, b)[contexts["right"]]
    states["state stands still"] = states["right"][:1].repeat(n, axis=0)
    states["state is not carried"] = np.concatenate([states["right"][:1], from_zeros[1 + ids[:-1]]])
    others = {faded(share): (share * Wh, b) for share in (0.5, *OTHER_SHARES)}
    others["step without its bias"] = (Wh, 0 * b)
    for name, weights in others.items():
        states[name] = _states(rnn_forward, np.zeros(len(b)), Wx, *weights)[contexts["right"]]
    scores = {name: state @ params["Wy"] + params["by"] for name, state in states.items()}
    return scores | {"scores without their bias": states["right"] @ params["Wy"]}


def _states(rnn_forward: Callable[..., Any], start: Array, Wx: Array, Wh: Array, b: Array) -> Array:
    """Return the state (contexts, H) after each context that began in the state `start`.

    A network that remembers two ids and a mark need not read a whole text: what went before them is gone.
    """
    ids = range(IDS)
    read = np.array([*product(range(DRAWN, IDS), ids, ids), *product(ids, ids, [0])])
    h0, shape = np.tile(start, (len(read), 1)), (*read.shape, len(b))
    h = first_output(rnn_forward, "rnn_forward", shape, np.eye(IDS)[read], h0, Wx, Wh, b)
    marked, pairs = h[: -(IDS**2)], h[-(IDS**2) :]
    return np.concatenate([start[None], pairs[::IDS, 0], pairs[:, 1], marked[:, 2]])


def _contexts(read: Ids) -> Ids:
    """Return the number of the context that `_states` gives the state of: before anything is read, and after each id.

    0 is nothing; then come one id alone, the last two ids, and the last two ids with the mark that came before them.
    """
    last = np.concatenate([[0], read])
    pair = np.concatenate([[0], last[:-1]]) * IDS + last
    latest = np.maximum.accumulate(np.where(read >= DRAWN, np.arange(len(read)), -1))  # where the latest mark stands
    marked = np.concatenate([[-1, -1, -1], latest[:-2]])[: len(last)]
    earlier = np.where(marked >= 0, read[marked] - DRAWN + 1, 0) if len(read) else marked + 1
    numbers: Ids = 1 + IDS + earlier * IDS**2 + pair
    numbers[:2] = [0, *(1 + read[:1])]
    return numbers


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
    below = (scores - scores.max(axis=1, keepdims=True)) / temperature
    log_p: LogProbabilities = below - np.log(np.exp(below).sum(axis=1, keepdims=True))
    return log_p


def likelihood(log_p: LogProbabilities, ids: Ids) -> float:
    """Return the log probability of all ids together."""
    return float(log_p[np.arange(len(ids)), ids].sum())


def by_counting(ids: Ids, count: int) -> float:
    """Return the log probability of `ids`, of `count` that there are, by counting what has followed each id so far.

    An id's probability is (n + 1/2) / (N + count/2), if it has come n times out of N after the id before it. The
    product of these depends on the final counts alone. Source: Krichevsky and Trofimov 1981.
    """
    counts = np.zeros((count, count))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    steps = np.arange(len(ids))
    log_n, log_all = (np.concatenate([[0.0], np.cumsum(np.log(steps + offset))]) for offset in (0.5, count / 2))
    first = -np.log(count) if len(ids) else 0.0
    return float(first + log_n[counts.astype(int)].sum() - log_all[counts.sum(axis=1).astype(int)].sum())


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
    low, high = 0, len(grid) - 1
    while low < high:  # the log probability is concave in 1 / temperature, so it has one peak
        middle = (low + high) // 2
        here, next_one = (likelihood(tempered(scores, float(t)), ids) for t in grid[middle : middle + 2])
        low, high = (middle + 1, high) if here < next_one else (low, middle)
    best = float(grid[low])
    return float(f"{best:.2g}") if fits(tempered(scores, best), ids) else None


def _largest(log_p: LogProbabilities, order: Ids, kept: NDArray[np.bool_]) -> LogProbabilities:
    """Return the distributions with all but the ids `kept`, in the falling `order`, taken out."""
    mask = np.zeros_like(kept)
    np.put_along_axis(mask, order, kept, axis=1)
    return tempered(np.where(mask, log_p, -np.inf), 1.0)


def _falling(log_p: LogProbabilities) -> Ids:
    return np.argsort(-log_p, axis=1, kind="stable")


def _top_k(scores: Array, temperature: float) -> list[LogProbabilities]:
    log_p = tempered(scores, temperature)
    order, rank = _falling(log_p), np.broadcast_to(np.arange(log_p.shape[1]), log_p.shape)
    return [_largest(log_p, order, rank < k) for k in (2, 3)]


def _nucleus(scores: Array, temperature: float) -> list[LogProbabilities]:
    log_p = tempered(scores, temperature)
    order, p = _falling(log_p), -np.sort(-np.exp(log_p), axis=1)
    before = np.cumsum(p, axis=1) - p
    return [_largest(log_p, order, before < share) for share in _SHARES]


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
