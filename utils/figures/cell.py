"""The LSTM's cell as one drawing: a line on which c travels, and the three gates and the candidate that act on it."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from utils.figures.picture import Picture
from utils.figures.style import GATES, HIDDEN, INK, INPUT, QUIET, drawn, ink, sheet, tint

_HEIGHT = 3.55
_LINE, _GATE, _STACK = 2.75, 1.0, 0.12  # ordinates of the cell's line, the gates and the stacked product
_ACROSS = {"f": 2.6, "i": 4.75, "g": 5.85, "o": 7.95}
_SAYS = {"f": "how much\nto keep", "i": "how much\nto write", "g": "what\nto write", "o": "how much\nto reveal"}


def lstm_cell() -> Picture:
    """Return the drawing of one step: c passes along the top through × f and + i·g; h leaves through tanh and × o."""
    with drawn():
        figure, _ = sheet("Three gates and a candidate act on what the cell keeps", height=_HEIGHT)
        axes = figure.add_axes((0.0, 0.0, 1.0, 0.89))
        axes.set(xlim=(0, 10.2), ylim=(-0.75, 3.2), aspect="auto")
        axes.axis("off")
        plus = (_ACROSS["i"] + _ACROSS["g"]) / 2
        product, shown = 1.95, 1.75  # where i meets g, where o meets tanh c
        # The cell's line: heavy, since it is the one thing that goes straight through.
        for start, end in ((0.95, 2.35), (2.85, plus - 0.25), (plus + 0.25, 9.3)):
            _arrow(axes, (start, _LINE), (end, _LINE), INK, 2.8)
        _knot(axes, (_ACROSS["f"], _LINE), "×")
        _knot(axes, (plus, _LINE), "+")
        _knot(axes, (plus, product), "×")
        _knot(axes, (_ACROSS["o"], shown), "×")
        _text(axes, 0.85, _LINE, "$c_{t-1}$", INK, "right")
        _text(axes, 9.4, _LINE, "$c_t$", INK, "left")
        for gate, x in _ACROSS.items():
            _box(axes, x, _GATE, 0.84, 0.5, GATES[gate], f"${gate}$")
            side, align = (-0.52, "right") if gate in "fi" else (0.52, "left")
            axes.text(x + side, _GATE, _SAYS[gate], fontsize=8.5, color=ink(GATES[gate]), ha=align, va="center",
                      linespacing=1.15)  # fmt: skip
            _arrow(axes, (x, _STACK + 0.3), (x, _GATE - 0.27), QUIET, 1.0)
        _arrow(axes, (_ACROSS["f"], _GATE + 0.27), (_ACROSS["f"], _LINE - 0.24), GATES["f"], 1.8)
        for gate, side in (("i", -0.2), ("g", 0.2)):
            _arrow(axes, (_ACROSS[gate], _GATE + 0.27), (plus + side, product - 0.14), GATES[gate], 1.8)
        _arrow(axes, (plus, product + 0.24), (plus, _LINE - 0.24), GATES["i"], 1.8)
        _arrow(axes, (_ACROSS["o"], _GATE + 0.27), (_ACROSS["o"], shown - 0.24), GATES["o"], 1.8)
        _arrow(axes, (_ACROSS["o"], _LINE), (_ACROSS["o"], shown + 0.24), INK, 1.4)
        axes.text(_ACROSS["o"] + 0.12, 2.25, "tanh", fontsize=8.5, color=INK, va="center")
        _arrow(axes, (_ACROSS["o"] + 0.25, shown), (9.3, shown), HIDDEN, 2.0)
        _text(axes, 9.4, shown, "$h_t$", ink(HIDDEN), "left")
        # One matrix product makes all four.
        left, right = _ACROSS["f"] - 0.6, _ACROSS["o"] + 0.6
        axes.add_patch(_rounded(left, _STACK - 0.28, right - left, 0.56, QUIET, "#F2F2F2"))
        axes.text(
            (left + right) / 2, _STACK,
            r"$W_{xh}\,x_t + W_{hh}\,h_{t-1} + b$:  four blocks of H numbers, for $i, f, o, g$",
            ha="center", va="center", fontsize=9.5, color=INK,
        )  # fmt: skip
        for y, name, colour in ((0.3, "$h_{t-1}$", HIDDEN), (-0.06, "$x_t$", INPUT)):
            _text(axes, 0.85, y, name, ink(colour), "right")
            _arrow(axes, (0.95, y), (left - 0.03, y), colour, 1.6)
        axes.text(
            (left + right) / 2, -0.56, r"$i, f, o$ through $\sigma$: between 0, shut, and 1, open.   "
            r"$g$ through tanh: between −1 and +1.", ha="center", va="center", fontsize=8.5, color=QUIET,
        )  # fmt: skip
    return Picture(
        figure,
        "One step of an LSTM. The cell's line runs from c_{t−1} to c_t: it is multiplied by the forget gate f, then "
        "i times g is added. The new h_t is tanh of c_t times the output gate o. All four come from one product of the "
        "stacked weights with x_t and h_{t−1}.",
    )


def _text(axes: Axes, x: float, y: float, text: str, colour: str, align: str) -> None:
    axes.text(x, y, text, fontsize=12, color=colour, ha=align, va="center")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> None:
    head = "-|>,head_length=4,head_width=2.2"
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle=head, linewidth=width, color=colour, shrinkA=0, shrinkB=0, zorder=2)
    )


def _knot(axes: Axes, place: tuple[float, float], sign: str) -> None:
    # Axes units differ across and up; a circle in points is round in both.
    axes.plot(*place, "o", markersize=17, markerfacecolor="white", markeredgecolor=INK, markeredgewidth=1.2, zorder=4)
    axes.text(*place, sign, fontsize=12, color=INK, ha="center", va="center_baseline", zorder=5)


def _box(axes: Axes, x: float, y: float, wide: float, high: float, colour: str, text: str) -> None:
    axes.add_patch(_rounded(x - wide / 2, y - high / 2, wide, high, colour, tint(colour)))
    axes.text(x, y, text, fontsize=12.5, color=ink(colour), ha="center", va="center")


def _rounded(x: float, y: float, wide: float, high: float, edge: str, face: str) -> FancyBboxPatch:
    return FancyBboxPatch(
        (x, y), wide, high, boxstyle="round,pad=0,rounding_size=0.1", linewidth=1.4, edgecolor=edge, facecolor=face
    )
