"""Draw the first weights of the networks that speak: one names a picture, one pronounces a spelling."""

import numpy as np
from numpy.typing import DTypeLike

from utils.data.vocabulary import P, V
from utils.experiments.results import Array, Params

PIXELS = 64


def caption_model(
    rng: np.random.Generator, H: int = 64, E: int = 16, dtype: DTypeLike = np.float32, ids: int = V
) -> Params:
    """Draw a network that writes letters about a picture.

    Parameters
    ----------
    rng : numpy.random.Generator
    H, E : int
        Units of the LSTM, numbers in the embedding of a letter.
    dtype : numpy dtype
    ids : int
        Size V of the alphabet.

    Returns
    -------
    dict of str to ndarray
        W_image (64, H), b_image (H,), W_embed (V, E), Wx (E, 4H), Wh (H, 4H), b (4H,), W_out (H, V), b_out (V,).
        Matrices are N(0, 1/rows), embeddings N(0, 0.5²); biases are 0, but 1 for the forget gates.
    """
    params = {
        "W_image": _matrix(rng, PIXELS, H),
        "b_image": np.zeros(H),
        "W_embed": 0.5 * rng.standard_normal((ids, E)),
        **lstm(rng, E, H),
        "W_out": _matrix(rng, H, ids),
        "b_out": np.zeros(ids),
    }
    return {name: p.astype(dtype) for name, p in params.items()}


def pronounce_model(rng: np.random.Generator, H: int = 64, E: int = 32, dtype: DTypeLike = np.float32) -> Params:
    """Draw a network that reads letters and writes phonemes.

    Parameters
    ----------
    rng, H, E, dtype
        As for `caption_model`.

    Returns
    -------
    dict of str to ndarray
        W_letters (V, E), enc_Wx (E, 4H), enc_Wh (H, 4H), enc_b (4H,), W_phonemes (P, E), dec_Wx (E, 4H),
        dec_Wh (H, 4H), dec_b (4H,), W_out (H, P), b_out (P,); drawn as in `caption_model`.
    """
    params = {
        "W_letters": 0.5 * rng.standard_normal((V, E)),
        **lstm(rng, E, H, "enc_"),
        "W_phonemes": 0.5 * rng.standard_normal((P, E)),
        **lstm(rng, E, H, "dec_"),
        "W_out": _matrix(rng, H, P),
        "b_out": np.zeros(P),
    }
    return {name: p.astype(dtype) for name, p in params.items()}


def lstm(rng: np.random.Generator, D: int, H: int, prefix: str = "") -> Params:
    """Draw the weights of one LSTM: Wx (D, 4H), Wh (H, 4H), b (4H,), their names behind `prefix`, float64."""
    b = np.zeros(4 * H)
    b[H : 2 * H] = 1  # the gates stand in the order i, f, o, g
    return {f"{prefix}Wx": _matrix(rng, D, 4 * H), f"{prefix}Wh": _matrix(rng, H, 4 * H), f"{prefix}b": b}


def _matrix(rng: np.random.Generator, rows: int, columns: int) -> Array:
    return np.asarray(rng.standard_normal((rows, columns)) / np.sqrt(rows))
