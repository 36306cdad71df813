"""The networks that assignment 04 measures."""

import numpy as np

from utils.experiments.results import Array, Learner
from utils.figures.learner import states

STD = 0.5  # of the input into each unit


def gaussian(H: int, seed: int, rho: float) -> Array:
    """Return a matrix (H, H) of normal numbers from ``default_rng(seed)``, scaled to the spectral radius `rho`."""
    W = np.random.default_rng(seed).standard_normal((H, H))
    return W * (rho / float(np.abs(np.linalg.eigvals(W)).max()))


def random_network(rng: np.random.Generator, H: int, gain: float, steps: int) -> tuple[Array, Array]:
    """Draw weights W (H, H) from N(0, gain²/H), then inputs x (1, steps, H) from N(0, STD²), by the Generator `rng`."""
    W = gain * rng.standard_normal((H, H)) / np.sqrt(H)
    return W, STD * rng.standard_normal((1, steps, H))


def driven_states(rnn_forward: Learner, Wh: Array, x: Array) -> Array:
    """Return the states h (N, T, H) of RNNs that get x (N, T, H), a number into each unit; h0 and b are 0."""
    N, _, H = x.shape
    return states(rnn_forward, x, np.zeros((N, H)), np.eye(H), Wh, np.zeros(H))


def norms(product: Array) -> Array:
    """Return the spectral norms of matrices (..., H, H), largest singular value by largest singular value."""
    return np.linalg.svd(product, compute_uv=False)[..., 0]
