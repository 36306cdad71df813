"""Find the names that a plain Python file sets itself, and those that look like a misspelt name of the course."""

import ast
import difflib
import inspect
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from utils import fixtures
from utils.checking.wording import listing

_ALIKE = 0.93  # of two names; a letter too many or too few in a name of ten

# What Python 2 has by itself, what files of its era import from `past`, `future` and `six`, and what it is in Python 3.
OF_PYTHON_2 = {"xrange": range, "unicode": str, "basestring": str, "long": int, "raw_input": input, "unichr": chr}


def bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a tree sets at its top level; imports are left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, (ast.Import, ast.ImportFrom, ast.Lambda)):
            yield from bound(node)


def own_names(tree: ast.Module, namespace: Mapping[str, Any], folder: Path) -> set[str]:
    """Return the names that a file sets, and those of functions from its folder: `random.sample` is not its own."""
    own = {*bound(tree)}
    for name, value in namespace.items():
        code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
        if code is not None and Path(code.co_filename).resolve().parent == folder.resolve():
            own.add(name)
    return own


def of_python_2(tree: ast.Module) -> dict[str, Any]:
    """Return what Python 2 has by itself and a file reads without setting it, by name."""
    read, stored = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Load()):
                read.add(name)
            case ast.Name(name) | ast.arg(name) | ast.alias(name, None) | ast.alias(_, name):
                stored.add(name)
    return {name: value for name, value in OF_PYTHON_2.items() if name in read - stored}


def remarks(tree: ast.Module, path: Path, own: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Yield sentences about names: those of Python 2, those defined twice, and those that look misspelt.

    `own` are the names that the file sets, and `known` the functions of the course that are dealt with already.
    """
    if old := of_python_2(tree):
        new = listing([value.__name__ for value in old.values()])
        yield f"{path.name} uses {listing(old)} of Python 2; it was read as {new}."
    lines: dict[str, list[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in fixtures.names():
            lines.setdefault(node.name, []).append(str(node.lineno))
    for name, where in lines.items():
        if len(where) > 1:
            yield f"{path.name} defines {name} in the lines {listing(where)}; the last one counts."
    missing = [name for name in fixtures.names() if name not in known]
    for name in sorted({*own} - {*fixtures.names()}):
        same = [one for one in missing if one.replace("_", "") == name.lower().replace("_", "")]
        near = same or difflib.get_close_matches(name, missing, n=1, cutoff=_ALIKE)
        if near:
            yield f"{name} was not checked: the course's function is called {near[0]}."
