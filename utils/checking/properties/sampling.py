"""Judge ids that a network drew: by how probable they are under its own distribution, never by their exact values.

The network is run by the `rnn_forward` that the judge is handed: over the prime and the ids that were drawn, and over
what a sampler with a known mistake would have read in their place. A right sampler may draw in any manner it likes, as
long as its chance is `rng`'s: that shows in several answers side by side.

The networks that are given to `sample` remember exactly three things, each in units of their own: the last id, the id
before it, and which of two marks was heard (0 for none). So every mistake changes the probabilities a lot.

Notes
-----
A sequence is refused if another explanation makes it `SURE` nats more probable than the network's own distribution
does. For ids that do come from that distribution, the likelihood ratio to any fixed explanation has the expectation 1,
so by Markov's inequality it exceeds exp(`SURE`) with a probability below exp(−`SURE`) = 2e-9, however many ids there
are. There are nine explanations: the known mistakes, and one that fits itself to the ids as they come (Krichevsky &
Trofimov 1981), which notices others. By the same inequality a mistake is named only if that last explanation is not
`SURE` nats ahead of it in turn: ids may be improbable under every mistake that is known.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import type_name
from utils.checking.comparison import Comparison
from utils.checking.properties import Values, first_output
from utils.checking.wording import with_article
from utils.fixtures import encode

Array = NDArray[np.float64]
Ids = NDArray[np.int64]

IDS = 6  # two marks, which are never drawn, and four that are
MARKS = 2
SURE = 20.0
_LOUD = 40.0  # what an id adds to its unit; tanh(20) is 1 to the last bit
_NEVER = 160.0  # how far the marks' scores lie below the others


def remembering(rng: np.random.Generator) -> dict[str, Array]:
    """Draw a network whose next id depends on the last two ids and on the last mark it read, and on nothing else.

    Returns
    -------
    dict of str to ndarray
        Wx (6, 13), Wh (13, 13), b (13,), Wy (13, 6), by (6,).
    """
    units = 2 * IDS + 1
    last, before, mark = np.arange(IDS), IDS + np.arange(IDS), units - 1
    Wx, Wh, b = np.zeros((IDS, units)), np.zeros((units, units)), np.zeros(units)
    Wx[last, last], b[last] = _LOUD, -_LOUD / 2
    Wh[last, before] = _LOUD / 2
    Wx[:MARKS, mark], Wh[mark, mark] = (2 * _LOUD, -2 * _LOUD), _LOUD / 2
    Wy, by = rng.uniform(-0.5, 0.5, (units, IDS)), rng.uniform(-0.3, 0.3, IDS)
    Wy[mark, MARKS:] = rng.permutation([-0.8, -0.8, 0.8, 0.8])
    Wy[:, :MARKS], by[:MARKS] = 0, -_NEVER
    return {"Wx": Wx, "Wh": Wh, "b": b, "Wy": Wy, "by": by}


def judge_sample(inputs: Values, outputs: Values, rnn_forward: Callable[..., Any]) -> dict[str, Comparison]:
    """Compare the ids that `sample` returned with the distribution of the network it was given.

    Parameters
    ----------
    inputs : dict
        ``params`` as `remembering` makes them, ``prime`` (perhaps a mark, then two ids), ``n``, ``temperature``.
    outputs : dict
        ``ids``: whatever came back.
    rnn_forward : callable
        ``rnn_forward(x, h0, Wx, Wh, b) -> (h, cache)``, which runs the network.

    Returns
    -------
    dict of str to Comparison
    """
    params, temperature = inputs["params"], inputs["temperature"]
    prime = np.asarray(inputs["prime"])
    ids = _as_ids(outputs["ids"], inputs["n"], prime)
    if isinstance(ids, Comparison):
        return {"ids": ids}
    scores = _scores(rnn_forward, params, prime, ids)
    right = _log_likelihood(scores["right"], ids, temperature)
    rivals = {
        name: _log_likelihood(scores[reading], ids, warp(temperature))
        for name, (reading, warp) in _EXPLANATIONS.items()
    }
    best, adaptive = max(rivals, key=lambda name: rivals[name]), _adaptive(ids)
    refused = max(rivals[best], adaptive) > right + SURE or right == -np.inf
    if not refused:
        return {"ids": Comparison("ids", None)}
    if rivals[best] > right + SURE and rivals[best] > adaptive - SURE:
        message = f"ids: these {len(ids)} ids do not come from the network's own distribution at temperature "
        return {"ids": Comparison("ids", "property", f"{message}{temperature:g}.", mistake=best)}
    message = f"ids: as draws at temperature {temperature:g}, these {len(ids)} ids are too improbable together."
    return {"ids": Comparison("ids", "property", message)}


def judge_sample_together(cases: Sequence[tuple[Values, Values]]) -> dict[str, Comparison]:
    """Judge whether the ids are drawn with `rng`: of one network, the same seed gives the same, another seed others."""
    asked = [(encode({**inputs, "rng": None}), inputs["rng"].seed, outputs["ids"]) for inputs, outputs in cases]
    for n, (question, seed, ids) in enumerate(asked):
        for other_question, other_seed, other in asked[:n]:
            if other_question != question:
                continue
            same = np.array_equal(ids, other)
            if seed == other_seed and not same:
                return _not_from_rng("the same seed gave different ids when it was asked twice.", "chance-of-its-own")
            if seed != other_seed and same:
                return _not_from_rng("two generators with different seeds gave the same ids.", "rng-ignored")
    return {}


def _not_from_rng(reason: str, mistake: str) -> dict[str, Comparison]:
    return {"ids": Comparison("ids", "property", f"ids: {reason}", mistake=mistake)}


def _as_ids(ids: Any, n: int, prime: Ids) -> Ids | Comparison:
    """Return the ids as an array of n integers, or a `Comparison` that says what is wrong with them."""
    if ids is None:
        return Comparison("ids", "missing", "ids is None.")
    if not isinstance(ids, np.ndarray):
        kind = f"a {ids.type_name}" if hasattr(ids, "type_name") else with_article(type_name(ids))
        return Comparison("ids", "kind", f"ids is {kind}, expected an array of whole numbers.")
    if ids.shape != (n,):
        mistake = "prime-among-ids" if ids.shape == (n + len(prime),) else None
        return Comparison("ids", "shape", f"ids has shape {ids.shape}, expected (n,) = ({n},).", mistake=mistake)
    if ids.dtype.kind not in "iu":
        return Comparison("ids", "kind", f"ids holds {ids.dtype.name}, expected whole numbers.")
    if n and (ids.min() < 0 or ids.max() >= IDS):
        return Comparison(
            "ids", "property", f"ids holds {ids.min()} to {ids.max()}, but there are only 0 to {IDS - 1}."
        )
    return ids.astype(np.int64)


def _scores(rnn_forward: Callable[..., Any], params: dict[str, Array], prime: Ids, ids: Ids) -> dict[str, Array]:
    """Return the scores (n, IDS) for each of `ids`, by how the network reads: "right", or as a known mistake does.

    All readings are rows of one batch, so the network is run once; where a row reads less, zeros fill its end.
    """
    V, H = params["Wx"].shape
    p, n = len(prime), len(ids)
    rows = {
        "right": [*prime, *ids],
        "starts-from-ones": [*prime, *ids],
        "prime-not-heard": [*prime[-1:], *ids],
        "not-fed-back": [*prime, *prime[-1:].repeat(n)],
    }
    x = np.zeros((len(rows), p + n, V))
    for row, read in zip(x, rows.values(), strict=True):
        row[np.arange(len(read)), read] = 1
    h0 = np.zeros((len(rows), H))
    h0[list(rows).index("starts-from-ones")] = 1
    weights = params["Wx"], params["Wh"], params["b"]
    h = dict(zip(rows, first_output(rnn_forward, "rnn_forward", (len(rows), p + n, H), x, h0, *weights), strict=True))
    states = {name: h[name][p - 1 : p - 1 + n] for name in ("right", "starts-from-ones", "not-fed-back")}
    states["prime-not-heard"] = h["prime-not-heard"][:n]
    states["state-stands-still"] = states["right"][:1].repeat(n, axis=0)
    # From zeros at every step, only the last id is known: one row for each id that there is, one step long.
    forgetful = first_output(rnn_forward, "rnn_forward", (V, 1, H), np.eye(V)[:, None], np.zeros((V, H)), *weights)
    states["state-not-carried"] = np.concatenate([states["right"][:1], forgetful[ids[:-1], 0]])
    return {name: state @ params["Wy"] + params["by"] for name, state in states.items()}


def _log_likelihood(scores: Array, ids: Ids, temperature: float) -> float:
    """Return the log probability of all ids together; at temperature 0 the likeliest alone is possible."""
    if temperature == 0:
        return 0.0 if np.array_equal(scores.argmax(axis=1), ids) else -np.inf
    scores = scores / temperature
    chosen = scores[np.arange(len(ids)), ids]
    return float(np.sum(chosen - np.logaddexp.reduce(scores, axis=1)))


def _adaptive(ids: Ids) -> float:
    """Return the log probability of `ids` by counting, as they come, what has followed each id so far."""
    counts = np.full((IDS, IDS), 0.5)
    total = -np.log(IDS) if len(ids) else 0.0
    for before, now in pairwise(ids):
        total += np.log(counts[before, now] / counts[before].sum())
        counts[before, now] += 1
    return float(total)


def _unchanged(temperature: float) -> float:
    return temperature


# By the known mistake: how the network then reads, and at which temperature it then draws.
_EXPLANATIONS: dict[str, tuple[str, Callable[[float], float]]] = {
    # the temperature does nothing, or the opposite of what it should; at 0 nothing is drawn at all
    "temperature-ignored": ("right", lambda temperature: 1.0),
    "temperature-multiplies": ("right", lambda temperature: 1 / temperature if temperature else np.inf),
    "always-the-likeliest": ("right", lambda temperature: 0.0),
    "state-not-carried": ("state-not-carried", _unchanged),
    "state-stands-still": ("state-stands-still", _unchanged),
    "starts-from-ones": ("starts-from-ones", _unchanged),
    "prime-not-heard": ("prime-not-heard", _unchanged),
    "not-fed-back": ("not-fed-back", _unchanged),
}
