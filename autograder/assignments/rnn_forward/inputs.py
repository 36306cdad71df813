"""Draw the inputs that several exercises of 01 and their backward passes in 02 are called with."""

from numpy.random import Generator

from autograder.course.draws import biases, cell, readout, states, weights
from autograder.course.exercise import Draw, Inputs, Sizes


def step(rng: Generator, s: Sizes) -> Inputs:
    """Draw one step's arguments."""
    return {"x": rng.standard_normal((s.N, s.D)), "prev_h": states(rng, s.N, s.H), **cell(rng, s.D, s.H)}


def sequence(rng: Generator, s: Sizes) -> Inputs:
    """Draw a whole sequence's arguments."""
    return {"x": rng.standard_normal((s.N, s.T, s.D)), "h0": states(rng, s.N, s.H), **cell(rng, s.D, s.H)}


def word_ids(rng: Generator, s: Sizes) -> Inputs:
    """Draw word ids with repeats, and one vector a word."""
    return {"x": rng.integers(0, s.V, (s.N, s.T)), "W": rng.standard_normal((s.V, s.D))}


def first_and_last_word(rng: Generator, s: Sizes) -> Inputs:
    """Draw word ids among which are the first and the last one."""
    drawn = word_ids(rng, s)
    drawn["x"][0, 0], drawn["x"][-1, -1] = 0, s.V - 1
    return drawn


def rare_words(rng: Generator, s: Sizes) -> Inputs:
    """Draw word ids without the last two of the vocabulary: how many words there are is known from W alone."""
    drawn = word_ids(rng, s)
    drawn["x"] = drawn["x"] % max(s.V - 2, 1)
    return drawn


# By what is special about the ids.
SPECIAL_WORDS: dict[str, Draw] = {"the first id and the last": first_and_last_word, "the last id missing": rare_words}


def affine(rng: Generator, s: Sizes) -> Inputs:
    """Draw an affine map over time."""
    x = rng.standard_normal((s.N, s.T, s.D))
    return {"x": x, "w": weights(rng, s.D, s.M), "b": biases(rng, s.M)}


def sequence_and_readout(rng: Generator, s: Sizes) -> Inputs:
    """Draw a whole sequence's arguments and an output layer."""
    return {**sequence(rng, s), **readout(rng, s.H, s.M)}
