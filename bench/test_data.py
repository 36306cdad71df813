"""Measure how long a learner waits when a notebook loads its data (limit: 0.3 s)."""

import pytest

from utils.data import load_digits, load_pronunciations, load_words


@pytest.mark.parametrize("load", [load_words, load_pronunciations])
@pytest.mark.benchmark(group="loading the words (limit: 300 ms)")
def test_loading(benchmark, load):
    assert len(benchmark(load)) > 100_000


@pytest.mark.benchmark(group="loading the digits (limit: 300 ms)")
def test_loading_digits(benchmark):
    images, labels = benchmark(load_digits)
    assert len(images) == len(labels) == 1400
