"""A worker starts the next submission's kernel early; each submission still has a new kernel, and the same mark."""

import contextlib
import time

import nbformat
import psutil
import pytest
from tiny_course import ASSIGNMENT, SOLUTIONS, submission
from traitlets.config import Config

from autograder.grading import job, provenance
from autograder.judging import caller, cases, kernel_ahead, launch
from autograder.sandbox import fork_client

LOOK = (
    "import os, random, numpy as np\n"
    "print(os.path.exists('left'), 'left' in globals(), os.urandom(8).hex(), random.random(), np.random.rand())\n"
    "left = open('left', 'w').close()"
)


@pytest.fixture
def started(monkeypatch):
    """Keep a kernel ahead, as a worker does; list all kernels that are started."""
    found, begin = [], launch.LiveKernel.begin

    def listed(self, *about):
        found.append(self)
        begin(self, *about)

    monkeypatch.setattr(launch.LiveKernel, "begin", listed)
    monkeypatch.setattr(kernel_ahead, "_keeps_one", True)
    fork_client.current()
    yield found
    kernel_ahead.end()


def kernels():
    """Return how many processes of the fork server's there are, with itself."""
    found = 0
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            found += "fork_server" in " ".join(one.cmdline())
    return found


def test_each_kernel_is_for_one_submission(judged, started):
    before = kernels()
    printed = []
    for number in range(1, 4):
        judgement = judged(SOLUTIONS, [("decay", LOOK)])
        assert judgement.score == 10.0
        printed += [cell.outputs[0].text.split() for cell in judgement.notebook.cells if cell.get("source") == LOOK]
        assert len(started) == number + 1 and len({*started}) == number + 1
    assert [line[:2] for line in printed] == [["False", "False"]] * 3
    assert len({text for line in printed for text in line[2:]}) == 9
    assert started[-1].is_alive() and not any(one.is_alive() for one in started[:-1])
    kernel_ahead.end()
    until = time.monotonic() + 10  # for the last process of a kernel to be gone
    while kernels() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert kernels() == before


def test_it_starts_while_the_other_is_at_work(judged, started):
    waits = "import time\ntime.sleep(1)\nprint('waited')"
    assert judged(SOLUTIONS, [("decay", waits)]).score == 10.0
    assert started[1]._starting.done()
    ready = started[1].fork_server, started[1].trust
    assert ready == (fork_client.current(), started[0].trust)


def test_other_settings_get_another_kernel(judged, started):
    writes = ("decay", "import os\nprint(os.statvfs('.').f_blocks * os.statvfs('.').f_frsize // 2**20)")

    def size(**settings):
        notebook = judged(SOLUTIONS, [writes], **settings).notebook
        return next(cell.outputs[0].text.strip() for cell in notebook.cells if cell.get("source") == writes[1])

    assert (size(disk=50), size(disk=20), size(disk=20)) == ("50", "20", "20")
    assert len(started) == 5 and not any(one.is_alive() for one in started[:-1])


@pytest.mark.parametrize("when", ["while it starts", "when it is ready"])
def test_a_kernel_that_ended_before_it_was_needed_is_not_used(judged, started, when):
    waits = "import time\ntime.sleep(1)" if when == "when it is ready" else "pass"
    assert judged(SOLUTIONS, [("decay", waits)]).score == 10.0
    ended = fork_client.current()._process
    ended.kill(), ended.wait()
    fork_client.current()  # a second later
    judgement = judged(SOLUTIONS)
    assert judgement.score == 10.0 and not judgement.repairs
    assert started[1] is not started[-1] and not started[1].is_alive()


def test_an_ordinary_kernel_is_not_started_ahead(judged, started):
    assert judged(SOLUTIONS, isolation="none").score == 10.0
    assert len(started) == 1


def test_a_kernel_that_was_started_ahead_may_replace_one_that_ended(judged, started):
    judgement = judged(SOLUTIONS | {"affine_backward": "import os\nos._exit(1)"})
    assert [one.score for one in judgement.results] == [3.0, 0.0, 2.0]
    assert len(started) == 3 and started[0].fork_server is started[1].fork_server


def test_references_are_computed_while_the_kernel_works(judged, monkeypatch):
    order, execute, answer, decode = [], launch.Channels.execute, cases.answer, caller.protocol.decode

    def noted(name, function):
        def call(*args, **kwargs):
            order.append(name)
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr(launch.Channels, "execute", noted("asked", execute))
    monkeypatch.setattr(cases, "answer", noted("expected", answer))
    monkeypatch.setattr(caller.protocol, "decode", noted("read", decode))
    assert judged(SOLUTIONS).score == 10.0
    first = order.index("expected")
    assert order[first - 1] == "asked" and "read" in order[first:]
    between = order[first : order.index("read")]
    assert len(between) >= 4 and {*between} == {"expected"}


def test_an_error_while_references_are_computed_costs_no_points(tiny, monkeypatch):
    def fails(*_, **__):
        raise MemoryError("no room")

    monkeypatch.setattr(cases, "answer", fails)
    right = nbformat.writes(submission(SOLUTIONS)).encode()
    one = job.Job("ann", ASSIGNMENT, "a.ipynb", right, provenance.Run("run", "grader", "exercises"))
    outcome = job.judge(tiny, Config(), one)
    assert (outcome.state, outcome.marks) == ("infrastructure", {}) and "no room" in outcome.message
