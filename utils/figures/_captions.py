"""A network that names digits: its loss, and pictures with what it wrote about them."""

import numpy as np
from matplotlib.ticker import FuncFormatter, NullLocator

from utils.experiments.captioning import BATCH, CaptionRun, E, H, right
from utils.experiments.results import picture_of, recorded
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, INK, OUTPUT, axes_in, drawn, ink, power_of_ten, sheet


@picture_of.register
def draw(run: CaptionRun) -> Picture:
    """Return the `Picture` of a run: its loss, and pictures with what it wrote about them, the wrong ones first."""
    losses, words, images, labels, seed = run.losses, run.words, run.images, run.labels, run.seed
    correct = right(words, labels)
    title = f"{correct.sum()} of {len(labels)} digits that it had not seen are named letter for letter"
    least, most, seeds = recorded("captions", "right")
    caption = (
        f"Your functions: H = {H}, embeddings of {E}, batches of {BATCH}, {len(losses)} steps of Adam at 0.01, clip 5, "
        f"forget bias 1, seed {seed}. Framed: what it got wrong, five at most. Recorded, {seeds} seeds: {least} to "
        f"{most} right."
    )
    shown = [*np.flatnonzero(~correct)[:5], *np.flatnonzero(correct)][:15]
    height = 4.2
    with drawn():
        figure, margins = sheet(title, caption, height)
        axes = figure.add_axes((0.075, margins["bottom"], 0.29, margins["top"] - margins["bottom"]))
        axes.semilogy(np.arange(len(losses)), losses, color=HIDDEN, linewidth=1.2, gid="loss")
        axes.set(xlim=(0, len(losses)), xlabel="steps")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda nats, _: power_of_ten(nats)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_title("loss, nats a letter, log axis")
        grid = figure.add_gridspec(
            3, 5, left=0.43, right=0.985, top=margins["top"] + 0.04, bottom=margins["bottom"] - 0.07, hspace=0.5
        )
        for place, n in zip(axes_in(grid), shown, strict=False):
            place.imshow(images[n].reshape(8, 8), cmap="Greys", vmin=0, vmax=1, gid=f"picture {labels[n]}")
            place.set(xticks=[], yticks=[])
            for spine in place.spines.values():
                spine.set(visible=not correct[n], edgecolor=OUTPUT, linewidth=2)
            text, colour = (words[n], INK) if correct[n] else (f"“{words[n]}”, is {labels[n]}", ink(OUTPUT))
            place.set_xlabel(text, fontsize=9.5 if correct[n] else 8.5, color=colour, labelpad=3)
    wrong = ", ".join(f"{words[n]} for a {labels[n]}" for n in shown if not correct[n]) or "none"
    return Picture(
        figure,
        f"{title}. The loss falls from {losses[0]:.1f} to {losses[-20:].mean():.2g} nats a letter. Fifteen pictures "
        f"with their words; wrong among them: {wrong}.",
    )
