"""Draw weights and states of such sizes that every term of a recurrence matters and no mistake can hide."""

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autograder.course.exercise import Draw, Inputs, Sizes

Array = NDArray[np.float64]
ORDINARY = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)
ABOVE = "every size above 16"
EDGES = ("N = 1", "T = 1", "H = 1")
LARGE = Sizes(N=18, T=19, D=20, H=17, M=21, V=22)  # H is the smallest: weights grow with its square


def weights(rng: Generator, inputs: int, units: int) -> Array:
    """Draw input weights, shape (inputs, units), of a size that keeps tanh away from saturation."""
    matrix: Array = rng.standard_normal((inputs, units)) / np.sqrt(inputs)
    return matrix


def recurrent_weights(rng: Generator, units: int) -> Array:
    """Draw recurrent weights, shape (units, units), with spectral radius 1: nothing vanishes, nothing explodes."""
    matrix = rng.standard_normal((units, units))
    return matrix / float(np.abs(np.linalg.eigvals(matrix)).max())


def biases(rng: Generator, units: int) -> Array:
    """Draw biases, shape (units,), all away from zero."""
    return rng.choice([-1.0, 1.0], units) * rng.uniform(0.2, 0.8, units)


def states(rng: Generator, sequences: int, units: int) -> Array:
    """Draw hidden states, shape (sequences, units), as tanh leaves them."""
    return rng.uniform(-0.9, 0.9, (sequences, units))


def cell(rng: Generator, inputs: int, units: int) -> dict[str, Array]:
    """Draw the weights of a vanilla RNN: Wx (inputs, units), Wh (units, units), b (units,)."""
    return {"Wx": weights(rng, inputs, units), "Wh": recurrent_weights(rng, units), "b": biases(rng, units)}


def readout(rng: Generator, units: int, outputs: int) -> dict[str, Array]:
    """Draw the weights of an output layer: Wy (units, outputs), by (outputs,)."""
    return {"Wy": weights(rng, units, outputs), "by": biases(rng, outputs)}


@functools.cache  # by the drawing, of which there are few: each is tried out once
def by_size(draw: Draw) -> dict[str, Draw]:
    """Return drawings of cases with a special size, by what is special: each of N, T and H is 1, or all are large.

    A size that the drawn inputs do not have makes no case. The large case is `compact`.
    """
    usual = list(_lengths(draw(np.random.default_rng(0), ORDINARY)))
    found: dict[str, Draw] = {}
    for letter in "NTH":
        with_one, size = _with_one(draw, letter), getattr(ORDINARY, letter)
        lengths = _lengths(with_one(np.random.default_rng(0), ORDINARY))
        if any(own < other and own in (1, other / size) for own, other in zip(lengths, usual, strict=True)):
            found[f"{letter} = 1"] = with_one
    if list(_lengths(draw(np.random.default_rng(0), LARGE))) != usual:
        found[ABOVE] = lambda rng, s: cast(Inputs, compact(draw(rng, LARGE)))
    return found


def compact(value: Any) -> Any:
    """Return arrays of the large case so that a fixture can hold it.

    Half of the sequences are like the first, half like the second. Numbers become multiples of 1/64. `value` may also
    be a tuple or dict of arrays.
    """
    if isinstance(value, dict):
        return {key: compact(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(compact(entry) for entry in value)
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind == "f":
        value = np.round(64 * value) / 64
    return value[2 * np.arange(LARGE.N) // LARGE.N] if value.shape[:1] == (LARGE.N,) else value


def _with_one(draw: Draw, letter: str) -> Draw:
    return lambda rng, s: draw(rng, dataclasses.replace(s, **{letter: 1}))


def _lengths(value: Any) -> Iterator[int]:
    """Yield the lengths of all axes of the arrays in `value`, and the whole numbers."""
    if isinstance(value, (dict, tuple)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _lengths(entry)
    elif isinstance(value, np.ndarray):
        yield from value.shape
    elif isinstance(value, int):
        yield value
