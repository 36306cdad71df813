"""See from its text whether a backward pass takes apart another cache than the one its forward pass makes."""

import ast
import re

from nbformat.notebooknode import NotebookNode

from autograder.collecting.matching import defined
from autograder.course.exercise import Exercise
from utils.checking.cache_layout import CacheMismatch, mismatch_in

_PLAIN = re.compile(r"[\w.\[\]]{1,20}").fullmatch


def other_cache(exercise: Exercise, notebook: NotebookNode) -> CacheMismatch | None:
    """Return in which way the cache is taken apart otherwise than it is made, or None.

    Both functions are read where the notebook defines them last: the forward pass may be the one that was handed out.
    """
    if not exercise.forward:
        return None
    own, forward = _definition(exercise.name, notebook), _definition(exercise.forward, notebook)
    found = mismatch_in(own, forward, lambda name: _definition(name, notebook)) if own and forward else None
    # A student's text goes into feedback, so it is shown only where it is plain and short.
    return found if found and all(map(_PLAIN, (*found.made, *found.taken))) else None


def _definition(name: str, notebook: NotebookNode) -> ast.FunctionDef | None:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code" and defined(name, cell.source)]
    try:
        tree = ast.parse(cells[-1]) if cells else ast.Module([], [])
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a magic, or what never ran
        return None
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None
