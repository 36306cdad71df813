"""Read what students wrote from the instructor's copies, which `autograder grade` and nbgrader write."""

import hashlib
import json
import os
import unicodedata
from pathlib import Path
from typing import Any

from autograder import safe_pictures
from autograder.grading.formulas import rendered
from autograder.safe_html import markdown

MISSING = "(The graded copy of this answer is not there: run `autograder grade` again.)"


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
        self._known: dict[str, tuple[str, tuple[int, int], dict[str, str]]] = {}

    def alike(self, student: str, cell: str) -> str:
        """Return a hash that identical answers share: spaces, line ends and the case of letters do not count."""
        path, stamp, found = self._known.get(student) or (str(self._path(student)), (0, 0), {})
        try:
            about = os.stat(path)
        except OSError:
            return student
        if stamp != (now := (about.st_mtime_ns, about.st_size)):
            found = {name: _alike(one) for name, one in self._cells(student).items()}
            self._known[student] = path, now, found
        return found.get(cell, student)

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


def _alike(cell: dict[str, Any]) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", _text(cell)).casefold().split())
    whole = json.dumps([plain, cell.get("attachments") or {}], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
