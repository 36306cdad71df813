"""Recall: losses of live runs over recorded ones, on both sides of the lag."""

import numpy as np

from utils.experiments.recalling import LAG, STEPS, STREAMS, H, RecallRuns
from utils.experiments.results import picture_of
from utils.experiments.training_loop import smooth
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, PLAIN, QUIET, axes_in, drawn, ink, sheet, short


@picture_of.register
def draw(runs: RecallRuns) -> Picture:
    """Return the `Picture` of the live losses over the recorded ones."""
    live, steps = runs.live, runs.steps
    ends = {k: smooth(losses)[1][-1] for k, losses in live.items()}
    title = ", ".join(f"k = {k} ends at {short(end)} nats" for k, end in ends.items())
    if all((end < 0.1) == (k > LAG) for k, end in ends.items()):
        title += f": here k must exceed the lag of {LAG}"
    caption = (
        f"Purple: your functions, now. Grey: recorded, seeds 0 to 2. Recipe: y_t = x_(t−{LAG}), {STREAMS} streams, "
        f"H = {H}, Adam 5e-3, clip 1, {steps:,} steps, state carried. Wh ~ N(0, 1/H)."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.085, right=0.87, **margins))
        axes.axhline(np.log(2), color=PLAIN, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        axes.text(
            0.01, np.log(2) + 0.02, "guessing: ln 2", color=QUIET, fontsize=10, transform=axes.get_yaxis_transform()
        )
        for name, of_seeds in runs.recorded.items():
            for curve in of_seeds:
                at = np.linspace(0, STEPS, len(curve) + 1)[1:]
                axes.plot(at, curve, color=FAINT, linewidth=1.1, zorder=1, gid=f"recorded k={name}")
        for height, text in ((0.59, "recorded: k = 1, 4, 8"), (0.06, "recorded: k = 9, 12, 16")):
            axes.text(0.985, height, text, color=QUIET, fontsize=10, ha="right", transform=axes.get_yaxis_transform())
        labels = spread(np.array(list(ends.values())), 0.06)
        for (k, losses), label in zip(live.items(), labels, strict=True):
            share, values = smooth(losses)
            dashes = "-" if k == max(live) else (0, (4, 1.5))
            axes.plot(steps * share, values, color=GRADIENT, linewidth=2.2, linestyle=dashes, zorder=3, gid=f"k={k}")
            at_end(axes, steps, label, f"k = {k}", ink(GRADIENT))
        top = max(0.8, *(values.max() for _, values in map(smooth, live.values())))
        axes.set(xlim=(0, steps), ylim=(-0.03, top), xlabel="steps read in each stream")
        axes.set_title("loss, nats a bit")
    lengths = ", ".join(runs.recorded)
    return Picture(figure, f"{title}. Loss against steps, live runs over recorded ones for k = {lengths}.")
