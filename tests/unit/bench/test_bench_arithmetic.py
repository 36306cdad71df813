"""The numbers of `make bench`: start-up is in neither side, ratios are of one round, medians have a spread."""

import random

import numpy as np
import pytest

from bench.arithmetic import CannotMeasure, Spent, interleaved, per_unit, quantile, ratios, short, spread


@pytest.mark.parametrize("ones", [1, 2])
def test_start_up_is_taken_out(ones):
    start, each = Spent(2.5, 4.0), Spent(0.5, 0.25)
    many, few = (Spent(start.cpu + n * each.cpu, start.wall + n * each.wall) for n in (40, ones))
    found = per_unit(many, few, 40, ones)
    assert (found.cpu, found.wall) == pytest.approx((0.5, 0.25))
    # what a plain division would say
    assert (many / 40).cpu == pytest.approx(0.5625)


def test_a_run_of_one_says_nothing_about_the_next():
    with pytest.raises(CannotMeasure, match="A run of 2 cannot be taken out of a run of 2"):
        per_unit(Spent(1, 1), Spent(0.5, 0.5), 2, 2)


def test_a_long_run_that_took_no_longer_is_refused():
    with pytest.raises(CannotMeasure, match="too busy"):
        per_unit(Spent(3.0, 1.0), Spent(2.0, 1.5), 4)


def test_ratios_are_taken_round_by_round():
    found = ratios([10.0, 20.0, 30.0], [1.0, 4.0, 2.0])
    assert (found.low, found.median, found.high, found.count) == (5.0, 10.0, 15.0, 3)


def test_a_spread_is_shown_where_there_is_one():
    assert str(spread([3.0, 1.0, 2.0])) == "2.00 (1.00–3.00)"
    assert str(spread([2.0])) == "2.00"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (0.01234, "0.0123"), (7.4, "7.40"), (12.34, "12.3"), (1234.4, "1,234"), (-0.5, "-0.500")],
)
def test_numbers_have_three_digits(number, shown):
    assert short(number) == shown


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("count", [1, 2, 10, 11])
def test_quantiles_are_those_of_numpy(count, share):
    values = random.Random(count).sample(range(100), count)
    assert quantile(values, share) == np.quantile(values, share, method="inverted_cdf")


def test_sides_are_measured_in_turn():
    seen = []
    found = interleaved(3, {"a": lambda: seen.append("a") or len(seen), "b": lambda: seen.append("b") or len(seen)})
    assert seen == ["a", "b", "a", "b", "a", "b"]
    assert found == {"a": [1, 3, 5], "b": [2, 4, 6]}
