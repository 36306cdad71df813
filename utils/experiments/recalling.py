"""Train on recall, the bit of eight steps ago: the smallest task on which truncation shows what it costs.

Recorded with ``make experiments``: 32 streams of random bits, one-hot, H = 16, Wx ~ N(0, 1), Adam 5e-3, clip 1, 16,000
steps, the state carried, for k = 1, 4, 8, 9, 12, 16 and three seeds each.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils.experiments.guard import guarded
from utils.experiments.results import Array, Learner, Result
from utils.experiments.training_loop import OnStep, Progress, train, weights

LAG, STREAMS, H, STEPS, RATE = 8, 32, 16, 16_000, 5e-3
LENGTHS = (1, 4, 8, 9, 12, 16)
SEEDS = (0, 1, 2)
RECORD = Path(__file__).with_name("recalling.json")


@dataclass(frozen=True, repr=False, eq=False)
class RecallRuns(Result):
    """The losses of live runs of `steps` steps by k, and of recorded ones of `STEPS`: by k a list for each seed."""

    live: dict[int, Array]
    recorded: dict[str, list[list[float]]]
    steps: int


def run(
    train_segment: Learner,
    clip_grad_norm: Learner,
    k: int,
    seed: int = 0,
    steps: int = STEPS,
    on_step: OnStep = lambda done, losses: None,
) -> Array:
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
    return train(train_segment, clip_grad_norm, params, segments, lambda share: RATE, on_step=on_step)


def random_bits(rng: np.random.Generator, streams: int, lag: int, steps: int, k: int) -> list[tuple[Array, Array]]:
    """Draw segments ``(x, y)``: random bits, one-hot (streams, k, 2), and the bits of `lag` steps ago (streams, k)."""
    bits = rng.integers(0, 2, (streams, lag + steps))
    x, y = np.eye(2)[bits[:, lag:]], bits[:, :steps]
    return [(x[:, s : s + k], y[:, s : s + k]) for s in range(0, steps - k + 1, k)]


@guarded
def recall(
    train_segment: Learner, clip_grad_norm: Learner, lengths: Sequence[int] = (8, 9), steps: int = STEPS
) -> RecallRuns:
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
    RecallRuns or Note
    """
    live = {}
    for number, k in enumerate(lengths):
        progress = Progress(f"k = {k}")
        segments = steps // k
        every = max(segments // 20, 1)

        def show(
            done: int,
            losses: list[float],
            progress: Progress = progress,
            every: int = every,
            segments: int = segments,
        ) -> None:
            if done % every == 0 or done == segments:
                progress.show(done / segments, f"{np.mean(losses[-every:]):.3f} nats a bit")

        live[k] = run(train_segment, clip_grad_norm, k, seed=number, steps=steps, on_step=show)
    return RecallRuns(live, json.loads(RECORD.read_text(encoding="utf-8"))["loss"], steps)
