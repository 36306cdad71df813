"""One unit backwards: the learner's gradient as the slope of the curve that the forward pass draws."""

import numpy as np

from utils.experiments.results import Array, Learner
from utils.figures.backwards import STEP, cache_of, gradients
from utils.figures.learner import driven, next_state
from utils.figures.picture import Picture
from utils.figures.style import BACKWARD, FAINT, GRADIENT, HIDDEN, axes_in, drawn, ink, sheet, short, tint

NUDGE = 1e-5
SAME = 1e-6  # what a central difference with that nudge may be off by, generously
PLACES = np.linspace(-2.4, 2.4, 9)  # sums inside the tanh at which the slope is asked for


@driven
def slopes(rnn_step_backward: Learner, rnn_step_forward: Learner) -> Picture:
    """Draw the gradients of one unit as tangents of its forward curve, and against measured slopes.

    Parameters
    ----------
    rnn_step_backward : callable
        ``rnn_step_backward(dnext_h, cache) -> (dx, dprev_h, dWx, dWh, db)``; here N = 9, D = H = 1.
    rnn_step_forward : callable
        Makes the curve and the cache.

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.
    """
    weights = np.zeros((len(PLACES), 1)), np.ones((1, 1)), np.ones((1, 1)), np.zeros(1)

    def states(x: Array) -> Array:
        return next_state(rnn_step_forward, x[:, None], np.zeros((len(x), 1)), *weights[1:])[:, 0]

    inputs = PLACES[:, None], *weights
    found = gradients(rnn_step_backward, np.ones((len(PLACES), 1)), cache_of(rnn_step_forward, inputs), inputs, STEP)
    own, at = found["dx"][:, 0], states(PLACES)
    measured = (states(PLACES + NUDGE) - states(PLACES - NUDGE)) / (2 * NUDGE)
    apart = np.abs(own - measured)
    worst = int(apart.argmax())
    if apart[worst] < SAME:
        title = "Your dx is the slope of tanh at every state: each tangent fits the curve"
    else:
        title = (
            f"Your dx is not yet the slope: where next_h = {at[worst]:.2f} it is {short(own[worst])}, "
            f"and a nudge measures {short(measured[worst])}"
        ).replace("-", "−")
    caption = (
        "Drawn by your rnn_step_backward with D = H = 1, Wx = 1, prev_h = 0, b = 0 and dnext_h = 1. "
        f"Circles: x nudged by ±{NUDGE:g}, the change of next_h divided by that of x.".replace("e-05", "e−5")
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.8)
        grid = figure.add_gridspec(1, 2, left=0.08, right=0.975, wspace=0.26, width_ratios=[1.25, 1], **margins)
        left, right = axes_in(grid)
        x = np.linspace(-3, 3, 121)
        left.plot(x, states(x), color=tint(HIDDEN, 0.5), linewidth=5, gid="curve")
        for place, state, slope in zip(PLACES, at, own, strict=True):
            half = 0.42 / np.hypot(1, min(abs(slope), 1e6))
            left.plot(
                [place - half, place + half],
                [state - half * slope, state + half * slope],
                color=GRADIENT,
                linestyle=BACKWARD,
                gid="tangent",
            )
        left.plot(PLACES, at, "o", color=ink(HIDDEN), markersize=3.5, zorder=4)
        left.set(xlim=(-3, 3), ylim=(-1.35, 1.35), xlabel="x", ylabel="next_h", yticks=[-1, 0, 1])
        left.set_title("the curve, and a tangent with your slope at nine places")
        right.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
        right.plot(at, measured, "o", color=ink(HIDDEN), markersize=9, markerfacecolor="none", gid="measured")
        right.plot(at, own, "o", color=ink(GRADIENT), markersize=4.5, zorder=4, gid="own")
        low, high = min(own.min(), 0.0), max(own.max(), 1.0)
        right.set(xlim=(-1.08, 1.08), ylim=(low - 0.1 * (high - low), high + 0.12 * (high - low)), xlabel="next_h")
        right.set_xticks([-1, 0, 1])
        right.set_title("slope: yours ●, measured ○")
    alt = (
        f"{title}. Left, next_h against x with nine dashed tangents of your slope. Right, your slopes and the measured "
        "ones against next_h: measured, 1 at next_h = 0 and near 0 at both ends."
    )
    return Picture(figure, alt)
