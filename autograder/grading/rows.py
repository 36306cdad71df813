"""Hold the result of each submission of a run: the rows of the table that `autograder grade` prints."""

import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.collecting.found import in_bytes
from autograder.errors import InfrastructureError
from autograder.grading import standings
from autograder.grading.course_rules import counted


@dataclass(frozen=True)
class Graded:
    """The result of one submission.

    Attributes
    ----------
    student : str
    status : {"graded", "kept", "unreadable", "refused", "missing", "infrastructure", "quarantined"}
        "kept" where submission, exercises and grader are those of the mark that stands; "unreadable" and "refused" say
        what is the matter with the file; "missing" is who has left a group and handed in nothing since;
        "infrastructure" is never the student's fault and is tried again by the next
        run; "quarantined" stopped its process several times and is tried again with `force`.
    score, max_score : float or None
        Points for what is judged; written answers are in neither.
    mistakes : dict of str to str
        The named mistakes, by function.
    message : str
        Why there is no mark; if there is one, what else somebody should know.
    seconds : dict of str to float
        How long judging took, by function, and under "whole notebook" with its kernel and the student's own cells.
    standing : autograder.grading.standings.Standing or None
        What the gradebook holds after the run: where this submission has no score, the mark of an earlier one.
    """

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    mistakes: dict[str, str] = field(default_factory=dict)
    message: str = ""
    seconds: dict[str, float | None] = field(default_factory=dict)
    standing: standings.Standing | None = None


class Rows:
    """The rows of a run, sorted by student.

    They are in a temporary file without a name, which goes with the process: in memory those of a large class would
    take much room. Marks are not in it alone; they are in the gradebook.

    Raises
    ------
    InfrastructureError
        By each method, if the file cannot be used, as where its disk is full.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._file.close)
        self._do("pragma journal_mode = off")  # nothing is taken back
        self._do("pragma cache_size = -256")  # kB in memory; most rows are asked for in order
        self._do("create table rows (student blob primary key, row text, standing text, moved real) without rowid")

    def __len__(self) -> int:
        count: int = self._do("select count(*) from rows")[0][0]
        return count

    def __iter__(self) -> Iterator[Graded]:
        for some in self.batches():
            yield from some

    def batches(self) -> Iterator[list[Graded]]:
        """Yield the rows in parts, each of as many students as are looked up in the gradebook at once."""
        last = b""
        while some := self._do(
            "select student, row, standing, moved from rows where student > ? order by student limit ?",
            last,
            standings.BATCH,
        ):
            last = some[-1][0]
            yield [_row(*values) for _, *values in some]

    def put(self, row: Graded, moved: float = 0.0) -> None:
        """Add a row, in the place of an earlier one of its student; its standing comes later.

        Parameters
        ----------
        row : Graded
        moved : float
            By how many points rules, dates or the rubric moved in this run what the gradebook holds.
        """
        self._do(
            "insert or replace into rows values (?, ?, null, ?)", in_bytes(row.student), json.dumps(vars(row)), moved
        )

    def add_standings(self, found: Mapping[str, standings.Standing]) -> None:
        """Add to the rows of these students what the gradebook holds."""
        for student, standing in found.items():
            text = json.dumps(vars(standing))
            self._do("update rows set standing = ? where student = ?", text, in_bytes(student))

    def remove(self, students: Iterable[str]) -> None:
        """Remove the rows of these students."""
        for student in students:
            self._do("delete from rows where student = ?", in_bytes(student))

    def _do(self, statement: str, *values: object) -> list[Any]:
        try:
            return self._file.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise InfrastructureError(
                f"The temporary file for the table of results cannot be used ({error}). Marks that are recorded stay; "
                "make room, or set TMPDIR to a folder that has some, and grade again."
            ) from None


def _row(text: str, standing: str | None, moved: float) -> Graded:
    about = json.loads(text)
    if standing is not None:
        found = json.loads(standing)
        found["before"] = found["score"] - moved if moved else None
        about["standing"] = standings.Standing(**found)
    return Graded(**about)


def judged_row(
    student: str, status: str, about: Mapping[str, Any], excused: Mapping[str, str], message: str = ""
) -> Graded:
    """Return the row of a judged submission; `about` is what its notebook says of how it was judged."""
    found = about["results"]
    scores = counted({name: (result["score"], result["max_score"]) for name, result in found.items()}, excused)
    seconds = {name: result.get("seconds") for name, result in found.items()}
    return Graded(
        student,
        status,
        round(sum(scores.values()), 2),
        sum(result["max_score"] for result in found.values()),
        {name: result["mistake"] for name, result in found.items() if result["mistake"]},
        message,
        seconds | {"whole notebook": about.get("execution_time")},
    )
