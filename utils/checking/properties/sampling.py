"""Judge ids that a network drew: by how probable they are under its own distribution, never by their exact values.

The network is run by the `rnn_forward` that the judge is handed: over the prime and the ids that were drawn, and over
what a sampler with a known mistake would have read in their place. A right sampler may draw in any manner it likes, as
long as its chance is `rng`'s: that shows in several answers side by side.

The networks that are given to `sample` remember exactly three things, each in units of their own: the last id, the id
before it, and which of two marks was heard (0 for none). The units of the id before stand where tanh is steep, so that
it shows if less of the old state, or more, goes into a step. So every mistake changes the probabilities a lot.

Notes
-----
A sequence is refused if another explanation makes it `SURE` nats more probable than the network's own distribution
does. For ids that do come from that distribution, the likelihood ratio to any fixed explanation has the expectation 1,
so by Markov's inequality it exceeds exp(`SURE`) with a probability below exp(−`SURE`) = 2e-9, however many ids there
are. There are some thirty explanations: the known mistakes in all their forms, and one that fits itself to the ids as
they come, which notices others; other temperatures are among them too.

A mistake is named only if the ids fit it by themselves (`drawing.fits`), and no explanation is `SURE` nats ahead of it:
ids may be improbable under every mistake that is known. That is asked of every case, right ones too, since a mistake
that would have shown where all is right is not the one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import type_name
from utils.checking.comparison import Comparison
from utils.checking.properties import Values, drawing
from utils.checking.properties.drawing import DRAWN, IDS, Array, Ids
from utils.checking.wording import with_article

Explained = tuple[dict[str, Array], dict[str, list[Array]], dict[float, Array]]
SURE = 20.0
_LOUD = 40.0  # what an id adds to its unit; tanh(20) is 1 to the last bit
_SOFT = 0.5  # what the unit of the last id adds to that of the id before: far from where tanh is flat
_STATE = 0.46211715726000973  # of the unit of the id before, tanh(0.5)
_OTHERS = (0.5, 0.8, 0.9, 1.1, 1.25, 2.0)  # times the temperature that was asked for
_MOST = 16  # answers of which explanations are kept: more than there are cases
_KEPT: dict[tuple[object, ...], Explained] = {}
_NEVER = 160.0  # how far the marks' scores lie below the others


def remembering(rng: np.random.Generator, loudness: float = 1.0) -> dict[str, Array]:
    """Draw a network whose next id depends on the last two ids and on the last mark it read, and on nothing else.

    Its scores are multiplied by `loudness`: at a temperature as high as that, each id says as much about the
    temperature as at 1.

    Returns
    -------
    dict of str to ndarray
        Wx (6, 13), Wh (13, 13), b (13,), Wy (13, 6), by (6,).
    """
    units = 2 * IDS + 1
    last, before, mark = np.arange(IDS), IDS + np.arange(IDS), units - 1
    Wx, Wh, b = np.zeros((IDS, units)), np.zeros((units, units)), np.zeros(units)
    Wx[last, last], b[last] = _LOUD, -_LOUD / 2
    Wh[last, before] = _SOFT
    Wx[DRAWN:, mark], Wh[mark, mark] = (2 * _LOUD, -2 * _LOUD), _LOUD / 2
    Wy, by = rng.uniform(-0.9, 0.9, (units, IDS)), rng.uniform(-0.3, 0.3, IDS)
    Wy[before] *= 1.3 / _STATE
    Wy[mark, :DRAWN] = rng.permutation([-0.8, -0.8, 0.8, 0.8])
    Wy, by = loudness * Wy, loudness * by
    Wy[:, DRAWN:], by[DRAWN:] = 0, -_NEVER
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
    temperature = inputs["temperature"]
    prime = np.asarray(inputs["prime"])
    ids = _as_ids(outputs["ids"], inputs["n"], prime)
    if isinstance(ids, Comparison):
        return {"ids": ids}
    scores, rivals, tempered = _explained(rnn_forward, inputs, prime, ids)
    own = drawing.tempered(scores["right"], temperature)
    right, counted = drawing.likelihood(own, ids), drawing.by_counting(ids, IDS)
    likelihoods = {name: [drawing.likelihood(log_p, ids) for log_p in forms] for name, forms in rivals.items()}
    elsewhere = [drawing.likelihood(log_p, ids) for log_p in tempered.values()]
    elsewhere += [
        drawing.likelihood(drawing.tempered(scores[drawing.faded(share)], temperature), ids)
        for share in drawing.OTHER_SHARES
    ]
    best = max(right, counted, *elsewhere, *(value for forms in likelihoods.values() for value in forms))
    possible = [
        name
        for name, forms in rivals.items()
        if any(
            value >= best - SURE and drawing.fits(log_p, ids)
            for log_p, value in zip(forms, likelihoods[name], strict=True)
        )
    ]
    zero = () if np.any(ids[:-1] == 0) else ("stops-at-id-zero",)
    if right > -np.inf and best <= right + SURE:
        return {"ids": Comparison("ids", None, possible=(*possible, *zero))}
    message = (
        f"ids: these {len(ids)} ids do not come from the network's own distribution at temperature {temperature:g}. "
        f"{_measured(scores['right'], own, ids, temperature, bool(possible))}"
    )
    return {"ids": Comparison("ids", "property", message, possible=(*possible, *zero))}


def _explained(rnn_forward: Callable[..., Any], inputs: Values, prime: Ids, ids: Ids) -> Explained:
    """Return the scores by reading, and the distributions at each step: by known mistake, and by factor of temperature.

    Those of the latest answers are kept: answers are judged alone and then together.
    """
    params, temperature = inputs["params"], inputs["temperature"]
    question = (rnn_forward, ids.tobytes(), *_asked(inputs))
    if question not in _KEPT:
        scores = drawing.readings(rnn_forward, params, prime, ids)
        rivals = {name: draw(scores[reading], temperature) for name, (reading, draw) in drawing.EXPLANATIONS.items()}
        tempered = {factor: drawing.tempered(scores["right"], factor * temperature) for factor in _OTHERS}
        _KEPT[question] = scores, rivals, tempered
        if len(_KEPT) > _MOST:
            del _KEPT[next(iter(_KEPT))]
    return _KEPT[question]


def _asked(inputs: Values) -> tuple[object, ...]:
    """Return what was asked, but for the generator."""
    params = inputs["params"]
    weights = (params[name].tobytes() for name in sorted(params))
    return inputs["n"], inputs["temperature"], np.asarray(inputs["prime"]).tobytes(), *weights


def _measured(scores: Array, own: Array, ids: Ids, temperature: float, recognised: bool) -> str:
    """Say what was measured of ids that are refused, without what would have been right."""
    chance = own[np.arange(len(ids)), ids]
    step = int(chance.argmin())
    if temperature == 0 or chance[step] < -_NEVER / 4:
        chosen = f"Id {ids[step]} came at step t = {step + 1} of writing, `ids[{step}]`"
        if temperature == 0:
            return f"{chosen}, where it is not the likeliest."
        return f"{chosen}, where its probability is below 1e-{int(-chance[step] / np.log(10))}."
    if not recognised and (fitted := drawing.fitted_temperature(scores, ids)) is not None:
        return f"They look like draws from it at temperature {fitted:g}."
    excesses = drawing.excesses(own, ids)
    lag = max(excesses, key=lambda lag: float(np.abs(_deviations(*excesses[lag])).max()))
    deviations = _deviations(*excesses[lag])
    before, now = np.unravel_index(np.abs(deviations).argmax(), deviations.shape)
    deviation = float(deviations[before, now])
    if abs(deviation) < 4:
        return "They are too improbable together."
    after = {0: f"Id {now}", 1: f"Right after id {before}, id {now}", 2: f"Two steps after id {before}, id {now}"}[lag]
    oftener = "more" if deviation > 0 else "less"
    return f"{after} came {oftener} often than the network draws it, by {abs(deviation):.0f} standard deviations."


def _deviations(excess: Array, spread: Array) -> Array:
    deviations: Array = excess / np.sqrt(spread**2 + 1)
    return deviations


def judge_sample_together(
    cases: Sequence[tuple[Values, Values]], rnn_forward: Callable[..., Any]
) -> dict[str, Comparison]:
    """Judge what several answers show: whether ids are drawn with `rng`, and at the temperatures that were asked for.

    Of one network, the same seed must give the same ids, another seed others. A temperature that is a little off shows
    in all cases together where it does not in one.
    """
    asked = [(_asked(inputs), inputs["rng"].seed, outputs["ids"]) for inputs, outputs in cases]
    for n, (question, seed, ids) in enumerate(asked):
        for other_question, other_seed, other in asked[:n]:
            if other_question != question:
                continue
            same = np.array_equal(ids, other)
            if seed == other_seed and not same:
                return _not_from_rng("the same seed gave different ids when it was asked twice.", "chance-of-its-own")
            if seed != other_seed and same:
                return _not_from_rng("two generators with different seeds gave the same ids.", "rng-ignored")
    drawn_once = {(question, seed): case for (question, seed, _), case in zip(asked, cases, strict=True)}
    rival = _likeliest_rival([case for case in drawn_once.values() if case[0]["temperature"] > 0], rnn_forward)
    if rival is None:
        return {}
    mistake = rival if isinstance(rival, str) else None
    what = f"they are far more probable at {rival:g} times these" if mistake is None else "another way explains them"
    message = (
        "ids: no case shows it alone, but together the ids are too improbable at the temperatures that were asked for: "
        f"{what}."
    )
    return {"ids": Comparison("ids", "property", message, mistake=mistake)}


def _likeliest_rival(cases: Sequence[tuple[Values, Values]], rnn_forward: Callable[..., Any]) -> str | float | None:
    """Return the known mistake, or the factor of all temperatures, that is `SURE` nats ahead in all cases together.

    A mistake is meant only if the ids of every case fit it by themselves.
    """
    ahead: defaultdict[tuple[str | float, int], float] = defaultdict(float)
    drawn: defaultdict[tuple[str | float, int], list[tuple[Array, Ids]]] = defaultdict(list)
    for inputs, outputs in cases:
        temperature, prime, ids = inputs["temperature"], np.asarray(inputs["prime"]), outputs["ids"]
        scores, mistakes, tempered = _explained(rnn_forward, inputs, prime, ids)
        right = drawing.likelihood(drawing.tempered(scores["right"], temperature), ids)
        rivals: list[tuple[str | float, list[Array]]] = [*mistakes.items()]
        rivals += [(factor, [log_p]) for factor, log_p in tempered.items()]
        for name, forms in rivals:
            for form, log_p in enumerate(forms):
                ahead[name, form] += drawing.likelihood(log_p, ids) - right
                drawn[name, form].append((log_p, ids))
    for rival in sorted(ahead, key=ahead.__getitem__, reverse=True):
        if ahead[rival] <= SURE:
            break
        if not isinstance(rival[0], str) or all(drawing.fits(*one) for one in drawn[rival]):
            return rival[0]
    return None


def _of_another_length(ids: NDArray[Any], n: int, prime: Ids) -> tuple[str, ...]:
    """Return the known mistakes that ids of another shape can come from."""
    if ids.shape == (n + len(prime),) and np.array_equal(ids[: len(prime)], prime):
        return ("prime-among-ids",)
    stopped = ids.ndim == 1 and 0 < len(ids) < n and ids[-1] == 0 and not np.any(ids[:-1] == 0)
    return ("stops-at-id-zero",) if stopped else ()


def _not_from_rng(reason: str, mistake: str) -> dict[str, Comparison]:
    return {"ids": Comparison("ids", "property", f"ids: {reason}", mistake=mistake)}


def _as_ids(ids: Any, n: int, prime: Ids) -> Ids | Comparison:
    """Return the ids as an array of n integers, or a `Comparison` that says what is wrong with them."""
    if ids is None:
        return Comparison("ids", "missing", "ids is None.")
    if not isinstance(ids, np.ndarray):
        return Comparison("ids", "kind", f"ids is {with_article(type_name(ids))}, expected an array of whole numbers.")
    if ids.shape != (n,):
        message = f"ids has shape {ids.shape}, expected (n,) = ({n},)."
        return Comparison("ids", "shape", message, possible=_of_another_length(ids, n, prime))
    if ids.dtype.kind not in "iu":
        return Comparison("ids", "kind", f"ids holds {ids.dtype.name}, expected whole numbers.")
    if n and (ids.min() < 0 or ids.max() >= IDS):
        return Comparison(
            "ids", "property", f"ids holds {ids.min()} to {ids.max()}, but there are only 0 to {IDS - 1}."
        )
    return ids.astype(np.int64)
