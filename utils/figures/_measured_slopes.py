"""Measured slopes: chords on a curve and arrows on a landscape, all from the learner's `numerical_gradient`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures.learner import driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, INPUT, OUTPUT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short, tint

STEPS = (1.0, 0.5, 0.1)
_AT = 1.0
_LARGEST = 1e100  # beyond it norms overflow and an axis has no ticks


def cube(x: Array) -> float:
    """Return the sum of cubes of `x`; its slopes are 3x²."""
    total: float = np.sum(x**3)
    return total


def valley(x: Array) -> float:
    """Return the height of a tilted valley over the plane, x (2,)."""
    height: float = 0.5 * x[0] ** 2 + x[1] ** 2 + 0.7 * x[0] * x[1]
    return height


@driven
def measured_slopes(numerical_gradient: Learner) -> Picture:
    """Draw the slopes that the learner measures: of x³ at 1 for three steps, and of a valley at 25 places.

    Parameters
    ----------
    numerical_gradient : callable
        ``numerical_gradient(f, x, h) -> grad``, f from an array to a number, x and grad of one shape.

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    slopes = [measured(numerical_gradient, cube, np.array([_AT]), h)[0] for h in STEPS]
    side = np.linspace(-1, 1, 5)
    places = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    arrows = np.array([measured(numerical_gradient, valley, place, 0.1) for place in places])
    uphill = np.stack([places[:, 0] + 0.7 * places[:, 1], 2 * places[:, 1] + 0.7 * places[:, 0]], axis=-1)
    misses = max(abs(2 * h * slope - _rise(h)) for h, slope in zip(STEPS, slopes, strict=True))
    astray = np.abs(arrows - uphill).max()
    along, across = (arrows * uphill).sum(axis=1), arrows[:, 0] * uphill[:, 1] - arrows[:, 1] * uphill[:, 0]
    straight = along.min() > -1e-6 and np.abs(across).max() < 1e-6
    title = "Slopes of x³ at 1: " + ", ".join(f"{_short(s)} for h = {h:g}" for h, s in zip(STEPS, slopes, strict=True))
    title += ". " + ("Every chord ends on the curve" if misses < 1e-6 else "Not every chord ends on the curve")
    if astray < 1e-6:
        title += ", every arrow points straight uphill"
    else:
        title += ", the arrows have the wrong length" if straight else ", not every arrow points straight uphill"
    caption = (
        "Drawn by your numerical_gradient. Left, chords from x − h to x + h with your slopes; the tangent's is 3. "
        "Right, f = x₁²/2 + x₂² + 0.7 x₁x₂, h = 0.1."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.1)
        left, right = axes_in(
            figure.add_gridspec(1, 2, left=0.075, right=0.97, wspace=0.2, width_ratios=[1.35, 1], **margins)
        )
        _chords(left, slopes)
        _landscape(right, places, arrows, np.linalg.norm(uphill, axis=1).max())
    alt = (
        f"{title}. Left, the curve x³ between −0.1 and 2.2 with a chord for each h; right, level lines of a valley "
        "over the plane, with an arrow at each of 25 places."
    )
    return Picture(figure, alt)


def measured(numerical_gradient: Learner, f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Return the learner's gradient of `f` at `x` as float64, of the shape of `x`.

    Raises
    ------
    NotStarted, CallFailed
        If there is no such gradient.
    """
    return plain(call(numerical_gradient, f, x, h), x.shape, name_of(numerical_gradient))


def plain(returned: object, shape: tuple[int, ...] | None, name: str, what: str = "grad") -> Array:
    """Return what a learner's function returned as a float64 array of `shape` (None: any), or raise `CallFailed`."""
    kind = "one number" if shape == () else "an array" + (f" of shape {shape}" if shape else " of numbers")
    wanted = f"{name} should return {what}, {kind}"
    if returned is None:
        raise CallFailed(f"{wanted}; yours returned None.")
    try:
        array = np.array(returned)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except Exception:  # whatever a learner's object does when NumPy asks it for numbers
        raise CallFailed(f"{wanted}; yours returned a {type(returned).__name__}.") from None
    if shape is not None and array.shape != shape:
        raise CallFailed(f"{wanted}; yours has shape {array.shape}.")
    if not np.all(np.abs(array) < _LARGEST):  # false for nan, too
        raise CallFailed(f"What {name} returned holds nan, inf or numbers too large to draw.")
    return array


def _rise(h: float) -> float:
    return (_AT + h) ** 3 - (_AT - h) ** 3


def _chords(axes: Axes, slopes: Sequence[float]) -> None:
    x = np.linspace(-0.1, 2.2, 161)
    axes.plot(x, x**3, color=OUTPUT, linewidth=2.2, zorder=2, gid="curve")
    axes.plot(x, 1 + 3 * (x - _AT), color=PLAIN, linewidth=1, zorder=1, gid="tangent")
    for h, slope, strength in zip(STEPS, slopes, (0.5, 0.75, 1.0), strict=True):
        middle = ((_AT + h) ** 3 + (_AT - h) ** 3) / 2
        ends = np.array([_AT - h, _AT + h])
        heights = middle + slope * (ends - _AT)
        colour = tint(GRADIENT, strength)
        axes.plot(ends, heights, "o-", color=colour, linewidth=1.8, markersize=4.5, zorder=3, gid=f"h={h:g}")
        if h > 0.2:  # at 0.1 the chord is as long as a letter
            axes.annotate(
                f"h = {h:g}",
                (ends[1], np.clip(heights[1], -3.2, 9.6)),
                xytext=(-7, 3),
                textcoords="offset points",
                ha="right",
                color=ink(GRADIENT),
            )
    axes.annotate(
        "h = 0.1",
        (_AT, 1.0),
        xytext=(9, -9),
        textcoords="offset points",
        color=ink(GRADIENT),
        va="top",
    )
    axes.text(0.0, 9.3, "the curve x³", color=ink(OUTPUT))
    axes.text(0.0, 8.3, "its tangent at 1", color=QUIET)
    axes.text(0.0, 7.3, "chords with your slopes", color=ink(GRADIENT))
    axes.set(xlim=(-0.15, 2.25), ylim=(-4, 10.5), xticks=[0, 0.5, 1, 1.5, 2], xlabel="x")
    axes.set_title("f(x)")


def _landscape(axes: Axes, places: Array, arrows: Array, steepest: float) -> None:
    grid = np.linspace(-1.5, 1.5, 81)
    heights = valley(np.stack(np.meshgrid(grid, grid)))
    axes.contour(grid, grid, heights, levels=np.linspace(0.12, 1.9, 8) ** 2, colors=[FAINT], linewidths=1, zorder=1)
    arrows = arrows / np.maximum(np.linalg.norm(arrows, axis=1, keepdims=True), steepest)  # too long ones are cut
    axes.quiver(
        *places.T,
        *arrows.T,
        angles="xy",
        scale_units="xy",
        scale=2.1,  # the longest right arrow ends inside the frame
        color=GRADIENT,
        width=0.009,
        headwidth=4,
        headlength=4.5,
        headaxislength=4,
        zorder=3,
        gid="arrows",
    )
    axes.plot(*places.T, "o", color=ink(INPUT), markersize=2.6, zorder=4)
    axes.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), xticks=[-1, 0, 1], yticks=[-1, 0, 1], xlabel="x₁")
    axes.set_title("x₂, level lines of f, and your gradients")
    axes.set_aspect("equal", adjustable="box")


def _short(slope: float) -> str:
    return f"{slope:.2f}".replace("-", "−") if abs(slope) < 1000 else short(slope)
