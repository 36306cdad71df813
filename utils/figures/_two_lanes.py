"""The two lanes of an LSTM's gradient: along the cells and along the hidden states, in all and by the direct path."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures.learner import all_checked
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, GRADIENT, HIDDEN, axes_in, drawn, ink, power_of_ten, sheet, short

T, D, H = 20, 4, 8
HEIGHT = 4.2
SCALES = (0.1, 0.5, 1.0, 2.0, 4.0)
PRESETS = {
    "Bias 0": {"bias": 0.0, "scale": 1.0, "seed": 1},
    "Bias 1": {"bias": 1.0, "scale": 1.0, "seed": 1},
    "Bias 5": {"bias": 5.0, "scale": 1.0, "seed": 1},
    "Small weights": {"bias": 1.0, "scale": 0.1, "seed": 1},
    "Growing": {"bias": 5.0, "scale": 2.0, "seed": 2},
}
_LOWEST, _HIGHEST = 1e-8, 1e2
_FULL = 1e30  # so much in a cell that tanh is 1 behind any forget gate


@dataclass(frozen=True)
class Lanes:
    """Lengths of gradients of L = v · c_T, |v| = 1, at steps τ = 1 … T; the last entry is at c_T itself.

    Parameters
    ----------
    cell, direct, hidden : ndarray, shape (T,)
        ∂L/∂c_τ by all paths, those through h_τ included; ∂L/∂c_τ by forget gates alone; ∂L/∂h_τ.
    indirect : float
        How many times as long as the direct part at step 1 the rest is.
    """

    cell: np.ndarray
    direct: np.ndarray
    hidden: np.ndarray
    indirect: float


def network(seed: int, scale: float, T: int = T, D: int = D, H: int = H) -> tuple[Array, ...]:
    """Return x, Wx, Wh, b of an LSTM, and v: weights N(0, scale² / inputs), biases 0, inputs N(0, 1)."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((1, T, D))
    Wx = scale * rng.standard_normal((D, 4 * H)) / np.sqrt(D)
    Wh = scale * rng.standard_normal((H, 4 * H)) / np.sqrt(H)
    v = rng.standard_normal((1, H))
    return x, Wx, Wh, np.zeros(4 * H), v / np.linalg.norm(v)


def lanes(
    lstm_forward_full: Learner,
    lstm_backward_full: Learner,
    cell_highway: Learner,
    forget_bias: Learner,
    bias: float,
    scale: float,
    seed: int,
) -> Lanes:
    """Measure both lanes by the learner's functions.

    The state (h_τ, c_τ) is where a shorter sequence begins. Its dh0 is ∂L/∂h_τ. Its dc0 is what comes to c_τ from later
    steps while h_τ is held fixed. But h_τ = o_τ ⊙ tanh(c_τ) moves with c_τ: ∂L/∂c_τ = dc0 + dh0 ⊙ o_τ ⊙ (1 − tanh²c_τ).
    The gates are measured too: h_{t−1} held fixed, c_t moves by f_t when c_{t−1} moves by 1; `shown_share` gives o_t.

    Parameters
    ----------
    lstm_forward_full, lstm_backward_full, cell_highway, forget_bias : callable
        The learner's.
    bias, scale : float
        The forget bias, and the size of the weights.
    seed : int

    Returns
    -------
    Lanes

    Raises
    ------
    NotStarted, CallFailed
    """
    x, Wx, Wh, b, v = network(seed, scale)
    (b,) = all_checked((call(forget_bias, b, bias),), {"b": b.shape}, name_of(forget_bias), cache=False)
    f, slopes = np.empty((1, T, H)), np.empty((T, H))  # slopes[t - 1]: how fast h_t moves with c_t
    states = [(np.zeros((1, H)), np.zeros((1, H)))]

    def forward(x: Array, h: Array, c: Array) -> Sequence[Any]:
        returned = lstm_forward_full(x, h, c, Wx.copy(), Wh.copy(), b.copy())
        if not isinstance(returned, tuple | list) or len(returned) != 4:
            raise CallFailed(f"{name_of(lstm_forward_full)} should return (h, h_T, c_T, cache).")
        return returned

    def run() -> list[list[Array]]:
        for t in range(T):
            h, c = states[-1]
            twice = np.repeat(x[:, t : t + 1], 2, axis=0), np.repeat(h, 2, axis=0), np.concatenate([c, c + 1])
            _, h_T, c_T, _ = forward(*twice)
            f[:, t] = c_T[1] - c_T[0]
            states.append((np.array(h_T[:1]), np.array(c_T[:1])))
            slopes[t] = shown_share(forward, x[:, t : t + 1], h) * (1 - np.tanh(c_T[0]) ** 2)
        return [suffix(tau) for tau in range(1, T)]

    def suffix(tau: int) -> list[Array]:
        steps = T - tau
        *_, cache = forward(x[:, tau:].copy(), *(state.copy() for state in states[tau]))
        shapes = {"dx": (1, steps, D), "dh0": (1, H), "dc0": (1, H), "dWx": Wx.shape, "dWh": Wh.shape, "db": b.shape}
        returned = lstm_backward_full(np.zeros((1, steps, H)), v.copy(), cache)
        return all_checked(returned, shapes, name_of(lstm_backward_full), cache=False)[1:3]

    run.__name__ = name_of(lstm_backward_full)
    found = call(run)  # once for all: a guarded call costs 0.3 ms, and a slider should answer at once
    (highway,) = all_checked((call(cell_highway, f),), {"highway": f.shape}, name_of(cell_highway), cache=False)
    hidden, cell = (np.concatenate(parts) for parts in zip(*found, strict=True))
    cell = cell + hidden * slopes[:-1]
    direct = v * highway[0]
    rest = float(np.linalg.norm(cell[0] - direct[0])) / max(float(np.linalg.norm(direct[0])), 1e-300)
    cell, hidden = np.append(cell, v, axis=0), np.append(hidden, 0 * v, axis=0)
    return Lanes(np.linalg.norm(cell, axis=1), np.linalg.norm(direct, axis=1), np.linalg.norm(hidden, axis=1), rest)


def shown_share(forward: Learner, x: Array, h: Array) -> Array:
    """Return o of one step, (1, H), by a forward pass alone: h_t = o_t ⊙ tanh(c_t), and of a full cell tanh is 1.

    Parameters
    ----------
    forward : callable
        ``forward(x, h, c) -> (h, h_T, c_T, cache)``, the learner's with its weights.
    x, h : ndarray, shapes (1, 1, D) and (1, H)
        What the gates of the step see.
    """
    return np.array(forward(x.copy(), h.copy(), np.full_like(h, _FULL))[1])


def draw(
    lstm_backward_full: Learner,
    lstm_forward_full: Learner,
    cell_highway: Learner,
    forget_bias: Learner,
    bias: float,
    scale: float,
    seed: int,
) -> Picture:
    """Return the `Picture` of both lanes.

    Raises
    ------
    utils.errors.UtilsError
        If a learner's function is not written or cannot be drawn.
    """
    found = lanes(lstm_forward_full, lstm_backward_full, cell_highway, forget_bias, bias, scale, seed)
    title = finding(found, bias)
    variance = "1" if scale == 1 else f"{scale:g}²"
    caption = (
        f"Drawn by your functions: T = {T}, D = {D}, H = {H}, inputs N(0, 1), weights N(0, {variance}/inputs), biases "
        f"0 but for f, seed {seed}; L = v · c_T with |v| = 1. Lengths are Euclidean."
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        left, right = axes_in(figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.1, **margins), sharey=True)
        cell_lane(left, found)
        left.set_title(r"$\Vert \partial L / \partial c_\tau \Vert$, the cell lane, log axis")
        _line(right, found.hidden, HIDDEN, "hidden")
        _name(right, "━ all paths", HIDDEN, 0.14)
        _log(right)
        right.set_title(r"$\Vert \partial L / \partial h_\tau \Vert$, the hidden lane")
    alt = (
        f"{title}. Left, the length of the gradient at each cell from step 1 to {T}, by all paths and by the direct "
        f"path; right, at each hidden state. At step 1: {short(found.cell[0])}, {short(found.direct[0])} and "
        f"{short(found.hidden[0])}."
    )
    return Picture(figure, alt)


def cell_lane(axes: Axes, found: Lanes) -> None:
    """Draw the gradient at the cells on `axes`: by all paths, and by the direct path."""
    _line(axes, found.direct, GATES["f"], "direct", width=4)  # wide, so that it shows where the two are one
    _line(axes, found.cell, GRADIENT, "cell")
    _name(axes, "━ all paths", GRADIENT, 0.14)
    _name(axes, "━ direct: f alone", GATES["f"], 0.04)
    _log(axes)


def finding(found: Lanes, bias: float) -> str:
    """Say what arrives at step 1, and which part the direct path has in it."""
    value = f"{bias:g}".replace("-", "−")
    says = f"Forget bias {value}: of 1 at the last cell, {short(found.cell[0])} arrives at the first"
    if found.cell[0] > 1 >= found.direct[0]:
        return f"{says}: it grew, and the direct path alone is {short(found.direct[0])}"
    return f"{says}; the direct path alone is {short(found.direct[0])}"


def _line(axes: Axes, curve: Array, colour: str, gid: str, width: float = 2.0) -> None:
    shown = np.where(curve > 0, curve, np.nan)  # at the last step nothing comes to h
    axes.plot(np.arange(1, T + 1), shown, color=colour, linewidth=width, gid=gid)


def _log(axes: Axes) -> None:
    axes.axhline(1, color=FAINT, linewidth=0.8, zorder=0)
    axes.set_yscale("log")
    axes.set(xlim=(1, T), ylim=(_LOWEST / 3, _HIGHEST), xticks=[1, 5, 10, 15, 20], xlabel="step τ")
    axes.yaxis.set_major_locator(FixedLocator((10.0 ** np.arange(-8, 3, 2)).tolist()))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))


def _name(axes: Axes, text: str, colour: str, height: float) -> None:
    """Write a curve's name in the corner that curves which end at 1 leave free."""
    axes.text(
        0.98, height, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=10, color=ink(colour)
    )  # fmt: skip
