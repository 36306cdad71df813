"""Read from ``course/people.toml`` who has what: extensions, excused students, and who reads which written answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from autograder.course import toml_tables

NAME = "people.toml"


@dataclass(frozen=True)
class People:
    """Who has what.

    Attributes
    ----------
    extensions : dict of (str, str) to datetime
        By assignment and student, until when that student may hand in.
    excused : frozenset of (str, str)
        Assignment and student: this student need not hand in this one.
    readers : dict of str to tuple of str
        By reader, the assignments whose written answers that one reads.
    """

    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    excused: frozenset[tuple[str, str]] = frozenset()
    readers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(path: Path, assignments: tuple[str, ...], zone: tzinfo | None) -> People:
    """Read the file at `path`; one that is not there says nothing.

    Parameters
    ----------
    path : Path
    assignments : tuple of str
        Those of the course.
    zone : tzinfo or None
        Of times that name none.

    Raises
    ------
    BadInput
        Naming the file and the entry.
    """
    people = toml_tables.read(path).only(("extensions", "excused", "readers"))
    extended, excused = (people.table(key).only(assignments, "assignment") for key in ("extensions", "excused"))
    readers = people.table("readers")
    extensions: dict[tuple[str, str], datetime] = {}
    for assignment in extended.values:
        students = extended.table(assignment)
        extensions |= {(assignment, student): students.moment(student, zone) for student in students.values}
    return People(
        extensions,
        frozenset((assignment, student) for assignment in excused.values for student in excused.texts(assignment)),
        {reader: readers.texts(reader, assignments) for reader in readers.values},
    )
