"""Hold what an experiment finds: numbers that a cell shows as a picture, and recorded scores to compare with.

How a kind of result is drawn stands in `utils.figures`, which registers it with `picture_of`.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

from utils.errors import UtilsError

Learner: TypeAlias = Callable[..., Any]  # a learner's function: what it returns is looked at where it is used
Array: TypeAlias = NDArray[Any]
Params: TypeAlias = dict[str, Array]

SPREAD = Path(__file__).with_name("spread.json")


class Shown(Protocol):
    """What a notebook shows of a result: `utils.figures.picture.Picture`."""

    alt: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]: ...


@functools.singledispatch
def picture_of(result: object) -> Shown:
    """Return the picture of a result.

    Raises
    ------
    UtilsError
        If nothing has registered how results of this kind are drawn.
    """
    raise UtilsError(f"{type(result).__name__} is drawn by utils.figures: import that first.")


class Result:
    """What an experiment found; the last expression of a cell shows its picture."""

    @functools.cached_property  # drawn when it is first shown, kept as long as the result
    def picture(self) -> Shown:
        """The picture of it."""
        return picture_of(self)

    def __repr__(self) -> str:
        return repr(self.picture)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.picture._repr_mimebundle_(include, exclude)


@dataclass(frozen=True, repr=False, eq=False)
class Trained(Result):
    """A trained network.

    Parameters
    ----------
    params : dict of str to ndarray
    losses : ndarray, shape (steps,)
    scores : dict of str to float
        How well it does on what was kept back.
    """

    params: Params
    losses: Array
    scores: dict[str, float]


@functools.cache  # for the life of the process: the file ships with the course and does not change
def recorded(experiment: str, score: str) -> tuple[float, float, int]:
    """Return the least and the largest of a score over the recorded seeds of an experiment, and how many these are."""
    runs = json.loads(SPREAD.read_text(encoding="utf-8"))[experiment]
    values = [run[score] for run in runs]
    return min(values), max(values), len(values)
