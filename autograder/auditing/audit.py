"""Measure the grader: are declared mistakes named, slips noticed, and right answers let through."""

from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from autograder.assignments import equivalent_mutants, variants
from autograder.auditing.mutants import mutants
from autograder.auditing.plain_file import load
from autograder.judging import cases
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from utils.checking import calling
from utils.errors import UtilsError

SECONDS = 2.0  # a mutant that loops for longer is caught


@dataclass
class Row:
    """What became of one exercise.

    Attributes
    ----------
    exercise : str
    mistakes, named : int
        Declared value mistakes; how many of them were rejected under their own name.
    mutants, killed : int
        Slips made; how many lost points.
    equivalent : dict of str to str
        Slips that change no output, by what was changed: why.
    survivors : list of str
        Slips that nobody noticed and nobody explained.
    variants, accepted : int
        Right answers written differently; how many got all points.
    """

    exercise: str
    mistakes: int = 0
    named: int = 0
    mutants: int = 0
    killed: int = 0
    equivalent: dict = field(default_factory=dict)
    survivors: list = field(default_factory=list)
    variants: int = 0
    accepted: int = 0


def audit(course, progress=True, seed=0):
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
        for functions in files.values():
            if exercise.name in functions:
                row.variants += 1
                result = judged(exercise, course, functions[exercise.name], seed, functions.get(exercise.forward))
                row.accepted += result.status == "passed"
        rows.append(row)
    return rows


def judged(exercise, course, function, seed=0, forward=None):
    """Judge `function` as the trusted side does with what comes back from a kernel; None if it gives no answer."""
    drawn = cases.draw(exercise, course, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        answers = [Answer((cases.answer(exercise, course, case, function, forward),)) for case in drawn]
    return verdict(exercise, course, drawn, answers, 1.0)


def survives(exercise, course, mutant, seed=0):
    """Whether a mutant of `exercise` gets all points, and its cache serves every backward pass that takes it."""
    wrong = course.reference.replaced(exercise.name, mutant.source)

    def bounded(*args):
        return calling.call_with(wrong, args, seconds=SECONDS)

    later = [e for a in course.assignments for e in course.exercises(a) if e.forward == exercise.name]
    try:
        if judged(exercise, course, bounded, seed).status != "passed":
            return False
        return all(
            judged(backward, course, course.reference[backward.name], seed, bounded).status == "passed"
            for backward in later
        )
    except UtilsError:
        return False
    except Exception:  # the answer is of a form that the wire would not have let through, or the cache is of no use
        return False


def table(rows):
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


def _line(row):
    counted = row.mutants - len(row.equivalent)
    return (
        f"| {row.exercise} | {row.named} of {row.mistakes} | {row.killed} of {counted} | {len(row.equivalent)} "
        f"| {row.accepted} of {row.variants} |"
    )
