"""Test the figure of times with the tests' own clocks: nothing here depends on how fast the machine is."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from utils.figures import _time_per_length as timing
from utils.figures import time_per_length


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets what each run of the recurrence and of the product takes, in ms."""

    def clock(recurrence, product):
        def timed(function, *args):
            took = product if function is np.matmul else recurrence
            return 1e-3 * took(), function(*args)

        monkeypatch.setattr(timing, "_timed", timed)
        monkeypatch.setattr(timing, "SECONDS", 60)

    return clock


def lasting(per_step, noise=()):
    """Return a clock for rounds over all lengths: T times `per_step`, and what the machine adds, run by run."""
    lengths, added = itertools.cycle(timing.LENGTHS), itertools.chain(noise, itertools.repeat(0.0))
    return lambda: per_step * next(lengths) + next(added)


def caption(picture):
    (text,) = [text for text in picture.figure.texts if text.get_gid() == "caption"]
    return " ".join(text.get_text().split())


def quick(x, h0, Wx, Wh, b):
    return np.zeros((*x.shape[:2], h0.shape[1])), None


def test_the_least_of_several_runs_is_shown(clock, line, title):
    clock(recurrence=lasting(0.01, noise=[9, 5, 0, 7, 3, 0, 0, 2]), product=lambda: 0.25)
    picture = time_per_length(quick)
    lengths, took = line(picture, "recurrence")
    assert lengths.tolist() == [100, 200, 400, 800, 1600]
    assert took == pytest.approx([1, 2, 4, 8, 16])
    assert line(picture, "product")[1] == pytest.approx([0.25] * 5)
    assert title(picture) == "16 times the steps take 16 times as long; one call of NumPy takes 2% of it"
    assert "least of up to 5 runs" in caption(picture) and "busy" not in caption(picture)


def test_while_a_curve_falls_it_is_measured_again(clock, line):
    clock(recurrence=lasting(0.01, noise=[9, 0, 0, 0, 0] * 6), product=lambda: 0.25)
    picture = time_per_length(quick)
    assert line(picture, "recurrence")[1] == pytest.approx([1, 2, 4, 8, 16])
    assert "least of up to 7 runs" in caption(picture) and "busy" not in caption(picture)


@pytest.mark.parametrize("slow", ["recurrence", "product"])
def test_a_curve_that_still_falls_in_the_end_is_blamed_on_the_machine(slow, line, title, monkeypatch):
    falling, growing = [7.0, 2.0, 2.0, 2.5, 3.0], [1.0, 2.0, 4.0, 8.0, 16.0]
    times = np.array([falling, growing] if slow == "recurrence" else [growing, falling])
    monkeypatch.setattr(timing, "measured", lambda _: (np.array(timing.LENGTHS), times, 6))
    picture = time_per_length(quick)
    assert line(picture, slow)[1].tolist() == falling
    assert "This machine was busy: a curve falls where T grows, so run the cell once more." in caption(picture)
    assert caption(picture).count("\n") <= 1


def test_measuring_ends_even_if_a_curve_falls_for_ever(clock, monkeypatch):
    clock(recurrence=(1e6 * 0.9**k for k in itertools.count()).__next__, product=lambda: 0.25)
    now = itertools.count()
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=now.__next__))
    _, times, rounds = timing.measured(quick)
    assert timing.falls(times)
    assert rounds == 13, "60 seconds, one for each length of each round"


def test_the_caption_gives_both_causes_of_a_leap_that_stays(title, monkeypatch):
    times = np.array([[1.0, 2.0, 4.0, 8.0, 300.0], [0.1, 0.2, 0.4, 0.8, 3.0]])
    monkeypatch.setattr(timing, "measured", lambda _: (np.array(timing.LENGTHS), times, 9))
    picture = time_per_length(quick)
    assert "this machine was busy, or later steps cost more" in caption(picture)
    assert title(picture).startswith("16 times the steps take 300 times as long")


@pytest.mark.parametrize(
    ("times", "visible"), [([[1, 2, 3]], False), ([[1, 1, 1]], False), ([[3, 2.99, 50]], False), ([[7, 2, 9]], True)]
)
def test_only_a_fall_that_can_be_seen_counts(times, visible):
    assert timing.falls(np.array(times, float)) == visible
