"""Judge in a worker of Dask: the course's part is unpacked there, and a process of its own judges, as with ``--jobs``.

A submission that ends the process which judges it therefore ends no worker, and is tried again and set apart by the
code that does so on one machine. Dask sends `CoursePart` to every worker once, and again to one that was started again.
"""

import asyncio
import multiprocessing
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from autograder.cluster.part import MadeBy, Part, made_by
from autograder.grading.job import Job, Outcome
from autograder.grading.workers import GRACE, outcomes


@dataclass(frozen=True)
class Result:
    """What a worker answers to a job.

    Attributes
    ----------
    worker : str
        Its address.
    made_by : MadeBy or None
        What it judges by; None if it lacks the course's part.
    outcome : Outcome or None
        None if it has not judged, since its marks would not be those of the machine that asks.
    """

    worker: str
    made_by: MadeBy | None = None
    outcome: Outcome | None = None


class CoursePart(WorkerPlugin):
    """A course's part in a worker, for as long as a run lasts.

    Parameters
    ----------
    part : Part
    """

    idempotent = True  # a worker that has it keeps it

    def __init__(self, part: Part) -> None:
        self.part, self.name = part, part.name

    def setup(self, worker: Worker) -> None:
        """Prepare, in the worker; the course is unpacked when the first job comes."""
        self._folder = worker.local_directory  # which Dask removes, also after a worker that was killed
        self._lock = threading.Lock()
        self._bench: _Bench | None = None

    async def teardown(self, worker: Worker) -> None:
        """End the process that judges and remove the course when no job is at work on it; wait a moment for that."""
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self._close), GRACE)

    def judge(self, job: Job) -> tuple[MadeBy, Outcome | None]:
        """Judge a submission; nothing comes of it if other marks would be made here."""
        with self._lock:
            if self._bench is None:
                self._bench = _Bench(self.part, self._folder)
            if self._bench.made_by != self.part.made_by:
                return self._bench.made_by, None
            try:
                return self._bench.made_by, self._bench.judge(job)
            except BaseException:
                self._drop()
                raise

    def _close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._bench is not None:
            self._bench.close()
            self._bench = None


def judge(name: str, job: Job) -> Result:
    """Judge a submission in this worker, with the course's part that has this name."""
    worker = get_worker()
    part = worker.plugins.get(name)
    return Result(worker.address, *part.judge(job)) if isinstance(part, CoursePart) else Result(worker.address)


class _Queue(deque[Job]):
    """Jobs to be taken one by one; once empty, it may be filled again."""

    def __iter__(self) -> Iterator[Job]:
        return self

    def __next__(self) -> Job:
        if not self:
            raise StopIteration
        return self.popleft()


class _Bench:
    """A course on a worker's disk, and the process that judges its submissions one by one."""

    def __init__(self, part: Part, folder: str) -> None:
        # A daemon, as Dask's nanny starts workers, may have no children, who would survive it. Ours do not.
        multiprocessing.current_process().daemon = False
        self._folder = tempfile.TemporaryDirectory(prefix="course-", dir=folder, ignore_cleanup_errors=True)
        course = part.unpack(Path(self._folder.name))
        self.made_by = made_by(course, part.assignment, part.isolation)
        self._jobs = _Queue()
        self._outcomes = outcomes(course, self._jobs, isolation=part.isolation)

    def judge(self, job: Job) -> Outcome:
        self._jobs.append(job)
        return next(self._outcomes)[1]

    def close(self) -> None:
        self._outcomes.close()
        self._folder.cleanup()
