"""A network that learns to spell: what it writes and its loss as it learns, and recorded runs of many."""

import numpy as np

from utils.experiments.results import picture_of
from utils.experiments.spelling import SEEDS, STREAMS, WHOLE, H, RecordedSpelling, SpellingRun
from utils.experiments.training_loop import smooth
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, INK, OUTPUT, QUIET, axes_in, drawn, ink, sheet

# Width and dash by k: one hue, so that no shade of it must be distinguished from another.
_LOOKS = {1: (1.6, (0, (1, 1.6))), 4: (1.8, (0, (5, 2))), 16: (2.4, "solid")}


@picture_of.register
def draw(run: SpellingRun) -> Picture:
    """Return the `Picture` of a live run: its loss, and what it wrote at first, after a third, and last."""
    losses, written, k, letters = run.losses, run.written, run.k, run.letters
    share, values = smooth(losses)
    title = f"From {losses[0]:.2f} to {values[-1]:.2f} nats a letter (guessing: ln 27 = 3.30)"
    caption = (
        f"Your functions: H = {H}, {STREAMS} streams, k = {k}, {letters:,} letters of the words in alphabetical order, "
        "Adam 3e-3 to 3e-4, clip 1, seed 0, Wx ~ N(0, 0.2²), Wh ~ N(0, 1/H). Temperature 0.7, two letters to start."
    )
    chosen = [written[i] for i in sorted({0, len(written) // 3, *range(max(len(written) - 3, 0), len(written))})]
    height = 4.7
    with drawn():
        figure, margins = sheet(title, caption, height)
        axes = figure.add_axes((0.085, 2.5 / height, 0.88, margins["top"] - 2.5 / height))
        axes.plot(
            np.concatenate([[0], letters / 1000 * share]),
            np.concatenate([[losses[0]], values]),
            color=HIDDEN,
            gid="loss",
        )
        axes.set(
            xlim=(0, letters / 1000),
            xlabel="thousand letters read",
            ylim=(min(1.8, 0.95 * values.min()), max(3.4, losses[0])),
        )
        axes.set_title("loss, nats a letter")
        for line, (at, loss, words) in enumerate(chosen):
            high = (1.72 - 0.2 * line) / height
            figure.text(0.085, high, f"{letters * at:,.0f} letters, {loss:.2f}", fontsize=8.5, color=QUIET, va="center")
            figure.text(0.31, high, words, fontsize=8.5, family="monospace", color=INK, va="center", gid="written")
    last = "; ".join(words for *_, words in chosen[-3:])
    return Picture(figure, f"{title}. The loss against letters read, and words written: {last}.")


@picture_of.register
def draw_recorded(recorded: RecordedSpelling) -> Picture:
    """Return the `Picture` of the recorded runs: alphabetical order beside shuffled words."""
    record = recorded.runs
    final = {(r["order"], r["k"], r["reset"]): np.median(r["final"]) for r in record}
    apart = max(max(r["final"]) - min(r["final"]) for r in record)
    gain = final["alphabetical", 1, False] - final["alphabetical", 16, False]
    other = final["shuffled", 1, False] - final["shuffled", 16, False]
    title = f"In order, k = 16 {_beats(gain)} k = 1 by {abs(gain):.2f} nats; "
    title += f"shuffled, it {'wins' if other > 0 else 'loses'} by {abs(other):.2f}"
    caption = (
        f"Recorded: H = {H}, {STREAMS} streams, {WHOLE:,} letters, Adam 3e-3 to 3e-4, clip 1; medians of seeds 0 to "
        f"{SEEDS[-1]}. Dotted: k = 1, dashed: 4, orange: reset. Numbers: last tenth; seeds differ by {apart:.2f} "
        "at most."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=4.1)
        pair = axes_in(figure.add_gridspec(1, 2, left=0.075, right=0.84, wspace=0.55, **margins), sharey=True)
        for axes, order in zip(pair, ("alphabetical", "shuffled"), strict=True):
            runs = [r for r in record if r["order"] == order]
            labels = spread(np.array([np.median(r["final"]) for r in runs]), 0.05)
            for r, label in zip(runs, labels, strict=True):
                colour = OUTPUT if r["reset"] else HIDDEN
                width, dashes = (1.1, "solid") if r["reset"] else _LOOKS[r["k"]]
                at = np.linspace(0, 640, len(r["loss"]) + 1)[1:]
                name = f"{order} k={r['k']}" + (" reset" if r["reset"] else "")
                axes.plot(at, r["loss"], color=colour, linewidth=width, linestyle=dashes, gid=name)
                label_text = f"{np.median(r['final']):.2f}  " + ("reset" if r["reset"] else f"k = {r['k']}")
                at_end(axes, 640, label, label_text, ink(colour))
            axes.set(xlim=(0, 640), xlabel="thousand letters read", ylim=(1.95, 2.75), xticks=[0, 200, 400, 600])
            axes.set_title(f"{order}: loss, nats a letter")
    ends = "; ".join(f"{o} k = {k}{' reset' if reset else ''}: {value:.2f}" for (o, k, reset), value in final.items())
    return Picture(figure, f"{title}. Losses against letters read, in nats a letter at the end: {ends}.")


def _beats(gain: float) -> str:
    return "beats" if gain > 0 else "loses to"
