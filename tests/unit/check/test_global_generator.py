"""A use of NumPy's global generator is noticed, whatever it is and whatever is drawn from it."""

import numpy as np
import pytest
from numpy.random import mtrand

from utils.checking.global_generator import GlobalGenerator


@pytest.fixture(autouse=True)
def as_it_was():
    """Put NumPy's own generator back after a test."""
    before, state = mtrand.get_bit_generator(), np.random.get_state(legacy=False)
    yield
    mtrand.set_bit_generator(before)
    np.random.set_state(state)


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.PCG64], ids=["the usual one", "another one"])
@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("draw", [np.random.normal, np.random.random])
def test_each_draw_shows_at_the_next_look(kind, kept, draw):
    """Of two normal numbers that are drawn together, the second is `kept`: to hand it out moves nothing else."""
    mtrand.set_bit_generator(kind(3))
    np.random.normal(size=kept)
    looks = GlobalGenerator()
    before = looks.state()
    for _ in range(3):
        assert looks.state() == before
        draw()
        assert looks.state() != before
        before = looks.state()


def test_a_seed_shows():
    looks = GlobalGenerator()
    before = looks.state()
    np.random.seed(5)
    assert looks.state() != before


def test_to_read_the_state_or_to_use_another_generator_is_no_use():
    looks = GlobalGenerator()
    before = looks.state()
    np.random.get_state()
    np.random.default_rng(5).normal()
    assert looks.state() == before
