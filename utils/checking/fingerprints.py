"""Recognise the known mistakes whose numbers these are, by fingerprints; without any, say where to look.

A mistake may be named only if it is true of the whole answer: it changes nothing that is right in the answer, and what
it changes is the answer's own, number by number, in every case.
"""

import functools
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import ROUND_OFF
from utils.checking.findings import Fingerprint, OutputFingerprint
from utils.checking.resemblance import numbers

PROJECTIONS = 4
TOLERANCE = 1e-5  # of projections, relative to the largest; what differs by less is the same
_NEARER = 0.1  # an answer is a mistake's if it is this much nearer to the mistake than the right answer is
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
        ``{name: {"shape": list of int, "projections": list of float}}``. Where entries are not finite, the projections
        are those of the finite ones, and ``"finite"`` those of the mask that says which these are; the projections are
        ``None`` if there is no finite number. A dict's entries are named ``"grads.Wx"``, a list's ``"batches.0"``.

    Notes
    -----
    The directions come from `numpy.random.RandomState`, whose stream NumPy promises never to change (NEP 19), and are
    divided by the square root of the size, so that a projection is as large as a typical entry.
    """
    entries: Fingerprint = {}
    for name, value in outputs.items():
        for leaf, array in _leaves(name, value):
            if array is None:
                entries[leaf] = {"shape": None, "projections": None}
                continue
            directions, finite = _directions(leaf, array.size), np.isfinite(array)
            projections = [float(p) for p in directions @ np.where(finite, array, 0).ravel()]
            entries[leaf] = {"shape": list(array.shape), "projections": projections if finite.any() else None}
            if not finite.all():
                entries[leaf]["finite"] = [float(p) for p in directions @ finite.ravel().astype(float)]
    return entries


def same_fingerprint(one: Fingerprint | None, other: Fingerprint | None, tolerance: float = TOLERANCE) -> bool:
    """Whether two fingerprints are those of equal outputs, to `tolerance` relative to the projections' size.

    None stands for a call that raised, and is equal to None only.
    """
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(_distance(one[leaf], other[leaf]) <= tolerance for leaf in one)


def _distance(one: OutputFingerprint, other: OutputFingerprint) -> float:
    """Return how far the numbers of two outputs are apart, relative to the larger; infinite if their forms differ."""
    if one["shape"] != other["shape"] or (one["projections"] is None) != (other["projections"] is None):
        return np.inf
    mask, other_mask = one.get("finite"), other.get("finite")
    if (mask is None) != (other_mask is None) or _apart(mask or (), other_mask or ()) > TOLERANCE:
        return np.inf
    return _apart(one["projections"] or (), other["projections"] or ())


def _apart(p: Sequence[float], q: Sequence[float]) -> float:
    difference = max((abs(x - y) for x, y in zip(p, q, strict=True)), default=0.0)
    return 0.0 if difference <= ROUND_OFF["float64"] else difference / max(map(abs, (*p, *q)))


def explanations(
    answers: Sequence[Fingerprint],
    rights: Sequence[Fingerprint],
    mistakes: Iterable[str],
    known: Sequence[Known],
    wrong: Collection[str],
) -> dict[str, frozenset[str]]:
    """Return the mistakes that may be named, and which outputs each of them changes.

    A mistake may be named if it changes wrong outputs only, and if the answer has its numbers, in every case, in each
    output that it changes in some case. Some number that it changes must be finite, or NaN in the place of 0: all
    other numbers that are not finite look alike.

    Parameters
    ----------
    answers, rights : sequence of Fingerprint
        Of the learner's and of the right outputs, one a case.
    mistakes : iterable of str
        The ids of known mistakes.
    known : sequence of callable
        For each case, ``known(mistake)`` returns the fingerprint of that mistake's outputs; None where it raises. It is
        asked for no more cases of a mistake once one case has ruled it out.
    wrong : collection of str
        The outputs that the learner has wrong in some case.

    Returns
    -------
    dict of str to frozenset of str
        By mistake, the outputs that it changes.
    """
    found = {}
    for mistake in mistakes:
        if changed := _explained(answers, rights, (case(mistake) for case in known), wrong):
            found[mistake] = changed
    return found


def _explained(
    answers: Sequence[Fingerprint],
    rights: Sequence[Fingerprint],
    theirs: Iterable[Fingerprint | None],
    wrong: Collection[str],
) -> frozenset[str]:
    """Return the outputs that a mistake changes and explains; empty if it does not explain all that it changes."""
    changed: set[str] = set()
    other: set[str] = set()  # where the answer has numbers that are not the mistake's
    telling = False
    for own, right, mistaken in zip(answers, rights, theirs, strict=True):
        if mistaken is None:
            return frozenset()
        for output in {_output(leaf) for leaf in (*own, *right, *mistaken)}:
            a, e, m = (_of(whole, output) for whole in (own, right, mistaken))
            if not same_fingerprint(e, m):
                changed.add(output)
                telling = telling or any(_tells(e.get(leaf), m[leaf]) for leaf in m if not _equal(e, m, leaf))
            if not _is_it(a, e, m):
                other.add(output)
        if changed & other or not changed <= set(wrong):
            return frozenset()
    return frozenset(changed) if telling else frozenset()


def _is_it(answer: Fingerprint, right: Fingerprint, mistaken: Fingerprint) -> bool:
    """Whether an output is the mistake's, rather than merely near to it and to the right one."""
    if not same_fingerprint(answer, mistaken):
        return False
    return all(
        _equal(right, mistaken, leaf)
        or _distance(answer[leaf], mistaken[leaf]) <= _NEARER * _distance(right[leaf], mistaken[leaf])
        for leaf in mistaken
        if leaf in right
    )


def _tells(right: OutputFingerprint | None, mistaken: OutputFingerprint) -> bool:
    """Whether wrong numbers tell one mistake from another: finite ones do, and NaN in the place of 0, or 0 / 0."""
    zeros = right is not None and right["projections"] is not None and not any(right["projections"])
    return mistaken["projections"] is not None or zeros


def _equal(right: Fingerprint, mistaken: Fingerprint, leaf: str) -> bool:
    return leaf in right and _distance(right[leaf], mistaken[leaf]) <= TOLERANCE


def chosen(
    explained: Mapping[str, frozenset[str]], wrong: Sequence[str]
) -> tuple[str | None, dict[str, tuple[str, ...]]]:
    """Return which of the mistakes that may be named are: one that explains all, or several that share no output.

    The one that explains more is preferred to those that explain a part of that. Where two explain the same outputs, or
    outputs in common, neither is named: either may be it.

    Parameters
    ----------
    explained : dict of str to frozenset of str
        As `explanations` returns it.
    wrong : sequence of str
        The wrong outputs, in order.

    Returns
    -------
    mistake : str or None
        The one that explains all wrong outputs.
    by_output : dict of str to tuple of str
        Else by mistake, the outputs that it explains; one that explains several comes first.
    """
    largest = {name: own for name, own in explained.items() if not any(own < other for other in explained.values())}
    alone = [
        name for name, own in largest.items() if not any(own & largest[other] for other in largest if other != name)
    ]
    named = {name: shown for name in alone if (shown := tuple(output for output in wrong if output in largest[name]))}
    if len(named) == 1 and set(next(iter(named.values()))) == set(wrong):
        return next(iter(named)), {}
    return None, dict(sorted(named.items(), key=lambda item: -len(item[1])))


def _output(leaf: str) -> str:
    return leaf.partition(".")[0]


def _of(whole: Fingerprint, output: str) -> Fingerprint:
    """Return that part of a fingerprint which is about one output; a dict or list has several entries."""
    return {leaf: entry for leaf, entry in whole.items() if _output(leaf) == output}


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
