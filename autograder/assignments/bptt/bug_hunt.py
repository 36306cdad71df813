"""Make the pairs that `spots_the_bug` is called with: a forward and a backward pass, one pair right, six broken.

Learners see other pairs than they are graded on. All of them can be read, in a fixture or by the function that gets
them, so none shows how a backward pass is written: gradients are taken by the complex step. The pairs that learners see
belong to another network than the course's.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Draw, Inputs, Outputs, Sizes
from utils.checking.compare import compare
from utils.fixtures import Source

_GRADED_FORWARD = """
def run(x, h, Wx, Wh, b, cut=None, constant=None):
    states = []
    for t in range(x.shape[1]):
        h = h.real if t == cut else h
        h = np.tanh(x[:, t] @ Wx + h @ (Wh.real if t == constant else Wh) + b)
        states.append(h)
    return np.stack(states, axis=1)


def forward(x, h0, Wx, Wh, b):
    return run(x, h0, Wx, Wh, b), (x.copy(), h0.copy(), Wx.copy(), Wh.copy(), b.copy())
"""

_BY_COMPLEX_STEP = """

def gradients(dh, cache, **settings):
    found = []
    for which, value in enumerate(cache):
        found.append(np.zeros(value.shape))
        for index in np.ndindex(value.shape):
            moved = [array.astype(complex) for array in cache]
            moved[which][index] += 1e-30j
            found[-1][index] = np.sum(dh * run(*moved, **settings).imag) / 1e-30
    return found

"""

_RIGHT = """
def backward(dh, cache):
    return tuple(gradients(dh, cache))
"""

# Broken backward passes, by what a check must try to notice.
_GRADED_BUGS = {
    "an h0 that is not 0": """
def backward(dh, cache):
    dx, dh0, dWx, _, db = gradients(dh, cache)
    return dx, dh0, dWx, gradients(dh, cache, constant=0)[3], db
""",
    "a loss before the last step": """
def backward(dh, cache):
    return tuple(gradients(dh * (np.arange(dh.shape[1]) == dh.shape[1] - 1)[:, None], cache))
""",
    "a sequence longer than three steps": """
def backward(dh, cache):
    return tuple(gradients(dh, cache, cut=dh.shape[1] - 3))
""",
    "an input at the first step": """
def backward(dh, cache):
    dx, *found = gradients(dh, cache)
    dx[:, 0] = 0
    return (dx, *found)
""",
    "more than one sequence": """
def backward(dh, cache):
    *found, _ = gradients(dh, cache)
    return (*found, gradients(dh * (np.arange(len(dh)) == 0)[:, None, None], cache)[4])
""",
    "a loss at the first step": """
def backward(dh, cache):
    dx, dh0, *shared = gradients(dh, cache)
    return (dx, dh0 + dh[:, 0], *shared)
""",
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
    return dx, 0.988 * dh0, dWx, dWh, db
""",
    """
def backward(dh, cache):
    return tuple(gradients(dh * (np.arange(dh.shape[1]) < dh.shape[1] - 1)[:, None], cache))
""",
)


def _texts(forward: str, backwards: Iterable[str]) -> tuple[str, ...]:
    return tuple(forward + _BY_COMPLEX_STEP + text for text in backwards)


def _draws(forward: str, backwards: Sequence[str]) -> tuple[Draw, ...]:
    """Return one drawing for each backward pass; together they draw each once, in an order that the seed decides."""

    def draw(place: int) -> Draw:
        def pair(rng: Generator, s: Sizes) -> Inputs:
            # All cases share a seed, which decides the order; without it the right pair would always come first.
            seed = rng.bit_generator.seed_seq
            assert isinstance(seed, np.random.SeedSequence), "as default_rng makes it"
            order = np.random.default_rng(seed.entropy).permutation(len(backwards))
            return {"forward": Source(forward), "backward": Source(backwards[order[place]])}

        return pair

    return tuple(draw(place) for place in range(len(backwards)))


GRADED = _draws(_GRADED_FORWARD, _texts(_GRADED_FORWARD, (_RIGHT, *_GRADED_BUGS.values())))
SHOWN = _draws(_SHOWN_FORWARD, _texts(_SHOWN_FORWARD, (_RIGHT, *_SHOWN_BUGS)))


def caught(expected: Sequence[Outputs], outputs: Sequence[Outputs]) -> float:
    """Return the share of the broken pairs that were called broken; 0 if a right one was."""
    pairs = zip(outputs, expected, strict=True)
    agree = [compare("broken", own["broken"], right["broken"]).ok for own, right in pairs]
    broken = [bool(right["broken"]) for right in expected]
    if not all(ok for ok, bad in zip(agree, broken, strict=True) if not bad):
        return 0.0
    return float(sum(ok for ok, bad in zip(agree, broken, strict=True) if bad) / sum(broken))
