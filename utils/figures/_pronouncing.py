"""A network that pronounces: its loss, its error rate, and what it said early, later and at the end."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from utils.data import load_pronunciations
from utils.experiments.pronunciation import BATCH, HEARD, KEPT_BACK, E, H, PronunciationRun
from utils.experiments.results import Array, picture_of, recorded
from utils.experiments.training_loop import smooth
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, INK, PLAIN, QUIET, drawn, sheet

_WIDEST = 23  # characters of a spoken word, as drawn


@picture_of.register
def draw(run: PronunciationRun) -> Picture:
    """Return the `Picture` of a run: its loss, the error rates, and what it said early, later and at the end."""
    losses, heard, rate, by_table, seed = run.losses, run.heard, run.rate, run.by_table, run.seed
    title = f"Phoneme error rate on new words: your network {rate:.2f}, a letter table {by_table:.2f}"
    least, most, seeds = recorded("pronouncing", "error_rate")
    caption = (
        f"Your functions: H = {H}, embeddings of {E}, batches of {BATCH}, {len(losses):,} steps, Adam 0.008 to 0.0008, "
        f"clip 5, seed {seed}. {KEPT_BACK:,} words kept back. Recorded, {seeds} seeds: {least:.3f} to {most:.3f}. "
        "Table: a letter’s commonest phoneme."
    )
    height, words = 4.6, 1.92  # inches; of the picture, and from below where the spoken words begin
    true = load_pronunciations()
    with drawn():
        figure, margins = sheet(title, caption, height)
        bottom = (words + 0.68) / height
        left = figure.add_axes((0.075, bottom, 0.56, margins["top"] - bottom))
        share, values = smooth(losses, 60)
        at = np.concatenate([[0], len(losses) * share])
        left.plot(at, np.concatenate([[losses[0]], values]), color=HIDDEN, gid="loss")
        left.set(xlim=(0, len(losses)), ylim=(0, 1.05 * losses[0]), xlabel="steps")
        left.set_title("loss, nats a phoneme")
        right = figure.add_axes((0.75, bottom, 0.21, margins["top"] - bottom))
        right.bar([0, 1], [by_table, rate], color=[PLAIN, HIDDEN], width=0.6, gid="rates")
        for place, value in enumerate((by_table, rate)):
            right.text(place, value + 0.015, f"{value:.3f}", ha="center", fontsize=9.5, color=INK)
        right.set(xlim=(-0.6, 1.6), ylim=(0, max(0.6, 1.15 * rate)), yticks=[0, 0.2, 0.4, 0.6])
        right.set_xticks([0, 1], ["letter table", "yours"])
        right.set_title("phoneme error rate")
        chosen = [heard[n] for n in sorted({0, len(heard) // 4, len(heard) - 1})]
        _spoken(figure, (words - 0.25 * np.arange(5)) / height, chosen, [" ".join(true[word]) for word in HEARD])
    last = "; ".join(f"{word}: {spoken}" for word, spoken in zip(HEARD, chosen[-1][2], strict=True))
    return Picture(
        figure,
        f"{title}. The loss falls from {losses[0]:.1f} to {losses[-100:].mean():.2f} nats a phoneme. In the end it "
        f"says {last}.",
    )


def _spoken(figure: Figure, heights: Array, chosen: Sequence[tuple[int, float, list[str]]], true: list[str]) -> None:
    """Write a column for each word: its spelling, what the network said at each moment, and what is right."""
    columns, first = (0.205, 0.47, 0.735), 0.017
    lines = [
        *((f"step {done:,}, {nats:.2f} nats", spoken, INK) for done, nats, spoken in chosen),
        ("the dictionary", true, QUIET),
    ]
    for x, word in zip(columns, HEARD, strict=True):
        figure.text(x, heights[0], word, fontsize=10, fontweight="bold", va="center")
    for y, (moment, spoken, colour) in zip(heights[1:], lines, strict=False):
        figure.text(first, y, moment, fontsize=8.5, color=QUIET, va="center")
        for x, word in zip(columns, spoken, strict=True):
            short_of_it = word if len(word) <= _WIDEST else word[: _WIDEST - 1] + "…"
            figure.text(x, y, short_of_it, fontsize=9, family="monospace", color=colour, va="center", gid="spoken")
