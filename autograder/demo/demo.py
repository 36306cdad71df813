"""Make a sample class, grade it end to end through nbgrader, and remove it again."""

import shutil

from autograder.building.build import build
from autograder.building.unchanged import is_as_built
from autograder.course import Course
from autograder.course.gradebook_address import gradebook_url, sqlite_file
from autograder.demo.sample_class import write_class
from autograder.grading import gradebook
from autograder.grading.grade import feedback, grade
from autograder.grading.rows import Rows


def demo(course: Course, progress: bool = True, isolation: str | None = None) -> dict[str, Rows]:
    """Build, make the sample class of every assignment, grade it and write its feedback.

    Real submissions in ``course/`` are left alone; only students called ``demo-*`` are made again.

    Parameters
    ----------
    course : Course
    progress : bool
        Show a progress bar on stderr.
    isolation : {"sandbox", "user", "none"}, optional
        In the place of ``c.Judge.isolation``; with "none", the class has no hostile members.

    Returns
    -------
    dict of str to Rows
        By assignment.
    """
    if not is_as_built(course):
        build(course)
    remove(course)
    graded = {}
    for assignment in course.assignments:
        write_class(course, assignment, hostile=isolation != "none")
        graded[assignment] = grade(
            course, assignment, student=f"{gradebook.DEMO}*", force=True, progress=progress, isolation=isolation
        )
        for row in graded[assignment]:
            if row.status == "graded":
                feedback(course, assignment, row.student)
    return graded


def remove(course: Course) -> None:
    """Remove the sample class from ``course/`` and its gradebook, and nothing else.

    Parameters
    ----------
    course : Course
    """
    url = gradebook_url(course)
    if (file := sqlite_file(url)) is None or file.exists():  # to open one would make it
        gradebook.forget_demo(url)
    for step in ("submitted", "autograded", "feedback"):
        for folder in (course.workspace / step).glob(f"{gradebook.DEMO}*"):
            shutil.rmtree(folder)
