"""Draw what `sample` is called with: networks that remember, and primes that show whether they were read whole."""

import itertools

import numpy as np
from numpy.random import Generator

from autograder.course.draws import Array
from autograder.course.exercise import Draw, Inputs, Sizes
from utils.checking.properties.drawing import DRAWN, IDS
from utils.checking.properties.sampling import remembering
from utils.fixtures import Rng


def writing(n: int, temperature: float, marked: bool = True, seed: int | None = None) -> Draw:
    """Return a drawing of a network that remembers, and how it is to write; without a mark it starts from nothing.

    With a `seed` for what it draws with, the network is always the same one. At temperature 0, where one id in another
    place shows, the network is one that writes something else if the prime was not read as it stands. At others it is
    one that doubts: always to take the likeliest id is then another mistake than to draw from the few likeliest.
    """

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        rng = rng if seed is None else np.random.default_rng(2007)
        loudness = temperature if temperature > 0.1 else 1.0
        params, prime = _network(rng, marked, loudness)
        while not (_tells(params, prime) if temperature == 0 else _doubts(params, prime, loudness)):
            params, prime = _network(rng, marked, loudness)
        return {
            "params": params,
            "prime": np.array(prime),
            "n": n,
            "temperature": temperature,
            "rng": Rng(int(rng.integers(2**31)) if seed is None else seed),
        }

    return drawn


def _network(rng: Generator, marked: bool, loudness: float) -> tuple[dict[str, Array], list[int]]:
    """Draw a network and a prime: perhaps a mark, then two ids that differ."""
    mark = [int(rng.integers(DRAWN, IDS))] if marked else []
    prime = [*mark, *(int(i) for i in rng.permutation(DRAWN)[:2])]
    return remembering(rng, loudness), prime


def _tells(params: dict[str, Array], prime: list[int]) -> bool:
    """Whether the likeliest ids differ between all that a sampler may have read in the place of the prime."""
    readings = (prime, [*prime, prime[-1]], prime[:-1], prime[1:], prime[-1:])
    right, *others = (_likeliest(params, reading, 1)[0] for reading in readings)
    if right in others:
        return False
    texts = [_likeliest(params, reading, 30)[0] for reading in readings]
    return 0 in texts[0][:-1] and all(one != other for one, other in itertools.combinations(texts, 2))


def _doubts(params: dict[str, Array], prime: list[int], temperature: float) -> bool:
    """Whether the likeliest id has a probability of less than 0.45 once in the cycle that the likeliest ids end in.

    The next id depends on the last two and a mark that stays, so no cycle is longer than the square of `DRAWN`.
    """
    _, scores = _likeliest(params, prime, 2 * DRAWN**2)
    return any(np.exp((one - one.max()) / temperature).sum() > 1 / 0.45 for one in scores[DRAWN**2 :])


def _likeliest(params: dict[str, Array], prime: list[int], n: int) -> tuple[list[int], list[Array]]:
    """Return the likeliest n ids after a prime, each read before the next, and the scores that each was taken from."""
    h, ids, scores, read = np.zeros(len(params["b"])), [], [], list(prime)
    for _ in range(n):
        for i in read:
            h = np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])
        scores.append(h @ params["Wy"] + params["by"])
        ids.append(int(scores[-1].argmax()))
        read = ids[-1:]
    return ids, scores
