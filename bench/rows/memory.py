"""The row about memory: of the process that hands out jobs and records what comes back, for few jobs and for many."""

import os
import shutil
import sys

import nbformat

from autograder.course import Course
from bench import classes
from bench.arithmetic import CannotMeasure, short
from bench.rows.grading import MAIN
from bench.setting import ROOT, Row, Setting
from bench.spent import run_and_read
from bench.table import Line

SHARE = 10  # per cent
LINKS = 10_000  # to one file, which file systems bound


def hand_in_links(course: Course, count: int) -> None:
    """Let so many students hand in the right notebooks, as links to few files: 100,000 take no room on the disk."""
    right = classes.right_notebooks(course, MAIN)
    paths = [course.root / f"right-{number}.ipynb" for number in range(len(right))]
    for path, notebook in zip(paths, right, strict=True):
        nbformat.write(notebook, path)
    for number, student in enumerate(classes.students(count)):
        place = number % len(paths)
        if number % LINKS == place:  # the first of many gets a copy of its own, and is linked to from then on
            copied = course.root / f"right-{place}-{number}.ipynb"
            shutil.copyfile(paths[place], copied)
            paths[place] = copied
        folder = course.workspace / "submitted" / student / MAIN
        folder.mkdir(parents=True)
        os.link(paths[place], folder / f"{MAIN}.ipynb")


def simulated(setting: Setting, count: int) -> float:
    """Return how many MB the process took at most for so many jobs whose outcomes are there at once."""
    course = setting.course(f"{count}-jobs")
    hand_in_links(course, count)
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
