"""Measure how well a wrong answer is located: plant slips in right variants, and see which line `check` would show.

Nothing is known of the variant a slip is planted in: it is left out of the right ways, so it stands for a learner.
"""

import ast
import linecache
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.auditing.mutants import Mutant, mutants
from autograder.building import waypoints
from autograder.course import Course
from autograder.course.exercise import Exercise
from utils import fixtures
from utils.checking import run_cases
from utils.checking.diagnose import compared
from utils.checking.locate.locating import locate
from utils.checking.locate.location import Location
from utils.checking.locate.waypoints import Waypoints
from utils.checking.run_cases import Clock

SECONDS = 2.0  # for all runs of one slip
MOST = 40  # slips a variant; of more, every second or third is taken


@dataclass
class Located:
    """What was found of the slips in the variants of one exercise.

    Attributes
    ----------
    slips : int
        Those that give wrong numbers in two cases at least.
    line : int
        Located in the very line.
    operands : int
        Located in a line whose operands were set in the slip's line.
    misleading : list of str
        Located elsewhere: the slip and the location.
    """

    slips: int = 0
    line: int = 0
    operands: int = 0
    misleading: list[tuple[str, Location]] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.misleading = self.misleading or []

    @property
    def located(self) -> int:
        """How many were located at all."""
        return self.line + self.operands + len(self.misleading)
