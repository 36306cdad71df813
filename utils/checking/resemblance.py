"""What wrong numbers resemble: the right ones times a factor, in another order, right up to a step.

Facts first: `resemblance` finds what holds in every wrong case, `sentence` says it. What holds in some cases only is a
coincidence there, and is not said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from utils.checking import steps


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
    kind : str
        "zeros", "sign", "reversed", "wrong from", "wrong at", "wrong until", "wrong at the last", "right at the last",
        "transposed", "factor" or "places".
    index : int
        Where it begins, is or ends to be wrong, counted from 0 along the axis that counts steps.
    factor : float
        The right numbers times this are those of the first case.
    letter : str
        What the factor is in every case: ``"N"`` or ``"1/N"``; empty if it is none of the sizes.
    size : int
        That of the letter in the first case.
    """

    kind: str
    index: int = 0
    factor: float = 1.0
    letter: str = ""
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
            found |= dict(zip(letters, np.shape(expected[output]), strict=False))
    return found


@np.errstate(all="ignore")
def resemblance(pairs: Sequence[Pair], axes: Sequence[str] = ()) -> Resemblance | None:
    """Return how an output relates to the right one in all cases in which it is wrong; None if it is nothing known.

    Parameters
    ----------
    pairs : sequence of Pair
        One for every case in which the output is wrong.
    axes : sequence of str
        The names of its axes; see `utils.checking.steps` for those that count steps.

    Examples
    --------
    >>> resemblance([Pair([1.0, -2.0], [4.0, -8.0], {"N": 4}), Pair([1.0, 3.0], [3.0, 9.0], {"N": 3})]).letter
    '1/N'
    """
    arrays = [(numbers(pair.actual), numbers(pair.expected)) for pair in pairs]
    if not arrays or not all(_comparable(a, e) for a, e in arrays):
        return None

    def everywhere(holds: Callable[[np.ndarray, np.ndarray], bool]) -> bool:
        return all(holds(a, e) for a, e in arrays)

    if everywhere(lambda a, e: a.ndim > 0 and not a.any()):
        return Resemblance("zeros")
    if everywhere(lambda a, e: _close(a, -e)):
        return Resemblance("sign")
    axis = steps.counted(axes)
    if axis is not None and everywhere(lambda a, e: len(axes) == a.ndim) and (found := _in_order(arrays, axis)):
        return found
    if everywhere(lambda a, e: a.ndim == 2 and a.shape[0] == a.shape[1] and a.size > 1 and _close(a.T, e)):
        return Resemblance("transposed")
    if found := _multiple(pairs, arrays):
        return found
    if everywhere(lambda a, e: a.size > 2 and _close(np.sort(a, axis=None), np.sort(e, axis=None))):
        return Resemblance("places")
    return None


def sentence(name: str, found: Resemblance, axes: Sequence[str] = ()) -> str:
    """Say what an output called `name` resembles.

    Examples
    --------
    >>> sentence("db", Resemblance("factor", factor=0.25, letter="1/N", size=4))
    'db is 0.25 times what it should be, everywhere: that is 1/N (here N = 4).'
    >>> sentence("mask", Resemblance("wrong at", 0), ["T"])
    'mask is wrong at step t = 1, `mask[0]`, only.'
    """

    def at(index):
        return steps.place(name, axes, index)

    if found.kind == "factor":
        named = f": that is {found.letter} (here {found.letter.removeprefix('1/')} = {found.size})"
        return f"{name} is {found.factor:.4g} times what it should be, everywhere{named if found.letter else ''}."
    if found.kind == "reversed":
        return f"{name} is right, but in reverse order" + (" of time." if "depth" not in axes else ".")
    if found.kind == "wrong from":
        return f"{name} is right up to {at(found.index - 1)}, and wrong from {at(found.index)}, on."
    if found.kind == "wrong until":
        return f"{name} is wrong up to {at(found.index)}, and right from {at(found.index + 1)}, on."
    if found.kind == "wrong at":
        return f"{name} is wrong at {at(found.index)}, only."
    if found.kind.endswith("at the last"):
        return f"{name} is {found.kind.split()[0]} at {steps.last(name, axes)}, only."
    return {
        "zeros": f"Every entry of {name} is 0.",
        "sign": f"{name} has the opposite sign everywhere.",
        "transposed": f"{name} is the transpose of what it should be.",
        "places": f"{name} holds the right numbers in the wrong places: look at each reshape, transpose and index.",
    }[found.kind]


def _in_order(arrays, axis):
    """Return what holds of the steps along `axis` in every case, or None."""
    if all(e.shape[axis] > 1 and _close(np.flip(a, axis), e) for a, e in arrays):
        return Resemblance("reversed")
    right = [
        np.array([_close(a[t], e[t]) for t in range(len(e))])
        for a, e in ((np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0)) for a, e in arrays)
    ]
    first = int(np.argmin(right[0]))
    end = len(right[0]) - int(np.argmin(right[0][::-1]))  # behind the last that is wrong
    # A case with one step only agrees with whatever is said of it, but nothing can be read from it alone.
    if max(len(r) for r in right) < 2 or any(r.all() for r in right):
        return None
    for kind, index, holds in (
        ("wrong from", first, lambda r: first > 0 and r[:first].all() and not r[first:].any()),
        ("wrong at", first, lambda r: first < len(r) and not r[first] and r.sum() == len(r) - 1),
        ("wrong until", end - 1, lambda r: not r[:end].any() and r[end:].all()),
        ("wrong at the last", 0, lambda r: not r[-1] and r[:-1].all()),
        ("right at the last", 0, lambda r: r[-1] and not r[:-1].any()),
    ):
        if all(holds(r) for r in right):
            return None if kind == "wrong until" and not any(len(r) > end for r in right) else Resemblance(kind, index)
    return None


def _multiple(pairs, arrays):
    """Return the factor by which the right numbers differ, where it is one number or one size in every case."""
    factors = [float((a * e).sum() / (e * e).sum()) for a, e in arrays]
    multiples = all(_close(a, f * e) for (a, e), f in zip(arrays, factors, strict=True))
    if not multiples or sum(a.size for a, _ in arrays) < 2:  # one number is a multiple of any other
        return None
    for letter, size in pairs[0].sizes.items():
        measured = [pair.sizes.get(letter, 0) for pair in pairs]
        if len(set(measured)) > 1:  # with one size only, the letter and the number cannot be told apart
            for name, power in ((f"1/{letter}", -1), (letter, 1)):
                if all(n > 0 and abs(f / float(n) ** power - 1) < 1e-6 for f, n in zip(factors, measured, strict=True)):
                    return Resemblance("factor", factor=factors[0], letter=name, size=size)
    if max(abs(f - factors[0]) for f in factors) <= 1e-6 * abs(factors[0]):
        return Resemblance("factor", factor=factors[0])
    return None


def _comparable(a, e):
    shaped = a is not None and e is not None and a.shape == e.shape
    return shaped and np.isfinite(a).all() and np.isfinite(e).all() and np.abs(e).max(initial=0) > 0


def _close(a, e):
    return bool(np.abs(a - e).max(initial=0.0) <= 1e-6 * max(np.abs(e).max(initial=0.0), 1e-12))


def numbers(value: object) -> np.ndarray | None:
    """Return a value as an array of float64; None if it holds no numbers."""
    if not isinstance(value, (np.ndarray, np.generic, bool, int, float, list, tuple)):
        return None
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None
