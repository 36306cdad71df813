"""Recall: say the bit of eight steps ago. The smallest task on which truncation shows its teeth.

Recorded with ``make experiments``: 32 streams of random bits, one-hot, H = 16, Wx ~ N(0, 1), Adam 5e-3, clip 1, 16,000
steps, the state carried, for k = 1, 4, 8, 9, 12, 16 and three seeds each.
"""

import json
from pathlib import Path

import numpy as np

from utils.experiments.training_loop import Progress, guarded, smooth, train, weights
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GRADIENT, PLAIN, QUIET, drawn, ink, sheet, told

LAG, STREAMS, H, STEPS, RATE = 8, 32, 16, 16_000, 5e-3
LENGTHS = (1, 4, 8, 9, 12, 16)
SEEDS = (0, 1, 2)
RECORD = Path(__file__).with_name("recalling.json")


def run(train_segment, clip_grad_norm, k, seed=0, steps=STEPS, told=lambda done, losses: None):
    """Train one network; return its losses, one a segment, in nats a bit.

    Parameters
    ----------
    train_segment, clip_grad_norm : callable
        As for `utils.experiments.training_loop.train`.
    k : int
        The segment length.
    """
    rng = np.random.default_rng(seed)
    params = weights(rng, 2, H, 1.0)
    segments = random_bits(rng, STREAMS, LAG, steps, k)
    return train(train_segment, clip_grad_norm, params, segments, lambda share: RATE, told=told)


def random_bits(rng, streams, lag, steps, k):
    """Draw segments ``(x, y)``: random bits, one-hot (streams, k, 2), and the bits of `lag` steps ago (streams, k)."""
    bits = rng.integers(0, 2, (streams, lag + steps))
    x, y = np.eye(2)[bits[:, lag:]], bits[:, :steps]
    return [(x[:, s : s + k], y[:, s : s + k]) for s in range(0, steps - k + 1, k)]


@guarded
def recall(train_segment, clip_grad_norm, lengths=(8, 9), steps=STEPS):
    """Train on both sides of the lag, live, and draw the losses over recorded ones.

    Parameters
    ----------
    train_segment : callable
        ``train_segment(params, x, y, h) -> (loss, grads, h)``.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``.
    lengths : sequence of int
        The k to run.
    steps : int

    Returns
    -------
    Picture or Note
    """
    live = {}
    for number, k in enumerate(lengths):
        progress = Progress(f"k = {k}")
        every = max(steps // k // 20, 1)

        def tell(done, losses, progress=progress, every=every, k=k):
            if done % every == 0 or done * k > steps - k:
                progress.tell(min(done * k / steps, 1.0), f"{np.mean(losses[-every:]):.3f} nats a bit")

        live[k] = run(train_segment, clip_grad_norm, k, seed=number, steps=steps, told=tell)
    return draw(live, json.loads(RECORD.read_text(encoding="utf-8")), steps)


def draw(live, record, steps=STEPS):
    """Return the `Picture` of live losses (by k) over the recorded ones."""
    ends = {k: smooth(losses)[1][-1] for k, losses in live.items()}
    title = ", ".join(f"k = {k} ends at {told(end)} nats" for k, end in ends.items())
    if all((end < 0.1) == (k > LAG) for k, end in ends.items()):
        title += f": k must exceed the lag of {LAG}"
    caption = (
        f"Purple: your functions, now. Grey: recorded, seeds 0 to 2. Recipe: y_t = x_(t−{LAG}), {STREAMS} streams, "
        f"H = {H}, Adam 5e-3, clip 1, {steps:,} steps, state carried. Wh ~ N(0, 1/H)."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        axes = figure.add_gridspec(1, 1, left=0.085, right=0.87, **margins).subplots()
        axes.axhline(np.log(2), color=PLAIN, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        axes.text(
            0.01, np.log(2) + 0.02, "guessing: ln 2", color=QUIET, fontsize=10, transform=axes.get_yaxis_transform()
        )
        for name, runs in record["loss"].items():
            for values in runs:
                at = np.linspace(0, STEPS, len(values) + 1)[1:]
                axes.plot(at, values, color=FAINT, linewidth=1.1, zorder=1, gid=f"recorded k={name}")
        for at, text in ((0.59, "recorded: k = 1, 4, 8"), (0.06, "recorded: k = 9, 12, 16")):
            axes.text(0.985, at, text, color=QUIET, fontsize=10, ha="right", transform=axes.get_yaxis_transform())
        labels = spread(np.array(list(ends.values())), 0.06)
        for (k, losses), label in zip(live.items(), labels, strict=True):
            share, values = smooth(losses)
            dashes = "-" if k == max(live) else (0, (4, 1.5))
            axes.plot(steps * share, values, color=GRADIENT, linewidth=2.2, linestyle=dashes, zorder=3, gid=f"k={k}")
            at_end(axes, steps, label, f"k = {k}", ink(GRADIENT))
        top = max(0.8, *(values.max() for _, values in map(smooth, live.values())))
        axes.set(xlim=(0, steps), ylim=(-0.03, top), xlabel="steps read in each stream")
        axes.set_title("loss, nats a bit")
    return Picture(figure, f"{title}. Loss against steps, live runs over recorded ones for k = {_listed(record)}.")


def _listed(record):
    return ", ".join(record["loss"])
