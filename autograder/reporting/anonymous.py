"""Show a function so that nobody knows its author: without comments, docstrings and strings, under other names."""

import ast
import builtins
import functools
import re
from collections.abc import Collection

import numpy as np

from autograder.collecting.definitions import parsed
from autograder.course import Course

LINES = 80  # of a function that are shown
_KEYWORDS = {"axis", "axes", "casting", "copy", "ddof", "dtype", "initial", "keepdims", "order", "out", "repeats"} | {
    "shape",
    "where",
    "reverse",
    "start",
    "key",
    "default",
    "strict",
    "optimize",
}
_OF_OBJECTS = frozenset(name for kind in (list, dict, tuple, set, str, float, np.ndarray) for name in dir(kind))
_ERRORS = frozenset(
    {name for name in dir(builtins) if name.endswith(("Error", "Exception", "Interrupt"))} | {"LinAlgError"}
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


# A process has one course.
@functools.cache
def known_names(course: Course) -> frozenset[str]:
    """Return the names that may be shown: the solutions' own, Python's and NumPy's. All others a student chose."""
    found = {*dir(builtins), *dir(np), *dir(np.linalg), *dir(np.random), *_OF_OBJECTS, *_KEYWORDS, "np", "numpy", "*"}
    for text in course.reference.sources.values():
        for node in ast.walk(ast.parse(text)):
            found |= {getattr(node, field) for field in ("id", "arg", "attr", "name") if hasattr(node, field)} - {None}
    return frozenset(found)


def function(name: str, sources: Collection[str]) -> ast.FunctionDef | None:
    """Return the last definition of a function in these cells, without docstring and decorators; None if there is none.

    Its parts are its own: the tree may be changed.
    """
    for source in reversed(list(sources)):
        for node in reversed(parsed(source) or ()):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                try:
                    [copied] = ast.parse(ast.unparse(node)).body
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    return None
                assert isinstance(copied, ast.FunctionDef)
                copied.decorator_list, copied.returns = [], None
                return copied
    return None


def stripped(node: ast.FunctionDef, known: Collection[str]) -> str:
    """Return the text of a function without docstrings, contents of strings and names that are not `known`.

    A name that a student chose is v1, v2, … by its first occurrence; the same name is the same everywhere.
    """
    try:
        return ast.unparse(ast.fix_missing_locations(_Stripper(known).visit(node)))
    except (ValueError, RecursionError, MemoryError):
        return ""


def shortened(text: str) -> str:
    """Return the first lines of a text, and how many more there are."""
    lines = text.splitlines()
    more = len(lines) - LINES
    return "\n".join([*lines[:LINES], f"    ...  # {more} lines more"]) if more > 0 else text


def operation(text: str, known: Collection[str]) -> str:
    """Return the operation that failed in a student's function, as `stripped` would write it; empty if it cannot."""
    for tried in (text, f"{text}\n    pass", f"{text.removeprefix('el')}\n    pass"):
        try:
            tree = ast.parse(tried.strip())
            written = ast.unparse(ast.fix_missing_locations(_Stripper(known).visit(tree)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return re.sub(r"\n\s*pass$", "", written)
    return ""


def error(name: str) -> str:
    """Return the type of an exception; a class of the student's own is called that."""
    return name if name in _ERRORS else "an exception of their own" if name else ""


class _Stripper(ast.NodeTransformer):
    """Takes out of a tree what a student wrote in words."""

    def __init__(self, known: Collection[str]) -> None:
        self.known, self.chosen = known, dict[str, str]()

    def _named(self, name: str) -> str:
        if name in self.known:
            return name
        return self.chosen.setdefault(name, f"v{len(self.chosen) + 1}")

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Rename what has a name, in whatever kind of node; drop texts that are statements, as docstrings are."""
        for field in ("id", "arg", "attr", "name", "asname", "rest"):
            if isinstance(value := getattr(node, field, None), str):
                setattr(node, field, ".".join(map(self._named, value.split("."))))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [self._named(name) for name in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            node.module = ".".join(map(self._named, node.module.split(".")))
        if isinstance(node, ast.MatchClass):
            node.kwd_attrs = [self._named(name) for name in node.kwd_attrs]
        if isinstance(body := getattr(node, "body", None), list):
            kept = [one for one in body if not _is_text(one)]
            node.body = kept or [ast.Pass()] * bool(body)  # type: ignore[attr-defined]
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Empty a text; numbers stay, for they are the mistake."""
        if isinstance(node.value, (str, bytes)):
            return ast.copy_location(ast.Constant(type(node.value)()), node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Empty a text with values in it."""
        return ast.copy_location(ast.Constant(""), node)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.JoinedStr))
