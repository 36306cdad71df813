"""Compare a file with the one that was built: whether they are the same, and how they differ."""

import contextlib
import difflib
import json
from pathlib import Path

import nbformat
import numpy as np
from nbformat.notebooknode import NotebookNode

from utils import fixtures

NUMBERS = 2e-7  # two machines may differ in the last of the 8 digits of a fixture, or the last bit of a float32


def same(one: Path, other: Path) -> bool:
    """Whether two files are the same; numbers in fixtures to `NUMBERS`."""
    if one.read_bytes() == other.read_bytes():
        return True
    if one.suffix != ".json":
        return False
    with contextlib.suppress(ValueError):
        return _close(json.loads(one.read_text(encoding="utf-8")), json.loads(other.read_text(encoding="utf-8")))
    return False


def _close(one: object, other: object) -> bool:
    """Whether two JSON values are equal, floats to `NUMBERS`."""
    if isinstance(one, dict) and isinstance(other, dict):
        if "packed" in one and "packed" in other:  # compressed, so the text says nothing of how close they are
            one, other = ({**value, "packed": fixtures.decode(value).tolist()} for value in (one, other))
        # the order of outputs is the order in which a function returns them
        return list(one) == list(other) and all(_close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, float) and isinstance(other, (int, float)) and not isinstance(other, bool):
        return bool(np.isclose(one, other, rtol=NUMBERS, atol=NUMBERS))
    return one == other


def difference(name: str, path: Path, target: Path) -> str:
    """Return the first lines of a unified difference, of notebooks in percent form."""
    if path.suffix == ".ipynb":
        import jupytext

        before, after = (jupytext.writes(_readable(p), fmt="py:percent") for p in (target, path))
    elif path.suffix in {".json", ".sha256"}:
        before, after = (p.read_text(encoding="utf-8") for p in (target, path))
    else:
        return f"{name} differs."
    lines = list(
        difflib.unified_diff(before.splitlines(), after.splitlines(), name, f"{name} as built", lineterm="", n=2)
    )
    shown = [line if len(line) <= 160 else line[:157] + "..." for line in lines[:60]]
    if len(lines) > 60:
        shown.append(f"... and {len(lines) - 60} more lines")
    return "\n".join(shown) or f"{name} differs in metadata or layout only."


def _readable(path: Path) -> NotebookNode:
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except Exception:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_raw_cell("(not a notebook)")])
    return notebook
