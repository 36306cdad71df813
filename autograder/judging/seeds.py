"""Derive the seeds of a submission's inputs: unpredictable, but repeatable with the course's secret."""

import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import AutograderError, InfrastructureError
from utils.files import draft

NAME = "secret"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seeds:
    """The seeds that one submission is judged with.

    They are made where the secret is, and can be used elsewhere: nobody finds the secret, or the seeds of another
    submission, from them.

    Attributes
    ----------
    submission : str
        The hash of the submission that they are of; empty where none have been made yet.
    own : dict of str to int
        By exercise, of this submission alone.
    shared : dict of str to int
        By exercise, the same for all students.
    """

    submission: str = ""
    own: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, int] = field(default_factory=dict)


class SeedsWanted(AutograderError):
    """Raised where a submission is judged away from the secret, by whoever lacks its seeds.

    Attributes
    ----------
    submission : str
        The hash of the submission.
    """

    def __init__(self, submission: str) -> None:
        super().__init__(f"The seeds of submission {submission!r} have to be made where the course's secret is.")
        self.submission = submission


def secret(workspace: str | Path) -> bytes:
    """Return the course's secret, made on first use.

    Parameters
    ----------
    workspace : Path
        nbgrader's folder ``course/``; the secret is the file ``secret`` in it, readable by its owner only.

    Returns
    -------
    bytes

    Raises
    ------
    AutograderError
        If the file holds no secret: marks could not be repeated, so a new one is not made over it.
    InfrastructureError
        If the file cannot be read, or made.
    """
    path = Path(workspace) / NAME
    try:
        if not path.exists():
            _make(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise InfrastructureError(
            f"{path}, the course's secret, cannot be read or made: {error.strerror or error}."
        ) from None
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) < 16:
        raise AutograderError(
            f"{path} does not hold a course secret: restore it from your backup, "
            "or delete it if no mark need ever be repeated."
        )
    return value


def seed(key: bytes, *, student: str, assignment: str, exercise: str, submission: str) -> int:
    """Return the seed that one exercise of one submission is judged with.

    Parameters
    ----------
    key : bytes
        The course's secret.
    student, assignment, exercise : str
        Names.
    submission : str
        The hash of what was submitted, so that a changed resubmission meets fresh inputs.

    Returns
    -------
    int
        256 bits, for `numpy.random.default_rng`.

    Examples
    --------
    >>> one = seed(b"k", student="ann", assignment="01", exercise="f", submission="s")
    >>> one == seed(b"k", student="bob", assignment="01", exercise="f", submission="s")
    False
    """
    # JSON keeps the parts apart: ("ab", "c") and ("a", "bc") must not be the same message.
    message = json.dumps([student, assignment, exercise, submission]).encode()
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256), "big")


def seeds(key: bytes, *, student: str, assignment: str, exercises: Iterable[str], submission: str) -> Seeds:
    """Return all seeds that a submission is judged with; see `seed`."""
    names = list(exercises)
    own = {"student": student, "assignment": assignment, "submission": submission}
    return Seeds(
        submission,
        {name: seed(key, exercise=name, **own) for name in names},
        {name: shared_seed(key, assignment, name) for name in names},
    )


def shared_seed(key: bytes, assignment: str, exercise: str) -> int:
    """Return the seed of the inputs that all students of a class share."""
    return seed(key, student="", assignment=assignment, exercise=exercise, submission="")


def derived(key: bytes, purpose: str) -> bytes:
    """Return a secret for one purpose, from which nobody can find the course's or that of another purpose.

    Examples
    --------
    >>> derived(b"k", "01 elsewhere") == derived(b"k", "02 elsewhere")
    False
    """
    return hmac.digest(key, json.dumps(["derived", purpose]).encode(), hashlib.sha256)


def _make(path: Path) -> None:
    """Write a fresh secret so that no other process sees half of it or makes a second one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft(path, secrets.token_hex(32) + "\n", mode=0o600, durable=True) as whole:
        try:
            os.link(whole, path)  # unlike a rename, this fails if another process was first
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            os.replace(whole, path)
    _log.info("Made %s. Keep a backup of it: without it no mark can be repeated.", path)
