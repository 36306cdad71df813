"""Direct labels: text at the end of a line, or right above the axes, in place of a legend."""

from itertools import pairwise

import numpy as np
from matplotlib.lines import Line2D

from utils.figures.style import ink


def spread(heights, least):
    """Return `heights` as an array in which neighbours are at least `least` apart, their order kept."""
    placed = np.array(heights, dtype=float)
    order = np.argsort(placed, kind="stable")
    for lower, upper in pairwise(order):
        placed[upper] = max(placed[upper], placed[lower] + least)
    return placed


def at_end(axes, x, y, text, colour):
    """Write `text` beside the last point of a line, also where the axes end."""
    axes.annotate(
        text, (x, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize=8.5, color=colour,
        annotation_clip=False,
    )  # fmt: skip


def above(axes, entries):
    """Write what each mark means above `axes`, the mark itself as it is drawn below.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    entries : sequence of (place, mark, text, colour)
        `place` is a fraction of the width, `mark` holds properties of the line whose marker it is, or is None.
    """
    for place, mark, text, colour in entries:
        if mark:
            # Not `plot`, which asks the axes for limits and a colour of its own.
            mark = Line2D([place + 0.015], [1.065], transform=axes.transAxes, clip_on=False, linestyle="", **mark)
            axes.add_artist(mark)
            place += 0.05
        axes.text(place, 1.06, text, transform=axes.transAxes, color=colour, fontsize=8.5, va="center_baseline")


def letters_at(axes, x, y, letters, colour, align):
    """Write the formula `letters` in the ink of a role."""
    axes.text(x, y, f"${letters}$", fontsize=10, color=ink(colour), ha=align, va="center")
