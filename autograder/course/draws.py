"""Draw weights and states of such sizes that every term of a recurrence matters and no mistake can hide."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
