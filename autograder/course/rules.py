"""Read the course's rules from ``course.toml``, and from ``course/people.toml`` who has what."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from autograder.course import people, source, toml_tables
from autograder.course.course import Course
from autograder.course.people import People
from autograder.course.toml_tables import Entries

NAME = "course.toml"
HINTS = ("staged", "all", "none")
RESCALED, GIVEN = "rescaled", "given"


@dataclass(frozen=True)
class Late:
    """What lateness costs.

    Attributes
    ----------
    percent_a_day : float
        Of the points that were earned, for each day that has begun.
    cap : float
        The most that it takes, in percent.
    grace_minutes : float
        A submission that is late by no more is not late.
    grace_days : float
        How many days a student may be late in all at no cost; they are used up in the order of the due dates.
    """

    percent_a_day: float = 0.0
    cap: float = 100.0
    grace_minutes: float = 0.0
    grace_days: float = 0.0


@dataclass(frozen=True)
class Rules:
    """The rules of a course.

    Attributes
    ----------
    due : dict of str to datetime, or None
        By assignment, with a time zone; one that is not in it has no due date. None if the file does not speak of due
        dates: then those of the gradebook count.
    released : dict of str to datetime
        By assignment, when students get it.
    late : Late or None
        None if the file does not speak of lateness: then nbgrader's plug-in decides.
    excused : dict of str to str
        By exercise, how it counts in the place of its own mark: ``"rescaled"``, as the other exercises of the
        assignment together; ``"given"``, in full.
    hints : str
        ``"all"``, ``"staged"``, ``"none"``; empty if the file does not say.
    bundle_url : str
        Where the wheel for Colab lies; empty if there is none.
    people : People
        Who has what.
    zone : tzinfo or None
        Of times that name none.
    """

    due: Mapping[str, datetime] | None = None
    released: Mapping[str, datetime] = field(default_factory=dict)
    late: Late | None = None
    excused: Mapping[str, str] = field(default_factory=dict)
    hints: str = ""
    bundle_url: str = ""
    people: People = field(default_factory=People)
    zone: tzinfo | None = None


def revealing(rules: Rules, course: Course) -> list[str]:
    """Say whose extensions reach beyond the release of an assignment that shows the answers, a sentence each."""
    sentences = []
    for (assignment, student), until in sorted(rules.people.extensions.items()):
        own = {exercise.name for exercise in course.exercises(assignment)}
        for later, released in sorted(rules.released.items()):
            given = {source.gives(cell) for cell in course.sources[later].cells}
            if released < until and (shown := sorted(own & given)):
                sentences.append(
                    f"{student} may hand in {assignment} until {until:%Y-%m-%d %H:%M}, but {later}, which shows "
                    f"{', '.join(shown)}, is released on {released:%Y-%m-%d %H:%M}."
                )
    return sentences


def read(course: Course) -> Rules:
    """Read both files; one that is not there says nothing.

    Raises
    ------
    BadInput
        Naming the file and the entry: it is not TOML, or an entry is unknown, of the wrong kind, or about an assignment
        or an exercise that is not there.
    """
    rules = toml_tables.read(course.root / NAME)
    rules.only(("time_zone", "hints", "bundle_url", "released", "due", "late", "excused"))
    zone = _zone(rules)
    released, due = (
        {name: at.moment(name, zone) for name in at.values}
        for at in (rules.table(key).only(course.assignments, "assignment") for key in ("released", "due"))
    )
    exercises = [exercise.name for assignment in course.assignments for exercise in course.exercises(assignment)]
    excused = rules.table("excused").only(exercises, "exercise")
    return Rules(
        due if "due" in rules.values else None,
        released,
        _late(rules.table("late")) if "late" in rules.values else None,
        {exercise: excused.text(exercise, "", (RESCALED, GIVEN)) for exercise in excused.values},
        rules.text("hints", "", HINTS) if "hints" in rules.values else "",
        rules.text("bundle_url", ""),
        people.read(course.workspace / people.NAME, _all_that_is_marked(course), zone),
        zone,
    )


def viva_of(assignment: str) -> str:
    """Return what the assignment is called that holds the marks of questions on a student's own work."""
    return f"{assignment}-viva"


def _all_that_is_marked(course: Course) -> tuple[str, ...]:
    return (*course.assignments, *map(viva_of, course.assignments))


def _late(late: Entries) -> Late:
    late.only(("percent_a_day", "cap", "grace_minutes", "grace_days"))
    return Late(
        late.number("percent_a_day", 0, 100),
        late.number("cap", 100, 100),
        late.number("grace_minutes", 0, 24 * 60),
        late.number("grace_days", 0, 365),
    )


def _zone(rules: Entries) -> tzinfo | None:
    name = rules.text("time_zone", "")
    if not name:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise rules.error(
            "time_zone", f'{name!r} is not a time zone: write one like "Europe/Berlin" or "UTC".'
        ) from None
