"""The U-curve: the error of a measured slope against the step, and f itself seen through a microscope of that width."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures._measured_slopes import measured, plain
from utils.figures.picture import Picture
from utils.figures.style import (
    FAINT,
    GRADIENT,
    INK,
    OUTPUT,
    PLAIN,
    QUIET,
    axes_in,
    drawn,
    ink,
    power_of_ten,
    sheet,
    short,
)

HEIGHT = 4.3
AT = 1.25  # stored exactly in both precisions
STEPS = 10.0 ** np.arange(-16, 0.01, 0.25)
PRECISIONS = ("float64", "float32")
_LOWEST, _HIGHEST = 1e-15, 1e3
_NO_ERROR = 3e-15  # where an error of exactly 0 is drawn on a log axis


@dataclass(frozen=True)
class Function:
    """A function to differentiate at x = 1.25, with what is known about it there.

    Parameters
    ----------
    value : callable
        From an array to an array, in the array's own precision.
    slope, third : float
        Its first and third derivatives there.
    """

    value: Callable[[Array], Array]
    slope: float
    third: float


FUNCTIONS = {
    "sin x": Function(np.sin, float(np.cos(AT)), -float(np.cos(AT))),
    "exp x": Function(np.exp, float(np.exp(AT)), float(np.exp(AT))),
    "x²": Function(np.square, 2 * AT, 0.0),
    "sin x + 1000": Function(lambda x: np.sin(x) + 1000, float(np.cos(AT)), -float(np.cos(AT))),
}
PRESETS = {
    "Too wide": {"h": 1.0, "precision": "float64", "f": "sin x"},
    "About right": {"h": 1e-5, "precision": "float64", "f": "sin x"},
    "Too narrow": {"h": 1e-15, "precision": "float64", "f": "sin x"},
    "In float32": {"h": 1e-5, "precision": "float32", "f": "sin x"},
    "A parabola": {"h": 1.0, "precision": "float64", "f": "x²"},
}


@dataclass(frozen=True)
class Curve:
    """What the learner's function measured over `STEPS`.

    Parameters
    ----------
    errors : ndarray
        Of the learner's slopes, relative to the true one.
    one_sided : ndarray
        The same for (f(x + h) − f(x)) / h.
    truncation, rounding : ndarray
        What Taylor's series and the machine's eps let one expect.
    """

    errors: np.ndarray
    one_sided: np.ndarray
    truncation: np.ndarray
    rounding: np.ndarray

    @property
    def best(self) -> float:
        """The step of the smallest error."""
        return float(STEPS[np.argmin(self.errors)])

    @property
    def growth(self) -> float:
        """The power of h with which the error grows between 0.01 and 0.1; nan where it is only rounding."""
        low, high = (self.errors[np.argmin(np.abs(STEPS - h))] for h in (0.01, 0.1))
        return float(np.log10(high / low)) if high > 1e-6 and low > 0 else np.nan


def at_precision(function: str, precision: str) -> Callable[[Array], Any]:
    """Return ``f(x) -> number`` that is worked out in this precision whatever precision x comes in."""

    def f(x: Array) -> Any:
        return np.sum(FUNCTIONS[function].value(np.asarray(x, dtype=precision)))

    return f


def slope_at(numerical_gradient: Learner, function: str, precision: str, h: float) -> float:
    """Return the learner's slope of one function at `AT`."""
    slope: float = measured(numerical_gradient, at_precision(function, precision), np.array([AT], precision), h)[0]
    return slope


def curve(numerical_gradient: Learner, function: str, precision: str) -> Curve:
    """Measure all of `STEPS` by the learner's function; return a `Curve`.

    Raises
    ------
    NotStarted, CallFailed
    """
    known, f, x = FUNCTIONS[function], at_precision(function, precision), np.array([AT], precision)
    name = name_of(numerical_gradient)
    slopes: list[float] = []

    def run() -> None:
        with np.errstate(all="ignore"):
            for h in STEPS[len(slopes) :]:
                slopes.append(plain(numerical_gradient(f, x.copy(), float(h)), (1,), name)[0])

    try:
        call(run)  # once for all steps: a guarded call costs 0.3 ms, and a slider should answer at once
    except CallFailed:
        measured(numerical_gradient, f, x, float(STEPS[len(slopes)]))  # so that the sentence is about its own lines
        raise
    # The distances x + h − x as they are stored would repair the one-sided slope; it is drawn as it is mostly written.
    one_sided = [(f(x + x.dtype.type(h)) - f(x)) / x.dtype.type(h) for h in STEPS]
    size = abs(float(f(x)) / known.slope)
    return Curve(
        errors=np.abs(np.array(slopes) / known.slope - 1),
        one_sided=np.abs(np.array(one_sided, dtype=float) / known.slope - 1),
        truncation=abs(known.third / known.slope) * STEPS**2 / 6,
        rounding=np.finfo(precision).eps / 2 * size / STEPS,
    )


def remembered(numerical_gradient: Learner) -> Callable[[str, str], Curve]:
    """Return `curve` for this function with its answers kept, since moving h alone changes none of them."""
    # As long as the explorer that asked for it: a new one, made by running its cell again, measures again.
    return functools.lru_cache(maxsize=16)(functools.partial(curve, numerical_gradient))


def finding(found: Curve, slope: float, h: float, precision: str, function: str) -> str:
    """Say in a sentence how good the slope is at this step, and which of the two errors rules there."""
    error = abs(slope / FUNCTIONS[function].slope - 1)
    near = np.argmin(np.abs(np.log(STEPS / h)))
    if slope == 0:
        why = "x + h is x" if h < np.finfo(precision).eps / 2 * AT else "it is 0"
    elif error < 1e-15:
        why = "nothing is lost"
    elif found.truncation[near] > 3 * found.rounding[near]:
        why = "the curve bends within the step"
    elif found.rounding[near] > 3 * found.truncation[near]:
        why = "rounding dominates"
    else:
        why = "both errors are about as large"
    best = f"Of the steps drawn {_step(found.best)} is best, off by {short(found.errors.min())}"
    if error <= found.errors.min():  # where many are exact, the first of them is not "the" best
        best = "No step drawn is better"
    return f"h = {_step(h)} in {precision}: the slope is off by {short(error)}, {why}. {best}"


def draw(
    numerical_gradient: Learner, h: float, precision: str, f: str, measure: Callable[[str, str], Curve] | None = None
) -> Picture:
    """Return the `Picture` for one step: the U-curve on the left, f around x on the right.

    Parameters
    ----------
    numerical_gradient : callable
        ``numerical_gradient(f, x, h) -> grad``.
    h : float
    precision : {"float64", "float32"}
    f : str
        One of `FUNCTIONS`.
    measure : callable, optional
        Gives the `Curve` for f and precision, where it is kept.

    Raises
    ------
    utils.errors.UtilsError
        If the learner's function is not written or cannot be drawn.

    References
    ----------
    Press et al., Numerical Recipes, section 5.7.
    """
    slope = slope_at(numerical_gradient, f, precision, h)
    found = (measure or functools.partial(curve, numerical_gradient))(f, precision)
    title = finding(found, slope, h, precision, f)
    caption = (
        f"Drawn by your numerical_gradient: f = {f} at x = {AT:g}, true slope {FUNCTIONS[f].slope:.4f}. "
        "Errors are relative to it. Dashed: what Taylor's series and rounding predict; grey, left: a one-sided "
        "difference."
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        left, right = axes_in(
            figure.add_gridspec(1, 2, left=0.085, right=0.955, wspace=0.22, width_ratios=[1.45, 1], **margins)
        )
        draw_curve(left, found, h, abs(slope / FUNCTIONS[f].slope - 1))
        draw_microscope(right, slope, h, precision, f)
    return Picture(figure, f"{title}. Left, the error against h on logarithmic axes; right, f from x − 2h to x + 2h.")


def draw_curve(axes: Axes, found: Curve, h: float, error: float) -> None:
    """Draw the errors over all steps, and where h stands among them."""
    axes.axvline(h, color=FAINT, linewidth=1, zorder=0)
    for guide, text, gid in ((found.truncation, "∝ h²", "truncation"), (found.rounding, "∝ 1/h", "rounding")):
        if guide.any():
            axes.plot(STEPS, guide, color=INK, linewidth=0.9, linestyle=(0, (4, 3)), zorder=3, gid=gid)
            falls = gid == "rounding"
            # h² low on its guide, and left: no other line comes there, whatever f and the precision.
            place = np.argmin(np.abs(np.log(guide / (1e-2 if falls else 1e-12))))
            axes.annotate(
                text,
                (STEPS[place], guide[place]),
                xytext=(5, 4) if falls else (-7, 0),
                textcoords="offset points",
                ha="left" if falls else "right",
                va="bottom" if falls else "center",
                color=INK,
            )
    axes.plot(STEPS, np.maximum(found.one_sided, _NO_ERROR), color=PLAIN, linewidth=1, zorder=2, gid="one-sided")
    axes.plot(
        STEPS, np.maximum(found.errors, _NO_ERROR), ".-", color=GRADIENT, linewidth=1.4, markersize=5, zorder=4,
        gid="yours",
    )  # fmt: skip
    axes.plot(h, max(error, _NO_ERROR), "o", color=ink(GRADIENT), markersize=8, zorder=5, gid="now")
    axes.set(xscale="log", yscale="log", xlim=(4e-17, 2.5), ylim=(_LOWEST, _HIGHEST), xlabel="step h")
    for axis, low, high in ((axes.xaxis, -16, 0), (axes.yaxis, -12, 0)):
        axis.set_major_locator(FixedLocator((10.0 ** np.arange(low, high + 1, 4)).tolist()))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
    axes.set_title("relative error of your slope")


def draw_microscope(axes: Axes, slope: float, h: float, precision: str, function: str) -> None:
    """Draw f around x in units of h, so that a right slope looks the same at every h."""
    known, f = FUNCTIONS[function], FUNCTIONS[function].value
    at = np.linspace(-2, 2, 401)
    values = f(np.asarray(AT + at * h, dtype=precision)).astype(float)
    ends = f(np.asarray(AT + np.array([-h, h]), dtype=precision)).astype(float)
    origin = float(f(np.asarray(AT, dtype=precision)))
    reach = 2.6 * abs(known.slope)
    axes.plot(at, known.slope * at, color=PLAIN, linewidth=1, zorder=1, gid="tangent")
    axes.plot(at, (values - origin) / h, color=OUTPUT, linewidth=2, zorder=2, gid="f")
    points = (ends - origin) / h
    middle = points.mean()
    axes.plot(at, middle + slope * at, color=GRADIENT, linewidth=1.6, zorder=3, gid="slope")
    axes.plot([-1, 1], points, "o", color=ink(GRADIENT), markersize=5, zorder=4, gid="points")
    axes.set(xlim=(-2, 2), ylim=(-reach, reach), xticks=[-2, -1, 0, 1, 2], yticks=[])
    axes.set_xticklabels(["x−2h", "x−h", "x", "x+h", "x+2h"])
    axes.set_title(f"f in {precision}, {_step(4 * h)} wide")
    for place, text, colour in ((0.97, "f", OUTPUT), (0.90, "tangent", QUIET), (0.83, "your slope", GRADIENT)):
        axes.text(0.04, place, text, transform=axes.transAxes, color=ink(colour), fontsize=10, va="top")


def _step(h: float) -> str:
    """Write a step as people do: ``0.1``, ``1e-05`` as ``1e-5``."""
    if h >= 0.01:
        return f"{h:.2g}"
    mantissa, exponent = f"{h:.1e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"
