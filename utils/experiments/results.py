"""What a training leaves behind: a network, how good it is, and the picture of how it came about."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils.figures.picture import Picture

SPREAD = Path(__file__).with_name("spread.json")


@dataclass(frozen=True, repr=False)
class Trained:
    """A trained network; the last expression of a cell shows its picture.

    Parameters
    ----------
    params : dict of str to ndarray
    losses : ndarray, shape (steps,)
    scores : dict of str to float
        How well it does on what was kept back.
    picture : Picture
    """

    params: dict[str, np.ndarray]
    losses: np.ndarray
    scores: dict[str, float]
    picture: Picture

    def __repr__(self):
        return repr(self.picture)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.picture._repr_mimebundle_(include, exclude)


@functools.cache
def recorded(experiment, score):
    """Return the least and the largest of a score over the recorded seeds of an experiment, and how many these are."""
    runs = json.loads(SPREAD.read_text(encoding="utf-8"))[experiment]
    values = [run[score] for run in runs]
    return min(values), max(values), len(values)
