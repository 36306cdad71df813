"""`stable_softmax`: probabilities from scores of any size."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw scores of ordinary size."""
    return {"z": 2 * rng.standard_normal((s.N, s.V))}


def high_scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw rows whose exponentials overflow, with one score far below: subtracting the smallest does not help."""
    z = 2 * rng.standard_normal((s.N, s.V)) + rng.uniform(800, 1200)
    z[:, 0] -= 900
    return {"z": z}


def scattered_scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw rows that overflow beside rows that underflow: no one number can be subtracted from all of them."""
    heights = rng.uniform(800, 1200, (s.N, 1)) * np.where(np.arange(s.N) % 2, -1, 1)[:, None]
    return {"z": 2 * rng.standard_normal((s.N, s.V)) + heights}


def one_far_below(rng: Generator, s: Sizes) -> Inputs:
    """Draw rows of ordinary scores but for one far below: subtracting the largest magnitude leaves nothing."""
    z = 2 * rng.standard_normal((s.N, s.V))
    z[:, -1] = -1000
    return {"z": z}


def spread_scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw rows that spread so far that the exponential overflows from their mean or their middle, too."""
    return {"z": rng.permuted(np.tile(np.linspace(-750, 750, s.V), (s.N, 1)), axis=1)}


STABLE_SOFTMAX = Exercise(
    "stable_softmax",
    inputs=(scores, high_scores, scattered_scores, scores),
    special_inputs={
        **by_size(scores),
        "one score far below the others": one_far_below,
        "scores that spread over 1,500": spread_scores,
    },
    outputs={"p": "N V"},
    patterns={
        "all": "In a row that is wrong: do your probabilities lie between 0 and 1, and do they sum to 1? "
        "Does any of them change if 1000 is added to every score of that row?",
    },
    mistakes=(
        Mistake(
            "columns-for-rows",
            edit=(
                "z.max(axis=1, keepdims=True))\n    p = exponentials / exponentials.sum(axis=1, keepdims=True)",
                "z.max(axis=0, keepdims=True))\n    p = exponentials / exponentials.sum(axis=0, keepdims=True)",
            ),
            hints=(
                "These are the numbers of a softmax over the columns: in yours every column of p sums to 1.",
                "z is (N, V), one example a row. Which axis is summed away when V scores become one number?",
                "Two equal scores share their row: z = [[0, 0]] should give [[0.5, 0.5]]. Over the columns it gives "
                "[[1, 1]].",
            ),
        ),
        Mistake(
            "divided-by-column-sums",
            edit=("exponentials.sum(axis=1, keepdims=True)", "exponentials.sum(axis=0, keepdims=True)"),
            hints=(
                "These are the right exponentials, divided by the sums of the columns.",
                "Which numbers should add up to 1 when you are done: those of a row, or those of a column?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Divided by the column sums it is [[1, 1]].",
            ),
        ),
        Mistake(
            "divided-by-one-sum",
            edit=("exponentials.sum(axis=1, keepdims=True)", "exponentials.sum()"),
            hints=(
                "These are the right exponentials, divided by one sum for the whole array: p as a whole sums to 1.",
                "How many sums are there, if every row is a distribution of its own?",
                "For z = [[0, 0], [0, 0]] every entry should be 0.5. Yours are 0.25.",
            ),
        ),
        Mistake(
            "not-divided",
            edit=("exponentials / exponentials.sum(axis=1, keepdims=True)", "exponentials"),
            hints=(
                "These are the exponentials themselves: they are not divided by their sum yet.",
                "What should the entries of one row add up to?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Yours gives [[1, 1]].",
            ),
        ),
        Mistake(
            "logarithm-of-it",
            edit=(
                "p = exponentials / exponentials.sum(axis=1, keepdims=True)",
                "p = np.log(exponentials / exponentials.sum(axis=1, keepdims=True))",
            ),
            hints=(
                "These are the logarithms of the right probabilities.",
                "Can a probability be negative?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Its logarithms are [[−0.6931, −0.6931]].",
            ),
        ),
        Mistake(
            "not-shifted",
            edit=("z - z.max(axis=1, keepdims=True)", "z"),
            hints=(
                "This is the formula as it stands on paper. Floats are finite: large scores overflow, very negative "
                "ones underflow, and what is left of the quotient is nan.",
                "Adding the same number to all scores of a row changes no probability. Which number would you add so "
                "that no exponential can overflow, and not all of them can vanish?",
                "exp(1000) is inf in float64, and inf / inf is nan. With their maximum taken off, the scores 1000 and "
                "1000 are 0 and 0, and the answer is 0.5 and 0.5.",
            ),
        ),
        Mistake(
            "one-shift-for-all-rows",
            edit=("z.max(axis=1, keepdims=True)", "z.max()"),
            hints=(
                "You take one number off all rows, the largest score of the whole array. It saves the highest row; in "
                "a row far below it every exponential is 0, and 0 / 0 is nan.",
                "Each row is a distribution of its own. What is the largest score of a row after your shift?",
                "For the rows [1000, 1000] and [0, 0], the largest score is 1000: the second row becomes exp(−1000), "
                "which is stored as 0. Taken row by row, both give [0.5, 0.5].",
            ),
        ),
        Mistake(
            "one-sum-and-not-shifted",
            whole="""def stable_softmax(z):
    return np.exp(z) / np.exp(z).sum()
""",
            hints=(
                "Two things at once: one sum is taken over the whole array where every row has its own, and nothing "
                "keeps large scores from overflowing.",
                "Take two equal rows: what should each of them add up to? And then scores of 1000: what is exp(1000)?",
                "For z = [[0, 0], [0, 0]] every entry should be 0.5; yours are 0.25. For z = [[1000, 1000]] both "
                "should be 0.5; yours are inf / inf, which is nan.",
            ),
        ),
        Mistake(
            "shifts-in-place",
            whole="""def stable_softmax(z):
    z -= z.max(axis=1, keepdims=True)
    exponentials = np.exp(z)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
""",
            side_effect="mutates",
            hints=(
                "Your probabilities are right, but z is another array after the call: whoever gave you the scores "
                "has lost them.",
                "Which line writes into an array that you did not make?",
                "With z = [[3, 5]], z is [[−2, 0]] after the call: `z -= 5` changes z, `z - 5` makes a new array.",
            ),
        ),
    ),
)
