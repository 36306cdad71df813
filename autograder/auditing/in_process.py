"""Judge a function in this process, as answers that come back from a student's kernel are judged."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.course.reference import Function
from autograder.judging import cases, family_judge
from autograder.judging.diagnosis import Asked
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from autograder.judging.results import ExerciseResult
from utils.checking import calling
from utils.errors import CallFailed, Failure, NotStarted

SECONDS = 10.0  # one call
SEED = 0  # of the inputs, where nothing else is said


def judged(
    exercise: Exercise,
    course: Course,
    function: Function,
    seed: int = SEED,
    forward: Function | None = None,
    seconds: float = SECONDS,
) -> ExerciseResult:
    """Judge `function`, called in this process, as answers that come back from a student's kernel are judged.

    A backward pass is called with the cache of `forward`, by default the reference's. Each call has so many `seconds`.
    """
    known, answers = asked(exercise, course, seed), []
    answered = _answering(exercise, course, function, forward, seconds)
    for case in known.drawn:
        answers.append(answered(case))
        if answers[-1].failure and not case.edge:
            break
    recognise = family_judge.recogniser(
        exercise, course, known.drawn, lambda shown: dict(enumerate(map(answered, shown)))
    )
    return verdict(exercise, course, known.drawn, answers, 1.0, recognise=recognise, known=known)


def earns_all(
    exercise: Exercise,
    course: Course,
    function: Function,
    seed: int = SEED,
    forward: Function | None = None,
    seconds: float = SECONDS,
) -> bool:
    """Whether `judged` gives `function` all points; what is wrong about it is not looked for."""
    known, answers = asked(exercise, course, seed), []
    answered = _answering(exercise, course, function, forward, seconds)
    for index, case in enumerate(known.drawn):
        answers.append(answered(case))
        if answers[-1].failure or not known.is_right(index, answers[-1].calls[-1]):
            return False
    return verdict(exercise, course, known.drawn, answers, 1.0, known=known).status == "passed"


# An audit judges thousands of answers to the same cases, of which there are fewer than this: some sixty exercises, each
# with three seeds. No argument has a default, since the cache would take a call without it for another one.
@functools.lru_cache(maxsize=256)
def asked(exercise: Exercise, course: Course, seed: int, /) -> Asked:
    """Return the cases that an exercise draws from `seed`; nobody can write into their arrays."""
    drawn = cases.draw(exercise, course, np.random.default_rng(seed))
    for case in drawn:
        _close((case.inputs, case.upstream))
    return Asked(exercise, course, drawn)


def _close(value: Any) -> None:
    """Make the arrays in `value` read-only."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            _close(part)


def _answering(
    exercise: Exercise, course: Course, function: Function, forward: Function | None, seconds: float
) -> Callable[[cases.Case], Answer]:
    """Return what calls `function` with a case, each call within so many seconds."""
    own = _bounded(function, exercise, seconds)
    given = forward and _bounded(forward, course.exercise(exercise.forward or ""), seconds)

    def answered(case: cases.Case) -> Answer:
        try:
            return Answer(cases.answers(exercise, course, case, own, given))
        except NotStarted as stub:
            return Answer(failure=Failure("not-started", exercise.name, stub.function))
        except CallFailed as failed:
            return Answer(failure=failed.failure)

    return answered


def _bounded(function: Function, exercise: Exercise, seconds: float) -> Function:
    """Return `function` with a bound on its time; what goes wrong in it is raised as `CallFailed` or `NotStarted`."""

    def call(*args: Any) -> Any:
        result = calling.call_with(function, args, seconds)
        count = len(result) if isinstance(result, (tuple, list)) else 1
        if len(exercise.slots) not in (1, count):
            raise CallFailed(failure=Failure("count", exercise.name, type(result).__name__, count=count))
        return result

    return call
