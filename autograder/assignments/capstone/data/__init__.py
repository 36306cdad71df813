"""Data that learners do not get: what their models are judged on, and the trained networks they are handed."""

from pathlib import Path

from utils.data import load_digits, load_pronunciations
from utils.experiments.weights import load

_FOLDER = Path(__file__).parent
FILE = _FOLDER / "cmudict-held-back.txt.xz"
DIGITS = _FOLDER / "digits-held-back.txt.xz"
WEIGHTS = {name: _FOLDER / f"{name}.npz" for name in ("caption", "pronounce")}
TRAINED = _FOLDER / "trained.json"
BARS = _FOLDER / "bars.json"


def held_back_pronunciations():
    """Return the words that do not ship to learners and their phonemes, as `load_pronunciations` does."""
    return load_pronunciations(FILE)


def held_back_digits():
    """Return the 397 pictures that do not ship to learners and their digits, as `load_digits` does."""
    return load_digits(DIGITS)


def trained(function):
    """Return the weights that the judge passes to a student's `caption` or `pronounce`.

    Parameters
    ----------
    function : str
        ``"caption"`` or ``"pronounce"``.

    Returns
    -------
    dict of str to ndarray
        float32, in the shapes of `utils.experiments.speakers`. `make_trained` beside this file made them, and
        ``trained.json`` tells how often they are right on what is held back.
    """
    return load(WEIGHTS[function])
