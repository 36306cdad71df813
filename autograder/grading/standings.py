"""Add up a student's current mark: with the points that people gave, and less the penalty for lateness."""

from dataclasses import dataclass

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties

from autograder.grading import manual_marks
from autograder.grading.database import patient


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
    """

    score: float
    max_score: float
    penalty: float
    waiting: int
    again: int


def standing(gradebook: Gradebook, assignment: str, student: str) -> Standing | None:
    """Return a student's `Standing`, or None where there is no mark."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    if not has_marks(submission):
        return None
    penalty = submission.late_submission_penalty
    grades = manual_marks.grades(gradebook, assignment, student)
    waiting = sum(grade.auto_score is None and grade.manual_score is None for grade in grades)
    again = len(manual_marks.marks_to_review(gradebook, assignment, student))
    return Standing(max(0.0, submission.score - penalty), submission.max_score, penalty, waiting, again)


@patient
def standings(gradebook: Gradebook, assignment: str, students: list[str]) -> dict[str, Standing]:
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


@patient
def set_penalty(gradebook: Gradebook, assignment: str, student: str, late: AssignLatePenalties) -> Standing | None:
    """Set the penalty for lateness as it is now: a due date, a plug-in or a person's marks may have changed.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment, student : str
    late : nbgrader.preprocessors.AssignLatePenalties
        As for `autograder.grading.gradebook.save`.

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
        notebook.late_submission_penalty = penalty(submission, notebook, late)
    gradebook.db.flush()
    return standing(gradebook, assignment, student)


def has_marks(submission: SubmittedAssignment) -> bool:
    """Whether each graded code cell of a submission, one of nbgrader's, has a mark, by the judge or by a person."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades if grade.cell_type == "code"]
    return all(grade.auto_score is not None or grade.manual_score is not None for grade in grades)


def penalty(submission: SubmittedAssignment, notebook: SubmittedNotebook, late: AssignLatePenalties) -> float | None:
    """Return what nbgrader's plug-in takes off for lateness, between nothing and the whole score."""
    if submission.total_seconds_late <= 0:
        return None
    late.init_plugin()
    penalty = late.plugin_inst.late_submission_penalty(
        submission.student_id, notebook.score, submission.total_seconds_late
    )
    return None if penalty is None else min(max(penalty, 0), notebook.score)
