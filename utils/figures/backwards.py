"""What a figure asks of a learner's backward pass: gradients that can be drawn, or a sentence why there are none."""

import numpy as np

from utils.calling import call, name_of
from utils.errors import CallFailed

STEP = ("dx", "dprev_h", "dWx", "dWh", "db")
SEQUENCE = ("dx", "dh0", "dWx", "dWh", "db")
_LARGEST = 1e100  # beyond it norms overflow and an axis has no ticks


def cache_of(forward, inputs):
    """Return the cache that the learner's `forward` makes of `inputs`, called on copies."""
    return pair(call(forward, *inputs), name_of(forward))[1]


def pair(returned, name):
    """Return ``(output, cache)`` if that is what a forward pass returned, else raise `CallFailed`."""
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise CallFailed(f"{name} should return its output and a cache; yours returned {_counted(returned)}.")
    return returned


def gradients(backward, upstream, cache, inputs, letters):
    """Return the learner's gradients by name, float64, each of the shape of the input that it belongs to.

    Parameters
    ----------
    backward : callable
        ``backward(upstream, cache)``, called on copies.
    upstream : ndarray
    cache : object
    inputs : sequence of ndarray
        The forward pass's arguments, in the order of the gradients.
    letters : sequence of str
        What the gradients are called: `STEP` or `SEQUENCE`.

    Raises
    ------
    NotStarted, CallFailed
        If there are no such gradients.
    """
    return named(call(backward, upstream, cache), inputs, letters, name_of(backward))


def named(returned, inputs, letters, name):
    """Return what a backward pass returned as a dict of float64 arrays, or raise `CallFailed`."""
    wanted = f"{name} should return ({', '.join(letters)})"
    if not isinstance(returned, tuple | list) or len(returned) != len(letters):
        raise CallFailed(f"{wanted}; yours returned {_counted(returned)}.")
    return {
        letter: _array(value, letter, np.shape(of), wanted)
        for letter, value, of in zip(letters, returned, inputs, strict=True)
    }


def _array(value, letter, shape, wanted):
    try:
        array = np.array(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except Exception:  # whatever a learner's object does when NumPy asks it for numbers
        what = type(value).__name__
        raise CallFailed(f"{wanted}, {letter} an array of real numbers; yours is of type {what}.") from None
    if array.shape != shape:
        raise CallFailed(f"{wanted}, {letter} of shape {shape}; yours has shape {array.shape}.")
    if not np.all(np.abs(array) < _LARGEST):  # false for nan, too
        raise CallFailed(f"{wanted}; in yours {letter} holds nan, inf or numbers too large to draw.")
    return array


def _counted(returned):
    if returned is None:
        return "None"
    return f"{len(returned)} values" if isinstance(returned, tuple | list) else f"a {type(returned).__name__}"
