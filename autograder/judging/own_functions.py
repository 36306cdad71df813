"""Call a student's functions in the place of the reference's own, and see whether they remember.

Each composite is run twice: on a case, and on that case with other states (and another first step) before it, in an
order that only we know. A step that remembers passes a difference on from call to call; one that does not, and only
seems to when it is asked twice about one input, cannot know which of the two runs its loop is compared with.
"""

import inspect
import itertools
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course
from autograder.judging import cases
from autograder.judging.calls import Call, Handle
from autograder.judging.cases import Case
from autograder.judging.degenerate import NoAnswer, checked, fed_back, mostly, state_sequences
from autograder.judging.protocol import Ask

Array = NDArray[Any]
CALLS = 800  # of one student's functions, for one exercise and one set of them in the reference's place
PASSED_ON = 1e-3  # of a difference between two states: what is less counts as nothing
FLOOR = 1e-6  # relative to a state: differences that are smaller are not looked at


@dataclass(frozen=True)
class Made:
    """A call that was made of a student's function."""

    name: str
    args: tuple[Any, ...]
    results: dict[str, Array]


class OwnFunctions:
    """The student's functions, which the reference calls instead of its own.

    Attributes
    ----------
    made : list of Made
        All calls, in order; whoever reads it may empty it.
    """

    def __init__(self, course: Course, ask: Ask) -> None:
        self.made: list[Made] = []
        self._course, self._ask, self._session = course, ask, secrets.token_hex(8)
        self._caches: dict[Handle, Any] = {}
        self._count = 0

    def function(self, name: str) -> Callable[..., Any]:
        """Return a function that asks the student's `name`; its cache is a `Handle`."""
        exercise, reference = self._course.exercise(name), self._course.reference[name]

        def own(*args: Any) -> Any:
            self._count += 1
            if self._count > CALLS:
                raise NoAnswer
            # The reference on the same arguments says what shapes there must be: no array is let in that could
            # grow without bounds when it is added to another.
            like = cases.named(exercise, reference(*self._own_caches(args)))
            handle = Handle(f"cache {self._count}")
            slots = (*exercise.outputs, handle.slot) if exercise.cache else tuple(exercise.outputs)
            call = Call(name, args, slots, kept=slots[len(exercise.outputs) :])
            answer = self._ask([call], self._session)
            if answer.failure:
                raise NoAnswer
            results = {output: checked(answer.calls[0][output], like[output]) for output in exercise.outputs}
            self.made.append(Made(name, args, results))
            result: list[Any] = list(results.values())
            if exercise.cache:
                self._caches[handle] = like["cache"]
                result.append(handle)
            return result[0] if len(result) == 1 else tuple(result)

        return own

    def _own_caches(self, value: Any) -> Any:
        """Return arguments with each handle replaced by the reference's own cache."""
        if isinstance(value, Handle):
            return self._caches[value]
        if isinstance(value, (list, tuple)):
            return type(value)(self._own_caches(item) for item in value)
        return value.copy() if isinstance(value, np.ndarray) else value


def with_another_past(case: Case) -> Case:
    """Return a case with other first states and another first step, and the opposite of all gradients from above."""
    inputs = dict(case.inputs)
    for name, value in inputs.items():
        if name in ("h0", "c0"):
            inputs[name] = -value
        elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim == 3:
            inputs[name] = np.concatenate([-value[:, :1], value[:, 1:]], axis=1)
    return replace(case, inputs=inputs, upstream={name: -value for name, value in case.upstream.items()})


def differences_passed_on(course: Course, one: Sequence[Made], other: Sequence[Made]) -> list[bool]:
    """Return, for each difference between the states of two runs, whether the next state differs, too.

    In a loop, each state is made of the one before it, or, where it runs backwards, of the one after it. A few of the
    differences get lost where all units of a state are saturated.
    """
    if [made.name for made in one] != [made.name for made in other]:
        return [False]
    found: list[bool] = []
    for first, second in zip(one, other, strict=True):
        exercise = course.exercise(first.name)
        names = list(inspect.signature(course.reference[first.name]).parameters)
        args, other_args = (dict(zip(names, made.args, strict=True)) for made in (first, second))
        for went, came in fed_back(exercise).items():
            states = (args[came], first.results[went]), (other_args[came], second.results[went])
            found += _passed_on(*states)
        for name in state_sequences(exercise, args):
            steps, other_steps = (np.moveaxis(made.results[name], 1, 0) for made in (first, second))
            onward = _passed_on(steps, other_steps)
            found += onward if mostly(onward) else _passed_on(steps[::-1], other_steps[::-1])
    return found


def _passed_on(states: Iterable[Array], others: Iterable[Array]) -> list[bool]:
    """Return, for each place at which two sequences differ, whether they differ at the next one, too."""
    apart = [(_apart(one, other), FLOOR * max(_apart(one, 0), 1)) for one, other in zip(states, others, strict=True)]
    return [went >= PASSED_ON * came for (came, floor), (went, _) in itertools.pairwise(apart) if came > floor]


def _apart(one: Array, other: Array | float) -> float:
    return float(np.abs(np.float64(one) - other).max(initial=0.0))
