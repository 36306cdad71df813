"""The networks that assignment 04 measures, and how its figures ask a learner's functions for numbers."""

import numpy as np

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.figures.learner import states

STD = 0.5  # of the input into each unit
_LARGEST = 1e100  # beyond it an axis has no ticks


def gaussian(H, seed, rho):
    """Return a matrix (H, H) of normal numbers from ``default_rng(seed)``, scaled to the spectral radius `rho`."""
    W = np.random.default_rng(seed).standard_normal((H, H))
    return W * (rho / np.abs(np.linalg.eigvals(W)).max())


def random_network(rng, H, gain, steps):
    """Draw weights W (H, H) from N(0, gain²/H), then inputs x (1, steps, H) from N(0, STD²), by the Generator `rng`."""
    W = gain * rng.standard_normal((H, H)) / np.sqrt(H)
    return W, STD * rng.standard_normal((1, steps, H))


def driven_states(rnn_forward, Wh, x):
    """Return the states h (N, T, H) of RNNs that get x (N, T, H), a number into each unit; h0 and b are 0."""
    N, _, H = x.shape
    return states(rnn_forward, x, np.zeros((N, H)), np.eye(H), Wh, np.zeros(H))


def answered(function, outputs, *args):
    """Return the arrays that a learner's function answers with, float64.

    Parameters
    ----------
    function : callable
    outputs : dict of str to tuple
        For each output its name and shape, in order; ``{"Q": (3, 3)}``.
    *args : object
        Handed over as copies.

    Raises
    ------
    NotStarted, CallFailed
        If there are no such arrays, or they cannot be drawn.
    """
    name, returned = name_of(function), call(function, *args)
    wanted = f"{name} should return {', '.join(outputs)}"
    if len(outputs) == 1:
        returned = (returned,)
    elif not isinstance(returned, tuple | list) or len(returned) != len(outputs):
        raise CallFailed(f"{wanted}; yours returned {'None' if returned is None else 'something else'}.")
    arrays = []
    for (output, shape), value in zip(outputs.items(), returned, strict=True):
        try:
            array = np.array(value)
            if array.dtype.kind not in "biuf":
                raise TypeError
            array = array.astype(np.float64)
        except Exception:  # whatever a learner's object does when NumPy asks it for numbers
            raise CallFailed(f"{wanted}; your {output} is of type {type(value).__name__}.") from None
        if array.shape != shape:
            raise CallFailed(f"{wanted}, {output} of shape {shape}; yours has shape {array.shape}.")
        if not np.all(np.abs(array) < _LARGEST):  # false for nan, too
            raise CallFailed(f"The {output} that {name} returned holds nan, inf or numbers too large to draw.")
        arrays.append(array)
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def norms(product):
    """Return the spectral norms of matrices (..., H, H), largest singular value by largest singular value."""
    return np.linalg.svd(product, compute_uv=False)[..., 0]
