"""Make a report that may be shown to others: no names, no code, no expected value, no count of fewer than five."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.reporting.records import Attendance, ClassReport, Distribution, ExerciseFacts, LoggedExercise
from autograder.reporting.wrong_answers import Count

FEWEST = 5


def shareable(report: ClassReport) -> ClassReport:
    """Return a report without what tells of single students.

    A count from 1 to 4 is None, and so is a further one where it could else be computed from the others and their sum.
    Mistakes and clusters of fewer than five students are left out.
    """
    few = (report.attendance.graded or 0) < FEWEST
    return replace(
        report,
        shareable=True,
        attendance=_attendance(report.attendance),
        distribution=_distribution(report.distribution, few),
        exercises=tuple(_exercise(one, few) for one in report.exercises),
        mistakes=tuple(one for one in report.mistakes if _enough(one.students)),
        carried=tuple(one for one in report.carried if _enough(one.students)),
        clusters=tuple(
            replace(one, code="", first=None, sample="", edit=None, whole="", why_not="")
            for one in report.clusters
            if _enough(one.students)
        ),
        single={},
        logs=hidden(report.logs),
        logged=tuple(_logged(one) for one in report.logged if _enough(one.learners)),
        waiting=tuple(
            replace(one, unmarked=hidden(one.unmarked), changed=hidden(one.changed)) for one in report.waiting
        ),
        seconds=None,
        slowest=(),
        repaired_count=hidden(report.repaired_count),
        repaired=(),
    )


def hidden(count: Count) -> Count:
    """Return a count; None if it is of one to four students."""
    return count if count == 0 or _enough(count) else None


def partition(counts: Sequence[Count]) -> tuple[Count, ...]:
    """Return counts whose sum is known, without those of one to four students, and without what would give them away.

    Where what is hidden is of fewer than five students together, or is one count, the smallest other is hidden too.

    Examples
    --------
    >>> partition([40, 3, 7, 0])
    (40, None, None, 0)
    >>> partition([40, 3, 4, 0])
    (40, None, None, 0)
    >>> partition([40, 30])
    (40, 30)
    """
    shown = [hidden(count) for count in counts]
    while shown.count(None) > 0 and (shown.count(None) == 1 or _sum_of_hidden(counts, shown) < FEWEST):
        others = [(count, place) for place, count in enumerate(shown) if count]
        if not others:
            break
        shown[min(others)[1]] = None
    return tuple(shown)


def _sum_of_hidden(counts: Sequence[Count], shown: Sequence[Count]) -> int:
    return sum(count or 0 for count, kept in zip(counts, shown, strict=True) if kept is None)


def _enough(count: Count) -> bool:
    return count is not None and count >= FEWEST


def _attendance(of: Attendance) -> Attendance:
    graded, missing, excused, without = partition([of.graded, of.missing, of.excused, of.without_mark])
    reasons: Mapping[str, Count] = dict(zip(of.reasons, partition([*of.reasons.values()]), strict=True))
    if without is None:
        reasons = dict.fromkeys(of.reasons)
    return Attendance(hidden(of.students), graded, hidden(of.late), missing, excused, without, dict(reasons))


def _distribution(of: Distribution, few: bool) -> Distribution:
    if few:
        return replace(of, bars=(None,) * len(of.bars), quartiles=None, full_marks=None)
    return replace(of, bars=partition(of.bars), full_marks=hidden(of.full_marks))


def _exercise(of: ExerciseFacts, few: bool) -> ExerciseFacts:
    right, carried, wrong, not_started = partition([of.right, of.carried, of.wrong, of.not_started])
    shown = replace(of, right=right, carried=carried, wrong=wrong, not_started=not_started)
    return replace(shown, difficulty=None if few else of.difficulty)


def _logged(of: LoggedExercise) -> LoggedExercise:
    learners = of.learners or 0
    right, hints = (_of(learners, count) for count in (of.right, of.with_hints))
    return replace(
        of, right=right, with_hints=hints, checks_until_right=None if right is None else of.checks_until_right
    )


def _of(all_of_them: int, count: Count) -> Count:
    """Return how many of a group do something, if neither these nor the others are too few."""
    others = all_of_them - (count or 0)
    return count if hidden(count) is not None and hidden(others) is not None else None
