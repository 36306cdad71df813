"""Gather what a student's bundle holds, as paths and contents."""

from collections.abc import Sequence
from pathlib import Path
from string import Template

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.bundling import self_study as answers
from autograder.bundling.requirements import Project
from autograder.course import Course, source
from autograder.errors import BuildError

TOP = "unrolled"  # the folder that the zip unpacks into: a newer one is unpacked over it
_BINDER = "# Binder installs the pinned requirements before this runs.\npython -m pip install --no-deps -e .\n"
_OWN = """
**Your own functions.** These notebooks go on with functions of yours: they take them out of your notebooks of earlier
assignments, which must lie beside them in `work`. Where one is missing or not right yet, a cell says which.
"""


def student(
    course: Course, assignments: Sequence[str], self_study: bool = False, own: bool = False
) -> dict[str, bytes]:
    """Return the files of a student's bundle by path: the notebooks, `utils`, and what it takes to install them.

    Parameters
    ----------
    course : Course
    assignments : list of str
    self_study : bool
        Whether it holds answers.
    own : bool
        Whether learners bring the functions of earlier assignments themselves.

    Raises
    ------
    AutograderError
        If an assignment is not built as its source says.
    """
    project = Project(course.root)
    pins = project.pins()
    read_me = page("student.md", oldest=project.pythons[0], newest=project.pythons[-1], first=assignments[0])
    texts = {
        "README.md": read_me + (_OWN if own else ""),
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
        files |= notebook(course, assignment, own)
    if self_study:
        files |= answers.files(course, assignments)
    return {f"{TOP}/{path}": content for path, content in files.items()}


def notebook(course: Course, assignment: str, own: bool = False) -> dict[str, bytes]:
    """Return an assignment's notebook, its pictures and the pages without points that it links to, by path.

    With `own`, the cells that give functions of earlier assignments hold no answer: they take the learner's own.

    Raises
    ------
    AutograderError
        If it was not built, or is not what was built: nobody hands out a copy with answers in it.
    """
    release = course.release(assignment)
    folder = course.notebooks / assignment
    built = folder / f"{assignment}.ipynb"
    if not built.is_file() or built.read_bytes() != course.release_path(assignment).read_bytes():
        raise BuildError(f"{built} is not as it was built: run `autograder build` first.")
    pages = [course.notebooks / source.FURTHER / f"{name}.ipynb" for name in source.linked(release)]
    if missing := [page for page in pages if not page.is_file()]:
        raise BuildError(f"{missing[0]} is not there: run `autograder build` first.")
    files = [built, *sorted(folder.glob("figures/*.png")), *pages]
    found = {f"notebooks/{path.relative_to(course.notebooks).as_posix()}": path.read_bytes() for path in files}
    if own:
        found[f"notebooks/{assignment}/{assignment}.ipynb"] = _with_own_functions(release)
    return found


def _with_own_functions(release: NotebookNode) -> bytes:
    for cell in release.cells:
        if name := source.gives(cell):
            cell.source = source.own_cell(name)
            cell.metadata.nbgrader.checksum = compute_checksum(cell)  # what the Validate button compares
    text: str = nbformat.writes(release)
    return text.encode() + b"\n"


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
