"""Gather what whoever runs a JupyterHub needs: the wheel for its image, and notebooks that find what it installs."""

from collections.abc import Sequence

from autograder.bundling.contents import TOP, notebook, page
from autograder.bundling.wheel import SHIM, wheel
from autograder.course import Course


def files(course: Course, assignments: Sequence[str], own: bool = False) -> dict[str, bytes]:
    """Return the files of a hub's bundle by path; with `own`, learners bring earlier functions themselves.

    Raises
    ------
    AutograderError
        If an assignment is not built as its source says.
    """
    name, content = wheel(course)
    found = {
        "README.md": page("hub.md", wheel=name).encode(),
        "LICENSE": (course.root / "LICENSE").read_bytes(),
        name: content,
    }
    for assignment in assignments:
        found |= notebook(course, assignment, own)
    for folder in {path.rpartition("/")[0] for path in found if path.endswith(".ipynb")}:
        found[f"{folder}/utils.py"] = SHIM.encode()
    return {f"{TOP}/{path}": content for path, content in found.items()}
