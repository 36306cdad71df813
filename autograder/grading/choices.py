"""Know what people chose for written answers: items of their rubrics, and the points and the comment that follow.

A choice keeps the points and the comment that it led to. Where the gradebook holds others, somebody has marked the
answer elsewhere since, and that mark stands.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    SolutionCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from autograder.course.rubrics import RubricItem
from autograder.grading import manual_marks
from autograder.grading.database import ANSWERS, CHOICES, patient


@dataclass(frozen=True)
class Choice:
    """What a person chose for an answer.

    Attributes
    ----------
    items : tuple of str
        The ids of rubric items, in the rubric's order.
    points : float or None
        Where there are no items: points that a person gave otherwise, for instance 0 on purpose. None for none.
    note : str
        A comment besides those of the items.
    """

    items: tuple[str, ...] = ()
    points: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """A student's answer as the gradebook knows it.

    Attributes
    ----------
    student : str
    shown : str
        The hash of the answer that people are shown; empty if it is not known.
    automatic, score : float or None
        What the grader gave (0 for a cell that was not filled in), and what a person gave.
    most : float
    comment : str or None
        A person's.
    outdated : str
        `manual_marks.CHANGED` or `manual_marks.UNKNOWN` where the person's mark may be for another answer.
    flagged : bool
        Whether nbgrader lists it for a person.
    choice : Choice or None
        What was chosen here, if the mark is still the one that it led to.
    elsewhere : bool
        Whether a person marked it without choosing items, in formgrader for instance.
    alone : bool
        Whether it was marked for itself, although others may be identical.
    """

    student: str
    shown: str
    automatic: float | None
    score: float | None
    most: float
    comment: str | None
    outdated: str
    flagged: bool
    choice: Choice | None
    elsewhere: bool
    alone: bool

    def waits(self, items: Sequence[RubricItem]) -> bool:
        """Whether a person has to read it: for the first time, or again."""
        return (self.score is None and self.automatic is None) or bool(self.outdated) or self.lost(items)

    def lost(self, items: Sequence[RubricItem]) -> bool:
        """Whether an item was chosen that the rubric no longer has."""
        return self.choice is not None and not set(self.choice.items) <= {item.id for item in items}


def score(choice: Choice, items: Sequence[RubricItem], most: float) -> float | None:
    """Return what a choice earns, from 0 to `most`; None if nothing was chosen, which is not the same as 0."""
    if not choice.items:
        return choice.points
    return min(max(sum(item.points for item in items if item.id in choice.items), 0.0), most)


def comment(choice: Choice, items: Sequence[RubricItem]) -> str | None:
    """Return the comment that a student reads, the sentences of the chosen items and then the note, or None."""
    parts = [item.comment for item in items if item.id in choice.items]
    return "\n\n".join(filter(None, (*parts, choice.note.strip()))) or None


def present(answer: Answer, items: Sequence[RubricItem]) -> Choice:
    """Return the choice to show for an answer; of a mark made elsewhere its points, and what it says beside items."""
    if answer.choice is not None:
        return answer.choice
    sentences = {item.comment for item in items}
    note = "\n\n".join(part for part in (answer.comment or "").split("\n\n") if part.strip() not in sentences)
    return Choice((), answer.score, note)


def version(found: Iterable[Answer]) -> str:
    """Return a hash of all that a person who marks these answers should have seen."""
    seen = [(one.student, one.shown, one.score, one.comment, one.outdated) for one in found]
    return hashlib.sha256(json.dumps(sorted(seen)).encode()).hexdigest()[:16]


def answers(
    gradebook: Gradebook, assignment: str, cell: str, students: Sequence[str] | None = None
) -> dict[str, Answer]:
    """Return every `Answer` to a question, or those of some students, by student."""
    marks, comments = (
        select(SubmittedAssignment.student_id, *columns)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(table, table.notebook_id == SubmittedNotebook.id)
        .join(kind, kind.id == table.cell_id)
        .where(Assignment.name == assignment, kind.name == cell, *_theirs(SubmittedAssignment.student_id, students))
        for table, kind, columns in (
            (Grade, GradeCell, (Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade, GradeCell.max_score)),
            (Comment, SolutionCell, (Comment.manual_comment,)),
        )
    )
    shown, chosen = (
        select(table).where(table.c.assignment == assignment, table.c.cell == cell, *_theirs(table.c.student, students))
        for table in (ANSWERS, CHOICES)
    )
    words = {row.student_id: row.manual_comment for row in gradebook.db.execute(comments)}
    known, choice = ({row.student: row for row in gradebook.db.execute(one)} for one in (shown, chosen))
    return {
        row.student_id: _answer(row, words[row.student_id], known.get(row.student_id), choice.get(row.student_id))
        for row in gradebook.db.execute(marks)
        if row.student_id in words
    }


def _theirs(column: Any, students: Sequence[str] | None) -> list[Any]:
    return [] if students is None else [column.in_(students)]


answers_at = patient(answers)  # the same, of the gradebook at an address


def _answer(grade: Any, words: str | None, shown: Any, chosen: Any) -> Answer:
    now = shown.shown if shown else ""
    marked = manual_marks.marked(grade, (now, shown.marked) if shown else None)
    same = chosen is not None and (chosen.score, chosen.comment) == (grade.manual_score, words)
    about = json.loads(chosen.choice) if same else None
    return Answer(
        student=grade.student_id,
        shown=now,
        automatic=grade.auto_score,
        score=grade.manual_score,
        most=grade.max_score,
        comment=words,
        outdated=manual_marks.outdated(marked, now) if shown else "",
        flagged=grade.needs_manual_grade,
        choice=Choice(tuple(about["items"]), about["points"], about["note"]) if about else None,
        elsewhere=not same and grade.manual_score is not None,
        alone=bool(chosen and chosen.alone),
    )
