"""Read who is in a class from a platform's file, and let the gradebook know whom it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.collecting import submissions
from autograder.collecting.moments import moment_of
from autograder.course import Course, rules
from autograder.course.gradebook_address import gradebook_url
from autograder.grading.database import patient, writing
from autograder.grading.workers import nbgrader_config
from autograder.platforms import canvas, moodle, tables
from autograder.platforms.people import Student, ids_by_number

_NO_TIMES = (
    "No time of submission was read, so nobody is late: that needs time_zone in course.toml, which is the zone of your "
    "session in Moodle, and a worksheet in English."
)


@dataclass(frozen=True)
class Roster:
    """Who is in a class.

    Attributes
    ----------
    students : dict of str to Student
        By the platform's number; without those whose id would stand for two.
    moments : dict of str to datetime
        When they handed in, in UTC and without a zone, as far as the file says so; by the platform's number.
    """

    students: dict[str, Student] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)


def read(course: Course, platform: str, path: Path, notes: list[str]) -> Roster:
    """Read the gradebook exported from Canvas, or Moodle's grading worksheet; what is not known is noted.

    Raises
    ------
    BadInput
        If the file cannot be used, or is of another platform.
    """
    table = tables.read(path)
    if platform == "canvas":
        given = canvas.gradebook(table)
        names, people = canvas.names(given), given.people
        moments = {}
    else:
        sheet = moodle.worksheet(table)
        names, people = {one.number: ("", one.name) for one in sheet.people}, sheet.people
        moments = _moments(course, sheet, notes)
    emails = {one.number: one.email for one in people}
    ids = ids_by_number(known(course), people)
    students = {number: Student(one, *names.get(number, ("", "")), emails[number]) for number, one in ids.items()}
    return Roster(students, moments)


def _moments(course: Course, sheet: moodle.Worksheet, notes: list[str]) -> dict[str, datetime]:
    zone = rules.read(course).zone
    texts = {number: text for number, text in moodle.times(sheet).items() if text not in ("", "-")}
    found = {number: moment for number, text in texts.items() if (moment := moment_of(text))}
    if zone is None or not found:
        notes.append(_NO_TIMES)
        return {}
    return {
        number: moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) for number, moment in found.items()
    }


def known(course: Course) -> list[Student]:
    """Return the students whom the gradebook knows."""
    return _known(gradebook_url(course, nbgrader_config(course)))


@patient
def _known(gradebook: Gradebook) -> list[Student]:
    return [Student(one.id, one.first_name or "", one.last_name or "", one.email or "") for one in gradebook.students]


def enrol(course: Course, students: Iterable[Student]) -> None:
    """Add students to the gradebook, but nobody whose id, email or full name it knows: what it says of them stands."""
    usable = [one for one in students if submissions.usable(one.id) and "/" not in one.id and one.id[:1] != "."]
    _enrol(gradebook_url(course, nbgrader_config(course)), usable)


@writing
def _enrol(gradebook: Gradebook, students: list[Student]) -> None:
    there = [Student(one.id, one.first_name or "", one.last_name or "", one.email or "") for one in gradebook.students]
    ids = {text.casefold() for one in there for text in (one.id, one.email)}
    names = {name for one in there for name in one.names}
    for one in students:
        if not ids & {one.id.casefold(), one.email.casefold() or one.id.casefold()} and not names & one.names:
            about = {"first_name": one.first_name, "last_name": one.last_name, "email": one.email}
            gradebook.update_or_create_student(one.id, **{key: text[:128] or None for key, text in about.items()})
