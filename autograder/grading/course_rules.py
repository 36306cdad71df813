"""Let the course's rules (`autograder.course.rules`) decide what a mark counts, when it is recorded."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from nbgrader.api import SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin

from autograder.course.rules import GIVEN, Late, Rules, read
from autograder.judging.judge import current_course

_DAY = 86400.0


class ByTheRules(LateSubmissionPlugin):
    """What ``course.toml`` says that lateness costs; if it says nothing, what ``c.LateSubmissionPlugin`` says.

    nbgrader's `AssignLatePenalties`, its parent, knows which assignment of which gradebook this is about.
    """

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to take off, as nbgrader asks for them."""
        late = read(current_course(self)).late
        if late is None:
            penalty: float | None = super().late_submission_penalty(student_id, score, total_seconds_late)
            return penalty
        submissions = self.parent.gradebook.find_student(student_id).submissions
        days = days_late(late, total_seconds_late) - grace_days(late, submissions, self.parent.assignment_id)
        return score * min(late.cap, late.percent_a_day * days) / 100


def days_late(late: Late, seconds: float) -> int:
    """Return how many days have begun since the due date, or 0 within the minutes that are no lateness."""
    return math.ceil(seconds / _DAY) if seconds > 60 * late.grace_minutes else 0


def grace_days(late: Late, submissions: list[SubmittedAssignment], assignment: str) -> int:
    """Return how many days of lateness cost nothing for an assignment; those that were due before it come first."""
    left = int(late.grace_days)
    for one in sorted((one for one in submissions if one.duedate), key=lambda one: (one.duedate, one.name)):
        days = min(left, days_late(late, one.total_seconds_late))
        if one.name == assignment:
            return days
        left -= days
    return 0


def set_dates(submission: SubmittedAssignment, rules: Rules) -> None:
    """Let the gradebook know until when a submission could be handed in, if the rules speak of due dates."""
    if found := dates(submission.assignment.name, submission.student_id, rules):
        submission.assignment.duedate, submission.extension = found


def dates(assignment: str, student: str, rules: Rules) -> tuple[datetime | None, timedelta | None] | None:
    """Return, as the gradebook has them, a due date and how much longer a student has; None without such rules."""
    if rules.due is None:
        return None
    due, until = rules.due.get(assignment), rules.people.extensions.get((assignment, student))
    return _in_utc(due), until - due if due and until else None


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def counted(scores: Mapping[str, tuple[float, float]], excused: Mapping[str, str]) -> dict[str, float]:
    """Return what each exercise of an assignment counts, by its name, where some of them are excused.

    Parameters
    ----------
    scores : dict of str to (float, float)
        By exercise, the points that it earned and the most that it is worth.
    excused : dict of str to str
        As `Rules` has it; other assignments' exercises may be in it.

    Examples
    --------
    >>> counted({"a": (5, 10), "b": (0, 10), "c": (10, 10)}, {"b": "given"})
    {'a': 5, 'b': 10, 'c': 10}
    >>> counted({"a": (5, 10), "b": (0, 10), "c": (10, 10)}, {"b": "rescaled"})
    {'a': 5, 'b': 7.5, 'c': 10}
    """
    others = [points for name, points in scores.items() if name not in excused]
    earned, most = (sum(column) for column in zip(*others, strict=True)) if others else (1, 1)
    share = earned / most if most else 1.0
    points: dict[str, Any] = {name: score for name, (score, _) in scores.items()}
    for name in excused.keys() & scores.keys():
        worth = scores[name][1]
        points[name] = worth if excused[name] == GIVEN else round(worth * share, 2)
    return points


def excuse(notebook: SubmittedNotebook, judged: Mapping[str, float | None], rules: Rules) -> None:
    """Write into the gradebook what a notebook's exercises count.

    Parameters
    ----------
    notebook : nbgrader.api.SubmittedNotebook
    judged : dict of str to float
        By grade_id, what each exercise earned; None for what a person has to grade.
    rules : Rules
    """
    by_cell = {f"test_{exercise}": how for exercise, how in rules.excused.items()}
    scores = {}
    for grade in notebook.grades:
        if (score := judged.get(grade.name)) is not None:
            scores[grade.name] = score, grade.max_score
    points = counted(scores, by_cell)
    for grade in notebook.grades:
        grade.auto_score = points.get(grade.name, grade.auto_score)
