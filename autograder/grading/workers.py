"""Judge in separate processes: a submission that wrecks its worker costs no other submission anything."""

import logging
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import active_children, connection, get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import Course
from autograder.errors import InfrastructureError
from autograder.grading.job import Job, Outcome, first_line, judge
from autograder.judging import kernel_ahead
from autograder.judging.judge import unknown_settings
from autograder.sandbox import fork_client

TRIES_PER_SUBMISSION = 3  # a submission over which so many workers died is not tried again
GRACE = 5  # seconds for a process that was asked to end
_log = logging.getLogger(__name__)
_logged: set[str] = set()  # sentences that this process has logged
SPARE = 120  # seconds beyond the judge's own limit after which a worker is taken for lost
SHARING = 8  # workers that share a fork server: each submission takes some milliseconds of it


def outcomes(
    course: Course,
    jobs: Iterable[Job],
    count: int = 1,
    seconds: float | None = None,
    isolation: str | None = None,
) -> Generator[tuple[Job, Outcome], None, None]:
    """Judge in worker processes; a submission that kills its worker is tried again, and stops no other.

    Parameters
    ----------
    course : Course
        Sent to each worker, which reads the settings itself.
    jobs : iterable of Job
        Taken one by one as workers become free. Where it was empty, it is asked again when an outcome was taken.
    count : int
        How many workers.
    seconds : float, optional
        After how long a worker that does not answer is taken for lost.
    isolation : {"sandbox", "user", "none"}, optional
        In the place of ``c.Judge.isolation``.

    Yields
    ------
    job : Job
    outcome : Outcome
        As they come.
    """
    waiting = iter(jobs)
    again: deque[Job] = deque()
    busy: dict[Future[Outcome], tuple[_Worker, Job, float]] = {}
    idle: list[_Worker] = []
    judged: list[tuple[Job, Outcome]] = []
    deaths: Counter[str] = Counter()
    settings = nbgrader_config(course, isolation).get("Judge", {})
    if seconds is None:
        seconds = SPARE + float(settings.get("total_timeout", 600.0))
    try:
        while True:
            while len(busy) < count:
                job = again.popleft() if again else next(waiting, None)
                if job is None:
                    break
                worker = idle.pop() if idle else _started(course, isolation, _lent(settings, len(busy)))
                try:
                    busy[worker.judge(job)] = worker, job, time.monotonic() + seconds
                except BrokenProcessPool:  # somebody ended it while it had nothing to do
                    worker.kill()
                    again.appendleft(job)
            if judged:
                yield from judged  # recorded while the workers are at the next ones
                judged.clear()
                continue  # jobs may have come meanwhile
            if not busy:
                return
            done, _ = wait(busy, timeout=1.0, return_when=FIRST_COMPLETED)
            for future, (worker, _, until) in busy.items():
                if future not in done and time.monotonic() > until:
                    worker.kill()
            for future in done:
                worker, job, _ = busy.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    worker.kill()
                    deaths[job.student] += 1
                    if deaths[job.student] < TRIES_PER_SUBMISSION:
                        again.append(job)
                        continue
                    outcome = Outcome(
                        "quarantined",
                        f"The process that judged it ended {TRIES_PER_SUBMISSION} times; --force tries again.",
                    )
                else:
                    idle.append(worker)
                del deaths[job.student]
                judged.append((job, outcome))
    finally:
        workers = [*idle, *(worker for worker, _, _ in busy.values())]
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join()


def nbgrader_config(course: Course, isolation: str | None = None) -> Config:
    """Return the course's `nbgrader_config.py` as nbgrader reads it, with another isolation if one is given.

    A ``c.Judge.…`` that is not a setting is logged, once a process: traitlets' own warning would not be seen.
    """
    config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    for sentence in unknown_settings(config):
        if sentence not in _logged:
            _logged.add(sentence)
            _log.warning(sentence)
    if str(course.root) not in sys.path:
        sys.path.append(str(course.root))  # plug-ins may lie there, where nbgrader's own commands find them as well
    if isolation:
        config.Judge.isolation = isolation
    return config


def quiet() -> None:
    """Let nbgrader log only what somebody must act on; each submission's own troubles stand in its row."""
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)


def _context() -> BaseContext:
    """Return how workers are started: from a clean process that has imported everything once, if possible."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, "nbconvert.filters.markdown_mistune"])
    return context


class _Worker:
    """One process that judges one submission at a time, so that its death is that submission's."""

    def __init__(self, course: Course, isolation: str | None, lent: fork_client.Lent | None) -> None:
        self._executor = ProcessPoolExecutor(1, _context(), _begin, (course, isolation, lent))
        self._pid = self._executor.submit(os.getpid).result(timeout=SPARE)

    def judge(self, job: Job) -> Future[Outcome]:
        return self._executor.submit(_work, job)

    def kill(self) -> None:
        self._end(getattr(signal, "SIGKILL", signal.SIGTERM))

    def stop(self) -> None:
        self._end(signal.SIGTERM)  # it ends its kernel first

    def join(self) -> None:
        """Wait a moment for a process that was asked to stop, then make sure."""
        for process in active_children():
            if process.pid == self._pid:
                process.join(GRACE)
                process.kill()

    def _end(self, how: int) -> None:
        with suppress(OSError):  # it may be gone
            os.kill(self._pid, how)
        self._executor.shutdown(wait=False, cancel_futures=True)


def _lent(settings: Mapping[str, Any], others: int) -> fork_client.Lent | None:
    """Return the fork server that a worker is to share with as many others; None where it has to start its own."""
    isolation = settings.get("isolation", "sandbox")
    if isolation == "none" or others >= SHARING or threading.current_thread() is not threading.main_thread():
        return None  # another thread may end before the worker does, and with it what it started
    if "forkserver" in get_all_start_methods():
        from multiprocessing import forkserver

        _context()
        forkserver.ensure_running()  # so that it imports at the same time
    try:
        return fork_client.current(isolation).lend()
    except InfrastructureError:
        return None  # the worker meets the same, and its outcomes say so


def _started(course: Course, isolation: str | None, lent: fork_client.Lent | None) -> _Worker:
    """Start a worker; one that somebody ends before it is ready is started again."""
    for left in reversed(range(TRIES_PER_SUBMISSION)):
        try:
            return _Worker(course, isolation, lent)
        except (BrokenProcessPool, OSError, TimeoutError) as error:
            if not (left and isinstance(error, BrokenProcessPool)):
                raise InfrastructureError(f"A process to judge in cannot be started: {first_line(error)}.") from None
    raise AssertionError("the last try returns or raises")


_here: tuple[Course, Config]  # in a worker only: set once when the process begins, and read by each of its jobs


def _begin(course: Course, isolation: str | None, lent: fork_client.Lent | None) -> None:
    """Prepare a worker: it ends with the process that started it, which alone answers Ctrl-C."""
    global _here
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow, daemon=True).start()
    quiet()
    if lent:
        fork_client.borrow(lent)
    _log.setLevel(logging.CRITICAL)  # the process that started this one has logged it
    _here = course, nbgrader_config(course, isolation)


def _leave(*_: object) -> None:
    raise SystemExit(1)


def _follow() -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def _work(job: Job) -> Outcome:
    outcome = judge(*_here, job)
    kernel_ahead.keep_one()  # who has judged one will probably judge others
    return outcome
