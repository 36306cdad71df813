"""Measure one slope at many steps: its value, how far to trust it, and whether the function is smooth there."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from utils.gradients.numeric import Array, Floats, Index, number

LARGEST = 0.1  # of max(1, |x|)


@dataclass(frozen=True)
class Slope:
    """What a ladder of steps says about one entry.

    Attributes
    ----------
    value : float
        The extrapolated slope where it is steadiest.
    uncertainty : float
        How much it still moves there between neighbouring steps, and never less than rounding allows.
    left, right : float
        The one-sided slopes at the smallest step of the kink window.
    kink : bool
        The two stay apart however small the step: the function has a corner here.
    jump : bool
        The slope doubles whenever the step is halved: the function has a step here.
    """

    value: float
    uncertainty: float
    left: float
    right: float
    kink: bool
    jump: bool


def climb(f: Callable[[Array], ArrayLike], x: Array, index: Index, eps: float) -> Slope:
    """Measure the slope of `f` along entry `index` of `x` at steps 0.1, 0.05, … down to sqrt(eps).

    Neighbouring central differences are extrapolated (Richardson 1911) and the step whose two neighbours agree best
    with it is kept, as in C. Ridders (1982), Adv. Eng. Software 4(2). Two neighbours, so that a coincidence does not
    look like certainty.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``.
    x : float array
        Where.
    index : tuple of int
        Which entry moves.
    eps : float
        Machine epsilon of the lowest precision inside `f`.

    Returns
    -------
    slope : Slope

    Examples
    --------
    >>> slope = climb(lambda x: np.exp(x[0]), np.array([0.0]), (0,), 2.2e-16)
    >>> abs(slope.value - 1) < 1e-12, slope.uncertainty < 1e-11, slope.kink
    (True, True, False)
    >>> climb(lambda x: max(x[0], 0.0), np.array([0.0]), (0,), 2.2e-16).kink
    True
    """
    levels = max(5, int(np.log2(LARGEST / np.sqrt(eps))))
    h = LARGEST * 0.5 ** np.arange(levels)
    steps = h * max(1.0, abs(float(x[index])))
    here = number(f(x.copy()))
    plus, h_plus = _moved(f, x, index, steps)
    minus, h_minus = _moved(f, x, index, -steps)

    D = (plus - minus) / (h_plus - h_minus)
    R = (4 * D[1:] - D[:-1]) / 3
    middle = R[1:-1]
    spread = np.maximum(abs(middle - R[:-2]), abs(middle - R[2:]))
    rounding = 2 * eps * np.nanmax(abs(np.concatenate([plus, minus, [here]]))) / steps[1:-2]
    uncertainty = np.fmax(spread, rounding)
    uncertainty[~np.isfinite(spread)] = np.inf
    best = _steadiest(middle, uncertainty)

    right, left = (plus - here) / h_plus, (minus - here) / h_minus
    # Around the step of the sweep: a kink further away did not disturb it, and must excuse nothing.
    near = np.flatnonzero((h >= eps ** (1 / 3) / 4) & (h <= eps ** (1 / 3) * 2))
    gap = (right - left)[near]
    noise = 4 * eps * abs(here) / steps[near[-1]]
    apart = abs(gap).min() > max(100 * noise, 1e-3 * abs(middle[best]))
    kink = bool(apart and np.ptp(gap) <= 0.25 * abs(gap.mean()))
    growth = D[near[1:]] / np.where(D[near[:-1]] == 0, np.nan, D[near[:-1]])
    jump = bool(np.all(abs(growth - 2) < 0.1))
    return Slope(
        float(middle[best]),
        float(uncertainty[best]),
        float(left[near[-1]]),
        float(right[near[-1]]),
        kink and not jump,
        jump,
    )


def _steadiest(values: Floats, uncertainty: Floats) -> int:
    """Return the level with the least uncertainty that the levels of smaller steps do not contradict.

    A step of many periods can look steady at a wrong slope (sampling 1000 Hz at 100 Hz); smaller steps give it away. It
    takes three of them, since rounding noise now and then makes one look steadier than it is.
    """
    for k in np.argsort(uncertainty, kind="stable"):
        finer, doubt = values[k + 1 :], uncertainty[k + 1 :]
        if np.sum(abs(finer - values[k]) > 20 * doubt) < 3:
            return int(k)
    return len(values) - 1


def _moved(f: Callable[[Array], ArrayLike], x: Array, index: Index, steps: Floats) -> tuple[Floats, Floats]:
    """Return the values of `f` with entry `index` moved by each step, and the steps as they were stored."""
    values, taken = [], []
    for step in steps:
        moved = x.copy()
        moved[index] += step
        taken.append(float(moved[index]) - float(x[index]))
        values.append(number(f(moved)))
    return np.array(values), np.array(taken)
