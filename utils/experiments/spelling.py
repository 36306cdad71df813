"""Train on characters: learn to spell from a long list of words, and see when truncation matters.

Recorded with ``make experiments``: H = 128, 32 streams, Wx ~ N(0, 0.2²), Wh and Wy ~ N(0, 1/H), Adam 3e-3 falling
exponentially to 3e-4, clip 1, the first 640,000 letters once, seeds 0 to 9; words in alphabetical order or shuffled
(seed 0), the state carried or reset at each cut. The result of a run is the mean loss over its last tenth, while it
still trains.

In alphabetical order that number belongs to the words read last. Streams laid out over the whole dictionary, of which
640,000 letters are read, end on other words, and every loss is higher by about 0.1: the order of the runs stays, the
numbers do not. The seed moves a loss by 0.03 at most.

On the same text k = 1 makes more updates than a larger k. So three seeds of each are recorded with equally many: every
gradient is cut after one step, and those of k steps are summed before the weights move.
"""

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from utils.data import load_words
from utils.errors import CallFailed
from utils.experiments.guard import guarded
from utils.experiments.results import Array, Learner, Params, Result
from utils.experiments.training_loop import Progress, train, weights

LETTERS = "\nabcdefghijklmnopqrstuvwxyz"
STREAMS, H, LIVE, WHOLE = 32, 128, 160_000, 640_000
SEEDS = range(10)
RUNS = tuple(  # order of the words, k, whether the state is reset at each cut
    (order, k, reset)
    for order in ("alphabetical", "shuffled")
    for k, reset in ((1, False), (4, False), (16, False), (16, True))
)
EQUAL_UPDATES = (("alphabetical", 4), ("alphabetical", 16), ("shuffled", 4), ("shuffled", 16))  # order, k
EQUAL_SEEDS = range(3)
# After these the network writes, one after the other: the text it reads live holds words from a to "condron".
PRIMES = ("ab", "be", "co")
RECORD = Path(__file__).with_name("spelling.json")


@dataclass(frozen=True, repr=False, eq=False)
class SpellingRun(Result):
    """A live run.

    Parameters
    ----------
    losses : ndarray
        One a segment.
    written : list of (float, float, str)
        After which share of the letters, the loss then, and what the network wrote.
    k, letters : int
    """

    losses: Array
    written: list[tuple[float, float, str]]
    k: int
    letters: int


@dataclass(frozen=True, repr=False, eq=False)
class RecordedSpelling(Result):
    """The recorded runs, each with its order, k, whether the state is reset, final losses and median curve."""

    runs: list[dict[str, Any]]


def encode(text: str) -> Array:
    r"""Return the ids of a text's letters: 0 ends a word, then a to z.

    Examples
    --------
    >>> encode("ab\n")
    array([1, 2, 0])
    """
    return np.array([LETTERS.index(letter) for letter in text], dtype=np.int64)


def decode(ids: Array) -> str:
    """Return the text of ids; undoes `encode`."""
    return "".join(LETTERS[i] for i in ids)


def text_ids(order: str = "alphabetical", letters: int = WHOLE) -> Array:
    """Return the ids of the first `letters` letters of all words, and of the one after."""
    raw = np.frombuffer(_text(order)[: letters + 1], dtype=np.uint8).astype(np.int64)
    return np.where(raw == ord("\n"), 0, raw - ord("a") + 1)


# Until the process ends: two texts of less than a megabyte, read once though every run begins with one.
@functools.cache
def _text(order: str) -> bytes:
    words = load_words()
    if order == "shuffled":
        words = [words[i] for i in np.random.default_rng(0).permutation(len(words))]
    return "\n".join(words).encode("ascii")


def run(
    train_segment: Learner,
    stream_batches: Learner,
    clip_grad_norm: Learner,
    ids: Array,
    k: int,
    reset: bool = False,
    seed: int = 0,
    on_step: Callable[[int, int, list[float], Params], object] = lambda *_: None,
) -> tuple[Params, Array]:
    """Train one network; return its weights and its losses, one a segment, in nats a letter.

    Parameters
    ----------
    train_segment, clip_grad_norm : callable
        As for `utils.experiments.training_loop.train`.
    stream_batches : callable
        ``stream_batches(ids, N, k) -> list of (x, y)``.
    on_step : callable
        Called after every segment with the number done, their number, all losses and the weights.
    """
    params = weights(np.random.default_rng(seed), len(LETTERS), H, 0.2)
    batches = stream_batches(ids, STREAMS, k)
    if not isinstance(batches, list) or not batches:
        raise CallFailed("stream_batches should return a list of (x, y): check(stream_batches) first.")
    one_hot = np.eye(len(LETTERS))
    lazy = _OneHot(batches, one_hot)
    losses = train(
        train_segment,
        clip_grad_norm,
        params,
        lazy,
        lambda share: 3e-3 * 0.1**share,
        reset,
        lambda done, losses: on_step(done, len(lazy), losses, params),
    )
    return params, losses


class _OneHot:
    """The batches with each x one-hot, made when it is needed: all at once would fill the memory."""

    def __init__(self, batches: list[tuple[Array, Array]], one_hot: Array) -> None:
        self._batches, self._one_hot = batches, one_hot

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        for x, y in self._batches:
            yield self._one_hot[x], y


@guarded
def characters(
    train_segment: Learner,
    stream_batches: Learner,
    clip_grad_norm: Learner,
    sample: Learner,
    k: int = 16,
    letters: int = LIVE,
) -> SpellingRun:
    """Train a network to spell, show what it writes as it learns, and draw its loss.

    Parameters
    ----------
    train_segment, stream_batches, clip_grad_norm : callable
        As for `run`.
    sample : callable
        ``sample(params, prime, n, temperature, rng) -> ids``.
    k, letters : int

    Returns
    -------
    SpellingRun or Note
    """
    progress = Progress(f"{letters:,} letters, k = {k}")
    written: list[tuple[float, float, str]] = []

    def show(done: int, of: int, losses: list[float], params: Params) -> None:
        every = max(of // 12, 1)
        # A sample shortly before the last would say the same twice.
        if done in (1, of) or (done % every == 0 and of - done >= every):
            copies = {name: p.copy() for name, p in params.items()}
            prime = PRIMES[len(written) % len(PRIMES)]
            ids = np.asarray(sample(copies, encode("\n" + prime), 48, 0.7, np.random.default_rng(done)))
            if ids.dtype.kind not in "iu" or ids.ndim != 1 or (len(ids) and not 0 <= ids.min() <= ids.max() < 27):
                raise CallFailed("sample should return an array of ids from 0 to 26: check(sample) first.")
            loss = float(np.mean(losses[-every:]))
            written.append((done / of, loss, (prime + decode(ids)).replace("\n", " ")))
            progress.show(done / of, f"{loss:.2f} nats a letter   {written[-1][2]}")

    _, losses = run(train_segment, stream_batches, clip_grad_norm, text_ids("alphabetical", letters), k, on_step=show)
    return SpellingRun(losses, written, k, letters)


def recorded_characters() -> RecordedSpelling:
    """Show the recorded runs: alphabetical order beside shuffled words, for three k and with the state reset.

    Returns
    -------
    RecordedSpelling
    """
    return RecordedSpelling(json.loads(RECORD.read_text(encoding="utf-8"))["runs"])
