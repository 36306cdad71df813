"""Write marks as a table for ``nbgrader export``: safe to open in a spreadsheet, and honest where there is no mark.

nbgrader's own exporter joins columns with commas, so that a name may add columns or be a formula, and it gives 0 to
students who have no mark. Here text is quoted, what a spreadsheet would run is text, and no mark is an empty field. Who
handed in is read from the folder itself: a student whose notebook could not be read has no submission in the gradebook,
and may not be in it at all.
"""

import csv
import io
import sys
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin

from autograder.collecting import groups, submissions
from autograder.collecting.found import find
from autograder.collecting.plain_files import shown
from autograder.course import Course, rules
from autograder.errors import BadInput
from autograder.grading import gradebook as record
from autograder.grading.standings import has_marks
from autograder.judging.judge import current_course
from utils.files import write_whole

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Row:
    """A line of the table: nbgrader's own columns, and `status`, which `SafeCsv` explains.

    Where there is no mark, `raw_score`, `late_submission_penalty` and `score` are None.
    """

    assignment: str
    duedate: datetime | None
    timestamp: datetime | str | None
    student_id: str
    last_name: str | None
    first_name: str | None
    email: str | None
    raw_score: float | None
    late_submission_penalty: float | None
    score: float | None
    max_score: float
    status: str


COLUMNS = tuple(field.name for field in fields(Row))


class SafeCsv(ExportPlugin):
    """Exports nbgrader's columns and `status`; ``nbgrader_config.py`` names it as ``c.ExportApp.plugin_class``.

    `status` is "graded"; "needs a person" (to grade a written answer, or to look again); "out of date" (the mark is of
    an earlier submission or grader); "excused" (by ``course/people.toml``: no score); "no mark" (something was handed
    in, but there is no score); or "missing" (nothing was handed in: 0, as in nbgrader). An assignment for which nobody
    has handed in anything is left out, and so is the sample class, whose students are called ``demo-*``.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write all marks, or those of ``--assignment`` and ``--student``, to ``--to`` (course/grades.csv)."""
        course = current_course(self)
        path = Path(self.to) if self.to else course.workspace / "grades.csv"
        try:
            found = rows(course, gradebook, set(map(str, self.assignment)), set(map(str, self.student)))
        except BadInput as error:
            self._give_up(error)
        for name in [name for name, listed in found.items() if listed is None]:
            self.log.info("Nobody has handed in %s: it is left out.", name)
        try:
            write_whole(path, text(row for listed in found.values() for row in listed or ()))
        except OSError as error:
            self._give_up(f"{path} cannot be written: {error.strerror or error}.")
        self.log.info("Exported grades to %s", path)

    def _give_up(self, reason: object) -> NoReturn:
        self.log.error("Nothing was exported. %s", reason)
        sys.exit(1)


def rows(
    course: Course,
    gradebook: Gradebook,
    assignments: Collection[str] = (),
    students: Collection[str] = (),
    samples: bool = False,
) -> dict[str, list[Row] | None]:
    """Return the lines of the table by assignment; None for an assignment that nobody has handed in.

    Parameters
    ----------
    course : Course
    gradebook : Gradebook
    assignments, students : collection of str
        Only these; empty for all.
    samples : bool
        Return the lines of the sample class instead, which no table has.

    Raises
    ------
    BadInput
        If groups or rules cannot be read.
    """
    old = {(name, student) for name, student in record.not_current(gradebook) if _real(student) != samples}
    roster = {student.id: student for student in gradebook.students if _real(student.id) != samples}
    together = groups.read(course.workspace / groups.NAME)
    excused = rules.read(course).people.excused
    found: dict[str, list[Row] | None] = {}
    for assignment in gradebook.assignments:
        if assignments and assignment.name not in assignments:
            continue
        handed_in = _handed_in(course, assignment.name, together, samples)
        handed_in |= {student for name, student in old if name == assignment.name}
        if not handed_in and not any(_real(one.student_id) != samples for one in assignment.submissions):
            found[assignment.name] = None
            continue
        listed = found[assignment.name] = []
        for name in sorted(roster.keys() | handed_in):
            if not students or name in students:
                # A folder's name that is refused may hold what no table can; no gradebook knows it.
                called = name if submissions.usable(name) else shown(name)
                student = roster.get(name) or Student(id=called)
                submission = _submission(gradebook, assignment, name) if name in roster else None
                row = _row(submission, assignment, student, name in handed_in, (assignment.name, name) in old)
                listed.append(_excused(row) if (assignment.name, name) in excused else row)
    return found


def text(listed: Iterable[Row]) -> str:
    """Return lines as a table, with a header, that is safe to open in a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([safe(value) for value in astuple(row)] for row in listed)
    return written.getvalue()


def safe(value: object) -> str | int | float:
    """Return a field that is safe in a table: numbers stay numbers, text is never a formula.

    Parameters
    ----------
    value : object

    Returns
    -------
    str, int or float
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    plain = str(value).replace("\x00", "")
    return "'" + plain if plain.lstrip(" ").startswith(_FORMULA) else plain


def _handed_in(course: Course, assignment: str, together: dict[str, tuple[str, ...]], samples: bool) -> set[str]:
    """Return the students for whom something was handed in, by themselves or by a member of their group."""
    submitted = find(course.workspace / "submitted", assignment)
    return {member for one in groups.whose(submitted, together) for member in one.members if _real(member) != samples}


def _real(student: str) -> bool:
    return not student.startswith(record.DEMO)


def _submission(gradebook: Gradebook, assignment: Assignment, student: str) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment.name, student)
    except MissingEntry:
        return None


def _row(
    submission: SubmittedAssignment | None, assignment: Assignment, student: Student, handed_in: bool, old: bool
) -> Row:
    about = (student.id, student.last_name, student.first_name, student.email)
    if submission is None:
        mark, status = (None, "no mark") if handed_in else (0.0, "missing")
        return Row(assignment.name, assignment.duedate, "", *about, mark, mark, mark, assignment.max_score, status)
    penalty = submission.late_submission_penalty
    score, status = submission.score, "graded"
    if not has_marks(grade for notebook in submission.notebooks for grade in notebook.grades):
        score, status = None, "no mark"
    elif old:
        status = "out of date"
    elif submission.needs_manual_grade:
        status = "needs a person"
    left = None if score is None else max(0.0, score - penalty)
    penalty = None if score is None else penalty
    marks = (score, penalty, left, assignment.max_score)
    return Row(assignment.name, assignment.duedate, submission.timestamp, *about, *marks, status)


def _excused(row: Row) -> Row:
    return replace(row, raw_score=None, late_submission_penalty=None, score=None, status="excused")
