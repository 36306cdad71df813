"""Write the zip that students are handed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from autograder.bundling import archive, contents, hub
from autograder.bundling.requirements import Project
from autograder.course import Course
from autograder.errors import BadRequest
from autograder.files import write

Kind = Literal["student", "self-study", "hub"]


def bundle(
    course: Course,
    assignments: Sequence[str] = (),
    output: Path | None = None,
    kind: Kind = "student",
    own: bool = False,
) -> Path:
    """Write a bundle and return its path.

    Parameters
    ----------
    course : Course
    assignments : list of str
        Those that it holds; by default all.
    output : Path, optional
        By default ``unrolled-VERSION.zip`` in the working directory, or the one assignment's name with ``.zip``;
        of another kind than "student", that comes before the dot, and "own" with `own`.
    kind : {"student", "self-study", "hub"}
        "self-study" is for somebody who learns alone and holds answers, too; "hub" is for a JupyterHub, whose image
        gets the code as a wheel.
    own : bool
        Whether learners bring the functions of earlier assignments themselves, so that the bundle holds none.

    Raises
    ------
    BadRequest
        If there is no such assignment, the file cannot be written, or it would hold answers and none.
    AutograderError
        If the course is not built.
    """
    if unknown := [name for name in assignments if name not in course.assignments]:
        raise BadRequest(f"There is no assignment {unknown[0]!r}; this course has {', '.join(course.assignments)}.")
    if own and kind == "self-study":
        raise BadRequest(
            "--self-study holds all answers, and --given own none of the earlier ones: choose one of them."
        )
    chosen = [name for name in course.assignments if name in assignments or not assignments]
    version = Project(course.root).about["version"]
    name = chosen[0] if len(chosen) == 1 else f"{contents.TOP}-{version}"
    ending = ("" if kind == "student" else f"-{kind}") + ("-own" if own else "")
    path = output or Path(f"{name}{ending}.zip")
    if kind == "hub":
        files = hub.files(course, chosen, own)
    else:
        files = contents.student(course, chosen, kind == "self-study", own)
    write(path, archive.packed(files))
    return path
