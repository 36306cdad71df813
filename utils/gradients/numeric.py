"""Compute the gradient by definition: move one number a little, see how much the result moves."""

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utils.errors import UtilsError

Array: TypeAlias = NDArray[Any]  # of whatever dtype a learner's function made
Floats: TypeAlias = NDArray[np.floating[Any]]
Index: TypeAlias = tuple[int, ...]

COMPLEX_STEP = 1e-30  # nothing is subtracted, so the step may be as small as you like


class GradientError(UtilsError):
    """A gradient cannot be measured or checked the way it was asked for."""


def numeric_gradient(
    f: Callable[[Array], ArrayLike], x: ArrayLike, *, method: str = "central", h: float | None = None
) -> Floats:
    """Measure the gradient of `f` at `x`, one entry at a time.

    Every call of `f` gets its own copy of `x`, so `f` may do to it what it likes.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``, one number (a NumPy scalar or an array of size 1 will do).
    x : float array of any shape
        Where to measure. Integers are refused: ``1 + 6e-06`` is stored as 1.
    method : {"central", "richardson", "complex"}
        ``"central"``: ``(f(x+h) - f(x-h)) / 2h``, error of order h². ``"richardson"``: two central differences,
        ``(4 D(h/2) - D(h)) / 3``, error of order h⁴. ``"complex"``: ``Im f(x + ih) / h``, exact to rounding, but only
        for an `f` that carries complex numbers through (`abs`, `float` and real buffers drop the imaginary part).
    h : float, optional
        The step, in units of ``max(1, |x|)`` of each entry. By default eps^(1/3) for ``"central"``, eps^(1/5) for
        ``"richardson"``, 1e-30 for ``"complex"``, with eps that of the lower precision of `x` and ``f(x)``.

    Returns
    -------
    gradient : float64 array, shape of `x`
        ``gradient[i]`` is df/dx[i].

    Raises
    ------
    GradientError
        If `x` does not hold floats, `f` does not return one number or drops the imaginary part, or `h` is too small.

    References
    ----------
    The step: Press et al., *Numerical Recipes*, section 5.7. Extrapolation: L. F. Richardson (1911), Phil. Trans. A
    210. Complex step: W. Squire and G. Trapp (1998), SIAM Review 40(1).

    Examples
    --------
    >>> import numpy as np
    >>> numeric_gradient(lambda x: np.sum(x**3), np.array([1.0, 2.0])).round(6)
    array([ 3., 12.])
    >>> numeric_gradient(lambda x: np.sum(x**3), np.array([1.0, 2.0]), method="complex")
    array([ 3., 12.])
    """
    slopes = {"central": central, "richardson": richardson, "complex": complex_step}
    if method not in slopes:
        raise GradientError(f"There is no method {method!r}; choose one of {', '.join(map(repr, slopes))}.")
    at = floats(x)
    gradient = np.zeros(at.shape)
    if not at.size:
        return gradient
    if h is None:
        h = COMPLEX_STEP if method == "complex" else lowest_eps(f, at) ** (1 / 3 if method == "central" else 1 / 5)
    for index in np.ndindex(at.shape):
        gradient[index] = slopes[method](f, at, index, h)
    return gradient


def central(f: Callable[[Array], ArrayLike], x: Array, index: Index, h: float) -> float:
    """Return the slope of `f` along entry `index` of `x` by a central difference of relative step `h`."""
    step = h * max(1.0, abs(x[index]))
    up, down = x.copy(), x.copy()
    up[index] += step
    down[index] -= step
    taken = float(up[index]) - float(down[index])  # the step that was stored, not the one that was meant
    if not taken:
        raise GradientError(
            f"The step {step:.0e} is too small: {x[index]} ± {step:.0e} is stored as the same {x.dtype}."
        )
    return (number(f(up)) - number(f(down))) / taken


def richardson(f: Callable[[Array], ArrayLike], x: Array, index: Index, h: float) -> float:
    """Return the slope along entry `index` from two central differences: their leading errors (h² and h²/4) cancel."""
    return (4 * central(f, x, index, h / 2) - central(f, x, index, h)) / 3


def complex_step(f: Callable[[Array], ArrayLike], x: Array, index: Index, h: float) -> float:
    """Return the slope along entry `index` from one step into the imaginary direction."""
    step = h * max(1.0, abs(x[index]))
    z = x.astype(complex)
    z[index] += 1j * step
    dropped = (
        "f dropped the imaginary part, so the complex step sees no slope. Look for abs, float(...), astype(float), "
        "np.linalg.norm or assignment into an array of floats; or use method='central'."
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            value = np.asarray(f(z))
        except (np.exceptions.ComplexWarning, TypeError):
            raise GradientError(dropped) from None
    if value.dtype.kind != "c":
        raise GradientError(dropped)
    return number(value.imag) / float(step)


def floats(x: ArrayLike, name: str = "x") -> Array:
    """Return `x` as an array, or raise `GradientError` in a sentence if it does not hold floats."""
    array = np.asarray(x)
    if array.dtype.kind in "iub":
        raise GradientError(
            f"`{name}` has dtype {array.dtype}: 1 + 6e-06 is stored as 1 there, so no slope can be measured. "
            f"Use floats: `{name}.astype(float)`."
        )
    if array.dtype.kind != "f":
        raise GradientError(f"`{name}` has dtype {array.dtype}, but a gradient needs an array of floats.")
    return array


def number(value: object) -> float:
    """Return what `f` returned as a Python float, at once, so that a view cannot change under us."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiub":
        raise GradientError(
            f"The function must return one real number, but it returned an array of shape {array.shape}, "
            f"dtype {array.dtype}. Sum it, or take its product with an upstream gradient."
        )
    return float(array.item())


def lowest_eps(f: Callable[[Array], ArrayLike], x: Array) -> float:
    """Return the machine epsilon of the lower precision of `x` and ``f(x)``."""
    return max(eps_of(x), eps_of(f(x.copy())))


def norm(gradient: Array) -> float:
    """Return ‖gradient‖ over all entries."""
    return float(np.linalg.norm(gradient))


def eps_of(value: object) -> float:
    """Return the machine epsilon of the dtype of `value`; float64's for integers and Python numbers."""
    dtype: np.dtype[Any] = np.asarray(value).dtype
    return float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)
