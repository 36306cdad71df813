"""Run a learner's function on copies, keep what it returns, and say what it did to its arguments."""

import contextlib
import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from utils.checking.changes import changes
from utils.gradients.numeric import Array, GradientError

T = TypeVar("T")


@contextlib.contextmanager
def global_rng_kept() -> Iterator[None]:
    """Leave NumPy's global random state as it was, whatever runs inside (even if it is interrupted)."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)


def named_arrays(arrays: Mapping[str, ArrayLike], what: str) -> dict[str, Array]:
    """Return `arrays` as a dict of private copies, floats as float64, or raise `GradientError`.

    float32 is lifted to float64: what is checked is the formula, not the rounding.
    """
    if not isinstance(arrays, dict) or not arrays:
        raise GradientError(
            f'`{what}` must be a dict from names to arrays, such as {{"Wh": Wh, "b": b}}; it is {_kind(arrays)}.'
        )
    kept = {}
    for name, array in arrays.items():
        if not isinstance(name, str):
            raise GradientError(f"The names in `{what}` must be strings; {name!r} is not one.")
        array = np.array(array)
        if array.dtype.kind not in "fiub":
            raise GradientError(f"`{what}[{name!r}]` must be an array of numbers; it is {_kind(arrays[name])}.")
        kept[name] = array.astype(float) if array.dtype.kind == "f" else array
    return kept


def copied(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return a dict with a copy of every array."""
    return {name: array.copy() for name, array in arrays.items()}


def own_array(gradient: object) -> Array | None:
    """Return what a function returned as an array of our own: it may be a view of something its next call changes."""
    try:
        return None if gradient is None else np.array(gradient)
    except ValueError:
        raise GradientError("A gradient must be an array; a list of lists of different lengths is not one.") from None


def deep_copy(value: T, what: str) -> T:
    """Return a deep copy, so that later calls cannot change it."""
    try:
        return copy.deepcopy(value)
    except Exception as error:  # any class may refuse in its own way
        raise GradientError(f"Cannot copy {what} ({error}): keep arrays, numbers, lists, tuples and dicts.") from None


def changed_place(before: object, after: object, name: str) -> str | None:
    """Return the first part of an argument that a call changed, in words; None if all is as it was.

    Parameters
    ----------
    before, after : array, number, list, tuple or dict of these, nested
        A deep copy from before a call, and the thing itself after it.
    name : str
        What a learner calls it.

    Examples
    --------
    >>> cache = [np.zeros(2), {"h": np.array([[1.0, 2.0]])}]
    >>> changed_place([np.zeros(2), {"h": np.ones((1, 2))}], cache, "cache")
    "`cache[1]['h']` (first at [0, 1])"
    """
    change = next(changes(name, before, after), None)
    if change is None:
        return None
    about = {"shape": " (its shape or dtype)", "keys": " (its keys)", "length": " (its length)"}.get(change.what, "")
    first = f" (first at {list(change.index)})" if change.index else ""
    return f"`{change.name}`{about}{first}"


def same_numbers(first: object, second: object) -> bool:
    """Whether two runs gave the same numbers, except for the last digits that threads and alignment may change."""
    first, second = np.asarray(first), np.asarray(second)
    if first.shape != second.shape:
        return False
    if first.dtype.kind not in "fc" or not first.size:
        return bool(np.array_equal(first, second))
    slack = 1e4 * np.finfo(first.dtype).eps * np.nanmax(abs(first), initial=0.0)
    return bool(np.allclose(first, second, rtol=0, atol=slack, equal_nan=True))


def first_bad(array: Array) -> list[int] | None:
    """Return the index of the first NaN or infinity as a list, or None."""
    bad = np.argwhere(~np.isfinite(array))
    return bad[0].tolist() if len(bad) else None


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """Return ``"; did you mean 'b'?"`` for the nearest of `names`, or an empty string."""
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "empty"
    return f"an array of dtype {value.dtype}" if isinstance(value, np.ndarray) else f"of type {type(value).__name__}"
