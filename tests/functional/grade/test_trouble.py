"""Our own trouble, or a submission's with its worker, stops nobody else and gives no mark of zero."""

import resource
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import suppress
from multiprocessing import active_children, get_context
from pathlib import Path

import nbformat
import psutil
import pytest
from test_grade import NO_KERNEL, configure
from tiny_course import ASSIGNMENT, SOLUTIONS, cell_of, submission

from autograder.errors import AutograderError
from autograder.grading import database, gradebook, job, provenance, workers
from autograder.judging import cells
from autograder.sandbox import fork_client


def test_our_own_trouble_gives_no_mark_and_is_tried_again(tiny_class):
    config = tiny_class.root / "nbgrader_config.py"
    whole = config.read_text(encoding="utf-8")
    tiny_class.submit("ann", submission(SOLUTIONS))
    configure(tiny_class, NO_KERNEL)
    row = tiny_class.grade()["ann"]
    assert (row.status, row.score) == ("infrastructure", None)
    assert "cannot be started" in row.message
    assert tiny_class.marks() == {}
    config.write_text(whole, encoding="utf-8")
    assert tiny_class.grade()["ann"].score == 10.0


def test_a_submission_that_kills_the_judge_stops_nobody(tiny_class):
    sys.path.insert(0, str(Path(__file__).parent))
    configure(tiny_class, "\nc.Autograde.sanitize_preprocessors.insert(1, 'poison.Poison')\n")
    for student in ("ann", "poison", "zoe"):
        tiny_class.submit(student, submission(SOLUTIONS))
    rows = tiny_class.grade(jobs=2)
    assert list(rows) == ["ann", "poison", "zoe"]
    assert [row.status for row in rows.values()] == ["graded", "quarantined", "graded"]
    assert f"ended {workers.TRIES_PER_SUBMISSION} times" in rows["poison"].message
    assert tiny_class.totals() == {"ann": 10.0, "zoe": 10.0}
    assert tiny_class.grade()["poison"].status == "quarantined"  # at once


def test_a_judge_that_never_answers_is_ended(tiny_class):
    run = provenance.Run("run", "grader", "exercises")
    slow = submission(SOLUTIONS, [("decay", "import time\ntime.sleep(600)")])
    one = job.Job("ann", ASSIGNMENT, "a.ipynb", nbformat.writes(slow).encode(), run)
    [(_, outcome)] = workers.outcomes(tiny_class.course, [one], seconds=0.5)
    assert outcome.state == "quarantined"


def test_a_worker_that_is_ended_while_it_waits_stops_nobody(tiny_class):
    run = provenance.Run("run", "grader", "exercises")
    right = nbformat.writes(submission(SOLUTIONS)).encode()

    def jobs():
        for student in ("ann", "bob"):
            yield job.Job(student, ASSIGNMENT, "a.ipynb", right, run)
            for process in active_children():  # the next one is asked for when this one has been judged
                process.kill()
                process.join()
                time.sleep(0.5)  # until its pool knows

    found = {one.student: outcome.state for one, outcome in workers.outcomes(tiny_class.course, jobs())}
    assert found == {"ann": "graded", "bob": "graded"}


def test_workers_share_a_fork_server_and_each_does_without_it_when_it_has_ended(tiny_class):
    shared = fork_client.current()
    run = provenance.Run("run", "grader", "exercises")
    right = nbformat.writes(submission(SOLUTIONS)).encode()
    seen = []

    def jobs():
        for number in range(6):
            yield job.Job(f"s{number}", ASSIGNMENT, "a.ipynb", right, run)
            seen.append(len(fork_servers()))
            if number == 3:
                shared._process.kill()

    found = {one.student: outcome.state for one, outcome in workers.outcomes(tiny_class.course, jobs(), count=2)}
    assert found == {f"s{number}": "graded" for number in range(6)}
    assert seen[:4] == [1] * 4 and not shared.usable
    until = time.monotonic() + 30
    while fork_servers() and time.monotonic() < until:
        time.sleep(0.05)
    assert not fork_servers()  # each worker's own ended with it


@pytest.mark.parametrize("ended, gone", [(1, True), (8, True), (3, False), (6, False), (8, False)])
def test_a_submission_under_which_the_fork_server_ends_is_judged_again(tiny_class, monkeypatch, ended, gone):
    """Its kernel ends with it, at a cell, at a check or between two, and none of that is the submission's doing."""
    undisturbed, runs = judged(tiny_class, monkeypatch, set())
    assert undisturbed.state == "graded" and sum(undisturbed.marks.values()) == 10.0 and runs >= 8
    found, runs_then = judged(tiny_class, monkeypatch, {ended}, gone)
    assert runs_then >= runs + ended or (not gone and runs_then == runs)  # the kernel may still answer
    assert (found.state, found.marks, found.comments) == ("graded", undisturbed.marks, undisturbed.comments)
    assert "ended" not in found.notebook and "stopped" not in found.notebook


def test_a_submission_under_which_every_fork_server_ends_has_no_mark(tiny_class, monkeypatch):
    found, _ = judged(tiny_class, monkeypatch, range(100))
    assert (found.state, found.marks) == ("quarantined", {})
    assert found.message == f"The fork server ended {job.TRIES} times while it was judged; --force tries again."


def judged(tiny_class, monkeypatch, ended, gone=False):
    """Judge a right submission, end the fork server before these runs of a cell; return how many runs there were.

    With `gone`, a run is asked for only when the processes of that fork server have ended, too.
    """
    run, runs = cells.BoundedClient.run, []

    def counted(self, *arguments):
        runs.append(1)
        if len(runs) in ended:
            process = fork_client.current()._process
            kernels = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            if gone:
                assert psutil.wait_procs(kernels, 30)[1] == []
        return run(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(cells.BoundedClient, "run", counted)
        right = nbformat.writes(submission(SOLUTIONS)).encode()
        one = job.Job("ann", ASSIGNMENT, "a.ipynb", right, provenance.Run("run", "grader", "exercises"))
        return job.judge(tiny_class.course, workers.nbgrader_config(tiny_class.course), one), len(runs)


def test_the_kernel_for_the_next_submission_ends_with_its_worker(tiny_class, monkeypatch):
    right = nbformat.writes(submission(SOLUTIONS)).encode()
    run = provenance.Run("run", "grader", "exercises")
    jobs = (job.Job(student, ASSIGNMENT, "a.ipynb", right, run) for student in ("ann", "bob", "zoe"))
    fork_client.current()
    before = fork_servers()
    with tempfile.TemporaryDirectory() as folder:  # of a short name, which sockets need
        monkeypatch.setattr(workers, "_context", lambda: get_context("spawn"))  # which hears of another TMPDIR
        monkeypatch.setenv("TMPDIR", folder)
        found = workers.outcomes(tiny_class.course, jobs)
        kept = []
        for _, outcome in found:
            assert outcome.state == "graded"
            kept.append([path.name for path in Path(folder).iterdir() if path.name.startswith("unrolled-")])
        assert kept[-1] and not [path.name for path in Path(folder).iterdir() if path.name in kept[-1]]
    assert fork_servers() == before


def fork_servers():
    """Return the fork servers that this process or its workers have started, by process number."""
    found = psutil.Process().children(recursive=True)
    servers = []
    for one in found:
        with suppress(psutil.Error):  # it has just ended
            if one.name() == "bwrap" and (parent := one.parent()) and parent.name() != "bwrap":
                servers.append(one.pid)
    return servers


@pytest.mark.parametrize("held", ["for a moment", "for long"])
def test_a_locked_gradebook_is_waited_for_or_reported(tiny_class, monkeypatch, held):
    tiny_class.submit("ann", submission(SOLUTIONS))
    monkeypatch.setattr(database, "PAUSE", 0.1)
    book = sqlite3.connect(tiny_class.root / "course" / "gradebook.db", check_same_thread=False)
    book.execute("BEGIN EXCLUSIVE")
    if held == "for a moment":
        release = threading.Timer(1.0, book.rollback)
        release.start()
        assert tiny_class.grade()["ann"].score == 10.0
        release.join()
    else:
        monkeypatch.setattr(database, "TRIES_WHILE_LOCKED", 1)
        with pytest.raises(AutograderError, match="locked by another program"):
            tiny_class.grade()
    book.close()


def test_a_gradebook_locked_while_one_is_recorded_stops_nobody(tiny_class, monkeypatch):
    """The first cannot be recorded, the second can."""
    for student in ("ann", "bob"):
        tiny_class.submit(student, submission(SOLUTIONS))
    monkeypatch.setattr(database, "TRIES_WHILE_LOCKED", 1)
    holder, save = [], gradebook.save

    def locked_for_ann(url, assignment, grading, *rest):
        if grading.student == "ann":
            holder.append(sqlite3.connect(tiny_class.root / "course" / "gradebook.db"))
            holder[0].execute("BEGIN IMMEDIATE")
        try:
            return save(url, assignment, grading, *rest)
        finally:
            if grading.student == "ann":
                holder[0].close()

    monkeypatch.setattr(gradebook, "save", locked_for_ann)
    rows = tiny_class.grade()
    assert [row.status for row in rows.values()] == ["infrastructure", "graded"]
    assert "locked by another program" in rows["ann"].message
    assert tiny_class.totals().get("ann") is None and tiny_class.totals()["bob"] == 10.0


def test_a_full_disk_costs_the_submission_that_does_not_fit(tiny_class):
    """As the system says it: a file may not grow beyond a megabyte."""
    large = submission(SOLUTIONS)
    picture = "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(1_200_000))"
    cell_of(large, "decay").source += f"\nfrom IPython.display import Image, display\ndisplay({picture})"
    tiny_class.submit("ann", large)
    tiny_class.submit("bob", submission(SOLUTIONS))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        rows = tiny_class.grade()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [row.status for row in rows.values()] == ["infrastructure", "graded"]
    assert "File too large" in rows["ann"].message
    assert not list(tiny_class.autograded("ann").parent.glob(".*"))
    assert tiny_class.grade()["ann"].score == 10.0
