"""Put the facts of a class report into sentences."""

import re

from autograder.judging.results import NUMERIC
from autograder.reporting.records import Attendance, ClassReport, Distribution
from autograder.reporting.wrong_answers import Cluster, Count, Difference
from utils.checking import wording
from utils.checking.comparison import Comparison

_OWN_NAME = re.compile(r"\bv\d|\n")
HIDDEN = "hidden"  # in a table; in a sentence it is "some"
STATES = {
    "unreadable": "could not be read as a notebook",
    "refused": "was refused; its row in the table of `autograder grade` says why",
    "infrastructure": "could not be judged for a reason of ours; the next run tries again",
    "quarantined": "stopped the grader several times; `autograder grade --force` tries again",
    "running": "was being judged when a run was ended; the next run judges it",
    "missing": "was handed in by a group that the student has left",
    "not graded": "is not graded yet: run `autograder grade`",
    "earlier": "has a mark of an earlier grader: run `autograder grade`",
}
WHY_NOT = {
    "fails": "A call that fails has no numbers, so no `Mistake` can recognise it: help in the exercise's text.",
    "many right": "This exercise has many right answers: its judge names mistakes by what answers do.",
    "special only": "It is right on ordinary inputs, and mistakes are recognised by those alone.",
    "needs more": "No declaration is proposed: neither an edit of the solution nor the function below gives these "
    "numbers by itself. It may need texts that were left out, or what else its authors have defined.",
    "not tried": "No declaration is proposed: this machine has no sandbox in which students' code could be tried.",
}
FAILURES = {
    "exception": "stops with {error}",
    "timeout": "takes too long",
    "count": "returns another number of values",
    "undefined": "is not defined",
    "not-function": "is not a function",
    "too-large": "returns far too many numbers",
    "died": "ends its kernel",
    "no-answer": "gives no answer",
    "malformed": "gives no answer that can be read",
    "not asked": "could not be compared with the class",
}


def count(number: Count) -> str:
    """Return a count for a sentence; of a hidden one, that there are some."""
    return "some" if number is None else str(number)


def cell(number: Count) -> str:
    """Return a count for a table."""
    return HIDDEN if number is None else str(number)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def students(number: Count) -> str:
    """Return a count of students, in words: "1 student"."""
    return f"{count(number)} student{'' if number == 1 else 's'}"


def points(value: float) -> str:
    """Return points, to a hundredth."""
    return f"{round(value, 2):g}"


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.0f} %"


def attendance(of: Attendance) -> list[str]:
    """Return who has a mark, and who has not and why, a sentence each."""
    sentences = [f"{count(of.graded)} of {students(of.students)} {_have(of.graded)} a mark."]
    if of.without_mark != 0:
        many = len(of.reasons) > 1
        why = [f"{f'{count(number)} ' * many}since the work {STATES[state]}" for state, number in of.reasons.items()]
        handed = f"{_sentence(students(of.without_mark))} handed in something that has no current mark"
        because = f"{':' if many else ','} {'; '.join(why)}" if of.without_mark is not None else ""
        sentences.append(f"{handed}{because}.")
    others = [
        f"{count(number)} {what}"
        for number, what in (
            (of.missing, "handed in nothing"),
            (of.excused, "are excused" if of.excused != 1 else "is excused"),
            (of.late, "handed in late"),
        )
        if number != 0
    ]
    if others:
        sentences.append(f"{_sentence(wording.listing(others))}.")
    return sentences


def distribution(of: Distribution, graded: Count) -> list[str]:
    """Return the middle of the marks and the share of full ones, a sentence each."""
    if of.quartiles is None:
        return [
            "There are too few marks to say how they are distributed." if graded != 0 else "There are no marks yet."
        ]
    low, middle, high = map(points, of.quartiles)
    most = points(of.most)
    sentences = [f"The median is {middle} of {most} points for code; the middle half has {low} to {high}."]
    if graded and of.full_marks is not None:
        share = percent(of.full_marks / graded)
        sentences.append(f"{students(of.full_marks)}, {share}, {_have(of.full_marks)} all {most} points.")
    return sentences


def histogram(of: Distribution) -> str:
    """Return a histogram as a sentence, for those who do not see it."""
    width = of.most / len(of.bars)
    bars = []
    for number, bar in enumerate(of.bars):
        upper = f"to {points(of.most)}" if number == len(of.bars) - 1 else f"to below {points(width * (number + 1))}"
        bars.append(f"{points(width * number)} {upper} points: {cell(bar)}")
    return f"Students by points for code. {'; '.join(bars)}."


def cluster(of: Cluster) -> str:
    """Return what the answers of a cluster have in common, as a heading."""
    if not of.failure:
        return f"{students(of.students)}: the same wrong numbers in `{of.exercise}`"
    what = FAILURES.get(of.failure, "gives no answer").format(error=of.error or "an exception")
    at = f" at `{of.code}`" if of.code and not _OWN_NAME.search(of.code) else ""  # the sample numbers them otherwise
    return f"{students(of.students)}: `{of.exercise}` {what}{at}"


def first(of: Difference | None) -> str:
    """Return where a cluster's answers first differ from the right one, expected value included."""
    if of is None:
        return "On the inputs that all students share these answers are right; each was wrong on its own inputs."
    inputs = f"inputs with {of.special}" if of.special else "ordinary inputs"
    where = Comparison(of.output, of.problem, part=of.part, index=of.index, axes=of.axes)
    if of.problem in ("value", "nan") and of.yours is not None:
        expected = "" if of.expected is None else f" where {_number(of.expected)} is expected"
        return (
            f"The first wrong entry on {inputs} is {wording.worst_place(where)}: it is {_number(of.yours)}{expected}."
        )
    if of.problem == "shape" and of.shape is not None:
        expected = "" if of.expected_shape is None else f" where {of.expected_shape} is expected"
        return f"On {inputs}, {where.whole} has the shape {of.shape}{expected}."
    return f"On {inputs}, `{where.whole}` is the first output that is wrong, and not by its numbers ({of.problem})."


def to_do(report: ClassReport, most: int = 3) -> list[str]:
    """Return what to do next week, the most urgent first: a sentence or two each."""
    of, lines = report.attendance, []
    if of.without_mark != 0:
        lines.append(f"See why {students(of.without_mark)} {_have(of.without_mark)} no mark of what they handed in.")
    for one in report.waiting:
        what = [f"{count(one.unmarked)} to mark"] * (one.unmarked != 0)
        what += [f"{count(one.changed)} to look at again, since they changed after they were marked"] * (
            one.changed != 0
        )
        lines.append(f"Read the answers to `{one.cell}`: {' and '.join(what)}.")
    for mistake in report.mistakes[:most]:
        if mistake.students is None or mistake.students > 1:
            which = f"{count(mistake.students)} of {count(of.graded)} have it in `{mistake.exercise}`."
            about = f" They read: “{mistake.hints[0]}”" if mistake.hints else numeric(mistake.id)
            lines.append(f"Talk about `{mistake.id}`. {which}{about}")
    for found in report.clusters[:most]:
        if not found.failure:
            name = "Give it a name: a declaration is below." if found.edit or found.whole else "It has no name yet."
            which = f"{count(found.students)} of {count(of.graded)} have the same wrong numbers in `{found.exercise}`"
            lines.append(f"{which}, which no known mistake gives. {name}")
    idle = [one for one in report.exercises if one.not_started and of.graded and 4 * one.not_started >= of.graded]
    if idle:
        idle = sorted(idle, key=lambda one: -(one.not_started or 0))[:most]
        which = wording.listing(f"`{one.name}` ({count(one.not_started)} of {count(of.graded)})" for one in idle)
        lines.append(f"Ask what keeps them from beginning {which}.")
    return lines


def numeric(mistake: str) -> str:
    """Return what is wrong with a numeric gradient, which has no hints; nothing of another mistake."""
    return " It differentiates numerically while it runs, which earns nothing." if mistake == NUMERIC else ""


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, bool) else wording.number(value, 6)


def _have(number: Count) -> str:
    return "has" if number == 1 else "have"
