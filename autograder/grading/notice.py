"""What a student finds in the place of feedback when nothing could be graded: a page with one sentence."""

from contextlib import suppress

from autograder.files import write_whole
from utils.card import escape

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>This submission was not graded, and no mark was given for it.</p><p>{reason}</p></body></html>
"""


def page(title, reason):
    """Return the page; both are plain text."""
    return _PAGE.format(title=escape(title), reason=escape(reason))


def write(path, title, reason):
    """Write the page, over whatever feedback there was of an earlier submission.

    Parameters
    ----------
    path : Path
        Where nbgrader's feedback would be.
    title, reason : str
        Plain text.
    """
    with suppress(OSError):  # the row and the gradebook say it as well
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, page(title, reason))
