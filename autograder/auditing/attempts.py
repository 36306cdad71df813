"""Count what becomes of answers that strangers wrote: named, explained, located, or left without help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from autograder.auditing.attempt_file import Attempt
from autograder.auditing.in_process import SEED, asked
from autograder.auditing.outcome import Outcome, fresh, outcome
from autograder.course import Course
from utils import fixtures
from utils.checking import families

COUNTED = (
    "wrong", "rejected", "named", "explained", "located", "named_falsely", "no_way_on", "right", "right_accepted"
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A bound that the counts of all exercises together must keep.

    Attributes
    ----------
    name : str
    counted : tuple of str
        The counts that are added up; a list counts its entries.
    of : str
        The count that they are divided by; empty where they are bounded as they are.
    least, most : float
        The sum, or the share, must lie between these.
    """

    name: str
    counted: tuple[str, ...]
    of: str = ""
    least: float = 0.0
    most: float = float("inf")

    def kept(self, counts: dict[str, Any]) -> bool:
        """Whether counts keep this bound; a share of nothing does."""
        total = sum(n if isinstance(n, int) else len(n) for n in (counts[name] for name in self.counted))
        whole = counts[self.of] if self.of else 1
        return not whole or self.least <= total / whole <= self.most


TARGETS = (
    Target("named, of those rejected: at least 80 %", ("named",), "rejected", least=0.8),
    Target(
        "named, explained or located, of those rejected: at least 95 %",
        ("named", "explained", "located"),
        "rejected",
        least=0.95,
    ),
    Target("rejected without a second hint: none", ("no_way_on",), most=0),
    Target("named falsely: none", ("named_falsely",), most=0),
    Target("wrong, called right without a remark: at most 2", ("accepted",), most=2),
    Target("right, called wrong: none", ("refused",), most=0),
    Target("right in `check`, wrong in the grade: none", ("only_checked",), most=0),
)


def measure(course: Course, attempts: Sequence[Attempt], progress: bool = True) -> list[Outcome]:
    """Return what becomes of each attempt; each runs in a process of its own, bounded in time and memory.

    Raises
    ------
    BadInput
        If an attempt does not define the function that it is an attempt at.
    """
    for name in {attempt.exercise for attempt in attempts}:  # once, by this process: its children share it
        fixtures.load(name)
        families.load(name)
        asked(course.exercise(name), course, SEED).prepare()
        fresh(course.exercise(name), course)
    shown = tqdm(attempts, desc="Checking", unit="answer", disable=not progress)
    return [outcome(course, attempt) for attempt in shown]


def counts(course: Course, attempts: Sequence[Attempt], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what `autograder audit --attempts` writes.

    Returns
    -------
    dict
        ``{"exercises": {name: counts}, "all": counts}``. Counts are ``wrong``, and of these ``rejected`` by `check`; of
        the rejected, each once as the first of these that holds, ``named``, ``explained`` and ``located`` (see
        `Outcome`); ``named_falsely`` and ``no_way_on``; ``right``, and of these ``right_accepted`` by `check` and the
        grade. There are lists of ``[exercise, label]``: ``accepted`` is wrong, and `check` called it right without a
        remark; ``refused`` is right, and `check` or the grade called it wrong; ``only_checked`` is right in `check`
        and wrong in the grade.
    """
    pairs = list(zip(attempts, outcomes, strict=True))
    order = [exercise.name for assignment in course.assignments for exercise in course.exercises(assignment)]
    by_exercise = {name: [pair for pair in pairs if pair[0].exercise == name] for name in order}
    return {
        "exercises": {name: _counted(own) for name, own in by_exercise.items() if own},
        "all": _counted([pair for own in by_exercise.values() for pair in own]),
    }


def missed(counted: dict[str, Any]) -> list[str]:
    """Return the names of the targets that these counts, as `counts` returns them, miss."""
    return [target.name for target in TARGETS if not target.kept(counted["all"])]


def summary(counted: dict[str, Any]) -> str:
    """Return the counts of all exercises together as a Markdown table, as the README shows it."""
    sums = counted["all"]
    wrong, rejected = sums["wrong"], sums["rejected"]
    rows = (
        ("wrong answers, rejected", f"{rejected} of {wrong}"),
        ("rejected, and the mistake is named", f"{sums['named']} of {rejected}"),
        ("not named, but what the numbers are or why the call failed is said", f"{sums['explained']} of {rejected}"),
        ("neither, but the line is shown", f"{sums['located']} of {rejected}"),
        ("named falsely", f"{sums['named_falsely']} of {sums['named']}"),
        ("rejected without a further hint", f"{sums['no_way_on']} of {rejected}"),
        ("wrong answers, called right without a remark", f"{len(sums['accepted'])} of {wrong}"),
        ("right answers, accepted", f"{sums['right_accepted']} of {sums['right']}"),
    )
    return "\n".join(["| answers of strangers | |", "|---|---|", *(f"| {what} | {count} |" for what, count in rows)])


def table(counted: dict[str, Any]) -> str:
    """Return counts, as `counts` returns them, as a Markdown table with a line of sums."""
    columns = (*(name.replace("_", " ") for name in COUNTED), "accepted", "refused")
    lines = [f"| exercise | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name, row in (*counted["exercises"].items(), ("all", counted["all"])):
        numbers = [row[column] for column in COUNTED] + [len(row["accepted"]), len(row["refused"])]
        lines.append(f"| {name} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines)


def report(counted: dict[str, Any]) -> str:
    """Return the table of counts, then a line for each answer that has the wrong verdict and for each target missed."""
    lines = [table(counted)]
    for key in ("accepted", "refused", "only_checked"):
        lines += [f"{key.replace('_', ' ')}, {exercise}: {label}" for exercise, label in counted["all"][key]]
    return "\n".join([*lines, *(f"missed: {target}" for target in missed(counted))])


def _counted(pairs: Sequence[tuple[Attempt, Outcome]]) -> dict[str, Any]:
    wrong = [(attempt, found) for attempt, found in pairs if attempt.expect == "wrong"]
    right = [(attempt, found) for attempt, found in pairs if attempt.expect == "right"]
    rejected = [found for _, found in wrong if not found.checked]
    values = (
        len(wrong),
        len(rejected),
        *(sum(found.help == kind for found in rejected) for kind in ("named", "explained", "located")),
        sum(bool(found.false_names) for found in rejected),
        sum(not found.way_on for found in rejected),
        len(right),
        sum(found.checked and found.graded for _, found in right),
    )
    return {
        **dict(zip(COUNTED, values, strict=True)),
        "accepted": _listed(wrong, lambda found: found.checked and not found.remark),
        "refused": _listed(right, lambda found: not (found.checked and found.graded)),
        "only_checked": _listed(pairs, lambda found: found.checked and not found.graded),
    }


def _listed(pairs: Sequence[tuple[Attempt, Outcome]], which: Callable[[Outcome], bool]) -> list[list[str]]:
    return [[attempt.exercise, attempt.label] for attempt, found in pairs if which(found)]
