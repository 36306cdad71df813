"""Put the sources of a submission into the release's own notebook, so that nothing else of the submission counts."""

import copy
import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.collecting.comparing import added_definitions, same
from autograder.collecting.definitions import unfinished
from autograder.collecting.lent import Beside, lend
from autograder.collecting.matching import SubmittedCell, defined, match, submitted_cells
from autograder.collecting.notebook_json import MAX_CELLS
from autograder.collecting.written import gather
from autograder.course import source
from autograder.errors import BadInput


@dataclass(frozen=True)
class Rebuilt:
    """What `rebuild` returns.

    Attributes
    ----------
    notebook : NotebookNode
        The release with the submission's sources in it, without outputs.
    repairs : list of str
        What differed from the notebook that was handed out, one sentence each, for the student.
    digest : str
        A hash of all that was taken from the submission.
    numbers : dict of str to int
        By cell id, the number that the cell had in the submission, counted from 1.
    tries : list of dict
        The ``source`` and ``number`` of cells in whose place another try or the original is run.
    python : str
        The version of Python that ran the notebook, as it says itself; empty if it does not.
    """

    notebook: NotebookNode
    repairs: list[str]
    digest: str
    numbers: dict[str, int]
    tries: list[dict[str, Any]]
    python: str


def rebuild(submitted: NotebookNode, release: NotebookNode, beside: Beside | None = None) -> Rebuilt:
    """Put the sources of `submitted` into `release`.

    Parameters
    ----------
    submitted : NotebookNode
        A submission; it need not be valid.
    release : NotebookNode
        The notebook as it was handed out.
    beside : Beside, optional
        What lies beside it.

    Returns
    -------
    Rebuilt
        Locked cells, order, metadata and tags are the release's. From the submission come the sources of solution
        cells, written answers with their pictures, and code cells that were added or changed.

    Raises
    ------
    BadInput
        If no cell of the submission is one of the release's: it is another notebook.
    """
    notebook, beside, submitted = copy.deepcopy(release), beside or Beside(), NotebookNode(submitted)
    lend(submitted, beside.modules)
    theirs = submitted_cells(submitted)
    _give_ours(notebook.cells, theirs)
    repairs = [*beside.notes]
    if len(theirs) > MAX_CELLS:
        raise BadInput(f"The notebook has {len(theirs)} cells; more than {MAX_CELLS} are not read.")
    found = match(notebook.cells, theirs, repairs)
    all_theirs = theirs
    theirs = _with_definitions(notebook.cells, found, theirs, repairs)
    numbers: dict[str, int] = {}
    put_back: dict[str, int] = {}  # by the title of a cell, the place in `repairs` that says it was put back
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if index in found:
            _fill(cell, found[index], repairs)
            numbers[cell.get("id", "")] = found[index].number
        elif "nbgrader" in cell.metadata or (cell.cell_type == "code" and cell.source.strip()):
            put_back[_title(cell)] = len(repairs)
            repairs.append(f"The cell {_title(cell)} was missing; the original was put back.")
    gather(notebook.cells, release.cells, found, all_theirs, repairs, beside)
    _insert_added(notebook, found, theirs, numbers)
    _leave_out_stubs(notebook, release, repairs, put_back)
    released = {(cell.get("id"), cell.source) for cell in release.cells}
    own = [
        [cell.get("id"), cell.source, cell.get("attachments")]
        for cell in notebook.cells
        if "attachments" in cell or (cell.get("id"), cell.source) not in released
    ]
    tries = [{"number": one.number, "source": one.source} for one in theirs if one.left_out]
    digest = hashlib.sha256(json.dumps([*own, *tries], sort_keys=True).encode()).hexdigest()
    return Rebuilt(notebook, repairs, digest, numbers, tries, _python(submitted))


def _give_ours(cells: list[NotebookNode], theirs: list[SubmittedCell]) -> None:
    """Put the given functions where a bundle asked for the learner's own, so that no mark depends on these."""
    ours = {source.own_cell(name): cell.source for cell in cells if (name := source.gives(cell))}
    for one in theirs:
        one.source = ours.get(one.source.strip(), one.source)


def _python(submitted: NotebookNode) -> str:
    """Return the version of Python that a notebook says it was run by."""
    about = submitted.get("metadata")
    language = about.get("language_info") if isinstance(about, dict) else None
    version = language.get("version") if isinstance(language, dict) else None
    return version if isinstance(version, str) and re.fullmatch(r"3\.\d{1,3}(\.\d{1,3})?", version) else ""


def _with_definitions(
    cells: list[NotebookNode], found: dict[int, SubmittedCell], theirs: list[SubmittedCell], repairs: list[str]
) -> list[SubmittedCell]:
    """Return the submitted cells, and what was defined in those that are not run as cells of their own.

    A cell of the release that is not the student's is run as it was handed out; what the student defined in it stands
    after it, and before it where it is a check.
    """
    of = {id(one): one.copy_of for one in theirs} | {id(one): index for index, one in found.items()}
    parts: list[SubmittedCell] = []
    for one in theirs:
        index = of[id(one)]
        text = "" if index is None else _added_to(cells[index], one)
        if index is not None and cells[index].cell_type == "code" and is_locked(cells[index]):
            one.left_out = not same(one.source, cells[index].source)
        if index is None or not text:
            parts.append(one)
            continue
        own = dataclasses.replace(one, source=text, taken=False, left_out=False)
        parts += [own, one] if is_grade(cells[index]) else [one, own]
        if is_locked(cells[index]):
            repairs.append(f"What you defined in cell {one.number}, a given cell, was run as a cell of your own.")
    return parts


def _added_to(cell: NotebookNode, one: SubmittedCell) -> str:
    """Return what a student defined in a cell of the release that is run as it was handed out, or not at all."""
    run_as_submitted = not is_locked(cell) and "explore" not in cell.metadata.get("tags", [])
    if cell.cell_type != "code" or run_as_submitted or one.kind != "code" or one.source.strip() == cell.source.strip():
        return ""
    return added_definitions(one.source, cell.source)


def _title(cell: NotebookNode) -> str:
    """Return what a sentence calls one of the release's cells."""
    if "nbgrader" in cell.metadata:
        return str(cell.metadata.nbgrader.grade_id)
    first = next(iter(cell.source.strip().splitlines()), "")[:60]
    return f"that begins with `{first.replace('`', '')}`"


def _fill(cell: NotebookNode, one: SubmittedCell, repairs: list[str]) -> None:
    """Put the submitted source into its place, and say what had to be repaired."""
    own = cell.metadata.nbgrader.grade_id if "nbgrader" in cell.metadata else None
    locked = own is not None and (is_locked(cell) or (is_grade(cell) and not is_solution(cell)))
    title = _title(cell)
    if locked:
        if one.source.strip() != cell.source.strip():
            repairs.append(f"The given cell {title} was changed; the original was used.")
    elif is_solution(cell):
        if own is not None and one.grade_id != own:
            repairs.append(f"Cell {one.number} had lost its label; it was taken for {title}.")
        if (one.kind == "code") != (cell.cell_type == "code"):
            repairs.append(f"The cell {title} had become another kind of cell; its text was taken.")
            one.source = _fenced(one.source) or one.source
        # Spaces, or nothing at all, are not an answer: nbgrader gives a cell that is as it was handed out 0 by itself.
        blank = cell.cell_type == "markdown" and one.source.strip() in ("", cell.source.strip())
        cell.source = cell.source if blank else one.source
    elif cell.cell_type == "code":
        cell.source = one.source


def _fenced(text: str) -> str:
    """Return the code between the fences (```) of a cell that has become text; empty if there is none."""
    blocks: list[str] = []
    block: list[str] | None = None
    for line in text.split("\n"):
        if not line.startswith("```"):
            if block is not None:
                block.append(line)
        elif block is not None and not line[3:].strip(" \t"):
            blocks.extend(block)
            block = None
        else:
            block = None if "`" in line[3:] else []
    return "\n".join(blocks)


def _insert_added(
    notebook: NotebookNode, found: dict[int, SubmittedCell], theirs: list[SubmittedCell], numbers: dict[str, int]
) -> None:
    """Put the code cells that the student added after the release cell that they followed."""
    place = {id(one): index for index, one in found.items()}
    known = {cell.get("id") for cell in notebook.cells}
    after: dict[int, list[NotebookNode]] = {}
    behind, added = -1, 0
    for one in theirs:
        if id(one) in place:
            behind = place[id(one)]
        elif one.kind == "code" and not one.taken and one.source.strip():
            cell = nbformat.v4.new_code_cell(one.source)
            cell.id = next(name for n in range(MAX_CELLS * 2) if (name := f"added-{added + n}") not in known)
            known.add(cell.id)
            numbers[cell.id] = one.number
            if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
                del cell["id"]
            after.setdefault(behind, []).append(cell)
            added += 1
    cells = list(after.get(-1, []))
    for index, cell in enumerate(notebook.cells):
        cells += [cell, *after.get(index, [])]
    notebook.cells = cells


def _leave_out_stubs(
    notebook: NotebookNode, release: NotebookNode, repairs: list[str], put_back: dict[str, int]
) -> None:
    """Empty the untouched cell of a function that an earlier cell of the student's defines: it would overwrite it."""
    stubs = {cell.metadata.nbgrader.grade_id: cell.source for cell in release.cells if is_solution(cell)}
    released = {cell.source for cell in release.cells}
    earlier: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name = cell.metadata.nbgrader.grade_id if is_solution(cell) else None
        empty = name and (same(cell.source, stubs[name]) or unfinished(name, cell.source))
        if name and empty and any(defined(name, one) and not unfinished(name, one) for one in earlier):
            cell.source = ""
            sentence = (
                f"An earlier cell of yours defines `{name}`; its own cell, where you wrote nothing, was not used."
            )
            if name in put_back:
                repairs[put_back[name]] = sentence
            else:
                repairs.append(sentence)
        if cell.source not in released:
            earlier.append(cell.source)
