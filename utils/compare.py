"""Compare a learner's arrays with what is expected: shape, kind, values, and where the worst entry is."""

from dataclasses import dataclass

import numpy as np

# Relative to the largest expected entry. Expected numbers are stored with 8 digits, so float64 answers
# agree to about 1e-8; float32 carries about 7 digits, of which a recurrence loses two or three.
TOLERANCE = {"float64": 1e-6, "float32": 1e-4}


@dataclass(frozen=True)
class Comparison:
    """What became of one output.

    Attributes
    ----------
    name : str
        The output, for example ``"dWh"``.
    problem : {None, "missing", "kind", "shape", "nan", "value"}
        None if the output is right.
    told : str
        The problem in words, without any expected value; empty if the output is right.
    where : str
        The worst entry by index, for example ``"dWh[2, 4]"``; empty unless the problem is "value" or "nan".
    yours, expected : float or None
        Both values at the worst entry.
    tolerance : float
        The error, relative to the largest expected entry, up to which an entry counts as right.
    """

    name: str
    problem: str | None
    told: str = ""
    where: str = ""
    yours: float | None = None
    expected: float | None = None
    tolerance: float = TOLERANCE["float64"]

    @property
    def ok(self):
        """Whether the output is right."""
        return self.problem is None


def compare(name, actual, expected, axes=()):
    """Compare one output with its expected value.

    Parameters
    ----------
    name : str
        The output's name, used in the words.
    actual : object
        What the learner's function returned.
    expected : array_like
        What it should be: numbers or booleans of any shape.
    axes : sequence of str
        The names of the expected axes, for example ``("N", "T", "H")``; used to explain shapes.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> compare("db", np.zeros((2, 3)), np.zeros(3), axes=["H"]).told
    'db has shape (2, 3), expected (H,) = (3,).'
    >>> compare("loss", 0.1 + 0.2, 0.3).ok
    True
    """
    expected = np.asarray(expected)
    if actual is None:
        return Comparison(name, "missing", f"{name} is None.")
    array, told = _as_numbers(name, actual)
    if told:
        return Comparison(name, "kind", told)
    if array.shape != expected.shape:
        return Comparison(name, "shape", f"{name} has shape {array.shape}, expected {_shape(expected.shape, axes)}.")
    tolerance = TOLERANCE["float32"] if array.dtype in (np.float32, np.float16) else TOLERANCE["float64"]
    if expected.dtype.kind in "bi" and array.dtype.kind in "bi":
        wrong = array != expected
        error = wrong.astype(float)
    else:
        array, expected = array.astype(np.float64), expected.astype(np.float64)
        bad = ~np.isfinite(array) & np.isfinite(expected)
        if bad.any():
            index = tuple(int(i) for i in np.argwhere(bad)[0])
            value = float(array[index])
            told = f"{int(bad.sum())} of {bad.size} entries of {name} are not finite; {_at(name, index)} is {value}."
            return Comparison(name, "nan", told, _at(name, index), value, float(expected[index]), tolerance)
        error = np.abs(array - expected)
        wrong = error > tolerance * max(float(np.abs(expected).max(initial=0.0)), 1e-12)
    if not wrong.any():
        return Comparison(name, None, tolerance=tolerance)
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape))
    count = f"{int(wrong.sum())} of {wrong.size} entries of {name} are wrong" if wrong.size > 1 else f"{name} is wrong"
    return Comparison(
        name, "value", f"{count}.", _at(name, index), float(array[index]), float(expected[index]), tolerance
    )


def _as_numbers(name, actual):
    """Return `actual` as an array of numbers, or a sentence that says why it is none."""
    if isinstance(actual, (list, tuple, dict, str)):
        return None, f"{name} is a {type(actual).__name__}, expected a NumPy array."
    try:
        array = np.asarray(actual)
    except Exception:
        return None, f"{name} is a {type(actual).__name__}, expected a NumPy array."
    if array.dtype.kind not in "bif":
        kind = type(actual).__name__ if array.dtype.kind == "O" else array.dtype.name
        return None, f"{name} holds {kind}, expected real numbers."
    return array, ""


def _shape(shape, axes):
    numbers = str(tuple(int(n) for n in shape))
    if len(axes) != len(shape) or not axes:
        return numbers
    letters = ", ".join(axes) + ("," if len(axes) == 1 else "")
    return f"({letters}) = {numbers}"


def _at(name, index):
    return f"{name}[{', '.join(map(str, index))}]" if index else name
