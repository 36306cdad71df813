"""Recognise trivial functions, which carry nothing: they ignore their inputs, or return arrays without variation."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.protocol import Ask

TRACE = 1e-3  # relative to the largest entry: what changes by less counts as unchanged


class NoAnswer(Exception):
    """Raised where the student's functions give no answer over which anything could be carried."""


def checked(value: object, like: Any) -> NDArray[Any]:
    """Return a student's array; raise `NoAnswer` unless it is finite and of the shape of the reference's, `like`."""
    if not isinstance(value, np.ndarray) or value.shape != np.shape(like) or not np.isfinite(value).all():
        raise NoAnswer
    return value


@np.errstate(all="ignore")
def depends_on_inputs(exercise: Exercise, course: Course, ask: Ask, rng: np.random.Generator) -> bool:
    """Whether the student's function gives equal answers to equal questions, and depends on half of its inputs.

    Parameters
    ----------
    exercise : Exercise
        The function, which was judged wrong.
    course : Course
    ask : callable
        ``ask(plan) -> Answer``.
    rng : numpy.random.Generator
        For the inputs, which are then changed one by one.
    """
    case = cases.draw(exercise, course, rng)[0]
    others = [
        dataclasses.replace(case, inputs={**case.inputs, key: changed})
        for key, value in case.inputs.items()
        if (changed := _changed(value)) is not value
    ] + [
        dataclasses.replace(case, upstream={**case.upstream, key: changed})
        for key, value in case.upstream.items()
        if (changed := _changed(value)) is not value
    ]
    plan = [call for one in (case, case, *others) for call in cases.plan(exercise, course, one)]
    answer = ask(plan)
    if answer.failure:
        return False
    every = len(plan) // (len(others) + 2)
    first, again, *own = answer.calls[every - 1 :: every]
    right = [cases.answer(exercise, course, one) for one in (case, *others)]
    try:
        for name in exercise.outputs:
            checked(first[name], right[0][name])
            if not np.array_equal(first[name], again[name]):
                return False
    except NoAnswer:
        return False
    depends = [
        any(_moved(first[name], answered[name]) for name in exercise.outputs)
        for answered, expected in zip(own, right[1:], strict=True)
        if any(_moved(right[0][name], expected[name]) for name in exercise.outputs)
    ]
    return 2 * sum(depends) >= len(depends) > 0


def _changed(value: Any) -> Any:
    """Return an argument with other numbers of the same kind and size; the argument itself if it has no numbers."""
    if isinstance(value, (tuple, dict)):
        parts = list(value.values() if isinstance(value, dict) else value)
        new = [_changed(part) for part in parts]
        if all(one is other for one, other in zip(new, parts, strict=True)):
            return value
        return dict(zip(value, new, strict=True)) if isinstance(value, dict) else tuple(new)
    if isinstance(value, np.ndarray) and value.dtype.kind == "i":
        return np.roll(value, 1)
    if isinstance(value, (np.ndarray, float)) and np.asarray(value).dtype.kind == "f":
        return 0.6 * value + 0.1
    return value


def _moved(one: Any, other: Any) -> bool:
    """Whether two answers of one function differ by more than a trace."""
    if not isinstance(other, (np.ndarray, float)) or np.shape(one) != np.shape(other):
        return False
    one, other = np.float64(one), np.float64(other)  # truth values cannot be subtracted
    return float(np.abs(one - other).max(initial=0.0)) > TRACE * float(np.abs(one).max(initial=0.0))


def varied(own: Any, right: Any) -> bool:
    """Whether `own` is of the shape of `right`, is not zero where that is not, and varies along the same axes."""
    if not isinstance(right, (np.ndarray, float)) or np.shape(own) != np.shape(right) or not np.isfinite(own).all():
        return False
    if np.any(right) and not np.any(own):
        return False
    return all(_varies(own, axis) for axis in range(np.ndim(right)) if _varies(right, axis))


def _varies(array: Any, axis: int) -> bool:
    array = np.float64(array)  # a whole number cannot start from infinity
    spread = array.max(axis=axis, initial=-np.inf) - array.min(axis=axis, initial=np.inf)
    return float(spread.max(initial=0.0)) > TRACE * float(np.abs(array).max(initial=0.0))
