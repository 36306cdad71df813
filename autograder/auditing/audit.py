"""Measure the grader: how many mistakes are named, slips noticed and located, and right answers accepted."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from autograder.assignments import equivalent_mutants, variants
from autograder.auditing.doubles import double
from autograder.auditing.false_names import Fresh
from autograder.auditing.in_process import earns_all, judged
from autograder.auditing.located import Located, located
from autograder.auditing.mutants import Mutant, mutants
from autograder.auditing.wanted import place, wanted
from autograder.building.waypoints import LOCATED, Ways
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import BadRequest
from utils.check_file.plain_file import load
from utils.checking import check_function, families

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
    families, ties : int
        Mistakes of families that have numbers of their own; those of them whose numbers several edits make.
    located : Located, optional
        What was found of slips planted in right variants; None where that was not asked for.
    wanted : list of str
        What the exercise lacks of what every exercise has.
    refused : list of str
        The right variants that did not get all points, by file, each with what their author would read.
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
    families: int = 0
    ties: int = 0
    located: Located | None = None
    wanted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def has_findings(self) -> bool:
        """Whether anything is not as it should be."""
        missed = self.named < self.mistakes or self.accepted < self.variants
        return missed or bool(self.survivors or self.false_names or self.wanted) or self.misleads

    @property
    def misleads(self) -> bool:
        """Whether `check` shows places in answers to this exercise, and too many of them are not the right ones."""
        return self.located is not None and self.exercise in LOCATED and not self.located.good


def audit(
    course: Course, progress: bool = True, seed: int = 0, places: bool = False, only: Sequence[str] = ()
) -> list[Row]:
    """Audit the exercises of the course, in this process and on fresh inputs.

    Parameters
    ----------
    course : Course
    progress : bool
        Show a progress bar on stderr.
    seed : int
        Of the inputs.
    places : bool
        Also plant slips in the right variants and find out how well they are located, which takes another minute.
    only : sequence of str
        The exercises to audit; by default all.

    Returns
    -------
    list of Row

    Raises
    ------
    BadRequest
        If there is no such exercise.
    """
    ways = Ways(course) if places else None
    explained = equivalent_mutants()
    exercises = _chosen(course, only)
    files = {path: load(path) for path in variants()}
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
        for path, functions in files.items():
            if exercise.name in functions:
                row.variants += 1
                forward = functions.get(exercise.forward) if exercise.forward else None
                result = judged(exercise, course, functions[exercise.name], seed, forward)
                if result.status == "passed":
                    row.accepted += 1
                else:
                    row.refused.append(f"{place(path)}\n{result.output}")
        if not exercise.properties:
            row.doubles = DOUBLES
            row.false_names = _falsely_named(exercise, course, seed)
        if table := families.load(exercise.name):
            row.families, row.ties = len(table.rows), int((table.row_edits > 1).sum())
        if ways:
            row.located = located(exercise, ways)
        row.wanted = wanted(exercise, course, files)
        rows.append(row)
    return rows


def _chosen(course: Course, only: Sequence[str]) -> list[Exercise]:
    known = {exercise.name: exercise for assignment in course.assignments for exercise in course.exercises(assignment)}
    if unknown := [name for name in only if name not in known]:
        raise BadRequest(f"There is no exercise {unknown[0]!r}; there are {', '.join(known)}.")
    return [exercise for name, exercise in known.items() if not only or name in only]


def survives(exercise: Exercise, course: Course, mutant: Mutant, seed: int = 0) -> bool:
    """Whether a mutant of `exercise` gets all points, and its cache serves every backward pass that takes it."""
    wrong = course.reference.replaced(exercise.name, mutant.source)
    later = [e for a in course.assignments for e in course.exercises(a) if e.forward == exercise.name]
    return earns_all(exercise, course, wrong, seed, seconds=SECONDS) and all(
        earns_all(backward, course, course.reference[backward.name], seed, wrong, SECONDS) for backward in later
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
    """Return the table, then each slip that is explained, keeps all points or is located elsewhere, and false names."""
    found = [f"equivalent, {row.exercise}: {slip}\n    {why}" for row in rows for slip, why in row.equivalent.items()]
    for row in rows:
        found += [f"survived, {row.exercise}: {slip}" for slip in row.survivors]
        found += [f"named falsely, {row.exercise}, {name}" for name in row.false_names]
        elsewhere = row.located.elsewhere if row.located and row.exercise in LOCATED else []
        found += [f"located elsewhere, {row.exercise}: {slip}\n    {place.expression}" for slip, place in elsewhere]
        found += [f"refused, {row.exercise}: {variant}" for variant in row.refused]
        found += [f"wanted, {row.exercise}: {lack}" for lack in row.wanted]
        if row.misleads:
            found.append(f"misleading, {row.exercise}: remove it from LOCATED in autograder/building/waypoints.py")
    return "\n\n".join([table(rows), *found])


def counts(row: Row) -> dict[str, int]:
    """Return what `autograder audit --located --json FILE` writes of an exercise."""
    found = row.located or Located()
    return {"slips": found.slips, "located": found.located, "right": found.right}


def table(rows: Sequence[Row]) -> str:
    """Return the audit as a Markdown table, with a line of sums."""
    return _table("exercise", [*rows, _sum("all", rows)])


def by_assignment(rows: Sequence[Row], course: Course) -> str:
    """Return the audit as a Markdown table with one line an assignment and a line of sums, as the README shows it."""
    sums = []
    for assignment in course.assignments:
        names = {exercise.name for exercise in course.exercises(assignment)}
        sums.append(_sum(assignment, [row for row in rows if row.exercise in names]))
    return _table("assignment", [*sums, _sum("all", rows)])


COUNTED = ("mistakes", "named", "mutants", "killed", "variants", "accepted", "doubles", "families", "ties")


def _sum(name: str, rows: Sequence[Row]) -> Row:
    """Return the sums of some rows; of located slips only those in exercises in which `check` shows the place."""
    total = Row(name)
    for row in rows:
        for count in COUNTED:
            setattr(total, count, getattr(total, count) + getattr(row, count))
        total.equivalent |= {f"{row.exercise} {slip}": why for slip, why in row.equivalent.items()}
        total.false_names += row.false_names
        if row.located:
            total.located = (total.located or Located()) + (row.located if row.exercise in LOCATED else Located())
    return total


def _table(first: str, rows: Sequence[Row]) -> str:
    columns = [
        first, "mistakes named", "slips noticed", "that change no output", "right variants accepted",
        "two mistakes at once, named falsely", "mistakes made by families", "of these, ties",
    ]  # fmt: skip
    columns += ["planted slips located", "of these, rightly"] if rows[-1].located else []
    return "\n".join([f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *map(_line, rows)])


def _line(row: Row) -> str:
    cells = [
        row.exercise,
        f"{row.named} of {row.mistakes}",
        f"{row.killed} of {row.mutants - len(row.equivalent)}",
        f"{len(row.equivalent)}",
        f"{row.accepted} of {row.variants}",
        f"{len(row.false_names)} of {row.doubles}",
        f"{row.families}",
        f"{row.ties}",
    ]
    if found := row.located:
        cells += [f"{found.located} of {found.slips}", f"{found.right} of {found.located}"]
    return f"| {' | '.join(cells)} |"
