"""Read the rubrics of written questions, and show them to graders: on a page, and in a cell above each answer.

A rubric is a list of items: what an answer may have, what that earns, and the sentence that its author then reads.
Formgrader shows only the autograded notebook, so the cells are put there; feedback is made from the same notebook, so
they are taken out again before.
"""

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.course import source
from autograder.errors import BuildError

TAG = "unrolled-rubric"
_RUBRIC = re.compile(r"^\*\*Rubric\.\*\*(.*?)(?=^\*\*|\Z)", re.MULTILINE | re.DOTALL)  # as far as the next bold heading
_BULLET = re.compile(r"^- .*(?:\n  .*)*", re.MULTILINE)
_ITEM = re.compile(r"- `([a-z0-9]+(?:-[a-z0-9]+)*)` \(([-−]?\d+(?:\.[05])?)\): (\S.*)")
_FORM = "- `some-id` (1.5): The sentence that a student reads."
_QUOTED = re.compile(r"^\*\*([^*\n]+) \(([\d.]+) of [\d.]+\)\.\*\*(.*?)(?=^\*\*|\Z)", re.MULTILINE | re.DOTALL)
_CHOSEN = re.compile(r"Chosen:\s+((?:`[^`]+`,\s+)*`[^`]+`)")
CHANGED_ID = "changed-"  # the ids of the cells that `insert_changed` makes begin with this
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


@dataclass(frozen=True)
class RubricItem:
    """What an answer may have.

    Attributes
    ----------
    id : str
        Unique in its question.
    points : float
        What an answer that has it earns, in halves; negative for what an answer loses by it.
    comment : str
        The sentence that a student reads if the item is chosen.
    """

    id: str
    points: float
    comment: str


def items(notebook: NotebookNode) -> dict[str, tuple[RubricItem, ...]]:
    """Return the rubric items of each written answer of a source notebook, by grade_id.

    Raises
    ------
    BuildError
        If a written answer has no rubric, or one that cannot be used: an item without id, points or sentence, an id
        that is used twice, or items that do not earn the points of the question together.
    """
    return {str(source.grade_id(cell)): _items(cell, _where(notebook, cell)) for cell in _answers(notebook)}


def _items(cell: NotebookNode, where: str) -> tuple[RubricItem, ...]:
    rubric = _RUBRIC.search(cell.source)
    if rubric is None:
        raise BuildError(
            f"{where}: the written answer has no rubric. Begin one with **Rubric.**, an item a line: {_FORM}"
        )
    found = []
    for bullet in _BULLET.findall(rubric[1]):
        line = " ".join(bullet.split())
        item = _ITEM.fullmatch(line)
        if item is None:
            raise BuildError(f"{where}: the rubric's item {line!r} is not understood. Write it as: {_FORM}")
        found.append(RubricItem(item[1], float(item[2].replace("−", "-")), item[3]))
    for name, times in Counter(item.id for item in found).items():
        if times > 1:
            raise BuildError(f"{where}: the rubric has {times} items called {name!r}. Give each an id of its own.")
    earned, points = sum(item.points for item in found if item.points > 0), cell.metadata.nbgrader.points
    if earned != points:
        raise BuildError(
            f"{where}: the rubric's items earn {earned:g} points together, but the question has {points:g}. "
            "Change the items, or the points on the cell's marker."
        )
    return tuple(found)


def check(notebook: NotebookNode) -> None:
    """Refuse a source notebook with a rubric that cannot be used, or a quoted answer that earns something else.

    Raises
    ------
    BuildError
        As `items` does; or if an answer that the rubric quotes chooses no known items, or they do not add up to the
        points in its heading.
    """
    known = items(notebook)
    for cell in _answers(notebook):
        rubric, where = known[str(source.grade_id(cell))], _where(notebook, cell)
        for heading, points, text in _QUOTED.findall(cell.source):
            _check_quoted(rubric, f"{where}: “{heading} ({points} of …)”", float(points), text)


def _check_quoted(rubric: Sequence[RubricItem], where: str, points: float, text: str) -> None:
    """Check that a quoted answer earns what its heading says. One that earns everything need not choose."""
    worth = {item.id: item.points for item in rubric}
    listed = _CHOSEN.search(text)
    if listed is None:
        if points != sum(p for p in worth.values() if p > 0):
            raise BuildError(
                f"{where} does not say which items it has. Add a sentence: Chosen: `some-id`, `another-id`."
            )
        return
    chosen = re.findall("`([^`]+)`", listed[1])
    if unknown := sorted(set(chosen) - set(worth)):
        raise BuildError(
            f"{where} chooses {', '.join(unknown)}, which the rubric does not have: it has {', '.join(worth)}."
        )
    if (earned := sum(worth[name] for name in set(chosen))) != points:
        raise BuildError(
            f"{where} chooses items that earn {earned:g} points together. Change the heading, or what is chosen."
        )


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
    from nbconvert.filters.markdown_mistune import markdown2html_mistune as as_html  # which takes long to import

    parts = []
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if _is_written(cell):
            points = f"{cell.metadata.nbgrader.points:g} points"
            question = re.sub(r"^## .*\n", "", before.source)
            parts.append(f"<h2>{html.escape(str(source.grade_id(cell)))} · {points}</h2>")
            parts.append(f"<blockquote>{as_html(question)}</blockquote>")
            parts.append(as_html(cell.source))
    return _PAGE.format(title=f"Rubrics of {html.escape(assignment)}", body="\n".join(parts)) if parts else None


def written(notebook: NotebookNode) -> dict[str, str]:
    """Return what a source notebook holds in the place of each written answer, exemplar and rubric, by grade_id."""
    return {str(source.grade_id(cell)): cell.source for cell in _answers(notebook)}


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
            cells.append(_for_instructors(f"{CHANGED_ID}{name}", text))
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
    return TAG in cell.metadata.get("tags", []) and cell.get("id", "").startswith(CHANGED_ID)


def _answers(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if _is_written(cell)]


def _where(notebook: NotebookNode, cell: NotebookNode) -> str:
    return f"solutions/{notebook.metadata.unrolled['assignment']}.py, cell {source.grade_id(cell)!r}"


def _is_written(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "markdown") and source.is_solution(cell)
