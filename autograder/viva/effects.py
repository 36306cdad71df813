"""Compare what a function returns before and after a change: what is the same, what is not, and what nobody can say."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.viva.questions import Along, Verdict

SAME = 1e-10  # of the largest entry: up to here numbers are the same, and only rounded in another order
CHANGED = 1e-3  # from here on they are others; what lies between the two is no matter for a question
Numbers = dict[str, np.ndarray[Any, Any]]


def numbers(outputs: Mapping[str, Any]) -> Numbers | None:
    """Return the arrays among some outputs by name, those in a dict one by one; None if anything is not finite."""
    found: Numbers = {}
    for name, value in outputs.items():
        inner = {f'{name}["{key}"]': one for key, one in value.items()} if isinstance(value, dict) else {name: value}
        for key, one in inner.items():
            array = np.asarray(one) if isinstance(one, (np.ndarray, float, int)) else np.empty(0, dtype=object)
            if array.dtype.kind not in "fib" or not np.isfinite(array).all():
                return None
            found[key] = array.astype(float)
    return found


def amount(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> float:
    """Return by how much two arrays differ, relative to the largest entry; infinity where their shapes do."""
    if before.shape != after.shape:
        return np.inf
    largest = max(np.abs(before).max(initial=0), np.abs(after).max(initial=0))
    return float(np.abs(before - after).max(initial=0) / largest) if largest else 0.0


def amounts(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any], along: Along) -> list[float]:
    """Return the same for each place along an axis, relative to the largest entry of all."""
    if before.shape != after.shape or before.ndim <= along.axis:
        return [np.inf] * along.size
    largest = max(np.abs(before).max(initial=0), np.abs(after).max(initial=0)) or 1.0
    apart = np.moveaxis(np.abs(before - after), along.axis, 0).reshape(before.shape[along.axis], -1)
    return [float(one) for one in apart.max(axis=1, initial=0) / largest]


def touched(found: list[float]) -> tuple[bool, ...] | None:
    """Return whether each part changed; None if one changed so little that nobody can say."""
    if any(SAME < one < CHANGED for one in found):
        return None
    return tuple(one >= CHANGED for one in found)


def scaled(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> Verdict | None:
    """Return whether an array stayed the same or doubled; None if it did both, or nearly one of them."""
    same, twice = touched([amount(before, after)]), touched([amount(2 * before, after)])
    if same is None or twice is None or not (same[0] or twice[0]):
        return None
    return "neither" if same[0] and twice[0] else "doubled" if same[0] else "same"
