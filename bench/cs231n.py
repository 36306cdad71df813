"""What the check cells of CS231n's notebooks do, in our words: the yardstick for how long a check may take.

A cell of a forward pass calls it once on evenly spaced numbers and prints how far it is from known ones; a cell of a
backward pass compares it with numeric gradients, two calls of the forward pass for each number of each input, and
prints the errors. The sizes are those of the published notebooks (RNN_Captioning, LSTM_Captioning); the known numbers
are computed once, before anything is measured.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Functions = Mapping[str, Callable[..., Any]]
STEP = 1e-5


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    run : callable
        ``run(functions)`` does what the cell does.
    needs : tuple of str
        The functions that it calls beside the one that it is about.
    """

    run: Callable[[Functions], None]
    needs: tuple[str, ...] = ()


def error(x: Array, y: Array) -> float:
    """Return the largest relative error between two arrays."""
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def numeric(function: Callable[[], Array], at: Array, upstream: Array) -> Array:
    """Return the gradient of ``sum(function() * upstream)`` at `at`, number by number, by central differences."""
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        before = at[index]
        at[index] = before + STEP
        above = np.array(function())
        at[index] = before - STEP
        below = np.array(function())
        at[index] = before
        gradient[index] = np.sum((above - below) * upstream) / (2 * STEP)
    return gradient


def _forward(name: str, shapes: Sequence[tuple[int, ...]], outputs: int) -> Cell:
    inputs = [np.linspace(-0.4, 0.6, num=math.prod(shape)).reshape(shape) for shape in shapes]
    known: list[list[Array]] = []

    def run(functions: Functions) -> None:
        found = functions[name](*inputs)[:outputs]
        if not known:  # the first time, which is not measured: numbers that the page prints
            known.append([np.array(one) for one in found])
        for one, expected in zip(found, known[0], strict=True):
            print("error:", error(expected, one))

    return Cell(run)


def _backward(name: str, shapes: Sequence[tuple[int, ...]], outputs: int) -> Cell:
    forward = name.replace("backward", "forward")

    def run(functions: Functions) -> None:
        rng = np.random.default_rng(231)
        inputs = [rng.standard_normal(shape) for shape in shapes]
        *found, cache = functions[forward](*inputs)
        upstream = [rng.standard_normal(one.shape) for one in found[:outputs]]
        gradients = functions[name](*upstream, cache)
        for at, gradient in zip(inputs, gradients, strict=True):
            number = np.zeros_like(at)
            for place, one in enumerate(upstream):
                number += numeric(lambda place=place: functions[forward](*inputs)[place], at, one)  # type: ignore[misc]
            print("error:", error(number, gradient))

    return Cell(run, (forward,))


def _embedding_forward(functions: Functions) -> None:
    x = np.array([[0, 3, 1, 2], [2, 1, 0, 3]])
    W = np.linspace(0, 1, num=15).reshape(5, 3)
    out, _ = functions["word_embedding_forward"](x, W)
    print("error:", error(W[x], out))


def _embedding_backward(functions: Functions) -> None:
    rng = np.random.default_rng(231)
    x, W = rng.integers(5, size=(50, 3)), rng.standard_normal((5, 6))
    out, cache = functions["word_embedding_forward"](x, W)
    upstream = rng.standard_normal(out.shape)
    gradient = functions["word_embedding_backward"](upstream, cache)
    number = numeric(lambda: functions["word_embedding_forward"](x, W)[0], W, upstream)
    print("error:", error(number, gradient))


def _softmax_loss(functions: Functions) -> None:
    loss = functions["temporal_softmax_loss"]
    rng = np.random.default_rng(231)
    for N, T, share in ((100, 1, 1.0), (100, 10, 1.0), (5000, 10, 0.1)):
        x, y = 0.001 * rng.standard_normal((N, T, 10)), rng.integers(10, size=(N, T))
        print(loss(x, y, rng.random((N, T)) <= share)[0])
    x, y, mask = rng.standard_normal((7, 8, 9)), rng.integers(9, size=(7, 8)), rng.random((7, 8)) > 0.5
    _, gradient = loss(x, y, mask)
    number = numeric(lambda: np.array(loss(x, y, mask)[0]), x, np.array(1.0))
    print("error:", error(number, gradient))


@functools.cache
def _cells() -> dict[str, Cell]:
    return {
        "rnn_step_forward": _forward("rnn_step_forward", [(3, 10), (3, 4), (10, 4), (4, 4), (4,)], 1),
        "rnn_step_backward": _backward("rnn_step_backward", [(4, 5), (4, 6), (5, 6), (6, 6), (6,)], 1),
        "rnn_forward": _forward("rnn_forward", [(2, 3, 4), (2, 5), (4, 5), (5, 5), (5,)], 1),
        "rnn_backward": _backward("rnn_backward", [(2, 10, 3), (2, 5), (3, 5), (5, 5), (5,)], 1),
        "word_embedding_forward": Cell(_embedding_forward),
        "word_embedding_backward": Cell(_embedding_backward, ("word_embedding_forward",)),
        "temporal_affine_backward": _backward("temporal_affine_backward", [(2, 3, 4), (4, 5), (5,)], 1),
        "temporal_softmax_loss": Cell(_softmax_loss),
        "lstm_step_forward": _forward("lstm_step_forward", [(3, 4), (3, 5), (3, 5), (4, 20), (5, 20), (20,)], 2),
        "lstm_step_backward": _backward("lstm_step_backward", [(4, 5), (4, 6), (4, 6), (5, 24), (6, 24), (24,)], 2),
        "lstm_forward": _forward("lstm_forward", [(2, 3, 5), (2, 4), (5, 16), (4, 16), (16,)], 1),
        "lstm_backward": _backward("lstm_backward", [(2, 10, 3), (2, 6), (3, 24), (6, 24), (24,)], 1),
    }


CELLS = _cells()
