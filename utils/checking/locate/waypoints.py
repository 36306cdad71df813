"""Recognise values that occur on right ways, by fingerprints: short hashes, from which no value follows."""

import functools
import hashlib
import itertools
import json
import math
import struct
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from utils.checking.locate.location import Status
from utils.fixtures import FOLDER

NAME = "waypoints.npz"
BITS = 24

Array = NDArray[np.float64]
Found = dict[str, tuple[str, dict[int, set[int]]]]  # by exercise: a digest of its sources; by case, fingerprints
_LARGEST = 20_000  # entries of an array that is looked at
_PARTS = 60  # of a list, tuple or dict that are looked at
_SLICED = 8  # entries of an axis that is taken apart
_DEPTH = 3  # of lists in lists
_GRID = 1e-8  # relative: values that differ by less are the same
_NOISE = 1e-10  # relative: two right ways differ by less than this, in rounding alone
_ZERO = 1e-12  # what is smaller may be nothing but rounding


def leaf(value: object) -> Array | None:
    """Return a value as an array of floats, or None where it says nothing: no floats, plain ones, zeros."""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return None if abs(number) < _ZERO or _is_plain(number) else np.asarray(number)
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not 1 <= value.size <= _LARGEST:
        return None
    array = value.astype(np.float64)  # a copy: the learner may change it afterwards
    low, high = float(array.min()), float(array.max())
    if not np.isfinite(low) or not np.isfinite(high):
        return array
    largest = max(abs(low), abs(high))
    if largest < _ZERO or (high - low <= _ZERO * largest and (array.size > 1 or _is_plain(low))):
        return None
    return array


def _is_plain(number: float) -> bool:
    """Whether this is a number that anybody may write, such as 0.5 or 1e-5: its value says nothing."""
    return bool(np.isfinite(number)) and float(f"{number:.3g}") == number


def parts(value: object, hidden: Container[int] = (), depth: int = _DEPTH) -> Iterator[object]:
    """Yield what a value consists of: lists, tuples and dicts are taken apart, but for objects of a `hidden` id."""
    if id(value) in hidden:
        return
    if depth and isinstance(value, (dict, list, tuple)):
        entries = value.values() if isinstance(value, dict) else value
        for entry in itertools.islice(entries, _PARTS):
            yield from parts(entry, hidden, depth - 1)
    else:
        yield value


def leaves(value: object, hidden: Container[int] = ()) -> list[Array]:
    """Return the arrays that a value consists of, as far as they say anything."""
    found = (leaf(part) for part in itertools.islice(parts(value, hidden), _PARTS))
    return [array for array in found if array is not None]


def slices(array: Array) -> Iterator[Array]:
    """Yield what an array is a stack of, along each of its axes."""
    for axis, size in enumerate(array.shape) if array.ndim > 1 else ():
        if size <= _SLICED:
            yield from np.moveaxis(array, axis, 0)


def keys(arrays: Iterable[Array]) -> set[int]:
    """Return the fingerprints by which values are recognised: each as it is, and its entries in any order."""
    by_shape: dict[tuple[int, ...], dict[bytes, Array]] = {}
    for array in arrays:
        if np.isfinite(array).all():
            by_shape.setdefault(array.shape, {})[array.tobytes()] = array
    found: set[int] = set()
    for shape, different in by_shape.items():
        scaled = _scaled(np.stack(list(different.values())).reshape(len(different), -1))
        size = scaled[1].shape[1]
        found.update(_hash(shape, row) for row in _grid(_as_they_are(*scaled)))
        if size > 2:
            found.update(_hash((-size,), row) for row in _grid(_in_any_order(*scaled)))
    return found


class Waypoints:
    """The fingerprints of all values on right ways in one case.

    Parameters
    ----------
    known : collection of int
    """

    def __init__(self, known: Collection[int]) -> None:
        self._known = known

    def status(self, array: Array) -> Status:
        """Return what is known of an array that `leaf` found."""
        if not np.isfinite(array).all():
            return "unknown"
        scaled, shape, mixed = _scaled(array.reshape(1, -1)), array.shape, (-array.size,)
        own = _as_they_are(*scaled)[0]
        if self._holds(shape, own):
            return "known"
        in_any_order = _in_any_order(*scaled)[0] if array.size > 2 else None
        if in_any_order is not None and self._holds(mixed, in_any_order):
            return "rearranged"
        if self._holds(shape, _of_the_opposite(own)):
            return "opposite"
        if in_any_order is not None and self._holds(mixed, _of_the_opposite(in_any_order)):
            return "opposite"
        return "stacked" if self._is_stack(array) else "unknown"

    def _holds(self, shape: tuple[int, ...], numbers: Array) -> bool:
        near = [
            dict.fromkeys(math.floor((number + shift) / _GRID) for shift in (0.0, -_NOISE, _NOISE))
            for number in numbers.tolist()
        ]
        return any(_hash(shape, row) in self._known for row in itertools.product(*near))

    def _is_stack(self, array: Array) -> bool:
        for axis, size in enumerate(array.shape) if array.ndim > 1 else ():
            if 2 <= size <= _SLICED:
                telling = [found for part in np.moveaxis(array, axis, 0) if (found := leaf(part)) is not None]
                if telling and all(part.size > 1 and self._is_known(part) for part in telling):
                    return True
        return False

    def _is_known(self, array: Array) -> bool:
        return self._holds(array.shape, _as_they_are(*_scaled(array.reshape(1, -1)))[0])


# The numbers that a fingerprint is made of, for each row of a stack of arrays, which `_scaled` has taken apart.


def _as_they_are(scale: Array, unit: Array) -> Array:
    """Return the logarithm of a row's scale, and one random projection of the row divided by it."""
    return np.stack([np.log(scale), unit @ _direction(unit.shape[1])], axis=1)


def _in_any_order(scale: Array, unit: Array) -> Array:
    """Return what does not change with the order of a row's entries."""
    return np.stack([np.log(scale), unit.mean(axis=1), (unit**3).mean(axis=1)], axis=1)


def _of_the_opposite(numbers: Array) -> Array:
    """Return the numbers that belong to an array's opposite: it has the same scale."""
    return np.concatenate([numbers[:1], -numbers[1:]])


def _scaled(stack: Array) -> tuple[Array, Array]:
    """Return the root mean square of each row's entries, and the rows divided by it."""
    largest = np.abs(stack).max(axis=1, keepdims=True)
    unit = stack / largest
    rms = np.sqrt((unit * unit).mean(axis=1, keepdims=True))
    return (largest * rms)[:, 0], unit / rms


def _grid(numbers: Array) -> NDArray[np.int64]:
    return np.floor(numbers / _GRID).astype(np.int64)


def _hash(shape: tuple[int, ...], row: Sequence[int]) -> int:
    packed = struct.pack(f"<{len(shape) + len(row)}q", *shape, *row)
    return int.from_bytes(hashlib.blake2b(packed, digest_size=BITS // 8).digest(), "little")


@functools.lru_cache(maxsize=512)  # there are few sizes, and drawing takes longer than projecting
def _direction(size: int) -> Array:
    drawn: Array = np.random.RandomState(size).standard_normal(size)  # a stream that NumPy keeps (NEP 19)
    return drawn / size


def write(path: Path, found: Found) -> None:
    """Write the waypoints of all exercises into one file: by exercise a digest, and by case the fingerprints.

    The same waypoints always give the same bytes.
    """
    index: dict[str, dict[str, object]] = {}
    hashes: list[int] = []
    for name in sorted(found):
        digest, cases = found[name]
        places = {}
        for case in sorted(cases):
            places[str(case)] = [len(hashes), len(hashes) + len(cases[case])]
            hashes += sorted(cases[case])
        index[name] = {"digest": digest, "cases": places}
    text = np.frombuffer(json.dumps(index, separators=(",", ":")).encode(), np.uint8)
    packed = np.array(hashes, "<u4").view(np.uint8).reshape(-1, 4)[:, : BITS // 8]
    with path.open("wb") as file:
        np.savez(file, index=text, hashes=packed)


def read(path: Path) -> Found:
    """Return what `write` wrote."""
    with np.load(path) as file:
        index, packed = json.loads(file["index"].tobytes().decode()), file["hashes"]
    wide = np.zeros((len(packed), 4), np.uint8)
    wide[:, : BITS // 8] = packed
    hashes = wide.view("<u4").ravel()
    return {
        name: (entry["digest"], {int(case): set(hashes[a:b].tolist()) for case, (a, b) in entry["cases"].items()})
        for name, entry in index.items()
    }


@functools.cache  # for the life of the process, as fixtures
def load(exercise: str) -> dict[int, Waypoints]:
    """Return the waypoints of an exercise by case; empty where it has none."""
    path = FOLDER / NAME
    _, cases = read(path).get(exercise, ("", {})) if path.is_file() else ("", {})
    return {case: Waypoints(known) for case, known in cases.items()}
