"""Walk through a syntax tree, put something else at one place of it, and write an expression from a pattern."""

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import Any

Step = tuple[str, int | None]  # a field of a node, and the place in it if it holds a list
Path = tuple[Step, ...]
_LEFT_ALONE = {"annotation", "returns", "ctx", "decorator_list"}


def walk(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    """Yield (path, node) for every statement and expression below `node`, without docstrings and annotations."""
    for field, value in ast.iter_fields(node):
        entries: list[tuple[int | None, object]] = (
            [(index, child) for index, child in enumerate(value)] if isinstance(value, list) else [(None, value)]
        )
        for index, child in entries:
            if not isinstance(child, ast.AST) or field in _LEFT_ALONE:
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            here = (*path, (field, index))
            if isinstance(child, (ast.expr, ast.stmt)):
                yield here, child
            yield from walk(child, here)


def at(tree: ast.AST, path: Path) -> ast.AST:
    """Return the node at `path`."""
    node = tree
    for field, index in path:
        node = getattr(node, field) if index is None else getattr(node, field)[index]
    return node


def replaced(tree: ast.Module, path: Path, new: ast.AST | None) -> ast.Module:
    """Return a copy of `tree` in which the node at `path` is `new`, or is removed if `new` is None."""
    return edited(tree, [(path, new)])


def edited(tree: ast.Module, changes: Sequence[tuple[Path, ast.AST | None]]) -> ast.Module:
    """Return `tree` with several nodes replaced, none of which holds another.

    Only the nodes above the changes are copied; the others belong to both trees, so that neither may be changed.
    """
    made = copy.copy(tree)
    for path, new in changes:
        node: ast.AST = made
        for field, index in path[:-1]:
            node = _put(node, field, index, copy.copy(_child(node, field, index)))
        _put(node, *path[-1], ast.Pass() if new is None else new)
    return made


def _child(node: ast.AST, field: str, index: int | None) -> Any:
    return getattr(node, field) if index is None else getattr(node, field)[index]


def _put(node: ast.AST, field: str, index: int | None, new: Any) -> Any:
    """Put `new` into a node that was copied; a list of it is copied too."""
    if index is None:
        setattr(node, field, new)
    else:
        setattr(node, field, [new if place == index else one for place, one in enumerate(getattr(node, field))])
    return new


def expression(pattern: str, **parts: ast.AST) -> ast.expr:
    """Return the expression that `pattern` says, with `parts` in the place of its names.

    Examples
    --------
    >>> ast.unparse(expression("A @ B.T", A=ast.Name("dout"), B=ast.Name("w")))
    'dout @ w.T'
    """
    made = ast.parse(pattern, mode="eval").body
    return _Put(parts).visit(made)  # type: ignore[no-any-return]  # a visitor's result is Any


class _Put(ast.NodeTransformer):
    def __init__(self, parts: dict[str, ast.AST]) -> None:
        self._parts = parts

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._parts.get(node.id, node)
