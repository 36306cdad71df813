"""Read what students wrote from the instructor's copies, which `autograder grade` and nbgrader write."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import safe_pictures
from autograder.grading.formulas import rendered
from autograder.safe_html import markdown

MISSING = "(The graded copy of this answer is not there: run `autograder grade` again.)"


@dataclass(frozen=True)
class Written:
    """An answer.

    Attributes
    ----------
    text : str
        Markdown.
    pictures : str
        A hash of what is attached.
    alike : str
        What is the same for identical answers: spaces, line breaks and the case of letters do not count.
    """

    text: str
    pictures: str

    @property
    def alike(self) -> str:
        """A hash that identical answers share."""
        plain = " ".join(unicodedata.normalize("NFKC", self.text).casefold().split())
        return hashlib.sha256(json.dumps([plain, self.pictures]).encode()).hexdigest()


class Copies:
    """The copies of an assignment; one is read again when its file has changed.

    Parameters
    ----------
    workspace : Path
        nbgrader's folder ``course/``.
    assignment : str
    """

    def __init__(self, workspace: Path, assignment: str) -> None:
        self._workspace, self._assignment = workspace, assignment
        self._known: dict[str, tuple[tuple[int, int], dict[str, Written]]] = {}

    def written(self, student: str, cell: str) -> Written:
        """Return what a student wrote."""
        path = self._path(student)
        try:
            about = path.stat()
        except OSError:
            return Written(MISSING, student)
        stamp = about.st_mtime_ns, about.st_size
        if student not in self._known or self._known[student][0] != stamp:
            cells = self._cells(student)
            self._known[student] = stamp, {name: _written(found) for name, found in cells.items()}
        return self._known[student][1].get(cell, Written(MISSING, student))

    def html(self, student: str, cell: str) -> str:
        """Return what a student wrote as HTML that can do nothing, its pictures in it and its formulas as MathML."""
        found = self._cells(student).get(cell)
        if found is None:
            return rendered(MISSING)
        pictures, _ = safe_pictures.attachments(found.get("attachments"))
        return rendered(markdown(_text(found), pictures), pictures)

    def _path(self, student: str) -> Path:
        return self._workspace / "autograded" / student / self._assignment / f"{self._assignment}.ipynb"

    def _cells(self, student: str) -> dict[str, Any]:
        """Return the cells of one copy by grade_id; none of a copy that cannot be read."""
        try:
            cells = json.loads(self._path(student).read_text(encoding="utf-8"))["cells"]
            about = [(cell["metadata"].get("nbgrader", {}), cell) for cell in cells]
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return {own["grade_id"]: cell for own, cell in about if own.get("solution") and cell["cell_type"] == "markdown"}


def _text(cell: dict[str, Any]) -> str:
    text = cell["source"]
    return "".join(text) if isinstance(text, list) else str(text)


def _written(cell: dict[str, Any]) -> Written:
    attached = json.dumps(cell.get("attachments") or {}, sort_keys=True)
    return Written(_text(cell), hashlib.sha256(attached.encode()).hexdigest())
