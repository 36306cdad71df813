"""Find what a call changed in its arguments, by comparing them before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

_DEPTH = 8  # how deep to look: an object may contain itself


@dataclass(frozen=True)
class Change:
    """A part of an argument that is no longer what it was.

    Attributes
    ----------
    name : str
        The part, as Python writes it: ``"cache[2]"``, ``"grads['b']"``.
    what : {"entries", "shape", "keys", "length", "value"}
        What of it changed; "shape" is that of an array or its dtype, "value" a number, a text, or a type.
    index : tuple of int
        The first entry that changed; empty where there is none to name.
    """

    name: str
    what: str
    index: tuple[int, ...] = ()


def changes(name: str, before: object, after: object, depth: int = _DEPTH) -> Iterator[Change]:
    """Yield what inside `after` differs from `before`.

    Parameters
    ----------
    name : str
        What a learner calls it.
    before, after : array, number, list, tuple, dict, or an object with attributes of these, nested
        A deep copy from before a call, and the thing itself after it. Values of other types are ignored.
    depth : int
        How deep to look.

    Examples
    --------
    >>> cache = [np.zeros(2), {"h": np.array([[1.0, 2.0]])}]
    >>> list(changes("cache", [np.zeros(2), {"h": np.ones((1, 2))}], cache))
    [Change(name="cache[1]['h']", what='entries', index=(0, 1))]
    """
    if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
        yield from _of_an_array(name, before, after)
    elif type(before) is not type(after):
        yield Change(name, "value")
    elif not depth:
        return
    elif isinstance(before, dict) and isinstance(after, dict):
        if list(before) != list(after):
            yield Change(name, "keys")
        else:
            yield from _within(((f"{name}[{key!r}]", before[key], after[key]) for key in before), depth)
    elif isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        if len(before) != len(after):
            yield Change(name, "length")
        else:
            pairs = enumerate(zip(before, after, strict=True))
            yield from _within(((f"{name}[{i}]", old, new) for i, (old, new) in pairs), depth)
    elif isinstance(before, (int, float, complex, str, np.generic)):
        if before != after and before == before:
            yield Change(name, "value")
    elif hasattr(before, "__dict__"):
        yield from changes(name, vars(before), vars(after), depth - 1)


def _within(parts: Iterable[tuple[str, object, object]], depth: int) -> Iterator[Change]:
    for name, before, after in parts:
        yield from changes(name, before, after, depth - 1)


def _of_an_array(name: str, before: np.ndarray, after: np.ndarray) -> Iterator[Change]:
    if before.shape != after.shape or before.dtype != after.dtype:
        yield Change(name, "shape")
    elif before.dtype.kind != "O" and before.tobytes() != after.tobytes():
        same = np.equal(before, after) | (np.not_equal(before, before) & np.not_equal(after, after))
        places = np.argwhere(~same)
        yield Change(name, "entries", tuple(int(i) for i in places[0]) if len(places) and before.ndim else ())
