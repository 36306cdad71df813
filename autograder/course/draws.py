"""How inputs are drawn: values that make every term of a recurrence matter, so that no mistake can hide."""

import numpy as np


def weights(rng, inputs, units):
    """Draw input weights, shape (inputs, units), of a size that keeps tanh away from saturation."""
    return rng.standard_normal((inputs, units)) / np.sqrt(inputs)


def recurrent_weights(rng, units):
    """Draw recurrent weights, shape (units, units), with spectral radius 1: nothing vanishes, nothing explodes."""
    matrix = rng.standard_normal((units, units))
    return matrix / np.abs(np.linalg.eigvals(matrix)).max()


def biases(rng, units):
    """Draw biases, shape (units,), none of them near zero."""
    return rng.choice([-1.0, 1.0], units) * rng.uniform(0.2, 0.8, units)


def states(rng, sequences, units):
    """Draw hidden states, shape (sequences, units), as tanh leaves them."""
    return rng.uniform(-0.9, 0.9, (sequences, units))


def cell(rng, inputs, units):
    """Draw the weights of a vanilla RNN: Wx (inputs, units), Wh (units, units), b (units,)."""
    return {"Wx": weights(rng, inputs, units), "Wh": recurrent_weights(rng, units), "b": biases(rng, units)}


def readout(rng, units, outputs):
    """Draw the weights of an output layer: Wy (units, outputs), by (outputs,)."""
    return {"Wy": weights(rng, units, outputs), "by": biases(rng, outputs)}
