"""Measure the grader: how many mistakes are named, how many slips are noticed, how many right answers pass."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from autograder.assignments import equivalent_mutants, variants
from autograder.auditing.doubles import double
from autograder.auditing.false_names import Fresh
from autograder.auditing.in_process import judged
from autograder.auditing.mutants import Mutant, mutants
from autograder.auditing.plain_file import load
from autograder.course import Course
from autograder.course.exercise import Exercise
from utils.checking import check_function

SECONDS = 2.0  # one call of a mutant: what loops for longer is caught
DOUBLES = 5  # wrong answers with two mistakes in them, for each exercise


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
    doubles : int
        Random wrong answers with two mistakes in them.
    false_names : list of str
        Those of them that `check` gives a name to which is not true of them, with the name.
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
    doubles: int = 0
    false_names: list[str] = field(default_factory=list)

    @property
    def has_findings(self) -> bool:
        """Whether anything is not as it should be."""
        missed = self.named < self.mistakes or self.accepted < self.variants
        return missed or bool(self.survivors or self.false_names)


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
        if not exercise.properties:
            row.doubles = DOUBLES
            row.false_names = _falsely_named(exercise, course, seed)
        rows.append(row)
    return rows


def survives(exercise: Exercise, course: Course, mutant: Mutant, seed: int = 0) -> bool:
    """Whether a mutant of `exercise` gets all points, and its cache serves every backward pass that takes it."""
    wrong = course.reference.replaced(exercise.name, mutant.source)
    later = [e for a in course.assignments for e in course.exercises(a) if e.forward == exercise.name]
    if judged(exercise, course, wrong, seed, seconds=SECONDS).status != "passed":
        return False
    return all(
        judged(backward, course, course.reference[backward.name], seed, wrong, SECONDS).status == "passed"
        for backward in later
    )


def _falsely_named(exercise: Exercise, course: Course, seed: int) -> list[str]:
    """Return the false names that `check` gives to random wrong answers with two mistakes in them, with their texts."""
    rng, fresh, false = np.random.default_rng([seed, zlib.crc32(exercise.name.encode())]), Fresh(exercise, course), []
    forward = course.reference[exercise.forward] if exercise.forward else None
    for _ in range(DOUBLES):
        text = double(exercise, course, lambda count: int(rng.integers(count)))
        function = course.reference.replaced(exercise.name, text)
        names = fresh.false_names(check_function.found(function, forward, SECONDS), function)
        false += [f"{name}:\n{text}" for name in names]
    return false


def report(rows: Sequence[Row]) -> str:
    """Return the table, then each slip that is explained or kept all points, and each false name."""
    found = [f"equivalent, {row.exercise}: {slip}\n    {why}" for row in rows for slip, why in row.equivalent.items()]
    for row in rows:
        found += [f"survived, {row.exercise}: {slip}" for slip in row.survivors]
        found += [f"named falsely, {row.exercise}, {name}" for name in row.false_names]
    return "\n\n".join([table(rows), *found])


def table(rows: Sequence[Row]) -> str:
    """Return the audit as a Markdown table, with a line of sums."""
    return "\n".join([_head("exercise"), *map(_line, rows), _line(_sum("all", rows))])


def by_assignment(rows: Sequence[Row], course: Course) -> str:
    """Return the audit as a Markdown table with one line an assignment and a line of sums, as the README shows it."""
    lines = []
    for assignment in course.assignments:
        names = {exercise.name for exercise in course.exercises(assignment)}
        lines.append(_line(_sum(assignment, [row for row in rows if row.exercise in names])))
    return "\n".join([_head("assignment"), *lines, _line(_sum("all", rows))])


def _sum(name: str, rows: Sequence[Row]) -> Row:
    total = Row(name)
    for row in rows:
        for count in ("mistakes", "named", "mutants", "killed", "variants", "accepted", "doubles"):
            setattr(total, count, getattr(total, count) + getattr(row, count))
        total.equivalent |= {f"{row.exercise} {slip}": why for slip, why in row.equivalent.items()}
        total.false_names += row.false_names
    return total


def _head(first: str) -> str:
    columns = (
        first, "mistakes named", "slips noticed", "that change no output", "right variants accepted",
        "two mistakes at once, named falsely",
    )  # fmt: skip
    return f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"


def _line(row: Row) -> str:
    counted = row.mutants - len(row.equivalent)
    return (
        f"| {row.exercise} | {row.named} of {row.mistakes} | {row.killed} of {counted} | {len(row.equivalent)} "
        f"| {row.accepted} of {row.variants} | {len(row.false_names)} of {row.doubles} |"
    )
