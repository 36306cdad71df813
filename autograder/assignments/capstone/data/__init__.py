"""Load data that learners do not get: pictures and words to judge models on, and trained networks to call them with.

`make_digits` and `make_cmudict` beside this file wrote the data, `make_trained` the networks.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.data import load_digits, load_pronunciations
from utils.experiments.weights import load

_FOLDER = Path(__file__).parent
FILE = _FOLDER / "cmudict-held-back.txt.xz"
DIGITS = _FOLDER / "digits-held-back.txt.xz"
WEIGHTS = {name: _FOLDER / f"{name}.npz" for name in ("caption", "pronounce")}
TRAINED = _FOLDER / "trained.json"
BARS = _FOLDER / "bars.json"


def held_back_pronunciations() -> dict[str, Any]:
    """Return the words that do not ship to learners and their phonemes, as `load_pronunciations` does."""
    words: dict[str, Any] = load_pronunciations(FILE)
    return words


def held_back_digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the 397 pictures that do not ship to learners and their digits, as `load_digits` does."""
    images, digits = load_digits(DIGITS)
    return images, digits


def trained(function: str) -> dict[str, NDArray[np.float64]]:
    """Return the weights that the judge passes to a student's `caption` or `pronounce`.

    Parameters
    ----------
    function : str
        ``"caption"`` or ``"pronounce"``.

    Returns
    -------
    dict of str to ndarray
        float32, in the shapes of `utils.experiments.speakers`. ``trained.json`` records how often they are right on
        what is held back.
    """
    weights: dict[str, NDArray[np.float64]] = load(WEIGHTS[function])
    return weights
