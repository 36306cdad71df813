"""Match the students of a platform's file with those of the course."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A student as a platform's file names one.

    Attributes
    ----------
    line : int
        Of the file, from 0.
    number : str
        The platform's own: Canvas's user id, Moodle's number of a participant.
    ids : tuple of str
        By which the course may know the student, the best first and as many in each line; empty where the file does
        not say.
    own : str
        The id for a student whom the course does not know.
    email, name : str
    """

    line: int
    number: str
    ids: tuple[str, ...]
    own: str
    email: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """What this student is called in a message."""
        return self.name or self.own


@dataclass(frozen=True)
class Student:
    """A student as the course knows one."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def names(self) -> set[str]:
        """How a platform may write the full name."""
        first, last = self.first_name, self.last_name
        return {_folded(one) for one in (f"{first} {last}", f"{last} {first}", f"{last}, {first}")} if last else set()


@dataclass(frozen=True)
class Matched:
    """Who is whom.

    Attributes
    ----------
    people : dict of str to Person
        By the course's id of a student.
    unmatched : dict of str to str
        By the course's id of a student, why no line of the file is this one's.
    """

    people: dict[str, Person]
    unmatched: dict[str, str]


def match(students: Iterable[Student], people: Sequence[Person]) -> Matched:
    """Find each student in a platform's file: by email, by id, then by full name; never where two would fit."""
    tables = _tables(people)
    found: dict[str, Person] = {}
    unmatched: dict[str, str] = {}
    for student in students:
        keys = [{_folded(student.email)}, *({_plain(student.id)} for _ in tables[1:-1]), student.names]
        fitting = [
            [person for key in wanted if key for person in table[key]]
            for wanted, table in zip(keys, tables, strict=True)
        ]
        best = next(filter(None, fitting), [])
        if len(best) == 1:
            found[student.id] = best[0]
        else:
            unmatched[student.id] = "several lines fit" if best else "not in the file"
    shared = Counter(person.line for person in found.values())
    for student_id, person in list(found.items()):
        if shared[person.line] > 1:
            unmatched[student_id] = f"not the only one who fits {person.label}"
            del found[student_id]
    return Matched(found, unmatched)


def ids_by_number(students: Iterable[Student], people: Sequence[Person]) -> dict[str, str]:
    """Return the course's id by the platform's number: of the student who matches, else the file's own.

    An id that would stand for two people is left out.
    """
    ids = {person.number: student for student, person in match(students, people).people.items()}
    for person in people:
        ids.setdefault(person.number, person.own)
    counts = Counter(ids.values())
    return {number: student for number, student in ids.items() if counts[student] == 1}


def _tables(people: Sequence[Person]) -> list[defaultdict[str, list[Person]]]:
    """Return people by email, by the ids at each place, and by name."""
    width = max((len(person.ids) for person in people), default=0)
    tables: list[defaultdict[str, list[Person]]] = [defaultdict(list) for _ in range(width + 2)]
    for person in people:
        for table, key in zip(tables, [_folded(person.email), *map(_plain, person.ids)], strict=False):
            table[key].append(person)
        tables[-1][_folded(person.name)].append(person)
    return tables


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _folded(text: str) -> str:
    return _plain(text).casefold()
