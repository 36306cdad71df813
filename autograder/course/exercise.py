"""Define what an exercise declares: its inputs, outputs, known mistakes and hints. `docs/authoring.md` shows one.

A field that is added to `Exercise` or `Mistake` needs a default, so that every declaration stays valid, and a line in
`autograder.building.fixture` if `check` has to know of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
from numpy.random import Generator

from autograder.errors import BuildError


@dataclass(frozen=True)
class Sizes:
    """The sizes one case is drawn with. All different in an ordinary case, so that no two axes can be confused.

    Attributes
    ----------
    N, T, D, H, M, V : int
        Sequences in the batch, time steps, input units, hidden units, output units, vocabulary.
    """

    N: int
    T: int
    D: int
    H: int
    M: int
    V: int

    @classmethod
    def draw(cls, rng: Generator) -> Self:
        """Draw six different sizes from 2 to 7."""
        return cls(*(int(n) for n in rng.permutation(np.arange(2, 8))))

    @classmethod
    def long(cls, rng: Generator) -> Self:
        """Draw six different sizes from 2 to 7, T among the three largest: a loop of four steps ends too early."""
        while (sizes := cls.draw(rng)).T < 5:
            continue
        return sizes


# Arguments by name, in the function's order: arrays, numbers, text, `Rng`, `Source`, or tuples and dicts of these.
Inputs = dict[str, Any]
Draw = Callable[[Generator, Sizes], Inputs]
# What a function returned, by output: arrays or numbers, or whatever a student's function returned in their place.
Outputs = Mapping[str, Any]
SideEffect = Literal["mutates", "hands-back", "whole-numbers", "aliases", "consumes", "overflows", "chance"]


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: an edit of the solution, and the hints for learners who give it.

    Parameters
    ----------
    id : str
        Kebab-case, unique in its exercise.
    edit : tuple of str
        ``(old, new)``: `old` must occur exactly once in the solution's text.
    hints : tuple of str
        Three: which mistake it is and where; a question; a worked micro-example with numbers. Never the line of code.
    side_effect : {None, "mutates", "hands-back", "whole-numbers", "aliases", "consumes", "overflows", "chance"}
        Set for a mistake whose numbers are right: `check` warns of it, and it costs nothing. What `check` looks for:
        an input was changed; an output is an input itself; whole numbers give others than floats; the cache shares
        memory with the output; backward cannot be called twice; NumPy reported an overflow, a division by zero or an
        invalid value, or was kept from reporting one; NumPy's global generator was used.
    whole : str, optional
        The whole wrong function, where no single edit of the solution makes it.
    """

    id: str
    edit: tuple[str, str] | None = None
    hints: tuple[str, str, str] = ("", "", "")
    side_effect: SideEffect | None = None
    whole: str | None = None

    def source(self, solution: str) -> str:
        """Return the wrong function's text, made from the solution's.

        Raises
        ------
        BuildError
            If the edit does not apply exactly once, or the mistake has neither an edit nor a whole function.
        """
        return _varied(solution, self.edit, self.whole, f"Mistake {self.id!r}")


@dataclass(frozen=True)
class OtherForm:
    """Another published form of what the solution computes, with other numbers. It is as right as the solution's.

    A backward pass is compared with the form that its forward pass has.

    Parameters
    ----------
    id : str
        Kebab-case.
    words : str
        What a learner reads below "right": which form this is.
    edit, whole
        As of a `Mistake`.
    """

    id: str
    words: str
    edit: tuple[str, str] | None = None
    whole: str | None = None

    def source(self, solution: str) -> str:
        """Return the function's text in this form, made from the solution's; see `Mistake.source`."""
        return _varied(solution, self.edit, self.whole, f"The form {self.id!r}")


def _varied(solution: str, edit: tuple[str, str] | None, whole: str | None, what: str) -> str:
    if whole is not None:
        return whole
    if edit is None:
        raise BuildError(f"{what} needs an edit of the solution, or a whole function.")
    old, new = edit
    if solution.count(old) != 1:
        raise BuildError(
            f"{what}: its edit must apply exactly once, but {old!r} occurs {solution.count(old)} times in the solution."
        )
    return solution.replace(old, new)


@dataclass(frozen=True)
class WorkedExample:
    """Two or three numbers followed by hand through a function, from its arguments to what it returns.

    Parameters
    ----------
    text : str
        What learners read: the arguments, the values on the way, the result. It holds no line of code.
    arguments : tuple
        What the function is called with; for a backward pass the arguments of its forward pass, then the gradients from
        above. Empty where the example follows a part of what the function does.
    values : dict of str to str
        Every other number in the text as it stands there, and the expression in NumPy that a test computes it with. It
        may use the arguments by name, and give its value a name for later ones: ``"(h1 := np.tanh(1.35))"``.
    """

    text: str
    arguments: tuple[Any, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # it equals itself alone, so what is found out about it can be kept by it
class Exercise:
    """One function that learners write.

    Parameters
    ----------
    name : str
        The function, the solution cell's grade_id, the fixture. Its graded cell is ``test_<name>``.
    inputs : callable or tuple of callable
        ``inputs(rng, sizes) -> Inputs``, one case. For a backward pass: the arguments of its forward pass. A tuple
        gives the cases one by one.
    outputs : dict of str to str
        What is returned, in order, with the names of the axes: ``{"h": "N T H"}``; ``""`` for a number, ``"choice"``
        for the number of a statement that was chosen, which `check` does not give away.
    mistakes : tuple of Mistake
    cache : bool
        Whether an opaque cache is returned after the outputs.
    forward : str, optional
        For a backward pass: the exercise whose cache it takes. It is called with one upstream gradient for each of
        the forward's outputs, then the cache.
    upstream : tuple of str, optional
        Those of the forward's outputs that have an upstream gradient, where not all of them have one: the last state
        is among all states too, so its gradient comes in with theirs.
    patterns : dict of str to str
        Where to look, by which outputs are wrong: ``{"dWh": "...", "dWx,dWh,db": "...", "all": "..."}``.
    properties : str, optional
        For an exercise with many right answers: the ``"module.function"`` of `utils.checking.properties` that judges
        them. Its mistakes are named there.
    followed : callable, optional
        For an exercise whose `properties` are judged: ``followed(reference, exercise, inputs, functions) -> dict``,
        what its judge gets as `expected`, where `functions` take the place of the solution's. It is empty where a case
        has nothing to be compared with.
    special_inputs : dict of str to callable
        Drawings of special cases, by what only such a case has, in words: ``"entries in the thousands"``. Right and
        wrong is decided on these too, but no mistake is recognised by their numbers. Where `inputs` is a single
        drawing, a case for each size that is 1 and one with every size above 16 come by themselves; a tuple gets them
        from `autograder.course.draws.by_size`.
    edge_inputs : dict of str to callable
        Like `special_inputs`, for what a right idea may still miss at the edge of its domain: such a case, like one in
        which N, T or H is 1, costs a tenth of the points where it alone goes wrong, all of them together two tenths.
    shown : callable or tuple of callable, optional
        What `check` draws from in place of `inputs`, where learners may not see what they are graded on, or where the
        grade may take longer.
    score : callable, optional
        ``score(expected, outputs) -> float``: the share of the points, from the lists of the reference's and the
        student's outputs, one entry a case; by default the share of outputs that are right in every case.
    counterpart : str, optional
        The other of two exercises of one assignment of which one is required. The better share counts for both.
    bonus : bool
        Whether it is worth no points. It is judged and named like every other, and is in no total and no count.
    other_form : OtherForm, optional
        Another published form that is right too. An exercise and its `forward` have one both, or neither.
    question : str
        The second hint of a wrong answer whose mistake has none of its own; by default what `patterns` has for "all".
        It holds for every wrong answer, one that stopped with an exception among them.
    worked_example : WorkedExample, optional
        The third hint of a wrong answer whose mistake has none of its own.
    unaided : str
        For an exercise of which `check` says only right or wrong until the learner asks for help: how learners can
        test their function themselves. Empty where `check` helps at once. It changes nothing in the grade.
    why : str
        Why the solution is as it is, in one to three sentences: the idea, not a reading of the code. The self-study
        edition shows it with the solution, and `autograder solution` prints it; no other learner gets it.
    """

    name: str
    inputs: Draw | tuple[Draw, ...]
    outputs: Mapping[str, str]
    mistakes: tuple[Mistake, ...] = ()
    cache: bool = False
    forward: str | None = None
    upstream: tuple[str, ...] | None = None
    patterns: Mapping[str, str] = field(default_factory=dict)
    properties: str | None = None
    followed: Callable[..., Mapping[str, Any]] | None = None
    special_inputs: Mapping[str, Draw] = field(default_factory=dict)
    edge_inputs: Mapping[str, Draw] = field(default_factory=dict)
    shown: Draw | tuple[Draw, ...] | None = None
    score: Callable[[Sequence[Outputs], Sequence[Outputs]], float] | None = None
    counterpart: str | None = None
    bonus: bool = False
    other_form: OtherForm | None = None
    question: str = ""
    worked_example: WorkedExample | None = None
    unaided: str = ""
    why: str = ""

    @property
    def is_backward(self) -> bool:
        """Whether this is a backward pass: it has a forward pass, or, where learners are given that one, its name."""
        return self.forward is not None or self.name.endswith("_backward")

    @property
    def grade_id(self) -> str:
        """The id of the graded cell."""
        return f"test_{self.name}"

    @property
    def slots(self) -> tuple[str, ...]:
        """What the function returns, in order: the outputs, then the cache if there is one."""
        return (*self.outputs, "cache") if self.cache else tuple(self.outputs)

    def axes(self, output: str) -> list[str]:
        """Return the axis names of an output as a list."""
        return self.outputs[output].split()
