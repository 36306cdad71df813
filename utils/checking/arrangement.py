"""Find where in an array the right numbers stand: in which steps, along which axis, in another order."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from utils.checking import time_axis
from utils.checking.resemblance import Numbers, Resemblance, ResemblanceKind


def along_an_axis(cases: Sequence[Numbers], axes: Sequence[str]) -> Resemblance | None:
    """Return the axis along which the numbers do not change though the right ones do, or whether they are all one."""
    if any(np.asarray(case.pair.expected).dtype.kind == "b" for case in cases):
        return None  # equal truth values are nothing to wonder at
    if all(case.varies(case.expected) and case.is_constant() for case in cases):
        return Resemblance("one number")
    for number, axis in enumerate(axes):
        long = [case for case in cases if case.actual.shape[number] > 1]  # along an axis of one entry nothing varies
        same = all(case.varies(case.expected, number) and case.is_constant(number) for case in long)
        if long and same and axes.count(axis) == 1:
            return _which_along(cases, axis, number)
    return None


def _which_along(cases: Sequence[Numbers], axis: str, number: int) -> Resemblance:
    """Return whether what stands all along an axis is right at its beginning, at its end, or at neither."""
    ends: list[tuple[ResemblanceKind, int]] = [("first along", 0), ("last along", -1)]
    for kind, index in ends:
        if all(
            case.same(*(np.take(array, [index], number) for array in (case.actual, case.expected))) for case in cases
        ):
            return Resemblance(kind, axis=axis)
    return Resemblance("same along", axis=axis)


def in_order(cases: Sequence[Numbers], axes: Sequence[str]) -> Resemblance | None:
    """Return what holds of the steps or layers in every case, or None."""
    axis = time_axis.counted(axes)
    if axis is None:
        return None
    found = _in_order(cases, axis)
    return dataclasses.replace(found, axis=axes[axis]) if found else None


def _in_order(cases: Sequence[Numbers], axis: int) -> Resemblance | None:
    if all(case.right(np.flip(case.actual, axis)) for case in cases):
        return Resemblance("reversed")
    right = [_right_steps(case, axis) for case in cases]
    first = int(np.argmin(right[0]))
    end = len(right[0]) - int(np.argmin(right[0][::-1]))  # one past the last wrong step
    # A case of one step fits every description below, so at least one case must have more steps than that.
    if max(len(r) for r in right) < 2:
        return None
    kinds: list[tuple[ResemblanceKind, int, Callable[[NDArray[np.bool_]], object]]] = [
        ("wrong from", first, lambda r: first > 0 and r[:first].all() and not r[first:].any()),
        ("wrong at", first, lambda r: first < len(r) and not r[first] and r.sum() == len(r) - 1),
        ("wrong until", end - 1, lambda r: not r[:end].any() and r[end:].all()),
        ("wrong at the last", 0, lambda r: not r[-1] and r[:-1].all()),
        ("right at the last", 0, lambda r: r[-1] and not r[:-1].any()),
    ]
    for kind, index, holds in kinds:
        if all(holds(r) for r in right):
            never_right_again = kind == "wrong until" and not any(len(r) > end for r in right)
            return None if never_right_again else Resemblance(kind, index=index)
    return None


def _right_steps(case: Numbers, axis: int) -> NDArray[np.bool_]:
    actual, expected = np.moveaxis(case.actual, axis, 0), np.moveaxis(case.expected, axis, 0)
    return np.array([case.same(one, other) for one, other in zip(actual, expected, strict=True)])


def transposed(cases: Sequence[Numbers]) -> Resemblance | None:
    """Whether the last two axes, of one length, are exchanged."""
    square = all(case.actual.ndim > 1 and case.actual.shape[-1] == case.actual.shape[-2] for case in cases)
    if square and all(case.right(case.actual.swapaxes(-1, -2)) for case in cases):
        return Resemblance("transposed")
    return None


def places(cases: Sequence[Numbers]) -> Resemblance | None:
    """Whether the right numbers are there, each as often as it should be, in other places."""
    several = all(len(np.unique(case.expected)) > 2 for case in cases)  # of two values, any mixture looks alike
    in_order = [(np.sort(case.actual, axis=None), np.sort(case.expected, axis=None)) for case in cases]
    if several and all(case.same(one, other) for case, (one, other) in zip(cases, in_order, strict=True)):
        return Resemblance("places")
    return None
