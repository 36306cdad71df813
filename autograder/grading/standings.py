"""Add up a student's current mark: with the points that people gave, and less the penalty for lateness."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties

from autograder.course.rules import Rules
from autograder.grading import course_rules, manual_marks
from autograder.grading.database import patient, writing


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
def everybody(gradebook: Gradebook, assignment: str) -> dict[str, Standing]:
    """Return the `Standing` of every student who has a mark in an assignment of the gradebook at this address."""
    found = {
        one.student_id: standing(gradebook, assignment, one.student_id)
        for one in gradebook.assignment_submissions(assignment)
    }
    return {student: one for student, one in found.items() if one is not None}


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
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return None
    if not has_marks(submission):
        return None
    before = max(0.0, submission.score - submission.late_submission_penalty)
    for notebook in submission.notebooks:
        apply_rules(gradebook, submission, notebook, late, rules, judged)
    found = standing(gradebook, assignment, student)
    return found if found is None or abs(found.score - before) < 1e-9 else replace(found, before=before)


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
