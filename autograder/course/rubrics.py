"""Show the rubrics of written questions to graders: on a page, and in a cell above each answer.

Formgrader shows only the autograded notebook, so the cells are put there; feedback is made from the same notebook, so
they are taken out again before.
"""

import html
import re
from collections.abc import Mapping

from nbconvert.filters import markdown2html
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.course import source

TAG = "unrolled-rubric"
_CHANGED_ID = "changed-"  # the ids of the cells that `insert_changed` makes begin with this
_CHANGED = {
    "changed": "**`{name}` was changed since it was marked ({points:g} points).**",
    "unknown": "**It is not known whether `{name}` was changed since it was marked ({points:g} points).**",
}
_MARK_AGAIN = "Mark it again, or press “Resolve” to keep the points; until then they count."
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ max-width: 44em; margin: 2em auto; padding: 0 1em; font: 1rem/1.5 system-ui, sans-serif; }}
:root {{ color-scheme: light dark }}
h2 {{ margin-top: 2em }}
blockquote {{ margin: 1em 0; padding-left: 1em; border-left: 3px solid #8A8A8A }}
</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def page(notebook: NotebookNode, assignment: str) -> str | None:
    """Return an HTML page with each written question, its exemplar, its rubric and answers that only look right.

    Parameters
    ----------
    notebook : NotebookNode
        The source notebook. A written question's solution cell holds the exemplar and the rubric; the question itself
        is in the cell before it.
    assignment : str

    Returns
    -------
    str or None
        None if the assignment has no written question.
    """
    parts = []
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if _is_written(cell):
            points = f"{cell.metadata.nbgrader.points:g} points"
            question = re.sub(r"^## .*\n", "", before.source)
            parts.append(f"<h2>{html.escape(str(source.grade_id(cell)))} · {points}</h2>")
            parts.append(f"<blockquote>{markdown2html(question)}</blockquote>")
            parts.append(markdown2html(cell.source))
    return _PAGE.format(title=f"Rubrics of {html.escape(assignment)}", body="\n".join(parts)) if parts else None


def written(notebook: NotebookNode) -> dict[str, str]:
    """Return what a source notebook holds in the place of each written answer, exemplar and rubric, by grade_id."""
    return {str(source.grade_id(cell)): cell.source for cell in notebook.cells if _is_written(cell)}


def questions(notebook: NotebookNode) -> list[tuple[str, float]]:
    """Return the heading above each written question of a source notebook, and its points."""
    found, heading = [], ""
    for cell in notebook.cells:
        if _is_written(cell):
            found.append((heading, float(cell.metadata.nbgrader.points)))
        elif cell.cell_type == "markdown":
            heading = next(iter(re.findall(r"^## (.*)", cell.source, re.MULTILINE)[-1:]), heading)
    return found


def insert(notebook: NotebookNode, sources: NotebookNode) -> None:
    """Put a read-only rubric above each written answer of an instructor's autograded copy, in place.

    Parameters
    ----------
    notebook : NotebookNode
        Judged, with its marks saved: nbgrader's own cells are left as they are.
    sources : NotebookNode
        The source notebook, whose written answers are exemplars and rubrics.
    """
    known = written(sources)
    cells = []
    for cell in notebook.cells:
        name = source.grade_id(cell)
        if _is_written(cell) and name in known:
            text = f"*For graders of `{name}`; feedback leaves this cell out.*\n\n{known[name]}"
            cells.append(_for_instructors(f"rubric-{name}", text))
        cells.append(cell)
    notebook.cells = cells


def insert_changed(notebook: NotebookNode, again: Mapping[str, tuple[str, float]]) -> None:
    """Say above a graded cell that it was changed after a person marked it, in place; remove outdated notes.

    Parameters
    ----------
    notebook : NotebookNode
        An instructor's autograded copy.
    again : dict of str to (str, float)
        The cells to mark again, by grade_id: ``"changed"`` or ``"unknown"``, and the points that count until then.
        `autograder.grading.gradebook.save` returns it.
    """
    cells = []
    for cell in [cell for cell in notebook.cells if not says_changed(cell)]:
        name = source.grade_id(cell)
        if name is not None and name in again and source.is_grade(cell):
            state, points = again[name]
            text = f"{_CHANGED[state].format(name=name, points=points)} {_MARK_AGAIN}"
            cells.append(_for_instructors(f"{_CHANGED_ID}{name}", text))
        cells.append(cell)
    notebook.cells = cells


def strip(notebook: NotebookNode) -> None:
    """Take every rubric and every note of a change out of a notebook again, in place."""
    notebook.cells = [cell for cell in notebook.cells if TAG not in cell.metadata.get("tags", [])]


def _for_instructors(name: str, text: str) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(text, id=name[:64])
    cell.metadata.update(tags=[TAG], editable=False, deletable=False)
    return cell


def says_changed(cell: NotebookNode) -> bool:
    """Whether a cell is one that `insert_changed` made."""
    return TAG in cell.metadata.get("tags", []) and cell.get("id", "").startswith(_CHANGED_ID)


def _is_written(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "markdown") and source.is_solution(cell)
