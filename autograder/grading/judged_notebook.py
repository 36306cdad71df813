"""Read what an autograded notebook on disk says of how it was judged, and what it asks a person to look at again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from autograder.course import rubrics

_METADATA = b'\n "metadata": {'  # as nbformat writes a notebook's own


def about(path: Path) -> Mapping[str, Any]:
    """Return what an autograded notebook says of how it was judged; `results` are by function.

    Empty if there is no such notebook, or the judge did not finish it.
    """
    try:
        content = path.read_bytes()
        place = max(content.rfind(_METADATA), 0)  # the cells, which nbformat writes before, are not looked at
        notebook = json.loads(b"{" + content[place:] if place else content)
        found: Mapping[str, Any] = notebook["metadata"].get("unrolled", {})
    except (OSError, ValueError, KeyError):  # what a killed nbgrader left half written is no JSON
        return {}
    return found


def says_changed(text: str) -> bool:
    """Whether an instructor's copy says of an answer that it changed since a person marked it."""
    return f'"{rubrics.CHANGED_ID}' in text and any(map(rubrics.says_changed, nbformat.reads(text, as_version=4).cells))


def with_changes(text: str, again: Mapping[str, Any]) -> str:
    """Return an instructor's copy that says above each answer what a person must mark again."""
    notebook = nbformat.reads(text, as_version=4)
    rubrics.insert_changed(notebook, again)
    return str(nbformat.writes(notebook))
