"""A whole sequence backwards: the learner's gradient at every step beside what nudging that step's input does."""

import numpy as np

from utils.experiments.results import Learner
from utils.figures._trade_offs import network
from utils.figures.backwards import SEQUENCE, cache_of, gradients
from utils.figures.learner import driven, states
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, FAINT, GRADIENT, INPUT, OUTPUT, QUIET, axes_in, drawn, ink, sheet, short

NUDGE = 1e-5
SAME = 1e-6
T, LOSSES = 20, (8, 20)  # steps counted from 1


@driven
def nudges(rnn_backward: Learner, rnn_forward: Learner) -> Picture:
    """Draw dx against time for two losses, with the effect of nudging each input as circles.

    Parameters
    ----------
    rnn_backward : callable
        ``rnn_backward(dh, cache) -> (dx, dh0, dWx, dWh, db)``; here N = D = 1, H = 8, T = 20.
    rnn_forward : callable
        Makes the states and the cache.

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    inputs = network(N=1, T=T, D=1, H=8, norm=1.0, seed=21, smooth=True)
    dh = np.zeros((1, T, 8))
    dh[0, [t - 1 for t in LOSSES]] = 1.0
    x, *rest = inputs
    own = gradients(rnn_backward, dh, cache_of(rnn_forward, inputs), inputs, SEQUENCE)["dx"][0, :, 0]
    # One nudged sequence a row: all of them run in one call.
    around = [np.repeat(x, T, axis=0) for _ in range(2)]
    for moved, by in zip(around, (NUDGE, -NUDGE), strict=True):
        moved[np.arange(T), np.arange(T)] += by
    h0, *weights = rest
    up, down = (np.sum(dh * states(rnn_forward, m, np.repeat(h0, T, axis=0), *weights), axis=(1, 2)) for m in around)
    measured = (up - down) / (2 * NUDGE)
    apart = np.abs(own - measured)
    wrong = [int(t) for t in np.flatnonzero(apart > SAME) + 1]
    if not wrong:
        title = f"Your dx tells what every nudge does: {T} inputs, two losses, all within {short(SAME)}"
    else:
        steps = f"step {wrong[0]}" if len(wrong) == 1 else f"{len(wrong)} of {T} steps"
        title = f"Your dx is off at {steps}, by up to {short(apart.max())}, from what nudges do"
    caption = (
        f"Drawn by your rnn_backward: N = D = 1, H = 8, Wh a rotation (spectral norm 1), seed 21. L is the sum of all "
        f"units at steps {LOSSES[0]} and {LOSSES[1]}. Circles: x at one step nudged by ±{NUDGE:g}."
    ).replace("e-05", "e−5")
    t = np.arange(1, T + 1)
    with drawn():
        figure, margins = sheet(title, caption, height=3.8)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.97, **margins))
        axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
        low, high = min(own.min(), measured.min(), 0), max(own.max(), measured.max(), 0)
        room = (high - low) or 1.0
        for step in LOSSES:
            axes.axvline(step, color=OUTPUT, linewidth=1.2, zorder=0)
            axes.text(
                step - 0.2, high + 0.2 * room, f"loss at step {step}", color=ink(OUTPUT), ha="right", va="top",
                fontsize=10,
            )  # fmt: skip
        axes.plot(t, measured, "o", color=ink(INPUT), markersize=9, markerfacecolor="none", gid="measured")
        axes.plot(
            t, own, linestyle=BACKWARD, color=GRADIENT, marker="o", markersize=4.5, markerfacecolor=ink(GRADIENT),
            markeredgecolor=ink(GRADIENT), zorder=4, gid="own",
        )  # fmt: skip
        axes.annotate(
            "", (9.2, low - 0.12 * room), (19.4, low - 0.12 * room),
            arrowprops={"arrowstyle": "-|>", "color": QUIET, "linewidth": 0.8, "linestyle": BACKWARD},
        )  # fmt: skip
        axes.set(
            xlim=(0.4, T + 0.6), ylim=(low - 0.2 * room, high + 0.22 * room), xlabel="step t", xticks=[1, 5, 10, 15, 20]
        )
        axes.set_title("∂L/∂x at every step: yours ●, measured ○")
    alt = (
        f"{title}. Your gradient of the loss at each of {T} inputs, and circles measured by nudging; two losses, at "
        f"steps {LOSSES[0]} and {LOSSES[1]}."
    )
    return Picture(figure, alt)
