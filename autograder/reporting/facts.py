"""Read what a report is made from: the gradebook, and what the autograded notebooks say of how they were judged."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Assignment, Grade, GradeCell, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import is_grade
from sqlalchemy import select

from autograder.course import Course, rules
from autograder.course.gradebook_address import gradebook_url
from autograder.errors import BadInput
from autograder.grading import export, gradebook
from autograder.grading.course_rules import counted, days_late
from autograder.grading.database import opened
from autograder.grading.workers import nbgrader_config

Result = Mapping[str, Any]
_WITH_MARK = ("graded", "needs a person")  # a row's status where the mark is of what was handed in last


@dataclass(frozen=True)
class Judged:
    """What is known of one judged submission.

    Attributes
    ----------
    student : str
    results : dict of str to dict
        By exercise, as `autograder.judging.stages.describe` writes them.
    total, most : float
        Points for code, with what the rules say of excused exercises; and what they could be.
    seconds : float
    remarks : int
        How many sentences the student reads about the notebook.
    sources : tuple of str
        The code of all cells, in order.
    """

    student: str
    results: Mapping[str, Result]
    total: float
    most: float
    seconds: float
    remarks: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ClassFacts:
    """What is known of a class.

    Attributes
    ----------
    rows : tuple of autograder.grading.export.Row
        One a student.
    states : dict of str to str
        Of students without a current mark, what became of what they handed in.
    late : frozenset of str
    judged : tuple of Judged
        One for each student with a current mark.
    unmarked, changed : dict of str to int
        By written answer, how many wait for a person, and how many a person must look at again.
    sample : bool
        Whether this is the sample class, since there is no other.
    """

    rows: tuple[export.Row, ...]
    states: Mapping[str, str]
    late: frozenset[str]
    judged: tuple[Judged, ...]
    unmarked: Mapping[str, int]
    changed: Mapping[str, int]
    sample: bool


def read(course: Course, assignment: str) -> ClassFacts:
    """Return what is known of a class; of the sample class, if there is no other.

    Raises
    ------
    BadInput
        If there is no such assignment, or nobody has handed it in.
    """
    if assignment not in course.assignments:
        raise BadInput(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    url = gradebook_url(course, nbgrader_config(course))
    gradebook.require_assignment(url, assignment)
    gradings = gradebook.gradings(url, assignment)
    with opened(url) as book:
        rows, sample = export.rows(course, book, {assignment})[assignment], False
        if not rows:
            rows, sample = export.rows(course, book, {assignment}, samples=True)[assignment], True
        moments = {one.student_id: one for one in book.find_assignment(assignment).submissions}
        late = frozenset(name for name, one in moments.items() if _is_late(course, one))
        selected = (
            select(SubmittedAssignment.student_id, GradeCell.name, Grade)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(GradeCell, GradeCell.id == Grade.cell_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == assignment, Grade.needs_manual_grade)
        )
        flagged = [(student, cell, grade.manual_score is None) for student, cell, grade in book.db.execute(selected)]
    if not rows:
        raise BadInput(f"Nobody has handed in {assignment}, so there is nothing to report.")
    marked = {row.student_id for row in rows if row.status in _WITH_MARK}
    waiting = [(cell, new) for student, cell, new in flagged if student in marked]
    cells = [cell.metadata.nbgrader.grade_id for cell in course.release(assignment).cells if is_grade(cell)]
    excused = rules.read(course).excused
    found = {student: _judged(course, assignment, student, excused) for student in sorted(marked)}
    states = {
        row.student_id: gradings[row.student_id].state if row.student_id in gradings else "not graded"
        for row in rows
        if row.status in ("no mark", "out of date")
    }
    states |= {student: "earlier" for student, one in found.items() if one is None}
    return ClassFacts(
        rows=tuple(rows),
        states=states,
        late=late & {row.student_id for row in rows},
        judged=tuple(one for one in found.values() if one is not None),
        unmarked=_counts(cells, [cell for cell, new in waiting if new]),
        changed=_counts(cells, [cell for cell, new in waiting if not new]),
        sample=sample,
    )


def _is_late(course: Course, submission: SubmittedAssignment) -> bool:
    late, seconds = rules.read(course).late, submission.total_seconds_late
    return bool(days_late(late, seconds) if late else seconds > 0)


def _counts(cells: Iterable[str], found: list[str]) -> dict[str, int]:
    return {cell: found.count(cell) for cell in cells if cell in found}


def _judged(course: Course, assignment: str, student: str, excused: Mapping[str, str]) -> Judged | None:
    """Return what the autograded notebook of a student says; None where it is not one of this grader's."""
    path = course.workspace / "autograded" / student / assignment / f"{assignment}.ipynb"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))  # our own writer's: to validate it takes far longer
        about, cells = notebook["metadata"]["unrolled"], notebook["cells"]
        results = about["results"]
        if not all("unnamed" in result for result in results.values()):
            return None
    except (OSError, ValueError, KeyError):
        return None
    points = counted({name: (one["score"], one["max_score"]) for name, one in results.items()}, excused)
    sources = tuple(_text(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    most = sum(one["max_score"] for one in results.values())
    seconds, remarks = float(about.get("execution_time") or 0.0), len(about.get("repairs", []))
    return Judged(student, results, round(sum(points.values()), 2), most, seconds, remarks, sources)


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
