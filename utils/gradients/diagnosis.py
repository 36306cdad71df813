"""Describe what a wrong gradient looks like: its pattern usually names the mistake."""

import itertools
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from utils.gradients.numeric import Floats, Index, norm
from utils.gradients.verdict import relative_error

Mask: TypeAlias = NDArray[np.bool_]
Sizes: TypeAlias = Mapping[str, int]
Others: TypeAlias = Mapping[str, Floats]

ALIKE = 1e-5  # relative error below which one pattern explains all the numbers


def diagnose(a: Floats, n: Floats, *, sizes: Mapping[str, int], others: Mapping[str, Floats]) -> str:
    """Say in one or two sentences how analytic `a` differs from numeric `n`.

    Parameters
    ----------
    a, n : float64 arrays of one shape
        Analytic and numeric gradient; entries of `n` that were not measured are NaN.
    sizes : dict of str to int
        Lengths that a constant factor may be made of, such as ``{"N": 4, "T": 12}`` or ``{"axis 0 of `x`": 4}``.
    others : dict of str to array
        The numeric gradients of the other parameters: results may be returned in the wrong order.

    Returns
    -------
    words : str

    Examples
    --------
    >>> n = np.array([[1.0, -2.0], [3.0, 4.0]])
    >>> diagnose(n / 4, n, sizes={"N": 4}, others={})
    'Every entry is 1/4 of the numeric one, and N = 4: averaged where it should be summed?'
    >>> diagnose(n.T, n, sizes={}, others={})
    'It is the transpose of the numeric gradient.'
    """
    known = np.isfinite(n)
    for rule in (_zero, _constant_ratio, _transpose, _swapped, _signs, _clipped, _place):
        words = rule(a, n, known, sizes, others)
        if words:
            return words
    wrong = disagreeing(a, n)
    cosine = np.sum(a[known] * n[known]) / max(norm(a[known]) * norm(n[known]), 1e-300)
    size = norm(a[known]) / max(norm(n[known]), 1e-300)
    return (
        f"{wrong.sum()} of {known.sum()} entries disagree. Its norm is {size:.3g} times the numeric one's, the angle "
        f"between them {np.degrees(np.arccos(np.clip(cosine, -1, 1))):.0f}°: no single factor makes it right."
    )


def wrong_shape(shape: Index, expected: Index, name: str, shapes: Mapping[str, Index]) -> str:
    """Say how `shape` differs from that of the parameter, and what usually causes it."""
    shapes_differ = f"It has shape {_tuple(shape)}, but `{name}` has shape {_tuple(expected)}"
    twins = [other for other, s in shapes.items() if s == shape and other != name]
    if shape == expected[::-1]:
        return shapes_differ + ": transposed?"
    if twins:
        return shapes_differ + f". `{twins[0]}` has that shape: are the gradients in the order {', '.join(shapes)}?"
    if np.prod(shape) == np.prod(expected):
        return shapes_differ + f": the same number of entries, so reshape it to {_tuple(expected)} (keepdims?)."
    if len(shape) > len(expected) and shape[len(shape) - len(expected) :] == expected:
        extra = len(shape) - len(expected)
        axes = "axis 0" if extra == 1 else f"axes 0 to {extra - 1}"
        return shapes_differ + f": sum over {axes}; the parameter is shared there, so its gradients add up."
    return shapes_differ + "."


def disagreeing(a: Floats, n: Floats) -> Mask:
    """Return the mask of entries that disagree by more than a millionth of the largest one."""
    largest = max(np.nanmax(abs(n), initial=0.0), np.max(abs(a[np.isfinite(n)]), initial=0.0))
    with np.errstate(invalid="ignore"):
        return abs(a - n) > 1e-6 * largest


def _zero(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    if not a.any():
        return "Every entry is zero, the numeric gradient's are not: was it filled, added to, returned?"
    if not n[known].any():
        return "It should be zero: this input does not reach the result through this parameter."
    return None


def _constant_ratio(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    c = np.sum(a[known] * n[known]) / max(float(np.sum(n[known] ** 2)), 1e-300)
    if not c or relative_error(a[known], c * n[known]) > ALIKE:
        return None
    if abs(c + 1) < ALIKE:
        return "The sign is flipped: every entry is minus the numeric one."
    sign = " and the sign is flipped" if c < 0 else ""
    ratio, words = _in_words(abs(c), sizes)
    return f"Every entry is {ratio} the numeric one{sign}{words}"


def _in_words(c: float, sizes: Sizes) -> tuple[str, str]:
    """Return a constant factor as a number and as what it may come from."""
    letters = [name for name, size in sizes.items() if name.isidentifier() and size > 1]
    factors = [
        (size, f"{name} = {size}" if name in letters else f"{size} is the length of {name}")
        for name, size in sizes.items()
        if size > 1
    ]
    # Products of named letters only (N·T): products of every two axes would explain any number.
    for first, second in itertools.combinations(letters, 2):
        size = sizes[first] * sizes[second]
        factors.append((size, f"{first}·{second} = {size}"))
    for size, source in factors:
        if abs(c * size - 1) < ALIKE:
            return f"1/{size} of", f", and {source}: averaged where it should be summed?"
        if abs(c / size - 1) < ALIKE:
            return f"{size} times", f", and {source}: summed where it should be averaged?"
    if abs(c - 2) < ALIKE:
        return "2 times", ": added twice, or kept from an earlier call?"
    if abs(c - 0.5) < ALIKE:
        return "1/2 of", ": a factor 2 is missing (the derivative of a square?)."
    return f"{c:.6g} times", ": one constant factor is wrong."


def _transpose(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    if a.ndim == 2 and a.shape[0] == a.shape[1] and known.all() and relative_error(a.T, n) <= ALIKE:
        return "It is the transpose of the numeric gradient."
    return None


def _swapped(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    for name, other in others.items():
        if other.shape == a.shape and np.isfinite(other).all() and other.any() and relative_error(a, other) <= ALIKE:
            return f"These are the numbers of `{name}`: are two gradients swapped?"
    return None


def _signs(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    flipped = known & (a * n < 0) & disagreeing(a, n)
    if flipped.sum() > 1 and relative_error(abs(a[known]), abs(n[known])) <= ALIKE:
        return f"The sizes are right, the signs are not: {flipped.sum()} of {known.sum()} entries are flipped."
    return None


def _clipped(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    wrong, limit = disagreeing(a, n), np.max(abs(a[known]))
    stuck = np.isclose(abs(a), limit, rtol=1e-12, atol=0)
    if wrong.sum() > 1 and np.array_equal(wrong, stuck & wrong) and (abs(n[wrong]) > limit).all():
        return f"The {wrong.sum()} entries that disagree are all {limit:g} in size, the numeric ones larger: clipped?"
    return None


def _place(a: Floats, n: Floats, known: Mask, sizes: Sizes, others: Others) -> str | None:
    """Name the smallest stretch along one axis outside which everything agrees."""
    wrong = disagreeing(a, n)
    if not wrong.any() or not a.ndim:
        return None
    if wrong.sum() == 1:
        index = tuple(np.argwhere(wrong)[0].tolist())
        return f"Only entry {list(index)} disagrees: yours {a[index]:.6g}, numeric {n[index]:.6g}."
    stretches = []
    for axis, length in enumerate(wrong.shape):
        hit = np.flatnonzero(wrong.any(axis=tuple(i for i in range(wrong.ndim) if i != axis)))
        first, last = int(hit[0]), int(hit[-1])
        if last - first + 1 < length:
            stretches.append(((last - first + 1) / length, axis, first, last, length))
    if not stretches:
        return None
    _, axis, first, last, length = min(stretches)
    if first == 0 and 2 * (last + 1) > length:
        return f"Agrees only where the index of axis {axis} is {_stretch(last + 1, length - 1, length)}."
    if last == length - 1 and 2 * first < length:
        return f"Agrees only where the index of axis {axis} is {_stretch(0, first - 1, length)}."
    return f"All agree except where the index of axis {axis} is {_stretch(first, last, length)}."


def _stretch(first: int, last: int, length: int) -> str:
    if first == last:
        end = " (the first" if first == 0 else " (the last" if last == length - 1 else " (one"
        return f"{first}{end} of {length})"
    return f"{first} to {last} (of 0 to {length - 1})"


def _tuple(shape: Index) -> str:
    return str(tuple(int(s) for s in shape))
