"""Hold what a question is about and what its key is, as facts; `autograder.viva.wording` makes sentences of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DRAWINGS = 15  # of inputs, on all of which a key must be the same
MOST_SHAPES = 8  # arrays whose shapes are listed; of more, the sizes are

Verdict = Literal["same", "doubled", "neither"]


@dataclass(frozen=True)
class Along:
    """Parts of an array: its entries along one axis.

    Attributes
    ----------
    axis : int
    letter : str
        What the axis counts: "T" is time.
    size : int
    """

    axis: int
    letter: str
    size: int


@dataclass(frozen=True)
class Effect:
    """Which parts of what a function returns a change touches.

    Attributes
    ----------
    options : tuple of str
        The outputs by name, or the indices of one output along an axis.
    touched : tuple of bool
        By option: whether it changes (of a `Reach` that leaves one step: whether it is not zero).
    least : float
        How much the touched part that changes least does so, relative to the largest entry, in the first drawing.
    output : str
        Whose indices the options are; empty where they are outputs.
    along : Along or None
        On which axis.
    """

    options: tuple[str, ...]
    touched: tuple[bool, ...]
    least: float
    output: str = ""
    along: Along | None = None


@dataclass(frozen=True)
class Subject:
    """The function that a question is about.

    Attributes
    ----------
    name : str
    own : bool
        Whether it is the student's own; else any right one is meant, and no code is shown.
    arguments : tuple of (str, tuple of int)
        The arrays that it is called with, by name, with their shapes.
    sizes : dict of str to int
        By letter, the sizes that these arrays have; and the whole numbers that it is called with, by name.
    forward : tuple of str
        Of a backward pass: the arguments that its forward pass was called with.
    """

    name: str
    own: bool
    arguments: tuple[tuple[str, tuple[int, ...]], ...]
    sizes: Mapping[str, int] = field(hash=False)
    forward: tuple[str, ...] = ()

    @property
    def listed(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The arrays whose shapes are printed, where a question needs to say what the function is called with."""
        return self.arguments if len(self.arguments) <= MOST_SHAPES or not self.sizes else ()


@dataclass(frozen=True)
class Slip:
    """Asks what still comes out as it does now if a line reads otherwise.

    Attributes
    ----------
    subject : Subject
    line : int
        In the printed excerpt.
    after : str
        What the line reads then; empty where it is left out.
    effect : Effect
    """

    subject: Subject
    line: int
    after: str
    effect: Effect


@dataclass(frozen=True)
class Reach:
    """Asks what comes out otherwise if one input changes.

    Attributes
    ----------
    subject : Subject
    argument : str
    along : Along or None
        Along which axis of the argument one place changes; None if all of it does.
    index : int
        The place.
    only : bool
        Whether everything but this place becomes zero; else the place gets other numbers.
    effect : Effect
    """

    subject: Subject
    argument: str
    along: Along | None
    index: int
    only: bool
    effect: Effect


@dataclass(frozen=True)
class Scale:
    """Asks whether outputs are the same, doubled, or neither, if an input is doubled.

    Attributes
    ----------
    subject : Subject
    doubled : str
        The argument; empty where each of several is doubled alone.
    output : str
        The output; empty where each of several is asked about.
    rows : tuple of (str, Verdict)
        By output, or by argument.
    """

    subject: Subject
    doubled: str
    output: str
    rows: tuple[tuple[str, Verdict], ...]


@dataclass(frozen=True)
class Shape:
    """Asks for the shape of an expression, the first time that its line runs.

    Attributes
    ----------
    subject : Subject
    line : int
        In the printed excerpt.
    expression : str
    shape : tuple of int
    """

    subject: Subject
    line: int
    expression: str
    shape: tuple[int, ...]


Question = Slip | Reach | Scale | Shape


def answer(question: Question) -> tuple[object, ...]:
    """Return the right answer, without what it is about: two sheets with the same one can be copied."""
    if isinstance(question, Scale):
        return question.rows
    if isinstance(question, Shape):
        return question.shape
    effect, ticked = question.effect, not isinstance(question, Slip)
    return tuple(one for one, touched in zip(effect.options, effect.touched, strict=True) if touched == ticked)


@dataclass(frozen=True)
class Sheet:
    """What one student is asked.

    Attributes
    ----------
    student : str
    questions : tuple of Question
    excerpts : dict of str to str
        By function, the student's own text that is printed.
    """

    student: str
    questions: tuple[Question, ...]
    excerpts: Mapping[str, str]

    @property
    def own(self) -> int:
        """How many questions are about the student's own functions."""
        return sum(question.subject.own for question in self.questions)
