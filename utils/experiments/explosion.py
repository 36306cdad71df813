"""What clipping is for: networks whose gradient explodes, trained by plain gradient descent with and without a limit.

The task is easy: say the bit before this one. H = 24, 4 streams of random bits, one-hot, Wx ~ N(0, 0.5²),
Wh ~ N(0, gain²/H), Wy ~ N(0, 1/H), 100 segments of 60 steps, the state carried, gradient descent at 0.02, limit 20.

References
----------
Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks.
"""

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from utils.experiments.adam import Descent
from utils.experiments.recalling import random_bits
from utils.experiments.training_loop import Progress, guarded, train, weights
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import GRADIENT, OUTPUT, PLAIN, QUIET, drawn, ink, sheet

LAG, STREAMS, H, SCALE, K, SEGMENTS, RATE, LIMIT = 1, 4, 24, 0.5, 60, 100, 0.02, 20.0
GAINS = (1, 2)
SEEDS = range(4)
GUESSING = np.log(2)


def start(gain, seed):
    """Draw the first weights of a run and its segments, as `utils.experiments.training_loop.train` takes them."""
    rng = np.random.default_rng(seed)
    params = weights(rng, 2, H, SCALE)
    params["Wh"] *= gain
    return params, random_bits(rng, STREAMS, LAG, SEGMENTS * K, K)


def run(train_segment, clip_grad_norm, gain, seed):
    """Train one network; return its losses, one a segment, in nats a bit.

    Parameters
    ----------
    train_segment, clip_grad_norm : callable
        As for `utils.experiments.training_loop.train`.
    gain : float
        Wh ~ N(0, gain²/H).
    """
    params, segments = start(gain, seed)
    return train(train_segment, clip_grad_norm, params, segments, lambda share: RATE, limit=LIMIT, optimiser=Descent)


def not_clipped(grads, max_norm):
    """Return the gradients as they are; stands where `clip_grad_norm` does."""
    return grads, None


def end(losses):
    """Return where a run ends: the mean loss of its last tenth."""
    return float(np.mean(losses[-(len(losses) // 10) :]))


@guarded
def exploding(train_segment, clip_grad_norm):
    """Train the same networks without clipping and with the learner's, where gradients vanish and where they explode.

    Parameters
    ----------
    train_segment : callable
        ``train_segment(params, x, y, h) -> (loss, grads, h)``.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``.

    Returns
    -------
    Picture or Note
    """
    progress = Progress(f"{len(GAINS) * len(SEEDS)} networks, each trained twice")
    losses = {}
    for gain in GAINS:
        for seed in SEEDS:
            for way, clip in (("not clipped", not_clipped), ("clipped", clip_grad_norm)):
                losses.setdefault((gain, way), []).append(run(train_segment, clip, gain, seed))
            done = sum(map(len, losses.values())) / (2 * len(GAINS) * len(SEEDS))
            progress.tell(done, f"gain {gain}, seed {seed}")
    return draw({case: np.array(runs) for case, runs in losses.items()})


def draw(losses):
    """Return the `Picture` of losses (seeds, segments) by gain and by way, "not clipped" or "clipped"."""
    ends = {case: np.array([end(values) for values in runs]) for case, runs in losses.items()}
    worse = {case: f"{np.sum(values > GUESSING)} of {len(values)}" for case, values in ends.items()}
    low, high = GAINS
    title = (
        f"Gain {high}: not clipped, {worse[high, 'not clipped']} end worse than guessing; clipped by yours, "
        f"{worse[high, 'clipped']}. Gain {low}: {worse[low, 'not clipped']} and {worse[low, 'clipped']}"
    )
    caption = (
        f"Your functions: y_t = x_(t−{LAG}), H = {H}, Wx ~ N(0, {SCALE}²), Wh ~ N(0, gain²/H), "
        f"{STREAMS} streams, {SEGMENTS} segments of {K} steps, gradient descent at {RATE}, "
        f"max_norm {LIMIT:g}, seeds 0 to {SEEDS[-1]}. End: last tenth."
    )
    looks = {"not clipped": (OUTPUT, (0, (4, 1.5))), "clipped": (GRADIENT, "solid")}
    with drawn():
        figure, margins = sheet(title, caption, height=3.9)
        pair = figure.add_gridspec(1, 2, left=0.085, right=0.86, wspace=0.5, **margins).subplots(sharey=True)
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
            axes.set_title(f"gain {gain}: loss, nats a bit")
        pair[0].text(SEGMENTS - 2, GUESSING * 1.15, "guessing: ln 2", color=QUIET, fontsize=10, ha="right")
    medians = "; ".join(f"gain {gain}, {way}: {np.median(values):.3f}" for (gain, way), values in ends.items())
    return Picture(figure, f"{title}. Losses against segments; medians of the last tenth, nats a bit: {medians}.")
