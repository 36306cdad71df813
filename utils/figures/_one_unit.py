"""One recurrent unit with one input: what tanh does to x, and what the previous state does to that."""

import numpy as np

from utils.experiments.results import Learner
from utils.figures.learner import driven, next_state
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, axes_in, drawn, ink, sheet, short, tint

# D = H = 1. The numbers are large enough that both ends saturate, and b shifts the curve visibly.
WX, WH, B = 1.0, 2.0, 0.5
BEFORE = (-0.9, 0.0, 0.9)


@driven
def one_unit(rnn_step_forward: Learner) -> Picture:
    """Draw next_h against x for three previous states, by the learner's own step.

    Parameters
    ----------
    rnn_step_forward : callable
        ``rnn_step_forward(x, prev_h, Wx, Wh, b) -> (next_h, cache)`` with x (N, D) and prev_h (N, H); here D = H = 1.

    Returns
    -------
    Picture or Note
        A note if the function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    CS231n, lecture on recurrent networks: h_t = tanh(W_hh h_{t-1} + W_xh x_t).

    Examples
    --------
    >>> one_unit(rnn_step_forward)  # doctest: +SKIP
    """
    x = np.linspace(-5, 5, 161)
    weights = np.array([[WX]]), np.array([[WH]]), np.array([B])
    curves = [next_state(rnn_step_forward, x[:, None], np.full((x.size, 1), h), *weights)[:, 0] for h in BEFORE]
    lowest, highest = np.min(curves), np.max(curves)
    spread = np.max(np.ptp(curves, axis=0))
    low, high = (f"{h:.2f}".replace("-", "−") if abs(h) < 100 else short(h) for h in (lowest, highest))
    title = f"next_h stays between {low} and {high}; prev_h " + (
        f"moves it by up to {short(spread)}" if spread > 1e-9 else "changes nothing"
    )
    caption = (
        f"Drawn by your rnn_step_forward with D = H = 1: Wx = {WX}, Wh = {WH}, b = {B}. "
        "Shaded: beyond ±0.95, where x hardly moves next_h any more."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.7)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.09, right=0.97, **margins))
        reach = max(1.12, 1.06 * max(-lowest, highest))
        for start, end in ((-reach, -0.95), (0.95, reach)):
            axes.axhspan(start, end, color="#F2F2F2", linewidth=0, zorder=0)
        for h, curve, strength in zip(BEFORE, curves, (0.45, 0.72, 1.0), strict=True):
            axes.plot(x, curve, color=tint(HIDDEN, strength), linewidth=2.2, gid=f"prev_h={h:g}")
        # Each label sits on its own curve at a height of its own, so that labels stay apart where curves coincide.
        for h, curve, share in zip(BEFORE, curves, (0.66, 0.5, 0.34), strict=True):
            height = curve.min() + share * np.ptp(curve)
            place = np.argmin(np.abs(curve - height))
            axes.annotate(
                f"prev_h = {h:g}".replace("-", "−"),
                (x[place], curve[place]),
                xytext=(7, 0),
                textcoords="offset points",
                color=ink(HIDDEN),
                va="center",
            )
        axes.set(xlim=(-5, 5), ylim=(-reach, reach), xlabel="x", ylabel="next_h", xticks=range(-4, 5, 2))
        if reach < 1.2:
            axes.set_yticks([-1, -0.5, 0, 0.5, 1])
    alt = (
        f"{title}. Three curves of next_h against x from −5 to 5, for prev_h = −0.9, 0 and 0.9, "
        f"with one input and one unit."
    )
    return Picture(figure, alt)
