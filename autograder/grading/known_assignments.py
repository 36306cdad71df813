"""Let the gradebook know a course's assignments as a build made them, and the cells that have marks in them.

A build makes them in a gradebook of its own, by nbgrader; from there they go into the course's, in one transaction.
Nothing else of the course's gradebook is touched, so a build loses no mark that is written while it lasts.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.api import Base as Tables
from sqlalchemy import create_engine

from autograder.errors import BuildError
from autograder.grading.database import COURSE, address, patient, writing
from autograder.grading.gradebook import DEMO

_GRADED = ("max_score", "cell_type")
_KINDS: Mapping[str, tuple[type, tuple[str, ...]]] = {  # nbgrader's lists of cells, and what they say of each
    "grade_cells": (GradeCell, _GRADED),
    "solution_cells": (SolutionCell, ()),
    "task_cells": (TaskCell, _GRADED),
    "source_cells": (SourceCell, ("cell_type", "locked", "source", "checksum")),
}


def blank(path: Path) -> None:
    """Make an empty gradebook at `path` for a build, without the version by which nbgrader updates one."""
    engine = create_engine(address(path))
    Tables.metadata.create_all(engine)
    engine.dispose()


@patient
def check_room(gradebook: Gradebook, assignment: str, cells: set[str]) -> None:
    """Check that an assignment's cells may change as they are about to.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    assignment : str
    cells : set of str
        The grade_ids that the assignment is about to have.

    Raises
    ------
    BuildError
        If graded cells would be added or removed although real students have submitted.
    """
    try:
        notebook = gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        return
    _refuse(notebook, {cell.name for cell in notebook.source_cells} ^ cells)


@patient
def knows(gradebook: Gradebook, assignments: Iterable[str]) -> bool:
    """Whether the gradebook at this address holds all these assignments."""
    return set(assignments) <= {assignment.name for assignment in gradebook.assignments}


@writing
def take_over(gradebook: Gradebook, made: Path, assignments: Iterable[str]) -> None:
    """Let assignments and their cells be as a build made them, all or none.

    Demo students' submissions are removed where cells are added or removed; they can be made again.

    Parameters
    ----------
    gradebook : str
        The gradebook's address.
    made : Path
        The build's own.
    assignments : iterable of str

    Raises
    ------
    BuildError
        As `check_room`: somebody may have handed in since it was asked.
    """
    with Gradebook(address(made)) as built:
        wanted = {name: built.find_notebook(name, name) for name in assignments}
        cells = {name: {kind: _cells(notebook, kind) for kind in _KINDS} for name, notebook in wanted.items()}
        kernels = {name: notebook.kernelspec for name, notebook in wanted.items()}
    for name, by_kind in cells.items():
        _make_room(gradebook, name, by_kind)
    for name, by_kind in cells.items():
        notebook = _notebook(gradebook, name)
        notebook.kernelspec = kernels[name]
        for kind, (make, _) in _KINDS.items():
            present = {cell.name: cell for cell in getattr(notebook, kind)}
            for gone in present.keys() - by_kind[kind].keys():
                gradebook.db.delete(present[gone])
            for cell, about in by_kind[kind].items():
                if cell not in present:
                    gradebook.db.add(make(name=cell, notebook_id=notebook.id, **about))
                for key, value in about.items() if cell in present else ():
                    setattr(present[cell], key, value)


def _cells(notebook: Notebook, kind: str) -> dict[str, dict[str, Any]]:
    return {cell.name: {key: getattr(cell, key) for key in _KINDS[kind][1]} for cell in getattr(notebook, kind)}


def _make_room(gradebook: Gradebook, assignment: str, cells: Mapping[str, Mapping[str, Any]]) -> None:
    """Remove demo students' submissions where cells are added or removed, and refuse if there are others."""
    try:
        notebook = gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        return
    changed = {name for kind in _KINDS for name in _cells(notebook, kind).keys() ^ cells[kind].keys()}
    _refuse(notebook, changed)
    if changed:
        for student in _students(notebook):
            gradebook.remove_student(student)


def _refuse(notebook: Notebook, changed: set[str]) -> None:
    real = sorted(student for student in _students(notebook) if not student.startswith(DEMO))
    if changed and real:
        raise BuildError(
            f"{notebook.name}: {len(real)} students have submitted (the first is {real[0]}), so its cells cannot be "
            f"added or removed any more ({', '.join(sorted(changed))}). Take the change back, or begin with a new "
            "gradebook: move course/gradebook.db away, or name another one in nbgrader_config.py."
        )


def _students(notebook: Notebook) -> set[str]:
    return {submission.assignment.student_id for submission in notebook.submissions}


def _notebook(gradebook: Gradebook, name: str) -> Notebook:
    """Return the notebook of an assignment; both are made where they are missing, and not committed."""
    try:
        return gradebook.find_notebook(name, name)
    except MissingEntry:
        try:
            assignment = gradebook.find_assignment(name)
        except MissingEntry:
            assignment = Assignment(name=name, course_id=COURSE)
            gradebook.db.add(assignment)
        notebook = Notebook(name=name, assignment=assignment)
        gradebook.db.add(notebook)
        gradebook.db.flush()
        return notebook
