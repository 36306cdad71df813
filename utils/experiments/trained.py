"""What a training leaves behind: a network, and the picture of how it came about."""

from dataclasses import dataclass

import numpy as np

from utils.figures.picture import Picture


@dataclass(frozen=True, repr=False)
class Trained:
    """A trained network; the last expression of a cell shows its picture.

    Parameters
    ----------
    params : dict of str to ndarray
    losses : ndarray, shape (steps,)
    picture : Picture
    """

    params: dict[str, np.ndarray]
    losses: np.ndarray
    picture: Picture

    def __repr__(self):
        return repr(self.picture)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.picture._repr_mimebundle_(include, exclude)
