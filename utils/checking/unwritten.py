"""Fill the arrays that `np.empty` makes: memory may hold anything, even the right numbers of an earlier call.

The numbers are the same in every run and close to no answer, so an entry that is never written is always wrong. This
file's text is also sent into a student's kernel (`autograder.judging.kernel_side`), so it imports the standard library
and NumPy only.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

MOST = 10_000_000  # entries; a larger array stays as it is
_MAKERS = ("empty", "empty_like")


@contextlib.contextmanager
def filled(other: bool = False) -> Iterator[None]:
    """Let `np.empty` and `np.empty_like` fill what they make, as long as this is open.

    Where it is open already, nothing changes.

    Parameters
    ----------
    other : bool
        Fill with other numbers: an answer that is another one then depends on what memory held.
    """
    makers = {name: getattr(np, name) for name in _MAKERS if hasattr(np, name)}  # a student may have deleted one
    if any(hasattr(maker, "fills") for maker in makers.values()):
        yield
        return
    try:
        for name, maker in makers.items():
            setattr(np, name, _filling(maker, -7 if other else 1))
        yield
    finally:
        for name, maker in makers.items():
            setattr(np, name, maker)


# A learner's loop makes arrays of a few sizes, thousands of times.
@functools.lru_cache(maxsize=64)
def _numbers(size: int, dtype: np.dtype[Any], factor: int) -> np.ndarray:
    """Return numbers from 1,000 to 9,999 without an order, odd and even in turn; finite, so that 0 times them is 0."""
    numbers = factor * (1000 + np.arange(1, size + 1) * 7919 % 9000)
    return numbers % 2 == (factor > 0) if dtype.kind == "b" else numbers.astype(dtype)


def _filling(maker: Callable[..., Any], factor: int) -> Callable[..., Any]:
    def filling(*args: Any, **options: Any) -> Any:
        array = maker(*args, **options)
        if type(array) is np.ndarray and array.dtype.kind in "fciub" and array.size <= MOST:
            array[...] = _numbers(array.size, array.dtype, factor).reshape(array.shape)
        return array

    filling.__dict__["fills"] = True
    return filling
