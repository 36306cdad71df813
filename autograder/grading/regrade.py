"""Judge one student's submission again, for a reason, and keep a list of what that did to marks."""

import csv
import getpass
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course
from autograder.course.gradebook_address import gradebook_url
from autograder.errors import BadRequest
from autograder.grading import standings
from autograder.grading.export import safe
from autograder.grading.grade import grade
from autograder.grading.rows import Graded
from autograder.grading.workers import nbgrader_config

NAME = "regrades.csv"
COLUMNS = ("when", "who", "assignment", "student", "before", "after", "reason")


def regrade(
    course: Course, assignment: str, student: str, reason: str, isolation: str | None = None
) -> list[tuple[Graded, float | None]]:
    """Judge a student's submission again, and add a line to ``course/regrades.csv`` for each mark that this is about.

    Parameters
    ----------
    course : Course
    assignment, student : str
    reason : str
        Why; it is kept with the marks.
    isolation : {"sandbox", "user", "none"}, optional
        As for `autograder.grading.grade.grade`.

    Returns
    -------
    list of (Graded, float or None)
        The row of the student, or of each member of the group, with the mark before.

    Raises
    ------
    BadInput
        As `grade`; and if `reason` is empty, or `student` stands for more than one.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise BadRequest("A reason is needed: it is kept in course/regrades.csv with the old mark and the new one.")
    if "*" in student:
        raise BadRequest(f"{student!r} may be several students: name one.")
    url = gradebook_url(course, nbgrader_config(course, isolation))
    earlier = standings.everybody(url, assignment)
    rows = grade(course, assignment, student, force=True, progress=False, isolation=isolation)
    marks = [(row, earlier[row.student].score if row.student in earlier else None) for row in rows]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [
        (now, getpass.getuser(), assignment, row.student, before, row.standing.score if row.standing else None, reason)
        for row, before in marks
    ]
    _append(course.workspace / NAME, lines)
    return marks


def _append(path: Path, lines: Sequence[Sequence[object]]) -> None:
    """Add lines to the table, in one write, so that two runs do not mix theirs."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    if not path.exists():
        table.writerow(COLUMNS)
    table.writerows([safe(value) for value in line] for line in lines)
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(written.getvalue())
