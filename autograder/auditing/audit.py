"""Measure the grader: how many mistakes are named, how many slips are noticed, how many right answers pass."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from tqdm import tqdm

from autograder.assignments import equivalent_mutants, variants
from autograder.auditing.mutants import Mutant, mutants
from autograder.auditing.plain_file import load
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
MUTANT_SECONDS = 2.0  # one call of a mutant: what loops for longer is caught


@dataclass
class Row:
    """The findings of the audit for one exercise.

    Attributes
    ----------
    exercise : str
    mistakes, named : int
        Declared value mistakes; how many of them were rejected under their own name.
    mutants, killed : int
        Slips made; how many lost points.
    equivalent : dict of str to str
        The slips that change no output, and why they do not.
    survivors : list of str
        Slips that kept all points and are not explained.
    variants, accepted : int
        Right answers written differently; how many got all points.
    """

    exercise: str
    mistakes: int = 0
    named: int = 0
    mutants: int = 0
    killed: int = 0
    equivalent: dict[str, str] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)
    variants: int = 0
    accepted: int = 0


def audit(course: Course, progress: bool = True, seed: int = 0) -> list[Row]:
    """Audit every exercise of the course, in this process and on fresh inputs.

    Parameters
    ----------
    course : Course
    progress : bool
        Show a progress bar on stderr.
    seed : int
        Of the inputs.

    Returns
    -------
    list of Row
    """
    explained = equivalent_mutants()
    exercises = [exercise for assignment in course.assignments for exercise in course.exercises(assignment)]
    files = [load(path) for path in variants()]
    rows = []
    for exercise in tqdm(exercises, desc="Auditing", unit="exercise", disable=not progress):
        row = Row(exercise.name)
        for mistake in exercise.mistakes:
            if mistake.side_effect is None:
                row.mistakes += 1
                wrong = course.reference.mistaken(exercise.name, mistake)
                row.named += judged(exercise, course, wrong, seed).mistake == mistake.id
        known = explained.get(exercise.name, {})
        # Where right answers are many, a slip may well lead to another of them; such judges have tests of their own.
        for mutant in () if exercise.properties else mutants(course.reference.sources[exercise.name]):
            row.mutants += 1
            if not survives(exercise, course, mutant, seed):
                row.killed += 1
            elif mutant.slip in known:
                row.equivalent[mutant.slip] = known[mutant.slip]
            else:
                row.survivors.append(mutant.slip)
        for functions in files:
            if exercise.name in functions:
                row.variants += 1
                forward = functions.get(exercise.forward) if exercise.forward else None
                result = judged(exercise, course, functions[exercise.name], seed, forward)
                row.accepted += result.status == "passed"
        rows.append(row)
    return rows


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
        if answers[-1].failure:
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


def survives(exercise: Exercise, course: Course, mutant: Mutant, seed: int = 0) -> bool:
    """Whether a mutant of `exercise` gets all points, and its cache serves every backward pass that takes it."""
    wrong = course.reference.replaced(exercise.name, mutant.source)
    later = [e for a in course.assignments for e in course.exercises(a) if e.forward == exercise.name]
    if judged(exercise, course, wrong, seed, seconds=MUTANT_SECONDS).status != "passed":
        return False
    return all(
        judged(backward, course, course.reference[backward.name], seed, wrong, MUTANT_SECONDS).status == "passed"
        for backward in later
    )


def table(rows: Sequence[Row]) -> str:
    """Return the audit as a Markdown table, with a line of sums."""
    lines = [
        "| exercise | mistakes named | slips noticed | equivalent | right variants accepted |",
        "|---|---|---|---|---|",
    ]
    sums = Row("all")
    for row in rows:
        for name in ("mistakes", "named", "mutants", "killed", "variants", "accepted"):
            setattr(sums, name, getattr(sums, name) + getattr(row, name))
        sums.equivalent |= {f"{row.exercise} {slip}": why for slip, why in row.equivalent.items()}
        lines.append(_line(row))
    return "\n".join([*lines, _line(sums)])


def _line(row: Row) -> str:
    counted = row.mutants - len(row.equivalent)
    return (
        f"| {row.exercise} | {row.named} of {row.mistakes} | {row.killed} of {counted} | {len(row.equivalent)} "
        f"| {row.accepted} of {row.variants} |"
    )
