"""Read the logs of their own checks that learners handed in on purpose."""

import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.course import Course
from autograder.reporting.records import LoggedExercise
from utils.checking import learning_log
from utils.checking.learning_log import Check


def read(
    course: Course, assignment: str, students: Iterable[str], folder: Path | None = None
) -> dict[str, list[Check]]:
    """Return the checks of each student who handed in a log.

    Parameters
    ----------
    course : Course
    assignment : str
    students : iterable of str
    folder : Path, optional
        Where logs lie that came by other ways: ``<student>.log.jsonl``, or ``<student>/<assignment>.log.jsonl``. It
        comes before the log in ``course/submitted/<student>/<assignment>/``, beside the notebook or in ``.unrolled``.

    Returns
    -------
    dict of str to list of Check
    """
    name, found = f"{assignment}.log.jsonl", {}
    exercises = [exercise.name for exercise in course.exercises(assignment)]
    for student in students:
        beside = course.workspace / "submitted" / student / assignment
        places = [beside / name, beside / learning_log.FOLDER / name]
        if folder is not None:
            places = [folder / f"{student}.log.jsonl", folder / student / name, *places]
        for place in places:
            if checks := learning_log.read(place, exercises):
                found[student] = checks
                break
    return found


def exercise_facts(exercise: str, logs: Mapping[str, list[Check]]) -> LoggedExercise | None:
    """Return what the logs of a class say of one exercise; None if it is in none of them."""
    own = [[check for check in checks if check.exercise == exercise] for checks in logs.values()]
    own = [checks for checks in own if checks]
    if not own:
        return None
    until = [
        next((number for number, check in enumerate(checks, 1) if check.finding == "right"), None) for checks in own
    ]
    right = [number for number in until if number is not None]
    return LoggedExercise(
        exercise=exercise,
        learners=len(own),
        right=len(right),
        with_hints=sum(any(check.hint > 1 for check in checks) for checks in own),
        checks_until_right=float(statistics.median(right)) if right else None,
    )
