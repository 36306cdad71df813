"""Find out which assignment a notebook is of, by the cells that only one assignment's release has."""

import functools
from collections import Counter
from pathlib import Path

from nbformat import NotebookNode

from autograder.collecting.matching import labelled, submitted_cells
from autograder.collecting.plain_files import Refused, shown
from autograder.course import Course
from autograder.errors import BadInput

LITTLE = 0.2  # share of an assignment's own cells below which a notebook may be another's


def refuse_another(submitted: NotebookNode, course: Course, assignment: str) -> None:
    """Refuse the notebook of another assignment: a later one holds functions of this one that were handed out.

    Parameters
    ----------
    submitted : NotebookNode
        A submission; it need not be valid.
    course : Course
    assignment : str

    Raises
    ------
    Refused
        If hardly any of this assignment's own cells are there, and more of another's.
    """
    found = shares(submitted, course)
    other = max(found, key=found.__getitem__)
    if found[assignment] < LITTLE and found[other] > max(LITTLE, found[assignment]):
        raise Refused(f"This is the notebook of {other}, not of {assignment}: hand in the right one.")


def shares(submitted: NotebookNode, course: Course) -> dict[str, float]:
    """Return how much of each assignment is in a notebook: the share of the cells that no other assignment has."""
    theirs = set[str]()
    for one in submitted_cells(submitted):
        theirs |= {f"text {one.source.strip()}", f"label {one.grade_id}"}
    return {name: len(some & theirs) / max(len(some), 1) for name, some in _own_marks(course).items()}


@functools.lru_cache(maxsize=4)
def _own_marks(course: Course) -> dict[str, set[str]]:
    """Return, for each assignment, what only its own release can be known by."""
    marks = {name: _marks(course.release(name)) for name in course.assignments}
    count = Counter(mark for some in marks.values() for mark in some)
    return {name: {mark for mark in some if count[mark] == 1} for name, some in marks.items()}


def _marks(release: NotebookNode) -> set[str]:
    """Return what the cells of a release can be known by, whatever an editor did to a notebook: texts and labels."""
    texts = {f"text {cell.source.strip()}" for cell in release.cells if cell.source.strip()}
    labels = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in release.cells}
    return texts | {f"label {label}" for label in labels - {None}}


def assignment_of(notebook: NotebookNode, course: Course, path: Path) -> str:
    """Return the assignment that a notebook is of, by its cells.

    Raises
    ------
    BadInput
        If it is none of the course's, or lies in the folder of another assignment.
    """
    found = shares(notebook, course)
    count = found if any(found.values()) else labelled(submitted_cells(notebook), course)
    best = max(count, key=count.__getitem__)
    if not count[best]:
        raise BadInput(f"{shown(path.name)} is none of this course's notebooks ({', '.join(course.assignments)}).")
    folder = path.absolute().parent.name
    if folder in count and folder != best:
        refuse_another(notebook, course, folder)
    return best
