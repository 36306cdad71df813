"""Make the two files of handwritten digits, for learners and for the autograder, from what scikit-learn carries.

``pip download --no-deps scikit-learn==1.9.1``, then, with the wheel that came,
``python -m autograder.assignments.capstone.data.make_digits``.
Only the data is taken out of the wheel; the course does not depend on scikit-learn.
"""

import argparse
import csv
import gzip
import hashlib
import lzma
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.assignments.capstone import data
from utils.data import digits

HELD_BACK = 397
_LICENCE = """\
The two files digits.txt.xz and digits-held-back.txt.xz of this course hold the test set of

    Alpaydin, E. and Kaynak, C. (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning Repository.
    https://doi.org/10.24432/C50P49

which its authors license under Creative Commons Attribution 4.0 International (CC BY 4.0),
https://creativecommons.org/licenses/by/4.0/legalcode. It is provided as it is, without warranties.

Changes: the 1,797 pictures, as the package scikit-learn 1.9.1 carries them, were put into the order of the SHA-256 of
their pixels, written with one character a pixel, and divided into 397 and 1,400.
"""


def pictures(table: str) -> list[tuple[str, str]]:
    r"""Return the picture on every line of the table, in the order of the pixels' SHA-256.

    Parameters
    ----------
    table : str
        64 pixels from 0 to 16 and the digit on each line, separated by commas.

    Returns
    -------
    list of (str, str)
        The pixels as 64 characters, and the digit. The order depends on the pixels alone, so that equal pictures are
        neighbours.

    Raises
    ------
    ValueError
        If a picture occurs twice: it might then be in both files.

    Examples
    --------
    >>> [(pixels, digit)] = pictures("0," * 63 + "16,7")
    >>> pixels[-3:], digit
    ('00g', '7')
    """
    found = {}
    for *pixels, digit in csv.reader(table.splitlines()):
        drawn = "".join(digits.SHADES[int(pixel)] for pixel in pixels)
        if drawn in found:
            raise ValueError(f"This picture of a {digit} occurs twice: {drawn}")
        found[drawn] = digit
    return sorted(found.items(), key=lambda entry: hashlib.sha256(entry[0].encode("ascii")).digest())


def packed(entries: Iterable[tuple[str, str]]) -> bytes:
    """Return pictures as the bytes of a file."""
    lines = "".join(f"{digit} {drawn}\n" for drawn, digit in entries)
    return lzma.compress(lines.encode("ascii"), preset=9 | lzma.PRESET_EXTREME)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write both files and the licence."""
    parser = argparse.ArgumentParser(prog="make_digits", description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the downloaded wheel of scikit-learn")
    with zipfile.ZipFile(parser.parse_args(arguments).wheel) as wheel:
        table = gzip.decompress(wheel.read("sklearn/datasets/data/digits.csv.gz")).decode("ascii")
    entries = pictures(table)
    for path, chosen in ((data.DIGITS, entries[:HELD_BACK]), (digits.FILE, entries[HELD_BACK:])):
        path.write_bytes(packed(chosen))
        path.with_name("LICENSE.digits").write_text(_LICENCE, encoding="utf-8")
        print(f"{path.name}: {len(chosen)} pictures, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
