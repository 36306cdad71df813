"""`stable_softmax`: probabilities from scores of any size."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


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
    why="Subtracting c from every score of a row multiplies numerator and denominator by the same e^(−c), so p stays "
    "as it is. With c the row's largest score, no exponent is above 0 and one is exactly 0: nothing overflows, and "
    "the sum that p is divided by is at least 1.",
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
    worked_example=WorkedExample(
        "One row, z = [[1000, 1001, 1002]]. With 1002 taken off, the scores are −2, −1 and 0, and their exponentials "
        "are 0.1353, 0.3679 and 1. Together these are 1.5032, so the probabilities are 0.0900, 0.2447 and 0.6652.",
        arguments=(np.array([[1000.0, 1001.0, 1002.0]]),),
        values={
            "0.1353": "np.exp(-2)",
            "0.3679": "np.exp(-1)",
            "1.5032": "np.exp([-2, -1, 0]).sum()",
            "0.0900": "np.exp(-2) / np.exp([-2, -1, 0]).sum()",
            "0.2447": "np.exp(-1) / np.exp([-2, -1, 0]).sum()",
            "0.6652": "1 / np.exp([-2, -1, 0]).sum()",
        },
    ),
    mistakes=(
        Mistake(
            "columns-for-rows",
            edit=(
                "z.max(axis=1, keepdims=True))\n    p = exponentials / exponentials.sum(axis=1, keepdims=True)",
                "z.max(axis=0, keepdims=True))\n    p = exponentials / exponentials.sum(axis=0, keepdims=True)",
            ),
            hints=(
                "These are the numbers of a softmax over the columns: every column of p sums to 1.",
                "z is (N, V), one example a row. Which axis is summed away when V scores become one number?",
                "Two equal scores share their row: z = [[0, 0]] should give [[0.5, 0.5]]. Over the columns it gives "
                "[[1, 1]].",
            ),
        ),
        Mistake(
            "divided-by-column-sums",
            edit=("exponentials.sum(axis=1, keepdims=True)", "exponentials.sum(axis=0, keepdims=True)"),
            hints=(
                "Each entry of p is the share that its exponential has of its column.",
                "Which numbers should add up to 1 when you are done: those of a row, or those of a column?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Divided by the column sums it is [[1, 1]].",
            ),
        ),
        Mistake(
            "divided-by-one-sum",
            edit=("exponentials.sum(axis=1, keepdims=True)", "exponentials.sum()"),
            hints=(
                "Each entry of p is the share that its exponential has of the whole array: p as a whole sums to 1.",
                "How many sums are there, if every row is a distribution of its own?",
                "For z = [[0, 0], [0, 0]] every entry should be 0.5. Yours are 0.25.",
            ),
        ),
        Mistake(
            "not-divided",
            edit=("exponentials / exponentials.sum(axis=1, keepdims=True)", "exponentials"),
            hints=(
                "The largest entry of every row of p is exactly 1, whatever the other scores are.",
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
                "These are the logarithms of the right probabilities: none of them is above 0.",
                "Can a probability be negative?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Its logarithms are [[−0.6931, −0.6931]].",
            ),
        ),
        Mistake(
            "not-shifted",
            edit=("z - z.max(axis=1, keepdims=True)", "z"),
            hints=(
                "p is right for scores of ordinary size. In rows of very large or very negative scores it holds nan.",
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
                "p is right where all rows have scores of a similar size. In a row far below the highest one it is "
                "nan.",
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
                "Two things at once: the entries of p as a whole sum to 1, and where scores are very large, p holds "
                "nan.",
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
                "Your probabilities are right, but whoever gave you the scores has lost them.",
                "Which line writes into an array that you did not make?",
                "With z = [[3, 5]], z is [[−2, 0]] after the call: `z -= 5` changes z, `z - 5` makes a new array.",
            ),
        ),
        Mistake(
            "nan-made-zero",
            whole="""def stable_softmax(z):
    exponentials = np.exp(z)
    return np.nan_to_num(exponentials / exponentials.sum(axis=1, keepdims=True))
""",
            hints=(
                "p is right for scores of ordinary size. Rows of very large or very negative scores are all 0.",
                "What do the probabilities of such a row add up to, and what should they?",
                "For z = [[1000, 1000]] the answer is [[0.5, 0.5]]. Yours is [[0, 0]]: inf / inf is nan, and the nan "
                "became 0.",
            ),
        ),
        Mistake(
            "scores-cut-off",
            whole="""def stable_softmax(z):
    exponentials = np.exp(np.clip(z, -700, 700))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
""",
            hints=(
                "p is right for scores of ordinary size. Beyond a limit all scores count alike.",
                "The scores 1000 and 1002: is one of the two words likelier, and is it in yours?",
                "z = [[1000, 1002]] has the probabilities [[0.1192, 0.8808]], as [[−2, 0]] has. Cut off at 700, both "
                "scores are the same, and yours are [[0.5, 0.5]].",
            ),
        ),
        Mistake(
            "large-scores-cut-off",
            whole="""def stable_softmax(z):
    exponentials = np.exp(np.minimum(z, 700))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
""",
            hints=(
                "p is right for scores of ordinary size. Beyond a limit all large scores count alike, and rows of very "
                "negative scores hold nan.",
                "The scores 1000 and 1002: is one of the two words likelier, and is it in yours? What is exp(−1000)?",
                "z = [[1000, 1002]] has the probabilities [[0.1192, 0.8808]], as [[−2, 0]] has. Cut off at 700, both "
                "scores are the same, and yours are [[0.5, 0.5]].",
            ),
        ),
    ),
)
