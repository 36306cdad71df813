"""Keep a log of a learner's checks on the learner's own disk: what was found and when, never code, never a number.

One line of JSON a check, in ``.unrolled/<assignment>.log.jsonl``. That folder lies beside the assignment's folder, not
in it: handing in, `nbgrader submit` among others, takes the assignment's folder as a whole.
"""

import datetime
import json
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from utils import fixtures
from utils.checking import progress
from utils.checking.card import Note
from utils.checking.report import Report

FOLDER = ".unrolled"
LIMIT = 1_000_000  # bytes, some 6,000 checks; a full log is kept, and nothing is added to it
_VERSION = 1
_OFF = "log-is-off"  # the file whose presence turns the logs of a folder off
_FINDINGS = ("right", "not started", "crashed", "named", "explained", "located", "unnamed", "wrong")
_FOREIGN = (ValueError, KeyError, TypeError, AttributeError, RecursionError)

_off: set[Path] = set()  # folders in which the choice could not be written down
_mentioned: set[str] = set()  # sentences about trouble, each of which a learner reads once


@dataclass(frozen=True)
class Check:
    """One line of the log.

    Attributes
    ----------
    time : datetime
        In UTC, to the second.
    exercise : str
    finding : str
        As `utils.checking.kinds.finding` says it; "wrong" of an exercise that was practised without help.
    mistakes : tuple of str
        The ids of the mistakes that were named.
    hint : int
        The highest level of hints that was shown.
    code : str
        The digest of the function: it tells whether the function changed, and nothing can be read back out of it.
    """

    time: datetime.datetime
    exercise: str
    finding: str
    mistakes: tuple[str, ...] = ()
    hint: int = 0
    code: str = ""


def keep(report: Report, code: str) -> list[str]:
    """Add a line about a check; return a sentence about trouble, once.

    Nothing is kept while a notebook is graded or validated, where the notebook is not in the working folder, and of
    what could not be checked.

    Parameters
    ----------
    report : Report
    code : str
        The digest of the code that was checked.
    """
    if not report.finding or os.environ.get("NBGRADER_EXECUTION") or not _is_on():
        return []
    assignment = fixtures.load(report.name)["assignment"]
    if not progress.beside_its_notebook(assignment):
        return []
    file, sentences = path(assignment), []
    try:
        file.parent.mkdir(exist_ok=True)
        if os.path.lexists(file) and not _is_ours(file):
            sentences.append(progress.set_aside(file, "a log"))
        _append(file, _line(report, code))
    except OSError:
        sentences.append("The log of your checks could not be written, so this is not in it; all else works.")
    except _Full:
        sentences.append(f"The log of your checks is full, so nothing is added to it: {file}")
    new = [sentence for sentence in sentences if sentence not in _mentioned]
    _mentioned.update(new)
    return new


def path(assignment: str) -> Path:
    """Return where the log of an assignment lies, whose notebook is in the working folder."""
    return _folder() / f"{assignment}.log.jsonl"


def checks(assignment: str) -> list[Check]:
    """Return what the log of an assignment holds, oldest first; what cannot be read is left out."""
    return read(path(assignment))


def read(file: Path, exercises: Collection[str] | None = None) -> list[Check]:
    """Return what a log holds, oldest first; what cannot be read is left out.

    Parameters
    ----------
    file : Path
        It need not be there, nor be a log.
    exercises : collection of str, optional
        Those that there are; by default the course's.
    """
    try:
        text = _content(file) if _is_file(file) else ""
    except OSError:
        return []
    return sorted(_parsed(text, exercises), key=lambda check: check.time)


def switch(on: bool | None) -> Note:
    """Turn the logs of this folder's notebooks on or off, for good; return a note on where they lie.

    Parameters
    ----------
    on : bool or None
        None changes nothing.
    """
    folder = _folder()
    marker, kept = folder / _OFF, True
    if on is not None:
        (_off.discard if on else _off.add)(folder)
        try:
            if on:
                marker.unlink(missing_ok=True)
            else:
                folder.mkdir(exist_ok=True)
                marker.touch()
                _off.discard(folder)
        except OSError:
            kept = False
    if _is_on():
        sentence = f"Your checks are logged in {folder}: which exercise, when, what was found, never your code."
        sentence += " It is yours, and not handed in. `check.log(False)` turns it off."
    else:
        sentence = f"Your checks are not logged. What was logged before lies in {folder}; you may delete it."
        sentence += " `check.log(True)` turns it on again."
    return Note(sentence if kept else f"{sentence} (Until the kernel restarts: the choice could not be written down.)")


class _Full(Exception):
    """The log has reached its limit."""


def _folder() -> Path:
    """Return the folder of the logs: never inside one that has an assignment's name, since that is handed in."""
    here = Path.cwd()
    return (here.parent if progress.beside_its_notebook(here.name) else here) / FOLDER


def _is_on() -> bool:
    folder = _folder()
    return folder not in _off and not os.path.lexists(folder / _OFF)


def _line(report: Report, code: str) -> bytes:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    content: dict[str, Any] = {"unrolled": _VERSION, "time": now, "exercise": report.name, "finding": report.finding}
    content |= {"mistakes": [*report.named], "hint": report.level, "code": code}
    return json.dumps(content).encode("ascii") + b"\n"


def _append(file: Path, line: bytes) -> None:
    """Add a line in one write at the end of the file, wherever another kernel has moved that."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size + len(line) > LIMIT:
            raise _Full
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            # A line that a full disk or a power failure cut off; or one that another kernel is just writing across the
            # border of a page, and then an empty line comes between, which readers leave out.
            if os.read(descriptor, 1) != b"\n":
                line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _is_file(file: Path) -> bool:
    return os.path.lexists(file) and stat.S_ISREG(os.lstat(file).st_mode)


def _content(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(LIMIT).decode("utf-8", errors="replace")


def _is_ours(file: Path) -> bool:
    """Whether the file is empty or begins with a line of a log."""
    if not _is_file(file):
        return False
    with file.open("rb") as opened:
        first = opened.readline(2000)
    return not first or any(_parsed(first.decode("utf-8", errors="replace")))


def _parsed(text: str, exercises: Collection[str] | None = None) -> Iterator[Check]:
    names = fixtures.names() if exercises is None else exercises
    for line in text.splitlines():
        try:
            content = json.loads(line)
            time = datetime.datetime.fromisoformat(content["time"])
            check = Check(
                time, content["exercise"], content["finding"], (*content["mistakes"],), content["hint"], content["code"]
            )
            known = check.exercise in names and check.finding in _FINDINGS and isinstance(check.hint, int)
        except _FOREIGN:
            continue
        if known and content["unrolled"] == _VERSION and time.tzinfo is not None:
            yield check
