"""Find what wrong numbers resemble: the right ones times a factor, in another order, right up to a step.

Facts only; `utils.checking.wording.likeness` says them. A relation that holds in only some of the cases is taken for a
coincidence and not reported.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utils.checking import time_axis
from utils.checking.containers import opened

ResemblanceKind = Literal[
    "zeros",
    "sign",
    "reversed",
    "wrong from",
    "wrong at",
    "wrong until",
    "wrong at the last",
    "right at the last",
    "transposed",
    "factor",
    "places",
]
_Arrays = list[tuple[NDArray[np.float64], NDArray[np.float64]]]  # what came and what was expected, by case


@dataclass(frozen=True)
class Pair:
    """An output of one case in which it is wrong.

    Attributes
    ----------
    actual, expected : object
        What the learner's function returned, and what it should have.
    sizes : dict of str to int
        What N, T, … are in this case.
    """

    actual: object
    expected: object
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Resemblance:
    """How an output relates to the right one in every case in which it is wrong.

    Attributes
    ----------
    kind : ResemblanceKind
    axis : str
        For a kind that is about steps or layers, the name of the axis that counts them; else empty.
    index : int
        The first wrong step of "wrong from", the one of "wrong at", the last of "wrong until"; counted from 0.
    factor : float
        In the first case, the learner's numbers are the right ones times this.
    letter, power : str, int
        The size that the factor is in every case: N where the power is 1, 1/N where it is −1. The letter is empty where
        the factor is no size.
    size : int
        What the letter is in the first case.
    """

    kind: ResemblanceKind
    axis: str = ""
    index: int = 0
    factor: float = 1.0
    letter: str = ""
    power: int = 1
    size: int = 0


def sizes(axes: Mapping[str, Sequence[str]], expected: Mapping[str, object]) -> dict[str, int]:
    """Return what N, T, … are in a case, as far as its outputs tell.

    Parameters
    ----------
    axes : dict of str to sequence of str
        The names of each output's axes.
    expected : dict of str to array_like
        The outputs as they should be.

    Examples
    --------
    >>> sizes({"h": ["N", "T", "H"], "loss": []}, {"h": np.zeros((2, 3, 4)), "loss": 1.0})
    {'N': 2, 'T': 3, 'H': 4}
    """
    found: dict[str, int] = {}
    for output, letters in axes.items():
        if letters:
            shape: tuple[int, ...] = getattr(expected[output], "shape", ())
            found |= dict(zip(letters, shape, strict=False))
    return found


@np.errstate(all="ignore")
def resemblance(pairs: Sequence[Pair], axes: Sequence[str] = ()) -> Resemblance | None:
    """Return how an output relates to the right one in all cases in which it is wrong; None if nothing is known.

    Parameters
    ----------
    pairs : sequence of Pair
        One for every case in which the output is wrong.
    axes : sequence of str
        The names of its axes; see `utils.checking.time_axis` for those that count steps.

    Examples
    --------
    >>> found = resemblance([Pair([1.0, -2.0], [4.0, -8.0], {"N": 4}), Pair([1.0, 3.0], [3.0, 9.0], {"N": 3})])
    >>> found.letter, found.power
    ('N', -1)
    """
    arrays: _Arrays = []
    for pair in pairs:
        actual, right = numbers(pair.actual), numbers(pair.expected)
        if actual is None or right is None or not _comparable(actual, right):
            return None
        arrays.append((actual, right))
    if not arrays:
        return None

    def everywhere(holds: Callable[[NDArray[np.float64], NDArray[np.float64]], bool]) -> bool:
        return all(holds(a, e) for a, e in arrays)

    if everywhere(lambda a, e: a.ndim > 0 and not a.any()):
        return Resemblance("zeros")
    if everywhere(lambda a, e: _close(a, -e)):
        return Resemblance("sign")
    axis = time_axis.counted(axes)
    if axis is not None and everywhere(lambda a, e: len(axes) == a.ndim) and (found := _in_order(arrays, axis)):
        return dataclasses.replace(found, axis=axes[axis])
    if everywhere(lambda a, e: a.ndim == 2 and a.shape[0] == a.shape[1] and a.size > 1 and _close(a.T, e)):
        return Resemblance("transposed")
    if found := _multiple(pairs, arrays):
        return found
    if everywhere(lambda a, e: a.size > 2 and _close(np.sort(a, axis=None), np.sort(e, axis=None))):
        return Resemblance("places")
    return None


def _in_order(arrays: _Arrays, axis: int) -> Resemblance | None:
    """Return what holds of the steps along `axis` in every case, or None."""
    if all(e.shape[axis] > 1 and _close(np.flip(a, axis), e) for a, e in arrays):
        return Resemblance("reversed")
    right = [
        np.array([_close(a[t], e[t]) for t in range(len(e))])
        for a, e in ((np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0)) for a, e in arrays)
    ]
    first = int(np.argmin(right[0]))
    end = len(right[0]) - int(np.argmin(right[0][::-1]))  # one past the last wrong step
    # A case of one step fits every description below, so at least one case must have more steps than that.
    if max(len(r) for r in right) < 2 or any(r.all() for r in right):
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


def _multiple(pairs: Sequence[Pair], arrays: _Arrays) -> Resemblance | None:
    """Return the factor by which the right numbers differ, where it is one number or one size in every case."""
    factors = [float((a * e).sum() / (e * e).sum()) for a, e in arrays]
    multiples = all(_close(a, f * e) for (a, e), f in zip(arrays, factors, strict=True))
    if not multiples or sum(a.size for a, _ in arrays) < 2:  # one number is a multiple of any other
        return None
    if not all(factors):  # nothing, or False, is not what a factor makes of a number
        return None
    for letter, size in pairs[0].sizes.items():
        measured = [pair.sizes.get(letter, 0) for pair in pairs]
        if len(set(measured)) > 1:  # with one size only, the letter and the number cannot be told apart
            for power in (-1, 1):
                if all(n > 0 and abs(f / float(n) ** power - 1) < 1e-6 for f, n in zip(factors, measured, strict=True)):
                    return Resemblance("factor", factor=factors[0], letter=letter, power=power, size=size)
    if max(abs(f - factors[0]) for f in factors) <= 1e-6 * abs(factors[0]):
        return Resemblance("factor", factor=factors[0])
    return None


def _comparable(a: NDArray[np.float64], e: NDArray[np.float64]) -> bool:
    if a.shape != e.shape or not np.isfinite(a).all() or not np.isfinite(e).all():
        return False
    return bool(np.abs(e).max(initial=0) > 0)


def _close(a: NDArray[np.float64], e: NDArray[np.float64]) -> bool:
    return bool(np.abs(a - e).max(initial=0.0) <= 1e-6 * max(np.abs(e).max(initial=0.0), 1e-12))


def numbers(value: object) -> NDArray[np.float64] | None:
    """Return a value as an array of float64; None if it holds no numbers."""
    value, _ = opened(value)
    if not isinstance(value, (np.ndarray, np.generic, bool, int, float)):
        return None
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None
