"""What a figure asks of a learner's function: the numbers it draws, or a sentence why there are none."""

import functools

import numpy as np

from utils.calling import call, name_of
from utils.card import Note
from utils.errors import CallFailed, NotStarted, UtilsError

_LARGEST = 1e100  # beyond it norms overflow and an axis has no ticks


def driven(draw):
    """Make `draw(function)` return a `Note` instead of raising when the learner's function is not there yet."""

    @functools.wraps(draw)
    def draw_or_note(function, *args, **kwargs):
        try:
            return draw(function, *args, **kwargs)
        except NotStarted as stub:
            # A figure may be drawn by several functions: name the one that is missing.
            named = [name_of(f) for f in (function, *args) if callable(f)]
            missing = next((name for name in named if str(stub).startswith(f"{name} is ")), name_of(function))
            return Note(f"Write `{missing}` above first; this figure is drawn by it.")
        except UtilsError as error:
            sentence = str(error) if str(error).endswith((".", "?", "!")) else f"{error}."
            return Note(f"{sentence} This figure is drawn by it, so it waits until that is repaired.")

    return draw_or_note


def states(rnn_forward, x, h0, Wx, Wh, b):
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


def next_state(rnn_step_forward, x, prev_h, Wx, Wh, b):
    """Return the learner's next_h, shape (N, H), float64; like `states`, for one step."""
    returned = call(rnn_step_forward, x, prev_h, Wx, Wh, b)
    return checked(returned, "next_h", prev_h.shape, name_of(rnn_step_forward))


def trajectory(rnn_step_forward, h, Wh, steps):
    """Let the learner's step run on without input, x = 0 and b = 0, and return all states.

    Parameters
    ----------
    rnn_step_forward : callable
    h : ndarray, shape (N, H)
        Where it starts.
    Wh : ndarray, shape (H, H)
    steps : int

    Returns
    -------
    ndarray, shape (steps + 1, N, H), float64

    Raises
    ------
    NotStarted, CallFailed
    """
    path, name = [np.array(h, dtype=np.float64)], name_of(rnn_step_forward)

    def inputs():
        return np.zeros((len(h), 1)), path[-1].copy(), np.zeros((1, h.shape[1])), Wh.copy(), np.zeros(h.shape[1])

    def run():
        while len(path) <= steps:
            path.append(checked(rnn_step_forward(*inputs()), "next_h", h.shape, name))

    try:
        call(run)  # once for all steps: a guarded call costs 0.3 ms, and a slider should answer at once
    except CallFailed:
        next_state(rnn_step_forward, *inputs())  # the step at fault alone, so that the sentence is about its lines
        raise
    return np.array(path)


def checked(returned, letter, shape, name):
    """Return the first of ``(array, cache)`` as float64 if it can be drawn at all, else raise `CallFailed`."""
    wanted = f"{name} should return ({letter}, cache)"
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        what = f"{len(returned)} values" if isinstance(returned, tuple | list) else f"a {type(returned).__name__}"
        raise CallFailed(f"{wanted}; yours returned {'None' if returned is None else what}.")
    try:
        array = np.array(returned[0])
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except Exception:  # whatever a learner's object does when NumPy asks it for numbers
        what = type(returned[0]).__name__
        raise CallFailed(f"{wanted}, {letter} an array of real numbers; yours is of type {what}.") from None
    if array.shape != shape:
        raise CallFailed(f"{wanted}, {letter} of shape {shape}; yours has shape {array.shape}.")
    if not np.all(np.abs(array) < _LARGEST):  # false for nan, too
        raise CallFailed(f"The {letter} that {name} returned holds nan, inf or numbers too large to draw.")
    return array
