"""Carry errors forward into a training: it is right if it leads where training over the student's own loss leads.

As in `autograder.judging.carry_forward`, the solution's training runs with the student's wrong loss in the place of its
own, in the few steps in which weights are compared; see `Exercise.followed`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.calls import Call
from autograder.judging.carry_forward import Carried, is_wrong
from autograder.judging.degenerate import NoAnswer, checked, varied
from autograder.judging.own_functions import CALLS
from autograder.judging.protocol import Ask
from utils.checking import properties
from utils.checking.properties.capstone import FOLLOWED

if TYPE_CHECKING:
    from autograder.judging.results import ExerciseResult


def carry_training(
    exercise: Exercise,
    course: Course,
    wrong: Sequence[str],
    results: Mapping[str, ExerciseResult],
    ask: Ask,
    ask_new_kernel: Callable[[], Ask],
    rng: np.random.Generator,
) -> Carried | None:
    """Find whether a training is right over the student's own wrong loss; the parameters are those of `carry`.

    Nothing is carried over a loss of which most gradients say nothing: training over it would be trivial to get right.
    """
    loss = properties.needed(exercise.properties or "")[0]
    if loss not in results or not is_wrong(results[loss]):
        return None
    drawn = [case for case in cases.draw(exercise, course, rng) if cases.followed(exercise, course, case)]
    answers = [ask(cases.plan(exercise, course, case)) for case in drawn]
    if any(answer.failure for answer in answers):
        return None
    own = _own_loss(course, loss, ask_new_kernel())  # a new kernel knows nothing of what was asked before
    for case, answer in zip(drawn, answers, strict=True):
        try:
            expected = cases.followed(exercise, course, case, {loss: own})
        except NoAnswer:
            return None
        found = properties.compared(
            exercise.properties or "", case.inputs, answer.calls[-1], course.reference, expected
        )
        if not all(found[name].ok for name in wrong):
            return None
    return Carried(dict.fromkeys(wrong, loss), tolerance=FOLLOWED)


def _own_loss(course: Course, name: str, ask: Ask) -> Callable[..., tuple[float, dict[str, Any]]]:
    """Return a function that asks the student's loss; it raises `NoAnswer` where that gives no gradients of use."""
    exercise, session, count = course.exercise(name), secrets.token_hex(8), 0

    def own(*args: Any) -> tuple[float, dict[str, Any]]:
        nonlocal count
        count += 1
        answer = ask([Call(name, args, exercise.slots)], session) if count <= CALLS else None
        if answer is None or answer.failure:
            raise NoAnswer
        grads, (_, right) = answer.calls[0]["grads"], course.reference[name](*args)
        if not isinstance(grads, dict) or set(grads) != set(right):
            raise NoAnswer
        found = {key: checked(grads[key], like) for key, like in right.items()}
        if 2 * sum(varied(found[key], like) for key, like in right.items()) < len(right):
            raise NoAnswer
        return 0.0, found

    return own
