"""Which schedulers may be used, how many jobs are in a cluster, and what a job costs that ends its workers."""

import sys
import time
from dataclasses import replace

import dask
import pytest
from distributed import LocalCluster, get_worker
from small_class import ASSIGNMENT

from autograder import cli
from autograder.cluster import outcomes as coordinator
from autograder.cluster.outcomes import outcomes
from autograder.cluster.part import MadeBy, Part
from autograder.cluster.scheduler import require_private
from autograder.cluster.worker import Result
from autograder.errors import BadRequest, InfrastructureError
from autograder.grading.job import Job, Outcome
from autograder.grading.provenance import Run

MADE_BY = MadeBy("grader", "exercises", "numpy")
PLANTED = Part(ASSIGNMENT, None, {}, MADE_BY)


def complaint(address, capsys):
    """Return what `autograder grade` says of a request that cannot be carried out."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", ASSIGNMENT, "--scheduler", address])
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["tls://scheduler.example.org:8786", "tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"]
)
def test_encrypted_and_local_schedulers_are_used(address):
    require_private(address)


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "tcp://scheduler:8786", "tcp://0.0.0.0:8786"])
def test_a_scheduler_elsewhere_without_tls_is_refused_unless_said_aloud(address, capsys):
    message = complaint(address, capsys)
    assert address in message and "not encrypted" in message and "--without-tls" in message
    require_private(address, without_tls=True)


@pytest.mark.parametrize("address", ["scheduler:8786", "tls://scheduler", "ws://127.0.0.1:8786", "tls://:8786", ""])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadRequest, match="write tls://HOST:PORT"):
        require_private(address, without_tls=True)


def test_a_scheduler_that_is_not_there_is_named(course):
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "100ms"}),
        pytest.raises(InfrastructureError, match=r"tcp://127\.0\.0\.1:9 cannot be reached"),
    ):
        list(outcomes(course, ASSIGNMENT, iter(()), None, "tcp://127.0.0.1:9"))


def test_without_dask_the_extra_is_named(monkeypatch, capsys):
    for name in [one for one in sys.modules if one.startswith("autograder.cluster")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "'.[instructor,cluster]'" in complaint("tls://scheduler:8786", capsys)


@pytest.mark.parametrize(
    ("otherwise", "words"), [("numpy", "NumPy"), ("grader", "the grader"), ("exercises", "the exercises"), (None, "")]
)
def test_what_a_worker_has_otherwise_is_named(otherwise, words):
    theirs = replace(MADE_BY, **{otherwise: "older"}) if otherwise else MADE_BY
    assert theirs.difference(MADE_BY) == (f"{words} older, where this machine has {otherwise}" if otherwise else "")


started = None  # the cluster whose workers `judged` ends; both are in this process


def judged(name, job):
    """Judge as a worker does, but at once; `killer` ends each worker it comes to, `unlucky` one, `last` all."""
    worker = get_worker()
    if not job.seeds.submission:
        return Result(worker.address, MADE_BY, Outcome("seeds wanted", submission=job.student))
    tries.append(job.student)
    if job.student == "killer" or (job.student == "unlucky" and tries.count("unlucky") == 1):
        about = {"address": worker.address, "stimulus_id": "test", "expected": False}
        started.loop.add_callback(started.scheduler.remove_worker, **about)
        time.sleep(1)
    if job.student == "other":
        return Result(worker.address, replace(MADE_BY, grader="older"), Outcome("graded"))
    if job.student == "last":
        started.loop.add_callback(started.scheduler.close)
        time.sleep(1)
    return Result(worker.address, MADE_BY, Outcome("graded"))


tries = []


@pytest.fixture(scope="module")
def own(small_class):
    """A course with a secret of its own."""
    return small_class("own").course


@pytest.fixture
def in_process(monkeypatch):
    """Start a scheduler and workers in this process; a worker's end is what the scheduler sees of one."""
    monkeypatch.setattr(coordinator, "part", lambda *_: PLANTED)
    monkeypatch.setattr(coordinator, "judge", judged)
    tries.clear()
    config = {"distributed.scheduler.allowed-failures": 0, "distributed.comm.timeouts.connect": "1s"}
    with (
        dask.config.set(config),
        LocalCluster(n_workers=5, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None) as one,
    ):
        monkeypatch.setattr(sys.modules[__name__], "started", one)
        yield one


def jobs(*students):
    for student in students:
        yield Job(student, ASSIGNMENT, "x.ipynb", b"", Run("", "", ""))


def test_who_was_beside_a_killer_is_graded_and_the_killer_is_not(own, in_process):
    students = ["ann", "bob", "killer", "cyd", "unlucky", "dan"]
    found = list(outcomes(own, ASSIGNMENT, jobs(*students), None, in_process.scheduler_address))
    states = {job.student: outcome.state for job, outcome in found}
    assert states == {**dict.fromkeys(students, "graded"), "killer": "quarantined"}
    assert len(found) == len(students)
    assert tries.count("killer") == 2 and tries.count("unlucky") == 2


def test_the_window_bounds_how_many_jobs_are_in_the_cluster(own, in_process):
    taken, most, given = [0], [], 0

    def counted():
        for job in jobs(*map(str, range(60))):
            taken[0] += 1
            yield job

    for _ in outcomes(own, ASSIGNMENT, counted(), None, in_process.scheduler_address):
        given += 1
        most.append(taken[0] - given)
    assert given == 60
    assert 5 < max(most) <= 3 * 5  # more than the workers, so that none waits; as docs/reference.md says


def test_a_scheduler_that_ends_is_named(own, in_process):
    found = []
    with pytest.raises(InfrastructureError, match="The scheduler is gone"):
        for job, _ in outcomes(own, ASSIGNMENT, jobs("ann", "bob", "last"), None, in_process.scheduler_address):
            found.append(job.student)
    assert "last" not in found


def test_a_result_of_another_grader_is_refused_whatever_the_worker_says(own, in_process):
    with pytest.raises(InfrastructureError, match="has the grader older, where this machine has grader"):
        list(outcomes(own, ASSIGNMENT, jobs("other"), None, in_process.scheduler_address))
