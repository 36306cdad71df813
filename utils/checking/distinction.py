"""Find what the cases that go wrong have and no right one has, and a call that goes wrong as a learner can type it."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from utils.checking import time_axis
from utils.checking.case_facts import Distinction, Scalar, TypedCall
from utils.checking.containers import opened
from utils.checking.findings import Case
from utils.checking.resemblance import lengths
from utils.fixtures import Rng

LONGEST = 12  # entries of an output that is shown whole
MOST = 3  # special cases that are listed one by one

_Values = Sequence[Mapping[str, Scalar]]  # by case


def distinction(
    cases: Sequence[Case], sizes: Sequence[Mapping[str, int]], wrong: Collection[int], right: Collection[int]
) -> Distinction | None:
    """Return what tells wrong cases from right ones, if there are both and anything does.

    Parameters
    ----------
    cases : sequence of Case
    sizes : sequence of dict of str to int
        What N, T, … are, by case.
    wrong, right : collection of int
        The cases of each kind.
    """
    if not wrong or not right:
        return None
    sides = (("wrong", wrong, right), ("right", right, wrong))
    for side, these, others in sides:
        words = tuple(dict.fromkeys(cases[index].special for index in these))
        if all(words) and len(words) <= MOST and not any(cases[index].special in words for index in others):
            if len(words) > 1 and (bound := _counted_bound(cases, sizes, wrong, right)):
                return Distinction("wrong", len(wrong), bound=bound)
            return Distinction(side, len(these), special=words)
    zeros = [_zeros(case) for case in cases]
    for side, these, others in sides:
        for name in _equal([zeros[index] for index in these], [zeros[index] for index in others]):
            return Distinction(
                side, len(these), special=(f"{name} that {'are' if name.endswith('s') else 'is'} all 0",)
            )
    values = [
        _arguments(case) | {letter: n for letter, n in letters.items() if n == 1}
        for case, letters in zip(cases, sizes, strict=True)
    ]
    chosen = [{name: n for name, n in _arguments(case).items() if _is_chosen(n)} for case in cases]
    axes = [_axes(case) for case in cases]
    for side, these, others in sides:
        for described, telling in ((values, _tells), (axes, _tells), (chosen, lambda value: True)):
            equal = _equal([described[index] for index in these], [described[index] for index in others])
            if equal := {name: value for name, value in equal.items() if len(these) > 1 or telling(value)}:
                return Distinction(side, len(these), equal=equal)
    bound = _counted_bound(cases, sizes, wrong, right)
    return Distinction("wrong", len(wrong), bound=bound) if bound else None


def _arguments(case: Case) -> dict[str, Scalar]:
    """Return the numbers and words among the arguments."""
    given = (*case.inputs.items(), *case.upstream.items())
    return {name: value for name, value in given if isinstance(value, (bool, int, float, str))}


def _axes(case: Case) -> dict[str, Scalar]:
    """Return how many axes the arguments have, and which of these have one entry only."""
    arrays = [(name, value) for name, value in case.inputs.items() if isinstance(value, np.ndarray)]
    ones: dict[str, Scalar] = {axis: n for name, array in arrays for axis, n in lengths(name, array).items() if n == 1}
    return ones | {f"{name}.ndim": array.ndim for name, array in arrays}


def _zeros(case: Case) -> dict[str, Scalar]:
    """Return which arguments hold nothing but zeros, for which no number beside them is to blame."""
    found: dict[str, Scalar] = {}
    for name, value in (*case.inputs.items(), *case.upstream.items()):
        arrays = [*value.values()] if isinstance(value, Mapping) else [value]
        if arrays and all(isinstance(one, np.ndarray) and one.size and not one.any() for one in arrays):
            found[name] = 0
    return found


def _equal(these: _Values, others: _Values) -> dict[str, Scalar]:
    """Return the values that all of these have and none of the others has."""
    return {
        name: value
        for name, value in these[0].items()
        if all(one.get(name) == value for one in these) and not any(one.get(name) == value for one in others)
    }


def _is_chosen(value: Scalar) -> bool:
    """Whether somebody chose a number, as 600 or 0.001, rather than draw it."""
    return isinstance(value, int) or (isinstance(value, float) and float(f"{value:.2g}") == value)


def _tells(value: Scalar) -> bool:
    """Whether a value that a single case has by itself is a reason to name it; most numbers are there by chance."""
    return isinstance(value, str) or value in (0, 1)


def _counts(values: Mapping[str, Scalar]) -> dict[str, int]:
    """Return the numbers of steps or layers, and the whole numbers among the arguments: what a loop may stop at."""
    counts = {name: value for name, value in values.items() if isinstance(value, int)}
    return {name: n for name, n in counts.items() if name[:1].islower() or time_axis.counted([name]) is not None}


def _counted_bound(
    cases: Sequence[Case], sizes: Sequence[Mapping[str, int]], wrong: Collection[int], right: Collection[int]
) -> tuple[str, int, str] | None:
    """Return the bound that tells wrong cases from right ones, if one count alone has one."""
    counts = [_counts(_arguments(case) | dict(letters)) for case, letters in zip(cases, sizes, strict=True)]
    return _bound([counts[index] for index in wrong], [counts[index] for index in right])


def _bound(wrong: Sequence[Mapping[str, int]], right: Sequence[Mapping[str, int]]) -> tuple[str, int, str] | None:
    """Return the one count from which on, or up to which, all goes wrong: its name, the number, "more" or "less"."""
    if len(wrong) < 2 or len(right) < 2:
        return None
    found = []
    for name in wrong[0]:
        bad, good = ([one[name] for one in side if name in one] for side in (wrong, right))
        if len(bad) < len(wrong) or len(good) < len(right):
            continue
        if min(bad) > max(good):
            found.append((name, min(bad), "more"))
        if max(bad) < min(good):
            found.append((name, max(bad), "less"))
    return found[0] if len(found) == 1 else None


def typed_call(case: Case, index: int, outputs: Mapping[str, object], wrong: Collection[str]) -> TypedCall | None:
    """Return a call that a learner can type, with those of its wrong outputs that are short.

    Parameters
    ----------
    case : Case
    index : int
        Which case it is.
    outputs : dict of str to object
        What the learner's function returned.
    wrong : collection of str
        The outputs that are wrong in this case.

    Returns
    -------
    TypedCall or None
        None if there is an argument that is neither a number nor text nor a generator of random numbers.
    """
    arguments = tuple(case.inputs.values())
    if not arguments or case.upstream or not all(isinstance(one, (bool, int, float, str, Rng)) for one in arguments):
        return None
    rows = {name: (_row(outputs[name]), _row(case.expected.get(name))) for name in wrong}
    return TypedCall(index, arguments, {name: both for name, both in rows.items() if all(both)})


def _row(value: object) -> tuple[bool | int, ...]:
    """Return the entries of a short row of truth values or whole numbers; nothing for anything else."""
    plain, _ = opened(value)
    array = np.asarray(plain) if isinstance(plain, np.ndarray) else np.zeros(())
    if array.ndim != 1 or array.dtype.kind not in "biu" or array.size > LONGEST:
        return ()
    row: list[bool | int] = array.tolist()
    return tuple(row)
