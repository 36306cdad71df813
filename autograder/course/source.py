"""Read `solutions/<assignment>.py` (jupytext py:percent) into the notebook that nbgrader calls source."""

import ast
import re
from pathlib import Path
from typing import Any

from nbformat import validate
from nbformat.notebooknode import NotebookNode

from autograder.errors import BuildError

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
POLICY = "policy"  # a markdown cell with this tag is filled with solutions/policy.md
GIVEN = "given_"  # a locked cell whose grade_id begins with this is filled with the solution of an earlier function
FURTHER = "further"  # the folder of pages without points, in solutions/ and in notebooks/
BONUS = "bonus"  # a cell with this tag is one that nobody has to do: it is not among those that a notebook may have
GOES_ON = "raises-exception"  # after a cell with this tag that fails, *Run All* goes on
_LINK = re.compile(rf"\]\(\.\./{FURTHER}/([\w-]+)\.ipynb\)")
_REGION = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$")


def read_source(path: Path, earlier: dict[str, str] | None = None) -> NotebookNode:
    """Return the source notebook of the assignment at `path`.

    Parameters
    ----------
    path : Path
        A percent-format file. A cell's marker tells nbgrader in short what the cell is:
        ``nbgrader={"solution": true, "grade_id": "rnn_forward"}`` or ``nbgrader={"grade": true, "points": 15,
        "grade_id": "test_rnn_forward"}``; whatever is left out is false, and a cell that is no solution is locked.
    earlier : dict of str to str, optional
        The solution functions of earlier assignments by name, for cells called ``given_<name>``.

    Returns
    -------
    NotebookNode
        With stable cell ids (the grade_id, else assignment and number), no outputs and no jupytext metadata. Every code
        cell but the first has the tag ``raises-exception``.

    Raises
    ------
    BuildError
        If a cell's metadata cannot be nbgrader's, or a given function does not exist.
    """
    import jupytext  # only here: not every command reads a source

    notebook: NotebookNode = jupytext.read(path, fmt="py:percent")
    earlier = earlier or {}
    assignment = path.stem
    notebook.metadata = NotebookNode(
        kernelspec=KERNELSPEC, language_info={"name": "python"}, unrolled={"assignment": assignment}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        if POLICY in cell.metadata.get("tags", []):
            cell.source = _policy(path)
        short = cell.metadata.pop("nbgrader", None)
        cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k == "tags"})
        cell.id = f"{assignment}-{number:02d}"
        if short is None:
            continue
        cell.metadata.nbgrader = _full(short, f"{path.name}, cell {number}")
        grade_id = cell.metadata.nbgrader.grade_id
        cell.id = grade_id
        if function := gives(cell):
            if function not in earlier:
                raise BuildError(f"{path.name}, cell {grade_id!r}: no earlier assignment defines {function}.")
            cell.source = earlier[function]
            cell.metadata.jupyter = {"source_hidden": True}
    # A learner's syntax error leaves a name undefined for every cell below. Only without the first, the imports, is
    # there nothing to go on with. nbgrader goes on after every failing cell, so to it the tag makes no difference.
    for cell in [cell for cell in notebook.cells if cell.cell_type == "code"][1:]:
        cell.metadata.tags = [*cell.metadata.get("tags", []), GOES_ON]
    return notebook


def read_page(path: Path) -> NotebookNode:
    """Return the notebook of a page without points, ``solutions/further/*.py``, which is no assignment."""
    page = read_source(path)
    del page.metadata["unrolled"]
    return page


def linked(notebook: NotebookNode) -> list[str]:
    """Return the names of the pages without points to which the text of a notebook links."""
    return [name for cell in notebook.cells if cell.cell_type == "markdown" for name in _LINK.findall(cell.source)]


def own_cell(function: str) -> str:
    """Return what stands in the place of a given function where learners bring their own: `autograder bundle`."""
    return (
        "# Your own, out of the notebook in which you wrote it, once its check passes there.\n"
        f'from utils import own\n\n{function} = own("{function}")'
    )


def gives(cell: NotebookNode) -> str:
    """Return the name of the function that a cell gives, of an earlier assignment; "" if it gives none."""
    name = grade_id(cell) or ""
    return name.removeprefix(GIVEN) if name.startswith(GIVEN) else ""


def check_valid(notebook: NotebookNode, path: Path) -> None:
    """Validate a notebook against nbformat.

    Raises
    ------
    BuildError
        If it is not valid; the message names the file.
    """
    try:
        validate(notebook)
    except Exception as error:
        raise BuildError(f"{path.name} does not make a valid notebook: {str(error).splitlines()[0]}") from None


def _policy(path: Path) -> str:
    policy = path.parent / "policy.md"
    if not policy.is_file():
        raise BuildError(f"{path.name} has a policy cell, but there is no {policy.parent.name}/policy.md.")
    return policy.read_text(encoding="utf-8").strip()


def _full(short: Any, where: str) -> NotebookNode:
    """Return nbgrader's metadata of a cell from the short form on its marker."""
    known = {"grade", "solution", "locked", "grade_id", "points"}
    if not isinstance(short, dict) or set(short) - known:
        raise BuildError(f"{where}: nbgrader={short!r} is not understood; it may hold {', '.join(sorted(known))}.")
    if not short.get("grade_id"):
        raise BuildError(f"{where}: this nbgrader cell has no grade_id.")
    grade, solution = bool(short.get("grade")), bool(short.get("solution"))
    full = {
        "grade": grade,
        "grade_id": short["grade_id"],
        "locked": bool(short.get("locked", not solution)),
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if grade:
        full["points"] = float(short.get("points", 0))
    return NotebookNode(full)


def is_solution(cell: NotebookNode) -> bool:
    """Whether learners write in this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_grade(cell: NotebookNode) -> bool:
    """Whether this cell carries points."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def grade_id(cell: NotebookNode) -> str | None:
    """Return the cell's grade_id, or None."""
    name: str | None = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name


def functions(notebook: NotebookNode) -> dict[str, str]:
    """Return the texts of a source notebook's solution functions by name, in order, without the region markers."""
    solutions = [cell for cell in notebook.cells if cell.cell_type == "code" and is_solution(cell)]
    return {cell.metadata.nbgrader.grade_id: without_markers(cell.source) for cell in solutions}


def without_markers(text: str) -> str:
    """Return `text` without its ``### BEGIN SOLUTION`` and ``### END SOLUTION`` lines."""
    return "\n".join(line for line in text.splitlines() if not _REGION.match(line))


def region_lines(text: str) -> list[str]:
    """Return the lines between the solution markers, stripped; all lines if there are no markers."""
    lines, inside, found = [], False, False
    for line in text.splitlines():
        if match := _REGION.match(line):
            inside, found = match[1] == "BEGIN", True
        elif inside:
            lines.append(line.strip())
    return lines if found else [line.strip() for line in text.splitlines()]


def signature(text: str, name: str) -> str:
    """Return ``name(arguments)`` of the function called `name` in a cell's text.

    Raises
    ------
    BuildError
        If the text does not define it.
    """
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return f"{name}({ast.unparse(node.args)})"
    raise BuildError(f"The solution cell {name!r} does not define a function called {name}.")
