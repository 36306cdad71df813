"""The gradebook's only writer outside nbgrader's own converters.

What became of each submission stands in a table of our own beside nbgrader's, so that a mark and what it was made by
are written in one transaction: a killed run leaves both or neither. In another stand the hashes of the answers that
people were shown and of those that they marked, by which a person's mark stands where the answer is the same.
"""

import functools
import time
from contextlib import contextmanager
from dataclasses import dataclass

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    InvalidEntry,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Column, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import AutograderError, BuildError, InfrastructureError
from autograder.grading import answers

DEMO = "demo-"  # every student of the sample class is called demo-…
TRIES, PAUSE = 4, 1.0  # for a gradebook that another program holds; SQLite itself waits 5 seconds each time
NOT_READ = ("unreadable", "refused", "missing")  # nothing of what was handed in last could be graded
BY_NBGRADER = "nbgrader"  # in the place of a hash: judged by nbgrader's own command, which does not keep one
_TABLE = Table(
    "unrolled_gradings",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("submission", String(64), nullable=False),
    Column("grader", String(64), nullable=False),
    Column("exercises", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("told", Text, key="message", nullable=False),
)
ANSWERS = Table(
    "unrolled_answers",
    _TABLE.metadata,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("shown", String(64), nullable=False),
    Column("marked", String(64)),
)


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


@dataclass(frozen=True)
class Standing:
    """What counts by now of a student's mark, and what in it waits for a person.

    Attributes
    ----------
    score, max_score : float
        With what people gave, and without what lateness costs.
    penalty : float
        What lateness costs.
    waiting : int
        How many answers no person has graded yet; they count 0.
    again : int
        How many a person graded that changed since, or may have.
    """

    score: float
    max_score: float
    penalty: float
    waiting: int
    again: int


def database(path):
    """Return the address of the SQLite gradebook at `path`."""
    return f"sqlite:///{path.as_posix()}"


@contextmanager
def opened(url):
    """Open the gradebook at an address for nbgrader's own converters, with our tables in it; close it again."""
    with Gradebook(url) as gradebook:
        _TABLE.metadata.create_all(gradebook.engine)
        yield gradebook


@functools.lru_cache(maxsize=1)
def _opened(url):
    """Return the gradebook at an address, ready to be entered again and again.

    Its connections are closed each time that it is left. What stays is what SQLAlchemy has made of its statements: to
    make that costs more than to carry them out.
    """
    gradebook = Gradebook(url)
    _TABLE.metadata.create_all(gradebook.engine)
    return gradebook


def _patient(work):
    """Make `work(gradebook, ...)` a function of a gradebook's address: one transaction, tried again while it is locked.

    Raises `InfrastructureError` where the gradebook stays locked or cannot be written.
    """

    @functools.wraps(work)
    def tried(url, *args):
        for left in reversed(range(TRIES)):
            try:
                with _opened(url) as gradebook:
                    done = work(gradebook, *args)
                    gradebook.db.commit()
                    return done
            except (SQLAlchemyError, InvalidEntry) as error:
                told = str(error).splitlines()[0]
                locked = "locked" in told or "busy" in told
                if not locked:
                    raise InfrastructureError(f"The gradebook cannot be used: {told}.") from None
                if not left:
                    raise InfrastructureError(
                        "The gradebook is locked by another program (another run, a backup): nothing was recorded; "
                        "grade again when it has ended."
                    ) from None
                time.sleep(PAUSE)
        return None

    return tried


def gradings(url, assignment):
    """Return what became of the submissions of an assignment: a dict of `Grading` by student.

    Of those that are "graded" only those are in it whose marks stand in the gradebook. Every run begins with this.
    """
    _opened.cache_clear()  # since the last run, another gradebook may have taken this one's place
    return _gradings(url, assignment)


@_patient
def _gradings(gradebook, assignment):
    try:
        gradebook.find_assignment(assignment)
    except MissingEntry:
        raise AutograderError(f"The gradebook does not know {assignment}: run `autograder build`.") from None
    rows = gradebook.db.execute(select(_TABLE).where(_TABLE.c.assignment == assignment)).mappings()
    columns = [column for column in _TABLE.c if column.key != "assignment"]
    found = {row[_TABLE.c.student]: Grading(**{column.key: row[column] for column in columns}) for row in rows}
    submitted = (
        select(SubmittedAssignment.student_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    unmarked = (
        submitted.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .where(GradeCell.cell_type == "code", Grade.auto_score.is_(None))
    )
    marked = set(gradebook.db.scalars(submitted)) - set(gradebook.db.scalars(unmarked))
    return {student: one for student, one in found.items() if one.state != "graded" or student in marked}


@_patient
def set_aside(gradebook, assignment, grading, hint):
    """Say that a submission has no mark, or no longer: a mark that stands is kept, but flagged as out of date.

    nbgrader then lists it for a person to look at, and `hint` is what the student reads beside it. What people gave,
    marks and comments, stays, and so does what is known of the answers that they gave it for.

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
    note_marked(gradebook, assignment, grading.student)  # which the flag would hide
    for notebook in notebooks:
        standing = [grade for grade in notebook.grades if grade.auto_score is not None]
        for grade in standing:
            grade.needs_manual_grade = True
        for comment in notebook.comments if standing else ():
            comment.auto_comment = hint
    _note(gradebook, assignment, grading)


@_patient
def save(gradebook, assignment, grading, outcome, timestamp, late, same=False):
    """Write the marks of one submission, all or none.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    grading : Grading
    outcome : autograder.grading.workers.Outcome
        With marks, comments and answers.
    timestamp : datetime or None
        When it was submitted, without a zone, in UTC.
    late : nbgrader.preprocessors.AssignLatePenalties
        As configured; its plug-in says what lateness costs.
    same : bool
        Whether this very submission was the last to be graded: a gradebook may be older than the table of answers.

    Returns
    -------
    dict of str to (str, float)
        By grade_id, `answers.CHANGED` or `answers.UNKNOWN` and the points that a person gave, where that person has to
        look again.
    """
    gradebook.update_or_create_student(grading.student)
    submission = gradebook.update_or_create_submission(assignment, grading.student)
    submission.timestamp = timestamp or submission.timestamp
    [notebook] = [one for one in submission.notebooks if one.name == assignment]
    for grade in notebook.grades:
        grade.auto_score = outcome.marks.get(grade.name)
    for comment in notebook.comments:
        comment.auto_comment = outcome.comments.get(comment.name)
    again = note_shown(gradebook, assignment, grading.student, outcome.answers, same)
    gradebook.db.flush()
    gradebook.db.refresh(notebook)
    notebook.late_submission_penalty = _penalty(submission, notebook, late)
    _note(gradebook, assignment, grading)
    return again


def note_marked(gradebook, assignment, student):
    """Write down which answers a person's marks are for, before anything flags these marks; not committed here.

    To be called ahead of whatever changes ``needs_manual_grade``, and as often as one likes.
    """
    known = _answers(gradebook, assignment, student)
    for grade in _grades(gradebook, assignment, student):
        if grade.name in known:
            shown, before = known[grade.name]
            if (mark := answers.marked(grade, (shown, before))) != before:
                _set_answer(gradebook, assignment, student, grade.name, shown, mark)


def note_shown(gradebook, assignment, student, shown, same=False):
    """Write down which answers people are shown from now on, and flag what a person has to mark; not committed here.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    assignment, student : str
    shown : dict of str to str
        As `answers.digests` returns it.
    same : bool
        As in `save`.

    Returns
    -------
    dict of str to (str, float)
        As of `save`.
    """
    known, again = _answers(gradebook, assignment, student), {}
    for grade in _grades(gradebook, assignment, student):
        answer = shown.get(grade.name, "")
        mark = answers.marked(grade, known.get(grade.name), answer if same else "")
        if state := answers.state(mark, answer):
            again[grade.name] = state, grade.manual_score
        waits = grade.auto_score is None and grade.manual_score is None
        grade.needs_manual_grade = waits or bool(state)
        if known.get(grade.name) != (answer, mark):
            _set_answer(gradebook, assignment, student, grade.name, answer, mark)
    return again


def to_look_at_again(gradebook, assignment, student):
    """Return, as `save` does, where a person's mark may not be for what is shown."""
    known = _answers(gradebook, assignment, student)
    found = {}
    for grade in _grades(gradebook, assignment, student):
        if grade.name in known:
            state = answers.state(answers.marked(grade, known[grade.name]), known[grade.name][0])
            found[grade.name] = state, grade.manual_score
    return {name: (state, points) for name, (state, points) in found.items() if state}


look_again = _patient(to_look_at_again)  # the same, of the gradebook at an address


def standing(gradebook, assignment, student):
    """Return a student's `Standing`, or None where there is no mark."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    if not has_marks(submission):
        return None
    penalty = submission.late_submission_penalty
    grades = _grades(gradebook, assignment, student)
    waiting = sum(grade.auto_score is None and grade.manual_score is None for grade in grades)
    again = len(to_look_at_again(gradebook, assignment, student))
    return Standing(max(0.0, submission.score - penalty), submission.max_score, penalty, waiting, again)


@_patient
def standings(gradebook, assignment, students):
    """Return the `Standing` of each of these students who has a mark.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    students : list of str

    Returns
    -------
    dict of str to Standing
    """
    found = {student: standing(gradebook, assignment, student) for student in students}
    return {student: one for student, one in found.items() if one is not None}


@_patient
def set_penalty(gradebook, assignment, student, late):
    """Take off for lateness what it costs by now: a due date, a plug-in or a person's marks may have changed.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment, student : str
    late : nbgrader.preprocessors.AssignLatePenalties
        As for `save`.

    Returns
    -------
    Standing or None
        None where there is no mark.
    """
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    for notebook in submission.notebooks if has_marks(submission) else ():
        notebook.late_submission_penalty = _penalty(submission, notebook, late)
    gradebook.db.flush()
    return standing(gradebook, assignment, student)


def has_marks(submission):
    """Whether each graded code cell of a submission, one of nbgrader's, has a mark, by the judge or by a person."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades if grade.cell_type == "code"]
    return all(grade.auto_score is not None or grade.manual_score is not None for grade in grades)


@_patient
def forget(gradebook, assignment, students):
    """Forget what became of submissions that lie there no more and left no mark; a mark stays.

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
            gradebook.db.execute(delete(_TABLE).where(_TABLE.c.assignment == assignment, _TABLE.c.student == student))


def not_current(gradebook):
    """Return (assignment, student) of all submissions that have no mark, or one that is out of date.

    Those are meant that ``autograder grade`` has met; what nbgrader alone has graded is as nbgrader says.
    """
    _TABLE.metadata.create_all(gradebook.db.connection())
    rows = gradebook.db.execute(select(_TABLE.c.assignment, _TABLE.c.student).where(_TABLE.c.state != "graded"))
    return {(row.assignment, row.student) for row in rows}


def withheld(gradebook, assignment, student):
    """Return why what a student handed in last has no feedback of its own, or None if it has."""
    _TABLE.metadata.create_all(gradebook.db.connection())
    this = (_TABLE.c.assignment == assignment, _TABLE.c.student == student)
    return gradebook.db.scalar(select(_TABLE.c.message).where(*this, _TABLE.c.state.in_(NOT_READ)))


def note_nbgrader(gradebook, assignment, student):
    """Say that nbgrader's own command has just marked a submission; to be committed by who calls."""
    _note(gradebook, assignment, Grading(student, "graded", BY_NBGRADER, "", "", ""))


def make_room(path, assignment, cells):
    """Let an assignment's cells change in the gradebook at `path`, if no real submission forbids it.

    Demo students' submissions are removed; they can be made again.

    Parameters
    ----------
    path : Path
        An SQLite gradebook.
    assignment : str
    cells : set of str
        The grade_ids that the assignment is about to have.

    Raises
    ------
    BuildError
        If graded cells would be added or removed although real students have submitted.
    """
    with Gradebook(database(path)) as gradebook:
        try:
            notebook = gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            return
        present = {cell.name for cell in notebook.source_cells}
        if present == cells:
            return
        students = {submission.assignment.student_id for submission in notebook.submissions}
        real = sorted(student for student in students if not student.startswith(DEMO))
        if real:
            raise BuildError(
                f"{assignment}: {len(real)} students have submitted (the first is {real[0]}), so its cells cannot be "
                f"added or removed any more ({', '.join(sorted(present ^ cells))}). Take the change back, or move "
                "course/gradebook.db away."
            )
        for student in students:
            gradebook.remove_student(student)


def knows(path, assignments):
    """Whether the gradebook at `path` holds all these assignments."""
    with Gradebook(database(path)) as gradebook:
        return set(assignments) <= {assignment.name for assignment in gradebook.assignments}


def forget_demo(path):
    """Remove the sample class from the gradebook at `path`."""
    with Gradebook(database(path)) as gradebook:
        for student in [student.id for student in gradebook.students if student.id.startswith(DEMO)]:
            gradebook.remove_student(student)
        _TABLE.metadata.create_all(gradebook.db.connection())
        for table in (_TABLE, ANSWERS):  # also of those who never had a mark, whom nbgrader does not know
            gradebook.db.execute(delete(table).where(table.c.student.startswith(DEMO, autoescape=True)))
        gradebook.db.commit()


def _penalty(submission, notebook, late):
    """Return what nbgrader's plug-in takes off for lateness, between nothing and the whole score."""
    if submission.total_seconds_late <= 0:
        return None
    late.init_plugin()
    penalty = late.plugin_inst.late_submission_penalty(
        submission.student_id, notebook.score, submission.total_seconds_late
    )
    return None if penalty is None else min(max(penalty, 0), notebook.score)


def _grades(gradebook, assignment, student):
    """Return nbgrader's grades of a submission; none if there is no submission."""
    try:
        return [grade for one in gradebook.find_submission(assignment, student).notebooks for grade in one.grades]
    except MissingEntry:
        return []


def _answers(gradebook, assignment, student):
    """Return, by grade_id, the answer that people were last shown and the one that they marked."""
    theirs = (ANSWERS.c.assignment == assignment) & (ANSWERS.c.student == student)
    return {row.cell: (row.shown, row.marked) for row in gradebook.db.execute(select(ANSWERS).where(theirs))}


def _set_answer(gradebook, assignment, student, cell, shown, marked):
    theirs = (ANSWERS.c.assignment == assignment) & (ANSWERS.c.student == student) & (ANSWERS.c.cell == cell)
    gradebook.db.execute(delete(ANSWERS).where(theirs))
    row = {"assignment": assignment, "student": student, "cell": cell, "shown": shown, "marked": marked}
    gradebook.db.execute(insert(ANSWERS).values(**row))


def _note(gradebook, assignment, grading):
    row = {"assignment": assignment, **vars(grading)}
    gradebook.db.execute(delete(_TABLE).where(_TABLE.c.assignment == assignment, _TABLE.c.student == grading.student))
    gradebook.db.execute(insert(_TABLE).values(**row))
