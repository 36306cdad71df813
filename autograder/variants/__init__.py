"""Right answers in other manners than the solution's: the checks must accept every one of them.

One folder an assignment, named as its module in `autograder.exercises`; each file is a plain Python file as learners
keep them, and is read as such (`autograder check-file` takes it).
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def files(topic="*"):
    """Return the files of one topic, or of all, sorted."""
    return sorted(path for path in FOLDER.glob(f"{topic}/*.py") if not path.name.startswith("_"))
