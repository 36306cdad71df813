"""Hold how wrong numbers relate to the right ones, as facts.

`utils.checking.resembling` finds them, `utils.checking.likeness_wording` says them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from utils.checking.compare import ROUND_OFF
from utils.checking.comparison import TOLERANCE

ResemblanceKind = Literal[
    "no truth values",
    "opposite",
    "truncated",
    "zeros",
    "sign",
    "input",
    "output",
    "one number",
    "same along",
    "first along",
    "last along",
    "reversed",
    "wrong from",
    "wrong at",
    "wrong until",
    "wrong at the last",
    "right at the last",
    "transposed",
    "factor",
    "offset",
    "multiple",
    "multiple of each row",
    "square",
    "places",
]


@dataclass(frozen=True)
class Pair:
    """An output of one case in which it is wrong.

    Attributes
    ----------
    actual, expected : object
        What the learner's function returned, and what it should have.
    sizes : dict of str to int
        What N, T, … and the whole numbers among the arguments are in this case.
    inputs, outputs : dict
        What it could have been mistaken for, by name: what the function was handed, and the other outputs as they
        should be.
    """

    actual: object
    expected: object
    sizes: Mapping[str, int] = field(default_factory=dict)
    inputs: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbers:
    """A pair whose numbers can be compared: arrays of one shape, all finite, not all expected to be 0.

    Attributes
    ----------
    actual, expected : ndarray
        As float64.
    slack : float
        By how much an entry may differ and still count as right.
    pair : Pair
    """

    actual: NDArray[np.float64]
    expected: NDArray[np.float64]
    slack: float
    pair: Pair

    def right(self, values: NDArray[np.float64]) -> bool:
        """Whether these values, in the place of the learner's, would be right."""
        return self.same(values, self.expected)

    def same(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
        """Whether two arrays of one shape are equal, as `compare` would say."""
        return bool(np.abs(one - other).max(initial=0.0) <= self.slack)

    def varies(self, array: NDArray[np.float64], axis: int | None = None) -> bool:
        """Whether entries differ from each other, along one axis or at all, by more than counts as right."""
        return bool(np.max(np.ptp(array, axis=axis), initial=0.0) > self.slack)

    def is_constant(self, axis: int | None = None) -> bool:
        """Whether the learner's entries are equal, along one axis or all of them; measured by their own size."""
        spread = np.max(np.ptp(self.actual, axis=axis), initial=0.0)
        return bool(spread <= 1e-9 * np.abs(self.actual).max(initial=0.0))


@dataclass(frozen=True)
class Resemblance:
    """How an output relates to the right one in every case that it was found in.

    Attributes
    ----------
    kind : ResemblanceKind
    axis : str
        For a kind that is about steps, layers or another axis, the name of that axis; else empty.
    index : int
        The first wrong step of "wrong from", the one of "wrong at", the last of "wrong until"; counted from 0.
    factor : float
        In the first case, the learner's numbers are the right ones times this; or, for "offset", plus this.
    letter, power : str, int
        The size that the factor is in every case: N where the power is 1, 1/N where it is −1. The letter is empty where
        the factor is no size, or may be several.
    size : int
        What the letter is in the first case.
    other : str
        What the numbers are those of: an input or another output, or its first or last step as Python writes it.
    ordinary : bool
        Whether it was found in the ordinary cases only, and others are wrong too.
    wrong_part : bool
        Whether this is about those entries of a dict that are wrong, and others are right.
    """

    kind: ResemblanceKind
    axis: str = ""
    index: int = 0
    factor: float = 1.0
    letter: str = ""
    power: int = 1
    size: int = 0
    other: str = ""
    ordinary: bool = False
    wrong_part: bool = False


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


def lengths(name: str, array: NDArray[Any]) -> dict[str, int]:
    """Return how long the axes of an argument are, by what Python calls each length.

    Examples
    --------
    >>> lengths("x", np.zeros((2, 5)))
    {'len(x)': 2, 'x.shape[1]': 5}
    """
    return {f"{name}.shape[{axis}]" if axis else f"len({name})": n for axis, n in enumerate(array.shape)}


def numbers(value: object) -> NDArray[np.float64] | None:
    """Return a value as an array of float64; None if it holds no numbers."""
    if not isinstance(value, (np.ndarray, np.generic, bool, int, float, list, tuple)):
        return None
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None


def in_a_row(value: object, keys: Sequence[str]) -> object:
    """Return the numbers of some entries of a dict as one array; the value itself if it has no such entries."""
    arrays = [numbers(value[key]) for key in keys if key in value] if isinstance(value, dict) else []
    rows = [array.ravel() for array in arrays if array is not None]
    return np.concatenate(rows) if rows and len(rows) == len(keys) else value


def comparable(pair: Pair) -> Numbers | None:
    """Return the numbers of a pair; None if they cannot be compared."""
    actual, expected = numbers(pair.actual), numbers(pair.expected)
    if actual is None or expected is None or actual.shape != expected.shape:
        return None
    if not np.isfinite(actual).all() or not np.isfinite(expected).all():
        return None
    largest = float(np.abs(expected).max(initial=0.0))
    kind = "float32" if np.asarray(pair.actual).dtype in (np.float32, np.float16) else "float64"
    return Numbers(actual, expected, max(TOLERANCE[kind] * largest, ROUND_OFF[kind]), pair) if largest > 0 else None
