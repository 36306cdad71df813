"""One folder an assignment: all that it declares. `docs/authoring.md` says how to add one.

`exercises.py` declares its exercises. ``variants/`` holds right answers in other manners than the solution's, which the
checks must accept; each is a plain Python file as learners keep them, and is read as such (`autograder check-file`
takes it).
"""

from pathlib import Path

_FOLDER = Path(__file__).parent


def variants(topic: str = "*") -> list[Path]:
    """Return the files of right variants of one topic, or of all, sorted."""
    return sorted(path for path in _FOLDER.glob(f"{topic}/variants/*.py") if not path.name.startswith("_"))
