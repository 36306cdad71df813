"""The one drawing of an unrolled network that every assignment uses; only what the text is about is lit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path

from utils.figures._wirings import Graph
from utils.figures.style import FAINT, FORWARD, HIDDEN, INK, INPUT, OUTPUT, QUIET, tint

COLOURS = {"x": INPUT, "h": HIDDEN, "y": OUTPUT}
ROWS = {"x": 0.0, "h": 1.1, "y": 2.2}
WIDE, HIGH = 0.54, 0.5  # of a box, where one step is 1


@dataclass(frozen=True)
class Unrolling:
    """What was drawn, by name: ``boxes["h2"]`` and ``arrows["h1", "h2"]`` are patches, `lit` is a set of names."""

    boxes: dict[str, FancyBboxPatch]
    arrows: dict[tuple[str, str], FancyArrowPatch]
    lit: frozenset[str]


def draw(axes: Axes, graph: Graph, lit: Collection[str] | None = None, fontsize: float = 13) -> Unrolling:
    """Draw `graph` into `axes`: x below, h in the middle, y above, step t at abscissa t.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Loses its frame; its limits are the caller's (see `frame`).
    graph : utils.figures._wirings.Graph
        What is connected to what.
    lit : collection of str, optional
        Names such as ``"h2"`` that are coloured; all others are grey. An arrow is lit if both its ends are.
        Everything is lit by default.
    fontsize : float
        Of the letters, in points.

    Returns
    -------
    Unrolling
    """
    coloured = frozenset(graph.nodes if lit is None else lit) & frozenset(graph.nodes)
    boxes = {name: _box(axes, name, name in coloured, fontsize) for name in graph.nodes}
    arrows = {}
    # Grey arrows first: where a lit one crosses them it stays whole.
    for start, end in sorted(graph.edges, key=lambda edge: set(edge) <= coloured):
        arrows[start, end] = _arrow(axes, start, end, {start, end} <= coloured)
    return Unrolling(boxes, arrows, coloured)


def frame(axes: Axes, first: float = -0.15, last: float = 8.5, bottom: float = -0.45, top: float = 2.65) -> None:
    """Give `axes` no frame, square units and these limits (in steps), so that a box is equally large everywhere."""
    axes.set(xlim=(first, last), ylim=(bottom, top), aspect="equal")
    axes.axis("off")


def _place(name: str) -> tuple[float, float, float, float]:
    """Return the centre of a box and half its width and height; h0 is text alone, close to h1."""
    row, t = name[0], int(name[1:])
    return (t if name != "h0" else 0.25), ROWS[row], WIDE / 2, HIGH / 2


def _box(axes: Axes, name: str, lit: bool, fontsize: float) -> FancyBboxPatch:
    x, y, wide, high = _place(name)
    colour = COLOURS[name[0]]
    box = FancyBboxPatch(
        (x - wide, y - high),
        2 * wide,
        2 * high,
        boxstyle="round,pad=0,rounding_size=0.09",
        facecolor=tint(colour, 0.22) if lit else "#F6F6F6",
        edgecolor=colour if lit else FAINT,
        linewidth=1.5 if lit else 1,
        zorder=3,
        gid=name,
    )
    if name == "h0":
        box.set(facecolor="white", edgecolor="white")
    axes.add_patch(box)
    axes.text(
        x,
        y - 0.015,
        f"${name[0]}_{{{name[1:]}}}$",
        ha="center",
        va="center",
        fontsize=fontsize,
        color=INK if lit else QUIET,
        zorder=4,
    )
    return box


def _arrow(axes: Axes, start: str, end: str, lit: bool) -> FancyArrowPatch:
    x0, y0, wide, high = _place(start)
    x1, y1, _, _ = _place(end)
    gap = 0.035
    if start[0] == "y":  # an output comes round, between the columns, to where an input enters
        halfway, low, bend = x0 + 0.42, (ROWS["x"] + ROWS["h"]) / 2 - 0.3, 0.14
        path = elbows(
            [(x0 + wide, y0), (halfway, y0), (halfway, low), (x1, low), (x1, y1 - high - gap)],
            bend,
        )
    elif y0 == y1:
        x_start = x0 + (wide if start != "h0" else 0.2)
        path = Path([(x_start, y0), (x1 - wide - gap, y1)])
    else:
        path = Path([(x0, y0 + high), (x1, y1 - high - gap)])
    arrow = FancyArrowPatch(
        path=path,
        arrowstyle="-|>,head_length=3.2,head_width=1.9",
        linewidth=1.5 if lit else 1,
        linestyle=FORWARD,
        color=COLOURS[start[0]] if lit else FAINT,
        capstyle="butt",
        joinstyle="miter",
        zorder=2.5 if start[0] == "y" else 2,
        gid=f"{start}>{end}",
    )
    if start[0] == "y":  # a white edge below lets it cross h → h like a bridge
        axes.add_patch(PathPatch(path, fill=False, edgecolor="white", linewidth=5, capstyle="butt", zorder=2.4))
    axes.add_patch(arrow)
    return arrow


def elbows(points: Sequence[tuple[float, float]], bend: float) -> Path:
    """Return the path along `points` with its corners rounded by `bend`."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        vertices += [_towards(corner, before, bend), corner, _towards(corner, after, bend)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(corner: tuple[float, float], other: tuple[float, float], distance: float) -> tuple[float, float]:
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(0.5, distance / length)
    return (corner[0] + share * (other[0] - corner[0]), corner[1] + share * (other[1] - corner[1]))
