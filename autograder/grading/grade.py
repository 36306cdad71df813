"""Grade the submissions in course/submitted: each is judged by itself, and one writer records the results.

Before a submission is judged, the gradebook says that a run is at work on it, and a mark that stands is flagged as out
of date; after it, marks and what made them are written in one transaction. A run may therefore be killed at any moment:
the next one goes on.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from tqdm import tqdm

from autograder.collecting import groups, submissions
from autograder.collecting.found import find
from autograder.collecting.groups import HandedIn
from autograder.course import Course
from autograder.course.gradebook_address import gradebook_url
from autograder.errors import BadInput
from autograder.grading import disk_space
from autograder.grading.class_run import ClassRun
from autograder.grading.job import Job, Outcome
from autograder.grading.rows import Rows
from autograder.grading.workers import nbgrader_config, outcomes, quiet

Elsewhere = Callable[[Course, str, Iterator[Job], str | None], Iterator[tuple[Job, Outcome]]]


def grade(
    course: Course,
    assignment: str,
    student: str | None = None,
    force: bool = False,
    progress: bool = True,
    jobs: int = 1,
    isolation: str | None = None,
    elsewhere: Elsewhere | None = None,
) -> Rows:
    """Grade an assignment into the gradebook.

    Who hands in together stands in ``course/groups.csv``, if there is one; see `autograder.collecting.groups`.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str, optional
        Grade this one only, with the group; ``*`` stands for any letters.
    force : bool
        Grade again what has not changed since it was graded.
    progress : bool
        Show a progress bar on stderr.
    jobs : int
        How many submissions are judged at the same time.
    isolation : {"sandbox", "user", "none"}, optional
        In the place of ``c.Judge.isolation``.
    elsewhere : callable, optional
        ``elsewhere(course, assignment, jobs, isolation)`` judges in the place of processes of this machine.

    Returns
    -------
    Rows
        One a student, sorted.

    Raises
    ------
    BadInput
        If there is no such assignment, nothing was submitted, or ``groups.csv`` cannot be used.
    InfrastructureError
        If there is too little room on a disk; nothing was touched then.
    """
    if assignment not in course.assignments:
        raise BadInput(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    course.release(assignment)
    if "[" in str(course.root):
        raise BadInput(f"nbgrader finds nothing in a folder whose path holds a bracket: rename {course.root} first.")
    pattern, together = student or "*", groups.read(course.workspace / groups.NAME)
    submitted = find(course.workspace / "submitted", assignment)

    def found() -> Iterator[HandedIn]:
        for one in groups.whose(submitted, together):
            if any(submissions.like(member, pattern) for member in one.members):
                yield one

    count = sum(1 for _ in found())
    if not count:
        raise BadInput(
            f"Nothing to grade: no course/submitted/{student or '<student>'}/{assignment}/{assignment}.ipynb."
        )
    quiet()
    config = nbgrader_config(course, isolation)  # before the gradebook is so much as opened, which may write in it:
    disk_space.require(disk_space.needed(course, assignment, config, found(), gradebook_url(course, config), jobs))
    run = ClassRun(course, assignment, force, isolation, submitted)
    run.mark_leavers(pattern, lambda one: any(map(submitted.of, together.get(one, (one,)))))
    bar = tqdm(total=count, desc=f"Grading {assignment}", unit="submission", disable=not progress)
    waiting = run.jobs(found, bar.update)
    if elsewhere:
        judged = elsewhere(course, assignment, waiting, isolation)
    else:
        judged = outcomes(course, waiting, jobs, isolation=isolation)
    with bar:
        for job, outcome in judged:
            run.record(job, outcome)
            bar.update()
    run.add_standings()
    return run.rows


def feedback(course: Course, assignment: str, student: str) -> Path:
    """Write nbgrader's feedback page of one graded submission; return its path."""
    from nbgrader.converters import GenerateFeedback  # which nothing else here needs, and which takes long to import
    from nbgrader.coursedir import CourseDirectory

    config = nbgrader_config(course)
    directory = CourseDirectory(config=config)
    directory.assignment_id, directory.student_id = assignment, student
    GenerateFeedback(coursedir=directory, config=config).start()
    return course.workspace / "feedback" / student / assignment / f"{assignment}.html"
