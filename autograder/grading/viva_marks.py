"""Write the marks of spoken or written questions on a student's own work into an assignment of their own.

nbgrader counts cells, and a cell cannot be added to an assignment that students have handed in. So the questions on
``01-rnn-forward`` are the assignment ``01-rnn-forward-viva``, with one cell that a person grades and that nobody hands
in: its points are the weight that the instructor sets. Lateness and excused exercises do not touch it.
"""

import csv
import math
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from autograder.course.rules import viva_of
from autograder.errors import BadInput, BadRequest
from autograder.grading.database import writing

CELL = "viva"
QUESTIONS = ("q1", "q2", "q3")
POINTS = "points"


def read(path: Path) -> dict[str, dict[str, float]]:
    """Read a table of marks.

    Parameters
    ----------
    path : Path
        In UTF-8, with the columns ``student,q1,q2,q3`` (each from 0 to 1) or ``student,points``.

    Returns
    -------
    dict of str to dict of str to float
        By student, the numbers by column.

    Raises
    ------
    BadInput
        Naming the line: other columns, no number, a student who is named twice.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            rows = [(lines.line_num, [field.strip() for field in row]) for row in lines if any(row)]
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8: save it as “CSV UTF-8”.") from None
    except (OSError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    columns = rows[0][1] if rows else []
    if columns not in (["student", *QUESTIONS], ["student", POINTS]):
        raise BadInput(f"{path}: its first line is student,{','.join(QUESTIONS)} or student,{POINTS}.")
    found: dict[str, dict[str, float]] = {}
    for line, fields in rows[1:]:
        student = unicodedata.normalize("NFC", fields[0])
        if len(fields) != len(columns) or not student:
            raise BadInput(f"{path}, line {line}: it needs a student and {len(columns) - 1} numbers.")
        if student in found:
            raise BadInput(f"{path}, line {line}: {student} is named twice.")
        found[student] = dict(zip(columns[1:], (_number(path, line, text) for text in fields[1:]), strict=True))
        if columns[1:] != [POINTS] and max(found[student].values()) > 1:
            raise BadInput(f"{path}, line {line}: a question counts from 0 to 1, half of it 0.5.")
    return found


@writing
def set_weight(gradebook: Gradebook, assignment: str, weight: float, students: list[str]) -> None:
    """Make the assignment of the questions, or set another weight; who is to be asked waits for a person.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
        The one that the questions are about.
    weight : float
        The points of its one cell.
    students : list of str
        Who is to be asked.

    Raises
    ------
    BadRequest
        If somebody has more points than that already.
    """
    name = viva_of(assignment)
    gradebook.update_or_create_assignment(name)
    for one in gradebook.assignment_submissions(name):
        if (one.score or 0) > weight:
            raise BadRequest(f"{one.student_id} has {one.score:g} points for {name}: {weight:g} is too little.")
    gradebook.update_or_create_notebook(name, name)
    gradebook.update_or_create_grade_cell(CELL, name, name, max_score=weight, cell_type="markdown")
    gradebook.update_or_create_solution_cell(CELL, name, name)
    about = {"cell_type": "markdown", "source": f"Questions on the student's own {assignment}.", "locked": True}
    gradebook.update_or_create_source_cell(CELL, name, name, **about)
    for student in students:
        _submission(gradebook, name, student)


@writing
def enter(gradebook: Gradebook, assignment: str, marks: Mapping[str, Mapping[str, float]]) -> float:
    """Write marks, all or none; return the weight.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
        The one that the questions were about.
    marks : dict of str to dict
        As `read` returns them. Of three questions, each is worth a third of the weight.

    Raises
    ------
    BadRequest
        If no weight was set, somebody has not handed in the assignment, or has more points than there are.
    """
    name = viva_of(assignment)
    try:
        weight = float(gradebook.find_graded_cell(CELL, name, name).max_score)
    except MissingEntry:
        raise BadRequest(
            f"There is no {name} yet: set its weight by `autograder viva {assignment} --weight`."
        ) from None
    handed_in = {one.student_id for one in gradebook.assignment_submissions(assignment)}
    if unknown := sorted(marks.keys() - handed_in):
        raise BadRequest(f"Nothing of {assignment} in the gradebook from {', '.join(unknown)}. No mark was entered.")
    points = {
        student: given[POINTS] if POINTS in given else weight * sum(given.values()) / len(QUESTIONS)
        for student, given in marks.items()
    }
    for student, own in points.items():
        if own > weight:
            raise BadRequest(f"{student} has {own:g} points, of {weight:g}. No mark was entered.")
    # nbgrader commits whenever it makes a submission, so all of these come before the first mark.
    submissions = {student: _submission(gradebook, name, student) for student in points}
    for student, own in points.items():
        [grade] = submissions[student].notebooks[0].grades
        grade.manual_score, grade.needs_manual_grade = round(own, 2), False
    return weight


def _submission(gradebook: Gradebook, name: str, student: str) -> SubmittedAssignment:
    """Return a student's submission of the questions; one that is new waits for a person."""
    gradebook.update_or_create_student(student)
    try:
        return gradebook.find_submission(name, student)
    except MissingEntry:
        made = gradebook.add_submission(name, student)
        for grade in made.notebooks[0].grades:
            grade.needs_manual_grade = True
        return made


def _number(path: Path, line: int, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise BadInput(f"{path}, line {line}: {text!r} is not a number of points.")
    return number
