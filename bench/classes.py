"""Make classes of submissions, and grade them by `autograder grade` and by stock nbgrader."""

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.course import Course
from autograder.demo.sample_class import sample_class
from bench.arithmetic import Spent
from bench.setting import SCRIPTS
from bench.spent import run

FIRST = ("first-0", "first-1")  # the students of a run of one for each worker
RIGHT = ("demo-right", "demo-differently")  # of the sample class: the solution's text, and another author's
SECONDS = 600  # that stock nbgrader allows a cell

_STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = "course/source"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.db_url = "sqlite:///" + {root!r} + "/course/gradebook.db"
c.Execute.timeout = {seconds}
"""


def students(count: int) -> list[str]:
    """Return so many names; the first are those of `FIRST`."""
    return [*FIRST, *(f"s{number:05}" for number in range(len(FIRST), count))][:count]


def right_notebooks(course: Course, assignment: str) -> list[NotebookNode]:
    """Return what students hand in who have everything right: the solution's text, and another author's."""
    made = {student.id: student.notebook for student in sample_class(course, assignment, whole=False)}
    return [made[name] for name in RIGHT]


def hand_in(course: Course, assignment: str, notebooks: list[NotebookNode], count: int) -> None:
    """Let so many students hand these notebooks in, in turn."""
    for number, student in enumerate(students(count)):
        folder = course.workspace / "submitted" / student / assignment
        folder.mkdir(parents=True)
        nbformat.write(notebooks[number % len(notebooks)], folder / f"{assignment}.ipynb")


def as_stock(course: Course, root: Path) -> Path:
    """Copy a course with what was handed in, as a course of stock nbgrader; return its folder."""
    shutil.copytree(course.root, root)
    (root / "nbgrader_config.py").write_text(_STOCK.format(root=str(root), seconds=SECONDS), encoding="utf-8")
    return root


def without_pictures(notebooks: list[NotebookNode]) -> list[NotebookNode]:
    """Return the notebooks with the cells emptied that our judge leaves out: those tagged ``explore``."""
    for notebook in notebooks:
        for cell in notebook.cells:
            if "explore" in cell.metadata.get("tags", []):
                cell.source = ""
    return notebooks


def first(workers: int) -> str:
    """Return the pattern of the students of a run of one for each worker."""
    return FIRST[0] if workers == 1 else "first-*"


def grade(
    course: Course,
    assignment: str,
    student: str = "*",
    jobs: int = len(FIRST),
    scheduler: str = "",
    watch: Callable[[int], object] | None = None,
) -> Spent:
    """Run `autograder grade`, with the sandbox, into the gradebook, as if nothing had been graded before.

    Parameters
    ----------
    course : Course
    assignment : str
    student : str
        Whose; ``*`` stands for any letters.
    jobs : int
        How many worker processes there are.
    scheduler : str
        Where Dask's scheduler is, if its workers judge in their place.
    watch : callable, optional
        See `bench.spent.run`.
    """
    where = ("--scheduler", scheduler) if scheduler else ("--jobs", jobs)
    command = [SCRIPTS / "autograder", "grade", assignment, *where, "--force", "--student", student]
    return run(command, course.root, watch=watch)


def grade_by_stock(root: Path, assignment: str, student: str = "*") -> Spent:
    """Run stock `nbgrader autograde`, as if nothing had been graded before."""
    return run([SCRIPTS / "nbgrader", "autograde", assignment, "--force", "--student", student], root)
