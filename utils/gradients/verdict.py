"""Turn two gradients into one word: PASS, FAIL, UNSURE, VACUOUS, KINK (or BROKEN, before there are numbers)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from utils.gradients.ladder import Slope
from utils.gradients.numeric import Floats, norm

TOLERANCE = 1e-6  # right BPTT sits at 1e-10 to 2e-9; a bug of 1 % in one entry seldom below 1e-5
CERTAIN = 20  # a FAIL must exceed the measured uncertainty by this factor
MOST_REMEASURED = 256  # entries of one tensor; each costs some 45 evaluations


class Verdict(StrEnum):
    """What the check says about one parameter.

    PASS and KINK are right. UNSURE and VACUOUS are not wrong, but they are never a pass: nothing was shown.
    """

    PASS = "PASS"
    """Analytic and numeric gradient agree."""
    KINK = "KINK"
    """They agree wherever the function is smooth; at its corners yours lies between the one-sided slopes."""
    VACUOUS = "VACUOUS"
    """Both are zero: this input does not exercise the parameter."""
    UNSURE = "UNSURE"
    """They differ, but not clearly more than the numeric gradient can be trusted."""
    FAIL = "FAIL"
    """They differ, and the numeric one is known well enough to say so."""
    BROKEN = "BROKEN"
    """There is nothing to compare: shape, dtype, NaN, a changed argument, randomness, an exception."""

    @property
    def right(self) -> bool:
        """Whether the gradient was shown to be right."""
        return self in (Verdict.PASS, Verdict.KINK)


@dataclass(frozen=True)
class Judgement:
    """A verdict and the numbers behind it; vectors run over the entries that were measured."""

    verdict: Verdict
    error: float
    uncertainty: float
    numeric: Floats
    kinks: tuple[int, ...] = ()
    jumps: tuple[int, ...] = ()


def relative_error(a: Floats, n: Floats, floor: float = 0.0) -> float:
    """Return ‖a−n‖ / max(‖a‖+‖n‖, floor), and 0 where both are zero.

    One number a tensor. The largest *entrywise* relative error misleads exactly where gradients vanish: it compares
    digits that neither gradient has.

    Parameters
    ----------
    a, n : float arrays of one shape
        Analytic and numeric gradient.
    floor : float
        Norm below which both count as zero.

    Returns
    -------
    error : float
        From 0 (equal) to 1 (opposite, or one of them zero).

    Examples
    --------
    >>> relative_error(np.array([3.0, 4.0]), np.array([-3.0, -4.0]))
    1.0
    """
    scale = max(norm(a) + norm(n), floor)
    return float(norm(a - n) / scale) if scale else 0.0


def tolerance_for(eps_loss: float, eps_gradient: float) -> float:
    """Return the relative error that passes at the lowest precision inside the loss and in the gradient.

    float64 everywhere: 1e-6. A float32 loss leaves its central differences eps^(1/3) = 5e-3; a float32 gradient
    compared with a float64 loss has lost no more than its own rounding, for which sqrt(eps) = 3e-4 is generous.
    """
    double = np.finfo(float).eps
    return max(
        TOLERANCE,
        eps_loss ** (1 / 3) if eps_loss > double else 0.0,
        eps_gradient**0.5 if eps_gradient > double else 0.0,
    )


def judge(
    a: Floats, n: Floats, *, noise: Floats, rounding: float, tolerance: float, climb: Callable[[int], Slope]
) -> Judgement:
    """Compare analytic `a` with numeric `n`, measuring again where they disagree.

    Parameters
    ----------
    a, n : float64 arrays, shape (K,)
        The entries that were measured, analytic and by central differences.
    noise : float array, shape (K,)
        Rounding error to expect in each entry of `n`: eps·|loss| / step.
    rounding : float
        Norm that rounding alone can give to `a`.
    tolerance : float
        Relative error that passes.
    climb : callable
        ``climb(k) -> Slope`` measures entry k again, over many steps.

    Returns
    -------
    judgement : Judgement

    Examples
    --------
    >>> g = np.array([1.0, 2.0])
    >>> exact = dict(noise=1e-11 * np.ones(2), rounding=1e-14, tolerance=1e-6, climb=None)
    >>> str(judge(g, g + 1e-10, **exact).verdict)
    'PASS'
    """
    if not (a.any() or n.any()):  # nothing to measure again: the loss did not move by one bit
        return Judgement(Verdict.VACUOUS, 0.0, 0.0, n)
    error = relative_error(a, n)
    if error <= tolerance and norm(a) + norm(n) > 100 * norm(noise):
        return Judgement(Verdict.PASS, error, 0.0, n)

    n, u = n.copy(), np.zeros(len(n))
    kinks: list[int] = []
    jumps: list[int] = []
    seen: list[int] = []
    order = np.argsort(-abs(a - n), kind="stable")[:MOST_REMEASURED]
    while len(seen) < len(order):
        # 4, 8, 16, ...: a wrong gradient is proved by its few worst entries, a right one may need them all.
        for k in order[len(seen) : 2 * len(seen) + 4]:
            slope = climb(k)
            seen.append(k)
            n[k], u[k] = slope.value, slope.uncertainty
            if slope.kink:
                kinks.append(int(k))
                low, high = sorted((slope.left, slope.right))
                n[k] = np.clip(a[k], low, high)  # any slope between the sides is a subgradient
                u[k] = 0.01 * (high - low) if n[k] != a[k] else 0.0
            if slope.jump:
                jumps.append(int(k))
        differs, doubt = norm((a - n)[seen]), norm(u[seen])
        zero = max(CERTAIN * doubt, rounding)
        scale = norm(a) + norm(n)
        if differs > max(tolerance * scale, CERTAIN * doubt, rounding):
            break
        if scale > zero and relative_error(a, n) <= tolerance:
            break

    # Zero as far as rounding goes; an uncertainty that comes from a jump or from noise proves nothing.
    nothing = max(norm(a), norm(n[seen])) <= min(zero, max(100 * norm(noise), rounding))
    error, uncertainty = relative_error(a, n, zero), doubt / max(scale, zero)
    if differs > max(tolerance * scale, CERTAIN * doubt, rounding):
        verdict = Verdict.FAIL
    elif kinks and error <= tolerance:
        verdict = Verdict.KINK
    elif nothing:
        verdict = Verdict.VACUOUS
    elif error <= tolerance and not jumps:
        verdict = Verdict.PASS
    else:
        verdict = Verdict.UNSURE
    return Judgement(verdict, float(error), float(uncertainty), n, tuple(kinks), tuple(jumps))
