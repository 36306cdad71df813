"""Notice an overflow that a function hides with settings of its own, such as `np.errstate`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.fixtures import fresh


def watching(noted: set[str]) -> Callable[[Any], Any]:
    """Return a function that copies arguments, with arrays of floats that add to `noted` what NumPy warns of.

    What is made from such an array watches too, whatever the settings where it is made.

    Examples
    --------
    >>> noted = set()
    >>> with np.errstate(all="ignore"):
    ...     _ = 1 / (1 + np.exp(-watching(noted)(np.array([-1000.0]))))
    >>> noted
    {'overflow'}
    """

    class Watching(np.ndarray):
        def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
            if out := keywords.get("out"):
                keywords["out"] = tuple(map(_plain, out))
            with np.errstate(over="call", call=lambda kind, _: noted.add(kind)):
                result = getattr(ufunc, method)(*map(_plain, inputs), **keywords)
            return result.view(Watching) if isinstance(result, np.ndarray) and not out else result

    def _plain(value: Any) -> Any:
        return value.view(np.ndarray) if isinstance(value, Watching) else value

    def watched(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.astype(value.dtype).view(Watching) if value.dtype.kind == "f" else value.copy()
        if isinstance(value, tuple):
            return tuple(map(watched, value))
        return fresh(value)

    return watched
