"""The prey of assignment 02's bug hunt: pairs of a forward and a backward pass, one of them right, six broken.

Learners see others than they are graded on. Those they see could be read in a fixture, so none of them says how a
backward pass is written: the network is not the course's, and its gradients are taken by the complex step.
"""

import numpy as np

from utils.compare import compare
from utils.fixtures import Source

_GRADED_FORWARD = """
def forward(x, h0, Wx, Wh, b):
    states = [h0]
    for t in range(x.shape[1]):
        states.append(np.tanh(x[:, t] @ Wx + states[-1] @ Wh + b))
    return np.stack(states[1:], axis=1), (x, states, Wx, Wh)
"""

_GRADED_BACKWARD = """
def backward(dh, cache):
    x, states, Wx, Wh = cache
    T = x.shape[1]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wh[0])
    future = np.zeros_like(states[0])
    for t in reversed(range(T)):
        da = (dh[:, t] + future) * (1 - states[t + 1] ** 2)
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += states[t].T @ da
        db += da.sum(axis=0)
        future = da @ Wh.T
    return dx, future, dWx, dWh, db
"""

# What is broken, each an edit of the right one, and the input that a check must try to see it.
_GRADED_BUGS = {
    "an h0 that is not 0": ("states[t].T @ da", "states[t].T @ da if t else 0"),
    "a loss before the last step": ("dh[:, t] + future", "(dh[:, t] if t == T - 1 else 0) + future"),
    "a sequence longer than three steps": ("future = da @ Wh.T", "future = da @ Wh.T if t != T - 3 else 0 * da"),
    "an input at the first step": ("dx[:, t] = da @ Wx.T", "dx[:, t] = da @ Wx.T if t else 0"),
    "more than one sequence": ("da.sum(axis=0)", "da[0]"),
    "a loss at the first step": ("return dx, future,", "return dx, future + dh[:, 0],"),
}

_SHOWN_FORWARD = """
def run(x, h, Wx, Wh, b):
    states = []
    for t in range(x.shape[1]):
        h = 0.8 * h + np.sin(x[:, t] @ Wx - b) * np.cos(h @ Wh)
        states.append(h)
    return np.stack(states, axis=1)


def forward(x, h0, Wx, Wh, b):
    return run(x, h0, Wx, Wh, b), (x.copy(), h0.copy(), Wx.copy(), Wh.copy(), b.copy())
"""

_SHOWN_GRADIENTS = (
    _SHOWN_FORWARD
    + """

def gradients(dh, cache):
    found = []
    for which, value in enumerate(cache):
        found.append(np.zeros(value.shape))
        for index in np.ndindex(value.shape):
            moved = [array.astype(complex) for array in cache]
            moved[which][index] += 1e-30j
            found[-1][index] = np.sum(dh * run(*moved).imag) / 1e-30
    return found

"""
)

_SHOWN_RIGHT = """
def backward(dh, cache):
    return tuple(gradients(dh, cache))
"""

_SHOWN_BUGS = (
    """
def backward(dh, cache):
    *found, _ = gradients(dh, cache)
    one = [dh * (np.arange(len(dh)) == n)[:, None, None] for n in range(len(dh))]
    return (*found, np.stack([gradients(part, cache)[-1] for part in one]))
""",
    """
def backward(dh, cache):
    dx, dh0, *shared = gradients(dh, cache)
    return (dx, dh0, *(gradient / dh.shape[1] for gradient in shared))
""",
    """
def backward(dh, cache):
    dx, dh0, dWx, dWh, db = gradients(dh, cache)
    return dx, dh0, dWx, dWh.T, db
""",
    """
def backward(dh, cache):
    _, *found = gradients(dh, cache)
    one = [dh * (np.arange(dh.shape[1]) == t)[:, None] for t in range(dh.shape[1])]
    dx = np.stack([gradients(part, cache)[0][:, t] for t, part in enumerate(one)], axis=1)
    return (dx, *found)
""",
    """
def backward(dh, cache):
    dx, dh0, dWx, dWh, db = gradients(dh, cache)
    return dx, 0 * dh0, dWx, dWh, db
""",
    """
def backward(dh, cache):
    return tuple(gradients(dh * (np.arange(dh.shape[1]) < dh.shape[1] - 1)[:, None], cache))
""",
)


def _edited(old, new):
    if _GRADED_BACKWARD.count(old) != 1:
        raise ValueError(f"{old!r} must stand exactly once in the backward pass of the bug hunt.")
    return _GRADED_BACKWARD.replace(old, new)


def _draws(forward, backwards):
    """Return one draw a backward pass; together they hand over each once, in an order that the seed decides."""

    def draw(place):
        def pair(rng, s):
            # All cases of one drawing share a seed. Without it the right one would always come first.
            order = np.random.default_rng(rng.bit_generator.seed_seq.entropy).permutation(len(backwards))
            return {"forward": Source(forward), "backward": Source(backwards[order[place]])}

        return pair

    return tuple(draw(place) for place in range(len(backwards)))


GRADED = _draws(_GRADED_FORWARD, (_GRADED_BACKWARD, *(_edited(*bug) for bug in _GRADED_BUGS.values())))
SHOWN = _draws(_SHOWN_FORWARD, tuple(_SHOWN_GRADIENTS + text for text in (_SHOWN_RIGHT, *_SHOWN_BUGS)))


def caught(expected, told):
    """Return the share of the broken pairs that were called broken; 0 if a right one was."""
    agree = [compare("broken", own["broken"], right["broken"]).ok for own, right in zip(told, expected, strict=True)]
    broken = [bool(right["broken"]) for right in expected]
    if not all(ok for ok, bad in zip(agree, broken, strict=True) if not bad):
        return 0.0
    return sum(ok for ok, bad in zip(agree, broken, strict=True) if bad) / sum(broken)
