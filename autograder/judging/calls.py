"""What a student's functions are asked to do: the calls of a plan, and what each may cost."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Handle:
    """A value that stays in the student's process, named by the slot it was returned in."""

    slot: str


@dataclass(frozen=True)
class Bound:
    """What a backward pass may cost; beyond it, the call is stopped.

    Attributes
    ----------
    forwards : int
        How many times as much processor time as the calls before it in the plan, and how many calls of `counted`.
    seconds : float
        Processor time that it may cost in any case.
    counted : tuple of str
        Functions whose calls are counted.
    """

    forwards: int
    seconds: float
    counted: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One call of a plan: ``function(*args) -> slots``.

    Attributes
    ----------
    function : str
        The name of a function that the student defined.
    args : tuple
        None, bools, numbers, text, arrays, `Rng`, `Source`, lists, tuples and dicts of these, or `Handle`.
    slots : tuple of str
        What the results are called, in order; one slot means the result itself.
    kept : tuple of str
        Those slots that are not sent back but stay there for a `Handle`.
    bound : Bound or None
        What the call may cost.
    nudge : float
        If not 0, the function is called twice for each entry of each array of floats among `args`, in order, with
        that entry moved up and then down by this much; a slot is the stack of all that came.
    """

    function: str
    args: tuple[Any, ...]
    slots: tuple[str, ...]
    kept: tuple[str, ...] = ()
    bound: Bound | None = None
    nudge: float = 0.0
