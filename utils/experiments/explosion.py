"""Show what clipping is for: train networks whose gradient explodes by plain descent, with and without a limit.

The task is easy: say the bit before this one. H = 24, 4 streams of random bits, one-hot, Wx ~ N(0, 0.5²),
Wh ~ N(0, gain²/H), Wy ~ N(0, 1/H), 100 segments of 60 steps, the state carried, gradient descent at 0.02, limit 20.

References
----------
Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks.
"""

from dataclasses import dataclass

import numpy as np

from utils.experiments.adam import Descent
from utils.experiments.guard import guarded
from utils.experiments.recalling import random_bits
from utils.experiments.results import Array, Learner, Params, Result
from utils.experiments.training_loop import Progress, train, weights

LAG, STREAMS, H, SCALE, K, SEGMENTS, RATE, LIMIT = 1, 4, 24, 0.5, 60, 100, 0.02, 20.0
GAINS = (1, 2)
SEEDS = range(4)
GUESSING = np.log(2)


@dataclass(frozen=True, repr=False, eq=False)
class ExplosionRuns(Result):
    """The losses (seeds, segments) by gain and by way, "not clipped" or "clipped"."""

    losses: dict[tuple[int, str], Array]


def start(gain: float, seed: int) -> tuple[Params, list[tuple[Array, Array]]]:
    """Draw the first weights of a run and its segments, as `utils.experiments.training_loop.train` takes them."""
    rng = np.random.default_rng(seed)
    params = weights(rng, 2, H, SCALE)
    params["Wh"] *= gain
    return params, random_bits(rng, STREAMS, LAG, SEGMENTS * K, K)


def run(train_segment: Learner, clip_grad_norm: Learner, gain: float, seed: int) -> Array:
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


def not_clipped(grads: Params, max_norm: float) -> tuple[Params, None]:
    """Return the gradients as they are; takes the place of `clip_grad_norm`."""
    return grads, None


def end(losses: Array) -> float:
    """Return where a run ends: the mean loss of its last tenth."""
    return float(np.mean(losses[-(len(losses) // 10) :]))


@guarded
def exploding(train_segment: Learner, clip_grad_norm: Learner) -> ExplosionRuns:
    """Train the same networks without clipping and with the learner's, where gradients vanish and where they explode.

    Parameters
    ----------
    train_segment : callable
        ``train_segment(params, x, y, h) -> (loss, grads, h)``.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``.

    Returns
    -------
    ExplosionRuns or Note
    """
    progress = Progress(f"{len(GAINS) * len(SEEDS)} networks, each trained twice")
    ways: dict[str, Learner] = {"not clipped": not_clipped, "clipped": clip_grad_norm}
    losses: dict[tuple[int, str], list[Array]] = {}
    for gain in GAINS:
        for seed in SEEDS:
            for way, clip in ways.items():
                losses.setdefault((gain, way), []).append(run(train_segment, clip, gain, seed))
            done = sum(map(len, losses.values())) / (2 * len(GAINS) * len(SEEDS))
            progress.show(done, f"scale {gain}, seed {seed}")
    return ExplosionRuns({case: np.array(runs) for case, runs in losses.items()})
