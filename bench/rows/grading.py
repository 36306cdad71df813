"""Rows about a class that is graded: against stock nbgrader, one worker against two, and where nothing has changed.

Stock nbgrader runs every cell, the pictures too, in one process, without isolation. `autograder grade` leaves out the
cells tagged ``explore``, asks every exercise for new inputs, and runs in the sandbox. What it gains by leaving these
cells out is in the ratios; "like for like" is measured with these cells emptied for both.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode

from autograder.course import Course
from bench import classes
from bench.arithmetic import CannotMeasure, Spent, Spread, interleaved, per_unit, ratios, spread
from bench.setting import SCRIPTS, Row, Setting
from bench.simulated import graded_at_once
from bench.spent import run
from bench.table import Line

MAIN = "02-bptt"
WORKERS = 2
LONG = {"07-capstone": (3, 1)}  # submissions and rounds: stock nbgrader takes very long for each
STOCK = "stock `nbgrader autograde`, same files, no sandbox"
IN_ALL, PER_CORE, LEAST, GAIN, UNCHANGED = 10, 6, 6, 1.8, 3.0


@dataclass(frozen=True)
class Versus:
    """What a submission costs on two sides, and how many times as much on theirs.

    Attributes
    ----------
    in_all, per_core : Spread
        The ratio by the clock, with all that runs at the same time, and by processor time.
    ours, theirs : Spread
        Seconds of processor time a submission.
    """

    in_all: Spread
    per_core: Spread
    ours: Spread
    theirs: Spread

    def __str__(self) -> str:
        return f"{self.in_all} in all, {self.per_core} per core; {self.costs}"

    @property
    def costs(self) -> str:
        """What a submission costs on each side, in words."""
        return f"{self.ours} CPU s a submission here, {self.theirs} there"


def versus(ours: Sequence[Spent], theirs: Sequence[Spent]) -> Versus:
    """Compare what a submission costs on two sides, round by round."""
    return Versus(
        ratios([one.wall for one in theirs], [one.wall for one in ours]),
        ratios([one.cpu for one in theirs], [one.cpu for one in ours]),
        spread([one.cpu for one in ours]),
        spread([one.cpu for one in theirs]),
    )


def units(many: Sequence[Spent], first: Sequence[Spent], count: int, ones: int = 1) -> list[Spent]:
    """Return `per_unit` of each round."""
    return [per_unit(one, other, count, ones) for one, other in zip(many, first, strict=True)]


def require_graded(course: Course, assignment: str, count: int) -> None:
    """Make sure that all of a class have full marks, by stock nbgrader or by ours: what failed early costs little.

    Raises
    ------
    CannotMeasure
        If they have not.
    """
    question = """
        select count(*), sum(points.auto_score < cell.max_score or points.auto_score is null)
        from grade as points join grade_cells as cell on cell.id = points.cell_id
        join base_cell as base on base.id = cell.id join notebook on notebook.id = base.notebook_id
        join assignment on assignment.id = notebook.assignment_id
        where assignment.name = ? and cell.cell_type = 'code'"""
    with closing(sqlite3.connect(course.workspace / "gradebook.db")) as book:
        cells, lacking = book.execute(question, (assignment,)).fetchone()
    if not cells or cells % count or lacking:
        raise CannotMeasure(f"{lacking} of {cells} exercises of {count} right submissions of {assignment} lack points.")


def against_stock(
    setting: Setting, assignment: str, count: int, notebooks: list[NotebookNode] | None = None, rounds: int = 0
) -> Versus:
    """Grade a class by both, start-up taken out of both by a run of one for each worker."""
    name = f"{assignment}-{'all' if notebooks is None else 'plain'}"
    course = setting.course(name)
    handed_in = classes.right_notebooks(course, assignment) if notebooks is None else notebooks
    classes.hand_in(course, assignment, handed_in, count)
    root = classes.as_stock(course, setting.folder / f"{name}-stock")
    measured = interleaved(
        rounds or setting.size.rounds,
        {
            "our first": lambda: classes.grade(course, assignment, classes.first(WORKERS)),
            "stock first": lambda: classes.grade_by_stock(root, assignment, classes.first(1)),
            "ours": lambda: classes.grade(course, assignment),
            "stock": lambda: classes.grade_by_stock(root, assignment),
        },
    )
    for graded in (course, Course(root)):
        require_graded(graded, assignment, count)
    ours = units(measured["ours"], measured["our first"], count, WORKERS)
    theirs = units(measured["stock"], measured["stock first"], count)
    return versus(ours, theirs)


def _main(setting: Setting) -> list[Line]:
    count = setting.size.submissions
    found = against_stock(setting, MAIN, count)
    plain = classes.without_pictures(classes.right_notebooks(setting.course("plain"), MAIN))
    alike = against_stock(setting, MAIN, setting.size.others, plain)
    what = f"{count} submissions of `{MAIN}`, two workers, sandbox, into the gradebook"
    return [
        Line(what, STOCK, f"≥{IN_ALL} times a minute", f"{found.in_all} times", found.in_all.median >= IN_ALL),
        Line(
            "the same, per core: processor time",
            STOCK,
            f"≥{PER_CORE} times",
            f"{found.per_core} times; {found.costs}",
            found.per_core.median >= PER_CORE,
        ),
        Line(
            f"like for like: {setting.size.others} submissions, cells tagged `explore` emptied",
            STOCK,
            "–",
            str(alike),
            None,
        ),
    ]


def _others(setting: Setting) -> list[Line]:
    lines = []
    for assignment in setting.course("others").assignments:
        if assignment != MAIN:
            count, rounds = LONG.get(assignment, (setting.size.others, setting.size.rounds))
            found = against_stock(setting, assignment, count, rounds=rounds)
            what = f"{count} submissions of `{assignment}`, two workers"
            lines.append(Line(what, STOCK, f"≥{LEAST} times a minute", str(found), found.in_all.median >= LEAST))
    return lines


def _jobs(setting: Setting) -> list[Line]:
    count = setting.size.submissions
    course = setting.course("jobs")
    classes.hand_in(course, MAIN, classes.right_notebooks(course, MAIN), count)
    measured = interleaved(
        setting.size.rounds,
        {
            "one, first": lambda: classes.grade(course, MAIN, classes.first(1), jobs=1),
            "two, first": lambda: classes.grade(course, MAIN, classes.first(2), jobs=2),
            "one": lambda: classes.grade(course, MAIN, jobs=1),
            "two": lambda: classes.grade(course, MAIN, jobs=2),
        },
    )
    require_graded(course, MAIN, count)
    one = units(measured["one"], measured["one, first"], count)
    two = units(measured["two"], measured["two, first"], count, 2)
    gain = ratios([unit.wall for unit in one], [unit.wall for unit in two])
    busy, both = (spread([unit.cpu / unit.wall for unit in side]) for side in (one, two))
    costs, costs_then = (spread([unit.cpu for unit in side]) for side in (one, two))
    what = f"`--jobs 2`, {count} submissions of `{MAIN}`"
    found = f"{gain} times; one keeps {busy} cores busy, two {both}; {costs} CPU s a submission, {costs_then} with two"
    return [Line(what, "`--jobs 1`", f"≥{GAIN} times a minute", found, gain.median >= GAIN)]


def _unchanged(setting: Setting) -> list[Line]:
    count = setting.size.unchanged
    course = setting.course("unchanged")
    classes.hand_in(course, MAIN, classes.right_notebooks(course, MAIN), count)
    graded_at_once(course, MAIN)
    require_graded(course, MAIN, count)
    again = [
        run([SCRIPTS / "autograder", "grade", MAIN, "--jobs", "2"], course.root) for _ in range(setting.size.rounds)
    ]
    seconds = spread([one.wall for one in again])
    measured = f"{seconds} s, {spread([one.cpu for one in again])} CPU s"
    what = f"{count:,} submissions of `{MAIN}` of which none has changed"
    return [Line(what, "–", f"≤{UNCHANGED:g} s in all", measured, seconds.median <= UNCHANGED)]


ROWS = [Row("nbgrader", _main), Row("others", _others), Row("jobs", _jobs), Row("unchanged", _unchanged)]
