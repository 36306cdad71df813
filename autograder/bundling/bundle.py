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


def bundle(course: Course, assignments: Sequence[str] = (), output: Path | None = None, kind: Kind = "student") -> Path:
    """Write a bundle and return its path.

    Parameters
    ----------
    course : Course
    assignments : list of str
        Those that it holds; by default all.
    output : Path, optional
        By default ``unrolled-VERSION.zip`` in the working directory, or the one assignment's name with ``.zip``;
        of another kind than "student", that comes before the dot.
    kind : {"student", "self-study", "hub"}
        "self-study" is for somebody who learns alone and holds answers, too; "hub" is for a JupyterHub, whose image
        gets the code as a wheel.

    Raises
    ------
    BadRequest
        If there is no such assignment, or the file cannot be written.
    AutograderError
        If the course is not built.
    """
    if unknown := [name for name in assignments if name not in course.assignments]:
        raise BadRequest(f"There is no assignment {unknown[0]!r}; this course has {', '.join(course.assignments)}.")
    chosen = [name for name in course.assignments if name in assignments or not assignments]
    version = Project(course.root).about["version"]
    name = chosen[0] if len(chosen) == 1 else f"{contents.TOP}-{version}"
    path = output or Path(f"{name}{'' if kind == 'student' else f'-{kind}'}.zip")
    files = hub.files(course, chosen) if kind == "hub" else contents.student(course, chosen, kind == "self-study")
    write(path, archive.packed(files))
    return path
