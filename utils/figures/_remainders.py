"""The Taylor test in a picture: what the gradients leave unpredicted, against the step."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from utils.checking.card import Note
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, OUTPUT, QUIET, axes_in, drawn, ink, power_of_ten, sheet
from utils.gradients import TaylorReport, TaylorRow
from utils.gradients.numeric import Floats
from utils.gradients.taylor import STEPS

_DASHES = ("solid", (0, (5, 2)), (0, (1, 1.6)), (0, (5, 1.5, 1, 1.5)))  # by parameter: hue says right or wrong


def remainders(report: TaylorReport) -> Picture | Note:
    """Draw how the remainder of each gradient's prediction shrinks with the step.

    Parameters
    ----------
    report : TaylorReport
        What `utils.gradients.taylor_test` returned.

    Returns
    -------
    Picture or Note
        A note if nothing could be measured; it says why.
    """
    rows = [row for row in report.rows if _seen(row)[0].size]
    if not rows:
        reasons = dict.fromkeys(row.diagnosis for row in report.rows if row.diagnosis)
        return Note(" ".join(reasons) or "Every remainder is rounding: the loss is linear, and each gradient exact.")
    title = report.headline.replace("`", "").rstrip(".")
    caption = (
        "R(h) = |L(θ + hv) − L(θ) − h ∇L · v|, v a random direction in which one parameter moves. Purple: right, "
        "orange: not shown to be right. Points below rounding are left out."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.0)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.79, **margins))
        axes.set_xscale("log")
        axes.set_yscale("log")
        for row, dashes in zip(rows, _DASHES * len(rows), strict=False):
            colour = GRADIENT if row else OUTPUT
            axes.plot(*_seen(row), "o", linestyle=dashes, color=colour, markersize=3, gid=row.name)
        _guides(axes, rows)
        tops = [_seen(row)[1][0] for row in rows]
        low, high = np.log10(axes.get_ylim())
        for row, end in zip(rows, spread(np.log10(tops), (high - low) / 15, high=high - 0.3), strict=True):
            colour = ink(GRADIENT if row else OUTPUT)
            at_end(axes, STEPS[0], 10**end, f"{row.name}: slope {row.slope:.2f}", colour)
        axes.set(xlim=(1e-8, STEPS[0]), xlabel="step h")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(numticks=9))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
        axes.set_title("remainder R, log axis")
    slopes = ", ".join(f"{row.name} {row.slope:.2f}" for row in rows)
    return Picture(figure, f"{title}. Remainders against the step on logarithmic axes, with slopes: {slopes}.")


def _seen(row: TaylorRow) -> tuple[Floats, Floats]:
    """Return the steps at which the remainder stands above rounding, and the remainders there."""
    if row.steps is None or row.remainders is None:
        return np.empty(0), np.empty(0)
    seen = np.isfinite(row.remainders) & (row.remainders > row.rounding)
    return row.steps[seen], row.remainders[seen]


def _guides(axes: Axes, rows: list[TaylorRow]) -> None:
    """Draw lines of slope 1 and 2 below all that was measured."""
    low = min(_seen(row)[1].min() for row in rows)
    top = min(_seen(row)[1][0] for row in rows) / 30
    for slope, text in ((1, "slope 1"), (2, "slope 2")):
        line = top * (STEPS / STEPS[0]) ** slope
        shown = line > low
        axes.plot(STEPS[shown], line[shown], color=FAINT, linewidth=1.1, zorder=0, gid=text)
        at = shown.sum() - 1 if slope == 1 else shown.sum() // 2  # where no measured line comes near
        axes.annotate(
            text, (STEPS[at], line[at]), xytext=(4, -4), textcoords="offset points", color=QUIET,
            fontsize=9, va="top",
        )  # fmt: skip
