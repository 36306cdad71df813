"""Hold the facts of a class report: frozen records of numbers and names, without a sentence in them.

`autograder.reporting.make` makes one; `page` and `as_json` are its two renderers. Where a report may be shown to
others, a count of fewer than five students is None (see `autograder.reporting.shareable`).
"""

import dataclasses
import json
from dataclasses import dataclass

from autograder.reporting.wrong_answers import CarriedOver, Cluster, Count, NamedMistake

PARTS = ("right", "carried", "wrong", "not_started")


@dataclass(frozen=True)
class NoMark:
    """A student who handed something in that has no current mark.

    Attributes
    ----------
    student : str
    state : {"unreadable", "refused", "infrastructure", "quarantined", "running", "missing", "not graded", "earlier"}
        As of `autograder.grading.gradebook.Grading`; "missing" is who has left a group and handed in nothing since;
        "not graded" where the grader has not seen it yet; "earlier" where an earlier grader made the mark.
    """

    student: str
    state: str


@dataclass(frozen=True)
class Attendance:
    """Who is in the class, and who has a mark.

    Attributes
    ----------
    students, graded, late, missing, excused, without_mark : int or None
        All in the gradebook's list or in the folder of submissions; of them those with a current mark, late (of those
        whom the gradebook knows to have handed in), with nothing handed in, excused, and without a current mark.
    reasons : dict of str to (int or None)
        Of those without a mark, how many have which state of `NoMark`.
    listed : tuple of NoMark
        The same by name; empty in a report for others.
    """

    students: Count
    graded: Count
    late: Count
    missing: Count
    excused: Count
    without_mark: Count
    reasons: dict[str, Count]
    listed: tuple[NoMark, ...] = ()


@dataclass(frozen=True)
class Distribution:
    """How the points for code are distributed over the students with a mark; lateness takes none of them.

    Attributes
    ----------
    most : float
        What the exercises are worth together.
    bars : tuple of (int or None)
        Students by tenths of `most`: below 10 %, below 20 %, …, and from 90 % to all of it.
    quartiles : tuple of float, or None
        The lower, the median and the upper one, between two students interpolated as NumPy does; None without students.
    full_marks : int or None
        Students who have all of `most`.
    """

    most: float
    bars: tuple[Count, ...]
    quartiles: tuple[float, float, float] | None
    full_marks: Count


@dataclass(frozen=True)
class ExerciseFacts:
    """What came of one exercise.

    Attributes
    ----------
    name : str
    points : float
    right, carried, wrong, not_started : int or None
        Students: all right; wrong only by an earlier mistake of their own; wrong; still the stub. Together all who have
        a mark.
    difficulty : float or None
        The mean share of the points.
    correlation : float or None
        Of the points with those of all other exercises together, over students; None where `why_not` says so.
    why_not : {"", "few students", "no spread"}
        Why there is no correlation: fewer than 20 students, or one of the two is the same for all.
    bonus : bool
        Whether it has no points, so that nothing is said of a share of them.
    """

    name: str
    points: float
    right: Count
    carried: Count
    wrong: Count
    not_started: Count
    difficulty: float | None
    correlation: float | None
    why_not: str
    bonus: bool = False


@dataclass(frozen=True)
class LoggedExercise:
    """What the logs that were handed in say of one exercise.

    Attributes
    ----------
    exercise : str
    learners : int or None
        Whose log holds a check of it.
    right : int or None
        Of them, whose check found it right at some time.
    with_hints : int or None
        Of them, who opened a hint beyond the first.
    checks_until_right : float or None
        The median of the checks up to the first that found it right.
    """

    exercise: str
    learners: Count
    right: Count
    with_hints: Count
    checks_until_right: float | None


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: answers to `cell` that nobody has marked, and marked ones that changed since."""

    cell: str
    unmarked: Count
    changed: Count


@dataclass(frozen=True)
class Slow:
    """How long judging a submission took."""

    student: str
    seconds: float


@dataclass(frozen=True)
class Repaired:
    """How many remarks the student of a repaired notebook reads about it."""

    student: str
    remarks: int


@dataclass(frozen=True)
class ClassReport:
    """All facts of the report on an assignment.

    Attributes
    ----------
    assignment : str
    shareable : bool
        Whether it may be shown to others.
    sample : bool
        Whether it is about the sample class, since there is no other.
    attendance : Attendance
    distribution : Distribution
    exercises : tuple of ExerciseFacts
        In the notebook's order.
    mistakes : tuple of NamedMistake
        By number of students.
    carried : tuple of CarriedOver
    clusters : tuple of Cluster
        Those of two students and more, by number of students.
    single : dict of str to (int or None)
        By exercise, how many wrong answers without a name are like no other.
    logs : int or None
        How many handed in a log.
    logged : tuple of LoggedExercise
    waiting : tuple of Waiting
    seconds : tuple of float, or None
        How long judging a submission took: the median and the longest.
    slowest : tuple of Slow
        Empty in a report for others, as is `repaired`.
    repaired_count : int or None
    repaired : tuple of Repaired
    """

    assignment: str
    shareable: bool
    sample: bool
    attendance: Attendance
    distribution: Distribution
    exercises: tuple[ExerciseFacts, ...]
    mistakes: tuple[NamedMistake, ...]
    carried: tuple[CarriedOver, ...]
    clusters: tuple[Cluster, ...]
    single: dict[str, Count]
    logs: Count
    logged: tuple[LoggedExercise, ...]
    waiting: tuple[Waiting, ...]
    seconds: tuple[float, float] | None
    slowest: tuple[Slow, ...]
    repaired_count: Count
    repaired: tuple[Repaired, ...]


def as_json(report: ClassReport) -> str:
    """Return a report as JSON: the record's fields by name."""
    return json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) + "\n"
