"""Judge a function in this process, as answers that come back from a student's kernel are judged."""

from typing import Any

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.course.reference import Function
from autograder.judging import cases, family_judge
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from autograder.judging.results import ExerciseResult
from utils.checking import calling
from utils.errors import CallFailed, Failure, NotStarted

SECONDS = 10.0  # one call


def judged(
    exercise: Exercise,
    course: Course,
    function: Function,
    seed: int = 0,
    forward: Function | None = None,
    seconds: float = SECONDS,
) -> ExerciseResult:
    """Judge `function`, called in this process, as answers that come back from a student's kernel are judged.

    A backward pass is called with the cache of `forward`, by default the reference's. Each call has so many `seconds`.
    """
    drawn, answers = cases.draw(exercise, course, np.random.default_rng(seed)), []
    own = _bounded(function, exercise, seconds)
    given = forward and _bounded(forward, course.exercise(exercise.forward or ""), seconds)

    def answered(case: cases.Case) -> Answer:
        try:
            return Answer((cases.answer(exercise, course, case, own, given),))
        except NotStarted as stub:
            return Answer(failure=Failure("not-started", exercise.name, stub.function))
        except CallFailed as failed:
            return Answer(failure=failed.failure)

    for case in drawn:
        answers.append(answered(case))
        if answers[-1].failure and not case.edge:
            break
    recognise = family_judge.recogniser(exercise, course, drawn, lambda shown: dict(enumerate(map(answered, shown))))
    return verdict(exercise, course, drawn, answers, 1.0, recognise=recognise)


def _bounded(function: Function, exercise: Exercise, seconds: float) -> Function:
    """Return `function` with a bound on its time; what goes wrong in it is raised as `CallFailed` or `NotStarted`."""

    def call(*args: Any) -> Any:
        result = calling.call_with(function, args, seconds)
        count = len(result) if isinstance(result, (tuple, list)) else 1
        if len(exercise.slots) not in (1, count):
            raise CallFailed(failure=Failure("count", exercise.name, type(result).__name__, count=count))
        return result

    return call
