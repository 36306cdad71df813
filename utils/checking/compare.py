"""Compare a learner's arrays with what is expected: shape, kind, values, and where the worst entry is."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checking.comparison import TOLERANCE, Comparison, Kind, Opaque, Shape
from utils.checking.containers import NUMBERS, Opened, opened

_MOST_AXES = 4  # of which all orders are tried

# What round-off leaves of a zero: 1e-17 where 0 is expected is not a mistake.
ROUND_OFF = {name: 16 * float(np.finfo(name).eps) for name in TOLERANCE}


@np.errstate(all="ignore")  # a learner's np.seterr("raise") must not reach our own arithmetic
def compare(
    name: str,
    actual: object,
    expected: object,
    axes: Sequence[str] = (),
    sizes: Mapping[str, int] | None = None,
) -> Comparison:
    """Compare one output with its expected value.

    Parameters
    ----------
    name : str
        The output's name.
    actual : object
        What the learner's function returned.
    expected : array_like, dict, list or tuple
        What it should be: numbers or booleans of any shape, or dicts, lists and tuples of these.
    axes : sequence of str
        The names of the expected axes, for example ``("N", "T", "H")``. ``("choice",)`` marks the number of a chosen
        statement; the comparison then holds whether it is right, but not the right number.
    sizes : dict of str to int, optional
        What N, T, … are in this case, so that the learner's own axes can be named where no two sizes are equal.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> compare("db", np.zeros((2, 3)), np.zeros(3), axes=["H"]).shape.actual
    (2, 3)
    >>> compare("loss", 0.1 + 0.2, 0.3).ok
    True
    >>> compare("clipped", {"b": np.ones(2)}, {"b": np.zeros(2)}).where
    "clipped['b'][0]"
    """
    found = _compared(Comparison(name, None, axes=tuple(axes)), actual, expected, sizes or {})
    if found.problem == "value" and found.axes == ("choice",):
        return Comparison(name, "choice", yours=found.yours)
    return found


def type_name(value: object) -> str:
    """Return the name of a value's type, as a learner knows it: an array is an ``"array"``.

    What came from a kernel goes by the name that it had there, however deep in an output it is.
    """
    if isinstance(value, Opaque):
        return value.type_name
    if isinstance(value, Opened):
        return value.container
    return "array" if type(value) is np.ndarray else type(value).__name__


def _compared(at: Comparison, actual: object, expected: object, sizes: Mapping[str, int]) -> Comparison:
    """Compare the part of an output that `at` names, as yet without a problem."""
    if actual is None:
        return dataclasses.replace(at, problem="missing")
    if isinstance(actual, Opaque):
        wanted = type_name(expected) if isinstance(expected, (dict, list, tuple)) else "array of numbers"
        if isinstance(expected, (bool, int, float, np.generic)):
            wanted = "number"
        return dataclasses.replace(at, problem="kind", kind=Kind("type", actual.type_name, wanted))
    if isinstance(expected, dict):
        return _compared_dicts(at, actual, expected)
    if isinstance(expected, (list, tuple)) and not (isinstance(actual, np.ndarray) and _is_regular(expected)):
        return _compared_sequences(at, actual, expected)
    return _compared_arrays(at, actual, np.asarray(expected), sizes)


def _compared_dicts(at: Comparison, actual: object, expected: dict[str, object]) -> Comparison:
    if not isinstance(actual, dict):
        return dataclasses.replace(at, problem="kind", kind=Kind("type", type_name(actual), "dict"))
    for key in expected:
        if key not in actual:
            return dataclasses.replace(at, problem="missing", key=repr(key))
    if len(actual) > len(expected):
        extra = next(key for key in actual if key not in expected)
        return dataclasses.replace(at, problem="kind", kind=Kind("extra", repr(extra)))
    parts = {key: _compared(_part(at, key), actual[key], expected[key], {}) for key in expected}
    # A wrong shape or kind comes before wrong numbers, which may well follow from it.
    found = _worst(at, sorted(parts.values(), key=lambda part: part.problem == "value"))
    if found.problem != "value":
        return found
    wrong = tuple(str(key) for key, part in parts.items() if not part.ok)
    right = tuple(str(key) for key, part in parts.items() if part.ok)
    return dataclasses.replace(found, entries=wrong, right_entries=right)


def _compared_sequences(at: Comparison, actual: object, expected: list[object] | tuple[object, ...]) -> Comparison:
    if not isinstance(actual, (list, tuple)):
        return dataclasses.replace(at, problem="kind", kind=Kind("type", type_name(actual), type_name(expected)))
    if len(actual) != len(expected):
        return dataclasses.replace(at, problem="shape", lengths=(len(actual), len(expected)))
    pairs = zip(actual, expected, strict=True)
    return _worst(at, [_compared(_part(at, i), a, e, {}) for i, (a, e) in enumerate(pairs)])


def _part(at: Comparison, key: str | int) -> Comparison:
    return dataclasses.replace(at, part=(*at.part, key), axes=())


def _is_regular(sequence: Sequence[object]) -> bool:
    """Whether a list or tuple could as well be an array."""
    try:
        return np.asarray(sequence).dtype.kind != "O"
    except ValueError:  # parts of different shapes
        return False


def _worst(at: Comparison, parts: Sequence[Comparison]) -> Comparison:
    """Return the first part that is not right, as the comparison of the whole."""
    wrong = next((part for part in parts if not part.ok), None)
    if wrong is not None:
        return wrong
    unusual = next((part for part in parts if part.container or part.held), at)
    return dataclasses.replace(at, container=unusual.container, held=unusual.held)


def _compared_arrays(at: Comparison, actual: object, expected: NDArray[Any], sizes: Mapping[str, int]) -> Comparison:
    actual, container = opened(actual, expected.shape)
    if kind := _wrong_kind(actual, "array" if expected.ndim else "number"):
        return dataclasses.replace(at, problem="kind", kind=kind)
    array = np.asarray(actual)
    held = _held(array.dtype.kind, expected.dtype.kind)
    if (container, held) != (at.container, at.held):
        at = dataclasses.replace(at, container=container, held=held)
    array = array.astype(np.int64) if array.dtype.kind == "u" else array
    if array.shape != expected.shape:
        same_numbers, order = _right_but_for_the_shape(array, expected)
        shape = Shape(array.shape, expected.shape, at.axes, sizes, same_numbers, order)
        return dataclasses.replace(at, problem="shape", shape=shape)
    kind_of = "float32" if array.dtype in (np.float32, np.float16) else "float64"
    tolerance, dtype = TOLERANCE[kind_of], array.dtype
    if expected.dtype.kind in "bi" and dtype.kind in "bi":
        error = (array != expected).astype(float)
        wrong = error > 0
    else:
        array, expected = array.astype(np.float64, copy=False), expected.astype(np.float64, copy=False)
        error = np.abs(array - expected)
        finite = np.isfinite(expected)
        if not np.isfinite(error.max(initial=0.0)):  # else all numbers are finite
            bad = ~np.isfinite(array) & finite
            if bad.any():
                index = tuple(int(i) for i in np.argwhere(bad)[0])
                return _entry(at, "nan", index, array, expected, bad, tolerance)
            same = (array == expected) | (np.isnan(array) & np.isnan(expected))
            error = np.where(same, 0.0, error)
        largest = float(np.abs(expected[finite]).max(initial=0.0))
        wrong = ~(error <= max(tolerance * largest, ROUND_OFF[kind_of]))
    if not wrong.any():
        return at if tolerance == at.tolerance else dataclasses.replace(at, tolerance=tolerance)
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape))
    found = _entry(at, "value", index, array, expected, wrong, tolerance)
    return dataclasses.replace(found, too_narrow_dtype=_too_narrow(dtype, expected))


def _right_but_for_the_shape(array: NDArray[Any], expected: NDArray[Any]) -> tuple[str, tuple[int, ...]]:
    """Return what is wrong about a shape whose numbers are right, and the order of axes that would mend it."""
    own, right = array.shape, expected.shape
    if array.size != expected.size or (array.size > 1 and not np.any(expected != expected.flat[0])):
        return "", ()  # equal numbers say nothing of their order

    def agrees(turned: NDArray[Any]) -> bool:
        return _compared_arrays(Comparison("", None), turned, expected, {}).ok

    if len(own) == len(right):
        for order in permutations(range(len(own))) if len(own) <= _MOST_AXES else ():
            turned = array.transpose(order)
            if turned.shape == right and agrees(turned):
                return "another order", order
        return "", ()
    if not agrees(array.reshape(right)):
        return "", ()
    if [n for n in own if n > 1] == [n for n in right if n > 1]:
        return ("an axis too many" if len(own) > len(right) else "an axis too few"), ()
    kind, few, many = ("run together", own, right) if len(own) < len(right) else ("split", right, own)
    return (kind if _come_of_neighbours(few, many) else ""), ()


def _come_of_neighbours(few: tuple[int, ...], many: tuple[int, ...]) -> bool:
    """Whether each axis of one shape is made of neighbouring axes of another, in order."""
    ends = {math.prod(few[:end]) for end in range(len(few))}
    return ends <= {math.prod(many[:end]) for end in range(len(many))}


def _entry(
    at: Comparison,
    problem: str,
    index: tuple[int, ...],
    array: NDArray[Any],
    expected: NDArray[Any],
    wrong: NDArray[np.bool_],
    tolerance: float,
) -> Comparison:
    return dataclasses.replace(
        at,
        problem=problem,
        index=index,
        yours=array[index].item(),
        expected=expected[index].item(),
        count=int(wrong.sum()),
        size=wrong.size,
        tolerance=tolerance,
    )


def _wrong_kind(actual: object, wanted: str) -> Kind | None:
    """Return the kind of a value that is neither an array of numbers nor a number, else None."""
    if not isinstance(actual, (np.ndarray, np.generic, bool, int, float)) or isinstance(actual, np.ma.MaskedArray):
        return Kind("type", type_name(actual), wanted)
    dtype = np.asarray(actual).dtype
    if dtype.kind == "O":
        return Kind("objects", "object", wanted)
    if dtype.kind not in NUMBERS:
        return Kind("complex" if dtype.kind == "c" else "dtype", dtype.name, wanted)
    return None


def _held(own: str, right: str) -> str:
    """Return what an output holds, if it stands for numbers of another kind; whole numbers may stand for any."""
    if right == "b":
        return {"i": "whole numbers", "u": "whole numbers", "f": "floats"}.get(own, "")
    return {"b": "truth values", "f": "floats" if right == "i" else ""}.get(own, "")


def _too_narrow(dtype: np.dtype[Any], expected: NDArray[Any]) -> str:
    """Return the learner's own dtype where it cannot hold the answer, else nothing."""
    if dtype.kind in "biu" and np.any(expected != np.round(expected)):
        return str(dtype.name)
    return "float16" if dtype == np.float16 else ""
