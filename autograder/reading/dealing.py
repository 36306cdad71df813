"""Say in what order answers come, and which reader reads which; nothing here reveals who wrote one."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.course.rubrics import RubricItem
from autograder.errors import BadRequest
from autograder.grading.choices import Answer


@dataclass(frozen=True)
class Group:
    """Identical answers, which are marked together.

    Attributes
    ----------
    id : str
        It is the same as long as the text is, and names nobody.
    students : tuple of str
    alike : str
        What the texts share.
    """

    id: str
    students: tuple[str, ...]
    alike: str


def grouped(key: bytes, cell: str, answers: Mapping[str, Answer], alike: Mapping[str, str]) -> list[Group]:
    """Return all answers to a question as groups, in an order that depends on their texts alone.

    An answer that somebody has marked for itself, in formgrader for instance, is a group of its own: what holds for the
    others need not hold for it.

    Parameters
    ----------
    key : bytes
        The course's secret: without it nobody can tell from an id or from the order what was written.
    cell : str
    answers : dict of str to Answer
        By student.
    alike : dict of str to str
        By student, what identical answers share.
    """
    together: dict[tuple[str, str], list[str]] = {}
    for student, one in sorted(answers.items()):
        apart = student if one.alone or one.elsewhere else ""
        together.setdefault((alike[student], apart), []).append(student)
    groups = [
        Group(_digest(key, cell, text, apart), tuple(students), text) for (text, apart), students in together.items()
    ]
    return sorted(groups, key=lambda group: group.id)


def reads(key: bytes, cell: str, readers: Iterable[str], alike: str) -> str:
    """Return which of the readers has an answer.

    Each has about the same number. What was dealt stays where it is when others hand in, and where a reader joins, only
    that one's share changes hands.
    """
    return max(readers, key=lambda reader: _digest(key, cell, reader, alike))


def readers_of(assignment: str, readers: Mapping[str, Sequence[str]], reader: str | None) -> tuple[str, ...]:
    """Return among whom the answers of an assignment are dealt out; nobody where one reads all.

    Parameters
    ----------
    assignment : str
    readers : dict of str to sequence of str
        As ``course/people.toml`` has it.
    reader : str or None
        Who reads now; None for the instructor, who sees everything.

    Raises
    ------
    BadRequest
        If this reader reads nothing of the assignment.
    """
    if reader is None:
        return ()
    if reader not in readers:
        there = f" There are {', '.join(sorted(readers))}." if readers else ""
        raise BadRequest(f"course/people.toml names no reader {reader!r} under [readers].{there}")
    if assignment not in readers[reader]:
        listed = ", ".join(readers[reader]) or "nothing"
        raise BadRequest(f"By course/people.toml, {reader} reads {listed}, not {assignment}.")
    return tuple(sorted(name for name, assignments in readers.items() if assignment in assignments))


def waiting(group: Group, answers: Mapping[str, Answer], items: Sequence[RubricItem]) -> int:
    """Return how many answers of a group a person has to read."""
    return sum(answers[student].waits(items) for student in group.students)


def _digest(key: bytes, *parts: str) -> str:
    return hmac.digest(key, json.dumps(parts).encode(), hashlib.sha256).hex()[:20]
