"""A sequence in pieces: what an LSTM must hand over at a cut, measured on the learner's own `lstm_forward_full`."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from utils.checking.calling import call, name_of
from utils.experiments.results import Array, Learner
from utils.figures.labels import at_end, spread
from utils.figures.learner import all_checked, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, HIDDEN, OUTPUT, axes_in, drawn, ink, power_of_ten, sheet, short, tint

T, PIECE, D, H, SEED = 48, 12, 3, 8, 3
_NOTHING = 1e-20  # where a difference of exactly 0 is drawn on a log axis


@driven
def carried_cell(lstm_forward_full: Learner) -> Picture:
    """Draw a sequence run whole, in pieces with h and c handed over, and in pieces with h alone.

    Parameters
    ----------
    lstm_forward_full : callable
        ``lstm_forward_full(x, h0, c0, Wx, Wh, b) -> (h, h_T, c_T, cache)``.

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    x, h0, c0, *weights = network()
    whole = run(lstm_forward_full, x, h0, c0, *weights)[0][0]
    both = in_pieces(lstm_forward_full, x, h0, c0, weights, keep_cell=True)
    alone = in_pieces(lstm_forward_full, x, h0, c0, weights, keep_cell=False)
    apart, lost = np.abs(both - whole).max(axis=1), np.abs(alone - whole).max(axis=1)
    unit = int(np.abs(alone - whole).max(axis=0).argmax())
    title = (
        f"Pieces that hand over h and c differ from the whole by {short(apart.max())}; "
        f"pieces that hand over only h, by {short(lost.max())}"
    )
    caption = (
        f"Drawn by your lstm_forward_full: T = {T} in pieces of {PIECE}, D = {D}, H = {H}, each block of Wh a random "
        f"orthogonal matrix (spectral norm 1), forget bias 2, seed {SEED}."
    )
    t = np.arange(1, T + 1)
    with drawn():
        figure, margins = sheet(title, caption, height=4.5)
        grid = figure.add_gridspec(2, 1, left=0.085, right=0.9, hspace=0.4, height_ratios=[1.35, 1], **margins)
        above, below = axes_in(grid, sharex=True)
        for axes in (above, below):
            for cut in range(PIECE, T, PIECE):
                axes.axvline(cut + 0.5, color=FAINT, linewidth=0.8, zorder=0)
        above.plot(t, whole[:, unit], color=tint(HIDDEN, 0.35), linewidth=6, gid="whole")
        above.plot(t, alone[:, unit], color=OUTPUT, linewidth=1.2, gid="h alone")
        above.plot(t, both[:, unit], "o", color=ink(HIDDEN), markersize=3, zorder=4, gid="h and c")
        reach = max(1.0, 1.1 * max(np.abs(curve[:, unit]).max() for curve in (whole, both, alone)))
        above.set(ylim=(-reach, reach))
        if reach == 1.0:
            above.set_yticks([-1, 0, 1])
        above.set_title(f"hidden unit {unit + 1}: whole (wide), h and c handed over (dots), h alone (thin)")
        below.plot(t, np.maximum(lost, _NOTHING), color=OUTPUT, linewidth=1.2, gid="lost")
        below.plot(t, np.maximum(apart, _NOTHING), "o", color=ink(HIDDEN), markersize=3, gid="apart")
        _log(below, max(1e2, 10 * lost.max(), 10 * apart.max()))
        below.set(xlim=(0.5, T + 0.5), xticks=[1, *range(PIECE, T + 1, PIECE)], xlabel="step t")
        below.set_title("largest difference from the whole, log axis")
        ends = 10 ** spread(np.log10(np.maximum([apart[-1], lost[-1]], _NOTHING)), 4)
        for end, text, colour in zip(ends, ("h and c", "h alone"), (HIDDEN, OUTPUT), strict=True):
            at_end(below, T, end, text, ink(colour))
    alt = (
        f"{title}. Above, hidden unit {unit + 1} over {T} steps run in three ways; below, the largest difference "
        "from the whole at each step on a log axis."
    )
    return Picture(figure, alt)


def network(seed: int = SEED) -> tuple[Array, ...]:
    """Return x (1, T, D), h0, c0 (1, H), Wx (D, 4H), Wh (H, 4H), b (4H,) of the figure, and of the text beside it."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, T, D))
    Wx = rng.normal(scale=1 / np.sqrt(D), size=(D, 4 * H))
    Wh = np.hstack([np.linalg.qr(rng.normal(size=(H, H)))[0] for _ in range(4)])
    b = np.repeat([0.0, 2.0, 0.0, 0.0], H)
    return x, np.zeros((1, H)), np.zeros((1, H)), Wx, Wh, b


def run(lstm_forward_full: Learner, x: Array, h0: Array, c0: Array, Wx: Array, Wh: Array, b: Array) -> list[Array]:
    """Return the learner's h (N, T, H), h_T and c_T (N, H), float64.

    Raises
    ------
    utils.errors.UtilsError
        If there is no such answer.
    """
    shapes = {"h": (*x.shape[:2], h0.shape[1]), "h_T": h0.shape, "c_T": h0.shape}
    return all_checked(call(lstm_forward_full, x, h0, c0, Wx, Wh, b), shapes, name_of(lstm_forward_full))


def in_pieces(
    lstm_forward_full: Learner, x: Array, h0: Array, c0: Array, weights: Sequence[Array], keep_cell: bool
) -> Array:
    """Return h (T, H) run in pieces; at each cut h goes on, and c does or is emptied."""
    h_T, c_T, found = h0, c0, []
    for start in range(0, T, PIECE):
        h, h_T, c_T = run(lstm_forward_full, x[:, start : start + PIECE], h_T, c_T if keep_cell else 0 * c0, *weights)
        found.append(h[0])
    return np.concatenate(found)


def _log(axes: Axes, highest: float) -> None:
    """Give `axes` a log axis of sizes that shows round-off, and exactly 0 at its foot."""
    axes.set_yscale("log")
    axes.set_ylim(_NOTHING / 5, highest)
    step = 4 if highest < 1e6 else 16
    axes.yaxis.set_major_locator(FixedLocator([_NOTHING, *10.0 ** np.arange(-16, np.log10(highest), step)]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: "0" if size < 1e-17 else power_of_ten(size)))
