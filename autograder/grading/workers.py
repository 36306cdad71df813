"""Judging as a job, in a process of its own: one submission's bytes in, marks and an executed notebook out.

A job is `autograder.judging.pipeline.judge_submission` on one submission, and what nbgrader would then write into the
gradebook; one writer does that (`autograder.grading.gradebook`), whatever the number of workers.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import active_children, connection, get_all_start_methods, get_context, parent_process

import nbformat
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution
from traitlets.config import PyFileConfigLoader

from autograder.collecting.rebuild import parse_submission
from autograder.errors import AutograderError, BadInput, InfrastructureError
from autograder.grading import answers
from autograder.grading.provenance import Run
from autograder.judging import marks
from autograder.judging.judge import unknown_settings
from autograder.judging.pipeline import judge_submission

TRIES = 3  # a submission over which so many workers died is not tried again
GRACE = 5  # seconds for a process that was told to end
_log, _logged = logging.getLogger(__name__), set()
SPARE = 120  # seconds beyond the judge's own limit after which a worker is taken for lost


@dataclass(frozen=True)
class Job:
    """One submission to be judged.

    Attributes
    ----------
    student, assignment : str
    name : str
        The notebook's file name, for messages.
    content : bytes
    run : Run
        By which grader, in which run; the notebook carries it.
    notes : tuple of str
        What the student is told beside what judging finds.
    members : tuple of str
        Whose it is, where a group's member handed it in for all.
    """

    student: str
    assignment: str
    name: str
    content: bytes
    run: Run
    notes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes
    ----------
    state : {"graded", "unreadable", "infrastructure", "quarantined"}
    message : str
        Why, if there are no marks.
    notebook : str
        Executed, harmless, with the marks in it; as it is written to a file.
    marks : dict of str to float or None
        As nbgrader's `SaveAutoGrades` finds them, by grade_id.
    comments : dict of str to str
        By the grade_id of the solution cell.
    answers : dict of str to str
        What is marked, as hashes, by grade_id; see `answers.digests`.
    """

    state: str
    message: str = ""
    notebook: str = ""
    marks: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)


def judge(course, config, job):
    """Judge one submission as `nbgrader autograde` does, but touch no gradebook.

    Parameters
    ----------
    course : Course
    config : traitlets.config.Config
        The course's ``nbgrader_config.py``.
    job : Job

    Returns
    -------
    Outcome
        Also for whatever goes wrong.
    """
    try:
        return _judged(course, config, job)
    except BadInput as error:
        return Outcome("unreadable", str(error))
    except AutograderError as error:
        return Outcome("infrastructure", str(error))
    except Exception as error:
        return Outcome("infrastructure", first_line(error))


def outcomes(course, jobs, count=1, seconds=None, isolation=None):
    """Judge in worker processes; a submission that kills its worker is tried `TRIES` times and stops no other.

    Parameters
    ----------
    course : Course
        Sent to each worker, which reads the settings itself.
    jobs : iterable of Job
        Taken one by one as workers become free.
    count : int
        How many workers.
    seconds : float, optional
        After how long a worker that does not answer is taken for lost.
    isolation : {"sandbox", "none"}, optional
        In the place of ``c.Judge.isolation``.

    Yields
    ------
    job : Job
    outcome : Outcome
        As they come.
    """
    jobs, again, busy, idle, deaths = iter(jobs), deque(), {}, [], Counter()
    if seconds is None:
        seconds = SPARE + float(nbgrader_config(course).get("Judge", {}).get("total_timeout", 600.0))
    try:
        while True:
            while len(busy) < count:
                job = again.popleft() if again else next(jobs, None)
                if job is None:
                    break
                worker = idle.pop() if idle else _Worker(course, isolation)
                busy[worker.judge(job)] = worker, job, time.monotonic() + seconds
            if not busy:
                return
            done, _ = wait(busy, timeout=1.0, return_when=FIRST_COMPLETED)
            for worker, _, until in busy.values():
                if time.monotonic() > until:
                    worker.kill()
            for future in done:
                worker, job, _ = busy.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    worker.kill()
                    deaths[job.student] += 1
                    if deaths[job.student] < TRIES:
                        again.append(job)
                        continue
                    outcome = Outcome(
                        "quarantined", f"The process that judged it ended {TRIES} times; --force tries again."
                    )
                else:
                    idle.append(worker)
                yield job, outcome
    finally:
        workers = [*idle, *(worker for worker, _, _ in busy.values())]
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join()


def nbgrader_config(course, isolation=None):
    """Return the course's `nbgrader_config.py` as nbgrader reads it, with another isolation if one is given.

    A ``c.Judge.…`` that is not a setting is logged, once a process: traitlets' own warning would not be seen.
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    for sentence in unknown_settings(config):
        if sentence not in _logged:
            _logged.add(sentence)
            _log.warning(sentence)
    if str(course.root) not in sys.path:
        sys.path.append(str(course.root))  # plug-ins may lie there, where nbgrader's own commands find them as well
    if isolation:
        config.Judge.isolation = isolation
    return config


def quiet():
    """Let nbgrader log only what somebody must act on; each submission's own troubles are told in its row."""
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)


def first_line(error):
    """Return the name and the first line of what caused an error."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _judged(course, config, job):
    began, outcome = time.monotonic(), {}

    def save(notebook, judged):
        """Keep what nbgrader's `SaveAutoGrades` and `WriteComments` would write into the gradebook."""
        cells = [cell for cell in notebook.cells if is_grade(cell) or is_solution(cell)]
        by_id = {cell.metadata.nbgrader.grade_id: cell for cell in cells}
        outcome["marks"] = {name: determine_grade(cell)[0] for name, cell in by_id.items() if is_grade(cell)}
        responses = {name: _response(cell) for name, cell in by_id.items() if is_solution(cell)}
        hints = marks.comments_of(notebook, judged.results, [*job.notes, *judged.notes])
        outcome["comments"] = responses | hints
        outcome["answers"] = answers.digests(notebook)

    submitted = parse_submission(job.content, job.name)
    notebook = judge_submission(submitted, course, job.assignment, job.student, config, save).notebook
    seconds = round(time.monotonic() - began, 3)
    notebook.metadata.unrolled.update(run=job.run.id, grader=job.run.grader, execution_time=seconds)
    if job.members:
        group = {"handed_in_by": job.student, "members": list(job.members)}
        notebook.metadata.unrolled.group = nbformat.from_dict(group)
    return Outcome("graded", notebook=nbformat.writes(notebook), **outcome)


def _response(cell):
    unchanged = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    return "No response." if unchanged else None


def _context():
    """Return how workers are started: from a clean process that has imported everything once, where there is one."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class _Worker:
    """One process that judges one submission at a time, so that its death is that submission's."""

    def __init__(self, course, isolation):
        try:
            self._executor = ProcessPoolExecutor(1, _context(), _begin, (course, isolation))
            self._pid = self._executor.submit(os.getpid).result(timeout=SPARE)
        except (BrokenProcessPool, OSError, TimeoutError) as error:
            raise InfrastructureError(f"A process to judge in cannot be started: {first_line(error)}.") from None

    def judge(self, job):
        return self._executor.submit(_work, job)

    def kill(self):
        self._end(getattr(signal, "SIGKILL", signal.SIGTERM))

    def stop(self):
        self._end(signal.SIGTERM)  # it ends its kernel first

    def join(self):
        """Wait a moment for a process that was told to stop, then make sure."""
        for process in active_children():
            if process.pid == self._pid:
                process.join(GRACE)
                process.kill()

    def _end(self, how):
        with suppress(OSError):  # it may be gone
            os.kill(self._pid, how)
        self._executor.shutdown(wait=False, cancel_futures=True)


def _begin(course, isolation):
    """Prepare a worker: it ends with whoever started it, and Ctrl-C is for that one to answer."""
    global _here
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow, daemon=True).start()
    quiet()
    _log.setLevel(logging.CRITICAL)  # whoever started this process has said it
    _here = course, nbgrader_config(course, isolation)


def _leave(*_):
    raise SystemExit(1)


def _follow():
    connection.wait([parent_process().sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def _work(job):
    return judge(*_here, job)
