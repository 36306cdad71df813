"""Draw the inputs that several exercises of 04 are called with."""

from numpy.random import Generator

from autograder.course.draws import recurrent_weights
from autograder.course.exercise import Draw, Inputs, Sizes


def many_steps(rng: Generator, s: Sizes) -> Inputs:
    """Draw the states of a sequence, and weights; at least two products, so that their order matters."""
    steps = s.T + 1 if s.T > 1 else 1
    h = rng.uniform(-0.9, 0.9, (s.N, steps, s.H))
    return {"h": h, "Wh": recurrent_weights(rng, s.H)}


def gradient_and_states(rng: Generator, s: Sizes) -> Inputs:
    """Draw a gradient at the last state, the states, and weights."""
    return {"dh_T": rng.standard_normal((s.N, s.H)), **many_steps(rng, s)}


def of_size(H: int) -> Draw:
    """Return the drawing that asks for H units."""
    return lambda rng, s: {"H": H}
