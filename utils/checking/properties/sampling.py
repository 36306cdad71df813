"""Judge ids that a network drew: by how probable they are under its own distribution, never by their exact values.

The networks given to `sample` remember exactly three things, each in units of their own that are −1 or +1 to the last
bit: the last id, the id before it, and which of two marks was heard (0 for none). So the probabilities of every next id
are read off a table. A right sampler may draw in any manner it likes, as long as its chance is `rng`'s: that shows in
several answers side by side.

Notes
-----
A sequence is refused if another explanation makes it `SURE` nats more probable than the network's own distribution
does. For ids that do come from that distribution, the likelihood ratio to any fixed explanation has the expectation 1,
so by Markov's inequality it exceeds exp(`SURE`) with a probability below exp(−`SURE`) = 2e-9, however many ids there
are. There are nine explanations: the known mistakes, and one that fits itself to the ids as they come (Krichevsky &
Trofimov 1981), which notices others.
"""

from itertools import pairwise

import numpy as np

from utils.checking.compare import Comparison, type_name
from utils.checking.wording import a
from utils.fixtures import encode

IDS = 6  # two marks, which are never drawn, and four that are
MARKS = 2
SURE = 20.0
_LOUD = 40.0  # what an id adds to its unit; tanh(20) is 1 to the last bit
_NEVER = 160.0  # how far the marks' scores lie below the others


def remembering(rng):
    """Draw a network whose next id depends on the last two ids and on the mark it heard last, and on nothing else.

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


def judge_sample(inputs, outputs):
    """Compare the ids that `sample` returned with the distribution of the network it was given.

    Parameters
    ----------
    inputs : dict
        ``params`` as `remembering` makes them, ``prime`` (perhaps a mark, then two ids), ``n``, ``temperature``.
    outputs : dict
        ``ids``: whatever came back.

    Returns
    -------
    dict of str to Comparison
    """
    params, temperature = inputs["params"], inputs["temperature"]
    prime = np.asarray(inputs["prime"])
    found = _as_ids(outputs["ids"], inputs["n"], prime)
    if isinstance(found, Comparison):
        return {"ids": found}
    heard = np.concatenate([prime, found])
    right = _log_likelihood(_scores(params, heard, len(prime)), found, temperature)
    rivals = {name: likelihood(params, heard, len(prime), temperature) for name, likelihood in _EXPLANATIONS.items()}
    best = max(rivals, key=rivals.get)
    if rivals[best] > right + SURE:
        told = f"ids: these {len(found)} ids do not come from the network's own distribution at temperature "
        return {"ids": Comparison("ids", "property", f"{told}{temperature:g}.", mistake=best)}
    if _adaptive(found) > right + SURE or right == -np.inf:
        told = f"ids: as draws at temperature {temperature:g}, these {len(found)} ids are too improbable together."
        return {"ids": Comparison("ids", "property", told)}
    return {"ids": Comparison("ids", None)}


def judge_sample_together(cases):
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


def _not_from_rng(told, mistake):
    return {"ids": Comparison("ids", "property", f"ids: {told}", mistake=mistake)}


def _as_ids(ids, n, prime):
    """Return the ids as an array of n integers, or a `Comparison` that says what is wrong with them."""
    if ids is None:
        return Comparison("ids", "missing", "ids is None.")
    if not isinstance(ids, np.ndarray):
        kind = f"a {ids.type_name}" if hasattr(ids, "type_name") else a(type_name(ids))
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


def _scores(params, heard, first, last=None, before=None, mark=None):
    """Return the network's scores for the ids from `first` on, shape (n, IDS).

    `last`, `before` and `mark` replace what its three memories hold: ids one and two steps back, and −1, 0 or 1.
    """
    at = np.arange(first, len(heard))
    mark = {0: 1.0, 1: -1.0}.get(int(heard[0]), 0.0) if mark is None else mark
    last = heard[at - 1] if last is None else last
    before = _one_hot(heard[at - 2]) if before is None else before
    units = np.concatenate([_one_hot(last), before, np.full((len(at), 1), mark)], axis=1)
    return units @ params["Wy"] + params["by"]


def _one_hot(ids):
    """Return what the units of one memory hold: +1 for the id, −1 for all others."""
    return 2 * np.eye(IDS)[ids] - 1


def _log_likelihood(scores, ids, temperature):
    """Return the log probability of all ids together; at temperature 0 the likeliest alone is possible."""
    if temperature == 0:
        return 0.0 if np.array_equal(scores.argmax(axis=1), ids) else -np.inf
    scores = scores / temperature
    chosen = scores[np.arange(len(ids)), ids]
    return float(np.sum(chosen - np.logaddexp.reduce(scores, axis=1)))


def _adaptive(ids):
    """Return the log probability of `ids` by counting, as they come, what has followed each id so far."""
    counts = np.full((IDS, IDS), 0.5)
    total = -np.log(IDS) if len(ids) else 0.0
    for before, now in pairwise(ids):
        total += np.log(counts[before, now] / counts[before].sum())
        counts[before, now] += 1
    return float(total)


def _explained(warp=lambda temperature: temperature, **memories):
    """Return a likelihood under changed memories (functions of what was heard) or a changed temperature."""

    def likelihood(params, heard, first, temperature):
        held = {name: memory(heard, first) for name, memory in memories.items()}
        return _log_likelihood(_scores(params, heard, first, **held), heard[first:], warp(temperature))

    return likelihood


def _stuck(back):
    """Return a memory that holds the id `back` places before the first drawn one, and never moves on."""
    return lambda heard, first: np.full(len(heard) - first, heard[first - back])


def _coded(memory):
    return lambda heard, first: _one_hot(memory(heard, first))


def _empty(heard, first):
    return np.zeros((len(heard) - first, IDS))


_EXPLANATIONS = {
    # the temperature does nothing, or the opposite of what it should; at 0 nothing is drawn at all
    "temperature-ignored": _explained(lambda temperature: 1.0),
    "temperature-multiplies": _explained(lambda temperature: 1 / temperature if temperature else np.inf),
    "always-the-likeliest": _explained(lambda temperature: 0.0),
    # what is remembered if the state is thrown away: the id before the last and the mark live in the state alone
    "state-not-carried": _explained(before=_empty, mark=lambda heard, first: 0.0),
    "state-stands-still": _explained(last=_stuck(1), before=_coded(_stuck(2))),
    "starts-from-ones": _explained(mark=lambda heard, first: 1.0),
    "prime-not-heard": _explained(mark=lambda heard, first: 0.0),
    "not-fed-back": _explained(last=_stuck(1), before=_coded(_stuck(1))),
}
