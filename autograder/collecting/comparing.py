"""Compare cells of Python by what they say: comments, docstrings and the form of their lines do not count."""

import ast
import functools
import hashlib
import secrets
from collections.abc import Sequence

from autograder.collecting.definitions import FUNCTIONS, bound, parsed, whole


def same(one: str, other: str) -> bool:
    """Whether two cells say the same, but for comments, docstrings and the form of their lines."""
    if one.strip() == other.strip():
        return True
    mine, theirs = _dumps(one), _dumps(other)
    return mine is not None and mine == theirs


def added_definitions(source: str, released: str = "") -> str:
    """Return the imports, functions, classes and plain assignments of a cell that another one does not have."""
    known = _dumps(released) or ()
    nodes = [node for node in parsed(source) or () if _dump(node) not in known]
    return "\n\n".join(_text(source, node) for node in whole(nodes))


def binding(name: str, source: str) -> list[bytes]:
    """Return hashes of the statements of a cell that bind a name, by which two cells can be compared."""
    return [_dump(node) for node in parsed(source) or () if name in bound(node)]


def _text(source: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


@functools.lru_cache(maxsize=512)  # most cells of a class are as they were handed out
def _dumps(source: str) -> tuple[bytes, ...] | None:
    nodes: Sequence[ast.stmt] | None = parsed(source)
    return None if nodes is None else tuple(_dump(node) for node in nodes if not _is_text(node))


def _dump(node: ast.stmt) -> bytes:
    """Return a hash of what a statement says, in which docstrings do not count."""
    kept: list[tuple[list[ast.stmt], ast.stmt]] = []
    try:
        for part in ast.walk(node):
            if isinstance(part, (*FUNCTIONS, ast.ClassDef)) and part.body and _is_text(part.body[0]):
                kept.append((part.body, part.body.pop(0)))
        return hashlib.sha256(ast.dump(node).encode("utf-8", "surrogatepass")).digest()
    except (RecursionError, MemoryError):
        return secrets.token_bytes(32)  # like no other
    finally:
        for body, text in kept:
            body.insert(0, text)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
