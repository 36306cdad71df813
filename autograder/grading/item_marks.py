"""Mark written answers by the items of their rubrics: the one way in which a choice enters the gradebook.

The choice stands in the gradebook, in a table of our own, because points, comment and choice are then written in one
transaction: a process that is killed leaves all of them or none. To nbgrader and to `autograder.grading.manual_marks`
such a mark is a person's like one that was made in formgrader.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy import delete, insert, select

from autograder.course.rubrics import RubricItem
from autograder.grading import leases
from autograder.grading.choices import Answer, Choice, answers, comment, score, version
from autograder.grading.database import CHOICES, STEPS, patient, writing

KEPT = 24 * 3600.0  # seconds for which an action can be undone


@dataclass(frozen=True)
class Moved:
    """A mark that a changed rubric moved."""

    student: str
    cell: str
    before: float
    after: float


@writing
def open_one(
    gradebook: Gradebook,
    assignment: str,
    cell: str,
    holder: str,
    choose: Callable[[dict[str, Answer], set[str]], tuple[str, ...]],
    leave: Sequence[str] = (),
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """Choose answers that are to be marked together, and hold them.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment, cell : str
    holder : str
        A window of a browser.
    choose : callable
        Takes all answers, and the students whose answers others have open; returns students, or none.
    leave : sequence of str
        The students whose answers this window gives back.

    Returns
    -------
    dict of str to Answer, tuple of str
        All answers, and the students that were chosen.
    """
    others = leases.held(gradebook, assignment, cell, holder)
    leases.drop(gradebook, assignment, cell, holder, leave)
    found = answers(gradebook, assignment, cell)
    chosen = choose(found, others)
    leases.take(gradebook, assignment, cell, holder, chosen)
    return found, chosen


@writing
def mark(
    gradebook: Gradebook,
    assignment: str,
    cell: str,
    holder: str,
    students: Sequence[str],
    seen: str,
    choice: Choice,
    items: Sequence[RubricItem],
) -> bool:
    """Give answers the points and the comment of a choice, all or none, if they are as they were seen.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment, cell : str
    holder : str
        A window of a browser; it must hold the answers, or nobody.
    students : sequence of str
    seen : str
        The `version` of these answers that was looked at.
    choice : Choice
    items : sequence of RubricItem
        The question's.

    Returns
    -------
    bool
        Whether it was done; else nothing was changed.
    """
    others = leases.held(gradebook, assignment, cell, holder)
    known = answers(gradebook, assignment, cell, students)
    found = list(known.values())
    if others & set(students) or len(found) != len(students) or version(found) != seen:
        return False
    before = json.dumps([_state(gradebook, assignment, cell, one) for one in found])
    for one in found:
        given, words = score(choice, items, one.most), comment(choice, items)
        alone = one.alone or one.elsewhere
        waits = given is None and one.automatic is None
        _write(gradebook, assignment, cell, one.student, given, words, waits, choice, alone)
    leases.take(gradebook, assignment, cell, holder, students)
    after = version(answers(gradebook, assignment, cell, students).values())
    about = {"assignment": assignment, "cell": cell, "holder": holder, "moment": time.time()}
    gradebook.db.execute(delete(STEPS).where(STEPS.c.moment < time.time() - KEPT))
    gradebook.db.execute(insert(STEPS).values(**about, before=before, after=after))
    return True


def undo(url: str, assignment: str, holder: str) -> tuple[str, tuple[str, ...], bool] | None:
    """Take back what a holder did last, in the gradebook at this address.

    Returns
    -------
    (str, tuple of str, bool) or None
        The question, the students, and whether it was done: an answer that was marked otherwise meanwhile is left as it
        is. None if there is nothing to take back.
    """
    last = _last_step(url, assignment, holder)
    return None if last is None else _take_back(url, assignment, holder, last)


@patient
def _last_step(gradebook: Gradebook, assignment: str, holder: str) -> dict[str, Any] | None:
    mine = (STEPS.c.assignment == assignment) & (STEPS.c.holder == holder)
    last = gradebook.db.execute(select(STEPS).where(mine).order_by(STEPS.c.id.desc()).limit(1)).mappings().first()
    return None if last is None else dict(last)


@writing
def _take_back(
    gradebook: Gradebook, assignment: str, holder: str, step: dict[str, Any]
) -> tuple[str, tuple[str, ...], bool]:
    """Take back one step, and no other where this is tried again: its server may stop just after it was done."""
    cell, states = step["cell"], json.loads(step["before"])
    students = tuple(state["student"] for state in states)
    if not gradebook.db.scalar(select(STEPS.c.id).where(STEPS.c.id == step["id"])):
        return cell, students, True
    gradebook.db.execute(delete(STEPS).where(STEPS.c.id == step["id"]))
    others = leases.held(gradebook, assignment, cell, holder)
    same = version(answers(gradebook, assignment, cell, students).values()) == step["after"]
    if others & set(students) or not same:
        return cell, students, False
    for state in states:
        given, words, flagged, row = state["score"], state["comment"], state["flagged"], state["row"]
        _write(gradebook, assignment, cell, state["student"], given, words, flagged, None, False)
        if row:
            gradebook.db.execute(insert(CHOICES).values(**row))
    leases.take(gradebook, assignment, cell, holder, students)
    return cell, students, True


@writing
def rescore(
    gradebook: Gradebook,
    assignment: str,
    rubric: Mapping[str, Sequence[RubricItem]],
    students: Sequence[str] | None = None,
) -> list[Moved]:
    """Give every answer what its chosen items are worth and say by now; return the marks that moved.

    A mark that was made elsewhere since stands, and so does one of an item that is no longer there.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    rubric : dict of str to sequence of RubricItem
        By question; see `autograder.course.rubrics.items`.
    students : sequence of str, optional
        Only theirs.
    """
    moved = []
    for cell, items in rubric.items():
        for one in answers(gradebook, assignment, cell, students).values() if items else ():
            if one.choice is None or one.lost(items):
                continue
            given, words = score(one.choice, items, one.most), comment(one.choice, items)
            if (given, words) == (one.score, one.comment):
                continue
            _write(gradebook, assignment, cell, one.student, given, words, one.flagged, one.choice, one.alone)
            if one.score is not None and given is not None and given != one.score:
                moved.append(Moved(one.student, cell, one.score, given))
    return moved


def _write(
    gradebook: Gradebook,
    assignment: str,
    cell: str,
    student: str,
    given: float | None,
    words: str | None,
    flagged: bool,
    choice: Choice | None,
    alone: bool,
) -> None:
    """Write a person's points and comment as formgrader does, and the choice that they follow from, if any."""
    where = (cell, assignment, assignment, student)
    grade, written = gradebook.find_grade(*where), gradebook.find_comment(*where)
    grade.manual_score, grade.needs_manual_grade = given, flagged
    written.manual_comment = words
    row = {"assignment": assignment, "cell": cell, "student": student}
    gradebook.db.execute(delete(CHOICES).where(*(CHOICES.c[name] == value for name, value in row.items())))
    if choice is not None:
        text = json.dumps(vars(choice))
        gradebook.db.execute(insert(CHOICES).values(**row, choice=text, score=given, comment=words, alone=alone))


def _state(gradebook: Gradebook, assignment: str, cell: str, one: Answer) -> dict[str, Any]:
    """Return what `undo` writes again."""
    theirs = (CHOICES.c.assignment == assignment, CHOICES.c.cell == cell, CHOICES.c.student == one.student)
    row = gradebook.db.execute(select(CHOICES).where(*theirs)).mappings().first()
    about = {"student": one.student, "score": one.score, "comment": one.comment, "flagged": one.flagged}
    return {**about, "row": dict(row) if row else None}
