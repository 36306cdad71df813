"""Read a submitted notebook from its bytes, which may be anything: measure them before parsing them."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.errors import BadInput, BadRequest, InfrastructureError

MAX_BYTES = 20_000_000
MAX_CELLS = 1_000
MAX_DEPTH = 64  # lists and objects within each other; a notebook with the richest outputs has some ten
MAX_PARTS = 500_000  # lists and objects in all
_STRING = re.compile(rb'"[^"]*+(?:"|\Z)')  # without escaped quotes
_BRACKET = re.compile(rb"[\[\]{}]")
_CONFLICT = [re.compile(rb"^%b{7} " % mark, re.MULTILINE) for mark in (b"<", b">")]  # in JSON no line begins so
_USED = ("cell_type", "id", "source", "metadata", "attachments")


def read_content(path: str | Path) -> bytes:
    """Return the bytes of a notebook, or of what is called one.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    BadInput
        In one sentence: too large; as a `BadRequest` where there is no such file.
    InfrastructureError
        If the disk cannot be read, which is not the student's fault.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise BadRequest(f"There is no notebook {path}.")
        if path.stat().st_size > MAX_BYTES:
            size = f"{MAX_BYTES // 1_000_000} MB"
            raise BadInput(f"{path.name} is larger than {size}: clear its outputs and submit again.")
        return path.read_bytes()
    except OSError as error:
        raise InfrastructureError(f"{path} cannot be read: {error.strerror or error}.") from None


def parse_submission(content: bytes, name: str = "The submission") -> NotebookNode:
    """Read a submitted notebook from its bytes; it is not validated, and `rebuild` takes what it can use.

    Its size, depth and number of parts are looked at before it is parsed. Numbers and outputs are not used and may be
    anything; of a key that stands twice in one object the last counts, as in every reader of JSON.
    """
    if not content.strip():
        raise BadInput(f"{name} is empty.")
    if len(content) > MAX_BYTES:
        raise BadInput(f"{name} is larger than {MAX_BYTES // 1_000_000} MB: clear its outputs and submit again.")
    try:
        text = content.decode("utf-8-sig")
        if all(mark.search(content) for mark in _CONFLICT):
            raise BadInput(
                f"{name} is not a Jupyter notebook: it holds the marks of a git merge conflict (<<<<<<<). Resolve the "
                "conflict and hand in again."
            )
        _measure(content, name)
        raw = json.loads(text, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number)
        cells = _raw_cells(raw) if isinstance(raw, dict) else None
        if cells is None:
            raise BadInput(f"{name} is not a Jupyter notebook.")
        if len(cells) > MAX_CELLS:
            raise BadInput(f"{name} has {len(cells)} cells; more than {MAX_CELLS} are not read.")
        cells = [{k: cell[k] for k in _USED if k in cell} if isinstance(cell, dict) else cell for cell in cells]
        notebook: NotebookNode = nbformat.from_dict(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": _version(raw), "cells": cells}
        )
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not a Jupyter notebook: it is not text in UTF-8.") from None
    except ValueError:
        raise BadInput(f"{name} is not a Jupyter notebook: it is not JSON.") from None
    if not notebook.cells:
        raise BadInput(f"{name} has no cells.")
    return notebook


def _measure(content: bytes, name: str) -> None:
    """Refuse what would take too deep or too many objects to read, without making one."""
    depth = parts = 0
    outside = _STRING.sub(b"", content.replace(rb"\\", b"").replace(rb"\"", b""))
    for found in _BRACKET.finditer(outside):
        if found[0] in (b"[", b"{"):
            depth, parts = depth + 1, parts + 1
            if depth > MAX_DEPTH:
                raise BadInput(f"{name} is nested too deeply to be a notebook: more than {MAX_DEPTH} levels.")
            if parts > MAX_PARTS:
                raise BadInput(f"{name} has more than {MAX_PARTS:,} parts: clear its outputs and submit again.")
        else:
            depth -= 1


def _version(raw: dict[str, Any]) -> dict[str, Any]:
    """Return what is used of a notebook's metadata: which Python ran it, where it says so."""
    metadata = raw.get("metadata")
    language = metadata.get("language_info") if isinstance(metadata, dict) else None
    version = language.get("version") if isinstance(language, dict) else None
    return {"language_info": {"version": version}} if isinstance(version, str) else {}


def _no_number(text: str) -> int:
    """Stand for any number: none is used, and some take very long to read."""
    return 0


def _raw_cells(raw: dict[str, Any]) -> list[Any] | None:
    """Return the list of cells of a notebook of format 3 or 4, or None."""
    cells = raw.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = raw.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells = []
    for sheet in sheets:  # format 3, before 2015: only names differ in what we take
        for cell in sheet.get("cells") or [] if isinstance(sheet, dict) else []:
            if isinstance(cell, dict):
                cells.append({**cell, "source": cell.get("input", cell.get("source", ""))})
    return cells
