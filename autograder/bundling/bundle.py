"""Write the zip that students are handed."""

from collections.abc import Sequence
from pathlib import Path

from autograder.bundling import archive, contents
from autograder.bundling.requirements import Project
from autograder.course import Course
from autograder.errors import BadRequest
from autograder.files import write


def bundle(
    course: Course, assignments: Sequence[str] = (), output: Path | None = None, self_study: bool = False
) -> Path:
    """Write a student's bundle and return its path.

    Parameters
    ----------
    course : Course
    assignments : list of str
        Those that it holds; by default all.
    output : Path, optional
        By default ``unrolled-VERSION.zip`` in the working directory, or the one assignment's name with ``.zip``.
    self_study : bool
        Whether it is for somebody who learns alone: it then holds answers, too.

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
    path = output or Path(f"{name}{'-self-study' if self_study else ''}.zip")
    write(path, archive.packed(contents.student(course, chosen, self_study)))
    return path
