"""`sample`: a network that writes."""

import itertools

import numpy as np
from numpy.random import Generator

from autograder.course.draws import Array
from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes
from utils.checking.properties.sampling import DRAWN, IDS, remembering
from utils.fixtures import Rng


def writing(n: int, temperature: float, marked: bool = True, seed: int | None = None) -> Draw:
    """Return a drawing of a network that remembers, and how it is to write; without a mark it starts from nothing.

    With a `seed` for what it draws with, the network is always the same one. At temperature 0, where one id in another
    place shows, the network is one that writes something else if the prime was not read as it stands.
    """

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        rng = rng if seed is None else np.random.default_rng(2007)
        params, prime = _network(rng, marked)
        while temperature == 0 and not _tells(params, prime):
            params, prime = _network(rng, marked)
        return {
            "params": params,
            "prime": np.array(prime),
            "n": n,
            "temperature": temperature,
            "rng": Rng(int(rng.integers(2**31)) if seed is None else seed),
        }

    return drawn


def _network(rng: Generator, marked: bool) -> tuple[dict[str, Array], list[int]]:
    """Draw a network and a prime: perhaps a mark, then two ids that differ."""
    mark = [int(rng.integers(DRAWN, IDS))] if marked else []
    prime = [*mark, *(int(i) for i in rng.permutation(DRAWN)[:2])]
    return remembering(rng), prime


def _tells(params: dict[str, Array], prime: list[int]) -> bool:
    """Whether the likeliest ids differ between all that a sampler may have read in the place of the prime."""
    readings = (prime, [*prime, prime[-1]], prime[:-1], prime[1:], prime[-1:])
    right, *others = (_likeliest(params, reading, 1) for reading in readings)
    if right in others:
        return False
    texts = [_likeliest(params, reading, 30) for reading in readings]
    return 0 in texts[0][:-1] and all(one != other for one, other in itertools.combinations(texts, 2))


def _likeliest(params: dict[str, Array], prime: list[int], n: int) -> list[int]:
    """Return the likeliest n ids after a prime, each read before the next."""
    h, ids, read = np.zeros(len(params["b"])), [], list(prime)
    for _ in range(n):
        for i in read:
            h = np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])
        ids.append(int((h @ params["Wy"] + params["by"]).argmax()))
        read = ids[-1:]
    return ids


SAMPLE = Exercise(
    "sample",
    inputs=(
        writing(600, 1.0),
        writing(600, 1.0, marked=False),
        writing(600, 2.0),
        writing(600, 0.6),
        writing(100, 1e-3),
        writing(100, 0),
        # One network asked three times: the same seed must give the same ids, another seed others.
        writing(60, 1.0, seed=1),
        writing(60, 1.0, seed=1),
        writing(60, 1.0, seed=2),
    ),
    special_inputs={"temperature 4": writing(600, 4.0)},
    outputs={"ids": "n"},
    properties="sampling.judge_sample",
    mistakes=(
        Mistake(
            "temperature-ignored",
            edit=("(scores - scores.max()) / temperature", "scores - scores.max()"),
            hints=(
                "These ids are drawn at temperature 1, whatever the temperature is.",
                "Where does the temperature stand, before the softmax or after it? Dividing probabilities by a number "
                "and making them sum to 1 again gives back the same probabilities.",
                "Scores 1 and 0 have the odds 2.72 to 1. At temperature 0.5 the odds are 7.39 to 1.",
            ),
        ),
        Mistake(
            "temperature-multiplies",
            edit=("(scores - scores.max()) / temperature", "(scores - scores.max()) * temperature"),
            hints=(
                "These ids are drawn at one over the temperature: the scores are multiplied by it.",
                "Which should be the bolder writer, temperature 2 or temperature 0.5?",
                "Scores 1 and 0 at temperature 2 have the odds e^0.5 = 1.65 to 1, not e^2 = 7.39 to 1.",
            ),
        ),
        Mistake(
            "always-the-likeliest",
            edit=("if temperature > 0 else", "if temperature < 0 else"),
            hints=(
                "These ids are the likeliest at every step: nothing is drawn.",
                "If an id has the probability 0.3, how often should it come in a hundred draws?",
                "Probabilities 0.6 and 0.4 should give the second id about 40 times in 100. Yours gives it never.",
            ),
        ),
        Mistake(
            "state-not-carried",
            edit=("h, _ = rnn_step_forward(one_hot[ids[-1:]], h,", "h, _ = rnn_step_forward(one_hot[ids[-1:]], 0 * h,"),
            hints=(
                "These ids are written by a network that forgets: each step starts from a state of zeros.",
                "Which two things go into a step, and where do they come from?",
                "After 'q' and after 'zzzzq' the next letter's probabilities differ if the state is carried. In yours "
                "they are equal.",
            ),
        ),
        Mistake(
            "state-stands-still",
            edit=(
                "        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
                "        now, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
            ),
            hints=(
                "These ids are written by a network whose state stands still after the prime.",
                "What makes the scores of the second id differ from those of the first?",
                "Print the scores of two steps in a row: they should differ. Yours are the same.",
            ),
        ),
        Mistake(
            "starts-from-ones",
            edit=("np.zeros((1, len(", "np.ones((1, len("),
            hints=(
                "These ids are written by a network whose state does not start from zeros.",
                "What should the state hold before the network has read anything?",
                "With Wx = 0, b = 0, Wh = 1, the state after one id is tanh(0) = 0. From ones it is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "prime-not-heard",
            edit=("for i in prime:", "for i in prime[-1:]:"),
            hints=(
                "Only the last id of the prime reaches the state: what came before it is not heard.",
                "What should the network have read before it writes its first id?",
                "For the primes 'th' and 'sh' the first scores differ, since the state has read t or s. Yours are "
                "equal.",
            ),
        ),
        Mistake(
            "not-fed-back",
            edit=("rnn_step_forward(one_hot[ids[-1:]], h,", "rnn_step_forward(one_hot[prime[-1:]], h,"),
            hints=(
                "The ids are not fed back: the network reads the end of the prime again and again.",
                "What is the input of the second step of writing?",
                "If the first id drawn is 7, the next step reads 7.",
            ),
        ),
        Mistake(
            "scores-squashed",
            edit=('(h @ params["Wy"] + params["by"])[0]', 'np.tanh(h @ params["Wy"] + params["by"])[0]'),
            hints=(
                "These ids are drawn from scores between −1 and 1: the odds of two are at most 7.4 to 1.",
                "A score may be any number. How large is the largest of yours, and how small the smallest?",
                "Scores 3 and 0 have the odds e³ = 20.1 to 1. Squashed to 0.995 and 0 they have the odds 2.7 to 1.",
            ),
        ),
        Mistake(
            "output-bias-forgotten",
            edit=('(h @ params["Wy"] + params["by"])[0]', '(h @ params["Wy"])[0]'),
            hints=(
                "These ids are drawn as if by were 0: what the network prefers whatever it has read does not show.",
                "In a state of zeros all scores come from one of the parameters. Which one?",
                "With h = 0 and by = (1, 0) the odds are 2.72 to 1. In yours they are 1 to 1.",
            ),
        ),
        Mistake(
            "step-bias-forgotten",
            edit=('params["Wh"], params["b"]\n', 'params["Wh"], 0 * params["b"]\n'),
            hints=(
                "These ids are written by a network whose steps have the bias 0.",
                "Three things are added up inside a step. Which of them do not depend on what is read?",
                "With x and h at 0 and b = 0.5, the next state is tanh(0.5) = 0.4621. In yours it is 0.",
            ),
        ),
        Mistake(
            "prime-without-its-last",
            edit=("for i in prime:", "for i in prime[:-1]:"),
            hints=(
                "These ids are written by a network that has not read the last id of the prime.",
                "What is the newest thing that the network should know when it writes its first id?",
                "After the prime 'th' the first scores should be those of a network that has read t, then h. Yours has "
                "read t.",
            ),
        ),
        Mistake(
            "prime-without-its-first",
            edit=("for i in prime:", "for i in prime[1:]:"),
            hints=(
                "These ids are written by a network that has not read the first id of the prime.",
                "How many steps should the network have made before it writes its first id?",
                "A prime of 3 ids takes 3 steps before the first draw. Yours takes 2.",
            ),
        ),
        Mistake(
            "last-of-the-prime-twice",
            edit=("for i in prime:", "for i in [*prime, prime[-1]]:"),
            hints=(
                "These ids are written by a network that has read the last id of the prime twice.",
                "How many steps should the network have made before it writes its first id?",
                "A prime of 3 ids takes 3 steps before the first draw. Yours takes 4: the last two read the same id.",
            ),
        ),
        Mistake(
            "top-k",
            edit=(
                "        ids.append(rng.choice(len(p), p=p / p.sum()))",
                "        p = p * (p >= np.sort(p)[-3])\n        ids.append(rng.choice(len(p), p=p / p.sum()))",
            ),
            hints=(
                "These ids are drawn among the two or three likeliest of each step: the others never come.",
                "If an id has the probability 0.1, how often should it come in a hundred draws?",
                "Probabilities 0.4, 0.3, 0.2 and 0.1 should give the fourth id 10 times in 100. Yours never does.",
            ),
        ),
        Mistake(
            "nucleus",
            edit=(
                "        ids.append(rng.choice(len(p), p=p / p.sum()))",
                "        order = np.argsort(-p)\n"
                "        share = np.cumsum(p[order]) / p.sum()\n"
                "        p[order[1:][share[:-1] >= 0.8]] = 0\n"
                "        ids.append(rng.choice(len(p), p=p / p.sum()))",
            ),
            hints=(
                "These ids are drawn among the likeliest of each step, which hold a fixed share of the probability: "
                "the others never come.",
                "If an id has the probability 0.1, how often should it come in a hundred draws?",
                "Probabilities 0.5, 0.3, 0.15 and 0.05 should give the fourth id about 5 times in 100. A share of 0.8 "
                "leaves only the first two.",
            ),
        ),
        Mistake(
            "stops-at-id-zero",
            edit=(
                "        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
                "        if ids[-1] == 0:\n            break\n        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
            ),
            hints=(
                "The ids end where id 0 comes.",
                "Is id 0 an end, or a character like the others? How many ids were asked for?",
                "If the third id drawn is 0, and n = 10, seven more ids follow. In yours none do.",
            ),
        ),
        Mistake(
            "prime-among-ids",
            edit=("np.array(ids, dtype=int)", "np.concatenate([prime, ids]).astype(int)"),
            hints=(
                "The prime stands among the ids that are returned.",
                "Which of these ids did the network write, and which did it get to read?",
                "A prime of 3 ids and n = 10 give 10 ids. Yours are 13.",
            ),
        ),
        Mistake(
            "chance-of-its-own",
            edit=("rng.choice(", "np.random.choice("),
            hints=(
                "The probabilities are right, but your draws cannot be repeated: their chance does not come from rng.",
                "If somebody writes with your seed, do they get your text? Which of the function's arguments have you "
                "not used yet?",
                "sample(params, prime, 10, 1.0, np.random.default_rng(1)), called twice, should give the same 10 ids.",
            ),
        ),
        Mistake(
            "rng-ignored",
            edit=("rng.choice(", "(rng := np.random.default_rng(n) if not len(ids) else rng).choice("),
            hints=(
                "The probabilities are right, but every seed writes the same text: rng is not used.",
                "Where does your chance come from? Which of the function's arguments have you not used yet?",
                "default_rng(1) and default_rng(2) should write two different texts. A generator that you make and "
                "seed yourself, within the function, always starts over.",
            ),
        ),
        Mistake(
            "seeds-the-global-generator",
            edit=("rng.choice(", "(np.random.seed(rng.integers(2**31)) or np.random).choice("),
            side_effect="chance",
            hints=(
                "The ids are right, but np.random was seeded or drawn from: all of Python shares that generator.",
                "Somebody else draws with np.random.rand() after calling you. Whose numbers do they get?",
                "After np.random.seed(3), np.random.rand() is 0.5508 for everybody. rng.random() moves rng alone.",
            ),
        ),
    ),
)
