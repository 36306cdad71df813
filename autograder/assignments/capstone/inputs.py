"""Draw the inputs that several exercises of 07 are called with: models, what they read, and what they should write."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autograder.assignments.capstone import data
from autograder.assignments.capstone.writing import encoded, written
from autograder.course.draws import biases
from autograder.course.exercise import Draw, Inputs, Sizes
from utils.data import vocabulary
from utils.data.vocabulary import END, PAD, START

Array = NDArray[np.float64]
Ids = NDArray[np.int64]
Model = dict[str, Array]
CLEAR = 1e-3  # by how much a written id's score must exceed the next, so that any way of adding up writes the same
WORDS = 50  # to be learned by heart


def lstm(rng: Generator, E: int, H: int, prefix: str = "") -> Model:
    """Draw an LSTM's weights, Wx (E, 4H), Wh (H, 4H) and b (4H,); no bias is near zero."""
    return {
        f"{prefix}Wx": rng.standard_normal((E, 4 * H)) / np.sqrt(E),
        f"{prefix}Wh": rng.standard_normal((H, 4 * H)) / np.sqrt(H),
        f"{prefix}b": biases(rng, 4 * H),
    }


def captioner(rng: Generator, V: int, E: int, H: int) -> Model:
    """Draw a caption model of V ids."""
    return {
        "W_image": rng.standard_normal((64, H)) / 4,
        "b_image": biases(rng, H),
        "W_embed": rng.standard_normal((V, E)),
        **lstm(rng, E, H),
        "W_out": rng.standard_normal((H, V)) / np.sqrt(H),
        "b_out": biases(rng, V),
    }


def pronouncer(rng: Generator, V: int, P: int, E: int, H: int) -> Model:
    """Draw a pronouncing model of V letters and P phonemes."""
    return {
        "W_letters": rng.standard_normal((V, E)),
        **lstm(rng, E, H, "enc_"),
        "W_phonemes": rng.standard_normal((P, E)),
        **lstm(rng, E, H, "dec_"),
        "W_out": rng.standard_normal((H, P)) / np.sqrt(H),
        "b_out": biases(rng, P),
    }


def pictures(rng: Generator, N: int) -> Array:
    """Draw N pictures of noise, shape (N, 64), in the 17 shades of the digits."""
    return rng.integers(0, 17, (N, 64)) / 16


def sentences(rng: Generator, N: int, L: int, V: int) -> Ids:
    """Draw N rows of START, ids, END, PAD: the first is full, the last of several the shortest, and ids recur."""
    rows = np.full((N, L), PAD)
    for n, row in enumerate(rows):
        length = L - 2 if n == 0 else 1 if n == N - 1 else int(rng.integers(1, L - 1))
        row[: length + 2] = [START, *rng.integers(3, V, length), END]
    rows[0, 1:3] = 3
    return rows


def spellings(rng: Generator, N: int, S: int, V: int) -> Ids:
    """Draw N rows of letters, shape (N, S), padded on the left; the first is full."""
    rows = rng.integers(3, V, (N, S))
    for row in rows[1:]:
        row[: rng.integers(1, S)] = PAD
    return rows


def captioned(rng: Generator, s: Sizes) -> Inputs:
    """Draw a caption model with pictures and captions."""
    V, L = s.V + 4, s.T + 4
    images, captions = pictures(rng, s.N), sentences(rng, s.N, L, V)
    return {"params": captioner(rng, V, s.D, s.H), "images": images, "captions": captions}


def pronounced(rng: Generator, s: Sizes) -> Inputs:
    """Draw a pronouncing model with spellings and pronunciations."""
    V, P, L = s.V + 4, s.M + 4, s.T + 4
    letters, phonemes = spellings(rng, s.N, s.D + 2, V), sentences(rng, s.N, L, P)
    return {"params": pronouncer(rng, V, P, s.D, s.H), "letters": letters, "phonemes": phonemes}


def decoded_caption(params: Model, images: Array, length: int) -> tuple[Ids, Array]:
    """Return ids and margins of a caption model, as `written` does."""
    h = images @ params["W_image"] + params["b_image"]
    embedding, Wx, Wh, b, W_out, b_out = (params[name] for name in ("W_embed", "Wx", "Wh", "b", "W_out", "b_out"))
    ids, margins = written(h, np.zeros_like(h), embedding, Wx, Wh, b, W_out, b_out, length)
    return ids, margins


def decoded_pronunciation(params: Model, letters: Ids, length: int) -> tuple[Ids, Array]:
    """Return ids and margins of a pronouncing model, as `written` does."""
    h, c = encoded(params, letters)
    names = ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b", "W_out", "b_out")
    embedding, Wx, Wh, b, W_out, b_out = (params[name] for name in names)
    ids, margins = written(h, c, embedding, Wx, Wh, b, W_out, b_out, length)
    return ids, margins


DECODED: dict[str, Callable[..., tuple[Ids, Array]]] = {"caption": decoded_caption, "pronounce": decoded_pronunciation}


def certain(ids: Ids, margins: Array) -> NDArray[np.bool_]:
    """Return which rows, shape (N,), hold no close choice up to their END."""
    before = np.cumsum(ids == END, axis=1) - (ids == END) == 0
    closest: Array = np.where(before, margins, np.inf).min(axis=1)
    return closest > CLEAR


def telling(ids: Ids) -> bool:
    """Whether what a decoder does at END shows: one row ends early, another goes on, and START and PAD come later."""
    ended = (ids[:, :-1] == END).any(axis=1)
    return bool(ended.any() and (len(ids) == 1 or not ended.all()) and (ids[ended][:, -1] != PAD).all())


def all_ended(ids: Ids) -> bool:
    """Whether every row has ended two steps before the last."""
    return bool((ids[:, :-2] == END).any(axis=1).all() and (ids[:, -2:] == PAD).all())


def speaking(
    draw: Draw,
    length: int,
    decoded: Callable[..., tuple[Ids, Array]],
    shows: Callable[[Ids], bool] = telling,
    ending: float = 1.5,
) -> Draw:
    """Return a drawing of a small model of random weights, in which what happens at END `shows`.

    Output weights six times as large as usual and a bias for END, `ending`, let it write different ids of very
    different scores.
    """

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        for _ in range(2000):
            params, read, _ = draw(rng, s).values()
            params["W_out"] *= 6
            params["b_out"][END] += ending
            ids, margins = decoded(params, read, length)
            if certain(ids, margins).all() and shows(ids):
                break
        name = "images" if read.dtype.kind == "f" else "letters"
        return {"params": params, name: read, "max_length": length}

    return drawn


# Until the process ends: two networks and what they read, loaded once. `cases.draw` copies what is drawn, so nothing
# changes them.
@functools.cache
def _trained(model: str) -> Model:
    return data.trained(model)


@functools.cache
def _held_back(model: str) -> NDArray[Any]:
    if model == "caption":
        return data.held_back_digits()[0]
    return vocabulary.encode_spellings(list(vocabulary.short(data.held_back_pronunciations())))


def on_held_back(model: str, rows: int, length: int) -> Draw:
    """Return a drawing of `rows` digits or words that do not ship, for the judge's trained weights."""

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        params, decoded = _trained(model), DECODED[model]
        name = "images" if model == "caption" else "letters"
        read = _held_back(model)
        chosen = read[rng.choice(len(read), 3 * rows, replace=False)]
        chosen = chosen[certain(*decoded(params, chosen, length))]
        return {"params": params, name: chosen[:rows], "max_length": length}

    return drawn


def steep(draw: Draw, output: float) -> Draw:
    """Return a drawing with weights twice as large, those of the output `output` times: gradients are longer than 5.

    Their lengths change from step to step, so that it shows at which length they are clipped.
    """

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        inputs = draw(rng, s)
        params = {name: 2 * p for name, p in inputs["params"].items()}
        return inputs | {"params": params | {"W_out": output * inputs["params"]["W_out"]}}

    return drawn


def trainings(draw: Callable[..., Draw], load: Callable[[], Any]) -> tuple[Draw, ...]:
    """Return the cases of a training: few steps of a small model, none, and enough to learn 50 words by heart.

    Few steps are made three times, twice from weights so large that the gradients have to be clipped; in the longer of
    these they become too short for that.
    """
    return (
        draw(load, 5, 4, 6, 3),
        steep(draw(load, 5, 4, 6, 20), 6),
        steep(draw(load, 5, 4, 6, 4), 24),
        draw(load, 5, 4, 6, 0),
        draw(load, WORDS, 16, 32, 150, np.float32),
    )
