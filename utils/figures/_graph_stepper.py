"""One unit, four steps, forwards and then backwards, one step at a time: every value and gradient in its place."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.checking.calling import name_of
from utils.experiments.results import Learner
from utils.figures import unrolling
from utils.figures._wirings import Graph
from utils.figures.backwards import STEP, cache_of, gradients
from utils.figures.learner import next_state
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, FAINT, GRADIENT, HIDDEN, INPUT, OUTPUT, QUIET, drawn, ink, sheet

T = 4
LAST = 2 * T  # positions: 0 before anything, 1 … T forward, T + 1 … 2T backward
HEIGHT = 4.5
X, H0, WX, WH, B = (0.6, -0.9, 0.4, 0.8), 0.3, 1.0, 0.9, 0.1
LOSSES = {"at every step": (1, 2, 3, 4), "at the last step": (4,), "at steps 1 and 3": (1, 3)}
_TABLE = (4.92, 5.62, 6.22, 6.82)  # right edges of its columns


@dataclass(frozen=True)
class Walk:
    """All that both passes meet, by step (counted from 1).

    Parameters
    ----------
    state : dict of int to float
        h_0 to h_T.
    from_loss, from_future, total : dict of int to float
        What arrives at h_t: from its own loss, from step t + 1, and both.
    back : dict of int to dict of str to float
        What the learner's step sent back: dx, dprev_h, dWx, dWh, db.
    """

    state: dict[int, float]
    from_loss: dict[int, float]
    from_future: dict[int, float]
    total: dict[int, float]
    back: dict[int, dict[str, float]]


def walk(rnn_step_backward: Learner, rnn_step_forward: Learner, losses: Collection[int]) -> Walk:
    """Send one unit through four steps and the gradient of y at the steps in `losses` back through them.

    Raises
    ------
    utils.errors.UtilsError
        If a learner's function is not written or returns nothing that can be drawn.
    """
    weights = np.array([[WX]]), np.array([[WH]]), np.array([B])
    state, caches, arguments = {0: H0}, {}, {}
    for t, x in enumerate(X, start=1):
        arguments[t] = np.array([[x]]), np.array([[state[t - 1]]]), *weights
        state[t] = float(next_state(rnn_step_forward, *arguments[t])[0, 0])
        caches[t] = cache_of(rnn_step_forward, arguments[t])
    found = Walk(state, {}, {T: 0.0}, {}, {})
    for t in sorted(caches, reverse=True):
        found.from_loss[t] = float(t in losses)
        found.total[t] = found.from_loss[t] + found.from_future[t]
        sent = gradients(rnn_step_backward, np.array([[found.total[t]]]), caches[t], arguments[t], STEP)
        found.back[t] = {letter: value.item() for letter, value in sent.items()}
        found.from_future[t - 1] = found.back[t]["dprev_h"]
    return found


def finding(found: Walk, position: int, losses: Collection[int]) -> str:
    """Say in a sentence what happens at this position."""
    if position == 0:
        return "Before the first step: four inputs, and the state the sequence starts from"
    if position <= T:
        t = position
        return f"Forward, step {t}: x{_low(t)} and h{_low(t - 1)} make h{_low(t)} = {_two(found.state[t])}"
    t = LAST + 1 - position
    parts = [f"{_two(found.from_loss[t])} from its loss"] if t in losses else []
    parts += [f"{_two(found.from_future[t])} from step {t + 1}"] if t < T else []
    if len(parts) == 2:
        return f"Backward, step {t}: at h{_low(t)} meet {' and '.join(parts)}: {_two(found.total[t])}"
    return f"Backward, step {t}: at h{_low(t)} arrives {parts[0] if parts else 'nothing, for no loss is above it'}"


def draw(rnn_step_backward: Learner, rnn_step_forward: Learner, position: int, losses: str) -> Picture:
    """Return the `Picture` of the network at one position of the walk.

    Parameters
    ----------
    rnn_step_backward, rnn_step_forward : callable
    position : int
        0 to `LAST`.
    losses : str
        A key of `LOSSES`.
    """
    steps = LOSSES[losses]
    found = walk(rnn_step_backward, rnn_step_forward, steps)
    graph = Graph("stepping", T, tuple(range(1, T + 1)), steps, ())
    forward = min(position, T)
    lit = {f"x{t}" for t in range(1, T + 1)} | {f"{row}{t}" for row in "hy" for t in range(forward + 1)}
    title = finding(found, position, steps)
    caption = (
        f"Your {name_of(rnn_step_backward)}: N = D = H = 1, Wx = {WX:g}, Wh = {WH:g}, b = {B:g}, h₀ = {H0:g}; "
        "yₜ = hₜ, L the sum of the y drawn, so each y has the gradient 1. Numbers are rounded: shares may miss "
        "their sum by 0.01."
    )
    with drawn():
        figure, _ = sheet(title, caption, HEIGHT)
        axes = figure.add_axes((0.0, 0.52 / HEIGHT, 1.0, (HEIGHT - 0.95) / HEIGHT))
        unrolling.frame(axes, first=-0.12, last=6.98, bottom=-0.85, top=2.85)
        unrolling.draw(axes, graph, lit)
        _say(axes, 0.25, 1.42, found.state[0], HIDDEN, "h0", align="center")
        for t in range(1, T + 1):
            _say(axes, t, -0.43, X[t - 1], INPUT, f"x{t}", align="center")
            if t <= forward:
                _say(axes, t - 0.06, 1.53, found.state[t], HIDDEN, f"h{t}")
                if t in steps:
                    _say(axes, t, 2.62, found.state[t], OUTPUT, f"y{t}", align="center")
        for t in range(T, max(LAST - position, 0), -1):
            _backward(axes, found, t, t in steps, now=t == LAST + 1 - position)
        _table(axes, found, position)
    alt = (
        f"{title}. Network of one unit unrolled over {T} steps, losses {losses}; forward values beside each "
        f"box, gradients in purple, and a table of what each step adds to dWx, dWh and db."
    )
    return Picture(figure, alt)


def _backward(axes: Axes, found: Walk, t: int, has_loss: bool, now: bool) -> None:
    """Draw what step t does on the way back: gradients come in from above and from the right, and leave."""
    strength = 2.2 if now else 1.2
    if has_loss:
        _dashed(axes, (t + 0.1, 1.93), (t + 0.1, 1.4), strength)
        _say(axes, t + 0.16, 1.68, found.from_loss[t], GRADIENT, f"loss{t}", align="left")
    _say(axes, t - 0.07, 0.53, found.total[t], GRADIENT, f"dh{t}", bold=now)
    _dashed(axes, (t + 0.1, 0.83), (t + 0.1, 0.29), strength)
    _say(axes, t, -0.7, found.back[t]["dx"], GRADIENT, f"dx{t}", align="center", bold=now)
    start, end = (t - 0.29, t - 0.71) if t > 1 else (0.71, 0.42)
    _dashed(axes, (start, 0.99), (end, 0.99), strength)
    _say(axes, t - 0.5 if t > 1 else 0.25, 0.79, found.back[t]["dprev_h"], GRADIENT, f"future{t - 1}", align="center")


def _dashed(axes: Axes, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>,head_length=3,head_width=1.8", linestyle=(0, (3, 1.5)), linewidth=width,
            color=GRADIENT, shrinkA=0, shrinkB=0, zorder=5, gid=BACKWARD,
        )
    )  # fmt: skip


def _table(axes: Axes, found: Walk, position: int) -> None:
    """Write what each step adds to the weights' gradients, and the sums so far."""
    rows = 2.32 - 0.34 * np.arange(T + 2)
    axes.text(_TABLE[3], 2.7, "what a step adds to the gradient of", fontsize=8.5, color=QUIET, ha="right", va="center")
    for right, text in zip(_TABLE, ("step", "Wx", "Wh", "b"), strict=True):
        axes.text(right, rows[0], text, fontsize=9, color=QUIET, ha="right", va="center")
    axes.plot([4.6, _TABLE[3]], [2.14, 2.14], color=FAINT, linewidth=0.8)
    done = [t for t in range(T, 0, -1) if t > LAST - position]
    for row, t in zip(rows[1:], range(T, 0, -1), strict=False):
        now = t == LAST + 1 - position
        axes.text(_TABLE[0], row, str(t), fontsize=9, color=QUIET, ha="right", va="center")
        if t in done:
            for right, letter in zip(_TABLE[1:], ("dWx", "dWh", "db"), strict=True):
                _say(axes, right, row, found.back[t][letter], GRADIENT, f"{letter}{t}", bold=now)
    axes.plot([4.6, _TABLE[3]], [rows[-1] + 0.17] * 2, color=FAINT, linewidth=0.8)
    axes.text(_TABLE[0], rows[-1], "sum", fontsize=9, color=QUIET, ha="right", va="center")
    for right, letter in zip(_TABLE[1:], ("dWx", "dWh", "db"), strict=True):
        _say(axes, right, rows[-1], sum(found.back[t][letter] for t in done), GRADIENT, letter, bold=True)


def _say(
    axes: Axes,
    x: float,
    y: float,
    number: float,
    colour: str,
    gid: str,
    align: str = "right",
    bold: bool = False,
) -> None:
    axes.text(
        x, y, _two(number), fontsize=9, color=ink(colour), ha=align, va="center", gid=gid, zorder=6,
        fontweight="bold" if bold else "normal",
    )  # fmt: skip


def _two(number: float) -> str:
    """Write a number with two digits behind the point, or short if it is large."""
    text = f"{number:.2f}" if abs(number) < 1000 else f"{number:.0e}"
    return "0" if text in ("0.00", "-0.00") else text.replace("-", "−")


def _low(t: int) -> str:
    return str(t).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
