"""Direct labels: text at the end of a line, in place of a legend."""

from itertools import pairwise

import numpy as np


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
