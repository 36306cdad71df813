"""Direct labels: text at the end of a line, or right above the axes, in place of a legend."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from utils.experiments.results import Array
from utils.figures.style import ink


def spread(heights: ArrayLike, least: float, low: float = -np.inf, high: float = np.inf) -> Array:
    """Return `heights` as an array in which neighbours are at least `least` apart, moved as little as can be.

    Their order is kept. Labels that would meet share the way: each group of them stays centred where it was, unless
    that is beyond `low` or `high`.

    References
    ----------
    Barlow et al. (1972), Statistical inference under order restrictions: pooling adjacent violators.
    """
    heights = np.array(heights, dtype=float)
    order = np.argsort(heights, kind="stable")
    steps = least * np.arange(len(heights))
    groups: list[list[float]] = []  # of [sum, count], whose means rise
    for height in heights[order] - steps:
        groups.append([height, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] >= groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += count
    placed = np.empty_like(heights)
    free = np.concatenate([np.full(count, total / count) for total, count in groups] or [np.empty(0)])
    placed[order] = steps + np.clip(free, low, high - steps.max(initial=0.0))
    return placed


def at_end(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    """Write `text` beside the last point of a line, also where the axes end."""
    axes.annotate(
        text, (x, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize=10, color=colour,
        annotation_clip=False,
    )  # fmt: skip


def at_exit(axes: Axes, entries: Sequence[tuple[str, Array, str]], least: float) -> None:
    """Write beside each line's last visible point what it is: where it leaves the axes, or at their right edge.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits set, x from 0, y on a log axis.
    entries : sequence of (text, y, colour)
        One for each line, `y` at x = 0, 1, 2, ...
    least : float
        How far apart labels are that share the axes' top or bottom, in units of x: a label's width.
    """
    low, high = axes.get_ylim()
    last = int(axes.get_xlim()[1])
    exits: dict[str, dict[str, tuple[float, str]]] = {"top": {}, "bottom": {}, "right": {}}
    for text, y, colour in entries:
        gone = np.flatnonzero((y > high) | (y < low))
        if len(gone) and gone[0] <= last - least:
            exits["top" if y[gone[0]] > high else "bottom"][text] = gone[0], colour
        else:  # whatever ends near the corner shares the right edge
            exits["right"][text] = np.clip(y[last], low, high), colour
    for edge, height, rises in (("top", high, -4), ("bottom", low, 4)):
        found = exits[edge]
        places = spread([x for x, _ in found.values()], least, 0, last - least)
        for (text, (_, colour)), x in zip(found.items(), places, strict=True):
            axes.annotate(
                text, (x, height), xytext=(3, rises), textcoords="offset points", va=edge, fontsize=10, color=colour,
                annotation_clip=False,
            )  # fmt: skip
    found = exits["right"]
    if found:
        least, (low, high) = np.log10(high / low) / 14, np.log10([low, high])
        ends = spread([np.log10(y) for y, _ in found.values()], least, low + least / 3, high - least / 3)
        for (text, (_, colour)), end in zip(found.items(), ends, strict=True):
            at_end(axes, last, 10**end, text, colour)


def above(axes: Axes, entries: Sequence[tuple[float, Mapping[str, Any] | None, str, str]]) -> None:
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
            line = Line2D([place + 0.015], [1.065], transform=axes.transAxes, clip_on=False, linestyle="", **mark)
            axes.add_artist(line)
            place += 0.05
        axes.text(place, 1.06, text, transform=axes.transAxes, color=colour, fontsize=8.5, va="center_baseline")


def letters_at(axes: Axes, x: float, y: float, letters: str, colour: str, align: str) -> None:
    """Write the formula `letters` in the ink of a role."""
    axes.text(x, y, f"${letters}$", fontsize=10, color=ink(colour), ha=align, va="center")
