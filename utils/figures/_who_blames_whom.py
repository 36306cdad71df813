"""Who blames whom: how strongly each loss pulls at each earlier state, as the learner's backward pass says."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import call, name_of
from utils.experiments.results import Array, Learner
from utils.figures._trade_offs import network
from utils.figures.backwards import SEQUENCE, named, pair
from utils.figures.learner import states
from utils.figures.picture import Picture
from utils.figures.style import (
    FAINT,
    GRADIENT,
    OUTPUT,
    PLAIN,
    QUIET,
    axes_in,
    drawn,
    ink,
    power_of_ten,
    sheet,
    short,
    tint,
)

T, D, H, SEED = 20, 3, 8, 7
HEIGHT = 4.3
LOW, HIGH = -6, 2  # powers of ten that have a shade of their own
SHADES = LinearSegmentedColormap.from_list("gradient", [tint(GRADIENT, 0.1), GRADIENT, ink(GRADIENT), "#3B1030"])


@dataclass(frozen=True)
class Blame:
    """What was measured.

    Parameters
    ----------
    size : ndarray, shape (T, T + 1)
        ``size[t - 1, tau]`` is ‖∂L_t/∂h_τ‖ for τ ≤ t, from h_0 on (at τ = t the length of what was handed in, 1), and
        for τ > t, where nothing may be, ‖∂L_t/∂x_τ‖.
    """

    size: np.ndarray

    @property
    def future(self) -> Array:
        """Which entries lie in a loss's future: τ > t, shape (T, T + 1)."""
        return ~np.tri(T, T + 1, 1, dtype=bool)

    @property
    def causal(self) -> bool:
        """Whether no loss blames what came after it."""
        return not self.size[self.future].any()


def measure(rnn_backward: Learner, rnn_forward: Learner, gain: float, inputs: float) -> Blame:
    """Return the `Blame` of every loss L_t = v · h_t, v of length 1.

    Parameters
    ----------
    rnn_backward, rnn_forward : callable
    gain : float
        Spectral norm of Wh, a multiple of an orthogonal matrix.
    inputs : float
        How large the inputs are: x and h0 ~ N(0, inputs²). Small ones leave tanh almost linear.

    Notes
    -----
    For each h_τ the learner's functions run on what follows it. The losses lie along the batch axis, so one backward
    pass answers for all of them: its dh0 is ∂L_t/∂h_τ, one loss a row.
    """
    x, h0, Wx, Wh, b = network(N=1, T=T, D=D, H=H, norm=gain, seed=SEED)
    x, h0, b, v = 2 * inputs * x, 2 * inputs * h0, 2 * inputs * b, np.ones(H) / np.sqrt(H)
    before = np.concatenate([h0[:, None], states(rnn_forward, x, h0, Wx, Wh, b)], axis=1)[0]
    size, name = np.eye(T, T + 1, 1), name_of(rnn_backward)  # ∂L_t/∂h_t = v

    def run() -> None:
        for tau in range(T):
            losses = T - tau
            suffix = np.repeat(x[:, tau:], losses, axis=0), np.repeat(before[tau : tau + 1], losses, axis=0)
            arguments = (*suffix, Wx.copy(), Wh.copy(), b.copy())
            dh = np.eye(losses)[:, :, None] * v
            _, cache = pair(rnn_forward(*arguments), name_of(rnn_forward))
            found = named(rnn_backward(dh, cache), arguments, SEQUENCE, name)
            size[tau:, tau] = np.linalg.norm(found["dh0"], axis=1)
            if tau == 0:
                future = ~np.tri(T, dtype=bool)
                size[:, 1:][future] = np.linalg.norm(found["dx"], axis=2)[future]

    run.__name__ = name  # so that a sentence about a failure names the learner's function
    call(run)  # once for all: a guarded call copies its arguments, and a slider should answer at once
    return Blame(size)


def finding(found: Blame) -> str:
    """Say in a sentence what the map shows."""
    if not found.causal:
        return "Not causal: some losses blame inputs that came after them"
    past = found.size[-1, :-1]
    first, last = past[0], past[-1]
    if not past.any():
        return "The loss at the last step blames nobody: nothing comes back from it"
    if first == 0:
        reach = T - int(np.flatnonzero(past)[0])
        return f"The last loss reaches {reach} state{'s' * (reach > 1)} back and no further"
    fate = "vanishes" if first < 1e-2 * last else "explodes" if first > 1e2 * last else "survives"
    return f"Blame {fate}: the last loss has a gradient of {short(last)} at h₁₉, {short(first)} at h₀"


def draw(rnn_backward: Learner, rnn_forward: Learner, gain: float, inputs: float) -> Picture:
    """Return the `Picture` of the T×T map, and of its last row.

    Raises
    ------
    utils.errors.UtilsError
        If the learner's function is not written or cannot be drawn.
    """
    found = measure(rnn_backward, rnn_forward, gain, inputs)
    title = finding(found)
    caption = (
        f"Drawn by your rnn_backward: T = {T}, H = {H}, D = {D}, seed {SEED}; Wh orthogonal × {gain:g} (spectral "
        f"norm), inputs N(0, {inputs:g}²); loss t is the sum of all units of hₜ over √{H}."
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        grid = figure.add_gridspec(1, 2, left=0.08, right=0.955, wspace=0.42, width_ratios=[1, 1.05], **margins)
        left, right = axes_in(grid)
        _map(figure, left, found)
        _last_row(right, found, gain)
    alt = (
        f"{title}. Heat map of the gradient of each of {T} losses at each state up to its own, and its last "
        "row on a log axis; "
        + ("the triangle of the future is empty." if found.causal else "entries in the triangle of the future.")
    )
    return Picture(figure, alt)


def _map(figure: Figure, axes: Axes, found: Blame) -> None:
    with np.errstate(divide="ignore"):
        powers = np.clip(np.log10(found.size), LOW, HIGH)
    shown = np.ma.masked_where((found.size == 0) | found.future, powers)
    picture = axes.pcolormesh(
        np.arange(T + 2) - 0.5, np.arange(1, T + 2) - 0.5, shown, cmap=SHADES, vmin=LOW, vmax=HIGH, gid="blame"
    )
    axes.invert_yaxis()
    axes.set(xlabel="state h at step τ", ylabel="loss at step t", xticks=[0, 5, 10, 15, 20], yticks=[1, 5, 10, 15, 20])
    leaks = ~found.future | (found.size == 0)
    if not found.causal:
        axes.pcolormesh(
            np.arange(T + 2) - 0.5,
            np.arange(1, T + 2) - 0.5,
            np.ma.masked_where(leaks, np.ones_like(powers)),
            cmap=LinearSegmentedColormap.from_list("wrong", [OUTPUT, OUTPUT]),
            gid="leaks",
        )
    size, colour = ("exactly 0", QUIET) if found.causal else ("not 0", ink(OUTPUT))
    future = f"the future, τ > t:\n{size}"
    text = axes.text(14.2, 5.6, future, color=colour, ha="center", va="center", fontsize=10)
    if not found.causal:
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 2})
    bar = figure.colorbar(picture, ax=axes, pad=0.03, fraction=0.05, ticks=range(LOW, HIGH + 1, 2))
    bar.ax.set_yticklabels([power_of_ten(10.0**power) for power in range(LOW, HIGH + 1, 2)])
    bar.outline.set_visible(False)
    axes.set_title(r"size of $\partial L_t / \partial h_\tau$", fontsize=9)


def _last_row(axes: Axes, found: Blame, gain: float) -> None:
    steps, row = np.arange(T + 1), found.size[-1]
    bound = gain ** (T - steps.astype(float))
    axes.plot(steps, bound, color=PLAIN, linewidth=1.2, gid="bound")
    axes.plot(
        steps, np.where(row > 0, row, np.nan), color=GRADIENT, linestyle="dashed", marker="o", markersize=4,
        markerfacecolor=ink(GRADIENT), markeredgecolor=ink(GRADIENT), gid="last row",
    )  # fmt: skip
    axes.axhline(1, color=FAINT, linewidth=0.8, zorder=0)
    axes.set_yscale("log")
    high = max(10.0**HIGH, 3 * bound[0], 3 * row.max())
    axes.set_ylim(10.0 ** (LOW - 1), high)
    axes.yaxis.set_major_locator(FixedLocator((10.0 ** np.arange(LOW, np.log10(high) + 0.01, 2)).tolist()))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))
    axes.set(xlim=(-0.6, T + 0.6), xticks=[0, 5, 10, 15, 20], xlabel="state h at step τ")
    axes.set_title("the loss at step 20, log axis (grey: norm$^{20-τ}$)")
