"""Find the release's cells in a submission, whose labels, ids, order and number of cells may all be lost."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from autograder.collecting.comparing import same
from autograder.collecting.definitions import foreign
from autograder.collecting.lent import LENT
from autograder.course import Course
from autograder.errors import BadInput
from autograder.safe_html import clean

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
    copy_of: int | None = None  # the place of the release's cell whose label it has
    left_out: bool = False  # a try that another one replaces, or a given cell that was changed


def submitted_cells(submitted: NotebookNode) -> list[SubmittedCell]:
    """Return the cells of a submission as `SubmittedCell`, whatever is wrong with them."""
    cells, all_cells = [], submitted.get("cells", [])
    lent = sum(isinstance(cell, dict) and str(cell.get("id", "")).startswith(LENT) for cell in all_cells)
    for number, cell in enumerate(all_cells, start=1 - lent):  # as people count them
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
            chosen = _chosen(claims, cells[index], name, theirs, repairs)
            own_cell = is_solution(cells[index]) and cells[index].cell_type == "code"
            written = cells[index].cell_type == "markdown"  # all cells of a written answer are read; see `written`
            for one in claims:
                one.taken, one.copy_of = one.taken or not (own_cell or written), index
            take(index, _joined(chosen, name, repairs))
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


def _chosen(
    claims: list[SubmittedCell], cell: NotebookNode, name: str, theirs: list[SubmittedCell], repairs: list[str]
) -> list[SubmittedCell]:
    """Choose among cells of one grade_id: the last one with a check below it, else the first that was changed.

    A cell that was split has its label twice: the neighbours of the chosen one that do not define the function belong
    to it, and others that do not are cells of the student's own.
    """
    worked = [one for one in claims if is_solution(cell) and _worked(one, cell)]
    if cell.cell_type != "code":
        chosen = (worked or claims)[0]
        return [chosen]
    tries = [one for one in worked if defined(name, one.source)]
    checks = [one.number for one in theirs if _checks(name, one)]
    ends = [one.number for one in (tries or worked)[1:]] + [theirs[-1].number + 1]
    pairs = zip(tries or worked, ends, strict=False)
    checked = [one for one, end in pairs if any(one.number <= number < end for number in checks)]
    chosen = (checked[-1:] or tries or worked or claims)[0]
    others = [one for one in claims if one is not chosen and (not worked or one in tries or one not in worked)]
    if is_solution(cell) and any(one.source.strip() != chosen.source.strip() for one in others):
        numbers = _numbers([one.number for one in others])
        repairs.append(f"Several cells are called {name}: cell {chosen.number} was used, {numbers} left out.")
    for one in others:
        one.taken, one.left_out = True, one in tries and one.source.strip() != chosen.source.strip()
    return _neighbours(chosen, [one for one in worked if one not in others], theirs)


def _checks(name: str, one: SubmittedCell) -> bool:
    """Whether a cell checks a function."""
    call = rf"\bcheck\(\s*{re.escape(name)}\b"
    return one.kind == "code" and (one.grade_id == f"test_{name}" or re.search(call, one.source) is not None)


def _neighbours(chosen: SubmittedCell, parts: list[SubmittedCell], theirs: list[SubmittedCell]) -> list[SubmittedCell]:
    """Return the cells around `chosen`, in order, up to the first code cell that is not one of `parts`."""
    code = [one for one in theirs if one is chosen or one in parts or (one.kind == "code" and one.source.strip())]
    first = last = code.index(chosen)
    while first > 0 and code[first - 1] in parts and not chosen.source.lstrip().startswith("%%"):
        first -= 1
    while last + 1 < len(code) and code[last + 1] in parts and not code[last + 1].source.lstrip().startswith("%%"):
        last += 1
    return code[first : last + 1]


def _joined(parts: list[SubmittedCell], name: str, repairs: list[str]) -> SubmittedCell:
    """Return one cell with the sources of all; the first of them is changed, and the others have no place left."""
    first, *others = parts
    if others:
        first.source = "\n\n".join(one.source for one in parts)
        numbers = _numbers([one.number for one in parts])
        repairs.append(f"Several cells are called {name}: {numbers} were put together, in order.")
    for one in others:
        one.taken = True
    return first


def _check_of(name: str, theirs: list[SubmittedCell]) -> int:
    """Return the number of the cell that checks a function, or one after all others."""
    return next((one.number for one in theirs if one.grade_id == f"test_{name}"), len(theirs) + 1)


def _too_late(name: str, cell: NotebookNode, theirs: list[SubmittedCell]) -> SubmittedCell | None:
    """Return the cell below its check that defines the function, if none above does; there it would come too late."""
    one = _defines(cell, theirs)
    return one if one is not None and _worked(one, cell) and one.number > _check_of(name, theirs) else None


def _worked(one: SubmittedCell, cell: NotebookNode) -> bool:
    """Whether something was written into a cell: in code, more than comments."""
    if cell.cell_type == "code":
        return bool(one.source.strip()) and not same(one.source, cell.source)
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
    if foreign(source):
        return False
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
