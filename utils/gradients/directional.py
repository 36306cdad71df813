"""Measure slopes along one random direction: a smoke test of the whole gradient, and of the precision inside."""

from collections.abc import Callable, Mapping

import numpy as np

from utils.gradients.numeric import Array, Floats

SINGLE = float(np.finfo(np.float32).eps)
DOUBLE = float(np.finfo(float).eps)


def random_direction(params: Mapping[str, Array], rng: np.random.Generator) -> dict[str, Floats]:
    """Return one standard normal direction in the space of all `params` (dict of float arrays)."""
    return {name: rng.standard_normal(p.shape) for name, p in params.items()}


def slope_along(
    value: Callable[[dict[str, Array]], float], params: Mapping[str, Array], v: Mapping[str, Floats], h: float
) -> float:
    """Return (value(params + h v) − value(params − h v)) / 2h."""
    return (value(moved(params, v, h)) - value(moved(params, v, -h))) / (2 * h)


def moved(params: Mapping[str, Array], v: Mapping[str, Floats], h: float) -> dict[str, Array]:
    """Return ``params + h v``; parameters without a direction stay where they are."""
    return {name: p + h * v[name] if name in v else p for name, p in params.items()}


def inner(grads: Mapping[str, Array], v: Mapping[str, Floats]) -> float:
    """Return ⟨grads, v⟩, summed over the parameters that `v` moves."""
    return float(sum(np.sum(grads[name] * v[name]) for name in v))


def rounds_like_float32(
    value: Callable[[dict[str, Array]], float],
    params: Mapping[str, Array],
    grads: Mapping[str, Array],
    v: Mapping[str, Floats],
    rng: np.random.Generator,
) -> bool:
    """Whether `value` answers a change of 1e-9 as only float64 can.

    A float32 anywhere inside rounds such a change away (or blows it up to one unit in its seventh digit), even if what
    comes back is float64 again. The answer is compared with every slope there is to be had: yours, and those over
    larger changes; three directions, of which two must be inexplicable.

    Parameters
    ----------
    value : callable
        ``value(params) -> float``.
    params, grads : dicts of float64 arrays
        Where, and the analytic gradient (entries may be missing).
    v : dict of float64 arrays
        The first direction; only the parameters that it names move.
    rng : numpy.random.Generator
        Draws the other two.

    Examples
    --------
    >>> params, rng = {"x": np.array([0.3, 0.7])}, np.random.default_rng(0)
    >>> v = random_direction(params, rng)
    >>> rounds_like_float32(lambda p: float(np.sum(p["x"] ** 2)), params, {}, v, rng)
    False
    >>> rounds_like_float32(lambda p: float(np.sum(p["x"].astype(np.float32) ** 2)), params, {}, v, rng)
    True
    """
    inexplicable = 0
    here = abs(value(dict(params)))
    noise = 8 * DOUBLE * here / 1e-9
    for direction in (v, *(random_direction({name: params[name] for name in v}, rng) for _ in range(2))):
        tiny = slope_along(value, params, direction, 1e-9)
        if not abs(tiny) * 2e-9 <= 1e-4 * here:
            continue  # a jump or a NaN: not rounding, and the sweep will say so
        known = [slope_along(value, params, direction, h) for h in (1e-6, 1e-5, 1e-4)]
        if grads.keys() >= direction.keys():
            known.append(inner(grads, direction))
        inexplicable += not any(abs(tiny - slope) <= 0.2 * abs(slope) + noise for slope in known)
    return inexplicable >= 2
