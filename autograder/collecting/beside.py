"""Use what was handed in beside a notebook: a copy that holds the work, and modules that the notebook imports."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.collecting.definitions import unfinished
from autograder.collecting.notebook_json import MAX_BYTES, parse_submission
from autograder.collecting.plain_files import Refused, read_bytes, shown
from autograder.errors import BadInput

COPIES = 5  # other notebooks that are looked at
MODULES = 10
LARGEST = 200_000  # bytes of a module
LENT = "lent-module-"  # how the id of a cell that was not in the notebook begins
_IMPORT = rb'(?:\b|\\n)(?:import|from|%%run)\s[^"\\]{0,100}?\b%s\b'  # in a notebook's JSON, where a line ends with \\n
_GRADERS = frozenset({"numpy", "matplotlib", "IPython", "ipywidgets", "utils", "autograder", *sys.stdlib_module_names})


@dataclass(frozen=True)
class Module:
    """A file of Python that lies beside a notebook which imports it."""

    name: str
    text: str


def worked_copy(folder: Path, wanted: str, others: Sequence[str], notes: list[str]) -> str:
    """Return which notebook holds the work, where the one with the right name may be as it was handed out.

    Parameters
    ----------
    folder : Path
    wanted : str
        The notebook with the right name, which is there.
    others : list of str
        The other notebooks, by name.
    notes : list of str
        Gets a sentence for the student about what was chosen.

    Raises
    ------
    Refused
        If there is no work in the one with the right name, and in several others there is.
    """
    left = f"Only {wanted} was graded; left out: {', '.join(map(shown, others))}."
    labels, worked = _work(folder / wanted)
    if worked or not labels:
        notes.append(left)
        return wanted
    holding = [name for name in others[:COPIES] if _work(folder / name)[1] & labels]
    if len(holding) > 1:
        several = ", ".join(map(shown, holding))
        raise Refused(f"{wanted} is as it was handed out, and several copies hold work: {several}. Leave one of them.")
    if not holding:
        notes.append(left)
        return wanted
    notes.append(f"{wanted} is as it was handed out; {shown(holding[0])}, which holds your work, was graded.")
    return holding[0]


def modules(folder: Path, notebook: bytes, notes: list[str]) -> tuple[Module, ...]:
    """Return the modules beside a notebook that it imports; `notes` gets a sentence about each.

    Parameters
    ----------
    folder : Path
    notebook : bytes
    notes : list of str
    """
    found: list[Module] = []
    for path in sorted(folder.glob("*.py")):
        if not path.stem.isidentifier() or not path.stem.isascii():
            continue
        if not re.search(_IMPORT % path.stem.encode(), notebook):
            continue
        beside = f"{shown(path.name)}, which the notebook imports, was handed in beside it"
        advice = f"Put its text into a cell that begins with `%%writefile {path.name}`, above the import."
        try:
            content = read_bytes(path, LARGEST)
            text = content.decode("utf-8-sig")
        except (Refused, OSError, UnicodeDecodeError):
            text, content = "", b""
        if not text or len(content) > LARGEST or len(found) == MODULES or path.stem in _GRADERS:
            notes.append(f"{beside} and was not used. {advice}")
        else:
            notes.append(f"{beside}; it was used.")
            found.append(Module(path.name, text))
    return tuple(found)


def lend(notebook: NotebookNode, lent: Sequence[Module]) -> None:
    """Put cells that write these modules above all others."""
    cells = []
    for number, module in enumerate(lent):
        cells.append(new_code_cell(f"%%writefile {module.name}\n{module.text}"))
        cells[-1].id = f"{LENT}{number}"
    notebook.cells[:0] = cells


def _work(path: Path) -> tuple[set[str], set[str]]:
    """Return the labels of a notebook's cells for functions, and of these the ones in which something was written."""
    try:
        cells = parse_submission(read_bytes(path, MAX_BYTES), path.name).cells
    except (BadInput, OSError):
        return set(), set()
    labels, worked = set(), set()
    for cell in cells:
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name, source = about.get("grade_id") if isinstance(about, dict) else None, cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if isinstance(name, str) and isinstance(about, dict) and about.get("solution") and f"def {name}(" in text:
            labels.add(name)
            worked |= set() if unfinished(name, text) else {name}
    return labels, worked
