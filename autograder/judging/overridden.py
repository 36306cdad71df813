"""Find functions that were handed out and that a student has replaced by wrong ones of their own."""

from collections.abc import Collection

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.protocol import Ask
from utils.checking.compare import compare


def overridden(
    exercise: Exercise, course: Course, judged: Collection[str], ask: Ask, rng: np.random.Generator
) -> tuple[str, ...]:
    """Return the functions beneath an exercise that were handed out and give wrong answers in the student's kernel.

    What was handed out is right, so these are the student's own, in its place. One that gives no answer at all is left
    out: nothing can be right over it.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    judged : collection of str
        The functions that are judged in this notebook; all others were handed out.
    ask : callable
        ``ask(plan) -> Answer``.
    rng : numpy.random.Generator
        For fresh inputs.
    """
    beneath = [*course.reference.calls(exercise.name)]
    if exercise.forward:
        beneath += [exercise.forward, *course.reference.calls(exercise.forward)]
    names = [name for name in dict.fromkeys(beneath) if name not in (*judged, exercise.name)]
    return tuple(name for name in names if _is_wrong(course.exercise(name), course, ask, rng))


def _is_wrong(exercise: Exercise, course: Course, ask: Ask, rng: np.random.Generator) -> bool:
    if exercise.properties or exercise.score:  # right answers are many
        return False
    case = cases.draw(exercise, course, rng)[0]
    answer, right = ask(cases.plan(exercise, course, case)), cases.answer(exercise, course, case)
    if answer.failure:
        return False
    return not all(compare(name, answer.calls[-1][name], right[name]).ok for name in exercise.outputs)
