"""Ask a function for its answers to cases: a student's own in a sandboxed kernel, the solution's in this process.

A student's text comes into a kernel of the judge's and nowhere else; what comes back is read as the judge reads it.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from nbformat.v4 import new_code_cell

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.caller import Caller
from autograder.judging.cases import Case
from autograder.judging.protocol import Answer, Plan
from autograder.viva import effects
from autograder.viva.effects import Numbers
from autograder.viva.own_text import MARK

T = TypeVar("T")
Answers = list[Numbers]  # one a case
Shapes = list[tuple[int, ...]]
ROUNDS = 3  # in which the same is asked for again, if it did not come in time
_EDITED = "_unrolled_edited_{}"
_DEFINE = """
def _unrolled_define(name, texts):
    space, own = globals(), globals()[name]

    def standing_in(edited):
        def call(*args):
            before, space[name] = space[name], edited
            try:
                return edited(*args)
            finally:
                space[name] = before

        return call

    for edited_name, text in texts.items():
        space.pop(edited_name, None)
        try:
            exec(compile(text, "<edited>", "exec"), space)
            space[edited_name] = standing_in(space[name])
        except Exception:
            pass
    space[name] = own


_unrolled_define({name!r}, {texts!r})
"""


class RightFunction:
    """The solution's function, which no sheet shows."""

    def __init__(self, exercise: Exercise, course: Course) -> None:
        self.exercise, self.course = exercise, course

    def answers(self, sets: Sequence[Sequence[Case]]) -> list[Answers | None]:
        """Return for each set of cases the outputs for each; None where one has none, or is not finite."""
        return [self._answers(drawn) for drawn in sets]

    def _answers(self, drawn: Sequence[Case]) -> Answers | None:
        try:
            return _finite([cases.answer(self.exercise, self.course, case) for case in drawn])
        except Exception:  # a changed input may be one that it cannot take
            return None


class OwnFunction:
    """A student's function, by the text that is printed.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    caller : Caller
        Of the kernel in which the notebook has run.
    text : str
    """

    def __init__(self, exercise: Exercise, course: Course, caller: Caller, text: str) -> None:
        self.exercise, self.course, self.text, self._caller = exercise, course, text, caller

    def answers(self, sets: Sequence[Sequence[Case]]) -> list[Answers | None]:
        """Return for each set of cases the outputs for each; None where one has none, or is not finite."""
        found = self._asked([[self._plan(case) for case in drawn] for drawn in sets])
        return [self._outputs(one) for one in found]

    def edited(self, texts: Sequence[str], drawn: Sequence[Case]) -> list[Answers | None]:
        """Return the same for each of several texts in the place of the function's."""
        names = [_EDITED.format(number) for number in range(len(texts))]
        found = self._asked([[self._plan(case, name) for case in drawn] for name in names], texts)
        return [self._outputs(one) for one in found]

    def shapes(self, texts: Sequence[str], drawn: Sequence[Case]) -> list[Shapes | None]:
        """Return for each probe what it finds in each case; None where it finds nothing."""
        names = [_EDITED.format(number) for number in range(len(texts))]
        plans = [[self._plan(case, name, ("shape",)) for case in drawn] for name in names]
        found = self._asked(plans, texts)
        return [None if one is None else _whole([_shape(each.calls[-1]["shape"]) for each in one]) for one in found]

    def _plan(self, case: Case, name: str = "", slots: tuple[str, ...] = ()) -> Plan:
        *before, last = cases.plan(self.exercise, self.course, case)
        last = dataclasses.replace(last, function=name or last.function)
        return [*before, dataclasses.replace(last, slots=slots, kept=()) if slots else last]

    def _define(self, texts: Sequence[str]) -> None:
        """Define each text under a name of its own; while such a function runs, it stands in for the student's."""
        kernel = self._caller.kernel
        if texts and not kernel.given_up():
            named = {_EDITED.format(number): text for number, text in enumerate(texts)}
            source = _DEFINE.format(name=self.exercise.name, texts=named)
            kernel.restore(kernel.attempt(new_code_cell(source), self._caller.seconds, lambda *_: None))

    def _asked(self, sets: Sequence[Sequence[Plan]], texts: Sequence[str] = ()) -> list[list[Answer] | None]:
        """Return the answers to sets of plans; None for a set that is not answered as a whole.

        They are asked for together, and what did not come in time again, so that a busy machine loses nothing.
        """
        answered: list[list[Answer] | None] = [None] * len(sets)
        waiting = [number for number, one in enumerate(sets) if one]
        for _ in range(ROUNDS):
            if not waiting or self._caller.kernel.given_up():
                break
            self._define(texts)  # a kernel that was interrupted may have lost them
            found = self._caller.answers([plan for number in waiting for plan in sets[number]])
            places = itertools.count()
            late = []
            for number in waiting:
                answers = [found.get(next(places)) for _ in sets[number]]
                answered[number] = _whole([one if one and not one.failure else None for one in answers])
                failed = any(one and one.failure for one in answers)
                late += [number] if None in answers and not failed else []
            waiting = late[1:] if late == waiting else late
        return answered

    def _outputs(self, answers: list[Answer] | None) -> Answers | None:
        calls = [answer.calls[-1] for answer in answers or ()]
        return _finite([{name: one.get(name) for name in self.exercise.outputs} for one in calls]) if calls else None


Function = OwnFunction | RightFunction


def working(function: Function, drawn: Sequence[Case]) -> Answers | None:
    """Return the answers of a function that can be asked about, else None.

    A student's must be the one that its text defines: defined by the text alone, it gives the same numbers.
    """
    [before] = function.answers([drawn])
    if before is None or isinstance(function, RightFunction):
        return before
    [after] = function.edited([function.text], drawn)
    return before if after is not None and _alike(before, after) else None


def _alike(one: Answers, other: Answers) -> bool:
    return all(
        a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
        for a, b in zip(one, other, strict=True)
    )


def _whole(found: list[T | None]) -> list[T] | None:
    """Return a list if nothing in it is missing."""
    whole = [one for one in found if one is not None]
    return whole if len(whole) == len(found) else None


def _finite(outputs: Sequence[dict[str, Any]]) -> Answers | None:
    return _whole([effects.numbers(one) for one in outputs])


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape that a probe sent, if it is one."""
    if not isinstance(value, tuple) or not 1 < len(value) <= 7:
        return None
    numbers = [int(one) for one in value if isinstance(one, np.ndarray) and one.shape == () and one.dtype.kind == "i"]
    whole = len(numbers) == len(value) and numbers[0] == MARK and all(0 < one < 10_000 for one in numbers[1:])
    return tuple(numbers[1:]) if whole else None
