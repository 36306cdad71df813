"""What can happen to an array as a whole, on its way in or out."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

Transform = Callable[[Any], Any]


def reduced(how: str, axis: int | None = None, kept: bool = False) -> Transform:
    """Return the sum, mean or max over an axis, or over all of them."""
    return functools.partial(getattr(np, how), axis=axis, keepdims=kept)


def spread(how: str, axis: int) -> Transform:
    """Return the sum, mean or max over an axis, again and again along it."""

    def transform(array: Any) -> Any:
        return np.broadcast_to(reduced(how, axis, kept=True)(array), array.shape).copy()

    return transform


def first_again(axis: int) -> Transform:
    """Return the first entry along an axis, again and again."""
    return lambda array: np.repeat(np.take(array, [0], axis), array.shape[axis], axis)


def softmax(axis: int) -> Transform:
    """Return a softmax over an axis."""
    return lambda array: np.exp(array) / np.exp(array).sum(axis=axis, keepdims=True)


def sigmoid(array: Any) -> Any:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-array))


def relu(array: Any) -> Any:
    """Return what is positive, and zero for what is not."""
    return np.maximum(array, 0)


def in_time(axis: int) -> dict[str, Transform]:
    """Return what can happen along an axis of steps, in words."""

    def along(transform: Transform) -> Transform:
        return lambda a: np.moveaxis(transform(np.moveaxis(a, axis, 0)), 0, axis)

    def zero(b: Any) -> Any:
        return np.zeros_like(b[:1])

    return {
        "in reverse order of time": along(lambda b: b[::-1]),
        "one step late, with zeros first": along(lambda b: np.concatenate([zero(b), b[:-1]])),
        "one step early, with zeros last": along(lambda b: np.concatenate([b[1:], zero(b)])),
        "one step late, with the last step first": along(lambda b: np.roll(b, 1, 0)),
        "one step early, with the first step last": along(lambda b: np.roll(b, -1, 0)),
        "with its first step at every step": along(lambda b: np.repeat(b[:1], len(b), 0)),
        "with its last step at every step": along(lambda b: np.repeat(b[-1:], len(b), 0)),
        "only at the last step, with zeros at all others": along(lambda b: np.concatenate([0 * b[:-1], b[-1:]])),
        "only at the first step, with zeros at all others": along(lambda b: np.concatenate([b[:1], 0 * b[1:]])),
        "with zeros at the last step": along(lambda b: np.concatenate([b[:-1], zero(b)])),
        "with zeros at the first step": along(lambda b: np.concatenate([zero(b), b[1:]])),
        "with the last step counted twice": along(lambda b: np.concatenate([b[:-1], 2 * b[-1:]])),
        "with the first step counted twice": along(lambda b: np.concatenate([2 * b[:1], b[1:]])),
        "summed up to each step": along(lambda b: np.cumsum(b, 0)),
        "summed from each step on": along(lambda b: np.cumsum(b[::-1], 0)[::-1]),
        "without its first step": along(lambda b: b[1:]),
        "without its last step": along(lambda b: b[:-1]),
    }
