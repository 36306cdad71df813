"""The row about memory: of the process that hands out jobs and records what comes back, for few jobs and for many."""

import shutil
import sys

from autograder.course import Course
from bench import classes
from bench.arithmetic import CannotMeasure, short
from bench.rows.grading import MAIN
from bench.setting import ROOT, Row, Setting
from bench.spent import run_and_read
from bench.table import Line

SHARE = 10  # per cent


def hand_in_one(course: Course, count: int) -> None:
    """Let the first of so many students hand in a right notebook; the simulation reads it for all the others, too."""
    classes.hand_in(course, MAIN, classes.right_notebooks(course, MAIN), 1)
    for student in classes.students(count)[1:]:
        (course.workspace / "submitted" / student / MAIN).mkdir(parents=True)


def simulated(setting: Setting, count: int) -> float:
    """Return how many MB the process took at most for so many jobs whose outcomes are there at once."""
    course = setting.course(f"{count}-jobs")
    hand_in_one(course, count)
    _, printed = run_and_read([sys.executable, "-m", "bench.simulated", course.root, MAIN], ROOT)
    shutil.rmtree(course.root)
    if not printed.strip().isdecimal():
        raise CannotMeasure(f"The simulated run printed no size: {printed}")
    return int(printed) / 1024


def _memory(setting: Setting) -> list[Line]:
    few, many = setting.size.few_jobs, setting.size.many_jobs
    sizes = {count: simulated(setting, count) for count in (few, many)}
    more = 100 * (sizes[many] / sizes[few] - 1)
    what = f"memory of the process that hands out {many:,} jobs, simulated"
    measured = f"{more:+.0f} %: {short(sizes[many])} MB, {short(sizes[few])} MB there"
    return [Line(what, f"{few:,} jobs", f"within {SHARE} %", measured, more <= SHARE)]


ROWS = [Row("memory", _memory)]
