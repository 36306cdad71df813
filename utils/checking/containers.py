"""Read numbers out of whatever container they came in: lists, tuples, special kinds of arrays.

The one judge of containers, in `check` and in the grade alike: what NumPy itself makes an array of numbers of, without
a number being lost or changed, is that array. It costs nothing, and is remarked on.
"""

from typing import Any

import numpy as np

NUMBERS = "biuf"  # the kinds of dtypes that hold real numbers and truth values
_PLAIN = (np.generic, bool, int, float)


class Opened(np.ndarray[Any, Any]):
    """An array that was read out of another container before it got here.

    Attributes
    ----------
    container : str
        The name of that container's type.
    """

    container: str = ""


def opened(value: object, shape: tuple[int, ...] | None = None) -> tuple[object, str]:
    """Return a value as a plain array where it holds one, and the name of the container that it was in.

    What is a plain array or a number already comes back as it is, without a name; so does what is no array of numbers.
    `shape` is that of the array which is expected, if it is known: an array of this shape in a tuple of its own, which
    a comma behind it makes, is taken out of that.

    Examples
    --------
    >>> opened([[1.0, 2.0], [3.0, 4.0]])
    (array([[1., 2.],
           [3., 4.]]), 'list')
    >>> opened([[1.0, 2.0], [3.0]])
    ([[1.0, 2.0], [3.0]], '')
    """
    if isinstance(value, Opened):
        alone = value.container == "tuple" and shape is not None and value.shape == (1, *shape)
        return np.asarray(value[0] if alone else value), value.container
    if value is None or type(value) is np.ndarray or isinstance(value, (*_PLAIN, dict, str)):
        return value, ""
    if isinstance(value, tuple) and len(value) == 1 and getattr(value[0], "shape", ()) == shape:
        return opened(value[0])[0], "tuple"
    if isinstance(value, np.ma.MaskedArray) and np.ma.getmaskarray(value).any():
        return value, ""  # a masked entry is no number
    try:
        array = np.array(value, subok=False)
    except Exception:  # rows of different lengths; or what a class of the learner's own raises
        return value, ""
    return (array, type(value).__name__) if array.dtype.kind in NUMBERS else (value, "")
