"""Two steps of an LSTM as a map: the cell's road along the top, the hidden state's road through every gate below."""

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from utils.figures.picture import Picture
from utils.figures.style import GATES, GRADIENT, HIDDEN, INK, INPUT, drawn, ink, sheet, tint

_TOP, _BOTTOM, _GATE = 2.0, 0.0, 0.72
_STEP = 3.5  # the width of a step
_HEIGHT = 3.75


def draw() -> Picture:
    """Return the `Picture`.

    References
    ----------
    CS231n, lecture on recurrent networks: LSTM gradient flow.
    """
    with drawn():
        figure, _ = sheet("Two arrows leave $c_t$: on through f, and down into h", height=_HEIGHT)
        axes = figure.add_axes((0.0, 0.0, 1.0, (_HEIGHT - 0.46) / _HEIGHT))
        axes.set(xlim=(-0.85, 7.75), ylim=(-1.02, 2.9))
        axes.set_aspect("equal")
        axes.axis("off")
        for step, (before, after) in enumerate((("t-1", "t"), ("t", "t+1"))):
            _step(axes, step * _STEP, before, after, first=step == 0)
        _arrow(axes, (2 * _STEP + 0.3, _TOP), (2 * _STEP + 0.7, _TOP), INK, 2.4)
        _arrow(axes, (2 * _STEP + 0.3, _BOTTOM), (2 * _STEP + 0.7, _BOTTOM), HIDDEN, 1.4)
        axes.annotate(
            "", (0.0, 2.52), (2 * _STEP, 2.52),
            arrowprops={"arrowstyle": "-|>", "color": GRADIENT, "linewidth": 2.0, "linestyle": (0, (4, 2.5))},
        )  # fmt: skip
        says = "the direct path of the gradient:  × f  at each step"
        axes.text(_STEP, 2.6, says, color=ink(GRADIENT), ha="center", va="bottom")
    return Picture(
        figure,
        "Two LSTM steps in a row. Along the top the cell state: times f, plus i times g, then on to the next cell. "
        "From there one branch goes down through tanh and times o to the hidden state, which runs along the bottom and "
        "into i, f, o and g of the next step. A dashed arrow along the top, backwards, meets only f.",
    )


def _step(axes: Axes, x: float, before: str, after: str, first: bool) -> None:
    """Draw one step that begins at abscissa `x`."""
    if first:
        _state(axes, x, _TOP, "c", before, INK)
        _state(axes, x, _BOTTOM, "h", before, HIDDEN)
    _state(axes, x + _STEP, _TOP, "c", after, INK)
    _state(axes, x + _STEP, _BOTTOM, "h", after, HIDDEN)
    times, plus, out = x + 1.0, x + 1.85, x + 2.7
    for start, end in ((x + 0.3, times - 0.17), (times + 0.17, plus - 0.17), (plus + 0.17, x + _STEP - 0.3)):
        _arrow(axes, (start, _TOP), (end, _TOP), INK, 2.4)
    _operation(axes, times, _TOP, "×")
    _operation(axes, plus, _TOP, "+")
    # The gates, all fed by the old hidden state and the input.
    axes.plot([x + 0.3, out], [_BOTTOM, _BOTTOM], color=HIDDEN, linewidth=1.4, zorder=1, solid_capstyle="butt")
    for at, gate in ((times, "f"), (plus - 0.24, "i"), (plus + 0.24, "g"), (out, "o")):
        _gate(axes, at, gate)
        _arrow(axes, (at, _BOTTOM), (at, _GATE - 0.2), HIDDEN, 1.2)
    _arrow(axes, (times, _GATE + 0.2), (times, _TOP - 0.18), GATES["f"], 1.8)
    meet, meet_out = 1.36, 1.1
    for at, gate in ((plus - 0.24, "i"), (plus + 0.24, "g")):
        axes.plot([at, plus], [_GATE + 0.2, meet - 0.1], color=GATES[gate], linewidth=1.6, zorder=1)
    _operation(axes, plus, meet, "×", 0.13)
    _arrow(axes, (plus, meet + 0.14), (plus, _TOP - 0.18), INK, 1.4)
    # Down from the new cell to the new hidden state.
    end = x + _STEP
    _arrow(axes, (end, _TOP - 0.28), (end, meet_out + 0.14), INK, 1.4)
    axes.text(end + 0.08, (_TOP - 0.28 + meet_out + 0.14) / 2 + 0.03, "tanh", fontsize=8.5, color=INK, va="center")
    axes.plot([out, out], [_GATE + 0.2, meet_out], color=GATES["o"], linewidth=1.6, zorder=1)
    _arrow(axes, (out, meet_out), (end - 0.14, meet_out), GATES["o"], 1.6)
    _operation(axes, end, meet_out, "×", 0.13)
    _arrow(axes, (end, meet_out - 0.14), (end, _BOTTOM + 0.28), HIDDEN, 1.4)
    axes.plot([times, times], [-0.62, _BOTTOM], color=INPUT, linewidth=1.2, zorder=1)
    axes.text(times, -0.66, f"$x_{{{after}}}$", color=ink(INPUT), ha="center", va="top", fontsize=11)


def _state(axes: Axes, x: float, y: float, letter: str, step: str, colour: str) -> None:
    axes.add_patch(Circle((x, y), 0.28, facecolor=tint(colour, 0.12), edgecolor=colour, linewidth=1.4, zorder=3))
    axes.text(x, y - 0.01, f"${letter}_{{{step}}}$", ha="center", va="center", fontsize=9.5, zorder=4)


def _gate(axes: Axes, x: float, gate: str) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - 0.16, _GATE - 0.16), 0.32, 0.32, boxstyle="round,pad=0.02", facecolor=tint(GATES[gate], 0.25),
            edgecolor=GATES[gate], linewidth=1.4, zorder=3,
        )
    )  # fmt: skip
    axes.text(
        x, _GATE - 0.01, gate, ha="center", va="center", fontsize=10, fontweight="bold", color=ink(GATES[gate]),
        zorder=4,
    )  # fmt: skip


def _operation(axes: Axes, x: float, y: float, sign: str, radius: float = 0.16) -> None:
    axes.add_patch(Circle((x, y), radius, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3))
    axes.text(x, y - 0.01, sign, ha="center", va="center", fontsize=12 if radius > 0.15 else 10, zorder=4)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> None:
    axes.annotate(
        "", end, start,
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0}, zorder=2,
    )  # fmt: skip
