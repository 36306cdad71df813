"""One LSTM step of one unit with its numbers: the same drawing four times, each with only one part of the step lit."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INK, QUIET, axes_in, drawn, ink, sheet, tint

# The example of assignment 05: x = 1, h_{t−1} = 0.5, c_{t−1} = 2. A test computes each from the notebook's table.
NUMBERS = {
    "before": "2", "i": "0.881", "f": "0.731", "o": "0.500", "g": "−0.762", "kept": "1.462", "written": "−0.671",
    "cell": "0.791", "squashed": "0.659", "shown": "0.330",
}  # fmt: skip
_LINE, _MEET, _GATE = 2.5, 1.5, 0.55  # ordinates of the cell's line, the products below it, the gates
_FORGET, _ADD, _OUT = 1.35, 3.1, 5.15
_TITLES = {
    "keep": "1. Keep: f times the old cell",
    "write": "2. Write: i times g",
    "add": "3. Add: what is kept and what is written",
    "reveal": "4. Reveal: o times tanh of the new cell",
}


def step_by_numbers() -> Picture:
    """Return the drawing of one step in four panels: keep, write, add, reveal."""
    n = NUMBERS
    with drawn():
        figure, _ = sheet(
            f"Of the {n['before']} in the cell {n['kept']} is kept, {n['written']} is added, and {n['shown']} is shown",
            height=4.7,
        )
        grid = figure.add_gridspec(2, 2, left=0.01, right=0.99, top=0.87, bottom=0.01, wspace=0.04, hspace=0.24)
        for (part, title), axes in zip(_TITLES.items(), axes_in(grid), strict=True):
            axes.set(xlim=(0, 7), ylim=(-0.05, 3.0))
            axes.axis("off")
            axes.set_title(title, fontsize=9.5)
            _panel(axes, part)
    return Picture(
        figure,
        f"One LSTM step in four panels, one part lit in each. Keep: f = {n['f']} times {n['before']} is {n['kept']}. "
        f"Write: i = {n['i']} times g = {n['g']} is {n['written']}. Add: the new cell is {n['cell']}. Reveal: o = "
        f"{n['o']} times tanh of it, {n['squashed']}, is h = {n['shown']}.",
    )


def _panel(axes: Axes, part: str) -> None:
    """Draw the whole step, of which `part` is lit and has its numbers."""
    n = NUMBERS
    keep, write, add, reveal = (part == name for name in _TITLES)
    line = {
        (0.75, _FORGET - 0.22): keep, (_FORGET + 0.22, _ADD - 0.22): keep or add, (_ADD + 0.22, _OUT): add or reveal,
        (_OUT, 6.1): add,
    }  # fmt: skip
    for (start, end), lit in line.items():
        through = end == _OUT  # where the line goes on, it has no head
        _arrow(axes, (start, _LINE), (end, _LINE), INK if lit else FAINT, 2.6, head=not through)
    _gate(axes, "f", _FORGET, keep)
    _arrow(axes, (_FORGET, _GATE + 0.3), (_FORGET, _LINE - 0.24), GATES["f"] if keep else FAINT, 1.8)
    for gate, x, side in (("i", _ADD - 0.62, -0.14), ("g", _ADD + 0.62, 0.14)):
        _gate(axes, gate, x, write)
        _arrow(axes, (x, _GATE + 0.3), (_ADD + side, _MEET - 0.2), GATES[gate] if write else FAINT, 1.8)
    lit = write or add
    _arrow(axes, (_ADD, _MEET + 0.24), (_ADD, _LINE - 0.24), INK if lit else FAINT, 1.4)
    _gate(axes, "o", _OUT, reveal)
    _arrow(axes, (_OUT, _GATE + 0.3), (_OUT, _MEET - 0.24), GATES["o"] if reveal else FAINT, 1.8)
    _arrow(axes, (_OUT, _LINE - 0.04), (_OUT, _MEET + 0.24), INK if reveal else FAINT, 1.4)
    _arrow(axes, (_OUT + 0.22, _MEET), (6.1, _MEET), HIDDEN if reveal else FAINT, 2.0)
    for place, sign, on in (
        ((_FORGET, _LINE), "×", keep), ((_ADD, _LINE), "+", add), ((_ADD, _MEET), "×", write),
        ((_OUT, _MEET), "×", reveal),
    ):  # fmt: skip
        _knot(axes, place, sign, INK if on else FAINT)
    _text(axes, 0.65, _LINE, "$c_{t-1}$", INK if keep else QUIET, "right", 11)
    _text(axes, 6.2, _LINE, "$c_t$", INK if add else QUIET, "left", 11)
    _text(axes, 6.2, _MEET, "$h_t$", ink(HIDDEN) if reveal else QUIET, "left", 11)
    if keep:
        _text(axes, 0.95, _LINE + 0.26, n["before"], INK)
    if keep or add:
        _text(axes, (_FORGET + _ADD) / 2, _LINE + 0.26, n["kept"], INK)
    if write or add:
        _text(axes, _ADD + 0.1, (_LINE + _MEET) / 2, n["written"], INK, "left")
    if add or reveal:
        _text(axes, (_ADD + _OUT) / 2 + 0.1, _LINE + 0.26, n["cell"], INK)
    if reveal:
        _text(axes, _OUT + 0.1, (_LINE + _MEET) / 2, f"tanh: {n['squashed']}", INK, "left")
        _text(axes, 5.72, _MEET - 0.3, n["shown"], ink(HIDDEN))


def _gate(axes: Axes, gate: str, x: float, lit: bool) -> None:
    """Draw a gate as a box, with its value below it where it is lit."""
    colour = GATES[gate] if lit else FAINT
    axes.add_patch(
        FancyBboxPatch(
            (x - 0.3, _GATE - 0.27), 0.6, 0.54, boxstyle="round,pad=0,rounding_size=0.1", linewidth=1.4,
            edgecolor=colour, facecolor=tint(colour),
        )
    )  # fmt: skip
    _text(axes, x, _GATE, f"${gate}$", ink(GATES[gate]) if lit else QUIET, size=11.5)
    if lit:
        _text(axes, x, _GATE - 0.45, NUMBERS[gate], ink(GATES[gate]))


def _text(axes: Axes, x: float, y: float, text: str, colour: str, align: str = "center", size: float = 9.5) -> None:
    axes.text(x, y, text, fontsize=size, color=colour, ha=align, va="center")


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, width: float, head: bool = True
) -> None:
    style = "-|>,head_length=4,head_width=2.2" if head else "-"
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle=style, linewidth=width, color=colour, shrinkA=0, shrinkB=0, zorder=2)
    )


def _knot(axes: Axes, place: tuple[float, float], sign: str, colour: str) -> None:
    axes.plot(
        *place, "o", markersize=15, markerfacecolor="white", markeredgecolor=colour, markeredgewidth=1.2, zorder=4
    )
    text = INK if colour == INK else QUIET
    axes.text(*place, sign, fontsize=11, color=text, ha="center", va="center_baseline", zorder=5)
