"""Grade what lies in course/submitted through nbgrader, one submission at a time, so that none can stop the others."""

import logging
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm
from traitlets.config import PyFileConfigLoader

from autograder import record
from autograder.errors import AutograderError, BadInput
from autograder.rebuild import read_submission, valid_form


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes
    ----------
    student : str
    status : {"graded", "kept", "unreadable", "failed"}
        "kept" where the submission is as it was when it was graded; "failed" is never the student's fault.
    score, max_score : float or None
        Points for what is judged; written answers are in neither.
    mistakes : dict of str to str
        The named mistakes, by function.
    told : str
        Why, for a submission that is unreadable or failed.
    """

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    mistakes: dict = None
    told: str = ""


def submissions(course, assignment, student="*"):
    """Return the submitted notebooks of an assignment by student, sorted."""
    found = course.workspace.glob(f"submitted/{student}/{assignment}/{assignment}.ipynb")
    return {path.parent.parent.name: path for path in sorted(found)}


def grade(course, assignment, student=None, force=False, progress=True, isolation=None):
    """Grade an assignment into the gradebook.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str, optional
        Grade this one only; ``*`` stands for any letters.
    force : bool
        Grade again what has not changed since it was graded.
    progress : bool
        Show a progress bar on stderr.
    isolation : {"sandbox", "none"}, optional
        In the place of ``c.Judge.isolation``.

    Returns
    -------
    list of Graded
        One a submission.

    Raises
    ------
    BadInput
        If there is no such assignment, or nothing was submitted.
    """
    if assignment not in course.assignments:
        raise BadInput(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    course.release(assignment)
    found = submissions(course, assignment, student or "*")
    if not found:
        raise BadInput(
            f"Nothing to grade: no course/submitted/{student or '<student>'}/{assignment}/{assignment}.ipynb."
        )
    config = nbgrader_config(course, isolation)
    quiet()
    return [
        _grade_one(course, config, assignment, name, path, force)
        for name, path in tqdm(found.items(), desc=f"Grading {assignment}", unit="submission", disable=not progress)
    ]


def feedback(course, assignment, student):
    """Write nbgrader's feedback page of one graded submission; return its path."""
    config = nbgrader_config(course)
    directory = _directory(config, assignment, student)
    GenerateFeedback(coursedir=directory, config=config, force=True).start()
    return course.workspace / "feedback" / student / assignment / f"{assignment}.html"


def nbgrader_config(course, isolation=None):
    """Return the course's `nbgrader_config.py` as nbgrader reads it, with another isolation if one is given."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    if isolation:
        config.Judge.isolation = isolation
    return config


def quiet():
    """Let nbgrader log only what somebody must act on; each submission's own troubles are told in its row."""
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)


def results(path):
    """Return what the judge found in an autograded notebook: a dict by function of score, max_score and mistake."""
    notebook = nbformat.read(path, as_version=4)
    return dict(notebook.metadata.get("unrolled", {}).get("results", {}))


def _grade_one(course, config, assignment, student, path, force):
    autograded = course.workspace / "autograded" / student / assignment / f"{assignment}.ipynb"
    if not force and _current(course, assignment, student, path, autograded):
        return _summary(student, "kept", autograded)
    try:
        with tempfile.TemporaryDirectory(prefix="unrolled-grade-") as folder:
            directory = _directory(config, assignment, student)
            directory.submitted_directory = _tidied(path, Path(folder), student, assignment)
            Autograde(coursedir=directory, config=config, force=True, create_student=True).start()
    except BadInput as error:
        return Graded(student, "unreadable", mistakes={}, told=str(error))
    except (Exception, SystemExit) as error:
        return Graded(student, "failed", mistakes={}, told=_first_line(error))
    return _summary(student, "graded", autograded)


def _tidied(path, folder, student, assignment):
    """Copy a submission to `folder` with its notebook in valid form: nbgrader refuses others before it asks anybody."""
    place = folder / student / assignment
    place.mkdir(parents=True)
    nbformat.write(valid_form(read_submission(path)), place / path.name)
    timestamp = path.with_name("timestamp.txt")  # says when it was submitted, for late penalties
    if timestamp.is_file():
        shutil.copy(timestamp, place)
    return str(folder)


def _current(course, assignment, student, path: Path, autograded: Path):
    """Whether the gradebook holds a mark for this very submission."""
    if not autograded.is_file() or autograded.stat().st_mtime < path.stat().st_mtime:
        return False
    with Gradebook(record.database(course.workspace / "gradebook.db")) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return False
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        return bool(grades) and all(grade.auto_score is not None for grade in grades if grade.cell.cell_type == "code")


def _summary(student, status, autograded):
    found = results(autograded)
    if not found:
        raise AutograderError(f"{autograded} was not made by this judge; grade it again with --force.")
    return Graded(
        student,
        status,
        round(sum(result["score"] for result in found.values()), 2),
        sum(result["max_score"] for result in found.values()),
        {name: result["mistake"] for name, result in found.items() if result["mistake"]},
    )


def _directory(config, assignment, student):
    directory = CourseDirectory(config=config)
    directory.assignment_id, directory.student_id = assignment, student
    return directory


def _first_line(error):
    cause = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__
    lines = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {lines[0]}" if lines else type(cause).__name__
