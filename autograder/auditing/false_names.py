"""Find out whether a mistake that was named is what an answer does, on inputs that the naming never saw."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.auditing.audit import judged
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases, family_judge
from utils.checking.findings import Findings

SEEDS = (20_210_308, 20_210_309)  # of the fresh inputs
TOLERANCE = 1e-5  # relative to the largest number of an output
Function = Callable[..., Any]


def false_names(exercise: Exercise, course: Course, findings: Findings, function: Function) -> tuple[str, ...]:
    """Return the mistakes named in `findings` that are not what `function` does.

    A name is true if, on fresh ordinary inputs of other sizes, the mistake changes no output that `findings` has as
    right, and each output that it changes is the function's own, number by number. Where right answers are many
    there are no numbers to compare: there a name is true if fresh inputs give it as well.

    Returns
    -------
    tuple of str
        Ids of mistakes.
    """
    named = [findings.mistake] if findings.mistake else list(findings.by_output)
    if exercise.properties:
        given = {judged(exercise, course, function, seed).mistake for seed in SEEDS}
        return tuple(name for name in named if given != {name})
    drawn = [case for seed in SEEDS for case in cases.draw(exercise, course, np.random.default_rng(seed))]
    ordinary = [case for case in drawn if not case.special]
    own, right = (_answers(exercise, course, ordinary, one) for one in (function, course.reference[exercise.name]))
    false = []
    for name in named:
        theirs = _mistaken(exercise, course, ordinary, name)
        changed = {output for output in exercise.outputs if not _same(theirs, right, output)}
        shown = findings.by_output.get(name, ())
        spoils = changed & set(findings.right_outputs)
        if spoils or not changed >= set(shown) or not all(_same(theirs, own, output) for output in changed):
            false.append(name)
    return tuple(false)


def _mistaken(
    exercise: Exercise, course: Course, asked: Iterable[cases.Case], name: str
) -> list[dict[str, Any] | None]:
    """Return the outputs of a mistake, declared or of a family, for each case."""
    declared = next((one for one in exercise.mistakes if one.id == name), None)
    if declared is None:
        return [family_judge.answer(name, exercise, course, case) for case in asked]
    return _answers(exercise, course, asked, course.reference.mistaken(exercise.name, declared))


def _answers(
    exercise: Exercise, course: Course, asked: Iterable[cases.Case], function: Function
) -> list[dict[str, Any] | None]:
    """Return a function's outputs for each case, None where it raises."""
    answers: list[dict[str, Any] | None] = []
    for case in asked:
        try:
            answers.append(cases.answer(exercise, course, case, function))
        except Exception:
            answers.append(None)
    return answers


def _same(one: list[dict[str, Any] | None], other: list[dict[str, Any] | None], output: str) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a is b if a is None or b is None else _equal(a[output], b[output]) for a, b in pairs)


def _equal(one: Any, other: Any) -> bool:
    """Whether two outputs hold the same numbers, part by part."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    a, b = _array(one), _array(other)
    if a is None or b is None:
        listed = isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other)
        return listed and all(map(_equal, one, other))
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    finite = np.isfinite(b)
    largest = float(np.abs(b[finite]).max(initial=1e-6))
    return bool((np.abs(a[finite] - b[finite]) <= TOLERANCE * largest).all())


def _array(value: Any) -> NDArray[np.float64] | None:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
