"""Make the page that a student gets instead of feedback when nothing could be graded: it says why."""

from contextlib import suppress
from pathlib import Path

from autograder.grading.standings import Standing
from utils.checking.card import escape
from utils.files import write_whole

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>This submission was not graded, and no mark was given for it.</p><p>{reason}</p>{stands}
</body></html>
"""


def page(title: str, reason: str, standing: Standing | None = None) -> str:
    """Return the page; see `write`."""
    stands = f"<p>{_stands(standing)}</p>" if standing else ""
    return _PAGE.format(title=escape(title), reason=escape(reason), stands=stands)


def write(path: Path, title: str, reason: str, standing: Standing | None = None) -> None:
    """Write the page in place of the feedback of an earlier submission, if there is any.

    Parameters
    ----------
    path : Path
        Where nbgrader's feedback would be.
    title, reason : str
        Plain text.
    standing : autograder.grading.standings.Standing, optional
        What counts of an earlier submission's mark, if there is one.
    """
    with suppress(OSError):  # the row and the gradebook say it as well
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, page(title, reason, standing))


def _stands(standing: Standing) -> str:
    late = f", {standing.penalty:.4g} taken off for lateness" if standing.penalty else ""
    waits = " In it, answers that a person has still to read count 0 until then." if standing.waiting else ""
    score = f"{round(standing.score, 2):g} of {standing.max_score:g}"
    return f"The mark of the earlier submission stands: {score} points{late}.{waits}"
