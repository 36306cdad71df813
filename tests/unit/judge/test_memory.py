"""The memory guard ends the kernel that fills this process's memory, once, and nobody else's."""

import sys
import threading

import numpy as np
import pytest

from autograder.sandbox.memory_guard import Guard, resident

MEGABYTE = 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="The system does not tell how large a process is.")
def test_growth_beyond_the_bound_ends_the_kernel():
    ended = threading.Event()
    guard = Guard(ended.set, 150 * MEGABYTE)
    small = np.ones(5 * MEGABYTE)
    assert not ended.wait(0.2)
    large = np.ones(40 * MEGABYTE)
    assert ended.wait(10)
    guard.stop()
    assert resident() > small.nbytes + large.nbytes


def test_a_stopped_guard_ends_nobody():
    ended = threading.Event()
    guard = Guard(ended.set, -(10**15))
    guard.stop()
    ended.clear()
    assert not ended.wait(0.1)
