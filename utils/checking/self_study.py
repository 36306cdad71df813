"""Show solutions and rubrics to one who learns alone, after an attempt: in the self-study edition, which holds them."""

import difflib
import functools
import json
import lzma
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from utils import fixtures
from utils.checking import calling, progress
from utils.checking.card import Note
from utils.checking.report import Report

FILE = Path(__file__).parents[1] / "self_study.json.xz"  # only `autograder bundle --self-study` makes it
_NONE = "This edition holds no solutions: they are in the one for self-study."


class Page:
    """A page that a notebook shows as formatted text and a terminal as it is written.

    Attributes
    ----------
    text : str
        Markdown.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def solution(function: object) -> Page | Note:
    """Return the course's own function and why it is so, once the learner's was checked; see `utils.check.solution`."""
    name = function if isinstance(function, str) else calling.name_of(function)
    if name not in fixtures.names():
        return Note(f"There is no exercise called {name}.{_near(name, fixtures.names())}", "note")
    known = _content()["solutions"].get(name)
    if known is None:
        return Note(_NONE)
    found, _ = progress.read(fixtures.load(name)["assignment"])
    if found.get(name, {}).get("state") not in ("right", "wrong"):
        return Note(f"Try {name} first: its solution is shown once you have checked a function of yours.")
    why = textwrap.fill(known["why"], 100, break_long_words=False, break_on_hyphens=False)
    return Page(f"**{name}, as the course writes it**\n\n```python\n{known['source'].strip()}\n```\n\n{why}")


def answer(name: str = "") -> Page | Note:
    """Return exemplar, rubric and a tempting wrong answer, once the learner's answer is saved; see `check.answer`."""
    answers = _content()["answers"]
    if not answers:
        return Note(_NONE)
    here = [known for known in answers if answers[known]["assignment"] in progress.here()]
    if not name and len(here) == 1:
        name = here[0]
    if name not in answers:
        listed = f" Here it is `check.answer({here[0]!r})`." if len(here) == 1 and name else _near(name, answers)
        return Note(f"There is no written answer called {name}.{listed}" if name else "Which answer?" + listed, "note")
    assignment = answers[name]["assignment"]
    if assignment not in progress.here():
        return Note(f"Call this in the notebook of {assignment}, where your answer is.")
    try:
        own = _written(progress.notebook(assignment), name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Note(f"{assignment}.ipynb could not be read: save it, then call this again.", "note")
    if own is None:
        return Note(f"The cell of {name} is no longer in {assignment}.ipynb.", "note")
    if own.split() in ([], answers[name]["released"].split()):
        return Note("Write your answer first, and save the notebook; then call this again.")
    return Page(answers[name]["text"])


def offer(report: Report) -> list[str]:
    """Return a sentence that names the solution of what is right, where this edition has it."""
    if not report.ok or report.name not in _content()["solutions"]:
        return []
    return [f'How the course writes it, and why: `check.solution("{report.name}")`.']


def _written(path: Path, grade_id: str) -> str | None:
    """Return the text of a cell of a notebook as it is on the disk."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            text = cell["source"]
            return text if isinstance(text, str) else "".join(text)
    return None


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f" Did you mean {near[0]}?" if near else ""


@functools.cache  # for the life of the process: the file is part of the edition
def _content() -> dict[str, Any]:
    """Return what this edition holds; in a class's edition nothing."""
    if not FILE.is_file():
        return {"solutions": {}, "answers": {}}
    content: dict[str, Any] = json.loads(lzma.decompress(FILE.read_bytes()))
    return content
