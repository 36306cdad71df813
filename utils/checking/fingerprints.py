"""Name the mistake behind wrong numbers: by fingerprint where it is a known one, else by what is wrong about them."""

import functools
import hashlib

import numpy as np

from utils.checking.resemblance import numbers

PROJECTIONS = 4


@np.errstate(all="ignore")
def fingerprint(outputs):
    """Return the shape and a few random projections of each output: enough to recognise it, too little to rebuild it.

    Parameters
    ----------
    outputs : dict of str to array_like
        What a function returned, by name; dicts, lists and tuples of arrays are taken apart.

    Returns
    -------
    dict
        ``{name: {"shape": list of int, "projections": list of float}}``; an output that is no array of finite numbers
        has ``None`` for its projections. A dict's entries are named ``"grads.Wx"``, a list's ``"batches.0"``.

    Notes
    -----
    The directions come from `numpy.random.RandomState`, whose stream NumPy promises never to change (NEP 19), and are
    divided by the square root of the size, so that a projection is as large as a typical entry.
    """
    prints = {}
    for name, value in outputs.items():
        for leaf, array in _leaves(name, value):
            if array is None or not np.isfinite(array).all():
                prints[leaf] = {"shape": None if array is None else list(array.shape), "projections": None}
                continue
            projections = _directions(leaf, array.size) @ array.ravel()
            prints[leaf] = {"shape": list(array.shape), "projections": [float(p) for p in projections]}
    return prints


def same_fingerprint(one, other, tolerance=1e-5):
    """Whether two fingerprints are those of equal outputs, to `tolerance` relative to the projections' size.

    None stands for a call that raised, and is equal to None only.
    """
    if one is None or other is None:
        return one is other
    if one.keys() != other.keys():
        return False
    for name, a in one.items():
        b = other[name]
        if a["shape"] != b["shape"] or (a["projections"] is None) != (b["projections"] is None):
            return False
        if a["projections"] is not None:
            p, q = a["projections"], b["projections"]
            largest = max(1e-6, *map(abs, p), *map(abs, q))
            if max(abs(x - y) for x, y in zip(p, q, strict=True)) > tolerance * largest:
                return False
    return True


def name_mistake(outputs_by_case, mistakes_by_case):
    """Return the id of the mistake whose outputs are these in every case, or None.

    Parameters
    ----------
    outputs_by_case : list of dict of str to array_like
        The learner's outputs, one dict a case; None where the call raised.
    mistakes_by_case : list of dict of str to fingerprint
        For each case, the fingerprint of every known mistake, by its id; None where the mistake raises.
    """
    found = [None if outputs is None else fingerprint(outputs) for outputs in outputs_by_case]
    if not any(entry["projections"] for prints in found for entry in (prints or {}).values()):
        return None  # nothing but NaN or exceptions: all such answers look alike, so none can be named
    for mistake in mistakes_by_case[0]:
        if all(same_fingerprint(own, known.get(mistake)) for own, known in zip(found, mistakes_by_case, strict=True)):
            return mistake
    return None


def name_by_output(outputs_by_case, mistakes_by_case, wrong):
    """Return the mistakes that wrong outputs show where no one mistake explains them all: several made at once.

    Parameters
    ----------
    outputs_by_case, mistakes_by_case
        As for `name_mistake`.
    wrong : sequence of str
        The wrong outputs.

    Returns
    -------
    dict of str to list of str
        By mistake, the outputs it explains in every case; one that explains several comes first.
    """
    found = [None if outputs is None else fingerprint(outputs) for outputs in outputs_by_case]
    explained = {}
    for mistake in mistakes_by_case[0]:
        known = [case.get(mistake) for case in mistakes_by_case]
        explained[mistake] = [
            output
            for output in wrong
            if any(entry["projections"] for prints in found for entry in (_of(prints, output) or {}).values())
            and all(same_fingerprint(_of(a, output), _of(b, output)) for a, b in zip(found, known, strict=True))
        ]
    named, left = {}, set(wrong)
    for mistake in sorted(explained, key=lambda mistake: -len(explained[mistake])):
        if new := [output for output in explained[mistake] if output in left]:
            named[mistake] = new
            left -= set(new)
    return named


def _of(prints, output):
    """Return that part of a fingerprint which is about one output; a dict or list has several entries."""
    return prints and {leaf: entry for leaf, entry in prints.items() if leaf.partition(".")[0] == output}


def where_to_look(wrong, outputs, patterns, entries=()):
    """Return the hint for this set of wrong outputs, or None.

    Parameters
    ----------
    wrong : sequence of str
        The wrong outputs.
    outputs : sequence of str
        All outputs of the function.
    patterns : dict of str to str
        Hints by wrong outputs, comma-separated in the function's order (``"dWh"``, ``"dWx,dWh,db"``), or ``"all"``.
    entries : sequence of str
        Where the one wrong output is a dict: the keys of its wrong entries, which may have a hint of their own.
    """
    for names, hint in patterns.items() if len(wrong) == 1 and entries else ():
        if set(names.split(",")) == set(entries):  # a dict's order is nobody's business
            return hint
    key = ",".join(name for name in outputs if name in wrong)
    if key in patterns:
        return patterns[key]
    return patterns.get("all") if set(wrong) == set(outputs) else None


def _leaves(name, value, depth=3):
    if isinstance(value, dict) and depth:
        for key in sorted(value, key=str):
            yield from _leaves(f"{name}.{key}", value[key], depth - 1)
        return
    array = numbers(value)
    if array is None and isinstance(value, (list, tuple)) and len(value) and depth:
        for index, entry in enumerate(value):
            yield from _leaves(f"{name}.{index}", entry, depth - 1)
        return
    yield name, array


@functools.lru_cache(maxsize=256)
def _directions(name, size):
    seed = int.from_bytes(hashlib.sha256(f"{name}:{size}".encode()).digest()[:4], "big")
    return np.random.RandomState(seed).standard_normal((PROJECTIONS, size)) / np.sqrt(max(size, 1))
