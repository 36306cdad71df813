"""Measure what a learner waits for: a check of each stranger's answer and of each solution, without and with the place.

Each round is the check of another answer, so the columns are about answers: the median, and the slowest. Processor time
is measured, which is the wait if nothing else runs. A check of `train_…` is mostly the learner's own trainings, and has
rows of its own.
"""

import statistics
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.auditing import attempt_file
from autograder.course import open_course
from utils import fixtures
from utils.checking import families
from utils.checking.check_function import checked
from utils.checking.locate import waypoints

COURSE = open_course()
FILE = Path(__file__).resolve().parent.parent / "tests" / "cases" / "attempts.json"
LIMITS = "median 20 ms, 90 % 80 ms, worst 250 ms"


@pytest.fixture(scope="module")
def answers():
    """Return (function, forward) of each answer, by whether it trains."""
    written = [(one.exercise, one.namespace(COURSE)[one.exercise]) for one in attempt_file.read(FILE, COURSE)]
    found = {True: [], False: []}
    for name, function in [*((name, COURSE.reference[name]) for name in fixtures.names()), *written]:
        fixture = fixtures.load(name)  # a kernel reads these once
        families.load(name)
        waypoints.load(name)
        forward = COURSE.reference[fixture["forward"]] if fixture["forward"] else None
        found[name.startswith("train_")].append((function, forward))
    return found


@pytest.mark.parametrize("hint", [1, 4], ids=["the place only where nothing is named", "the place always"])
@pytest.mark.parametrize("trains", [False, True], ids=["answers", "trainings"])
@pytest.mark.benchmark(group=f"a check answers a learner (limits: {LIMITS})", timer=time.process_time)
def test_check(benchmark, answers, capsys, trains, hint):
    waiting = iter(answers[trains])
    with np.errstate(all="ignore"):
        benchmark.pedantic(
            lambda function, forward: checked(function, forward=forward, hint=hint),
            setup=lambda: (next(waiting), {}),
            rounds=len(answers[trains]),
        )
    times = benchmark.stats.stats.sorted_data
    tenths = statistics.quantiles(times, n=10)
    benchmark.extra_info["90 %"] = tenths[-1]
    with capsys.disabled():
        print(f"\n{benchmark.name}: 90 % within {1000 * tenths[-1]:.0f} ms, worst {1000 * times[-1]:.0f} ms")
    assert len(times) == len(answers[trains])


@pytest.mark.benchmark(group="a bare call, to compare")
def test_bare_call_of_rnn_forward(benchmark):
    inputs = fixtures.load("rnn_forward")["cases"][0]["inputs"]
    h, _ = benchmark(COURSE.reference["rnn_forward"], *(inputs[name] for name in ("x", "h0", "Wx", "Wh", "b")))
    assert np.isfinite(h).all()
