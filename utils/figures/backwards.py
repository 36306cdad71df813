"""What a figure asks of a learner's backward pass: gradients that can be drawn, or a sentence why there are none."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures.learner import all_checked, counted

STEP = ("dx", "dprev_h", "dWx", "dWh", "db")
SEQUENCE = ("dx", "dh0", "dWx", "dWh", "db")


def cache_of(forward: Learner, inputs: Sequence[Array]) -> Any:
    """Return the cache that the learner's `forward` makes of `inputs`, called on copies."""
    return pair(call(forward, *inputs), name_of(forward))[1]


def pair(returned: object, name: str) -> Sequence[Any]:
    """Return ``(output, cache)`` if that is what a forward pass returned, else raise `CallFailed`."""
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise CallFailed(f"{name} should return its output and a cache; yours returned {counted(returned)}.")
    return returned


def gradients(
    backward: Learner, upstream: Array, cache: object, inputs: Sequence[Array], letters: Sequence[str]
) -> dict[str, Array]:
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


def named(returned: object, inputs: Sequence[Array], letters: Sequence[str], name: str) -> dict[str, Array]:
    """Return what a backward pass returned as a dict of float64 arrays, or raise `CallFailed`."""
    shapes = {letter: np.shape(of) for letter, of in zip(letters, inputs, strict=True)}
    return dict(zip(letters, all_checked(returned, shapes, name, cache=False), strict=True))
