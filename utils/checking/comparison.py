"""Hold the result of comparing one output, as facts: the problem, its place, and both values at the worst entry.

`utils.checking.compare` makes them, and so do the judges of properties; `utils.checking.wording` says them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Relative to the largest expected entry. Expected numbers are stored with 8 digits, so float64 answers
# agree to about 1e-8; float32 carries about 7 digits, of which a recurrence loses two or three.
TOLERANCE = {"float64": 1e-6, "float32": 1e-4}


@dataclass(frozen=True)
class Opaque:
    """A value that is neither a number nor an array; only the name of its type is known."""

    type_name: str


@dataclass(frozen=True)
class Kind:
    """What a value is that is not of the kind asked for.

    Attributes
    ----------
    problem : str
        What is wrong about it: its "type"; "objects", "complex" or "dtype" for what an array holds; "extra" for an
        entry that was not asked for.
    name : str
        The name of its type or dtype; for "extra" the key, as Python writes it.
    wanted : str
        "array", "array of numbers", "number", "dict", "list" or "tuple".
    """

    problem: str
    name: str
    wanted: str = ""


@dataclass(frozen=True)
class Shape:
    """A shape that is not the expected one.

    Attributes
    ----------
    actual, expected : tuple of int
    axes : tuple of str
        The names of the expected axes, where they are known.
    sizes : dict of str to int
        What N, T, … are in this case.
    same_numbers : str
        Where the numbers are the right ones all the same, what is wrong about the shape: "an axis too many" or "an axis
        too few", of length 1; "another order" of axes; "run together" or "split" axes.
    order : tuple of int
        For "another order": axis i of the expected array is the learner's axis ``order[i]``.
    """

    actual: tuple[int, ...]
    expected: tuple[int, ...]
    axes: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    same_numbers: str = ""
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The result of comparing one output.

    Attributes
    ----------
    name : str
        The output, for example ``"dWh"``.
    problem : {None, "missing", "kind", "shape", "nan", "value", "property", "choice"}
        None if the output is right; "property" where not its numbers are judged but what they do.
    message : str
        The finding of a judge of properties, in its own words; empty for all that `compare` finds.
    mistake : str or None
        The known mistake that this is, where a judge of properties recognises one.
    possible : tuple of str or None
        Where a judge of properties tells them: the known mistakes that this answer, right or wrong, can come from.
    part : tuple of str or int
        The keys that lead to the part of a dict, list or tuple that the following is about.
    index : tuple of int
        The worst entry; empty for a single number, and where no entry is meant.
    axes : tuple of str
        The names of the output's axes.
    yours, expected : float, bool or None
        Both values at the worst entry.
    count, size : int
        How many entries are wrong, or not finite, and of how many.
    tolerance : float
        The error, relative to the largest expected entry, up to which an entry counts as right.
    too_narrow_dtype : str
        The learner's dtype, where it cannot hold the answer.
    key : str
        The key that is missing, as Python writes it.
    kind : Kind or None
    shape : Shape or None
    lengths : tuple of int
        In the place of shapes: the length of a list or tuple, and the expected one.
    entries, right_entries : tuple of str
        The keys of a dict's wrong and right entries, where only numbers are wrong.
    container : str
        The type that the numbers came in, where that is neither an array nor a number: they were read all the same.
    choices : tuple of str
        Of a choice: all choices of the exercise, which are right together or not at all.
    numbers : tuple of str
        Of a choice: the wrong outputs that are no choices.
    held : str
        "whole numbers", "truth values" or "floats", where these stand for numbers of another kind.
    """

    name: str
    problem: str | None
    message: str = ""
    mistake: str | None = None
    possible: tuple[str, ...] | None = None
    part: tuple[str | int, ...] = ()
    index: tuple[int, ...] = ()
    axes: tuple[str, ...] = ()
    yours: float | bool | None = None
    expected: float | bool | None = None
    count: int = 0
    size: int = 0
    tolerance: float = TOLERANCE["float64"]
    too_narrow_dtype: str = ""
    key: str = ""
    kind: Kind | None = None
    shape: Shape | None = None
    lengths: tuple[int, ...] = ()
    entries: tuple[str, ...] = ()
    right_entries: tuple[str, ...] = ()
    container: str = ""
    choices: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    held: str = ""

    @property
    def ok(self) -> bool:
        """Whether the output is right."""
        return self.problem is None

    @property
    def is_one_value(self) -> bool:
        """Whether the output is one value: a number or a truth value, no entry of an array, dict or list."""
        return not self.index and not self.part

    @property
    def whole(self) -> str:
        """The part that is meant, as Python writes it: ``"grads['W']"``."""
        return self.name + "".join(f"[{key!r}]" for key in self.part)

    @property
    def where(self) -> str:
        """The worst entry, as Python writes it: ``"dWh[2, 4]"``; empty unless the problem is "value" or "nan"."""
        if self.problem not in ("value", "nan"):
            return ""
        return f"{self.whole}[{', '.join(map(str, self.index))}]" if self.index else self.whole
