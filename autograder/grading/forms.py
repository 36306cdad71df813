"""Results of a class as people and programs read them: a table, and times as CSV."""

import csv
import io

from autograder.collecting.submissions import shown
from autograder.grading.export import safe


def table(rows):
    """Return submissions as a table: student, score, named mistakes or why there is no mark."""
    lines = [("student", "score", "named mistakes")]
    for row in rows:
        score = "no mark" if row.score is None else f"{row.score:g} of {row.max_score:g}"
        mistakes = ", ".join(f"{name}: {mistake}" for name, mistake in (row.mistakes or {}).items())
        told = f"{row.status}: {row.told}" if row.score is None else row.told
        lines.append((shown(row.student), score, "; ".join(filter(None, (mistakes, told)))))
    widths = [max(len(line[i]) for line in lines) for i in range(2)]
    lines.insert(1, ("-" * widths[0], "-" * widths[1], "-" * 14))
    return "\n".join(f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c}".rstrip() for a, b, c in lines)


def times(rows):
    """Return how long what was judged: a table in CSV."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(("student", "exercise", "seconds"))
    for row in rows:
        table.writerows((safe(row.student), name, seconds) for name, seconds in row.seconds.items())
    return written.getvalue()
