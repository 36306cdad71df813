"""Name the mistake behind wrong numbers: by fingerprint where it is a known one, else by what is wrong about them."""

import hashlib

import numpy as np

PROJECTIONS = 4


def fingerprint(outputs):
    """Return the shape and a few random projections of each output: enough to recognise it, too little to rebuild it.

    Parameters
    ----------
    outputs : dict of str to array_like
        What a function returned, by name.

    Returns
    -------
    dict
        ``{name: {"shape": list of int, "projections": list of float}}``; an output that is no array of finite numbers
        has ``None`` for its projections.

    Notes
    -----
    The directions come from `numpy.random.RandomState`, whose stream NumPy promises never to change (NEP 19), and are
    divided by the square root of the size, so that a projection is as large as a typical entry.
    """
    prints = {}
    for name, value in outputs.items():
        array = _numbers(value)
        if array is None or not np.isfinite(array).all():
            prints[name] = {"shape": None if array is None else list(array.shape), "projections": None}
            continue
        projections = _directions(name, array.size) @ array.ravel()
        prints[name] = {"shape": list(array.shape), "projections": [float(p) for p in projections]}
    return prints


def same_fingerprint(one, other, tolerance=1e-5):
    """Whether two fingerprints are those of equal outputs, to `tolerance` relative to the projections' size."""
    if one.keys() != other.keys():
        return False
    for name, a in one.items():
        b = other[name]
        if a["shape"] != b["shape"] or (a["projections"] is None) != (b["projections"] is None):
            return False
        if a["projections"] is not None:
            p, q = np.array(a["projections"]), np.array(b["projections"])
            if np.abs(p - q).max() > tolerance * max(np.abs(p).max(), np.abs(q).max(), 1e-6):
                return False
    return True


def name_mistake(outputs_by_case, mistakes_by_case):
    """Return the id of the mistake whose outputs are these in every case, or None.

    Parameters
    ----------
    outputs_by_case : list of dict of str to array_like
        The learner's outputs, one dict a case.
    mistakes_by_case : list of dict of str to fingerprint
        For each case, the fingerprint of every known mistake, by its id.
    """
    found = [fingerprint(outputs) for outputs in outputs_by_case]
    for mistake in mistakes_by_case[0]:
        if all(same_fingerprint(own, known[mistake]) for own, known in zip(found, mistakes_by_case, strict=True)):
            return mistake
    return None


def where_to_look(wrong, outputs, patterns):
    """Return the hint for this set of wrong outputs, or None.

    Parameters
    ----------
    wrong : sequence of str
        The wrong outputs.
    outputs : sequence of str
        All outputs of the function.
    patterns : dict of str to str
        Hints by wrong outputs, comma-separated in the function's order (``"dWh"``, ``"dWx,dWh,db"``), or ``"all"``.
    """
    key = ",".join(name for name in outputs if name in wrong)
    if key in patterns:
        return patterns[key]
    return patterns.get("all") if set(wrong) == set(outputs) else None


def resemblance(name, actual, expected, axes=()):
    """Say how a wrong array relates to the right one (sign, factor, order, first wrong step), or return None.

    Parameters
    ----------
    name : str
        The output's name.
    actual, expected : array_like
        Of one shape.
    axes : sequence of str
        Axis names; ``"T"`` marks time.
    """
    a, e = _numbers(actual), _numbers(expected)
    if a is None or e is None or a.shape != e.shape or not np.isfinite(a).all() or not np.abs(e).max(initial=0) > 0:
        return None
    if not a.any():
        return f"Every entry of {name} is 0: it is made but never filled."
    if _close(a, -e):
        return f"{name} has the opposite sign everywhere."
    if "T" in axes and len(axes) == a.ndim and (told := _in_time(name, a, e, list(axes).index("T"))):
        return told
    if a.ndim == 2 and a.shape[0] == a.shape[1] and _close(a.T, e):
        return f"{name} is the transpose of what it should be."
    factor = float((a * e).sum() / (e * e).sum())
    if _close(a, factor * e):
        return f"{name} is {factor:.4g} times what it should be, everywhere."
    return None


def _in_time(name, a, e, axis):
    T = e.shape[axis]
    if T < 2:
        return None
    if _close(np.flip(a, axis), e):
        return f"{name} is right, but in reverse order of time."
    a, e = np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0)
    right = [_close(a[t], e[t]) for t in range(T)]
    first = right.index(False)
    if first and not any(right[first:]):
        return f"{name} is right up to t = {first - 1} and wrong from t = {first} on (counting from 0)."
    if first == 0 and all(right[1:]):
        return f"{name} is wrong at t = 0 only."
    if right[-1] and not any(right[:-1]):
        return f"{name} is right at the last step only."
    return None


def _close(a, e):
    return bool(np.abs(a - e).max(initial=0.0) <= 1e-6 * max(np.abs(e).max(initial=0.0), 1e-12))


def _numbers(value):
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array.astype(np.float64) if array.dtype.kind in "bif" else None


def _directions(name, size):
    seed = int.from_bytes(hashlib.sha256(f"{name}:{size}".encode()).digest()[:4], "big")
    return np.random.RandomState(seed).standard_normal((PROJECTIONS, size)) / np.sqrt(max(size, 1))
