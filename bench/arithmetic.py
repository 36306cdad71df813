"""Turn what was measured into the numbers of the table: start-up taken out, ratios, medians with their spread."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class CannotMeasure(Exception):
    """Why a row has no numbers: what is missing here, or what went wrong, in one sentence."""


@dataclass(frozen=True)
class Spent:
    """What something cost: seconds of processor time, of all processes together, and seconds by the clock."""

    cpu: float
    wall: float

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.cpu + other.cpu, self.wall + other.wall)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.cpu - other.cpu, self.wall - other.wall)

    def __truediv__(self, count: float) -> "Spent":
        return Spent(self.cpu / count, self.wall / count)


def per_unit(many: Spent, one: Spent, count: int, ones: int = 1) -> Spent:
    """Return what each further unit costs: a run of `count` less a run of one, so that start-up is not in it.

    Parameters
    ----------
    many, one : Spent
        What the long run cost, and the short one.
    count : int
        Units of the long run.
    ones : int
        Units of the short run: one for each worker, since each has to start.

    Raises
    ------
    CannotMeasure
        If the long run cost no more than the short one: the machine is too busy, or `count` too small.
    """
    if count <= ones:
        raise CannotMeasure(f"A run of {ones} cannot be taken out of a run of {count}: measure more.")
    unit = (many - one) / (count - ones)
    if unit.cpu <= 0 or unit.wall <= 0:
        raise CannotMeasure(
            f"A run of {count} took no longer than a run of {ones}: this machine is too busy to measure on."
        )
    return unit


@dataclass(frozen=True)
class Spread:
    """The median of some measurements, the least and the greatest."""

    median: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{short(self.median)} ({short(self.low)}–{short(self.high)})" if self.count > 1 else short(self.median)


def spread(values: Sequence[float]) -> Spread:
    """Return the median of measurements with the least and the greatest of them."""
    return Spread(statistics.median(values), min(values), max(values), len(values))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest measurement that at least this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def short(number: float) -> str:
    """Write a number with three digits, as people do: 0.0123, 7.41, 12.3, 1,234."""
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:#.3g}"


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> Spread:
    """Return how many times as much theirs is as ours, round by round: both sides of a round saw the same machine."""
    return spread([other / own for other, own in zip(theirs, ours, strict=True)])


def interleaved(rounds: int, sides: dict[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Measure all sides in turn, round by round (ABAB…), so that what slows the machine down slows down every side."""
    measured: dict[str, list[T]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            measured[name].append(side())
    return measured
