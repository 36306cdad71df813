"""The static pictures of assignment 00."""

import numpy as np

from utils.experiments.results import Learner
from utils.figures import _u_curve
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, INPUT, OUTPUT, PLAIN, QUIET, axes_in, drawn, ink, sheet


def central_difference() -> Picture:
    """Return a curve with its tangent, a chord to one side and a chord to both."""
    height, at, h = 3.3, 1.0, 0.7
    f = lambda x: 0.35 * x**3 - 0.1 * x + 0.6  # noqa: E731 - a curve with a bend to see
    x = np.linspace(0.02, 1.98, 161)
    slope, middle = 1.05 * at**2 - 0.1, (f(at + h) + f(at - h)) / 2
    one_sided, central = (f(at + h) - f(at)) / h, (f(at + h) - f(at - h)) / (2 * h)
    with drawn():
        figure, _ = sheet("Looking to both sides gives nearly the slope of the tangent", height=height)
        axes = figure.add_axes((0.03, 0.14, 0.67, 2.45 / height))
        for place in (at - h, at, at + h):
            axes.vlines(place, 0, f(place), color=FAINT, linewidth=0.9, zorder=0)
        axes.plot(x, f(x), color=OUTPUT, linewidth=2.4, zorder=2)
        axes.plot(x, f(at) + slope * (x - at), color=PLAIN, linewidth=1.2, zorder=1)
        axes.plot(x[x > 0.8], f(at) + one_sided * (x[x > 0.8] - at), color=INPUT, linewidth=1.4, zorder=3)
        axes.plot(x, middle + central * (x - at), color=GRADIENT, linewidth=1.8, zorder=3)
        for place, colour in ((at - h, GRADIENT), (at, INPUT), (at + h, GRADIENT)):
            axes.plot(place, f(place), "o", color=ink(colour), markersize=5.5, zorder=4)
        axes.set(xlim=(0, 2), ylim=(0, 3.3), yticks=[], xticks=[at - h, at, at + h])
        axes.set_xticklabels(["$x-h$", "$x$", "$x+h$"], fontsize=11)
        axes.spines["left"].set_visible(False)
        for place, text, colour, value in (
            (0.78, "one-sided: x to x + h", INPUT, one_sided),
            (0.62, "central: x − h to x + h", GRADIENT, central),
            (0.46, "the tangent at x", QUIET, slope),
        ):
            figure.text(0.725, place, text, color=ink(colour), fontsize=9.5)
            figure.text(0.725, place - 0.06, f"slope {value:.2f}", color=ink(colour), fontsize=9.5)
        figure.text(0.725, 0.30, "the curve f", color=ink(OUTPUT), fontsize=9.5)
    return Picture(
        figure,
        f"A curve with its tangent at x, slope {slope:.2f}; a chord from x to x + h, slope {one_sided:.2f}; and a "
        f"chord from x − h to x + h, slope {central:.2f}, nearly parallel to the tangent.",
    )


def u_curves(numerical_gradient: Learner) -> Picture:
    """Return the error against the step, with f through three microscopes."""
    height, shown = 3.5, (1.0, 1e-5, 1e-15)
    found = _u_curve.curve(numerical_gradient, "sin x", "float64")
    with drawn():
        figure, margins = sheet(
            "Seen over a wide step f bends, over a narrow one it is a staircase",
            f"f = sin x at x = {_u_curve.AT:g} in float64, central differences. Left, dashed: what Taylor's series and "
            "rounding predict; grey: one-sided. Right, orange: f; purple: the measured slope; grey: the tangent.",
            height,
        )
        grid = figure.add_gridspec(1, 4, left=0.075, right=0.985, wspace=0.12, width_ratios=[2.5, 1, 1, 1], **margins)
        left, *right = axes_in(grid)
        box = left.get_position()
        left.set_position((box.x0, box.y0, box.width - 0.02, box.height))
        slopes = [_u_curve.slope_at(numerical_gradient, "sin x", "float64", h) for h in shown]
        true = _u_curve.FUNCTIONS["sin x"].slope
        _u_curve.draw_curve(left, found, shown[1], abs(slopes[1] / true - 1))
        for axes, h, slope in zip(right, shown[::-1], slopes[::-1], strict=True):
            _u_curve.draw_microscope(axes, slope, h, "float64", "sin x")
            for text in list(axes.texts):
                text.remove()
            axes.set(xticks=[-1, 1])
            axes.set_xticklabels(["x−h", "x+h"])
            axes.set_title(f"h = {h:g}".replace("e-0", "e-"))
    return Picture(
        figure,
        "Left, the relative error of the slope against h on logarithmic axes: it falls from h = 1 to about 1e-5 like "
        "h², and rises again like 1/h below. Right, f from x − 2h to x + 2h: a staircase at 1e-15, straight at 1e-5, "
        "bent at 1.",
    )


PICTURES = {"central-difference": (central_difference, ()), "u-curve": (u_curves, ("numerical_gradient",))}
