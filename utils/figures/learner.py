"""What a figure asks of a learner's function: the numbers it draws, or a sentence why there are none."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from utils.checking import printing
from utils.checking.calling import call, name_of
from utils.checking.card import Note
from utils.errors import CallFailed
from utils.experiments.guard import P, R, or_note
from utils.experiments.results import Array, Learner

_LARGEST = 1e100  # beyond it norms overflow and an axis has no ticks


def driven(draw: Callable[P, R]) -> Callable[P, R | Note]:
    """Make `draw` return a `Note` where one of the learner's functions is not written yet or fails."""
    drawn = or_note(draw, "this figure is drawn by it")

    @functools.wraps(drawn)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> R | Note:
        with printing.folded("What your function printed while this was drawn"):
            return drawn(*args, **kwargs)

    return quiet


def states(rnn_forward: Learner, x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> Array:
    """Return the learner's hidden states h, shape (N, T, H), float64.

    Parameters
    ----------
    rnn_forward : callable
        ``rnn_forward(x, h0, Wx, Wh, b) -> (h, cache)``, called on copies.
    x : ndarray, shape (N, T, D)
    h0 : ndarray, shape (N, H)
    Wx, Wh, b : ndarray, shapes (D, H), (H, H), (H,)

    Raises
    ------
    NotStarted, CallFailed
        If there is no such h.
    """
    returned = call(rnn_forward, x, h0, Wx, Wh, b)
    return checked(returned, "h", (*x.shape[:2], h0.shape[1]), name_of(rnn_forward))


def next_state(rnn_step_forward: Learner, x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array) -> Array:
    """Return the learner's next_h, shape (N, H), float64; like `states`, for one step."""
    returned = call(rnn_step_forward, x, prev_h, Wx, Wh, b)
    return checked(returned, "next_h", prev_h.shape, name_of(rnn_step_forward))


def trajectory(rnn_step_forward: Learner, h: Array, Wh: Array, steps: int, near: float | None = None) -> Array:
    """Let the learner's step run on without input, x = 0 and b = 0, and return all states.

    Parameters
    ----------
    rnn_step_forward : callable
    h : ndarray, shape (N, H)
        Where it starts.
    Wh : ndarray, shape (H, H)
    steps : int
    near : float, optional
        A power of two. Every step is taken at states this near to 0, scaled down before and up after, which rounds
        nothing: the step's linear part, applied again and again.

    Returns
    -------
    ndarray, shape (steps + 1, N, H), float64

    Raises
    ------
    NotStarted, CallFailed
    """
    path, name = [np.array(h, dtype=np.float64)], name_of(rnn_step_forward)

    def scale() -> float:
        return 1.0 if near is None else near / max(1.0, 2.0 ** np.ceil(np.log2(np.abs(path[-1]).max() or 1.0)))

    def inputs() -> tuple[Array, ...]:
        return np.zeros((len(h), 1)), scale() * path[-1], np.zeros((1, h.shape[1])), Wh.copy(), np.zeros(h.shape[1])

    def run() -> None:
        while len(path) <= steps:
            path.append(checked(rnn_step_forward(*inputs()), "next_h", h.shape, name) / scale())

    try:
        call(run)  # once for all steps: a guarded call costs 0.3 ms, and a slider should answer at once
    except CallFailed:
        next_state(rnn_step_forward, *inputs())  # the step at fault alone, so that the sentence is about its lines
        raise
    return np.array(path)


def answered(function: Learner, outputs: Mapping[str, tuple[int, ...]], *args: object) -> Any:
    """Return the arrays that a learner's function answers with, float64; the array itself if there is one.

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
    returned = call(function, *args)
    if len(outputs) == 1:
        return all_checked((returned,), outputs, name_of(function), cache=False)[0]
    return tuple(all_checked(returned, outputs, name_of(function), cache=False))


def checked(returned: object, letter: str, shape: tuple[int, ...], name: str) -> Array:
    """Return the first of ``(array, cache)`` as float64 if it can be drawn at all, else raise `CallFailed`."""
    (array,) = all_checked(returned, {letter: shape}, name)
    return array


def all_checked(returned: object, shapes: Mapping[str, tuple[int, ...]], name: str, cache: bool = True) -> list[Array]:
    """Return the arrays in `returned` as float64 if they can be drawn at all.

    Parameters
    ----------
    returned : object
        What the learner's function returned.
    shapes : dict of str to tuple of int
        The wanted shapes by letter, in the order in which they are returned.
    name : str
        The function's name, for the sentence.
    cache : bool
        Whether a cache, which is not looked at, is returned after them.

    Returns
    -------
    list of ndarray

    Raises
    ------
    CallFailed
        If there is another number of values, or one is no array of finite real numbers of its shape.
    """
    letters = [*shapes, "cache"] if cache else [*shapes]
    wanted = f"{name} should return " + (letters[0] if len(letters) == 1 else f"({', '.join(letters)})")
    if not isinstance(returned, tuple | list) or len(returned) != len(letters):
        raise CallFailed(f"{wanted}; yours returned {counted(returned)}.")
    return [
        _drawable(value, letter, shape, name, wanted)
        for value, (letter, shape) in zip(returned, shapes.items(), strict=False)
    ]


def counted(returned: object) -> str:
    """Say how much was returned: ``"3 values"``, ``"a dict"``, ``"None"``."""
    if returned is None:
        return "None"
    return f"{len(returned)} values" if isinstance(returned, tuple | list) else f"a {type(returned).__name__}"


def _drawable(value: object, letter: str, shape: tuple[int, ...], name: str, wanted: str) -> Array:
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
        raise CallFailed(f"The {letter} that {name} returned holds nan, inf or numbers too large to draw.")
    return array
