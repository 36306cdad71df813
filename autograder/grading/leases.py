"""Let no two readers have one written answer open: who opens it holds it for some minutes.

Leases stand in the gradebook, so they count for every browser window and every process that reads the same class. The
functions here are called within a transaction that the caller commits.
"""

import time
from collections.abc import Iterable, Sequence

from nbgrader.api import Gradebook
from sqlalchemy import delete, insert, select, update

from autograder.grading.database import LEASES, writing

SECONDS = 600.0  # since the holder last did anything


def held(gradebook: Gradebook, assignment: str, cell: str, holder: str) -> set[str]:
    """Return the students whose answers others have open.

    The caller holds the gradebook (`autograder.grading.database.writing`), so until it commits no other process can
    take what is found free here.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    assignment, cell : str
    holder : str
        Who asks: a window of a browser.
    """
    forget_expired(gradebook)
    theirs = _of(assignment, cell) & (LEASES.c.holder != holder)
    return set(gradebook.db.scalars(select(LEASES.c.student).where(theirs)))


def forget_expired(gradebook: Gradebook) -> None:
    """Forget what holders have left, and what the clock was set back since: nothing is held for longer than a lease."""
    now = time.time()
    gradebook.db.execute(delete(LEASES).where((LEASES.c.until < now) | (LEASES.c.until > now + SECONDS)))


def take(gradebook: Gradebook, assignment: str, cell: str, holder: str, students: Iterable[str]) -> None:
    """Let `holder` have these students' answers; `held` has said that nobody else has them."""
    for student in students:
        gradebook.db.execute(delete(LEASES).where(_of(assignment, cell) & (LEASES.c.student == student)))
        row = {"assignment": assignment, "cell": cell, "student": student, "holder": holder}
        gradebook.db.execute(insert(LEASES).values(**row, until=time.time() + SECONDS))


@writing
def renew(gradebook: Gradebook, holder: str) -> None:
    """Let a holder keep what it has, in the gradebook at this address, for some more minutes."""
    gradebook.db.execute(update(LEASES).where(LEASES.c.holder == holder).values(until=time.time() + SECONDS))


def drop(gradebook: Gradebook, assignment: str, cell: str, holder: str, students: Sequence[str]) -> None:
    """Let others have what `holder` had of these students' answers."""
    theirs = _of(assignment, cell) & (LEASES.c.holder == holder) & LEASES.c.student.in_(students)
    gradebook.db.execute(delete(LEASES).where(theirs))


@writing
def drop_all(gradebook: Gradebook, holder: str) -> None:
    """Let others have all that a holder had, in the gradebook at this address."""
    gradebook.db.execute(delete(LEASES).where(LEASES.c.holder == holder))


def _of(assignment: str, cell: str):  # type: ignore[no-untyped-def]  # an SQL expression
    return (LEASES.c.assignment == assignment) & (LEASES.c.cell == cell)
