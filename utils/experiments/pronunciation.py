"""Train a pronouncer: a spelling goes in, letter by letter, and its phonemes come out.

Recipe: H = 64, embeddings of 32, forget bias 1, batches of 64, 2,093 steps of Adam falling evenly from 8e-3 to 8e-4,
clip 5, float32; words of at most 8 letters, read backwards. A thousand of the words that ship are kept back, to be
pronounced after training.
"""

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils.data import load_pronunciations
from utils.data.vocabulary import (
    LETTERS,
    PAD,
    PHONEMES_IN_A_WORD,
    P,
    decode_pronunciations,
    encode_pronunciations,
    encode_spellings,
    short,
)
from utils.errors import CallFailed
from utils.experiments.guard import guarded
from utils.experiments.results import Array, Learner, Params, Trained
from utils.experiments.speakers import pronounce_model
from utils.experiments.training_loop import Progress, an_id, descend, minibatches

H, E, BATCH, STEPS, RATE = 64, 32, 64, 2093, 8e-3
LONGEST = PHONEMES_IN_A_WORD + 1  # phonemes and END
KEPT_BACK = 1000
HEARD = ("gradient", "network", "speech")  # pronounced while it learns, and kept back too
WEIGHTS = Path(__file__).with_name("speaking.npz")  # this recipe, seed 1, the thousand kept back; not the autograder's


@dataclass(frozen=True, repr=False, eq=False)
class PronunciationRun(Trained):
    """A network that pronounces.

    Parameters
    ----------
    heard : list of (int, float, list of str)
        After how many steps, the loss then, what the network said for `HEARD`.
    rate, by_table : float
        Phoneme error rates: the network's, and that of the letter table.
    seed : int
    """

    heard: list[tuple[int, float, list[str]]]
    rate: float
    by_table: float
    seed: int


def run(
    pronounce_loss: Learner,
    clip_grad_norm: Learner,
    letters: Array,
    phonemes: Array,
    seed: int = 0,
    steps: int = STEPS,
    on_step: Callable[[int, Array, Params], object] = lambda *_: None,
) -> tuple[Params, Array]:
    """Train one network; return its weights and its losses, one a step, in nats a phoneme.

    Parameters
    ----------
    pronounce_loss : callable
        ``pronounce_loss(params, letters, phonemes) -> (loss, grads)``.
    clip_grad_norm : callable
        ``clip_grad_norm(grads, max_norm) -> (clipped, norm)``.
    letters, phonemes : ndarray of int, shapes (N, 8) and (N, 12)
        As `utils.data.vocabulary` encodes them.
    seed, steps : int
    on_step : callable
        Called after every step with the number done, all losses and the weights.
    """
    rng = np.random.default_rng(seed)
    params = pronounce_model(rng, H, E)
    batches = [_trimmed(letters[n], phonemes[n]) for n in minibatches(rng, len(letters), BATCH, steps)]
    rows = [phonemes for _, phonemes in batches]
    losses = descend(
        pronounce_loss,
        clip_grad_norm,
        params,
        batches,
        lambda share: RATE * (1 - 0.9 * share),
        lambda done, losses: on_step(done, an_id(losses, rows), params),
    )
    return params, an_id(losses, rows)


def _trimmed(letters: Array, phonemes: Array) -> tuple[Array, Array]:
    """Leave out the columns that are padding in every row: they cost time and change nothing that is counted."""
    return letters, phonemes[:, (phonemes != PAD).any(axis=0)]


def spoken_ids(pronounce: Learner, params: Params, letters: Array) -> Array:
    """Return the ids that a learner's `pronounce` gives to spellings, shape (N, 11).

    Raises
    ------
    CallFailed
        If what it returns are not ids of phonemes.
    """
    ids = np.asarray(pronounce({name: p.copy() for name, p in params.items()}, letters.copy(), LONGEST))
    if ids.shape != (len(letters), LONGEST) or ids.dtype.kind not in "iu" or not (0 <= ids.min() <= ids.max() < P):
        raise CallFailed(
            f"pronounce should return ids from 0 to {P - 1} of shape {len(letters), LONGEST}: check(pronounce) first."
        )
    return ids


def words_spoken(pronounce: Learner, params: Params, letters: Array) -> list[tuple[str, ...]]:
    """Return what a learner's `pronounce` says to spellings, a tuple of phonemes for each; like `spoken_ids`."""
    return decode_pronunciations(spoken_ids(pronounce, params, letters))


def encoded(pronunciations: Mapping[str, Sequence[str]]) -> tuple[Array, Array]:
    """Return letters (N, 8) and phonemes (N, 12) of word -> phonemes."""
    return encode_spellings([*pronunciations]), encode_pronunciations([*pronunciations.values()])


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the least number of phonemes to change, leave out or put in that makes `one` into `other`.

    Parameters
    ----------
    one, other : sequence

    References
    ----------
    Levenshtein (1966), Binary codes capable of correcting deletions, insertions, and reversals.

    Examples
    --------
    >>> edits("kitten", "sitting")
    3
    """
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        above_left, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            above_left, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above_left + (a != b))
    return row[-1]


def error_rate(spoken: Iterable[Sequence[str]], true: Collection[Sequence[str]]) -> float:
    """Return the phoneme error rate: `edits` of all words together, over the phonemes there should be."""
    return sum(map(edits, spoken, true)) / sum(map(len, true))


def letter_table(pronunciations: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for every letter the phoneme that stands for it most often, by a count alone.

    Only words with as many letters as phonemes are counted, first letter with first phoneme and so on.

    Parameters
    ----------
    pronunciations : dict of str to sequence of str

    Returns
    -------
    dict of str to str
    """
    seen: dict[str, Counter[str]] = {letter: Counter() for letter in LETTERS}
    for word, phonemes in pronunciations.items():
        if len(word) == len(phonemes):
            for letter, phoneme in zip(word, phonemes, strict=True):
                seen[letter][phoneme] += 1
    return {letter: counts.most_common(1)[0][0] for letter, counts in seen.items() if counts}


def divided(
    pronunciations: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return two dicts: the words to train on, and those kept back, whose first are `HEARD`."""
    words = [word for word in pronunciations if word not in HEARD]
    others = np.random.default_rng(0).permutation(len(words))[: KEPT_BACK - len(HEARD)]
    new = [*HEARD, *(words[n] for n in others)]
    return {word: phonemes for word, phonemes in pronunciations.items() if word not in set(new)}, {
        word: pronunciations[word] for word in new
    }


@dataclass(frozen=True)
class _Words:
    """What one training reads and another reads again: rows that nobody can write into.

    Attributes
    ----------
    letters, phonemes : ndarray of int
        Of the words to train on.
    new_letters : ndarray of int
        Of those kept back.
    new : tuple of tuple of str
        The phonemes of those kept back.
    by_table : float
        The error rate of the letter table on those kept back.
    """

    letters: Array
    phonemes: Array
    new_letters: Array
    new: tuple[tuple[str, ...], ...]
    by_table: float


# Until the process ends: the dictionary takes a second or two to read, more than a short training.
@functools.cache
def _words() -> _Words:
    old, new = divided(short(load_pronunciations()))
    letters, phonemes = encoded(old)
    new_letters, _ = encoded(new)
    for rows in (letters, phonemes, new_letters):
        rows.flags.writeable = False
    table = letter_table(old)
    by_table = error_rate([[table[letter] for letter in word] for word in new], new.values())
    return _Words(letters, phonemes, new_letters, tuple(new.values()), by_table)


@guarded
def pronouncing(
    pronounce_loss: Learner, pronounce: Learner, clip_grad_norm: Learner, seed: int = 0, steps: int = STEPS
) -> PronunciationRun:
    """Train a network to pronounce, let it speak as it learns, and count its errors on words it has not read.

    Parameters
    ----------
    pronounce_loss, clip_grad_norm : callable
        As for `run`.
    pronounce : callable
        ``pronounce(params, letters, max_length) -> ids``.
    seed, steps : int

    Returns
    -------
    PronunciationRun or Note
    """
    words = _words()
    letters = words.new_letters.copy()  # the learner's own functions get them
    progress = Progress(f"{steps:,} batches of {BATCH} words")
    heard: list[tuple[int, float, list[str]]] = []

    def show(done: int, losses: Array, params: Params) -> None:
        if done in (1, steps) or done % max(steps // 12, 1) == 0:
            spoken = [" ".join(word) for word in words_spoken(pronounce, params, letters[: len(HEARD)])]
            heard.append((done, float(np.mean(losses[-100:])), spoken))
            progress.show(done / steps, f"{heard[-1][1]:5.2f} nats a phoneme   {HEARD[0]}: {spoken[0]}")

    params, losses = run(pronounce_loss, clip_grad_norm, words.letters, words.phonemes, seed, steps, show)
    rate = error_rate(words_spoken(pronounce, params, letters), words.new)
    return PronunciationRun(params, losses, {"error_rate": round(rate, 4)}, heard, rate, words.by_table, seed)
