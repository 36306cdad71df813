"""Keep a learner's progress in a small file next to the notebook, so that it survives a restart of the kernel."""

import datetime
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from utils import fixtures
from utils.checking import card
from utils.checking.report import Report
from utils.checking.wording import listing
from utils.files import write_whole

Board = tuple[str, tuple[tuple[str, str, str, str], ...], bool]  # title, rows, and whether all is done

_FORMAT = "unrolled progress 1"
_FOREIGN = (ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what a file of another program raises
_STATES = ("right", "wrong", "not started")  # what `check` can find; an exercise without one is not checked yet

# By exercise: "state", "when", and while it is not right "level" and "code", the highest level of help that was shown
# and the digest of the code that it was first shown for; "unaided" while an exercise that begins without help has none.
Known = dict[str, dict[str, Any]]

_memory: dict[str, Known] = {}  # by assignment, for where there is no file to keep it in


def remember(report: Report, code: str = "") -> list[str]:
    """Keep what `check` found; return sentences about what a learner should know of the folder.

    Parameters
    ----------
    report : Report
    code : str
        The digest of the code that was checked.
    """
    notes = [sentence] if (sentence := warning_if_hidden(Path.cwd())) else []
    if not report.name or report.status not in _STATES:
        return notes
    exercise = fixtures.load(report.name)
    assignment = exercise["assignment"]
    # Read again each time: a second kernel of the same notebook may have written in between.
    known, more = read(assignment)
    notes += more
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    before, level = known.get(report.name, {}), report.level
    known[report.name] = {"state": report.status, "when": now}
    if exercise.get("unaided") and before.get("unaided", not before) and (report.unaided or report.status != "wrong"):
        known[report.name]["unaided"] = True
    if not report.ok:
        first = {"level": level, "code": code} if level > before.get("level", 0) else before
        known[report.name] |= {key: first[key] for key in ("level", "code") if key in first}
    _memory[assignment] = known
    if beside_its_notebook(assignment) and (problem := _write(assignment, known)):
        notes.append(problem)
    return notes


def seen(name: str) -> tuple[int, str]:
    """Return the highest level of help shown for an exercise, and the digest of the code it was first shown for."""
    try:
        entry = _parsed(fixtures.load(name)["assignment"]).get(name, {})
    except (OSError, *_FOREIGN):
        return 0, ""
    return entry.get("level", 0), entry.get("code", "")


def helped(name: str) -> bool:
    """Whether a wrong answer to an exercise was ever helped, as far as is known."""
    try:
        entry = _parsed(fixtures.load(name)["assignment"]).get(name, {})
    except (OSError, *_FOREIGN):
        entry = {}
    return bool(entry) and not entry.get("unaided", False)


def can_keep(name: str) -> bool:
    """Whether what is shown of an exercise can be kept: by writing down once more what is known."""
    assignment = fixtures.load(name)["assignment"]
    if not beside_its_notebook(assignment):
        return True  # as long as the kernel runs
    try:
        return not _write(assignment, _parsed(assignment))
    except (OSError, *_FOREIGN):
        return False


def board() -> "Progress":
    """Return where the learner stands: the assignments whose notebooks are here, else those checked in this session."""
    folder = Path.cwd()
    shown = here() or [a for a in _assignments() if a in _memory]
    notes = [sentence] if (sentence := warning_if_hidden(folder)) else []
    if not shown:
        message = f"No notebook of this course lies in {folder}, and nothing was checked yet."
        notes.insert(0, "Call `check.progress()` in an assignment's notebook, or `check` a function first.")
        return Progress((), message, tuple(notes))
    boards = []
    for assignment in shown:
        known, more = read(assignment)
        boards.append(_one_board(assignment, known))
        notes += more
    return Progress(tuple(boards), "", tuple(notes))


def here() -> list[str]:
    """Return the assignments whose notebooks are in the working folder."""
    return [assignment for assignment in _assignments() if beside_its_notebook(assignment)]


def _assignments() -> list[str]:
    return list(dict.fromkeys(fixtures.load(name)["assignment"] for name in fixtures.names()))


def read(assignment: str) -> tuple[Known, list[str]]:
    """Return what is known of an assignment's exercises, and sentences about a file that had to be set aside."""
    path = Path.cwd() / f"{assignment}.progress.json"
    try:
        return _parsed(assignment), []
    except PermissionError:
        return dict(_memory.get(assignment, {})), [f"{path.name} may not be read, so progress starts again."]
    except (OSError, *_FOREIGN):
        return dict(_memory.get(assignment, {})), [set_aside(path, "a progress file")]


def _parsed(assignment: str) -> Known:
    """Return what is known of an assignment's exercises; raise what reading a foreign file raises."""
    path = Path.cwd() / f"{assignment}.progress.json"
    if not beside_its_notebook(assignment) or not os.path.lexists(path):
        return dict(_memory.get(assignment, {}))
    content = json.loads(path.read_text(encoding="utf-8"))
    known = content["exercises"]
    if content["format"] != _FORMAT or content["assignment"] != assignment:
        raise ValueError("another file's content")
    for entry in known.values():
        datetime.datetime.fromisoformat(entry["when"])
        if entry["state"] not in _STATES:
            raise ValueError("an unknown state")
        if not isinstance(entry.get("level", 0), int) or not isinstance(entry.get("code", ""), str):
            raise ValueError("an unknown level")
        if not isinstance(entry.get("unaided", False), bool):
            raise ValueError("an unknown word on help")
    return dict(known)


def set_aside(path: Path, kind: str) -> str:
    """Move a file that is not of the expected kind ("a progress file") to a dated name; return a sentence on it."""
    try:
        kept = dated(path)
        os.replace(path, kept)
    except OSError:
        return f"{path.name} is not {kind} of this course and could not be moved away, so nothing is kept in it."
    return f"{path.name} was not {kind} of this course, so it was set aside as {kept.name}."


def dated(path: Path) -> Path:
    """Return a path beside `path` whose name has the date in it and is not in use.

    If `path` is a file, an empty file reserves the name. For a folder none is made: a folder cannot replace a file.
    """
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M")
    for count in range(1, 10_000):
        number = "" if count == 1 else f"-{count}"
        name = path.with_name(f"{path.stem}.{stamp}{number}{path.suffix}")
        if os.path.lexists(name):
            continue
        if not path.is_dir():
            name.open("x", encoding="utf-8").close()
        return name
    raise FileExistsError(path)


def _write(assignment: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the file whole or not at all; return a sentence if that was not possible."""
    content = {"format": _FORMAT, "assignment": assignment, "exercises": known}
    path = Path.cwd() / f"{assignment}.progress.json"
    try:
        write_whole(path, json.dumps(content, indent=1))
    except OSError:
        return f"{path.name} could not be written here, so progress is kept until the kernel restarts."
    return ""


def beside_its_notebook(assignment: str) -> bool:
    """Whether the working folder holds the assignment's notebook."""
    return notebook(assignment).is_file()


def notebook(assignment: str) -> Path:
    """Return where the assignment's notebook lies, if it is in the working folder."""
    return Path.cwd() / f"{assignment}.ipynb"


def warning_if_hidden(folder: str | os.PathLike[str]) -> str:
    """Return a sentence if a file or folder in `folder` would be imported in the place of this package, else "".

    As `unrolled`, this package is found whatever else is called `utils`.
    """
    if __name__.partition(".")[0] != "utils":
        return ""
    for path in (Path(folder) / "utils.py", Path(folder) / "utils"):
        wanted = path.is_file() if path.suffix else path.is_dir()
        if wanted and path.resolve() != Path(__file__).resolve().parents[1]:
            kind = "file" if path.suffix else "folder"
            return (
                f"The {kind} {path} beside this notebook hides the course's utils when the kernel restarts: rename it."
            )
    return ""


def _one_board(assignment: str, known: Mapping[str, Mapping[str, Any]]) -> Board:
    """Return the title, the rows, and whether all there is to be done is done.

    A right exercise earns its points, and those of its counterpart, as in the grade: of the two one is required. A
    bonus has no points; it is listed, and not counted.
    """
    everything = [e for e in map(fixtures.load, fixtures.names()) if e["assignment"] == assignment]
    exercises = [e for e in everything if e["points"]]
    right = {e["name"] for e in exercises if e["name"] in known and known[e["name"]]["state"] == "right"}
    credited = {e["name"] for e in exercises if e["counterpart"] in right} - right
    rows = []
    for exercise in everything:
        name, entry = exercise["name"], known.get(exercise["name"])
        state, when = (entry["state"], _when(entry["when"])) if entry else ("not checked yet", "")
        if state == "right" and entry and entry.get("unaided"):
            state += ", unaided"
        if name in credited:
            state += ", its counterpart counts"
        elif exercise["counterpart"] in credited:
            state += ", counts for both"
        rows.append((name, f"{exercise['points']:g}" if exercise["points"] else "bonus", state, when))
    points = sum(e["points"] for e in exercises if e["name"] in right | credited)
    more = f" ({len(credited)} more count{'s' * (len(credited) == 1)} by a counterpart)" if credited else ""
    title = f"{assignment}: {len(right)} of {len(exercises)} exercises right{more}, "
    title += f"{points:g} of {sum(e['points'] for e in exercises):g} points.{_waiting(assignment)}"
    return title, tuple(rows), len(right | credited) == len(exercises)


def _waiting(assignment: str) -> str:
    """Say how many points a person gives; of a written answer a check knows nothing."""
    questions = fixtures.written(assignment)
    if not questions:
        return ""
    headings = listing([f"“{heading}”" for heading, _ in questions])
    points = sum(points for _, points in questions)
    answers = "answers" if len(questions) > 1 else "answer"
    return f" {points:g} more are given by a person, who reads your {answers} to {headings}."


def _when(iso: str) -> str:
    return datetime.datetime.fromisoformat(iso).astimezone().strftime("%Y-%m-%d %H:%M")


class Progress:
    """The state of every exercise, as text in a terminal and as a card in a notebook."""

    _HEADER = ("exercise", "points", "state", "checked")

    def __init__(self, boards: Sequence[Board], message: str = "", notes: Sequence[str] = ()) -> None:
        self.boards, self.message, self.notes = boards, message, notes

    def __str__(self) -> str:
        parts = [self.message] if self.message else []
        for title, rows, _ in self.boards:
            widths = [max(len(row[i]) for row in (self._HEADER, *rows)) for i in range(4)]
            lines = [
                f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d}".rstrip()
                for a, b, c, d in (self._HEADER, *rows)
            ]
            parts.append("\n".join([title, "", *lines]))
        return "\n\n".join([*parts, *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        notes = [card.paragraph(note) for note in self.notes]
        if not self.boards:
            return card.card("waiting", self.message, *notes)
        cards = []
        for title, rows, done in self.boards:
            table = card.table("Your exercises, as you last checked them:", self._HEADER, rows)
            cards.append(card.card("right" if done else "note", title, table, *notes))
            notes = []
        return "".join(cards)
