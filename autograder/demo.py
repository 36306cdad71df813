"""The demonstration: a sample class, graded end to end through nbgrader."""

import shutil

from nbformat.v4 import new_notebook

from autograder import record
from autograder.build import build
from autograder.errors import InfrastructureError
from autograder.grade import feedback, grade
from autograder.judge import Judge
from autograder.sample_class import write_class


def refused(course):
    """Return why submissions cannot be isolated on this machine, or an empty string."""
    try:
        with Judge(course=course).living(new_notebook(), {}):
            return ""
    except InfrastructureError as error:
        return str(error)


def demo(course, isolation="sandbox", progress=True):
    """Build, make the sample class of every assignment, grade it and write its feedback.

    Real submissions in ``course/`` are left alone; only students called ``demo-*`` are made anew. Without a sandbox
    the class has no hostile members: all of it is ours, and can be trusted.

    Parameters
    ----------
    course : Course
    isolation : {"sandbox", "none"}
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    dict of str to list of Graded
        By assignment.
    """
    build(course)
    record.forget_demo(course.workspace / "gradebook.db")
    for step in ("submitted", "autograded", "feedback"):
        for folder in (course.workspace / step).glob(f"{record.DEMO}*"):
            shutil.rmtree(folder)
    graded = {}
    for assignment in course.assignments:
        write_class(course, assignment, hostile=isolation == "sandbox")
        everybody = f"{record.DEMO}*"
        graded[assignment] = grade(course, assignment, everybody, force=True, progress=progress, isolation=isolation)
        for row in graded[assignment]:
            if row.status == "graded":
                feedback(course, assignment, row.student)
    return graded
