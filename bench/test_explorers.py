"""Measure how long a learner waits after moving a control: the new picture, drawn and packed for the page.

Processor time is measured, which is the wait if nothing else runs: a busy machine does not count against a picture.
"""

import itertools
import time

import pytest
from moves import MOVES, made


@pytest.mark.benchmark(group="an explorer answers a control (limit: 150 ms)", timer=time.process_time)
@pytest.mark.parametrize(
    ("name", "control"), [(name, control) for name, (_, moves) in MOVES.items() for control in moves]
)
def test_explorer(benchmark, name, control):
    start, moves = MOVES[name]
    explorer = made(name)
    explorer.set(**start)
    values = itertools.cycle(moves[control])

    def move():
        # Always to another value, since the same one would draw nothing.
        explorer.controls[control].value = next(values)

    benchmark.pedantic(move, rounds=20, warmup_rounds=3)
    assert explorer.errors == [] and explorer.figure is not None
