"""What locating costs is counted in events, since times say little: as a rule they are few, and never above a cap."""

import statistics

import numpy as np
import pytest
from recording import cell

from autograder.building.waypoints import LOCATED, Ways
from autograder.course import open_course
from utils import fixtures
from utils.checking import check_function
from utils.checking.locate import locating, waypoints
from utils.checking.locate.recorder import MOST, Recorder
from utils.checking.locate.source import recorded
from utils.checking.run_cases import Clock

CAP = 300
LOOP = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    total = 0.0
    for turn in range({turns}):
        total = total + turn
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    next_h = np.exp(np.cos(37 * next_h)) * next_h**2
    return next_h, (x, prev_h, Wx, Wh, next_h)
"""


@pytest.fixture
def logs(monkeypatch):
    """The lengths of the logs of all recorded runs."""
    lengths = []

    class Counting(Recorder):
        def __init__(self, before_cache):
            super().__init__(before_cache, most=CAP)  # so few that no clock ends a run before

        def clear(self):
            lengths.append(len(getattr(self, "log", ())))
            super().clear()

        def leave(self, frame):
            super().leave(frame)
            lengths.append(len(self.log))

    monkeypatch.setattr(locating, "Recorder", Counting)
    return lengths


def test_a_check_of_any_right_way_records_few_events():
    """Wrong answers are slips in these; a check of one records its two cases."""
    course = open_course()
    ways, most = Ways(course), []
    for name in LOCATED:
        exercise = course.exercise(name)
        for names in ways.of(exercise).values():
            recorder = Recorder(locating._before_cache)
            copy = recorded(names[name], recorder, [other for other in fixtures.names() if other != name])
            forward = names[exercise.forward] if exercise.forward else None
            events = []
            with np.errstate(all="ignore"):
                for case in sorted(waypoints.load(name)):
                    locating.run(copy, forward, fixtures.load(name), case, recorder, Clock(30))
                    events.append(len(recorder.log))
            most.append(max(events))
    assert len(most) > 3 * len(LOCATED)
    assert statistics.median(most) <= 250
    assert np.quantile(most, 0.9) <= 2_500
    assert max(most) <= MOST


@pytest.mark.parametrize(("turns", "located"), [(2, True), (CAP, False)])
def test_what_records_more_is_ended_at_the_cap_and_not_located(logs, turns, located):
    function = cell(LOOP.format(turns=turns))["rnn_step_forward"]
    report = check_function.found(function)
    assert report.wrong and bool(report.location) == located
    assert max(logs) == CAP if not located else 0 < max(logs) < 100
