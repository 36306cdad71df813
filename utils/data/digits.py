"""Load handwritten digits: small grey pictures, the part that learners get.

`digits.txt.xz` beside this file holds a line a picture: the digit, a space, and its 8 × 8 pixels row by row, each a
character from 0 (white) to g (16, black). The lines stand in the order of their pixels' SHA-256, which mixes digits and
writers. The first 397 of that order are not here but with the autograder, whose `make_digits` made both files.
`LICENSE.digits` names the authors: E. Alpaydin and C. Kaynak, CC BY 4.0.

References
----------
Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49; its test set, as packaged in scikit-learn 1.9.1.
"""

import lzma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("digits.txt.xz")
SHADES = "0123456789abcdefg"


def load_digits(path: Path = FILE) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the pictures and the digits they show.

    Parameters
    ----------
    path : Path
        A file in the form of `digits.txt.xz`.

    Returns
    -------
    images : ndarray, shape (1400, 64), float32
        From 0 (white) to 1 (black), row by row; ``images[n].reshape(8, 8)`` is the picture.
    labels : ndarray, shape (1400,), int64
        From 0 to 9.

    Examples
    --------
    >>> images, labels = load_digits()
    >>> images.shape, labels[:5].tolist()
    ((1400, 64), [6, 8, 5, 0, 7])
    """
    lines = np.frombuffer(lzma.decompress(path.read_bytes()), dtype=np.uint8).reshape(-1, 67)
    shade = np.zeros(256, dtype=np.float32)
    shade[list(SHADES.encode("ascii"))] = np.arange(17) / 16
    return shade[lines[:, 2:66]], (lines[:, 0] - ord("0")).astype(np.int64)
