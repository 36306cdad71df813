"""What a recurrent network gains and what it pays, each measured on the learner's own `rnn_forward`.

The claims are those of the CS231n lecture: one set of weights for any length, a state that can carry what came before,
but what came long before is hard to reach in practice. The slow recurrence is in `utils.figures._time_per_length`.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from utils.experiments.results import Array, Learner
from utils.figures.labels import at_end, spread
from utils.figures.learner import driven, states
from utils.figures.picture import Picture
from utils.figures.style import (
    FAINT,
    HIDDEN,
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

SAME = 1e-6  # differences below are rounding, in float32 too
_NOTHING = 1e-20  # where a difference of exactly 0 is drawn on a log axis


@driven
def same_parameters(rnn_forward: Learner) -> Picture:
    """Draw one set of weights at work on four lengths: the parameters stay, and the shared steps agree.

    Parameters
    ----------
    rnn_forward : callable
        ``rnn_forward(x, h0, Wx, Wh, b) -> (h, cache)``, x (N, T, D), h0 (N, H), h (N, T, H).

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    lengths = (5, 10, 20, 40)
    x, h0, *weights = network(N=1, T=lengths[-1], D=3, H=4, norm=1.0, seed=11, smooth=True)
    runs = [states(rnn_forward, x[:, :T], h0, *weights)[0] for T in lengths]
    apart = max(np.abs(run - runs[-1][: len(run)]).max() for run in runs)
    count = sum(w.size for w in weights)
    title = f"One set of {count} parameters runs any length" + (
        f"; shared steps differ by {short(apart)}" if apart < SAME else f", but shared steps differ by {short(apart)}"
    )
    caption = (
        f"Drawn by your rnn_forward: D = 3, H = 4, Wh a rotation (spectral norm 1), seed 11. "
        f"A set of its own for every step would need {count} · T parameters."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.7)
        left, right = axes_in(
            figure.add_gridspec(1, 2, left=0.085, right=0.93, wspace=0.42, width_ratios=[1, 1.6], **margins)
        )
        for values, colour, gid in (
            ([count * T for T in lengths], PLAIN, "unshared"),
            ([count] * len(lengths), HIDDEN, "shared"),
        ):
            left.plot(lengths, values, "o-", color=colour, markersize=4.5, gid=gid)
        left.text(2, count * 40, f"a set per step: {count * 40}", color=QUIET, va="center", fontsize=10)
        left.text(40, count + 50, f"shared: {count}", color=ink(HIDDEN), ha="right", va="bottom", fontsize=10)
        left.set(ylim=(0, count * 43), xlim=(0, 42), xticks=lengths, xlabel="length T")
        left.yaxis.set_major_locator(MaxNLocator(4))
        left.set_title("parameters")
        # The longest run is the widest and palest line, so that runs which agree lie visibly inside one another.
        for T, run, width, strength in zip(lengths, runs, (1.4, 3.2, 5.4, 8), (1, 0.62, 0.36, 0.18), strict=True):
            right.plot(
                range(1, T + 1),
                run[:, 0],
                color=tint(HIDDEN, strength),
                linewidth=width,
                zorder=8 - width / 2,
                gid=f"T={T}",
            )
            right.plot(T, run[-1, 0], "o", color=ink(HIDDEN), markersize=4.5, zorder=9)
            right.vlines(T, -9, run[-1, 0], color=FAINT, linewidth=0.8, zorder=0)
        right.set(xlim=(0.4, 42), xticks=lengths, xlabel="step t", ylim=_room([run[:, 0] for run in runs], 0.1))
        right.set_title("hidden unit 1, one line for each length; ● is its end")
    alt = (
        f"{title}. Left, the number of parameters against T: flat at {count}, where separate weights would grow to "
        f"{count * lengths[-1]}. Right, hidden unit 1 over time for the four lengths."
    )
    return Picture(figure, alt)


@driven
def carried_state(rnn_forward: Learner) -> Picture:
    """Draw a sequence run whole, in pieces with the state carried, and in pieces with the state reset.

    Parameters
    ----------
    rnn_forward : callable
        As for `same_parameters`.

    Returns
    -------
    Picture or Note
    """
    T, piece = 48, 12
    x, h0, *weights = network(N=1, T=T, D=3, H=8, norm=1.1, seed=3, smooth=True)
    whole = states(rnn_forward, x, h0, *weights)[0]
    kept, emptied, h = [], [], h0
    for start in range(0, T, piece):
        part = x[:, start : start + piece]
        kept.append(states(rnn_forward, part, h, *weights)[0])
        emptied.append(states(rnn_forward, part, h0, *weights)[0])
        h = kept[-1][-1:]
    carried, reset = np.concatenate(kept), np.concatenate(emptied)
    apart, lost = np.abs(carried - whole).max(axis=1), np.abs(reset - whole).max(axis=1)
    title = (
        f"State carried: the pieces equal the whole (difference {short(apart.max())}). "
        if apart.max() < SAME
        else f"State carried: the pieces differ from the whole by {short(apart.max())}. "
    ) + f"Reset: off by {short(lost.max())}"
    caption = (
        f"Drawn by your rnn_forward: T = {T} in pieces of {piece}, D = 3, H = 8, Wh a rotation × 1.1 "
        "(spectral norm 1.1), seed 3."
    )
    t = np.arange(1, T + 1)
    with drawn():
        figure, margins = sheet(title, caption, height=4.6)
        grid = figure.add_gridspec(2, 1, left=0.085, right=0.9, hspace=0.4, height_ratios=[1.35, 1], **margins)
        above, below = axes_in(grid, sharex=True)
        for axes in (above, below):
            for cut in range(piece, T, piece):
                axes.axvline(cut + 0.5, color=FAINT, linewidth=0.8, zorder=0)
        above.plot(t, whole[:, 0], color=tint(HIDDEN, 0.35), linewidth=6, gid="whole")
        above.plot(t, reset[:, 0], color=OUTPUT, linewidth=1.2, gid="reset")
        above.plot(t, carried[:, 0], "o", color=ink(HIDDEN), markersize=3, zorder=4, gid="carried")
        above.set(ylim=_room([whole[:, 0], carried[:, 0], reset[:, 0]], 0.08))
        above.yaxis.set_major_locator(MaxNLocator(4))
        above.set_title("hidden unit 1: whole (wide), carried (dots), reset at each line (thin)")
        below.plot(t, np.maximum(lost, _NOTHING), color=OUTPUT, linewidth=1.2, gid="lost")
        below.plot(t, np.maximum(apart, _NOTHING), "o", color=ink(HIDDEN), markersize=3, gid="apart")
        _log(below, 1e2)
        below.set(xlim=(0.5, T + 0.5), xticks=[1, *range(piece, T + 1, piece)], xlabel="step t")
        below.set_title("largest difference from the whole, log axis")
        ends = 10 ** spread(np.log10(np.maximum([apart[-1], lost[-1]], _NOTHING)), 4)
        for end, text, colour in zip(ends, ("carried", "reset"), (HIDDEN, OUTPUT), strict=True):
            at_end(below, T, end, text, ink(colour))
    alt = (
        f"{title}. Above, hidden unit 1 over {T} steps run in three ways; below, the largest difference from the whole "
        "at each step on a log axis."
    )
    return Picture(figure, alt)


@driven
def reach(rnn_forward: Learner) -> Picture:
    """Draw how far a change of x_1 reaches, for four spectral norms of Wh, and for the largest a tiny change beside it.

    x_1 moves by a vector of length 1, and of length 1e-6 beside it.

    Parameters
    ----------
    rnn_forward : callable
        As for `same_parameters`.

    Returns
    -------
    Picture or Note
    """
    norms, T, H, tiny = (0.5, 1.0, 1.5, 2.0), 300, 32, 1e-6
    felt = []
    for norm in norms:
        x, h0, *weights = network(N=1, T=T, D=4, H=H, norm=norm, seed=5)
        plain = states(rnn_forward, x, h0, *weights)
        for size in (1.0,) if norm < norms[-1] else (1.0, tiny):
            other = x.copy()
            other[:, 0] += size / 2  # a vector of that length, since D = 4
            felt.append(np.linalg.norm(states(rnn_forward, other, h0, *weights) - plain, axis=-1)[0])
    *felt, small = felt
    if max(d[1:].max() for d in felt) == 0:
        title = "Nothing of x₁ reaches h₂: no state is carried from step 1 to step 2"
    else:
        *others, last = (short(d[-1]) for d in felt)
        title = f"{T - 1} steps after x₁ moves by 1, h differs by {', '.join(others)} or {last}"
    caption = (
        f"Drawn by your rnn_forward: H = {H}, D = 4, Wh a random orthogonal matrix × the norm, which is spectral, "
        "inputs N(0, 0.5²), seed 5. x₁ moves by a vector of that length. Shaded: what float64 rounds away."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.885, **margins))
        axes.axhspan(1e-30, 1e-15, color="#F2F2F2", linewidth=0, zorder=0)
        t = np.arange(1, T + 1)
        for norm, change, strength in zip(norms, felt, (0.4, 0.6, 0.8, 1.0), strict=True):
            axes.plot(t, np.maximum(change, _NOTHING), color=tint(HIDDEN, strength), linewidth=2.2, gid=f"norm={norm}")
        axes.plot(t, np.maximum(small, _NOTHING), color=ink(HIDDEN), linewidth=1, gid="tiny")
        label = f"thin: norm {norms[-1]:g}, x₁ moves by {short(tiny)}"
        axes.text(76, tiny / 4, label, color=ink(HIDDEN), va="center", fontsize=10)
        heights = [max(change[-1], _NOTHING) for change in felt]
        ends = 10 ** spread(np.log10(heights), 1.5, low=np.log10(_NOTHING))
        for norm, end in zip(norms, ends, strict=True):
            at_end(axes, T, end, f"norm {norm:g}", ink(HIDDEN))
        _log(axes, max(1e2, 10 * max(change.max() for change in felt)))
        axes.set(xlim=(1, T), xticks=[1, *range(60, T + 1, 60)], xlabel="step t")
        axes.set_title(r"$\Vert \Delta h_t \Vert$, log axis")
    return Picture(
        figure,
        f"{title}. The size of the change of h at each of {T} steps on a log axis, one line for each of the norms "
        f"{', '.join(f'{norm:g}' for norm in norms)}; a thin line for norm {norms[-1]:g} and a change of x₁ by "
        f"{short(tiny)}.",
    )


def network(N: int, T: int, D: int, H: int, norm: float, seed: int, smooth: bool = False) -> tuple[Array, ...]:
    """Return x, h0, Wx, Wh, b; Wh is `norm` times an orthogonal matrix, so all its singular values are `norm`.

    With `smooth` the inputs drift and Wh turns by small angles: a line through h is then easier to follow.
    """
    rng = np.random.default_rng(seed)
    x, square = rng.normal(scale=0.5, size=(N, T, D)), rng.normal(size=(H, H))
    if smooth:
        for t in range(1, T):
            x[:, t] = 0.85 * x[:, t - 1] + 0.5 * x[:, t]
        skew = 0.1 * (square - square.T)
        Wh = np.linalg.solve(np.eye(H) - skew, np.eye(H) + skew)  # Cayley: orthogonal, close to the identity
    else:
        Wh = np.linalg.qr(square)[0]
    h0, Wx = rng.normal(scale=0.5, size=(N, H)), rng.normal(scale=1 / np.sqrt(D), size=(D, H))
    return x, h0, Wx, norm * Wh, rng.normal(scale=0.1, size=H)


def _log(axes: Axes, highest: float) -> None:
    """Give `axes` a log axis of sizes that shows round-off, and exactly 0 at its foot."""
    axes.set_yscale("log")
    axes.set_ylim(_NOTHING / 5, highest)
    step = 4 if highest < 1e6 else 8
    axes.yaxis.set_major_locator(FixedLocator([_NOTHING, *10.0 ** np.arange(-16, np.log10(highest), step)]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda size, _: "0" if size < 1e-17 else power_of_ten(size)))


def _room(curves: Sequence[Array], margin: float) -> tuple[float, float]:
    """Return limits that leave `margin` of the range of `curves` free above and below."""
    low, high = min(c.min() for c in curves), max(c.max() for c in curves)
    extra = max(margin * (high - low), 1e-3 * abs(low), 1e-3 * abs(high)) or 1.0  # a constant has no range
    return low - extra, high + extra
