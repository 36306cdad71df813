"""Define the optimisers of the experiments: Adam, and plain gradient descent where a long gradient should show."""

from collections.abc import Mapping

import numpy as np

from utils.experiments.results import Array, Params


class Adam:
    """Adam: each weight moves by its mean gradient, divided by the gradient's mean size.

    Parameters
    ----------
    params : dict of str to ndarray
        Changed in place by `step`.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization.
    """

    def __init__(self, params: Params) -> None:
        self.params, self.steps = params, 0
        self._mean = {name: np.zeros_like(p) for name, p in params.items()}
        self._square = {name: np.zeros_like(p) for name, p in params.items()}

    def step(self, grads: Mapping[str, Array], rate: float) -> None:
        """Move all weights once, by about `rate`."""
        self.steps += 1
        rate = rate * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        for name, p in self.params.items():
            mean, square, g = self._mean[name], self._square[name], grads[name]
            mean += 0.1 * (g - mean)
            square += 0.001 * (g * g - square)
            p -= rate * mean / (np.sqrt(square) + 1e-8)


class Descent:
    """Plain gradient descent: each weight moves by `rate` times its gradient, however long that is.

    Parameters
    ----------
    params : dict of str to ndarray
        Changed in place by `step`.
    """

    def __init__(self, params: Params) -> None:
        self.params = params

    def step(self, grads: Mapping[str, Array], rate: float) -> None:
        """Move all weights once, against their gradients."""
        for name, p in self.params.items():
            p -= rate * grads[name]
