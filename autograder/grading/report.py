"""Print what a run of ``autograder grade`` did: a table, the answers that wait for people, and times as CSV."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from autograder.collecting.plain_files import shown
from autograder.grading import gradebook
from autograder.grading.export import safe

if TYPE_CHECKING:  # it would be imported for its name alone
    from autograder.grading.rows import Graded, Rows


def idle_samples(rows: "Rows") -> list[str]:
    """Return the students of the sample class whom the run did not grade; none where there are no others."""
    idle = [row.student for row in rows if row.status == "kept" and row.student.startswith(gradebook.DEMO)]
    return idle if len(idle) < len(rows) else []


def table(rows: Iterable["Graded"]) -> str:
    """Return `lines` in one text."""
    return "\n".join(lines(rows))


def lines(rows: Iterable["Graded"]) -> Iterator[str]:
    """Yield a table: student, score, named mistakes or why there is no mark, and what counts then.

    Parameters
    ----------
    rows : iterable of Graded
        Gone through twice, since the first column is as wide as its longest name.

    Yields
    ------
    str
        One for each line, so that a large class takes no memory.
    """
    head = ("student", "score", "named mistakes")
    first, second = len(head[0]), len(head[1])
    for row in rows:
        student, score, _ = _cells(row)
        first, second = max(first, len(student)), max(second, len(score))
    dashes = ("-" * first, "-" * second, "-" * 14)
    for a, b, c in chain((head, dashes), map(_cells, rows)):
        yield f"{a:<{first}}  {b:>{second}}  {c}".rstrip()


def _cells(row: "Graded") -> tuple[str, str, str]:
    score = "no mark" if row.score is None else f"{row.score:g} of {row.max_score:g}"
    mistakes = ", ".join(f"{name}: {mistake}" for name, mistake in row.mistakes.items())
    message = f"{row.status}: {row.message}" if row.score is None else row.message
    return shown(row.student), score, "; ".join(filter(None, (mistakes, message, _standing(row))))


def left(rows: Iterable["Graded"]) -> str:
    """Return what people must still do after a run, and what else counts: a line each, if any."""
    counts: Counter[str] = Counter()
    for row in rows:
        if one := row.standing:
            counts.update(
                {
                    "Answers that wait for a person": one.waiting,
                    "Answers to look at again, since they changed, or may have, after a person marked them": one.again,
                    "Earlier marks that stand": int(row.score is None),
                    "Marks from which lateness takes points": int(one.penalty > 0),
                    "Marks that changed rules, rubrics or dates moved": int(one.before is not None),
                }
            )
    return "\n".join(f"{what}: {count}" for what, count in counts.items() if count)


def _standing(row: "Graded") -> str:
    """Return what the gradebook holds that the score of a row does not say."""
    if row.standing is None:
        return ""
    late = f"lateness takes {row.standing.penalty:.4g} points" if row.standing.penalty else ""
    if row.standing.before is not None:
        now, before = (f"{round(score, 2):g}" for score in (row.standing.score, row.standing.before))
        late = "; ".join(filter(None, (late, f"moved from {before} to {now} of {row.standing.max_score:g}")))
    if row.score is not None:
        return late
    which = "mark of the earlier submission" if row.status in gradebook.NOT_READ else "earlier mark"
    points = f"{round(row.standing.score, 2):g} of {row.standing.max_score:g}"
    return "; ".join(filter(None, (f"the {which}, {points}, stands", late)))


def times(rows: Iterable["Graded"]) -> Iterator[str]:
    """Yield the lines of a table in CSV: how long judging each exercise of each submission took."""
    yield _csv_line("student", "exercise", "seconds")
    for row in rows:
        for name, seconds in row.seconds.items():
            yield _csv_line(safe(row.student), name, seconds)


def _csv_line(*cells: object) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()
