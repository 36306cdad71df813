"""Look through a submission's folder: for a notebook that does not lie where it should, and for documents beside it."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.collecting.notebook_json import MAX_BYTES
from autograder.collecting.plain_files import Refused, read_bytes, shown

MAX_FILES = 200  # that are looked at
MAX_DEPTH = 4
MAX_NAMED = 8  # in one sentence
GIVEN = "figures"  # the folder that comes with each notebook
_OURS = {"timestamp.txt", "submission_secret.txt"}
_DOCUMENT = re.compile(
    r"(?i).*\.(bmp|docx?|gif|heic|html?|jpe?g|md|od[pst]|pages|pdf|png|pptx?|rtf|svg|tex|tiff?|txt|webp|xlsx?|zip)"
)
_NOTEBOOK = re.compile(rb'\s*\{(?=.*"(?:cells|worksheets)"\s*:)', re.DOTALL)


def misplaced(folder: Path) -> list[str]:
    """Return the notebooks that lie deeper in a folder, or have another ending, as paths in it."""
    found = []
    for name in files(folder):
        try:
            if _NOTEBOOK.match(read_bytes(folder / name, MAX_BYTES).removeprefix(b"\xef\xbb\xbf")):
                found.append(name)
        except (OSError, Refused):
            continue
    return found


def documents(there: Iterable[str], notebook: str) -> tuple[str, ...]:
    """Return what a person may want to read beside the notebook, as paths that can be shown.

    Parameters
    ----------
    there : list of str
        What `files` found in a submission's folder.
    notebook : str
        The path of the notebook that is graded.
    """
    return tuple(plain(name) for name in there if name != notebook and _DOCUMENT.fullmatch(name))


def listed(folder: Path) -> str:
    """Return what lies in a folder, as the end of a sentence."""
    names = [plain(name) for name in files(folder)]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"; it holds {', '.join(names[:MAX_NAMED])}{more}" if names else "; it holds no other file"


def plain(name: str) -> str:
    """Return a path as a sentence in Markdown can hold it."""
    return re.sub(r"[\[\]<>`*|]", "?", shown(name))


def files(folder: Path) -> list[str]:
    """Return the files in a folder as paths in it, sorted; no hidden ones, none of ours, and not what comes with it."""
    found = []
    for name in _walk(folder, "", MAX_DEPTH):
        found.append(name)
        if len(found) == MAX_FILES:
            break
    return sorted(found)


def _walk(folder: Path, place: str, depth: int) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or (not place and entry.name in _OURS):
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISREG(mode):
            yield place + entry.name
        elif stat.S_ISDIR(mode) and depth > 1 and entry.name != GIVEN and not entry.name.startswith("__"):
            yield from _walk(folder / entry.name, f"{place}{entry.name}/", depth - 1)
