"""Networks whose gradient explodes, trained with and without clipping: their losses."""

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from utils.experiments.explosion import (
    GAINS,
    GUESSING,
    LAG,
    LIMIT,
    RATE,
    SCALE,
    SEEDS,
    SEGMENTS,
    STREAMS,
    ExplosionRuns,
    H,
    K,
    end,
)
from utils.experiments.results import picture_of
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import GRADIENT, OUTPUT, PLAIN, QUIET, axes_in, drawn, ink, sheet


@picture_of.register
def draw(runs: ExplosionRuns) -> Picture:
    """Return the `Picture` of the losses, a panel for each gain."""
    losses = runs.losses
    ends = {case: np.array([end(values) for values in of_case]) for case, of_case in losses.items()}
    worse = {case: f"{np.sum(values > GUESSING)} of {len(values)}" for case, values in ends.items()}
    low, high = GAINS
    title = (
        f"Scale {high}: not clipped, {worse[high, 'not clipped']} end worse than guessing; clipped by yours, "
        f"{worse[high, 'clipped']}. Scale {low}: {worse[low, 'not clipped']} and {worse[low, 'clipped']}"
    )
    caption = (
        f"Your functions: y_t = x_(t−{LAG}), H = {H}, Wx ~ N(0, {SCALE}²), Wh ~ N(0, scale²/H), "
        f"{STREAMS} streams, {SEGMENTS} segments of {K} steps, gradient descent at {RATE}, "
        f"max_norm {LIMIT:g}, seeds 0 to {SEEDS[-1]}. End: last tenth."
    )
    looks = {"not clipped": (OUTPUT, (0, (4, 1.5))), "clipped": (GRADIENT, "solid")}
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        pair = axes_in(figure.add_gridspec(1, 2, left=0.085, right=0.86, wspace=0.5, **margins), sharey=True)
        for axes, gain in zip(pair, GAINS, strict=True):
            axes.axhline(GUESSING, color=PLAIN, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
            for way, (colour, dashes) in looks.items():
                for seed, values in zip(SEEDS, losses[gain, way], strict=True):
                    axes.plot(
                        np.arange(1, SEGMENTS + 1),
                        np.maximum(values, 1e-4),
                        color=colour,
                        linestyle=dashes,
                        linewidth=1.1,
                        zorder=3,
                        gid=f"gain={gain} {way} seed={seed}",
                    )
            heights = spread([np.log10(max(np.median(ends[gain, way]), 1e-4)) for way in looks], 0.45)
            for (way, (colour, _)), height in zip(looks.items(), heights, strict=True):
                at_end(axes, SEGMENTS, 10**height, way, ink(colour))
            axes.set_yscale("log")
            axes.set(xlim=(1, SEGMENTS), xticks=[1, 50, 100], xlabel="segment", ylim=(2e-4, 100))
            axes.yaxis.set_major_locator(FixedLocator([1e-3, 1e-2, 1e-1, 1, 10, 100]))
            axes.yaxis.set_minor_locator(NullLocator())
            axes.set_yticks([1e-3, 1e-2, 1e-1, 1, 10, 100], ["0.001", "0.01", "0.1", "1", "10", "100"])
            axes.set_title(f"scale {gain}: loss, nats a bit")
        pair[0].text(SEGMENTS - 2, GUESSING * 1.15, "guessing: ln 2", color=QUIET, fontsize=10, ha="right")
    medians = "; ".join(f"scale {gain}, {way}: {np.median(values):.3f}" for (gain, way), values in ends.items())
    return Picture(figure, f"{title}. Losses against segments; medians of the last tenth, nats a bit: {medians}.")
