"""Find what wrong numbers resemble: the right ones times a factor, another array, the right ones up to a step.

Facts only; `utils.checking.likeness_wording` says them. A relation that holds in only some of the cases it was asked
about is taken for a coincidence and not reported. Of several that hold, the one that says most comes first.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from utils.checking import arrangement, multiples
from utils.checking.resemblance import Numbers, Pair, Resemblance, ResemblanceKind, comparable, numbers


@np.errstate(all="ignore")
def resemblance(pairs: Sequence[Pair], axes: Sequence[str] = ()) -> Resemblance | None:
    """Return how an output relates to the right one in all these cases; None if nothing is known.

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
    cases = [case for pair in pairs if (case := comparable(pair))]
    if not cases or len(cases) < len(pairs) or any(case.right(case.actual) for case in cases):
        return None
    named = [*axes] if all(len(axes) == case.actual.ndim for case in cases) else []
    found = _truth(cases) or _whole(cases) or _zeros(cases) or _sign(cases) or _another_array(cases)
    found = found or arrangement.along_an_axis(cases, named) or arrangement.in_order(cases, named)
    found = found or arrangement.transposed(cases) or multiples.factor(cases) or multiples.offset(cases)
    found = found or multiples.square(cases) or multiples.multiple(cases)
    return found or arrangement.places(cases) or multiples.of_each_row(cases, named)


def _truth(cases: Sequence[Numbers]) -> Resemblance | None:
    """Return what numbers are in the place of truth values, or truth values that are all the opposite."""
    if any(np.asarray(case.pair.expected).dtype.kind != "b" for case in cases):
        return None
    if all(np.any((case.actual != 0) & (case.actual != 1)) for case in cases):
        return Resemblance("no truth values")
    # Of a single truth value, "wrong" has said it.
    opposite = all(case.right(1 - case.actual) for case in cases) and any(case.actual.size > 1 for case in cases)
    return Resemblance("opposite") if opposite else None


def _whole(cases: Sequence[Numbers]) -> Resemblance | None:
    """Whether an array of whole numbers cut the fractions off."""
    whole = all(np.asarray(case.pair.actual).dtype.kind in "iu" for case in cases)
    cut_off = all(np.array_equal(case.actual, np.trunc(case.expected)) for case in cases)
    return Resemblance("truncated") if whole and cut_off else None


def _zeros(cases: Sequence[Numbers]) -> Resemblance | None:
    return Resemblance("zeros") if all(case.actual.ndim and not case.actual.any() for case in cases) else None


def _sign(cases: Sequence[Numbers]) -> Resemblance | None:
    return Resemblance("sign") if all(case.right(-case.actual) for case in cases) else None


def _another_array(cases: Sequence[Numbers]) -> Resemblance | None:
    """Return the input, or the other output as it should be, whose numbers these are."""
    if not all(case.varies(case.actual) for case in cases):
        return None
    found: list[tuple[ResemblanceKind, list[Mapping[str, object]]]] = [
        ("output", [case.pair.outputs for case in cases]),
        ("input", [case.pair.inputs for case in cases]),
    ]
    for kind, by_name in found:
        for name in by_name[0]:
            for place, arrays in _parts(name, [values.get(name) for values in by_name]):
                both = list(zip(cases, arrays, strict=True))
                if all(case.actual.shape == array.shape and case.same(case.actual, array) for case, array in both):
                    return Resemblance(kind, other=place)
    return None


def _parts(name: str, values: Sequence[object]) -> Iterator[tuple[str, list[NDArray[np.float64]]]]:
    """Yield arrays of all cases with their name in Python: whole, and where their axes are (N, T, …) the end steps."""
    arrays = [array for value in values if isinstance(value, np.ndarray) and (array := numbers(value)) is not None]
    if len(arrays) < len(values):
        return
    yield name, arrays
    if all(array.ndim == 3 and array.shape[1] for array in arrays) and any(array.shape[1] > 1 for array in arrays):
        yield f"{name}[:, 0]", [array[:, 0] for array in arrays]
        yield f"{name}[:, -1]", [array[:, -1] for array in arrays]
