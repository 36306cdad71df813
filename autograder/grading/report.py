"""Print what a run of ``autograder grade`` did: a table, the answers that wait for people, and times as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.collecting.plain_files import shown
from autograder.grading import gradebook
from autograder.grading.export import safe

if TYPE_CHECKING:  # it would be imported for its name alone
    from autograder.grading.rows import Graded


def without_idle_samples(rows: Sequence["Graded"]) -> list["Graded"]:
    """Return the rows without those of the sample class that the run did not grade, unless there are no others."""
    listed = [row for row in rows if not (row.status == "kept" and row.student.startswith(gradebook.DEMO))]
    return listed or list(rows)


def table(rows: Sequence["Graded"]) -> str:
    """Return submissions as a table: student, score, named mistakes or why there is no mark, and what counts then."""
    lines = [("student", "score", "named mistakes")]
    for row in rows:
        score = "no mark" if row.score is None else f"{row.score:g} of {row.max_score:g}"
        mistakes = ", ".join(f"{name}: {mistake}" for name, mistake in (row.mistakes or {}).items())
        message = f"{row.status}: {row.message}" if row.score is None else row.message
        lines.append((shown(row.student), score, "; ".join(filter(None, (mistakes, message, _standing(row))))))
    widths = [max(len(line[i]) for line in lines) for i in range(2)]
    lines.insert(1, ("-" * widths[0], "-" * widths[1], "-" * 14))
    return "\n".join(f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c}".rstrip() for a, b, c in lines)


def left(rows: Sequence["Graded"]) -> str:
    """Return what people must still do after a run, and what else counts: a line each, if any."""
    marks = [row.standing for row in rows if row.standing]
    counts = {
        "Answers that wait for a person": sum(one.waiting for one in marks),
        "Answers to look at again, since they changed, or may have, after a person marked them": sum(
            one.again for one in marks
        ),
        "Earlier marks that stand": sum(row.score is None for row in rows if row.standing),
        "Marks from which lateness takes points": sum(one.penalty > 0 for one in marks),
        "Marks that changed rules, rubrics or dates moved": sum(one.before is not None for one in marks),
    }
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


def times(rows: Sequence["Graded"]) -> str:
    """Return how long judging each exercise of each submission took: a table in CSV."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(("student", "exercise", "seconds"))
    for row in rows:
        table.writerows((safe(row.student), name, seconds) for name, seconds in row.seconds.items())
    return written.getvalue()
