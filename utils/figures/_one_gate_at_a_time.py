"""One gate at a time: what each of the four moves, from shut to open, by the learner's own step."""

import numpy as np

from utils.checking.calling import call, name_of
from utils.experiments.results import Array, Learner
from utils.figures.learner import all_checked, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INK, QUIET, axes_in, drawn, ink, sheet, short

ORDER = "ifog"
TURNED = 8.0  # how far the pre-activation of the gate under test is turned to either side
OLD = 1.0  # what the cell holds before the step
# For each gate, how the other three stand, so that it alone decides: i, f, o wide open or shut, g at +1, −1 or 0.
_STAND = {
    "i": {"f": 20, "o": 20, "g": -20},
    "f": {"i": -20, "o": 20, "g": 0},
    "o": {"i": -20, "f": 20, "g": 0},
    "g": {"i": 20, "f": -20, "o": 20},
}
_QUESTION = {"i": "how much to write", "f": "how much to keep", "o": "how much to reveal", "g": "what to write"}
_SETTING = {
    "i": "f open, g = −1",
    "f": "i shut",
    "o": "i shut, f open",
    "g": "i open, f shut",
}
_TICKS = {"i": ("shut", "half", "open"), "f": ("shut", "half", "open"), "o": ("shut", "half", "open"), "g": "−0+"}


@driven
def one_gate_at_a_time(lstm_step_forward: Learner) -> Picture:
    """Draw next_c and next_h while one gate is turned from shut to open, for each of the four.

    Parameters
    ----------
    lstm_step_forward : callable
        ``lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b) -> (next_h, next_c, cache)``; here D = H = 1, and only b is
        not 0.

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Long short-term memory; Gers et al. (2000) for the forget gate.
    """
    z = np.linspace(-TURNED, TURNED, 33)
    turned = {gate: _turn(lstm_step_forward, gate, z) for gate in ORDER}
    moved = {gate: [float(curve[-1] - curve[0]) for curve in curves] for gate, curves in turned.items()}
    title = "The cell held 1. Turned up, " + ", ".join(_moves(gate, *moved[gate]) for gate in ORDER)
    caption = (
        "Drawn by your lstm_step_forward with D = H = 1, Wh = 0, prev_h = 0, prev_c = 1. x, from −8 to 8, goes to the "
        "one of the four that is turned; the others have b = 20, −20 or 0 and stand as each panel says."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        grid = figure.add_gridspec(
            1, 4, left=0.075, right=0.985, wspace=0.16, **margins | {"top": margins["top"] - 0.12}
        )
        low = min(-1.15, *(curve.min() * 1.1 for curves in turned.values() for curve in curves))
        high = max(1.15, *(curve.max() * 1.1 for curves in turned.values() for curve in curves))
        for place, (gate, axes) in enumerate(zip(ORDER, axes_in(grid, sharey=True), strict=True)):
            h, c = turned[gate]
            axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
            axes.plot(z, c, color=INK, linewidth=4.5, alpha=0.28, gid=f"{gate}: next_c")
            axes.plot(z, h, color=HIDDEN, linewidth=1.8, gid=f"{gate}: next_h")
            axes.set(xlim=(-TURNED, TURNED), ylim=(low, high))
            axes.set_xticks([-6, 0, 6], _TICKS[gate])
            axes.set_xlabel(f"pre-activation of {gate}", labelpad=2)
            if high < 1.2 and low > -1.2:
                axes.set_yticks([-1, 0, 1])
            axes.tick_params(labelleft=place == 0)
            axes.text(0, 1.19, gate, transform=axes.transAxes, fontsize=13, fontweight="bold", color=ink(GATES[gate]))
            axes.text(0.12, 1.19, _QUESTION[gate], transform=axes.transAxes, fontsize=9.5, color=ink(GATES[gate]))
            axes.text(0, 1.07, _SETTING[gate], transform=axes.transAxes, fontsize=8, color=QUIET)
            axes.spines["bottom"].set(color=GATES[gate], linewidth=2.5)
        # The first panel's lower half is empty; a fixed place keeps the two words apart whatever is drawn.
        for height, width, text, colour, shade in ((0.2, 4.5, "next_c", INK, 0.28), (0.09, 1.8, "next_h", HIDDEN, 1)):
            first = figure.axes[0]
            first.plot(
                [0.06, 0.18], [height] * 2, transform=first.transAxes, linewidth=width, color=colour, alpha=shade
            )
            first.text(0.23, height, text, transform=first.transAxes, fontsize=8.5, color=ink(colour), va="center")
    alt = (
        f"{title}. Four panels of next_c and next_h against the pre-activation of one gate: "
        + "; ".join(f"{gate} says {question}" for gate, question in _QUESTION.items())
        + "."
    )
    return Picture(figure, alt)


def _turn(step: Learner, gate: str, z: Array) -> list[Array]:
    """Return next_h and next_c, each of shape (z.size,), for every value of the gate's pre-activation."""
    N = z.size
    # The sweep goes in by the input, whose only weight leads to the gate under test: one call, not one a point.
    Wx, b = np.zeros((1, 4)), np.zeros(4)
    Wx[0, ORDER.index(gate)] = 1.0
    for other, value in _STAND[gate].items():
        b[ORDER.index(other)] = value
    returned = call(step, z[:, None].copy(), np.zeros((N, 1)), np.full((N, 1), OLD), Wx, np.zeros((1, 4)), b)
    curves = all_checked(returned, {"next_h": (N, 1), "next_c": (N, 1)}, name_of(step))
    return [curve[:, 0] for curve in curves]


def _moves(gate: str, h: float, c: float) -> str:
    """Say what one gate moves on its way from shut to open."""
    if abs(c) > 0.005:
        return f"{gate} moves c by {_signed(c)}"
    return f"{gate} moves only h, by {_signed(h)}" if abs(h) > 0.005 else f"{gate} moves nothing"


def _signed(number: float) -> str:
    return ("+" if number > 0 else "−") + short(abs(number))
