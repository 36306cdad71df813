"""The static pictures of assignment 07: the two models as they are taught, unrolled, and what one has learned."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from utils.data import load_digits
from utils.experiments import weights
from utils.experiments.pronunciation import STEPS, WEIGHTS
from utils.experiments.results import Learner
from utils.experiments.speakers import pronounce_model
from utils.figures import unrolling
from utils.figures._connectivity import draw_map, measure, share_bar
from utils.figures._wirings import Graph
from utils.figures.picture import Picture
from utils.figures.style import GRADIENT, HIDDEN, INPUT, OUTPUT, QUIET, axes_in, drawn, ink, sheet


def captioner() -> Picture:
    """Return the caption model taught the word "six": the image is the first state, each letter the next input."""
    height, T = 3.5, 4
    graph = Graph("taught captioner", T, (1, 2, 3, 4), (1, 2, 3, 4), ())
    images, labels = load_digits()
    with drawn():
        figure, _ = sheet("An image makes the first state; then letter by letter", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 3.05 / height))
        unrolling.frame(axes, first=-1.6, last=5.85, bottom=-0.75, top=2.95)
        unrolling.draw(axes, graph)
        six = images[int(np.flatnonzero(labels == 6)[0])].reshape(8, 8)
        axes.imshow(six, cmap="gray_r", extent=(-1.32, -0.42, 0.65, 1.55), interpolation="nearest", aspect="equal")
        axes.add_patch(
            FancyArrowPatch(
                (-0.36, 1.1),
                (-0.03, 1.1),
                arrowstyle="-|>,head_length=3.2,head_width=1.9",
                linewidth=1.5,
                color=INPUT,
                shrinkA=0,
                shrinkB=0,
            )
        )
        axes.text(-0.87, 0.45, "image", fontsize=10, color=ink(INPUT), ha="center", va="center")
        _spelled(axes, range(1, 5), ("START", "s", "i", "x"), ("s", "i", "x", "END"))
        _sides(axes, 4.6)
        unrolling.frame(axes, first=-1.6, last=5.85, bottom=-0.75, top=2.95)
    return Picture(
        figure,
        "A picture of a six makes h_0. Below, START, s, i and x go into h_1 to h_4; above, s, i, x and END are asked "
        "for: each input is the target before it.",
    )


def encoder_decoder() -> Picture:
    """Return the pronouncing model taught the word "bee", with the two arrows that cross from encoder to decoder."""
    height, T = 3.7, 6
    graph = Graph("taught encoder and decoder", T, (1, 2, 3, 4, 5, 6), (4, 5, 6), ())
    with drawn():
        figure, _ = sheet("The encoder hands over two states, and gets gradients only through them", height=height)
        axes = figure.add_axes((0.0, 0.0, 1.0, 3.2 / height))
        unrolling.frame(axes, first=0.0, last=8.2, bottom=-0.78, top=2.95)
        unrolling.draw(axes, graph)
        _spelled(axes, range(1, 7), ("e", "e", "b", "START", "B", "IY"), (None, None, None, "B", "IY", "END"))
        axes.add_patch(
            FancyArrowPatch(
                (3.7, 0.97),
                (3.3, 0.97),
                arrowstyle="-|>,head_length=3,head_width=1.8",
                linestyle=(0, (3, 1.5)),
                linewidth=1.6,
                color=GRADIENT,
                shrinkA=0,
                shrinkB=0,
                zorder=5,
            )
        )
        axes.axvline(3.5, ymin=0.02, ymax=0.36, color=QUIET, linewidth=1, linestyle=(0, (1, 2)), zorder=0)
        axes.axvline(3.5, ymin=0.64, ymax=0.95, color=QUIET, linewidth=1, linestyle=(0, (1, 2)), zorder=0)
        axes.text(3.5, 1.27, "h, c", fontsize=10, color=ink(HIDDEN), ha="center", va="bottom")
        axes.text(3.5, 0.85, "dh, dc", fontsize=10, color=ink(GRADIENT), ha="center", va="top")
        axes.text(2, 2.2, "encoder", fontsize=11, fontweight="bold", ha="center", va="center")
        axes.text(6.6, 1.32, "decoder", fontsize=11, fontweight="bold", va="center")
        axes.text(6.6, 0.94, "weights of its own", fontsize=10, va="center")
        axes.text(6.6, 2.2, "asked for", fontsize=10, color=ink(OUTPUT), va="center")
        axes.text(6.6, -0.05, "read", fontsize=10, color=ink(INPUT), va="center")
        unrolling.frame(axes, first=0.0, last=8.2, bottom=-0.78, top=2.95)
    return Picture(
        figure,
        "Six steps. The encoder reads e, e and b in h_1 to h_3 and writes nothing. An arrow marked h, c crosses to the "
        "decoder, a dashed one marked dh, dc comes back. The decoder reads START, B, IY and is asked for B, IY, END.",
    )


def _spelled(axes: Axes, steps: Iterable[int], read: Iterable[str], asked: Iterable[str | None]) -> None:
    """Write what each x holds below it, and what is asked of each y above it."""
    for t, below, above in zip(steps, read, asked, strict=True):
        axes.text(t, -0.5, below, fontsize=11, color=ink(INPUT), ha="center", va="center")
        if above:
            axes.text(t, 2.68, above, fontsize=11, color=ink(OUTPUT), ha="center", va="center")


def _sides(axes: Axes, x: float) -> None:
    axes.text(x, 2.2, "asked for", fontsize=10, color=ink(OUTPUT), va="center")
    axes.text(x, -0.05, "read: the right\nletters, in training", fontsize=10, color=ink(INPUT), va="center")


def connectivity(pronounce_loss: Learner, pronounce: Learner) -> Picture:
    """Return which letters decide the phonemes of a word, before training and after."""
    height, word = 3.9, "nation"
    networks = (
        ("as drawn", pronounce_model(np.random.default_rng(0))),
        (f"after {STEPS:,} steps", weights.load(WEIGHTS)),
    )
    found = {name: measure(pronounce_loss, pronounce, params, word) for name, params in networks}
    with drawn():
        figure, margins = sheet(
            "Untrained, all rows are darkest at the first n; trained, SH at the t",
            "How long the gradient of a phoneme’s log-likelihood is at each letter’s embedding, each row as a share of "
            "its largest. The network reads the letters backwards. Weights: left seed 0, right seed 1.",
            height,
        )
        pair = axes_in(
            figure.add_gridspec(1, 2, left=0.075, right=0.97, wspace=0.2, **margins | {"top": 0.795, "bottom": 0.29})
        )
        for axes, (name, one) in zip(pair, found.items(), strict=True):
            draw_map(axes, one, f"“{word}”, {name}")
        share_bar(figure, (0.075, 0.205, 0.26, 0.025))
    strongest = ", ".join(
        f"{phoneme} at {word[row.argmax()]}" for phoneme, row in zip(one.spoken, one.size, strict=True)
    )
    return Picture(
        figure,
        f"Two maps of letters by phonemes for the word {word}. Before training every row is darkest at the first n, "
        f"read last. After training the darkest letters are: {strongest}.",
    )


PICTURES = {
    "captioner": (captioner, ()),
    "connectivity": (connectivity, ("pronounce_loss", "pronounce")),
    "encoder-decoder": (encoder_decoder, ()),
}
