"""Write marks into the gradebook, and read what became of each submission.

Outside nbgrader's own converters nothing else writes what the grader gives; what people give, formgrader writes and
`autograder.grading.item_marks`. What became of each submission stands in a table of our own beside nbgrader's, so that
a mark and what made it are written in one transaction: a killed run leaves both or neither.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import delete, insert, inspect, select

from autograder.collecting.submissions import usable
from autograder.course.rules import Rules
from autograder.errors import AutograderError
from autograder.grading import manual_marks, standings
from autograder.grading.database import ANSWERS, CHOICES, GRADINGS, LEASES, forget_opened, patient, writing
from autograder.grading.job import Outcome
from autograder.grading.standings import BATCH

DEMO = "demo-"  # every student of the sample class is called demo-…
NOT_READ = ("unreadable", "refused", "missing")  # nothing of what was handed in last could be graded
BY_NBGRADER = "nbgrader"  # instead of a hash: judged by nbgrader's own command, which does not keep one


@dataclass(frozen=True)
class Grading:
    """What became of one submission.

    Attributes
    ----------
    student : str
    state : {"running", "graded", "unreadable", "refused", "missing", "infrastructure", "quarantined"}
        "running" where a run was killed over it.
    submission : str
        The hash of what was read; empty if nothing was.
    grader, exercises, run : str
        See `autograder.grading.provenance.Run`.
    message : str
        Why there is no mark, or none of this submission.
    """

    student: str
    state: str
    submission: str
    grader: str
    exercises: str
    run: str
    message: str = ""


def require_assignment(url: str, assignment: str) -> None:
    """Raise `AutograderError` if the gradebook does not know an assignment. Every run begins with this."""
    forget_opened()  # since the last run, another gradebook may have taken this one's place
    _require_assignment(url, assignment)


@patient
def _require_assignment(gradebook: Gradebook, assignment: str) -> None:
    try:
        gradebook.find_assignment(assignment)
    except MissingEntry:
        raise AutograderError(f"The gradebook does not know {assignment}: run `autograder build`.") from None


@patient
def gradings(gradebook: Gradebook, assignment: str, students: Collection[str] | None = None) -> dict[str, Grading]:
    """Return what became of the submissions of an assignment.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    students : collection of str, optional
        Only theirs.

    Returns
    -------
    dict of str to Grading
        By student. A "graded" one is in it only if its marks stand in the gradebook.
    """
    known = select(GRADINGS).where(GRADINGS.c.assignment == assignment)
    submitted = (
        select(SubmittedAssignment.student_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    if students is not None:
        students = [student for student in students if usable(student)]
        known = known.where(GRADINGS.c.student.in_(students))
        submitted = submitted.where(SubmittedAssignment.student_id.in_(students))
    unmarked = (
        submitted.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .where(GradeCell.cell_type == "code", Grade.auto_score.is_(None))
    )
    columns = [column for column in GRADINGS.c if column.key != "assignment"]
    rows = gradebook.db.execute(known).mappings()
    found = {row[GRADINGS.c.student]: Grading(**{column.key: row[column] for column in columns}) for row in rows}
    marked = set(gradebook.db.scalars(submitted)) - set(gradebook.db.scalars(unmarked))
    return {student: one for student, one in found.items() if one.state != "graded" or student in marked}


@patient
def running(gradebook: Gradebook, assignment: str) -> set[str]:
    """Return the students over whose submissions a run was killed, in the gradebook at this address."""
    this = (GRADINGS.c.assignment == assignment, GRADINGS.c.state == "running")
    return set(gradebook.db.scalars(select(GRADINGS.c.student).where(*this)))


@patient
def absent(gradebook: Gradebook, assignment: str, is_there: Callable[[str], bool]) -> list[str]:
    """Return those of the students in the gradebook at this address for whom nothing is there any more, sorted."""
    everybody = select(GRADINGS.c.student).where(GRADINGS.c.assignment == assignment)
    rows = gradebook.db.scalars(everybody.execution_options(yield_per=BATCH))
    return sorted(student for student in rows if not is_there(student))


@writing
def set_aside(gradebook: Gradebook, assignment: str, grading: Grading, hint: str) -> None:
    """Record that a submission has no mark, or no longer has one; a mark that stands is kept, flagged as out of date.

    nbgrader then lists it for a person to look at, and `hint` is what the student reads with it. Points and
    comments of people stay, and so does what is known of the answers that these are for.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    grading : Grading
    hint : str
    """
    try:
        notebooks = gradebook.find_submission(assignment, grading.student).notebooks
    except MissingEntry:
        notebooks = []
    manual_marks.note_marked(gradebook, assignment, grading.student)  # which the flag would hide
    for notebook in notebooks:
        standing = [grade for grade in notebook.grades if grade.auto_score is not None]
        for grade in standing:
            grade.needs_manual_grade = True
        for comment in notebook.comments if standing else ():
            comment.auto_comment = hint
    _note(gradebook, assignment, grading)


@writing
def save(
    gradebook: Gradebook,
    assignment: str,
    grading: Grading,
    outcome: Outcome,
    timestamp: datetime | None,
    late: AssignLatePenalties,
    rules: Rules,
    same: bool = False,
) -> dict[str, tuple[str, float]]:
    """Write the marks of one submission, all or none.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    grading : Grading
    outcome : autograder.grading.job.Outcome
        With marks, comments and answers.
    timestamp : datetime or None
        When it was submitted, without a zone, in UTC.
    late : nbgrader.preprocessors.AssignLatePenalties
        As configured; its plug-in says what lateness costs.
    rules : Rules
        The course's.
    same : bool
        Whether this very submission was the last to be graded: a gradebook may be older than the table of answers.

    Returns
    -------
    dict of str to (str, float)
        By grade_id, `manual_marks.CHANGED` or `manual_marks.UNKNOWN` and the points that a person gave, where that
        person has to look again.
    """
    gradebook.update_or_create_student(grading.student)
    submission = gradebook.update_or_create_submission(assignment, grading.student)
    submission.timestamp = timestamp or submission.timestamp
    [notebook] = [one for one in submission.notebooks if one.name == assignment]
    for grade in notebook.grades:
        grade.auto_score = outcome.marks.get(grade.name)
    for comment in notebook.comments:
        comment.auto_comment = outcome.comments.get(comment.name)
    again = manual_marks.note_shown(gradebook, assignment, grading.student, outcome.answers, same)
    standings.apply_rules(gradebook, submission, notebook, late, rules, outcome.marks)
    _note(gradebook, assignment, grading)
    return again


@writing
def forget(gradebook: Gradebook, assignment: str, students: list[str]) -> None:
    """Forget submissions that are no longer there and have no mark; a mark stays.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    students : list of str
    """
    for student in students:
        try:
            gradebook.find_submission(assignment, student)
        except MissingEntry:
            _remove(gradebook, assignment, student)


def not_current(gradebook: Gradebook) -> set[tuple[str, str]]:
    """Return (assignment, student) of all submissions that have no mark, or one that is out of date.

    Only submissions that ``autograder grade`` has read are in it; of the others nbgrader says how they are.
    """
    if not _has_ours(gradebook):
        return set()
    rows = gradebook.db.execute(select(GRADINGS.c.assignment, GRADINGS.c.student).where(GRADINGS.c.state != "graded"))
    return {(row.assignment, row.student) for row in rows}


def is_current(gradebook: Gradebook, assignment: str, student: str) -> bool:
    """Whether the mark and the automatic comments of a submission are of what was handed in last."""
    if not _has_ours(gradebook):
        return True
    this = (GRADINGS.c.assignment == assignment, GRADINGS.c.student == student)
    return gradebook.db.scalar(select(GRADINGS.c.state).where(*this)) in ("graded", None)


def withheld(gradebook: Gradebook, assignment: str, student: str) -> str | None:
    """Return why a student's last submission has no feedback of its own, or None if it has."""
    if not _has_ours(gradebook):
        return None
    this = (GRADINGS.c.assignment == assignment, GRADINGS.c.student == student)
    message: str | None = gradebook.db.scalar(select(GRADINGS.c.message).where(*this, GRADINGS.c.state.in_(NOT_READ)))
    return message


def note_nbgrader(gradebook: Gradebook, assignment: str, student: str) -> None:
    """Record that nbgrader's own command has just marked a submission; the caller commits."""
    _note(gradebook, assignment, Grading(student, "graded", BY_NBGRADER, "", "", ""))


@writing
def forget_demo(gradebook: Gradebook) -> None:
    """Remove the sample class from the gradebook at this address."""
    for student in [student.id for student in gradebook.students if student.id.startswith(DEMO)]:
        gradebook.remove_student(student)
    for table in (GRADINGS, ANSWERS, CHOICES, LEASES):  # also of students without a mark, whom nbgrader does not know
        gradebook.db.execute(delete(table).where(table.c.student.startswith(DEMO, autoescape=True)))


def _has_ours(gradebook: Gradebook) -> bool:
    """Whether our tables are in a gradebook that nbgrader opened; to read from it makes none."""
    return bool(inspect(gradebook.db.connection()).has_table(GRADINGS.name))


def _note(gradebook: Gradebook, assignment: str, grading: Grading) -> None:
    row = {"assignment": assignment, **vars(grading)}
    _remove(gradebook, assignment, grading.student)
    gradebook.db.execute(insert(GRADINGS).values(**row))


def _remove(gradebook: Gradebook, assignment: str, student: str) -> None:
    gradebook.db.execute(delete(GRADINGS).where(GRADINGS.c.assignment == assignment, GRADINGS.c.student == student))
