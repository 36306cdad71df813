"""Read what was handed in, one notebook per student among other files, without following links.

A submission is a folder that a student filled. Nothing in it is followed (links), opened blindly (pipes, devices) or
used beside the one notebook, and what cannot be used is refused by name, in a sentence.
"""

import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting import beside, lent
from autograder.collecting import folder as folders
from autograder.collecting.moments import moment_of
from autograder.collecting.notebook_json import MAX_BYTES
from autograder.collecting.plain_files import ACTIVE, Refused, enter, read_bytes, shown
from autograder.errors import BadInput

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
_SECRET = re.compile(r"[0-9A-Za-z_-]{32,256}")  # nbgrader writes 128 hexadecimal digits
_UNFIT = {"[", *ACTIVE}  # nbgrader takes a bracket for a pattern
_COPY = r"(?:copy of )?{name}(?:[ _-]*\(?\d{{1,3}}\)?|[ _-]*copy(?:[ _-]?\d{{1,3}})?)?"


@dataclass(frozen=True)
class Submission:
    """A student's folder of one assignment.

    Attributes
    ----------
    student : str
        The folder's name, in Unicode's composed form (NFC): some systems and archives take letters like ë apart.
    assignment : str
    folder : Path
    """

    student: str
    assignment: str
    folder: Path


@dataclass(frozen=True)
class Content:
    """What `read` returns.

    Attributes
    ----------
    name : str
        The notebook's file name, as it can be shown.
    content : bytes
        At most `MAX_BYTES` of it.
    timestamp : str
        What ``timestamp.txt`` says, at most 100 characters; empty if there is none.
    digest : str
        Of all this, and of the secret, so that a page goes out under the one that it belongs to.
    notes : tuple of str
        What was chosen or left out, one sentence each, for the student.
    beside : Beside
        What lies beside the notebook and is used with it.
    """

    name: str
    content: bytes
    timestamp: str
    digest: str
    notes: tuple[str, ...]
    beside: lent.Beside = field(default_factory=lent.Beside)


def like(student: str, pattern: str) -> bool:
    """Whether a student's name is `pattern`, in which ``*`` stands for any letters."""
    pattern = unicodedata.normalize("NFC", pattern)
    parts = (re.escape(part) for part in pattern.split("*"))
    return student == pattern or re.fullmatch(".*".join(parts), student, re.DOTALL) is not None


def moment(submission: Submission) -> datetime:
    """Return when it was handed in: by ``timestamp.txt``, else by the newest file time of its notebooks.

    Parameters
    ----------
    submission : Submission

    Returns
    -------
    datetime
        Without a zone, in UTC. Nothing is followed: if this is not a folder, it is the time of that link or file.

    Raises
    ------
    OSError
    """
    about = submission.folder.lstat()
    times = [about.st_mtime]
    if stat.S_ISDIR(about.st_mode) and stat.S_ISDIR(submission.folder.parent.lstat().st_mode):
        if (written := time_of(_timestamp(submission.folder))[0]) is not None:
            return written
        notebooks = [entry for entry in os.scandir(submission.folder) if _is_notebook(entry.name)]
        times = [entry.stat(follow_symlinks=False).st_mtime for entry in notebooks] or times
    return datetime.fromtimestamp(max(times), UTC).replace(tzinfo=None)


def time_of(text: str) -> tuple[datetime | None, str]:
    """Return the time that a ``timestamp.txt`` holds, in UTC and without a zone, and what is wrong if it holds none."""
    if not text:
        return None, ""
    found = moment_of(text)
    return found, "" if found else f"{TIMESTAMP} holds no time ({shown(text)}); lateness was not looked at."


def read(submission: Submission) -> Content:
    """Read the notebook of a submission.

    Parameters
    ----------
    submission : Submission

    Returns
    -------
    Content

    Raises
    ------
    Refused
        By name: a link, a pipe, a device, a folder called like a notebook, several notebooks.
    BadInput
        If there is no notebook, or a larger one than is read.
    OSError
        If the disk cannot be read, which is not the student's fault.
    """
    if not _composed(submission.student):
        raise Refused(
            f"There are two folders for {shown(submission.student)!r}: the same letters, in two forms of Unicode. The "
            "other one was read; leave the one that counts."
        )
    refuse_name(submission.student)
    enter(submission.folder)
    notes: list[str] = []
    name = _chosen(submission, notes)
    content = read_bytes(submission.folder / name, MAX_BYTES)
    if len(content) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise BadInput(f"{shown(name)} is larger than {limit}: clear its outputs and submit again.")
    lying = lent.beside(submission.folder, name, content)
    timestamp = _timestamp(submission.folder)
    parts = [name.encode("utf-8", "replace"), timestamp.encode(), secret(submission.folder).encode(), content]
    digest = hashlib.sha256(b"\0".join([*parts, *lying.parts()])).hexdigest()
    return Content(shown(name), content, timestamp, digest, tuple(notes), lying)


def secret(folder: Path) -> str:
    """Return the secret by which nbgrader's exchange hands the feedback of this folder to its student alone.

    Parameters
    ----------
    folder : Path
        A submission's, or that of its judged copy or its feedback.

    Returns
    -------
    str
        What ``submission_secret.txt`` says; empty if that is not a secret, or may not be read.
    """
    try:
        enter(folder)
        text = read_bytes(folder / SECRET, 256).decode("ascii")
    except (OSError, Refused, UnicodeDecodeError):
        return ""
    return text if _SECRET.fullmatch(text) else ""


def handed_in(folder: Path) -> str:
    """Return what ``timestamp.txt`` says in such a folder; empty if that is not a time, or may not be read."""
    try:
        enter(folder)
        text = _timestamp(folder)
    except (OSError, Refused):
        return ""
    return text if time_of(text)[0] else ""


def usable(student: str) -> bool:
    """Whether a gradebook and a table can hold this as a student's name, and nbgrader finds a folder of that name."""
    fit = student.isprintable() and _composed(student) and len(student) <= 128 and not set(student) & _UNFIT
    return fit and student == student.strip() and not student.startswith("-")


def refuse_name(student: str) -> None:
    """Raise `Refused` for a folder's name that cannot be a student's."""
    if not usable(student):
        raise Refused(
            f"The folder {shown(student)!r} cannot be a student's name: it is longer than 128 characters, begins with "
            'a hyphen, or holds one of [ < > " & \\, spaces at its ends or characters that cannot be shown. Rename it.'
        )


def _composed(name: str) -> bool:
    return unicodedata.is_normalized("NFC", name)


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb") and not name.startswith(".")


def _chosen(submission: Submission, notes: list[str]) -> str:
    """Return the name of the notebook; `notes` gets a sentence about what was passed over."""
    assignment = submission.assignment
    entries = sorted(entry.name for entry in os.scandir(submission.folder))
    notebooks = [name for name in entries if _is_notebook(name)]
    wanted = f"{assignment}.ipynb"
    if wanted in notebooks:
        others = [name for name in notebooks if name != wanted]
        return beside.worked_copy(submission.folder, wanted, others, notes) if others else wanted
    if not notebooks:
        return _misplaced(submission.folder, wanted, notes)
    pattern = re.compile(_COPY.format(name=re.escape(assignment)), re.IGNORECASE)
    named = [n for n in notebooks if pattern.fullmatch(unicodedata.normalize("NFC", n[: -len(".ipynb")]).strip())]
    candidates = named or notebooks
    if len(candidates) > 1:
        several = ", ".join(shown(name) for name in candidates[:5])
        raise Refused(f"Several notebooks were handed in and none is called {wanted}: {several}. Leave one of them.")
    left = f"; left out: {', '.join(shown(n) for n in notebooks if n != candidates[0])}" if len(notebooks) > 1 else ""
    notes.append(f"The notebook was called {shown(candidates[0])} instead of {wanted}; it was graded{left}.")
    return candidates[0]


def _misplaced(folder: Path, wanted: str, notes: list[str]) -> str:
    """Return the path of a notebook that alone lies elsewhere in the folder, or has another ending."""
    found = folders.misplaced(folder)
    alike = [name for name in found if name.rpartition("/")[2] == wanted] or found
    if len(alike) == 1:
        notes.append(f"The notebook was handed in as {shown(alike[0])} instead of {wanted}; it was graded.")
        return alike[0]
    raise BadInput(f"No notebook was handed in: there is no {wanted} in the folder{folders.listed(folder)}.")


def _timestamp(folder: Path) -> str:
    try:
        return read_bytes(folder / TIMESTAMP, 100)[:100].decode("ascii", "replace").strip()
    except (FileNotFoundError, Refused):
        return ""
