"""Find by which number the right ones were multiplied, or what was added to all of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from utils.checking.resemblance import Numbers, Resemblance, lengths

_ALIKE = 1e-6  # relative, between the factors of two cases
_NO_NAME = "?"  # ends the label of what could be counted, but is no size that can be named


def factor(cases: Sequence[Numbers]) -> Resemblance | None:
    """Return the factor between the numbers and the right ones, where it is one number or one size in every case."""
    factors = _factors(cases)
    if not factors or sum(case.actual.size for case in cases) < 2:  # one number is a multiple of any other
        return None
    if named := _size(cases, factors):
        letter, power, size = named
        return Resemblance("factor", factor=factors[0], letter=letter, power=power, size=size)
    return Resemblance("factor", factor=factors[0]) if _alike(factors) else None


def multiple(cases: Sequence[Numbers]) -> Resemblance | None:
    """Whether each case has one factor of its own for all its entries; a single entry is a multiple of any other."""
    several = any(np.count_nonzero(case.expected) > 1 for case in cases)
    return Resemblance("multiple") if several and _factors(cases) else None


def of_each_row(cases: Sequence[Numbers], axes: Sequence[str]) -> Resemblance | None:
    """Whether each row of the batch has one factor of its own for all its entries."""
    if not axes or axes[0] != "N" or len(axes) < 2 or all(len(case.actual) < 2 for case in cases):
        return None
    for case in cases:
        own, right = (array.reshape(len(array), -1) for array in (case.actual, case.expected))
        if np.any(np.count_nonzero(right, axis=1) < 2):
            return None
        factors = (own * right).sum(axis=1, keepdims=True) / (right**2).sum(axis=1, keepdims=True)
        if not np.all(factors) or not case.same(own, factors * right):
            return None
    return Resemblance("multiple of each row", axis=axes[0])


def square(cases: Sequence[Numbers]) -> Resemblance | None:
    """Whether the numbers are the squares of the right ones; of 0 and 1, every power is the same."""
    squared = all(case.same(case.actual, case.expected**2) for case in cases)
    return Resemblance("square") if squared else None


def offset(cases: Sequence[Numbers]) -> Resemblance | None:
    """Return what was added to all the right numbers; its value is 0 where the cases do not agree on it."""
    if not all(case.varies(case.expected) for case in cases):
        return None
    added = [float((case.actual - case.expected).mean()) for case in cases]
    if not all(case.right(case.actual - one) for case, one in zip(cases, added, strict=True)):
        return None
    # One case may be stored less exactly than another, so it is tried whether one number fits all.
    common = (one for one in added if all(case.right(case.actual - one) for case in cases))
    return Resemblance("offset", factor=next(common, 0.0))


def _factors(cases: Sequence[Numbers]) -> list[float]:
    """Return each case's factor; nothing unless every case is a multiple, and none of them is of nothing."""
    factors = [float((case.actual * case.expected).sum() / (case.expected**2).sum()) for case in cases]
    # Nothing, or False, is not what a factor makes of a number.
    multiples = all(f and case.right(case.actual / f) for case, f in zip(cases, factors, strict=True))
    return factors if multiples else []


def _alike(values: Sequence[float]) -> bool:
    return max(abs(value - values[0]) for value in values) <= _ALIKE * abs(values[0])


def _size(cases: Sequence[Numbers], factors: Sequence[float]) -> tuple[str, int, int] | None:
    """Return the one size, or product of two, that the factors are a power of; None where several may be meant.

    With k = 1, T is also the number of segments of k steps: such cases alone decide nothing.
    """
    fitting = _fitting(_counted(cases), factors) or _fitting(_lengths(cases), factors)
    return fitting[0] if len(fitting) == 1 and not fitting[0][0].endswith(_NO_NAME) else None


def _fitting(counted: Mapping[str, Sequence[int]], factors: Sequence[float]) -> list[tuple[str, int, int]]:
    """Return what the factors are a power of in every case: its label, the power, and what it is in the first."""
    return [
        (label, power, measured[0])
        for label, measured in counted.items()
        for power in (-1, 1)
        # With one size only, the factor may be the letter or a number.
        if len(set(measured)) > 1
        and min(measured) > 0
        and all(abs(f / float(n) ** power - 1) < _ALIKE for f, n in zip(factors, measured, strict=True))
    ]


def _lengths(cases: Sequence[Numbers]) -> dict[str, list[int]]:
    """Return how long the axes of the arguments are, where no letter fits; of equal ones the first stands for all."""
    found: dict[str, list[int]] = {}
    for name in cases[0].pair.inputs:
        arrays = [array for case in cases if isinstance(array := case.pair.inputs.get(name), np.ndarray)]
        if len(arrays) < len(cases) or len({array.ndim for array in arrays}) > 1:
            continue
        by_case = [lengths(name, array) for array in arrays]
        for label in by_case[0]:
            measured = [axes[label] for axes in by_case]
            if measured not in found.values():
                found[label] = measured
    return found


def _counted(cases: Sequence[Numbers]) -> dict[str, list[int]]:
    """Return by label, in every case, each size and what may have been counted instead: products, parts, one less."""
    letters = [letter for letter in cases[0].pair.sizes if all(letter in case.pair.sizes for case in cases)]
    sizes = {letter: [case.pair.sizes[letter] for case in cases] for letter in letters}
    found = dict(sizes)
    for one, n in sizes.items():
        found[one + _NO_NAME] = [a - 1 for a in n]
        for other, m in sizes.items():
            if one < other:
                found[f"{one}·{other}"] = [a * b for a, b in zip(n, m, strict=True)]
            if one != other:
                found[f"{one}/{other}{_NO_NAME}"] = [-(-a // max(b, 1)) for a, b in zip(n, m, strict=True)]
    return found
