"""Gather what a student's bundle holds, as paths and contents."""

from collections.abc import Sequence
from pathlib import Path
from string import Template

from autograder.bundling import self_study as answers
from autograder.bundling.requirements import Project
from autograder.course import Course
from autograder.errors import BuildError

TOP = "unrolled"  # the folder that the zip unpacks into: a newer one is unpacked over it
_BINDER = "# Binder installs the pinned requirements before this runs.\npython -m pip install --no-deps -e .\n"


def student(course: Course, assignments: Sequence[str], self_study: bool = False) -> dict[str, bytes]:
    """Return the files of a student's bundle by path: the notebooks, `utils`, and what it takes to install them.

    Raises
    ------
    AutograderError
        If an assignment is not built as its source says.
    """
    project = Project(course.root)
    pins = project.pins()
    texts = {
        "README.md": page("student.md", oldest=project.pythons[0], newest=project.pythons[-1], first=assignments[0]),
        "pyproject.toml": project.pyproject(),
        "constraints.txt": pins,
        "environment.yml": project.environment(),
        "binder/requirements.txt": pins,
        "binder/runtime.txt": "python-3.12\n",
        "binder/postBuild": f"#!/bin/sh\nset -e\n{_BINDER}",
    }
    files = {path: text.encode() for path, text in texts.items()}
    files["LICENSE"] = (course.root / "LICENSE").read_bytes()
    files |= {
        f"utils/{path}": content for path, content in package(course.fixtures.parent, project.data("utils")).items()
    }
    for assignment in assignments:
        files |= notebook(course, assignment)
    if self_study:
        files |= answers.files(course, assignments)
    return {f"{TOP}/{path}": content for path, content in files.items()}


def notebook(course: Course, assignment: str) -> dict[str, bytes]:
    """Return an assignment's notebook and its pictures by path.

    Raises
    ------
    AutograderError
        If it was not built, or is not what was built: nobody hands out a copy with answers in it.
    """
    course.release(assignment)
    folder = course.notebooks / assignment
    built = folder / f"{assignment}.ipynb"
    if not built.is_file() or built.read_bytes() != course.release_path(assignment).read_bytes():
        raise BuildError(f"{built} is not as it was built: run `autograder build` first.")
    files = [built, *sorted(folder.glob("figures/*.png"))]
    return {f"notebooks/{path.relative_to(course.notebooks).as_posix()}": path.read_bytes() for path in files}


def package(folder: Path, data: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the package in `folder` by path: its code, and the data that `pyproject.toml` declares."""
    found = {path for pattern in ("**/*.py", *data) for path in folder.glob(pattern)}
    kept = {path.relative_to(folder): path for path in found if path.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in sorted(kept.items())
        if not any(part.startswith((".", "__pycache__")) for part in name.parts)
    }


def page(name: str, **facts: str) -> str:
    """Return the README called `name` here, with `facts` filled in."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return Template(text).substitute(facts)
