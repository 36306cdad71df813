"""Find the release's cells in a submission, whose labels, ids, order and number of cells may all be lost."""

import ast
import dataclasses
import difflib
import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from autograder.course import Course
from autograder.errors import BadInput
from autograder.safe_html import clean

PARSED = 100_000  # characters of a cell up to which it is parsed: Python's parser is not made for hostile text
ALIKE = 0.6  # difflib's ratio from which two cells are the same cell, edited


@dataclass
class SubmittedCell:
    """A cell as submitted: only what may be used, whatever else it holds."""

    number: int  # counted from 1, as people do
    kind: str
    source: str
    id: str | None
    grade_id: str | None
    attachments: Any
    taken: bool = False


def submitted_cells(submitted: NotebookNode) -> list[SubmittedCell]:
    """Return the cells of a submission as `SubmittedCell`, whatever is wrong with them."""
    cells = []
    for number, cell in enumerate(submitted.get("cells", []), start=1):
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        metadata = cell.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
        cells.append(
            SubmittedCell(
                number,
                "code" if cell.get("cell_type") == "code" else "text",
                clean(_with_newlines(source)) if isinstance(source, str) else "",
                cell.get("id") if isinstance(cell.get("id"), str) else None,
                grade_id if isinstance(grade_id, str) else None,
                cell.get("attachments"),
            )
        )
    return cells


def labelled(theirs: list[SubmittedCell], course: Course) -> dict[str, int]:
    """Return how many exercises of each assignment have a cell in a submission, by its label or its id."""
    names = {name for cell in theirs for name in (cell.grade_id, cell.id)}
    return {name: len(names & {exercise.name for exercise in course.exercises(name)}) for name in course.assignments}


def match(cells: list[NotebookNode], theirs: list[SubmittedCell], repairs: list[str]) -> dict[int, SubmittedCell]:
    """Find the release's cells in a submission, by the best evidence first.

    Parameters
    ----------
    cells : list of NotebookNode
        The release's.
    theirs : list of SubmittedCell
        Those that are no longer free afterwards are marked as taken.
    repairs : list of str
        Gets a sentence for every choice between several cells.

    Returns
    -------
    dict of int to SubmittedCell
        By index into `cells`.

    Raises
    ------
    BadInput
        If none of the release's cells is there.
    """
    found: dict[int, SubmittedCell] = {}

    def take(index: int, one: SubmittedCell) -> None:
        found[index], one.taken = one, True

    named = {cell.metadata.nbgrader.grade_id: i for i, cell in enumerate(cells) if "nbgrader" in cell.metadata}
    for name, index in named.items():
        claims = [one for one in theirs if one.grade_id == name]
        if claims:
            written = cells[index].cell_type == "markdown"  # all cells of a written answer are read; see `written`
            notes = [] if written else repairs
            take(index, _chosen(claims, cells[index], name, _check_of(name, theirs), notes))
            for one in claims:
                one.taken |= not written
    for name, index in named.items():
        if (
            index in found
            and not _worked(found[index], cells[index])
            and (late := _too_late(name, cells[index], theirs))
        ):
            repairs.append(f"The cell {name} was left as it was given; cell {late.number}, which defines it, was used.")
            late.grade_id = name
            take(index, late)
    for find in (_same_id, _given, _defines, _same_source, _most_alike):
        for index, cell in enumerate(cells):
            if index not in found and (alike := find(cell, theirs)) is not None:
                take(index, alike)
    if not found:
        raise BadInput("No cell of this notebook belongs to the assignment: was another notebook submitted?")
    answers = [i for i, cell in enumerate(cells) if is_solution(cell) and cell.cell_type == "markdown"]
    for index in answers:  # last, since it needs its neighbours' places
        if index not in found and (between := _between(index, found, theirs)) is not None:
            take(index, between)
    released = {cell.source.strip() for cell in cells if cell.cell_type == "code"}
    for one in theirs:
        one.taken |= one.source.strip() in released  # a second copy of the release's own text adds nothing
    return found


def with_definitions(
    cells: list[NotebookNode], found: dict[int, SubmittedCell], theirs: list[SubmittedCell]
) -> list[SubmittedCell]:
    """Return the submitted cells; after each that is not run, its definitions follow as a separate cell."""
    added: dict[int, list[SubmittedCell]] = {}
    for index, one in found.items():
        changed = one.source.strip() != cells[index].source.strip()
        if changed and "explore" in cells[index].metadata.get("tags", []) and (text := _definitions(one.source)):
            added[id(one)] = [dataclasses.replace(one, source=text, taken=False)]
    return [part for one in theirs for part in (one, *added.get(id(one), []))]


def _definitions(source: str) -> str:
    """Return the imports, functions and classes of a cell; nothing if it is not plain Python, or very long."""
    if len(source) > PARSED:
        return ""
    try:
        nodes = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    lines = source.split("\n")
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, kinds):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
            parts.append("\n".join(lines[first - 1 : node.end_lineno]))
    return "\n\n".join(parts)


def _chosen(
    claims: list[SubmittedCell], cell: NotebookNode, name: str, check: int, repairs: list[str]
) -> SubmittedCell:
    """Choose among cells of one grade_id: the last that is run before its check, else the first that was changed."""
    worked = [one for one in claims if is_solution(cell) and _worked(one, cell)]
    before = [one for one in worked if cell.cell_type == "code" and one.number < check]
    chosen = (before[-1:] or worked or claims)[0]
    if len({one.source.strip() for one in claims}) > 1 and is_solution(cell):
        others = _numbers([one.number for one in claims if one is not chosen])
        repairs.append(f"Several cells are called {name}: cell {chosen.number} was used, {others} left out.")
    return chosen


def _check_of(name: str, theirs: list[SubmittedCell]) -> int:
    """Return the number of the cell that checks a function, or one after all others."""
    return next((one.number for one in theirs if one.grade_id == f"test_{name}"), len(theirs) + 1)


def _too_late(name: str, cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    """Return the cell below its check that defines the function, if none above does; there it would come too late."""
    one = _defines(cell, theirs)
    return one if one is not None and _worked(one, cell) and one.number > _check_of(name, theirs) else None


def _worked(one: SubmittedCell, cell: NotebookNode) -> bool:
    """Whether something was written into a cell."""
    return one.source.strip() not in ("", cell.source.strip())


def _same_id(cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    # A copy of a notebook may have other ids in the same places: an id alone does not make text a code cell.
    return next((t for t in _free(cell, theirs) if t.id is not None and t.id == cell.get("id")), None)


def _same_source(cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    return next((t for t in _free(cell, theirs) if t.source.strip() == cell.source.strip() != ""), None)


def _given(cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    """Return the copy of a cell that is not a student's: 00 shows a wrong function under the name of an exercise."""
    return None if is_solution(cell) else _same_source(cell, theirs)


def _defines(cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    """Return a submitted cell that defines the function of a solution cell, one that was changed if there is one."""
    if not is_solution(cell) or cell.cell_type != "code":
        return None
    name = cell.metadata.nbgrader.grade_id
    claims = [one for one in _free(cell, theirs) if defined(name, one.source)]
    worked = [one for one in claims if _worked(one, cell)]
    return next(iter(worked or claims), None)


def defined(name: str, source: str) -> bool:
    """Whether a cell's source binds `name` as a function: by def, by class, or by giving it a value."""
    pattern = rf"^(?:(?:def|class)\s+{re.escape(name)}\b|{re.escape(name)}\s*(?::[^=\n]+)?=(?!=))"
    return re.search(pattern, source, re.MULTILINE) is not None


def _free(cell: NotebookNode, theirs: list[SubmittedCell]) -> list[SubmittedCell]:
    """Return the submitted cells of the cell's kind that have no place yet."""
    return [one for one in theirs if not one.taken and (one.kind == "code") == (cell.cell_type == "code")]


def _between(index: int, found: dict[int, SubmittedCell], theirs: list[SubmittedCell]) -> SubmittedCell | None:
    """Return the first free text cell between the neighbours of a written answer."""
    before = max((one.number for i, one in found.items() if i < index), default=0)
    after = min((one.number for i, one in found.items() if i > index and one.number > before), default=len(theirs) + 1)
    between = [one for one in theirs if one.kind == "text" and not one.taken and before < one.number < after]
    return next((one for one in between if one.source.strip()), None)


def _most_alike(cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    def ratio(one: SubmittedCell) -> float:
        matcher = difflib.SequenceMatcher(None, one.source[:1000], cell.source[:1000], autojunk=False)
        return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0

    if cell.cell_type != "code":
        return None
    best = max(_free(cell, theirs)[:40], key=ratio, default=None)  # bounded, since comparing is slow
    return best if best is not None and ratio(best) >= ALIKE else None


def _with_newlines(text: str) -> str:
    """Return `text` with the line ends that the release has, whatever the editor's are."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _numbers(numbers: list[int]) -> str:
    return f"cell{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"
