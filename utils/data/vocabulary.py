"""Turn letters and phonemes into numbers and back, as the networks of assignment 07 read and write them.

Both alphabets begin with three ids that stand for no sound: `PAD` fills rows to a common length, `START` is the first
input of a decoder, `END` the last id it is to write. Spellings are read backwards, so that the first letter, which
decides the first phoneme, is read last, and the padding comes first (Sutskever, Vinyals & Le 2014, Sequence to
sequence learning with neural networks, NeurIPS).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

PAD, START, END = 0, 1, 2
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ARPABET = "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
PHONEMES = tuple(_ARPABET.split())
V, P = 3 + len(LETTERS), 3 + len(PHONEMES)  # ids of each alphabet
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LETTERS_IN_A_WORD, PHONEMES_IN_A_WORD = 8, 10  # at most, in assignment 07

_LETTER_ID = {letter: i for i, letter in enumerate(LETTERS, start=3)}
_PHONEME_ID = {phoneme: i for i, phoneme in enumerate(PHONEMES, start=3)}

Phonemes = TypeVar("Phonemes", bound=Collection[str])


def short(pronunciations: Mapping[str, Phonemes]) -> dict[str, Phonemes]:
    """Return those entries of word -> phonemes that assignment 07 uses: at most 8 letters and 10 phonemes."""
    return {
        word: phonemes
        for word, phonemes in pronunciations.items()
        if len(word) <= LETTERS_IN_A_WORD and len(phonemes) <= PHONEMES_IN_A_WORD
    }


def encode_spellings(words: Sequence[str], length: int = LETTERS_IN_A_WORD) -> NDArray[np.int64]:
    """Return words as rows for an encoder: letters backwards, `PAD` before them.

    Parameters
    ----------
    words : sequence of str
        Of the letters a to z.
    length : int
        Of every row.

    Returns
    -------
    ndarray, shape (len(words), length), int64

    Examples
    --------
    >>> encode_spellings(["cab"], length=5)
    array([[0, 0, 4, 3, 5]])
    """
    rows = np.full((len(words), length), PAD, dtype=np.int64)
    for row, word in zip(rows, words, strict=True):
        row[length - len(word) :] = [_LETTER_ID[letter] for letter in reversed(word)]
    return rows


def decode_spellings(ids: ArrayLike) -> list[str]:
    """Return the words of rows made by `encode_spellings`."""
    return ["".join(LETTERS[i - 3] for i in reversed(row) if i != PAD) for row in np.asarray(ids).tolist()]


def encode_pronunciations(
    pronunciations: Sequence[Sequence[str]], length: int = PHONEMES_IN_A_WORD + 2
) -> NDArray[np.int64]:
    """Return pronunciations as rows for a decoder: `START`, phonemes, `END`, then `PAD`.

    Parameters
    ----------
    pronunciations : sequence of sequence of str
        Phonemes without stress.
    length : int
        Of every row.

    Returns
    -------
    ndarray, shape (len(pronunciations), length), int64

    Examples
    --------
    >>> encode_pronunciations([("K", "AE", "B")], length=6)
    array([[ 1, 22,  4,  9,  2,  0]])
    """
    return _rows(pronunciations, _PHONEME_ID, length)


def encode_numerals(labels: ArrayLike | range) -> NDArray[np.int64]:
    """Return digits as rows for a decoder: `START`, the letters of the English word, `END`, then `PAD`.

    Parameters
    ----------
    labels : sequence of int
        From 0 to 9.

    Returns
    -------
    ndarray, shape (len(labels), 7), int64

    Examples
    --------
    >>> encode_numerals([1])
    array([[ 1, 17, 16,  7,  2,  0,  0]])
    """
    return _rows(NUMERALS, _LETTER_ID, 7)[np.asarray(labels, dtype=np.int64)]


def decode_pronunciations(ids: ArrayLike) -> list[tuple[str, ...]]:
    """Return what a decoder wrote as tuples of phonemes, up to the first `END`.

    Parameters
    ----------
    ids : array_like of int, shape (N, L)
        Without the `START` that the decoder read first. A ``·`` stands for a `PAD` or `START` before the end.

    Returns
    -------
    list of tuple of str

    Examples
    --------
    >>> decode_pronunciations([[22, 4, 9, 2, 0]])
    [('K', 'AE', 'B')]
    """
    return [tuple(_written(row, PHONEMES)) for row in np.asarray(ids).tolist()]


def decode_letters(ids: ArrayLike, more: str = "") -> list[str]:
    """Return what a decoder wrote as words of letters; like `decode_pronunciations`.

    `more` are further characters, whose ids follow those of the letters.

    Examples
    --------
    >>> decode_letters([[17, 16, 7, 2, 0, 0]])
    ['one']
    """
    return ["".join(_written(row, LETTERS + more)) for row in np.asarray(ids).tolist()]


def _rows(words: Sequence[Sequence[str]], ids: Mapping[str, int], length: int) -> NDArray[np.int64]:
    rows = np.full((len(words), length), PAD, dtype=np.int64)
    for row, word in zip(rows, words, strict=True):
        row[: len(word) + 2] = [START, *(ids[part] for part in word), END]
    return rows


def _written(row: list[int], alphabet: Sequence[str]) -> list[str]:
    row = row[: row.index(END)] if END in row else row
    return [alphabet[i - 3] if i > END else "·" for i in row]
