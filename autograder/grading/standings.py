"""Add up a student's current mark: with the points that people gave, and less the penalty for lateness."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, GradeCell, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Row, select

from autograder.collecting import submissions
from autograder.course.rules import Rules
from autograder.grading import course_rules, manual_marks
from autograder.grading.database import patient, writing

BATCH = 500  # students
T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """A student's mark as it counts now, and what in it waits for a person.

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
    before : float or None
        The score until a changed rule, rubric, due date or plug-in moved it just now; None if nothing did.
    """

    score: float
    max_score: float
    penalty: float
    waiting: int
    again: int
    before: float | None = None


@dataclass(frozen=True)
class Recorded:
    """What the gradebook holds of a student's submission.

    Attributes
    ----------
    standing : Standing or None
        None where there is no mark.
    timestamp : datetime or None
        When it was handed in, without a zone, in UTC.
    dates : (datetime or None, timedelta or None)
        Until when it could be, and how much longer this student had.
    scores : dict of str to float or None
        By grade_id, the points without what people gave.
    """

    standing: Standing | None
    timestamp: datetime | None
    dates: tuple[datetime | None, timedelta | None]
    scores: Mapping[str, float | None]

    def follows(self, assignment: str, student: str, rules: Rules, judged: Mapping[str, float | None]) -> bool:
        """Whether `follow_rules` would change nothing; False where only it can tell, as where something is late."""
        due, longer = self.dates
        return (
            self.dates == (course_rules.dates(assignment, student, rules) or self.dates)
            and not (self.timestamp and due and self.timestamp > due + (longer or timedelta()))
            and not (self.standing and self.standing.penalty)
            and not any(f"test_{exercise}" in self.scores for exercise in rules.excused)
            and all(score in (None, self.scores.get(name, score)) for name, score in judged.items())
        )


def recorded(gradebook: Gradebook, assignment: str, students: Collection[str] | None = None) -> dict[str, Recorded]:
    """Return what a gradebook that is open holds of an assignment's submissions, by student: of these, or of all.

    A name that cannot be a student's has no submission there, and a database may not even take the question.
    """
    cells, graded = BaseCell.__table__.c, GradeCell.__table__.c
    about = gradebook.db.execute(
        select(Assignment.id, Assignment.duedate, Assignment.max_score).where(Assignment.name == assignment)
    ).one_or_none()
    if about is None:
        return {}
    wanted = (
        select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            SubmittedNotebook.id.label("notebook"),
            SubmittedNotebook.late_submission_penalty.label("penalty"),
            cells.name,
            graded.cell_type,
            Grade.auto_score,
            Grade.manual_score,
            Grade.needs_manual_grade,
            Grade.score.label("score"),
        )
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .outerjoin(BaseCell.__table__, cells.id == Grade.cell_id)
        .outerjoin(GradeCell.__table__, graded.id == Grade.cell_id)
        .where(SubmittedAssignment.assignment_id == about.id)
    )
    if students is not None:
        students = [student for student in students if submissions.usable(student)]
        wanted = wanted.where(SubmittedAssignment.student_id.in_(students))
    by_student: dict[str, list[Row[Any]]] = {}
    for row in gradebook.db.execute(wanted):
        by_student.setdefault(row.student_id, []).append(row)
    answers = manual_marks.answers(gradebook, assignment, students)
    return {
        one: Recorded(
            _standing(rows, about.max_score, answers.get(one, {})),
            rows[0].timestamp,
            (about.duedate, rows[0].extension),
            {row.name: row.auto_score for row in rows if row.name is not None},
        )
        for one, rows in by_student.items()
    }


recorded_at = patient(recorded)  # the same, of the gradebook at an address


def _standing(rows: list[Row[Any]], max_score: float, answers: manual_marks.Answers) -> Standing | None:
    """Return the `Standing` of a submission, from one row for each of its grades."""
    grades = [row for row in rows if row.name is not None]
    if not has_marks(grades):
        return None
    penalty = sum({row.notebook: row.penalty or 0.0 for row in rows}.values())
    score = max(0.0, sum(row.score for row in grades) - penalty)
    waiting = sum(row.auto_score is None and row.manual_score is None for row in grades)
    return Standing(score, max_score, penalty, waiting, len(manual_marks.outdated_marks(grades, answers)))


def standing(gradebook: Gradebook, assignment: str, student: str) -> Standing | None:
    """Return a student's `Standing`, or None where there is no mark."""
    found = recorded(gradebook, assignment, [student]).get(student)
    return found.standing if found else None


def everybody(url: str, assignment: str) -> dict[str, Standing]:
    """Return the `Standing` of every student who has a mark in an assignment of the gradebook at this address."""
    return _marked(recorded_at(url, assignment))


def standings(url: str, assignment: str, students: Collection[str]) -> dict[str, Standing]:
    """Return the `Standing` of each of these students who has a mark in the gradebook at this address."""
    return _marked(recorded_at(url, assignment, students))


def batches(everything: Iterable[T]) -> Iterator[list[T]]:
    """Yield parts of what is to be looked up in the gradebook: at once a large class would take much memory."""
    rest = iter(everything)
    while some := list(islice(rest, BATCH)):
        yield some


def _marked(found: Mapping[str, Recorded]) -> dict[str, Standing]:
    return {student: one.standing for student, one in found.items() if one.standing is not None}


@writing
def follow_rules(
    gradebook: Gradebook,
    assignment: str,
    student: str,
    late: AssignLatePenalties,
    rules: Rules,
    judged: Mapping[str, float | None],
) -> Standing | None:
    """Let a mark count what it counts by now: rules, a due date, a plug-in or a person's marks may have changed.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment, student : str
    late : nbgrader.preprocessors.AssignLatePenalties
        As for `autograder.grading.gradebook.save`.
    rules : Rules
        The course's.
    judged : dict of str to float
        By grade_id, what each exercise earned; empty if that is not known.

    Returns
    -------
    Standing or None
        None where there is no mark.
    """
    before = standing(gradebook, assignment, student)
    if before is None:
        return None
    submission = gradebook.find_submission(assignment, student)
    for notebook in submission.notebooks:
        apply_rules(gradebook, submission, notebook, late, rules, judged)
    found = standing(gradebook, assignment, student)
    return found if found is None or abs(found.score - before.score) < 1e-9 else replace(found, before=before.score)


def apply_rules(
    gradebook: Gradebook,
    submission: SubmittedAssignment,
    notebook: SubmittedNotebook,
    late: AssignLatePenalties,
    rules: Rules,
    judged: Mapping[str, float | None],
) -> None:
    """Set the dates of a submission, what excused exercises count, and the penalty for lateness.

    The parameters are those of `follow_rules`, and the submission and its notebook, in the gradebook that is open.
    """
    course_rules.set_dates(submission, rules)
    course_rules.excuse(notebook, judged, rules)
    gradebook.db.flush()
    gradebook.db.refresh(notebook)
    late.gradebook, late.assignment_id = gradebook, submission.assignment.name  # a plug-in may ask for them
    notebook.late_submission_penalty = penalty(submission, notebook, late)
    gradebook.db.flush()
    gradebook.db.expire(submission)


def has_marks(grades: Iterable[Grade]) -> bool:
    """Whether each graded code cell of a submission has a mark, by the judge or by a person."""
    return all(
        grade.auto_score is not None or grade.manual_score is not None for grade in grades if grade.cell_type == "code"
    )


def penalty(submission: SubmittedAssignment, notebook: SubmittedNotebook, late: AssignLatePenalties) -> float | None:
    """Return what nbgrader's plug-in takes off for lateness, between nothing and the whole score."""
    if submission.total_seconds_late <= 0:
        return None
    late.init_plugin()
    penalty = late.plugin_inst.late_submission_penalty(
        submission.student_id, notebook.score, submission.total_seconds_late
    )
    return None if penalty is None else min(max(penalty, 0), notebook.score)
