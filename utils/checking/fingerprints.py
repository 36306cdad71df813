"""Recognise the known mistakes whose numbers these are, by fingerprints; without any, say where to look."""

import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from utils.checking.findings import Fingerprint
from utils.checking.resemblance import numbers

PROJECTIONS = 4
Known = Callable[[str], Fingerprint | None]


@np.errstate(all="ignore")
def fingerprint(outputs: Mapping[str, object]) -> Fingerprint:
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
    entries: Fingerprint = {}
    for name, value in outputs.items():
        for leaf, array in _leaves(name, value):
            if array is None or not np.isfinite(array).all():
                entries[leaf] = {"shape": None if array is None else list(array.shape), "projections": None}
                continue
            projections = _directions(leaf, array.size) @ array.ravel()
            entries[leaf] = {"shape": list(array.shape), "projections": [float(p) for p in projections]}
    return entries


def same_fingerprint(one: Fingerprint | None, other: Fingerprint | None, tolerance: float = 1e-5) -> bool:
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
        p, q = a["projections"], b["projections"]
        if p is not None and q is not None:
            largest = max(1e-6, *map(abs, p), *map(abs, q))
            if max(abs(x - y) for x, y in zip(p, q, strict=True)) > tolerance * largest:
                return False
    return True


def name_mistake(
    outputs: Sequence[Mapping[str, object]], mistakes: Sequence[str], known: Sequence[Known]
) -> str | None:
    """Return the one mistake whose outputs are these in every case; None if there is none, or more than one.

    Parameters
    ----------
    outputs : sequence of dict of str to array_like
        The learner's outputs, one dict a case.
    mistakes : sequence of str
        The ids of all known mistakes.
    known : sequence of callable
        For each case, ``known(mistake)`` returns the fingerprint of that mistake's outputs; None where it raises. It is
        asked for no more cases of a mistake once one case has ruled it out.
    """
    found = [fingerprint(case) for case in outputs]
    if not any(entry["projections"] for case in found for entry in case.values()):
        return None  # nothing but NaN: all such answers look alike, so none can be named
    matching = [
        mistake
        for mistake in mistakes
        if all(same_fingerprint(own, case(mistake)) for own, case in zip(found, known, strict=True))
    ]
    return matching[0] if len(matching) == 1 else None


def name_by_output(
    outputs: Sequence[Mapping[str, object]], mistakes: Sequence[str], known: Sequence[Known], wrong: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the mistakes that wrong outputs show where no one mistake explains them all: several made at once.

    Parameters
    ----------
    outputs, mistakes, known
        As for `name_mistake`.
    wrong : sequence of str
        The wrong outputs.

    Returns
    -------
    dict of str to tuple of str
        By mistake, the outputs it explains in every case; one that explains several comes first.
    """
    found = [fingerprint(case) for case in outputs]
    telling = [
        output
        for output in wrong
        if any(entry["projections"] for case in found for entry in _of(case, output).values())
    ]
    explained = {}
    for mistake in mistakes:
        left = telling
        for own, case in zip(found, known, strict=True):
            if not left:
                break
            theirs = case(mistake)
            left = [o for o in left if theirs is not None and same_fingerprint(_of(own, o), _of(theirs, o))]
        explained[mistake] = left
    named, unnamed = {}, set(wrong)
    for mistake in sorted(explained, key=lambda mistake: -len(explained[mistake])):
        if new := [output for output in explained[mistake] if output in unnamed]:
            named[mistake] = tuple(new)
            unnamed -= set(new)
    return named


def _of(whole: Fingerprint, output: str) -> Fingerprint:
    """Return that part of a fingerprint which is about one output; a dict or list has several entries."""
    return {leaf: entry for leaf, entry in whole.items() if leaf.partition(".")[0] == output}


def where_to_look(
    wrong: Sequence[str], outputs: Sequence[str], patterns: Mapping[str, str], entries: Sequence[str] = ()
) -> str | None:
    """Return the key of the hint for this set of wrong outputs, or None.

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
    for names in patterns if len(wrong) == 1 and entries else ():
        if set(names.split(",")) == set(entries):  # in whatever order the dict has them
            return names
    key = ",".join(name for name in outputs if name in wrong)
    if key in patterns:
        return key
    return "all" if "all" in patterns and set(wrong) == set(outputs) else None


def _leaves(name: str, value: object, depth: int = 3) -> Iterator[tuple[str, NDArray[np.float64] | None]]:
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


# Kept for as long as the process lives: there are few outputs, and drawing them takes longer than a projection.
@functools.lru_cache(maxsize=256)
def _directions(name: str, size: int) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(f"{name}:{size}".encode()).digest()[:4], "big")
    normal: NDArray[np.float64] = np.random.RandomState(seed).standard_normal((PROJECTIONS, size))
    directions: NDArray[np.float64] = normal / np.sqrt(max(size, 1))
    return directions
