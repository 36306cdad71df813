"""Write marks as a table for ``nbgrader export``: safe to open in a spreadsheet, and honest where there is no mark.

nbgrader's own exporter joins columns with commas, so that a name may add columns or be a formula, and it gives 0 to
students who have no mark. Here text is quoted, what a spreadsheet would run is text, and no mark is an empty field. Who
handed in is read from the folder itself: a student whose notebook could not be read has no submission in the gradebook,
and may not be in it at all.
"""

import csv
import io
import sys
from pathlib import Path
from typing import NoReturn

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin

from autograder.collecting import groups, submissions
from autograder.collecting.plain_files import shown
from autograder.course import Course, rules
from autograder.errors import BadInput
from autograder.grading import gradebook as record
from autograder.grading.standings import has_marks
from autograder.judging.judge import current_course
from utils.files import write_whole

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "status",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


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
        old = {(name, student) for name, student in record.not_current(gradebook) if _real(student)}
        chosen, assignments = set(map(str, self.student)), set(map(str, self.assignment))
        roster = {student.id: student for student in gradebook.students if _real(student.id)}
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\n")
        table.writerow(COLUMNS)
        try:
            together = groups.read(course.workspace / groups.NAME)
            excused = rules.read(course).people.excused
        except BadInput as error:
            self._give_up(error)
        for assignment in gradebook.assignments:
            if assignments and assignment.name not in assignments:
                continue
            handed_in = _handed_in(course, assignment.name, together)
            handed_in |= {student for name, student in old if name == assignment.name}
            if not handed_in and not any(_real(one.student_id) for one in assignment.submissions):
                self.log.info("Nobody has handed in %s: it is left out.", assignment.name)
                continue
            for name in sorted(roster.keys() | handed_in):
                if not chosen or name in chosen:
                    # A folder's name that is refused may hold what no table can; no gradebook knows it.
                    called = name if submissions.usable(name) else shown(name)
                    student = roster.get(name) or Student(id=called)
                    found = _submission(gradebook, assignment, name) if name in roster else None
                    row = _row(found, assignment, student, name in handed_in, (assignment.name, name) in old)
                    if (assignment.name, name) in excused:
                        row = [*row[:7], None, None, None, assignment.max_score, "excused"]
                    table.writerow([safe(value) for value in row])
        try:
            write_whole(path, written.getvalue())
        except OSError as error:
            self._give_up(f"{path} cannot be written: {error.strerror or error}.")
        self.log.info("Exported grades to %s", path)

    def _give_up(self, reason: object) -> NoReturn:
        self.log.error("Nothing was exported. %s", reason)
        sys.exit(1)


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
    text = str(value).replace("\x00", "")
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def _handed_in(course: Course, assignment: str, together: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the students for whom something was handed in, by themselves or by a member of their group."""
    found = submissions.find(course.workspace / "submitted", assignment)
    return {member for one in groups.whose(found, together) for member in one.members if _real(member)}


def _real(student: str) -> bool:
    return not student.startswith(record.DEMO)


def _submission(gradebook: Gradebook, assignment: Assignment, student: str) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment.name, student)
    except MissingEntry:
        return None


def _row(
    submission: SubmittedAssignment | None, assignment: Assignment, student: Student, handed_in: bool, old: bool
) -> list[object]:
    about = [student.id, student.last_name, student.first_name, student.email]
    if submission is None:
        marks, status = ([None] * 3, "no mark") if handed_in else ([0.0] * 3, "missing")
        return [assignment.name, assignment.duedate, "", *about, *marks, assignment.max_score, status]
    penalty = submission.late_submission_penalty
    score, status = submission.score, "graded"
    if not has_marks(submission):
        score, status = None, "no mark"
    elif old:
        status = "out of date"
    elif submission.needs_manual_grade:
        status = "needs a person"
    left = None if score is None else max(0.0, score - penalty)
    penalty = None if score is None else penalty
    when = [assignment.name, assignment.duedate, submission.timestamp]
    return [*when, *about, score, penalty, left, assignment.max_score, status]
