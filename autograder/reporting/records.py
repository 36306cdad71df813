"""Hold the facts of a class report: frozen records of numbers and names, without a sentence in them.

`autograder.reporting.make` makes one; `page` and `as_json` are its two renderers. Where a report may be shown to
others, a count of fewer than five students is None (see `autograder.reporting.shareable`).
"""

import dataclasses
import json
from dataclasses import dataclass

Count = int | None
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


@dataclass(frozen=True)
class NamedMistake:
    """A known mistake, and how many students made it.

    Attributes
    ----------
    exercise, id : str
    students : int or None
    hints : tuple of str
        Of a declared mistake three; of one of a family two; of numeric differentiation none.
    """

    exercise: str
    id: str
    students: Count
    hints: tuple[str, ...]


@dataclass(frozen=True)
class CarriedOver:
    """An exercise whose answer is right over the students' own wrong `origin`, and costs them nothing."""

    exercise: str
    origin: str
    students: Count


@dataclass(frozen=True)
class Difference:
    """Where the answers of a cluster first differ from the right one, on inputs that all students share.

    Attributes
    ----------
    special : str
        What is special about these inputs, in words; empty for ordinary ones.
    output : str
    problem : str
        As of `utils.checking.comparison.Comparison`.
    part : tuple of str or int
        The keys that lead to the part of a dict, list or tuple that is meant.
    index : tuple of int
        The entry; empty for a single number.
    axes : tuple of str
    yours, expected : float, str or None
        Both values there. A text is a number that is not finite.
    shape, expected_shape : tuple of int or None
        For the problem "shape".
    """

    special: str
    output: str
    problem: str
    part: tuple[str | int, ...] = ()
    index: tuple[int, ...] = ()
    axes: tuple[str, ...] = ()
    yours: float | str | None = None
    expected: float | str | None = None
    shape: tuple[int, ...] | None = None
    expected_shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Cluster:
    """Wrong answers without a name that are the same: the same numbers, or the same failure.

    Attributes
    ----------
    exercise : str
    students : int or None
    outputs : tuple of str
        Those that are wrong in the marks of these students.
    failure : str
        The kind of failure, as of `utils.errors.Failure`; empty where there are numbers.
    error, code : str
        For an exception: its type, and the operation that failed, without names that a student chose.
    inside : str
        The function of an earlier exercise in which the call failed; empty where it was this one's own.
    first : Difference or None
        None where calls failed, and where the shared inputs do not show the mistake.
    sample : str
        One of these functions, without comments, docstrings, contents of strings, and names that a student chose.
    edit : tuple of str, or None
        An edit ``(old, new)`` of the solution that gives the same numbers.
    whole : str
        Where no edit was found: the sample, if it gives the same numbers by itself.
    why_not : {"", "fails", "many right", "special only", "needs more", "not tried"}
        Why there is neither: it has no numbers to be recognised by; the exercise's mistakes are not recognised by
        numbers; it is right on ordinary inputs; what was left out of the sample, or what else the student wrote, is
        needed; or there was no sandbox to try it in.
    """

    exercise: str
    students: Count
    outputs: tuple[str, ...]
    failure: str
    error: str
    code: str
    inside: str
    first: Difference | None
    sample: str = ""
    edit: tuple[str, str] | None = None
    whole: str = ""
    why_not: str = ""


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
