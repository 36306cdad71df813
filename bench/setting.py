"""What a row is measured with: how much of it, where, and a course in a temporary folder."""

import functools
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from bench.spent import run
from bench.table import Line

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes
    ----------
    rounds : int
        How often each side is measured, in turn.
    submissions, others, by_otter : int
        Of 02-bptt against stock nbgrader; of every other assignment; of those that `otter run` grades.
    kernels : int
        How many kernels are started one after the other.
    unchanged : int
        Submissions of which none has changed.
    few_jobs, many_jobs : int
        For the memory of the process that hands out jobs.
    moves : int
        Of each control of an explorer.
    real : int
        Jobs from which the cost is computed.
    """

    rounds: int = 3
    submissions: int = 40
    others: int = 6
    by_otter: int = 6
    kernels: int = 20
    unchanged: int = 1_000
    few_jobs: int = 1_000
    many_jobs: int = 100_000
    moves: int = 20
    real: int = 2_000


SMALL = Size(1, 4, 3, 2, 4, 20, 50, 500, 4, 42)  # shows that everything runs; its numbers say little


@dataclass(frozen=True)
class Setting:
    """What a row is measured with.

    Attributes
    ----------
    size : Size
    folder : Path
        For whatever a row writes; removed at the end.
    """

    size: Size
    folder: Path

    def course(self, name: str) -> Course:
        """Return a new course without submissions, in a folder of this name."""
        shutil.copytree(_built(self.folder / "built"), self.folder / name)
        return Course(self.folder / name)


@dataclass(frozen=True)
class Row:
    """What can be measured by itself.

    Attributes
    ----------
    name : str
        As it is chosen: ``make bench ROWS=name``.
    measure : callable
        Returns the lines of the table; none where there is nothing to say about this yet.
    """

    name: str
    measure: Callable[[Setting], Sequence[Line]]


@functools.cache
def _built(root: Path) -> Path:
    """Return a copy of this repository's course, built."""
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(ROOT / "utils" / "fixtures", root / "utils" / "fixtures")
    for name in ("nbgrader_config.py", "course.toml"):
        shutil.copy(ROOT / name, root)
    run([SCRIPTS / "autograder", "build"], root)
    return root
