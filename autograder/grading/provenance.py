"""What a mark was made by: the grader, the exercises, the run. A mark is current only while the first two are."""

import datetime
import functools
import hashlib
import importlib.metadata
import json
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One run of ``autograder grade``.

    Attributes
    ----------
    id : str
        When it began, and a few letters.
    grader : str
        The version of this package, with a hash of its code and of the judge's settings.
    exercises : str
        A hash of what the assignment is: its release, its declarations, its solutions.
    """

    id: str
    grader: str
    exercises: str


def new_run(course, assignment, config):
    """Return a fresh `Run`; `config` is the course's ``nbgrader_config.py`` as read."""
    now = datetime.datetime.now(datetime.UTC)
    settings = json.dumps(dict(config.get("Judge", {})), sort_keys=True, default=str)
    grader = f"{importlib.metadata.version('unrolled')}+{_digest(_code().encode(), settings.encode())}"
    return Run(f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", grader, exercises_version(course, assignment))


def exercises_version(course, assignment):
    """Return a hash of all that the marks of an assignment rest on, beside the grader."""
    sources = json.dumps(course.reference.sources, sort_keys=True)
    release = json.dumps(course.release(assignment), sort_keys=True)
    return _digest(release.encode(), sources.encode(), course.declaration(assignment).read_bytes())


@functools.cache
def _code():
    """Return a hash of the code of `autograder` and `utils`."""
    package = Path(__file__).resolve().parent.parent
    rooms = {"exercises", "variants", "data"}  # an exercise counts for its own assignment, the others for no mark
    code = [file for file in package.rglob("*.py") if rooms.isdisjoint(file.relative_to(package).parts)]
    return _digest(*(file.read_bytes() for file in sorted([*code, *(package.parent / "utils").glob("*.py")])))


def _digest(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]
