"""Compare a learner's arrays with what is expected: shape, kind, values, and where the worst entry is."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from utils.checking import steps
from utils.checking.report import listing

# Relative to the largest expected entry. Expected numbers are stored with 8 digits, so float64 answers
# agree to about 1e-8; float32 carries about 7 digits, of which a recurrence loses two or three.
TOLERANCE = {"float64": 1e-6, "float32": 1e-4}

# What round-off leaves of a zero, so that 1e-17 where 0 is expected is no mistake.
_ROUND_OFF = {name: 16 * float(np.finfo(name).eps) for name in TOLERANCE}


@dataclass(frozen=True)
class Comparison:
    """What became of one output.

    Attributes
    ----------
    name : str
        The output, for example ``"dWh"``.
    problem : {None, "missing", "kind", "shape", "nan", "value", "property", "choice"}
        None if the output is right; "property" where not its numbers are judged but what they do.
    message : str
        The problem in words, without any expected value; empty if the output is right.
    where : str
        The worst entry by index, for example ``"dWh[2, 4]"``; empty unless the problem is "value" or "nan".
    step : str
        The step or layer of that entry, for example ``"step t = 3"``; empty where no axis of the output counts any.
    yours, expected : float, bool or None
        Both values at the worst entry.
    tolerance : float
        The error, relative to the largest expected entry, up to which an entry counts as right.
    mistake : str or None
        The known mistake that this is, where a judge of properties recognises one.
    entries : tuple of str
        The keys of a dict's wrong entries, where only numbers are wrong.
    """

    name: str
    problem: str | None
    message: str = ""
    where: str = ""
    step: str = ""
    yours: float | bool | None = None
    expected: float | bool | None = None
    tolerance: float = TOLERANCE["float64"]
    mistake: str | None = None
    entries: tuple[str, ...] = ()

    @property
    def place(self):
        """The worst entry with its step: ``"h[1, 2, 0], that is step t = 3"``."""
        return _and_step(self.where, self.step)

    @property
    def ok(self):
        """Whether the output is right."""
        return self.problem is None


@np.errstate(all="ignore")  # a learner's np.seterr("raise") must not reach our own arithmetic
def compare(name, actual, expected, axes=(), sizes=None):
    """Compare one output with its expected value.

    Parameters
    ----------
    name : str
        The output's name, used in the words.
    actual : object
        What the learner's function returned.
    expected : array_like, dict, list or tuple
        What it should be: numbers or booleans of any shape, or dicts, lists and tuples of these.
    axes : sequence of str
        The names of the expected axes, for example ``("N", "T", "H")``; used to explain shapes. ``("choice",)`` marks
        the number of a statement that was chosen: whether it is right is told, which one would be is not.
    sizes : dict of str to int, optional
        What N, T, … are in this case, so that the learner's own axes can be named where no two sizes are equal.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> compare("db", np.zeros((2, 3)), np.zeros(3), axes=["H"]).message
    'db has shape (2, 3), expected (H,) = (3,).'
    >>> compare("loss", 0.1 + 0.2, 0.3).ok
    True
    >>> compare("clipped", {"b": np.ones(2)}, {"b": np.zeros(2)}).where
    "clipped['b'][0]"
    """
    if actual is None:
        return Comparison(name, "missing", f"{name} is None.")
    if isinstance(expected, dict):
        return _compare_dicts(name, actual, expected)
    if isinstance(expected, (list, tuple)) and not (isinstance(actual, np.ndarray) and _is_regular(expected)):
        return _compare_sequences(name, actual, expected)
    found = _compare_arrays(name, actual, np.asarray(expected), axes, sizes)
    if found.problem == "value" and tuple(axes) == ("choice",):
        return Comparison(name, "choice", f"{name} = {found.yours:g} is not the one.")
    return found


def _compare_dicts(name, actual, expected):
    if not isinstance(actual, dict):
        return Comparison(name, "kind", f"{name} is {a(actual)}, expected a dict.")
    for key in expected:
        if key not in actual:
            return Comparison(name, "missing", f"{name} has no entry {key!r}.")
    if len(actual) > len(expected):
        extra = next(key for key in actual if key not in expected)
        return Comparison(name, "kind", f"{name} has an entry {extra!r} that was not asked for.")
    parts = {key: compare(f"{name}[{key!r}]", actual[key], expected[key]) for key in expected}
    # A wrong shape or kind comes before wrong numbers, which may well follow from it.
    found = _worst(name, sorted(parts.values(), key=lambda part: part.problem == "value"))
    wrong = tuple(str(key) for key, part in parts.items() if not part.ok)
    if found.problem != "value":
        return found
    right = [str(key) for key in expected if str(key) not in wrong]
    sides = f"{name}: {listing(right)} right, {listing(wrong)} wrong. " if right else ""
    return dataclasses.replace(found, message=sides + found.message, entries=wrong)


def _compare_sequences(name, actual, expected):
    if not isinstance(actual, (list, tuple)):
        return Comparison(name, "kind", f"{name} is {a(actual)}, expected {a(expected)}.")
    if len(actual) != len(expected):
        count = "1 entry" if len(actual) == 1 else f"{len(actual)} entries"
        return Comparison(name, "shape", f"{name} has {count}, expected {len(expected)}.")
    pairs = zip(actual, expected, strict=True)
    return _worst(name, [compare(f"{name}[{i}]", a, e) for i, (a, e) in enumerate(pairs)])


def _is_regular(sequence):
    """Whether a list or tuple could as well be an array."""
    try:
        return np.asarray(sequence).dtype.kind != "O"
    except ValueError:  # parts of different shapes
        return False


def _worst(name, parts):
    """Return the first part that is not right, as the comparison of the whole."""
    return dataclasses.replace(next((part for part in parts if not part.ok), Comparison(name, None)), name=name)


def _compare_arrays(name, actual, expected, axes, sizes):
    array, told = _as_numbers(name, actual, expected)
    if told:
        return Comparison(name, "kind", told)
    if array.shape != expected.shape:
        return Comparison(name, "shape", _shapes(name, array.shape, expected.shape, axes, sizes or {}))
    kind = "float32" if array.dtype in (np.float32, np.float16) else "float64"
    tolerance, dtype = TOLERANCE[kind], array.dtype
    if expected.dtype.kind in "bi" and dtype.kind in "bi":
        error = (array != expected).astype(float)
        wrong = error > 0
    else:
        array, expected = array.astype(np.float64), expected.astype(np.float64)
        finite = np.isfinite(expected)
        bad = ~np.isfinite(array) & finite
        if bad.any():
            index = tuple(int(i) for i in np.argwhere(bad)[0])
            value = float(array[index])
            where, step = _at(name, index), _step(axes, index)
            comma = "," if step else ""
            told = f"{int(bad.sum())} of {bad.size} entries of {name} are not finite; "
            told += f"{_and_step(where, step)}{comma} is {value}."
            if not index:
                told = f"{name} is {value}."
            return Comparison(name, "nan", told, where, step, value, float(expected[index]), tolerance)
        same = (array == expected) | (np.isnan(array) & np.isnan(expected))
        error = np.where(same, 0.0, np.abs(array - expected))
        largest = float(np.abs(expected[finite]).max(initial=0.0))
        wrong = ~(error <= max(tolerance * largest, _ROUND_OFF[kind]))
    if not wrong.any():
        return Comparison(name, None, tolerance=tolerance)
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape))
    told = f"{int(wrong.sum())} of {wrong.size} entries of {name} are wrong." if index else f"{name} is wrong."
    told += _too_narrow(name, dtype, expected)
    yours, meant = array[index].item(), expected[index].item()
    return Comparison(name, "value", told, _at(name, index), _step(axes, index), yours, meant, tolerance)


def _as_numbers(name, actual, expected):
    """Return `actual` as an array of numbers, or a sentence that says why it is none."""
    wanted = "a plain NumPy array" if expected.ndim else "a number"
    if isinstance(actual, np.matrix):
        return None, f"{name} is a matrix, expected {wanted}: for a matrix `*` is the matrix product."
    if isinstance(actual, np.ndarray) and type(actual) is not np.ndarray:
        return None, f"{name} is {a(actual)}, a special kind of array; expected {wanted}."
    if not isinstance(actual, (np.ndarray, np.generic, bool, int, float)):
        return None, f"{name} is {a(actual)}, expected {wanted.replace('plain ', '')}."
    array = np.asarray(actual)
    if array.dtype.kind == "O":
        return None, f"{name} is an array of Python objects, expected numbers: rows of different lengths do that."
    if array.dtype.kind not in "biuf":
        kind = "complex numbers" if array.dtype.kind == "c" else array.dtype.name
        return None, f"{name} holds {kind}, expected real numbers."
    return (array.astype(np.int64) if array.dtype.kind == "u" else array), ""


def _too_narrow(name, dtype, expected):
    """Say it where the learner's own dtype cannot hold the answer."""
    if dtype.kind in "biu" and np.any(expected != np.round(expected)):
        return f" {name} is {dtype.name}, which cuts off all that stands behind the point."
    return f" {name} is float16, which carries three digits." if dtype == np.float16 else ""


def _shapes(name, shape, expected, axes, sizes):
    yours = f"shape {_tuple(shape)}" if shape else "no axes (it is a single number)"
    if not expected:
        return f"{name} has {yours}, expected a single number."
    if len(axes) != len(expected):
        return f"{name} has {yours}, expected {_tuple(expected)}."
    if [*shape] == [n + (axis == "T") for axis, n in zip(axes, expected, strict=True)]:
        one_more = f"expected {_tuple(axes)} = {_tuple(expected)}"
        return f"{name} has {yours}, {one_more}: one step too many. Does it still hold what it started from?"
    # Where all sizes differ, the learner's axes can be named too: (T, N, H) says more than (5, 2, 3).
    sizes = sizes | dict(zip(axes, expected, strict=True))
    letters = {n: letter for letter, n in sizes.items()}
    if shape and len(letters) == len(sizes) and all(n in letters for n in shape):
        yours += f" = {_tuple(letters[n] for n in shape)}"
    return f"{name} has {yours}, expected {_tuple(axes)} = {_tuple(expected)}."


def _tuple(entries):
    entries = [str(entry) for entry in entries]
    return f"({', '.join(entries)}{',' if len(entries) == 1 else ''})"


def a(value):
    """Return the kind of `value` in words: ``"a list"``, ``"an int"``, ``"an array"``."""
    kind = "array" if type(value) is np.ndarray else type(value).__name__
    return f"an {kind}" if kind[0].lower() in "aeiou" else f"a {kind}"


def _at(name, index):
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _step(axes, index):
    """Return the step that an entry belongs to, or an empty text."""
    axis = steps.counted(axes)
    return steps.step(axes, index[axis]) if axis is not None and len(axes) == len(index) else ""


def _and_step(where, step):
    return f"{where}, that is {step}" if step else where
