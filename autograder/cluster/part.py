"""Gather what a worker needs of a course, and name what must be the same there so that its results count."""

import hashlib
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.course import Course, portable
from autograder.grading import provenance
from autograder.grading.workers import nbgrader_config


@dataclass(frozen=True)
class MadeBy:
    """What a result was made by: marks are the same only where all of it is.

    Attributes
    ----------
    grader : str
        The version of this package, with a hash of its code and of the judge's settings.
    exercises : str
        A hash of the assignment: its release, its declarations, its solutions.
    numpy : str
        The version of NumPy.
    """

    grader: str
    exercises: str
    numpy: str

    def difference(self, here: "MadeBy") -> str:
        """Return in words what a worker, with `self`, has otherwise than `here`; empty if nothing."""
        if self.numpy != here.numpy:
            return f"NumPy {self.numpy}, where this machine has {here.numpy}"
        if self.grader != here.grader:
            return f"the grader {self.grader}, where this machine has {here.grader}"
        if self.exercises != here.exercises:
            return f"the exercises {self.exercises}, where this machine has {here.exercises}"
        return ""


@dataclass(frozen=True)
class Part:
    """What a worker gets of a course, once for all submissions of an assignment.

    Attributes
    ----------
    assignment : str
    isolation : str or None
        In the place of ``c.Judge.isolation``.
    files : dict of str to bytes
        By path in the course's folder. No class is in them, and no secret.
    made_by : MadeBy
        What this machine's marks are made by.
    """

    assignment: str
    isolation: str | None
    files: dict[str, bytes]
    made_by: MadeBy

    @property
    def name(self) -> str:
        """By which it is known in the cluster: it holds a hash of the rest."""
        content = pickle.dumps((self.assignment, self.isolation, sorted(self.files.items()), self.made_by))
        return f"unrolled-{hashlib.sha256(content).hexdigest()[:16]}"

    def unpack(self, root: Path) -> Course:
        """Write the files into an empty folder, and return the course that they are."""
        for name, content in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return Course(root)


def made_by(course: Course, assignment: str, isolation: str | None) -> MadeBy:
    """Return what marks would be made by in this process."""
    run = provenance.new_run(course, assignment, nbgrader_config(course, isolation))
    return MadeBy(run.grader, run.exercises, np.__version__)


def part(course: Course, assignment: str, isolation: str | None) -> Part:
    """Return the part of a course with which an assignment is judged.

    Raises
    ------
    AutograderError
        If an assignment is not built.
    """
    paths = [*portable.files(course), *provenance.fixture_files(course, assignment)]
    files = {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}
    return Part(assignment, isolation, files, made_by(course, assignment, isolation))
