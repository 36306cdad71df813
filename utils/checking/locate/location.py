"""Define the facts of a location: frozen records without a sentence in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# What the course knows of a value: it occurs on a right way; so do its entries, in another order or shape; so does its
# opposite; it is a stack of such values; it occurs on no right way; it is a plain number or no number at all.
Status = Literal["known", "rearranged", "opposite", "stacked", "unknown", "plain"]


@dataclass(frozen=True)
class Operand:
    """A variable that an expression uses.

    Attributes
    ----------
    name : str
        As the learner wrote it.
    lines : tuple of int
        Where it was set, the last place first; empty for an argument of the function.
    status : str
        What is known of its value.
    """

    name: str
    lines: tuple[int, ...]
    status: Status


@dataclass(frozen=True)
class Location:
    """The first value of a wrong answer that occurs on no right way.

    Attributes
    ----------
    function : str
        The learner's function that the line is in.
    line : int
        The line, counted as in its cell or file.
    source : str
        The line itself.
    expression : str
        The expression whose value it is, as the learner wrote it.
    status : str
        What is known of that value: nothing ("unknown"), unless it is returned for something else.
    output : str
        A wrong output that it leads to.
    step : dict of str to int
        What the variables of the loops around it are there, by name, in the first case in which it is wrong.
    operands : tuple of Operand
        The variables it is made from.
    file : str
        Where the line is: ``"cell"``, a file's name, or empty, as `utils.errors.Failure.file`.
    calls : str
        The function of the course that is called there, if it is the value of such a call.
    """

    function: str
    line: int
    source: str
    expression: str
    status: Status
    output: str
    step: Mapping[str, int] = field(default_factory=dict)
    operands: tuple[Operand, ...] = ()
    file: str = ""
    calls: str = ""

    @property
    def lines(self) -> tuple[int, ...]:
        """The line, then those in which its operands were set."""
        return tuple(dict.fromkeys([self.line, *(line for operand in self.operands for line in operand.lines)]))
