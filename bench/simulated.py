"""Grade a class as `autograder grade` does, with judging simulated: every submission gets the outcome of one like it.

One submission of each content is judged, by a worker; all others get its outcome at once. What is left is all that the
process does that hands out jobs and records what comes back. Run as a command, ``python -m bench.simulated COURSE
ASSIGNMENT``, it also leaves out what is written for each submission, so that 100,000 take some minutes, and prints how
much memory the process took at most.
"""

import pickle
import resource
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from unittest import mock

from autograder.course import Course
from autograder.grading import class_run, disk_space, gradebook, workers
from autograder.grading.grade import grade
from autograder.grading.job import Job, Outcome

_Worker = workers._Worker


class Instant:
    """Stands in for a worker process: the outcome is there at once, after a way through pickle as between processes."""

    outcomes: dict[bytes, bytes] = {}  # noqa: RUF012 - of all workers of this process

    def __init__(self, course: Course, isolation: str | None) -> None:
        self._course, self._isolation = course, isolation

    def judge(self, job: Job) -> "Future[Outcome]":
        if job.content not in self.outcomes:
            worker = _Worker(self._course, self._isolation)
            self.outcomes[job.content] = pickle.dumps(worker.judge(job).result())
            worker.stop()
            worker.join()
        future: Future[Outcome] = Future()
        future.set_result(pickle.loads(self.outcomes[job.content]))
        return future

    def kill(self) -> None:
        """Do nothing: there is no process."""

    stop = join = kill


def graded_at_once(course: Course, assignment: str) -> None:
    """Grade a class into its gradebook, without judging each submission."""
    with mock.patch.object(workers, "_Worker", Instant):
        grade(course, assignment, progress=False)


def _peak(course: Course, assignment: str) -> int:
    """Return how much memory this process took at most, in kB, after all of a class had their outcomes."""
    found: dict[str, Any] = {}
    read = class_run._about

    def about(path: Path) -> Any:
        return pickle.loads(found["about"]) if "about" in found else read(path)

    def write(run: class_run.ClassRun, student: str, notebook: str, timestamp: str) -> None:
        if "about" not in found:
            _really_write(run, student, notebook, timestamp)
            found["about"] = pickle.dumps(read(run._path(student)))

    _really_write = class_run.ClassRun._write
    with (
        mock.patch.object(workers, "_Worker", Instant),
        mock.patch.object(class_run.ClassRun, "_write", write),
        mock.patch.object(class_run, "_about", about),
        mock.patch.object(disk_space, "require", lambda needed: None),
        mock.patch.object(gradebook, "save", lambda *_: {}),
        mock.patch.object(gradebook, "set_aside", lambda *_: None),
    ):
        rows = grade(course, assignment, progress=False)
    assert all(row.status == "graded" for row in rows)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(_peak(Course(sys.argv[1]), sys.argv[2]))
