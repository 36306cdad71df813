"""Have jobs judged by the workers of a scheduler: a bounded window of futures, and only results that count here."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from distributed import Client, Future, KilledWorker, as_completed

from autograder.cluster.part import Part, part
from autograder.cluster.scheduler import connected
from autograder.cluster.worker import CoursePart, Result, judge
from autograder.course import Course
from autograder.errors import AutograderError, InfrastructureError
from autograder.grading.job import Job, Outcome, first_line
from autograder.judging import seeds
from autograder.judging.seeds import Seeds

AHEAD = 3  # jobs in the cluster for each of its threads: one is judged, one is ready, one waits for its seeds
RETRIES = 2  # of a job that a worker could not so much as begin
_GONE = "The scheduler is gone: start it and grade again. What is recorded stays."
_log = logging.getLogger(__name__)


def outcomes(
    course: Course,
    assignment: str,
    jobs: Iterator[Job],
    isolation: str | None,
    address: str,
) -> Iterator[tuple[Job, Outcome]]:
    """Judge in the workers of a scheduler; see `autograder.grading.workers.outcomes` for the same on one machine.

    Parameters
    ----------
    course : Course
    assignment : str
    jobs : iterator of Job
        Taken one by one, a few more than the cluster has threads.
    isolation : {"sandbox", "user", "none"}, optional
        In the place of ``c.Judge.isolation``.
    address : str
        Of the scheduler; `autograder.cluster.scheduler.require_private` says which may be used.

    Yields
    ------
    job : Job
    outcome : Outcome
        As they come.

    Raises
    ------
    InfrastructureError
        If the scheduler cannot be reached or is lost, or a worker would give other marks than this machine.
    """
    with connected(address) as client:
        run = _Run(client, course, part(course, assignment, isolation))
        try:
            yield from run.outcomes(jobs)
        finally:
            run.end()


class _Run:
    """The jobs of one run that are in the cluster."""

    def __init__(self, client: Client, course: Course, part: Part) -> None:
        self._client, self._course, self._part = client, course, part
        self._flying: dict[Future[Result], Job] = {}
        self._done = as_completed(loop=client.loop, with_results=True, raise_errors=False)
        self._suspects: deque[Job] = deque()
        self._alone: set[str] = set()
        self._warned = False  # that there is no worker
        self._send_part()

    def outcomes(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Outcome]]:
        self._fill(jobs)
        while self._flying:
            future, result = next(self._done)
            job = self._flying.pop(future)
            outcome = self._outcome(job, result)
            self._fill(jobs)  # before the outcome is recorded, so that no worker waits for that
            if outcome is not None:
                yield job, outcome

    def end(self) -> None:
        """Let the workers forget the course, and what is still in the cluster."""
        self._done.clear()
        with suppress(Exception):  # the scheduler may be gone, and workers with it
            self._client.unregister_worker_plugin(self._part.name)

    def _fill(self, jobs: Iterator[Job]) -> None:
        window = AHEAD * max(1, self._threads())
        while len(self._flying) < window and (job := next(jobs, None)) is not None:
            self._send(replace(job, seeds=Seeds()))
        if not self._flying and self._suspects:
            job = self._suspects.popleft()
            self._alone.add(job.student)
            self._send(job)

    def _outcome(self, job: Job, result: object) -> Outcome | None:
        """Return what came of a job; None if it is in the cluster again, or will be."""
        match result:
            case Result():
                return self._judged(job, result)
            case (_, BaseException() as error, _):  # raised in a worker, or by the scheduler for one
                return self._failed(job, error)
        raise InfrastructureError(_GONE)

    def _judged(self, job: Job, result: Result) -> Outcome | None:
        if result.made_by is None:  # another run with the same course has ended, and taken its part away
            self._send_part()
            self._send(job)
            return None
        if result.outcome is None or result.made_by != self._part.made_by:
            raise InfrastructureError(
                f"The worker at {result.worker} has {result.made_by.difference(self._part.made_by)}: its marks could "
                "be others. Install the same there, start it again, and grade again. What is recorded stays."
            )
        if result.outcome.state != "seeds wanted":
            return result.outcome
        if job.seeds and job.seeds.submission:
            return Outcome("infrastructure", "Two workers read this submission in two ways.")
        exercises = [exercise.name for exercise in self._course.exercises(job.assignment)]
        about = {"student": job.student, "assignment": job.assignment, "submission": result.outcome.submission}
        key = seeds.secret(self._course.workspace)
        self._send(replace(job, seeds=seeds.seeds(key, exercises=exercises, **about)))
        return None

    def _failed(self, job: Job, error: BaseException) -> Outcome | None:
        if isinstance(error, AutograderError):
            raise error
        if not isinstance(error, KilledWorker):
            raise InfrastructureError(
                f"A worker cannot judge: {first_line(error)}. It needs the package that is installed here."
            )
        if job.student in self._alone:
            return Outcome("quarantined", "The workers that judged it have all ended; --force tries again.")
        self._suspects.append(replace(job, seeds=Seeds()))
        return None

    def _send(self, job: Job) -> None:
        # Reading a submission is short, and the seeds that come of it let a worker begin at once with what is long.
        first = 0 if job.seeds and job.seeds.submission else 1
        with _scheduler():
            future = self._client.submit(judge, self._part.name, job, pure=False, retries=RETRIES, priority=first)
        self._flying[future] = job
        self._done.add(future)

    def _send_part(self) -> None:
        try:
            self._client.register_plugin(CoursePart(self._part))
        except Exception as error:  # whatever a worker without our package makes of it
            raise InfrastructureError(
                f"A worker cannot take in the course: {first_line(error)}. It needs the package that is installed here."
            ) from None

    def _threads(self) -> int:
        with _scheduler():
            threads: int = sum(self._client.nthreads().values())
        if not threads and not self._warned:
            _log.warning("The scheduler has no workers; the run goes on when one comes.")
        self._warned = not threads
        return threads


@contextmanager
def _scheduler() -> Iterator[None]:
    """Say in one sentence what it is if a call of Dask's fails: all but the scheduler is known to be right by then."""
    try:
        yield
    except Exception as error:
        raise InfrastructureError(_GONE) from error
