"""Lay the sources of a submission into the release's own notebook, so that nothing else of the submission counts."""

import copy
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.collecting.matching import defined, labelled, match, submitted_cells, with_definitions
from autograder.errors import BadInput, BadRequest, InfrastructureError
from autograder.safe_html import attachments as safe_attachments

MAX_BYTES = 20_000_000
MAX_CELLS = 1_000
MAX_DEPTH = 64  # lists and objects within each other; a notebook with the richest outputs has some ten
MAX_PARTS = 500_000  # lists and objects in all
# Up to the next bracket outside of a string; the possessive forms keep it linear, also in a string that never ends.
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.?)*+(?:"|\Z))*+([\[\]{}]|\Z)', re.DOTALL)
_CONFLICT = [re.compile(rb"^%b{7} " % mark, re.MULTILINE) for mark in (b"<", b">")]  # in JSON no line begins so
_USED = ("cell_type", "id", "source", "metadata", "attachments")


@dataclass(frozen=True)
class Rebuilt:
    """What `rebuild` returns.

    Attributes
    ----------
    notebook : NotebookNode
        The release with the submission's sources in it, without outputs.
    repairs : list of str
        What was not as it was given, one sentence each, for the student.
    digest : str
        A hash of all that was taken from the submission.
    """

    notebook: nbformat.NotebookNode
    repairs: list[str]
    digest: str


def read_submission(path):
    """Read a submitted notebook.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    NotebookNode
        Not validated: `rebuild` takes what it can use.

    Raises
    ------
    BadInput
        In one sentence: too large, not a notebook, empty; as a `BadRequest` where there is no such file.
    InfrastructureError
        If the disk cannot be read, for which whoever handed in is not to blame.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise BadRequest(f"There is no notebook {path}.")
        if path.stat().st_size > MAX_BYTES:
            size = f"{MAX_BYTES // 1_000_000} MB"
            raise BadInput(f"{path.name} is larger than {size}: clear its outputs and submit again.")
        content = path.read_bytes()
    except OSError as error:
        raise InfrastructureError(f"{path} cannot be read: {error.strerror or error}.") from None
    return parse_submission(content, path.name)


def parse_submission(content, name="The submission"):
    """Read a submitted notebook from its bytes; see `read_submission`.

    Its size, depth and number of parts are looked at before it is parsed. Numbers and outputs are not used and may be
    anything; of a key that stands twice in one object the last counts, as in every reader of JSON.
    """
    if not content.strip():
        raise BadInput(f"{name} is empty.")
    if len(content) > MAX_BYTES:
        raise BadInput(f"{name} is larger than {MAX_BYTES // 1_000_000} MB: clear its outputs and submit again.")
    try:
        text = content.decode("utf-8-sig")
        if all(mark.search(content) for mark in _CONFLICT):
            raise BadInput(
                f"{name} is not a Jupyter notebook: it holds the marks of a git merge conflict (<<<<<<<). Resolve the "
                "conflict and hand in again."
            )
        _measure(content, name)
        raw = json.loads(text, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number)
        cells = _raw_cells(raw) if isinstance(raw, dict) else None
        if cells is None:
            raise BadInput(f"{name} is not a Jupyter notebook.")
        if len(cells) > MAX_CELLS:
            raise BadInput(f"{name} has {len(cells)} cells; more than {MAX_CELLS} are not read.")
        cells = [{k: cell[k] for k in _USED if k in cell} if isinstance(cell, dict) else cell for cell in cells]
        notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not a Jupyter notebook: it is not text in UTF-8.") from None
    except ValueError:
        raise BadInput(f"{name} is not a Jupyter notebook: it is not JSON.") from None
    if not notebook.cells:
        raise BadInput(f"{name} has no cells.")
    return notebook


def refuse_another(submitted, course, assignment):
    """Refuse the notebook of another assignment: a later one holds functions of this one that were handed out.

    Parameters
    ----------
    submitted : NotebookNode
        A submission; it need not be valid.
    course : Course
    assignment : str

    Raises
    ------
    BadInput
        If no cell has the label of one of this assignment's exercises, and more than half of another's are there.
    """
    found = labelled(submitted_cells(submitted), course)
    other = max(found, key=found.get)
    if not found[assignment] and 2 * found[other] > len(course.exercises(other)):
        raise BadInput(f"This is the notebook of {other}, not of {assignment}: hand in the right one.")


def rebuild(submitted, release):
    """Lay the sources of `submitted` into `release`.

    Parameters
    ----------
    submitted : NotebookNode
        A submission; it need not be valid.
    release : NotebookNode
        The notebook as it was handed out.

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
    notebook = copy.deepcopy(release)
    theirs, repairs = submitted_cells(submitted), []
    if len(theirs) > MAX_CELLS:
        raise BadInput(f"The notebook has {len(theirs)} cells; more than {MAX_CELLS} are not read.")
    found = match(notebook.cells, theirs, repairs)
    theirs = with_definitions(notebook.cells, found, theirs)
    put_back = {}  # by the cell's name, the place of the sentence that says so
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        _fill(cell, found.get(index), repairs, put_back)
    _insert_added(notebook, found, theirs)
    _leave_out_stubs(notebook, release, repairs, put_back)
    given = {(cell.get("id"), cell.source) for cell in release.cells}
    own = [
        [cell.get("id"), cell.source, cell.get("attachments")]
        for cell in notebook.cells
        if "attachments" in cell or (cell.get("id"), cell.source) not in given
    ]
    digest = hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()
    return Rebuilt(notebook, repairs, digest)


def _measure(content, name):
    """Refuse what would take too deep or too many objects to read, without making one."""
    depth = parts = 0
    for found in _BRACKET.finditer(content):
        if found[1] in (b"[", b"{"):
            depth, parts = depth + 1, parts + 1
            if depth > MAX_DEPTH:
                raise BadInput(f"{name} is nested too deeply to be a notebook: more than {MAX_DEPTH} levels.")
            if parts > MAX_PARTS:
                raise BadInput(f"{name} has more than {MAX_PARTS:,} parts: clear its outputs and submit again.")
        elif found[1]:
            depth -= 1


def _no_number(text):
    """Stand for any number: none is used, and some take very long to read."""
    return 0


def _raw_cells(raw):
    """Return the list of cells of a notebook of format 3 or 4, or None."""
    if isinstance(raw.get("cells"), list):
        return raw["cells"]
    sheets = raw.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells = []
    for sheet in sheets:  # format 3, before 2015: only names differ in what we take
        for cell in sheet.get("cells") or [] if isinstance(sheet, dict) else []:
            if isinstance(cell, dict):
                cells.append({**cell, "source": cell.get("input", cell.get("source", ""))})
    return cells


def _fill(cell, one, repairs, put_back):
    """Put the submitted source into its place, and say what had to be repaired."""
    own = cell.metadata.nbgrader.grade_id if "nbgrader" in cell.metadata else None
    locked = own is not None and (is_locked(cell) or (is_grade(cell) and not is_solution(cell)))
    first = next(iter(cell.source.strip().splitlines()), "")[:60]
    title = own or f"that begins with `{first.replace('`', '')}`"
    if one is None:
        if own is not None or (cell.cell_type == "code" and first):
            put_back[title] = len(repairs)
            repairs.append(f"The cell {title} was missing; the original was put back.")
    elif locked:
        if one.source.strip() != cell.source.strip():
            repairs.append(f"The given cell {title} was changed; the original was used.")
    elif is_solution(cell):
        if own is not None and one.grade_id != own:
            repairs.append(f"Cell {one.number} had lost its label; it was taken for {title}.")
        if (one.kind == "code") != (cell.cell_type == "code"):
            repairs.append(f"The cell {title} had become another kind of cell; its text was taken.")
        # Spaces, or nothing at all, are no answer: what nbgrader finds as it was given scores 0 by itself.
        blank = cell.cell_type == "markdown" and one.source.strip() in ("", cell.source.strip())
        cell.source = cell.source if blank else one.source
        if cell.cell_type == "markdown":
            kept, dropped = safe_attachments(one.attachments)
            cell.pop("attachments", None)
            if kept:
                cell.attachments = nbformat.from_dict(kept)
            repairs.extend(f"In {title}, {reason}" for reason in dropped)
    elif cell.cell_type == "code":
        cell.source = one.source


def _insert_added(notebook, found, theirs):
    """Put the code cells that the student added behind the release cell that they followed; return them."""
    place = {id(one): index for index, one in found.items()}
    known = {cell.get("id") for cell in notebook.cells}
    after, behind, added = {}, -1, []
    for one in theirs:
        if id(one) in place:
            behind = place[id(one)]
        elif one.kind == "code" and not one.taken and one.source.strip():
            cell = nbformat.v4.new_code_cell(one.source)
            cell.id = next(name for n in range(MAX_CELLS * 2) if (name := f"added-{len(added) + n}") not in known)
            known.add(cell.id)
            if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
                del cell["id"]
            after.setdefault(behind, []).append(cell)
            added.append(cell)
    cells = list(after.get(-1, []))
    for index, cell in enumerate(notebook.cells):
        cells += [cell, *after.get(index, [])]
    notebook.cells = cells
    return added


def _leave_out_stubs(notebook, release, repairs, put_back):
    """Empty the untouched cells of functions that stand in an earlier cell of the student's; stubs would undo them."""
    stubs = {cell.metadata.nbgrader.grade_id: cell.source for cell in release.cells if is_solution(cell)}
    given = {cell.source for cell in release.cells}
    earlier = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name = cell.metadata.nbgrader.grade_id if is_solution(cell) else None
        if name and cell.source == stubs[name] and any(defined(name, source) for source in earlier):
            cell.source = ""
            line = f"`{name}` stands in an earlier cell of yours, so its own cell, which held no work, was left out."
            if name in put_back:
                repairs[put_back[name]] = line
            else:
                repairs.append(line)
        if cell.source not in given:
            earlier.append(cell.source)
