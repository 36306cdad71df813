"""What the forget gate does to a gradient: at one step, and at many in a row."""

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures.labels import at_end, spread
from utils.figures.learner import all_checked, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, GRADIENT, HIDDEN, INK, QUIET, axes_in, drawn, ink, sheet, short, tint

BIASES = (0, 1, 3, 5)
_T = 201


@driven
def through_the_gate(lstm_step_backward: Learner, lstm_step_forward: Learner) -> Picture:
    """Draw dprev_c against the forget gate, for gradients that come by either of the two ways into c_t, and by both.

    Parameters
    ----------
    lstm_step_backward : callable
        ``lstm_step_backward(dnext_h, dnext_c, cache) -> (dx, dprev_h, dprev_c, dWx, dWh, db)``.
    lstm_step_forward : callable
        ``lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b) -> (next_h, next_c, cache)``; here D = H = 1.

    Returns
    -------
    Picture or Note
        A note if a function is not written yet, raises, or returns nothing that can be drawn.
    """
    # x is the pre-activation of f; i and o are 0.5, and g is 0, so that c_t = f.
    before = np.linspace(-6, 6, 97)
    N, zeros = before.size, np.zeros((before.size, 1))
    taken = call(
        lstm_step_forward, before[:, None], zeros, zeros + 1, np.array([[0.0, 1, 0, 0]]), np.zeros((1, 4)), np.zeros(4)
    )
    if not isinstance(taken, tuple | list) or len(taken) != 3:
        raise CallFailed(f"{name_of(lstm_step_forward)} should return (next_h, next_c, cache).")
    shapes = {"dx": (N, 1), "dprev_h": (N, 1), "dprev_c": (N, 1), "dWx": (1, 4), "dWh": (1, 4), "db": (4,)}
    ways = {"both": (1, 1), "along the cell": (0, 1), "through h": (1, 0)}
    curves = {}
    for way, (dnext_h, dnext_c) in ways.items():
        returned = call(lstm_step_backward, zeros + dnext_h, zeros + dnext_c, taken[2])
        curves[way] = all_checked(returned, shapes, name_of(lstm_step_backward), cache=False)[2][:, 0]
    shut, open_ = (short(max(abs(curve[end]) for curve in curves.values())) for end in (0, -1))
    title = f"Both gradients that reach the cell pass the forget gate: at most {shut} is left when it is shut"
    if max(abs(curve[0]) for curve in curves.values()) > 0.05:
        title = f"The forget gate is shut on the left, and still up to {shut} passes"
    elif np.ptp(curves["through h"]) < 1e-6 or np.ptp(curves["along the cell"]) < 1e-6:
        title = "One of the two gradients that should reach the cell is lost"
    caption = (
        "Drawn by your lstm_step_backward: D = H = 1, prev_c = 1, i = o = 0.5, g = 0, so that next_c = f. "
        "The gradients that come in are 1 each."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.7)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.74, **margins))
        gate = 1 / (1 + np.exp(-before))
        axes.plot(before, gate, color=tint(GATES["f"], 0.4), linewidth=6, gid="f")
        axes.text(0.9, gate[55] - 0.03, "  f itself (wide)", color=ink(GATES["f"]), va="top", fontsize=10)
        styles = {"both": (INK, 2.2), "along the cell": (GRADIENT, 1.8), "through h": (HIDDEN, 1.8)}
        low, high = min(c.min() for c in curves.values()), max(c.max() for c in curves.values())
        room = max(high - low, 1.0)
        ends = spread([curve[-1] for curve in curves.values()], 0.17 * room)
        texts = ("both", "dnext_c = 1:\nalong the cell", "dnext_h = 1:\nthrough h")
        for (way, curve), end, text in zip(curves.items(), ends, texts, strict=True):
            colour, width = styles[way]
            axes.plot(before, curve, color=colour, linewidth=width, gid=way)
            at_end(axes, 6, end, text, ink(colour))
        axes.set(xlim=(-6, 6), ylim=(min(low, 0) - 0.05 * room, max(high, 1) + 0.08 * room), xticks=range(-6, 7, 2))
        axes.set_xlabel("pre-activation of f")
        axes.set_title("dprev_c")
    alt = (
        f"{title}. dprev_c against the forget gate's pre-activation from −6 to 6, for a gradient along the cell, one "
        f"through h, and both; where the gate is open it is up to {open_}."
    )
    return Picture(figure, alt)


@driven
def half_lives(cell_highway: Learner) -> Picture:
    """Draw what is left of a gradient on the direct path against the steps it went back, for four forget biases.

    Parameters
    ----------
    cell_highway : callable
        ``cell_highway(f) -> highway``, both (N, T, H).

    Returns
    -------
    Picture or Note
    """
    gates = 1 / (1 + np.exp(-np.array(BIASES, dtype=float)))
    f = np.repeat(gates, _T).reshape(len(BIASES), _T, 1)
    (highway,) = all_checked((call(cell_highway, f),), {"highway": f.shape}, name_of(cell_highway), cache=False)
    left = highway[:, ::-1, 0]  # by steps back
    lives = [_half_life(row) for row in left]
    says = [short(life) if life < _T else "more than 200" for life in lives]
    title = f"Half of the gradient is gone after {', '.join(says[:-1])} and {says[-1]} steps"
    caption = (
        "Drawn by your cell_highway: f is the same at every step, the sigmoid of the forget bias; "
        f"T = {_T}. The direct path only."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.7)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.97, **margins))
        axes.axhline(0.5, color=FAINT, linewidth=0.8, zorder=0)
        steps = np.arange(1, _T)
        for bias, row, life, strength in zip(BIASES, left, lives, (0.4, 0.6, 0.8, 1.0), strict=True):
            axes.plot(steps, row[1:], color=tint(GATES["f"], strength), linewidth=2.2, gid=f"bias={bias}")
            if life < _T:
                axes.plot(life, 0.5, "o", color=ink(GATES["f"]), markersize=4.5)
                axes.annotate(
                    f"bias {bias}", (life, 0.5), xytext=(6, 4), textcoords="offset points", color=ink(GATES["f"])
                )
        axes.text(200, 0.49, "half", ha="right", va="top", color=QUIET, fontsize=10)
        axes.set_xscale("log")
        axes.set(xlim=(0.9, 200), ylim=(min(0, left.min()), max(1, left.max())), xlabel="steps back from c_T, log axis")
        axes.xaxis.set_major_locator(FixedLocator([1, 2, 5, 10, 20, 50, 100, 200]))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_title("what is left of 1")
    pairs = ", ".join(f"bias {bias}: {say}" for bias, say in zip(BIASES, says, strict=True))
    return Picture(figure, f"{title}. What is left of a gradient of 1 against steps back. Half-lives: {pairs}.")


def _half_life(row: Array) -> float:
    """Return after how many steps `row`, which begins at 0 steps, first falls to half, between steps as a power."""
    below = np.flatnonzero(row <= 0.5)
    if not below.size:
        return np.inf
    k = int(below[0])
    if k == 0 or row[k] <= 0:
        return float(k)
    return k - 1 + float(np.log(0.5 / row[k - 1]) / np.log(row[k] / row[k - 1]))
