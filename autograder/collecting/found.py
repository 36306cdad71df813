"""Find the submissions of an assignment, however large the class is."""

import os
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.collecting.submissions import Submission


class Submissions:
    """The submissions of an assignment, sorted by student.

    Of a large class little more is kept than its names, in few bytes: an object a student would take much memory.

    Parameters
    ----------
    submitted : Path
        nbgrader's folder ``submitted``.
    assignment : str
    folders : iterable of str
        The names of folders in it, each with a folder of the assignment.
    """

    def __init__(self, submitted: Path, assignment: str, folders: Iterable[str]) -> None:
        self._submitted, self._assignment = submitted, assignment
        self._students = sorted(map(in_bytes, folders))
        self._folder_of: dict[str, str] = {}  # where it has another name than the student
        apart = [name for name in map(_name, self._students) if not unicodedata.is_normalized("NFC", name)]
        students = set(self._students) if apart else set()
        for name in apart:
            student = unicodedata.normalize("NFC", name)
            if in_bytes(student) not in students:  # else the folder keeps its name, which `read` refuses
                students.remove(in_bytes(name))
                students.add(in_bytes(student))
                self._folder_of[student] = name
        if apart:
            self._students = sorted(students)

    def __len__(self) -> int:
        return len(self._students)

    def __iter__(self) -> Iterator[Submission]:
        return map(self._submission, self._students)

    def of(self, student: str) -> Submission | None:
        """Return what a student handed in, or None."""
        key = in_bytes(student)
        place = bisect_left(self._students, key)
        return self._submission(key) if self._students[place : place + 1] == [key] else None

    def _submission(self, key: bytes) -> Submission:
        student = _name(key)
        folder = self._submitted / self._folder_of.get(student, student) / self._assignment
        return Submission(student, self._assignment, folder)


def find(submitted: Path, assignment: str) -> Submissions:
    """Return the submissions of an assignment in nbgrader's folder ``submitted``, whatever is wrong with them."""
    try:
        names = (entry.name for entry in os.scandir(submitted) if not entry.name.startswith("."))
        return Submissions(submitted, assignment, (n for n in names if os.path.lexists(submitted / n / assignment)))
    except (FileNotFoundError, NotADirectoryError):
        return Submissions(submitted, assignment, ())


def in_bytes(name: str) -> bytes:
    """Return a name in bytes, which sort as its letters do; a folder's may hold what is no letter."""
    return name.encode("utf-8", "surrogatepass")


def _name(key: bytes) -> str:
    return key.decode("utf-8", "surrogatepass")
