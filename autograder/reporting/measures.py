"""Compute what a report says in numbers: quartiles, bars, correlations."""

from collections.abc import Mapping, Sequence

import numpy as np

from autograder.reporting.records import Distribution

FEWEST = 20  # students below which a correlation says nothing
BARS = 10
_SMALLEST = 1e-9  # of points: marks are kept to 0.01


def distribution(totals: Sequence[float], most: float) -> Distribution:
    """Return how the points of students are distributed; `most` is what all exercises are worth."""
    bars = [0] * BARS
    for total in totals:
        share = total / most if most else 0.0
        bars[min(max(int(BARS * (share + _SMALLEST)), 0), BARS - 1)] += 1
    low, middle, high = map(float, np.percentile(totals, (25, 50, 75))) if totals else (0.0, 0.0, 0.0)
    full = sum(total >= most - _SMALLEST for total in totals)
    return Distribution(most, tuple(bars), (low, middle, high) if totals else None, full)


def correlation(scores: Sequence[Mapping[str, float]], name: str) -> tuple[float | None, str]:
    """Return how the points of an exercise go with those of all others, or why that cannot be said.

    Parameters
    ----------
    scores : sequence of dict of str to float
        Points by exercise, of each student.
    name : str
        The exercise.

    Returns
    -------
    float or None
        Pearson's correlation with the sum of the others, so that the exercise does not go with itself.
    str
        `ExerciseFacts.why_not`.
    """
    if len(scores) < FEWEST:
        return None, "few students"
    own = np.array([one[name] for one in scores])
    rest = np.array([sum(one.values()) for one in scores]) - own
    if min(np.ptp(own), np.ptp(rest)) < _SMALLEST:
        return None, "no spread"
    return float(np.corrcoef(own, rest)[0, 1]), ""
