"""Read submissions from files: attacks and honest oddities, one each, put into whichever notebook has the exercises.

A file is a docstring and cells in percent form. A cell is named after its place: ``stable_softmax``,
``relative_error`` and ``affine_backward`` are answers; ``first``, ``between`` and ``last`` are cells that the student
added before the answers, after the first graded cell, and at the end. ``[submission]`` holds ``alter(notebook,
folder)``, which changes the notebook or what lies beside it as no cell can, or returns the bytes to hand in. Where a
file does not answer, the right answer stands, so what it deserves follows from what it says; a backward pass is looked
at only where a file answers it.

``@COURSE@``, ``@HOME@``, ``@CANARY@`` and ``@PORT@`` stand for what an attacker may have found out: where the course,
the grader's home and somebody's private file lie, and a port that somebody listens on; ``@MARK@`` for digits by which
a process is recognised that an attack leaves running.
"""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat.v4 import new_code_cell

HERE = Path(__file__).parent
ASSIGNMENT = "00-start-here"
FIRST, SECOND, BACKWARD = "stable_softmax", "relative_error", "affine_backward"

RIGHT = {
    FIRST: "def stable_softmax(z):\n"
    "    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
    "    return e / e.sum(axis=1, keepdims=True)",
    SECOND: "def relative_error(analytic, numeric):\n"
    "    size = np.linalg.norm(analytic) + np.linalg.norm(numeric)\n"
    "    return np.linalg.norm(analytic - numeric) / size if size > 0 else 0.0",
    BACKWARD: "def affine_backward(dout, cache):\n"
    "    x, w, b = cache\n"
    "    return dout @ w.T, x.T @ dout, dout.sum(axis=0)",
}

_CELL = re.compile(r"^# %% (\S.*)\n", re.MULTILINE)
_REMARK = re.compile(r"^# (refused|may lose): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One submission of the battery.

    Attributes
    ----------
    name : str
        The file's; a student is called so too.
    title : str
        What it tries, in a sentence.
    cells : dict of str to str
        Sources by place.
    remarks : dict of str to str
        ``refused``: a word of the sentence with which it is not read at all; ``may lose``: why the honest part of the
        work may go down with the attack.
    """

    name: str
    title: str
    cells: dict[str, str]
    remarks: dict[str, str]

    @property
    def exercises(self):
        """The exercises whose marks are looked at."""
        return (FIRST, SECOND, BACKWARD) if BACKWARD in self.cells else (FIRST, SECOND)

    @property
    def deserves(self):
        """The exercises that it answers honestly: it must get their points, and no others."""
        if "refused" in self.remarks:
            return ()
        return tuple(name for name in self.exercises if name not in self.cells)

    def filled(self, **values):
        """Return the entry with its ``@NAME@`` replaced."""
        cells = {}
        for place, text in self.cells.items():
            for name, value in values.items():
                text = text.replace(f"@{name}@", str(value))
            cells[place] = text
        return Entry(self.name, self.title, cells, self.remarks)


def entries(kind):
    """Return the entries of ``"attacks"`` or ``"honest"``, sorted by name."""
    return [_read(path) for path in sorted((HERE / kind).glob("*.py"))]


def _read(path):
    text = path.read_text(encoding="utf-8")
    head, *parts = _CELL.split(text)
    title = re.match(r'"""(.+?)"""', head, re.DOTALL)[1]
    cells = dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))
    known = {FIRST, SECOND, BACKWARD, "first", "between", "last", "[submission]"}
    assert cells and set(cells) <= known, f"{path.name}: cells must be among {sorted(known)}"
    return Entry(path.stem, title, cells, dict(_REMARK.findall(head)))


def hand_in(entry, notebook, folder):
    """Write a submission into a student's folder, made from the released notebook."""
    folder.mkdir(parents=True)
    notebook = laid_in(entry, notebook)
    content = None
    if "[submission]" in entry.cells:
        names = {}
        exec(entry.cells["[submission]"], names)  # ours: what an editor or a shell would do to the file
        content = names["alter"](notebook, folder)
    if content is None:
        content = json.dumps(notebook).encode()  # as it is: what nbformat would refuse is handed in too
    (folder / f"{ASSIGNMENT}.ipynb").write_bytes(content)


def laid_in(entry, notebook):
    """Return a copy of the released notebook with an entry's cells in their places."""
    notebook = copy.deepcopy(notebook)
    answers = {name: entry.cells.get(name, RIGHT[name]) for name in entry.exercises}
    cells = []
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id == FIRST and "first" in entry.cells:
            cells.append(new_code_cell(entry.cells["first"]))
        if grade_id in answers:
            cell.source = answers[grade_id]
        cells.append(cell)
        if grade_id == f"test_{FIRST}" and "between" in entry.cells:
            cells.append(new_code_cell(entry.cells["between"]))
    if "last" in entry.cells:
        cells.append(new_code_cell(entry.cells["last"]))
    notebook.cells = cells
    return notebook


def points(notebook):
    """Return the points of the graded cells of a released notebook by grade_id."""
    graded = [cell.metadata.nbgrader for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {about.grade_id: about.points for about in graded}
