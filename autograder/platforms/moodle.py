"""Read the grading worksheet of a Moodle assignment, and fill its grades; all else stays letter by letter.

Its headings are in the language of the teacher's session, so columns are known by their place and by what they hold. A
comment that differs from Moodle's, also by being empty, would be written: comments are never touched.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.errors import BadInput, BadRequest
from autograder.platforms.people import Person
from autograder.platforms.tables import Table

GRADE, SUBMITTED = "Grade", "Last modified (submission)"  # as English sessions write them
_PARTICIPANT = re.compile(r"[^\d@]+?(\d+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Worksheet:
    """A grading worksheet.

    Attributes
    ----------
    table : Table
    grade : int
        The place of the column that holds the grades; the greatest possible one stands in the next column.
    people : tuple of Person
    most : float
        The greatest possible grade.
    sign : str
        The decimal sign of the file.
    """

    table: Table
    grade: int
    people: tuple[Person, ...]
    most: float
    sign: str


def recognised(table: Table) -> bool:
    """Whether the first column is that of a worksheet: a word in any language, and a participant's number."""
    numbers = [table.value(line, 0) for line in _filled_lines(table)]
    return bool(numbers) and all(_PARTICIPANT.fullmatch(number) for number in numbers)


def worksheet(table: Table, column: str | None = None) -> Worksheet:
    """Read a worksheet.

    Parameters
    ----------
    table : Table
    column : str, optional
        The heading of the grades, where it cannot be found by what the columns hold.

    Raises
    ------
    BadInput
        If it is not one, or its grades cannot be found or are words of a scale.
    """
    if not recognised(table):
        raise BadInput(
            f"{table.path} is not a grading worksheet of Moodle: the lines below its header do not begin with "
            "participants and their numbers, like “Participant 123”."
        )
    lines = _filled_lines(table)
    grade = _grade_column(table, lines, column)
    most = table.value(lines[0], grade + 1)
    texts = [table.value(line, place) for line in lines for place in (grade, grade + 1)]
    sign = "," if any("," in text for text in texts) else "."
    people = []
    for line in lines:
        number = _PARTICIPANT.fullmatch(table.value(line, 0))
        assert number is not None, "recognised"
        fields = [table.value(line, place) for place in range(1, grade)]
        email = next((field for field in fields if re.fullmatch(r"[^@\s]+@[^@\s]+", field)), "")
        name = fields[0] if email or len(fields) > 1 else ""
        own = f"participant-{number[1]}"
        people.append(Person(line, number[1], (email, *fields[1:], own), email or own, email, name))
    return Worksheet(table, grade, tuple(people), float(most.replace(",", ".")), sign)


def times(sheet: Worksheet) -> dict[str, str]:
    """Return what the worksheet says of when each participant handed in; empty if its headings are not in English."""
    if SUBMITTED not in sheet.table.header:
        return {}
    place = sheet.table.header.index(SUBMITTED)
    return {person.number: sheet.table.value(person.line, place) for person in sheet.people}


def filled(sheet: Worksheet, grades: Mapping[int, str]) -> bytes:
    """Return the worksheet with other grades in these lines.

    Parameters
    ----------
    sheet : Worksheet
    grades : dict of int to str
        By line, with a decimal point.
    """
    table, lines = sheet.table, [*sheet.table.lines]
    for line, grade in grades.items():
        cells = [*lines[line]]
        cells[sheet.grade] = table.cell(grade.replace(".", sheet.sign), cells[sheet.grade])
        lines[line] = tuple(cells)
    return table.encoded(lines, [*table.ends])


def _filled_lines(table: Table) -> list[int]:
    return [line for line in range(1, len(table.lines)) if any(table.values(line))]


def _grade_column(table: Table, lines: list[int], column: str | None) -> int:
    header = table.header
    fitting = [place for place in range(1, len(header) - 1) if _holds_grades(table, lines, place)]
    if column is not None:
        if header.count(column) != 1:
            raise BadRequest(f"{table.path}: no column is called {column!r}. There are {', '.join(header)}.")
        fitting = [place for place in fitting if header[place] == column]
    elif GRADE in header:
        fitting = [place for place in fitting if header[place] == GRADE]
    if not fitting:
        raise BadInput(
            f"{table.path}: no column holds grades in points, with the greatest possible one in the next column. "
            "Grades in words of a scale cannot be filled in."
        )
    if len(fitting) > 1:
        several = ", ".join(repr(header[place]) for place in fitting)
        raise BadRequest(f"{table.path}: several columns may hold the grades; name one by --column: {several}.")
    return fitting[0]


def _holds_grades(table: Table, lines: list[int], place: int) -> bool:
    """Whether a column holds numbers or nothing, and the next one the same number in each line."""
    grades = {table.value(line, place) for line in lines}
    most = {table.value(line, place + 1) for line in lines}
    numbers = all(grade in ("", "-") or _NUMBER.fullmatch(grade) for grade in grades)
    return numbers and len(most) == 1 and _NUMBER.fullmatch(most.pop()) is not None
