"""Declare the assignments, one folder each. `docs/authoring.md` says how to add one.

``exercises/`` declares its exercises, one file a function; ``inputs.py`` holds what several of them are called with.
``variants/`` holds right answers written differently from the solution, which the checks must accept; each is a plain
Python file as learners keep them, and is read as such (`autograder check-file` takes it). ``equivalent_mutants.json``
explains the slips that change no output, which the audit would otherwise report.
"""

import json
from pathlib import Path

_FOLDER = Path(__file__).parent


def variants(topic: str = "*") -> list[Path]:
    """Return the files of right variants of one topic, or of all, sorted."""
    return sorted(path for path in _FOLDER.glob(f"{topic}/variants/*.py") if not path.name.startswith("_"))


def equivalent_mutants() -> dict[str, dict[str, str]]:
    """Return for each exercise that has such slips what each of them changes, and why no output changes with it."""
    files = sorted(_FOLDER.glob("*/equivalent_mutants.json"))
    return {name: slips for path in files for name, slips in json.loads(path.read_text(encoding="utf-8")).items()}
