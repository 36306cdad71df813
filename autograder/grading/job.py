"""Judge as a job: one submission's bytes go in, marks and an executed notebook come out.

A job is `autograder.judging.pipeline.judge_submission`, and what nbgrader would then write into the gradebook; one
writer does that (`autograder.grading.gradebook`), whatever the number of workers.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution
from traitlets.config import Config

from autograder.collecting.lent import Beside
from autograder.collecting.notebook_json import parse_submission
from autograder.collecting.plain_files import Refused
from autograder.course import Course
from autograder.errors import AutograderError, BadInput, ForkServerEnded
from autograder.grading import manual_marks
from autograder.grading.provenance import Run
from autograder.judging import marks
from autograder.judging.judge import Judged
from autograder.judging.pipeline import judge_submission
from autograder.judging.seeds import Seeds, SeedsWanted

TRIES = 3  # to judge a submission under which the fork server ends


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
        What the student reads in addition to what judging finds.
    members : tuple of str
        Who gets the mark, where a group's member handed it in for all.
    beside : Beside
        What was handed in beside the notebook.
    seeds : Seeds, optional
        For a job that is done where the course's secret is not.
    """

    student: str
    assignment: str
    name: str
    content: bytes
    run: Run
    notes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    beside: Beside = field(default_factory=Beside)
    seeds: Seeds | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of a job.

    Attributes
    ----------
    state : {"graded", "unreadable", "refused", "infrastructure", "quarantined", "seeds wanted"}
        The last is for who has sent the job away from the course's secret.
    message : str
        Why, if there are no marks.
    notebook : str
        Executed, harmless, with the marks in it; as it is written to a file.
    marks : dict of str to float or None
        As nbgrader's `SaveAutoGrades` finds them, by grade_id.
    comments : dict of str to str
        By the grade_id of the solution cell.
    answers : dict of str to str
        What is marked, as hashes, by grade_id; see `manual_marks.digests`.
    submission : str
        Of which submission, by its hash, seeds are wanted.
    """

    state: str
    message: str = ""
    notebook: str = ""
    marks: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    submission: str = ""


def judge(course: Course, config: Config, job: Job) -> Outcome:
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
        for _ in range(TRIES):
            with suppress(ForkServerEnded):
                return _judged(course, config, job)
        return Outcome("quarantined", f"The fork server ended {TRIES} times while it was judged; --force tries again.")
    except Refused as error:
        return Outcome("refused", str(error))
    except BadInput as error:
        return Outcome("unreadable", str(error))
    except SeedsWanted as error:
        return Outcome("seeds wanted", submission=error.submission)
    except AutograderError as error:
        return Outcome("infrastructure", str(error))
    except Exception as error:
        return Outcome("infrastructure", first_line(error))


def first_line(error: BaseException) -> str:
    """Return the name and the first line of what caused an error."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _judged(course: Course, config: Config, job: Job) -> Outcome:
    began = time.monotonic()
    outcome: dict[str, Any] = {}

    def save(notebook: NotebookNode, judged: Judged) -> None:
        """Keep what nbgrader's `SaveAutoGrades` and `WriteComments` would write into the gradebook."""
        cells = [cell for cell in notebook.cells if is_grade(cell) or is_solution(cell)]
        by_id = {cell.metadata.nbgrader.grade_id: cell for cell in cells}
        outcome["marks"] = {name: determine_grade(cell)[0] for name, cell in by_id.items() if is_grade(cell)}
        responses = {name: _response(cell) for name, cell in by_id.items() if is_solution(cell)}
        hints = marks.comments_of(notebook, judged.results, [*job.notes, *judged.notes])
        outcome["comments"] = responses | hints
        outcome["answers"] = manual_marks.digests(notebook)

    submitted = parse_submission(job.content, job.name)
    about = (course, job.assignment, job.student, config, save, job.beside, job.seeds)
    notebook = judge_submission(submitted, *about).notebook
    seconds = round(time.monotonic() - began, 3)
    notebook.metadata.unrolled.update(run=job.run.id, grader=job.run.grader, execution_time=seconds)
    if job.members:
        group = {"handed_in_by": job.student, "members": list(job.members)}
        notebook.metadata.unrolled.group = nbformat.from_dict(group)
    return Outcome("graded", notebook=nbformat.writes(notebook), **outcome)


def _response(cell: NotebookNode) -> str | None:
    unchanged = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    return "No response." if unchanged else None
