"""Hold what is known of the cases that go wrong: what tells them from the others, and a call that shows it.

`utils.checking.distinction` finds these facts, `utils.checking.case_wording` says them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Scalar = bool | int | float | str


@dataclass(frozen=True)
class Distinction:
    """What some cases have that none of the others has: all wrong ones, or all right ones.

    Attributes
    ----------
    side : {"wrong", "right"}
        Which of them are described.
    count : int
        How many these are.
    special : tuple of str
        What is special about each of them, in words.
    equal : dict of str to Scalar
        The numbers and words that all of these are called with, and the sizes that they have.
    bound : tuple of str, int, str
        The count that tells them apart: its name, a number, and whether it is this or "more", or this or "less".
    """

    side: str
    count: int
    special: tuple[str, ...] = ()
    equal: Mapping[str, Scalar] = field(default_factory=dict)
    bound: tuple[str, int, str] | None = None


@dataclass(frozen=True)
class TypedCall:
    """A call that goes wrong and that a learner can type: with numbers, text and generators only.

    Attributes
    ----------
    case : int
    arguments : tuple
    rows : dict of str to tuple of tuple
        By wrong output that is a short row of truth values or whole numbers: the learner's, and the right one.
    """

    case: int
    arguments: tuple[object, ...]
    rows: Mapping[str, tuple[tuple[bool | int, ...], tuple[bool | int, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class FirstStep:
    """The step at which the smallest failing case leaves the right numbers.

    Attributes
    ----------
    output : str
        An output with an axis that counts steps or layers.
    index : int
        The step on that axis, counted from 0: the first one that is wrong, for a backward pass the last one.
    backward : bool
        Whether it was looked for from the last step on, in the order of a backward pass.
    """

    output: str
    index: int
    backward: bool = False
