"""One number among many, remembered by a recurrence whose input decides how much is kept, and by one that decays."""

import numpy as np

from utils.experiments.results import Learner
from utils.figures.labels import at_end, spread
from utils.figures.learner import answered, driven
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INPUT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short

STEPS, MARK = 60, 10  # the step whose input is to be remembered
VALUE = 2.0
WRITE, KEEP = 8.0, -8.0  # what stands before the sigmoid
FIXED = 0.9


@driven
def selective_memory(selective: Learner) -> Picture:
    """Draw the state of a selective recurrence and of one with a fixed λ, and the λ of both.

    Parameters
    ----------
    selective : callable
        ``selective(x, z) -> (h, lam)``, all (T,).

    Returns
    -------
    Picture or Note

    References
    ----------
    Gu & Dao (2023), Mamba: Linear-time sequence modeling with selective state spaces, theorem 1.
    """
    x = np.random.default_rng(0).normal(0, 0.5, STEPS)
    x[MARK - 1] = VALUE
    z = np.full(STEPS, KEEP)
    z[MARK - 1] = WRITE
    even = np.full(STEPS, np.log(1 / FIXED - 1))
    shapes = {"h": (STEPS,), "lam": (STEPS,)}
    (h, lam), (h_fixed, lam_fixed) = (answered(selective, shapes, x, before) for before in (z, even))
    left = {"selective": np.prod(lam[MARK:]), "fixed": np.prod(lam_fixed[MARK:])}
    title = (
        f"{STEPS - MARK} steps after the mark, ∂h_T/∂h_t is {short(left['selective'])} where the input decides, and "
        f"{short(left['fixed'])} at λ = {short(lam_fixed[0])} throughout"
    )
    caption = (
        f"Inputs N(0, 0.5²), seed 0; {VALUE:g} at the mark, t = {MARK}. z = {WRITE:g} there and −{-KEEP:g} elsewhere, "
        "set by hand; a trained network computes it from its input. T = 60."
    )
    with drawn():
        figure, margins = sheet(title.replace("e-", "e−"), caption, height=4.3)
        grid = figure.add_gridspec(2, 1, left=0.085, right=0.84, height_ratios=(2.2, 1), hspace=0.5, **margins)
        above, below = axes_in(grid, sharex=True)
        t = np.arange(1, STEPS + 1)
        above.axhline(0, color=FAINT, linewidth=0.9, zorder=0)
        above.vlines(t, 0, x, color=INPUT, linewidth=1.2, alpha=0.6)
        above.plot(t, x, "o", color=INPUT, markersize=2.5, gid="x")
        for axes, pair, gap in ((above, (h, h_fixed), 0.45), (below, (lam, lam_fixed), 0.3)):
            ends = spread([line[-1] for line in pair], gap)
            colours = (HIDDEN, PLAIN) if axes is above else (GATES["f"], PLAIN)
            for name, line, colour, end in zip(left, pair, colours, ends, strict=True):
                width = 2.2 if name == "selective" else 1.6
                axes.plot(t, line, color=colour, linewidth=width, gid=f"{name} {'h' if axes is above else 'lam'}")
                at_end(axes, STEPS, end, name, QUIET if colour == PLAIN else ink(colour))
        above.set(ylim=(-1.8, 2.4), yticks=[-1, 0, 1, 2])
        above.set_title("inputs $x_t$ (blue stems) and states $h_t$ (lines)")
        below.set(xlim=(1, STEPS), ylim=(-0.08, 1.08), xticks=[1, 10, 20, 30, 40, 50, 60], yticks=[0, 1], xlabel="t")
        below.set_title("λ, the share that is kept")
    alt = (
        f"{title}. Above: {STEPS} inputs and two states against t; the selective state jumps at t = {MARK} to "
        f"{h[MARK - 1]:.2f} and ends at {h[-1]:.2f}, the fixed one at {h_fixed[-1]:.2f}. Below: λ; the selective is "
        f"{short(lam[MARK - 1])} at t = {MARK}."
    )
    return Picture(figure, alt)
