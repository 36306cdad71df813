"""What truncated backpropagation keeps of the gradient: a heat map with its cuts, and what k buys and costs.

Everything is measured on the learner's own `truncated_bptt`; only the counts of memory and work are arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import call, name_of
from utils.errors import CallFailed
from utils.experiments.results import Array, Learner
from utils.figures._trade_offs import network
from utils.figures.learner import driven
from utils.figures.picture import Picture
from utils.figures.style import (
    FAINT,
    GRADIENT,
    INK,
    PLAIN,
    QUIET,
    WIDTH,
    axes_in,
    drawn,
    power_of_ten,
    sheet,
    short,
    tint,
)

T, H = 20, 8
HEIGHT = 4.5
_SMALLEST = 1e-3  # the palest colour of a heat map
_COLOURS = LinearSegmentedColormap.from_list("gradient", [tint(GRADIENT, 0.12), GRADIENT, "#4A1F3B"])


@dataclass(frozen=True)
class Blame:
    """What the learner's function returned for one network.

    Attributes
    ----------
    reach : dict of int to ndarray, shape (T, T)
        By k: the length of the gradient of the loss at step t at the input of step τ, ``reach[k][t-1, τ-1]``.
    bias : ndarray, shape (T,)
        For k = 1 … T, ``bias[k-1]``: how far the gradient of all weights is from the one without cuts, relative to
        its length.
    """

    reach: dict[int, Array]
    bias: np.ndarray


def blame(truncated_bptt: Learner, gain: float) -> Blame:
    """Call the learner's function for every k from 1 to T.

    Parameters
    ----------
    truncated_bptt : callable
        ``truncated_bptt(x, h0, Wx, Wh, b, dh, k) -> (dx, dh0, dWx, dWh, db)``.
    gain : float
        The spectral norm of Wh: all its singular values are equal.

    Raises
    ------
    utils.errors.UtilsError
        If the function is not written or returns what cannot be drawn.
    """
    x, h0, _, Wh, b = network(N=1, T=T, D=H, H=H, norm=gain, seed=7)
    # One row of the batch for each loss, all of the same sequence: one call gives the whole map. With Wx the identity,
    # the gradient at x_τ is that at the sum inside step τ's tanh.
    x, h0, Wx = 0.6 * np.repeat(x, T, axis=0), 0.6 * np.repeat(h0, T, axis=0), np.eye(H)
    dh = np.zeros((T, T, H))
    dh[np.arange(T), np.arange(T)] = np.random.default_rng(8).normal(size=H) / np.sqrt(H)
    reach: dict[int, Array] = {}
    weights: list[Array] = []

    def run() -> None:
        for k in range(1, T + 1):
            copies = [a.copy() for a in (x, h0, Wx, Wh, b, dh)]
            dx, *flat = _checked(truncated_bptt(*copies, k), name_of(truncated_bptt))
            reach[k] = np.linalg.norm(dx, axis=-1)
            weights.append(np.concatenate([part.ravel() for part in flat]))

    call(run)  # once for all k: a guarded call copies everything
    whole = np.linalg.norm(weights[-1])
    bias = np.array([np.linalg.norm(w - weights[-1]) for w in weights])
    return Blame(reach, bias / whole if whole else bias)


def _checked(returned: object, name: str) -> list[Array]:
    """Return dx, dWx, dWh, db as float64, or raise `CallFailed`."""
    wanted = f"{name} should return (dx, dh0, dWx, dWh, db)"
    if not isinstance(returned, tuple | list) or len(returned) != 5:
        what = f"{len(returned)} values" if isinstance(returned, tuple | list) else f"a {type(returned).__name__}"
        raise CallFailed(f"{wanted}; yours returned {'None' if returned is None else what}.")
    found, shapes = [], {"dx": (T, T, H), "dWx": (H, H), "dWh": (H, H), "db": (H,)}
    for letter, part in zip(shapes, (returned[0], *returned[2:]), strict=True):
        try:
            array = np.asarray(part, dtype=np.float64)
        except Exception:  # whatever a learner's object does when NumPy asks it for numbers
            raise CallFailed(f"{wanted}, all arrays of real numbers; your {letter} is not.") from None
        if array.shape != shapes[letter]:
            raise CallFailed(f"{wanted}, {letter} of shape {shapes[letter]}; yours has shape {array.shape}.")
        if not np.all(np.abs(array) < 1e100):
            raise CallFailed(f"The {letter} that {name} returned holds nan, inf or numbers too large to draw.")
        found.append(array)
    return found


def crossing(reach: Array, k: int) -> float:
    """Return the largest entry of a map that lies beyond a cut: 0 if the gradient is cut where it should be."""
    segment = np.arange(T) // k
    return float(reach[segment[:, None] != segment[None, :]].max(initial=0.0))


def furthest(reach: Array) -> int:
    """Return how many steps back the gradient of any loss goes at most, its own step counted; 0 for none."""
    t, tau = np.nonzero(reach > 0)
    return int((t - tau).max() + 1) if len(t) else 0


@driven
def whole_and_cut(truncated_bptt: Learner, k: int = 4) -> Picture:
    """Draw which inputs each loss blames, without a cut and with a cut every `k` steps.

    Parameters
    ----------
    truncated_bptt : callable
        As for `blame`.
    k : int

    Returns
    -------
    Picture or Note
    """
    found = blame(truncated_bptt, 1.0)
    over = crossing(found.reach[k], k)
    title = (
        f"Cut every {k} steps, a loss reaches at most {furthest(found.reach[k])} steps, its own included"
        if over == 0
        else f"Cut every {k} steps, yet gradient crosses a cut: up to {short(over)}"
    )
    caption = (
        f"Drawn by your truncated_bptt: T = {T}, H = {H}, Wh a random orthogonal matrix (spectral norm 1), seed 7. "
        "Colour: length of the gradient at the input of step τ, log scale; white is exactly 0."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.4)
        grid = figure.add_gridspec(1, 3, left=0.085, right=0.9, wspace=0.22, width_ratios=[1, 1, 0.05], **margins)
        left, right, bar = axes_in(grid)
        draw_map(left, found.reach[T], None, "k = 20: nothing cut")
        image = draw_map(right, found.reach[k], k, f"k = {k}")
        right.set_ylabel("")
        _draw_bar(figure, image, bar)
    return Picture(figure, f"{title}. Two heat maps, the loss at step t against the input of step τ.")


def draw(found: Blame, k: int, gain: float) -> Picture:
    """Return the `Picture` of one k: the heat map with its cut lines, and memory, work and bias against k."""
    reach, lost = found.reach[k], found.bias[k - 1]
    over = crossing(reach, k)
    if over > 0:
        title = f"k = {k}: gradient crosses the cuts, up to {short(over)} of it: nothing should"
    elif k >= T:
        title = f"k = {k}: one segment holds all {T} steps, nothing is cut and nothing is lost"
    else:
        reaches = "its own step only" if k == 1 else f"{k} steps at most"
        title = f"k = {k}: a loss reaches {reaches}; {percent(lost)} of the gradient is lost"
    caption = (
        f"Drawn by your truncated_bptt: T = {T}, H = {H}, a loss at every step, Wh orthogonal × {gain:g} (spectral "
        f"norm {gain:g}), seed 7. White: exactly 0. Lost: distance from the gradient without cuts, relative."
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        low, high = margins["bottom"], margins["top"]
        (whole,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.5, **margins))
        image = draw_map(whole, reach, k, "length of the gradient of loss t at input τ")
        panels = axes_in(figure.add_gridspec(3, 1, left=0.62, right=0.965, hspace=0.75, bottom=low, top=high))
        _draw_panels(panels, found, k)
        # The map is square and stands in the middle of its place, so the bar's place follows from the map's height.
        side = (high - low) * HEIGHT / WIDTH
        _draw_bar(figure, image, figure.add_axes((0.2925 + side / 2 + 0.012, low, 0.012, high - low)))
    alt = (
        f"{title}. Left, a heat map of the loss at step t against the input of step τ with a cut every {k} steps. "
        f"Right, against k: states kept, {min(k, T)}; steps back for the whole sequence, {T}; gradient lost, "
        f"{percent(lost)}. Gain {gain:g}."
    )
    return Picture(figure, alt)


def draw_map(axes: Axes, reach: Array, k: int | None, heading: str) -> QuadMesh:
    """Draw one T × T map into `axes` with cut lines every `k` steps (none if None); return the image."""
    image = axes.pcolormesh(
        np.arange(T + 1) + 0.5,
        np.arange(T + 1) + 0.5,
        np.ma.masked_less_equal(np.where(reach > 0, np.maximum(reach, _SMALLEST), 0), 0),
        cmap=_COLOURS,
        norm=LogNorm(_SMALLEST, 1.0),
        gid="map",
    )
    cuts = np.arange(k, T, k) + 0.5 if k else np.array([])
    for lines, gid in ((axes.vlines, "cuts in τ"), (axes.hlines, "cuts in t")):
        lines(cuts, 0.5, T + 0.5, color=INK, linewidth=min(0.9, 0.25 * (k or T)), linestyle=(0, (4, 2)), gid=gid)
    axes.set(xlim=(0.5, T + 0.5), ylim=(T + 0.5, 0.5), xlabel="input at step τ", ylabel="loss at step t", aspect=1)
    axes.set(xticks=[1, *range(5, T + 1, 5)], yticks=[1, *range(5, T + 1, 5)])
    axes.set_title(heading, fontsize=9)
    axes.tick_params(length=0)
    return image


def _draw_bar(figure: Figure, image: QuadMesh, axes: Axes) -> None:
    bar = figure.colorbar(image, cax=axes)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(FixedLocator([1e-3, 1e-2, 1e-1, 1]))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda size, _: power_of_ten(size)))


def _draw_panels(panels: Sequence[Axes], found: Blame, k: int) -> None:
    steps = np.arange(1, T + 1)
    memory, work, bias = panels
    memory.plot(steps, steps, color=PLAIN, gid="memory")
    memory.set_title("memory: states kept at a time", fontsize=9)
    work.plot(steps, np.full(T, T), color=PLAIN, gid="work")
    # Going back k steps again from every step, as a sliding window would: the sum of min(t, k).
    window = [np.minimum(steps, length).sum() for length in steps]
    work.plot(steps, window, color=FAINT, gid="window")
    work.text(20.2, 150, "a window that slides", color=QUIET, fontsize=8, ha="right", va="top")
    work.set_title("work: steps gone back, in all", fontsize=9)
    bias.plot(steps, found.bias, color=GRADIENT, gid="bias")
    bias.set_title("bias: share of the gradient lost", fontsize=9)
    bias.set_xlabel("segment length k")
    beside = slice(max(k - 5, 0), k) if k > 13 else slice(k - 1, k + 3)  # what runs below the number on the bias
    for axes, value, top in ((memory, k, 22), (work, T, 215), (bias, found.bias[k - 1], max(1.0, found.bias.max()))):
        axes.plot(k, value, "o", color=INK, markersize=5, zorder=5, gid="now")
        axes.set(xlim=(0.3, T + 0.7), ylim=(-0.06 * top, 1.12 * top), xticks=[1, 5, 10, 15, 20])
        axes.annotate(
            percent(value) if axes is bias else f"{value} by segments" if axes is work else f"{value}",
            (k, found.bias[beside].max() if axes is bias else value),
            xytext=(-2 if k > 13 else 4, 4),
            textcoords="offset points",
            ha="right" if k > 13 else "left",
            va="bottom",
            fontsize=8.5,
            color=INK,
        )
    for axes in (memory, work):
        axes.tick_params(labelbottom=False)


def percent(share: float) -> str:
    """Write a share as per cent, 0 only if it is nothing at all."""
    if share == 0:
        return "0 %"
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{short(100 * share)} %"
