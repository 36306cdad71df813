"""Read the gradebook that Canvas exports, and make the one that it imports: one column, and only who has a mark.

Canvas takes its columns by their place up to ``Section``, and an assignment by the number in brackets that ends its
title. Whoever is not in the file keeps what is there, while a blank would clear it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.errors import BadInput, BadRequest
from autograder.platforms.people import Person
from autograder.platforms.tables import Table

EXCUSED = "EX"
KEYS = ("SIS Login ID", "SIS User ID", "ID")  # by which a student is known, the first that fits
_TITLE = re.compile(r"(.*)\s\((\d+)\)", re.DOTALL)
_POINTS = "Points Possible"

TEST_STUDENT = ("Test", "Student")


@dataclass(frozen=True)
class Gradebook:
    """A gradebook that was exported from Canvas.

    Attributes
    ----------
    table : Table
    section : int
        The place of the column ``Section``, the last one that says who a student is.
    people : tuple of Person
    """

    table: Table
    section: int
    people: tuple[Person, ...]


def recognised(table: Table) -> bool:
    """Whether a table's header is that of Canvas's gradebook."""
    header = table.header
    return header[0] in ("Student", "LastName") and "ID" in header and "Section" in header


def gradebook(table: Table) -> Gradebook:
    """Read who is in an exported gradebook.

    Raises
    ------
    BadInput
        If it is not one, or nobody is in it.
    """
    if not recognised(table):
        raise BadInput(
            f"{table.path} is not a gradebook exported from Canvas: its first line has no Student, ID and Section."
        )
    header = table.header
    section = header.index("Section")
    places = [header.index(key) if key in header[:section] else None for key in KEYS]
    number = header.index("ID")
    people = []
    for line in range(1, len(table.lines)):
        if _POINTS not in table.value(line, 0) and (own := table.value(line, number)):
            ids = tuple("" if place is None else table.value(line, place) for place in places)
            people.append(Person(line, own, ids, next(filter(None, ids))))
    if not people:
        raise BadInput(f"{table.path} holds no student: no line below its header has an ID.")
    return Gradebook(table, section, tuple(people))


def names(given: Gradebook) -> dict[str, tuple[str, str]]:
    """Return the first and the last name by Canvas's user id; Canvas's own test student has none."""
    header, found = given.table.header, {}
    for person in given.people:
        if header[0] == "LastName" and "FirstName" in header:
            name = tuple(given.table.value(person.line, header.index(key)) for key in ("FirstName", "LastName"))
        else:
            last, comma, first = given.table.value(person.line, 0).partition(", ")
            name = (first, last) if comma else ("", last)
        if name != TEST_STUDENT:
            found[person.number] = (name[0], name[1])
    return found


def column(given: Gradebook, wanted: str) -> int:
    """Return the place of the assignment whose title is `wanted`, or else holds it.

    Raises
    ------
    BadRequest
        If none fits, several do, or Canvas only lets it be read.
    """
    header = given.table.header
    titles = {
        place: header[place] for place in range(given.section + 1, len(header)) if _TITLE.fullmatch(header[place])
    }
    low = wanted.strip().casefold()
    same = [
        place
        for place, title in titles.items()
        if low in (title.casefold(), _TITLE.sub(r"\1", title).strip().casefold())
    ]
    fitting = same or [place for place, title in titles.items() if low in title.casefold()]
    if len(fitting) != 1:
        some = ", ".join(repr(titles[place]) for place in (fitting or [*titles])[:12]) or "none"
        how = "several columns fit" if fitting else "no column fits"
        raise BadRequest(
            f"{given.table.path}: {how} {wanted!r}; name one by --column. Columns of assignments there: {some}."
        )
    if "(read only)" in _points_cell(given, fitting[0]).casefold():
        raise BadRequest(
            f"{given.table.path}: Canvas imports no marks into {titles[fitting[0]]!r}, which is read only."
        )
    return fitting[0]


def points_possible(given: Gradebook, place: int) -> float | None:
    """Return how many points Canvas gives for a column, or None where the file does not say."""
    try:
        return float(_points_cell(given, place).replace(",", "."))
    except ValueError:
        return None


def filled(given: Gradebook, place: int, cells: Mapping[int, str]) -> bytes:
    """Return the file that Canvas imports: who the students are, and one column.

    Parameters
    ----------
    given : Gradebook
    place : int
        Of the column.
    cells : dict of int to str
        Of the lines that are kept.
    """
    table = given.table
    lines, ends = [(*_who(given, 0), table.lines[0][place])], [table.ends[0]]
    for line in sorted(cells):
        lines.append((*_who(given, line), table.cell(cells[line])))
        ends.append(table.ends[line] or table.ends[0])
    return table.encoded(lines, ends)


def _who(given: Gradebook, line: int) -> tuple[str, ...]:
    return given.table.lines[line][: given.section + 1]


def _points_cell(given: Gradebook, place: int) -> str:
    lines: Iterable[int] = range(1, len(given.table.lines))
    return next((given.table.value(n, place) for n in lines if _POINTS in given.table.value(n, 0)), "")
