"""Characters: learn to spell from a long list of words, and see when truncation matters.

Recorded with ``make experiments``: H = 128, 32 streams, Wx ~ N(0, 0.2²), Wh and Wy ~ N(0, 1/H), Adam 3e-3 falling
exponentially to 3e-4, clip 1, the first 640,000 letters once, seeds 0 to 9; words in alphabetical order or shuffled
(seed 0), the state carried or reset at each cut. What is told is the mean loss over the last tenth, while it trains.

In alphabetical order that number belongs to the words read last. Streams laid out over the whole dictionary, of which
640,000 letters are read, end on other words, and every loss is higher by about 0.1: the order of the runs stays, the
numbers do not. The seed moves a loss by 0.03 at most.

On the same text k = 1 makes more updates than a larger k. So three seeds of each are recorded with equally many: every
gradient is cut after one step, and those of k steps are summed before the weights move.
"""

import json
from pathlib import Path

import numpy as np

from utils.data import load_words
from utils.errors import CallFailed
from utils.experiments.training_loop import Progress, guarded, smooth, train, weights
from utils.figures.labels import at_end, spread
from utils.figures.picture import Picture
from utils.figures.style import HIDDEN, INK, OUTPUT, QUIET, drawn, ink, sheet

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
# Width and dash by k: one hue, and no shade of it must be told from another.
_LOOKS = {1: (1.6, (0, (1, 1.6))), 4: (1.8, (0, (5, 2))), 16: (2.4, "solid")}
RECORD = Path(__file__).with_name("spelling.json")


def encode(text):
    r"""Return the ids of a text's letters: 0 ends a word, then a to z.

    Examples
    --------
    >>> encode("ab\n")
    array([1, 2, 0])
    """
    return np.array([LETTERS.index(letter) for letter in text], dtype=np.int64)


def decode(ids):
    """Return the text of ids; undoes `encode`."""
    return "".join(LETTERS[i] for i in ids)


def text_ids(order="alphabetical", letters=WHOLE):
    """Return the ids of the first `letters` letters of all words, and of the one after."""
    words = load_words()
    if order == "shuffled":
        words = [words[i] for i in np.random.default_rng(0).permutation(len(words))]
    raw = np.frombuffer("\n".join(words)[: letters + 1].encode("ascii"), dtype=np.uint8).astype(np.int64)
    return np.where(raw == ord("\n"), 0, raw - ord("a") + 1)


def run(train_segment, stream_batches, clip_grad_norm, ids, k, reset=False, seed=0, told=lambda *_: None):
    """Train one network; return its weights and its losses, one a segment, in nats a letter.

    Parameters
    ----------
    train_segment, clip_grad_norm : callable
        As for `utils.experiments.training_loop.train`.
    stream_batches : callable
        ``stream_batches(ids, N, k) -> list of (x, y)``.
    told : callable
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
        lambda done, losses: told(done, len(lazy), losses, params),
    )
    return params, losses


class _OneHot:
    """The batches with each x one-hot, made when it is needed: all at once would fill the memory."""

    def __init__(self, batches, one_hot):
        self._batches, self._one_hot = batches, one_hot

    def __len__(self):
        return len(self._batches)

    def __iter__(self):
        for x, y in self._batches:
            yield self._one_hot[x], y


@guarded
def characters(train_segment, stream_batches, clip_grad_norm, sample, k=16, letters=LIVE):
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
    Picture or Note
    """
    progress, written = Progress(f"{letters:,} letters, k = {k}"), []

    def tell(done, of, losses, params):
        if done == 1 or done % max(of // 12, 1) == 0:
            copies = {name: p.copy() for name, p in params.items()}
            prime = PRIMES[len(written) % len(PRIMES)]
            ids = np.asarray(sample(copies, encode("\n" + prime), 48, 0.7, np.random.default_rng(done)))
            if ids.dtype.kind not in "iu" or ids.ndim != 1 or (len(ids) and not 0 <= ids.min() <= ids.max() < 27):
                raise CallFailed("sample should return an array of ids from 0 to 26: check(sample) first.")
            loss = np.mean(losses[-max(of // 12, 1) :])
            written.append((done / of, loss, (prime + decode(ids)).replace("\n", " ")))
            progress.tell(done / of, f"{loss:.2f} nats a letter   {written[-1][2]}")

    _, losses = run(train_segment, stream_batches, clip_grad_norm, text_ids("alphabetical", letters), k, told=tell)
    return draw(losses, written, k, letters)


def draw(losses, written, k, letters):
    """Return the `Picture` of a live run: its loss, and what it wrote at first, after a third, and last."""
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


def recorded_characters():
    """Draw the recorded runs: alphabetical order beside shuffled words, for three k and with the state reset.

    Returns
    -------
    Picture
    """
    record = json.loads(RECORD.read_text(encoding="utf-8"))["runs"]
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
        pair = figure.add_gridspec(1, 2, left=0.075, right=0.84, wspace=0.55, **margins).subplots(sharey=True)
        for axes, order in zip(pair, ("alphabetical", "shuffled"), strict=True):
            runs = [r for r in record if r["order"] == order]
            labels = spread(np.array([np.median(r["final"]) for r in runs]), 0.05)
            for r, label in zip(runs, labels, strict=True):
                colour = OUTPUT if r["reset"] else HIDDEN
                width, dashes = (1.1, "solid") if r["reset"] else _LOOKS[r["k"]]
                at = np.linspace(0, 640, len(r["loss"]) + 1)[1:]
                name = f"{order} k={r['k']}" + (" reset" if r["reset"] else "")
                axes.plot(at, r["loss"], color=colour, linewidth=width, linestyle=dashes, gid=name)
                said = f"{np.median(r['final']):.2f}  " + ("reset" if r["reset"] else f"k = {r['k']}")
                at_end(axes, 640, label, said, ink(colour))
            axes.set(xlim=(0, 640), xlabel="thousand letters read", ylim=(1.95, 2.75), xticks=[0, 200, 400, 600])
            axes.set_title(f"{order}: loss, nats a letter")
    said = "; ".join(f"{o} k = {k}{' reset' if reset else ''}: {value:.2f}" for (o, k, reset), value in final.items())
    return Picture(figure, f"{title}. Losses against letters read, in nats a letter at the end: {said}.")


def _beats(gain):
    return "beats" if gain > 0 else "loses to"
