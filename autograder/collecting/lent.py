"""Use the files that lie beside a notebook: modules that it imports, pictures that it shows, documents by their names.

Nothing is followed, and nothing is read but what the notebook names. Modules are written into the folder in which the
student's kernel runs, by cells above all others; pictures are attached to the answer that shows them.
"""

import base64
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.collecting.folder import documents, files
from autograder.collecting.notebook_json import parse_submission
from autograder.collecting.pictures import plain_name
from autograder.collecting.plain_files import Refused, read_bytes, shown
from autograder.errors import BadInput
from autograder.safe_pictures import MAX_PICTURE, MAX_PICTURES, TOO_LARGE, checked, reason

MODULES = 20
LARGEST = 200_000  # bytes of a module
LENT = "lent-module-"  # how the id of a cell that was not in the notebook begins
# In a notebook's JSON, where a line ends with \\n, and in a module.
_IMPORTED = re.compile(rb'(?:\b|\\n)(?:import|from|%run)\s(?=([^"\\\n]{0,100}))|\bimport_module\(\W{0,3}([\w.]{1,100})')
_FILE = re.compile(rb"(?<![\w/])([\w/]{1,100}+)\.py\b")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_PICTURE = re.compile(r"(?i).*\.(png|jpe?g|gif|webp|svg|bmp|tiff?|heic)")
# What the grader has, whatever lies beside a notebook.
PRESENT = frozenset({"numpy", "matplotlib", "IPython", "ipywidgets", "utils", "autograder", *sys.stdlib_module_names})


@dataclass(frozen=True)
class Module:
    """A file of Python that lies beside a notebook which imports it; its name is its path from there."""

    name: str
    text: str


@dataclass(frozen=True)
class Picture:
    """A picture that lies beside a notebook which shows it.

    Attributes
    ----------
    name : str
        Its path from there.
    kind, data : str
        Its media type and its base64; empty if it cannot be shown.
    reason : str
        Why it cannot be shown.
    """

    name: str
    kind: str = ""
    data: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Beside:
    """What lies beside a notebook.

    Attributes
    ----------
    modules : tuple of Module
        Those that it imports.
    pictures : tuple of Picture
        Those whose names it holds.
    documents : tuple of str
        What a person may want to read, by name.
    notes : tuple of str
        A sentence for the student about each module, used or not.
    """

    modules: tuple[Module, ...] = ()
    pictures: tuple[Picture, ...] = ()
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def parts(self) -> list[bytes]:
        """Return all that a mark depends on, for a hash."""
        texts = [part for module in self.modules for part in (module.name, module.text)]
        texts += [part for picture in self.pictures for part in (picture.name, picture.data, picture.reason)]
        return [text.encode("utf-8", "replace") for text in (*texts, *self.documents)]


def beside(folder: Path, name: str, content: bytes, alone: bool = False) -> Beside:
    """Look at what lies beside a notebook.

    Parameters
    ----------
    folder : Path
    name : str
        The path of the notebook in it.
    content : bytes
        The notebook.
    alone : bool
        Whether the folder is not a submission's: it may hold anybody's documents, which are not named then.
    """
    notes: list[str] = []
    home = (folder / name).parent  # where paths in the notebook begin
    there = files(home)
    modules = _modules(home, there, content, notes)
    pictures = _pictures(home, there, content)
    return Beside(modules, pictures, () if alone else documents(files(folder), name), tuple(notes))


def lend(notebook: NotebookNode, lent: Sequence[Module]) -> None:
    """Put cells that write these modules above all others."""
    folders = sorted({module.name.rpartition("/")[0] for module in lent} - {""})
    sources = [f'__import__("os").makedirs("{folder}", exist_ok=True)' for folder in folders]
    sources += [f"%%writefile {module.name}\n{module.text}" for module in lent]
    cells = [new_code_cell(source) for source in sources]
    for number, cell in enumerate(cells):
        cell.id = f"{LENT}{number}"
    notebook.cells = [*cells, *notebook.cells]


def _modules(folder: Path, there: Iterable[str], notebook: bytes, notes: list[str]) -> tuple[Module, ...]:
    """Return the modules that a notebook imports, and those that these import; `notes` gets a sentence about each."""
    left = {name for name in {*there, *(path.name for path in folder.glob("*.py"))} if _importable(name)}
    found: list[Module] = []
    outcome: dict[tuple[str, str, bool], list[str]] = {}
    asking = [("the notebook", notebook)]
    while asking and left:
        who, text = asking.pop(0)
        words = _imported(text)
        for name in sorted(name for name in left if _names(name) & words):
            left.discard(name)
            content = _content(folder / name)
            top, inside, _ = name.partition("/")
            fits = content is not None and len(found) < MODULES and top.removesuffix(".py") not in PRESENT
            outcome.setdefault((who, top + inside, fits), []).append(name)
            if fits and content is not None:
                found.append(Module(name, content))
                asking.append((shown(name), content.encode()))
    for (who, top, used), names in outcome.items():
        several = f"{shown(top)} ({len(names)} files)" if len(names) > 1 else shown(names[0])
        which = f"{several}, which {who} names, was handed in beside the notebook"
        advice = f"Put its text into a cell that begins with `%%writefile {names[0]}`, above the import."
        notes.append(f"{which}; it was used." if used else f"{which} and was not used. {advice}")
    return tuple(found)


def _importable(name: str) -> bool:
    """Whether a path can be imported, and stand in a line of Python without being more than a name there."""
    stem = name.removesuffix(".py")
    return stem != name and all(part.isidentifier() and part.isascii() for part in stem.split("/"))


def _names(path: str) -> set[str]:
    """Return the names by which a module may be imported: its folders' (packages), or its own, from a path in it."""
    parts = path.removesuffix(".py").split("/")
    return set(parts) - ({"__init__"} if len(parts) == 1 else {"__init__", *PRESENT})


def _imported(text: bytes) -> set[str]:
    """Return the names that a text may import, or run as files."""
    places = [part for match in _IMPORTED.finditer(text) for part in match.groups() if part]
    places += [match[1].replace(b"/", b" ") for match in _FILE.finditer(text)]
    return {word.decode("ascii", "replace") for place in places for word in _WORD.findall(place)}


def _content(path: Path) -> str | None:
    """Return a module's text; None if it cannot be lent."""
    try:
        content = read_bytes(path, LARGEST)
        return None if len(content) > LARGEST else content.decode("utf-8-sig")
    except (Refused, OSError, UnicodeDecodeError):
        return None


def _pictures(folder: Path, there: Iterable[str], content: bytes) -> tuple[Picture, ...]:
    """Return the pictures whose names the texts of a notebook hold."""
    names = [name for name in there if _PICTURE.fullmatch(name)]
    text = _texts(content) if names else ""
    linked = [name for name in names if plain_name(name.rpartition("/")[2]) in text]
    return tuple(_picture(folder, name) for name in linked[:MAX_PICTURES])


def _picture(folder: Path, name: str) -> Picture:
    try:
        raw = read_bytes(folder / name, MAX_PICTURE)
    except (Refused, OSError):
        return Picture(name, reason="it cannot be read")
    data = base64.b64encode(raw).decode("ascii")
    found = checked(data) if len(raw) <= MAX_PICTURE else None
    why = TOO_LARGE if len(raw) > MAX_PICTURE else reason(data)
    return Picture(name, *found) if found else Picture(name, reason=why)


def _texts(content: bytes) -> str:
    """Return the text cells of a notebook, in the form in which `plain_name` returns names."""
    try:
        cells: Collection[object] = parse_submission(content).cells
    except BadInput:
        return ""
    sources = [cell.get("source") for cell in cells if isinstance(cell, dict) and cell.get("cell_type") != "code"]
    texts = ["".join(map(str, source)) if isinstance(source, list) else str(source) for source in sources]
    return plain_name("\n".join(texts))
