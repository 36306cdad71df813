"""Train a recurrent network on the adding problem, by a learner's own forward and backward pass.

It is Hochreiter and Schmidhuber's test of long time lags: of T numbers two are marked, and after the
last step the network must say their sum. Whoever always says 1 is off by 1/6 in the mean square.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils.experiments.adam import Adam
from utils.experiments.guard import guarded
from utils.experiments.results import Array, Learner, Params

RECORD = Path(__file__).with_name("adding.json")
BASELINE = 1 / 6  # the variance of the sum of two uniform numbers
SOLVED = 0.01  # mean square error from which we call the problem solved
EVERY = 25  # steps between two tests
TEST_SEED = 1_000_000  # the test sequences are the same for every run


@dataclass(frozen=True)
class Run:
    """The result of one training run.

    Attributes
    ----------
    T, seed : int
        Length of the sequences; what weights and sequences were drawn from.
    steps : tuple of int
        After how many steps the test was taken.
    errors : tuple of float
        The mean square error on 500 test sequences then.
    """

    T: int
    seed: int
    steps: tuple[int, ...]
    errors: tuple[float, ...]

    @property
    def solved_after(self) -> int | None:
        """The first of `steps` with an error below `SOLVED`, or None."""
        return next((step for step, error in zip(self.steps, self.errors, strict=True) if error < SOLVED), None)


def adding_problem(rng: np.random.Generator, N: int, T: int) -> tuple[Array, Array]:
    """Draw sequences of the adding problem.

    Parameters
    ----------
    rng : numpy.random.Generator
    N, T : int
        Sequences, and their length; T is at least 2.

    Returns
    -------
    x : ndarray, shape (N, T, 2)
        A number from U[0, 1], and a marker: 1 once in each half, else 0.
    y : ndarray, shape (N,)
        The sum of the two marked numbers.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9, experiment 4; in the form without
    padding that Le, Jaitly & Hinton (2015) use.
    """
    values, markers, row = rng.uniform(size=(N, T)), np.zeros((N, T)), np.arange(N)
    first, second = rng.integers(0, T // 2, N), rng.integers(T // 2, T, N)
    markers[row, first] = markers[row, second] = 1
    return np.stack([values, markers], axis=-1), values[row, first] + values[row, second]


def initial(rng: np.random.Generator, H: int, gates: int) -> Params:
    """Draw the weights of a network with two inputs and one output; `gates` is 4 for an LSTM, 1 for an RNN."""
    return {
        "Wx": rng.standard_normal((2, gates * H)) / np.sqrt(2),
        "Wh": rng.standard_normal((H, gates * H)) / np.sqrt(H),
        "b": np.zeros(gates * H),
        "w": rng.standard_normal(H) / np.sqrt(H),
        "c": np.zeros(1),
    }


def train(
    forward: Learner,
    backward: Learner,
    *,
    gates: int,
    bias: Callable[[Array], Array] | None = None,
    T: int = 100,
    H: int = 16,
    N: int = 32,
    rate: float = 2e-2,
    steps: int = 600,
    seed: int = 0,
    until: float = 0.0,
    say: Callable[[str], object] | None = None,
) -> Run:
    """Train on the adding problem: fresh sequences at every step, Adam, no clipping.

    Parameters
    ----------
    forward : callable
        ``forward(x, h0, Wx, Wh, b) -> (h, cache)``; the answer is made from the last state, h[:, -1] @ w + c.
    backward : callable
        ``backward(dh, cache) -> (dx, dh0, dWx, dWh, db)``.
    gates : int
        4 for an LSTM, 1 for a vanilla RNN.
    bias : callable, optional
        Makes the first bias from one of zeros.
    T, H, N : int
        Length, units, sequences in a batch.
    rate : float
        Adam's.
    steps, seed : int
    until : float
        Stop as soon as the test error is below.
    say : callable, optional
        Called after every fourth test with a sentence.

    Returns
    -------
    Run
    """
    rng = np.random.default_rng(seed)
    taken: list[int] = []
    errors: list[float] = []
    params = initial(rng, H, gates)
    if bias is not None:
        params["b"] = np.array(bias(params["b"]), dtype=float)
    optimiser = Adam(params)
    test_x, test_y = adding_problem(np.random.default_rng(TEST_SEED), 500, T)
    for step in range(1, steps + 1):
        x, y = adding_problem(rng, N, T)
        h, cache = forward(x, np.zeros((N, H)), params["Wx"], params["Wh"], params["b"])
        last = h[:, -1].copy()
        dy = 2 * (last @ params["w"] + params["c"] - y) / N
        dh = np.zeros_like(h)
        dh[:, -1] = np.outer(dy, params["w"])
        _, _, dWx, dWh, db = backward(dh, cache)
        grads = {"Wx": dWx, "Wh": dWh, "b": db, "w": last.T @ dy, "c": dy.sum(keepdims=True)}
        optimiser.step(grads, rate)
        if step % EVERY == 0:
            h, _ = forward(test_x, np.zeros((500, H)), params["Wx"], params["Wh"], params["b"])
            taken.append(step)
            errors.append(float(np.mean((h[:, -1] @ params["w"] + params["c"] - test_y) ** 2)))
            if say is not None and (len(taken) % 4 == 0 or errors[-1] < until):
                say(f"step {step:4d}: mean square error {errors[-1]:.4f}")
            if errors[-1] < until:
                break
    return Run(T, seed, tuple(taken), tuple(errors))


@guarded
def adding(
    lstm_forward: Learner,
    lstm_backward: Learner,
    forget_bias: Learner,
    *,
    value: float = 1.0,
    T: int = 100,
    seed: int = 0,
    steps: int = 600,
) -> Run:
    """Train an LSTM on the adding problem by the learner's functions, and say how it goes.

    Parameters
    ----------
    lstm_forward, lstm_backward, forget_bias : callable
        The learner's.
    value : float
        What the forget block of the bias starts from.
    T, seed, steps : int
        As for `train`; it stops when the problem is solved.

    Returns
    -------
    Run or Note
        A note if a function is not written yet, or fails.
    """
    return train(
        lstm_forward,
        lstm_backward,
        gates=4,
        bias=lambda b: forget_bias(b, value),
        T=T,
        steps=steps,
        seed=seed,
        until=SOLVED,
        say=print,
    )
