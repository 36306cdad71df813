"""A network that reads streams of digits: what was right as it learned, and what it wrote of four of them."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from utils.data.vocabulary import NUMERALS
from utils.experiments._digit_stream import BATCH, FRAMES, NEW, H, StreamRun, counted
from utils.experiments.results import Array, picture_of, recorded
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, INK, OUTPUT, QUIET, drawn, ink, sheet


@picture_of.register
def draw(run: StreamRun) -> Picture:
    """Return the `Picture` of a run: what was right as it went, and streams with what it wrote of them."""
    losses, taken, frames, true, labels, words = run.losses, run.taken, run.frames, run.true, run.labels, run.words
    seed = run.seed
    end = taken[-1][1]
    correct = [row == tuple(NUMERALS[digit] for digit in digits) for row, digits in zip(words, true, strict=True)]
    title = f"Right: {counted(end)}"
    least, most, seeds = recorded("digit_stream", "streams")
    caption = (
        f"Your functions: H = {H}, batches of {BATCH}, {len(losses)} steps, Adam 0.01 to 0.001, clip 5, seed {seed}. "
        f"New: pictures kept back. Recorded, {seeds} seeds: {round(NEW * least)} to {round(NEW * most)} whole "
        "streams. Shown first: what is not right, two at most."
    )
    height, steps = 4.3, [done for done, _ in taken]
    wrong = [n for n in range(NEW) if not correct[n]][:2]
    shown = [*wrong, *(n for n in range(NEW) if correct[n])][:4]
    with drawn():
        figure, margins = sheet(title, caption, height)
        axes = figure.add_axes((0.085, margins["bottom"], 0.29, margins["top"] - margins["bottom"]))
        for name, colour, width in (("frames", HIDDEN, 2), ("words", OUTPUT, 2), ("streams", INK, 1.2)):
            values = [share[name] for _, share in taken]
            axes.plot(steps, values, color=colour, linewidth=width, gid=name)
        axes.set(xlim=(0, len(losses)), ylim=(0, 1.02), xlabel="steps", yticks=[0, 0.5, 1])
        axes.set_yticklabels(["0", "50 %", "100 %"])
        axes.set_title("right on new streams")
        for name, colour, y in (("frames", HIDDEN, 0.28), ("words", OUTPUT, 0.18), ("whole streams", INK, 0.08)):
            axes.text(0.96, y, name, color=ink(colour), fontsize=9.5, ha="right", transform=axes.transAxes)
        _shown_streams(figure, margins, shown, frames, true, labels, words, correct)
    examples = "; ".join(f"{', '.join(map(str, true[n]))} as {' '.join(words[n])}" for n in shown)
    return Picture(
        figure, f"{title}. All shares against steps, and four streams and what was written of them: {examples}."
    )


def _shown_streams(
    figure: Figure,
    margins: Mapping[str, float],
    shown: Sequence[int],
    frames: Array,
    true: Array,
    labels: Array,
    words: Sequence[tuple[str, ...]],
    correct: Sequence[bool],
) -> None:
    """Draw a row for each stream: its frames with their labels, and the words written after them."""
    high = (margins["top"] + 0.03 - margins["bottom"]) / len(shown)
    ratio = figure.get_figheight() / figure.get_figwidth()
    figure.text(0.44, margins["top"] + 0.015, "frames, each with its label", fontsize=9, color=QUIET, va="bottom")
    figure.text(0.715, margins["top"] + 0.015, "words, after the last frame", fontsize=9, color=QUIET, va="bottom")
    for line, n in enumerate(shown):
        y = margins["top"] - (line + 1) * high + 0.02
        for t in range(FRAMES):
            side = high - 0.045
            axes = figure.add_axes((0.44 + 0.088 * t, y, side * ratio, side))
            axes.imshow(frames[n, t].reshape(8, 8), cmap="Greys", vmin=0, vmax=1, gid=f"frame {true[n, t]}")
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            good = labels[n, t] == true[n, t]
            text = f"{labels[n, t]}" if good else f"{labels[n, t]}, is {true[n, t]}"
            colour = ink(HIDDEN) if good else ink(OUTPUT)
            axes.set_xlabel(text, fontsize=9.5, color=colour, labelpad=2)
        text = " ".join(words[n]) + ("" if correct[n] else "\n(not right)")
        colour = INK if correct[n] else ink(OUTPUT)
        figure.text(0.715, y + (high - 0.045) / 2, text, fontsize=10, color=colour, va="center", gid="written")
