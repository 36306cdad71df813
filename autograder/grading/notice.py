"""What a student finds in the place of feedback when nothing could be graded: a page with one sentence."""

from contextlib import suppress

from autograder.files import write_whole
from utils.card import escape

_OURS = "<!-- unrolled: in the place of feedback -->"
_PAGE = """<!DOCTYPE html>
{ours}
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>This submission was not graded, and no mark was given for it.</p><p>{told}</p></body></html>
"""


def write(path, title, told):
    """Write the page, over whatever feedback there was of an earlier submission.

    Parameters
    ----------
    path : Path
        Where nbgrader's feedback would be.
    title, told : str
        Plain text.
    """
    with suppress(OSError):  # the row and the gradebook say it as well
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _PAGE.format(ours=_OURS, title=escape(title), told=escape(told)))


def clear(path):
    """Remove the page if it is there, so that nbgrader writes real feedback: it passes over what exists."""
    with suppress(OSError):
        if _OURS in path.read_text(encoding="utf-8", errors="replace")[:200]:
            path.unlink()
            path.parent.rmdir()
