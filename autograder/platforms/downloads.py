"""Say whose each file in a platform's download of submissions is, by the name that the platform gave it.

A file's own name was chosen by a student, and may look like the rest of such a name. So what the platform wrote is
looked for from the left, and only where the platform writes it.
"""

import re
from dataclasses import dataclass

_CANVAS = re.compile(r"(?P<name>.*?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<attachment>\d+)_(?P<file>.+)", re.DOTALL)
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<number>[A-Za-z0-9]+)_\d+_(?P<file>.+)", re.DOTALL)
_MOODLE = re.compile(r".*?_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Handed:
    """A file that somebody handed in.

    Attributes
    ----------
    number : str
        The platform's own, of the one who handed it in.
    file : str
        The file's path as the student named it.
    late : bool
        Whether the platform calls it late.
    """

    number: str
    file: str
    late: bool = False


def of_canvas(path: str) -> Handed | None:
    """Return whose a file of Canvas's download is; None for a text, a link, or another file.

    Examples
    --------
    >>> of_canvas("doeann_LATE_1001_5550_01-rnn-forward-1.ipynb")
    Handed(number='1001', file='01-rnn-forward-1.ipynb', late=True)
    >>> of_canvas("doeann_1001_5550_x_7_8_y.ipynb")
    Handed(number='1001', file='x_7_8_y.ipynb', late=False)
    >>> of_canvas("doeann_1001_text.html")
    """
    first, *below = path.split("/")
    found = _ANONYMOUS.fullmatch(first) or _CANVAS.fullmatch(first)
    if not found or first.startswith("._"):
        return None
    # An archive that a student handed in is a folder of its name by now.
    return Handed(found["number"], "/".join([found["file"], *below]), bool(found["late"]))


def of_moodle(path: str) -> Handed | None:
    """Return whose a file of Moodle's download is, in folders or not; None for a text, or another file.

    Examples
    --------
    >>> of_moodle("Ann Doe_11_assignsubmission_file/mine/01-rnn-forward.ipynb")
    Handed(number='11', file='mine/01-rnn-forward.ipynb', late=False)
    >>> of_moodle("Ann Doe_11_assignsubmission_file_01-rnn-forward.ipynb")
    Handed(number='11', file='01-rnn-forward.ipynb', late=False)
    >>> of_moodle("Ann Doe_11_assignsubmission_file_x_7_assignsubmission_file_y.ipynb").number
    '11'
    >>> of_moodle("Ann Doe_11_assignsubmission_onlinetext/onlinetext.html")
    """
    first, *below = path.split("/")
    found = _MOODLE.fullmatch(first)
    if not found or found["kind"] != "file":
        return None
    file = "/".join(filter(None, [found["file"], *below]))
    return Handed(found["number"], file) if file else None
