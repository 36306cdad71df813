"""Grade a class as `autograder grade` does, with judging simulated: every submission gets the outcome of one like it.

One submission of each content is judged, by a worker; all others get its outcome at once. What is left is all that the
process does that hands out jobs and records what comes back. Run as a command, ``python -m bench.simulated COURSE
ASSIGNMENT``, it also leaves out what is read and written for each submission, so that 100,000 take some minutes, and
prints how much memory the process took at most.
"""

import pickle
import sys
import warnings
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from autograder.collecting import submissions
from autograder.course import Course
from autograder.grading import disk_space, gradebook, judged_notebook, workers
from autograder.grading.grade import grade
from autograder.grading.job import Job, Outcome
from autograder.grading.rows import Rows
from autograder.grading.student_files import StudentFiles

_Worker = workers._Worker


class Instant:
    """Stands in for a worker process: the outcome is there at once, after a way through pickle as between processes."""

    def __init__(self, *about: Any) -> None:
        self._worker = _Worker(*about)
        self._outcomes: dict[bytes, bytes] = {}

    def judge(self, job: Job) -> "Future[Outcome]":
        if job.content not in self._outcomes:
            self._outcomes[job.content] = pickle.dumps(self._worker.judge(job).result())
        future: Future[Outcome] = Future()
        future.set_result(pickle.loads(self._outcomes[job.content]))
        return future

    def kill(self) -> None:
        self._worker.kill()

    def stop(self) -> None:
        self._worker.stop()

    def join(self) -> None:
        self._worker.join()


def graded_at_once(course: Course, assignment: str) -> None:
    """Grade a class into its gradebook, without judging each submission."""
    with mock.patch.object(workers, "_Worker", Instant), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Object of type <Submitted")  # nbgrader's own, and harmless
        grade(course, assignment, progress=False)


def graded_without_files(course: Course, assignment: str) -> Rows:
    """Grade a class without judging each submission, and without its files and its marks.

    Only the first has handed something in, and for it everything is done; what is read and written for it stands for
    what would be read and written for every other.
    """
    content: list[submissions.Content] = []
    about: list[bytes] = []
    really_read, really_about, really_write = submissions.read, judged_notebook.about, StudentFiles.write_judged

    def read(one: submissions.Submission) -> submissions.Content:
        if not content:
            content.append(really_read(one))
        return replace(content[0], content=bytes(bytearray(content[0].content)), digest=f"{one.student:0>64}")

    def write(files: StudentFiles, student: str, notebook: str, beside: Mapping[str, str]) -> None:
        if not about:
            really_write(files, student, notebook, beside)
            about.append(pickle.dumps(really_about(files.judged(student))))

    with (
        mock.patch.object(workers, "_Worker", Instant),
        mock.patch.object(submissions, "read", read),
        mock.patch.object(StudentFiles, "write_judged", write),
        mock.patch.object(judged_notebook, "about", lambda path: pickle.loads(about[0])),
        mock.patch.object(disk_space, "require", lambda needed: None),
        mock.patch.object(gradebook, "save", lambda *_: {}),
        mock.patch.object(gradebook, "set_aside", lambda *_: None),
    ):
        return grade(course, assignment, progress=False)


def _peak(course: Course, assignment: str) -> int:
    """Return how much memory this process took at most, in kB, after all of a class had their outcomes."""
    rows = graded_without_files(course, assignment)
    if failed := [row for row in rows if row.status != "graded"]:
        sys.exit(f"{len(failed)} of {len(rows)} have no mark: {failed[0]}")
    # Not getrusage, whose greatest size may be that of the process which started this one.
    return int(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    print(_peak(Course(sys.argv[1]), sys.argv[2]))
