"""Draw the inputs that several exercises of 05 and their backward passes in 06 are called with."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import Array, biases, recurrent_weights, states, weights
from autograder.course.exercise import Inputs, Sizes


def cells(rng: Generator, s: Sizes) -> Array:
    """Draw the cells of a batch, shape (N, H); unlike hidden states they may be larger than 1."""
    return rng.choice([-1.0, 1.0], (s.N, s.H)) * rng.uniform(0.4, 1.6, (s.N, s.H))


def four(rng: Generator, s: Sizes) -> Inputs:
    """Draw the weights of an LSTM: Wx (D, 4H), Wh (H, 4H), b (4H,), every block of them like an RNN's."""
    return {
        "Wx": np.hstack([weights(rng, s.D, s.H) for _ in range(4)]),
        "Wh": np.hstack([recurrent_weights(rng, s.H) for _ in range(4)]),
        "b": biases(rng, 4 * s.H),
    }


def step(rng: Generator, s: Sizes) -> Inputs:
    """Draw one step's arguments."""
    x = rng.standard_normal((s.N, s.D))
    return {"x": x, "prev_h": states(rng, s.N, s.H), "prev_c": cells(rng, s), **four(rng, s)}


def saturated_step(rng: Generator, s: Sizes) -> Inputs:
    """Draw one step's arguments; the first sequence's input is so large that e^a overflows and gates are shut."""
    drawn = step(rng, s)
    drawn["x"][0] *= 4000 * np.sqrt(s.D) / np.linalg.norm(drawn["x"][0])
    return drawn


def shut_step(rng: Generator, s: Sizes) -> Inputs:
    """Draw one step's arguments, with a bias that makes a gate of each kind exactly 0 in one unit and 1 in another."""
    drawn = step(rng, s)
    drawn["b"].reshape(4, s.H)[:3, :2] = [-1000, 1000]
    return drawn


def sequence(rng: Generator, s: Sizes) -> Inputs:
    """Draw a whole sequence's arguments."""
    return {"x": rng.standard_normal((s.N, s.T, s.D)), "h0": states(rng, s.N, s.H), **four(rng, s)}


def sequence_from(rng: Generator, s: Sizes) -> Inputs:
    """Draw a whole sequence's arguments, and the cell it starts from."""
    x, h0, *rest = sequence(rng, s).values()
    return {"x": x, "h0": h0, "c0": cells(rng, s), **dict(zip(("Wx", "Wh", "b"), rest, strict=True))}
