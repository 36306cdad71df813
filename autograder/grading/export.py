"""Marks as a table for ``nbgrader export``: safe to open in a spreadsheet, and honest where there is no mark.

nbgrader's own exporter joins columns with commas, so that a name may add columns or be a formula, and it gives 0 to
whoever has no mark. Here text is quoted, what a spreadsheet would run is text, and no mark is an empty field.
"""

import csv
import io
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.files import write_whole
from autograder.grading import record

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
    """Named in ``nbgrader_config.py`` as ``c.ExportApp.plugin_class``: nbgrader's columns, and `status`.

    `status` is "graded"; "needs a person" (to grade a written answer, or to look again); "out of date" (the mark is of
    an earlier submission or grader); "no mark" (there is no score then); or "missing" (nothing was submitted: 0, as in
    nbgrader).
    """

    def export(self, gradebook):
        """Write all marks, or those of ``--assignment`` and ``--student``, to ``--to`` (grades.csv)."""
        path = Path(self.to or "grades.csv")
        old = record.not_current(gradebook)
        students, assignments = set(map(str, self.student)), set(map(str, self.assignment))
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\n")
        table.writerow(COLUMNS)
        for assignment in gradebook.assignments:
            for student in gradebook.students if not assignments or assignment.name in assignments else ():
                if not students or student.id in students:
                    table.writerow([safe(value) for value in _row(gradebook, assignment, student, old)])
        write_whole(path, written.getvalue())
        self.log.info("Exported grades to %s", path)


def safe(value):
    """Return a field as it may stand in a table: numbers stay numbers, text is never a formula.

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


def _row(gradebook, assignment, student, old):
    about = [student.id, student.last_name, student.first_name, student.email]
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return [assignment.name, assignment.duedate, "", *about, 0.0, 0.0, 0.0, assignment.max_score, "missing"]
    penalty = submission.late_submission_penalty
    score, status = submission.score, "graded"
    if not record.has_marks(submission):
        score, status = None, "no mark"
    elif (assignment.name, student.id) in old:
        status = "out of date"
    elif submission.needs_manual_grade:
        status = "needs a person"
    left = None if score is None else max(0.0, score - penalty)
    when = [assignment.name, assignment.duedate, submission.timestamp]
    return [*when, *about, score, penalty, left, assignment.max_score, status]
