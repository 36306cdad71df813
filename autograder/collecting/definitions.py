"""Read a cell of a student's as Python: what it defines, and whether it differs from another in more than its words.

Nothing is run here. Lines that only IPython understands are passed over, and what cannot be parsed defines nothing.
"""

import ast
import functools
import re
from collections.abc import Iterator, Sequence

PARSED = 100_000  # characters of a cell up to which it is parsed: Python's parser is not made for hostile text
_TIMING = re.compile(r"\s*%%(time|timeit|capture|prun)\b.*")  # cell magics beneath which Python stands
_OTHERS = re.compile(r"(\s*+)([%!?].*|[^#'\"]*\?|[\w, ]+=\s*[%!].*)", re.DOTALL)
_PACKAGES = ("np", "numpy", "math", "functools")  # a call into one of these takes no time worth counting
_BUILTINS = ("float", "int", "str", "list", "dict", "tuple", "set", "range", "len", "min", "max", "abs")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINED = (*_FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)


@functools.lru_cache(maxsize=16)  # a tree takes far more memory than its text
def parsed(source: str) -> tuple[ast.stmt, ...] | None:
    """Return the statements of a cell, in its own line numbers; None if it is not Python, or very long."""
    if len(source) > PARSED:
        return None
    for text in (source, _without_magics(source)):
        try:
            return tuple(ast.parse(text).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def same(one: str, other: str) -> bool:
    """Whether two cells say the same, but for comments, docstrings and the form of their lines."""
    if one.strip() == other.strip():
        return True
    mine, theirs = _dumps(one), _dumps(other)
    return mine is not None and mine == theirs


def unfinished(name: str, source: str) -> bool:
    """Whether a cell's function of this name can only raise `NotImplementedError`, as a stub does."""
    functions = [node for node in parsed(source) or () if isinstance(node, _FUNCTIONS) and node.name == name]
    for node in functions[-1].body if functions else ():
        if isinstance(node, (ast.Return, ast.If, ast.For, ast.While, ast.With, ast.Try)):
            return False
        if isinstance(node, ast.Raise):
            return node.exc is not None and "NotImplementedError" in ast.dump(node.exc)
    return False


def definitions(source: str, released: str = "") -> str:
    """Return the imports, functions, classes and plain assignments of a cell that another one does not have."""
    known = _dumps(released) or ()
    nodes = [node for node in parsed(source) or () if defines(node) and _dump(node) not in known]
    return "\n\n".join(_text(source, node) for node in nodes)


@functools.lru_cache(maxsize=512)
def names(source: str) -> frozenset[str]:
    """Return the names that a cell binds."""
    return frozenset(name for node in parsed(source) or () for name in bound(node))


def only_imports(source: str) -> bool:
    """Whether a cell defines nothing of its own."""
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in parsed(source) or () if defines(node))


def binding(name: str, source: str) -> list[str]:
    """Return the statements of a cell that bind a name, in a form in which two can be compared."""
    return [_dump(node) for node in parsed(source) or () if name in bound(node)]


def _without_magics(source: str) -> str:
    """Return a cell without what only IPython understands, on as many lines."""
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%"):
        if not _TIMING.fullmatch(lines[first]):
            return ""
        lines[first] = ""
    return "\n".join(f"{found[1]}pass" if (found := _OTHERS.fullmatch(line)) else line for line in lines)


def defines(node: ast.stmt) -> bool:
    """Whether a statement only defines: an import, a function, a class, a plain assignment, or a choice of these."""
    if isinstance(node, (ast.If, ast.Try)):
        inner = [*node.body, *node.orelse, *(part for one in getattr(node, "handlers", ()) for part in one.body)]
        return all(defines(one) or isinstance(one, ast.Pass) for one in inner)
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        try:
            return node.value is not None and all(map(_is_name, targets)) and _is_plain(node.value)
        except RecursionError:
            return False
    return isinstance(node, _DEFINED)


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(map(_is_name, target.elts))
    return isinstance(target, ast.Name)


def _is_plain(value: ast.expr) -> bool:
    """Whether a value is computed at once: it calls nothing that may take long, or do more than return a value."""
    if isinstance(value, ast.Lambda):
        return True
    if isinstance(value, ast.Call):
        root = value.func
        while isinstance(root, (ast.Attribute, ast.Call)):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        plain = isinstance(root, ast.Name) and root.id in (_PACKAGES if root is not value.func else _BUILTINS)
        if not plain:
            return False
    if isinstance(value, (ast.Await, ast.Yield, ast.YieldFrom, ast.ListComp, ast.SetComp, ast.DictComp)):
        return False
    return all(_is_plain(part) for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr))


def bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0]
    else:
        inner = getattr(node, "body", None)
        if isinstance(inner, list):
            parts = [*inner, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            parts += [part for one in getattr(node, "handlers", []) for part in one.body]
            for part in parts:
                yield from bound(part)
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def _text(source: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def _dumps(source: str) -> list[str] | None:
    nodes: Sequence[ast.stmt] | None = parsed(source)
    return None if nodes is None else [_dump(node) for node in nodes if not _is_text(node)]


def _dump(node: ast.stmt) -> str:
    """Return a statement as text in which docstrings do not stand."""
    kept: list[tuple[list[ast.stmt], ast.stmt]] = []
    try:
        for part in ast.walk(node):
            if isinstance(part, (*_FUNCTIONS, ast.ClassDef)) and part.body and _is_text(part.body[0]):
                kept.append((part.body, part.body.pop(0)))
        return ast.dump(node)
    except (RecursionError, MemoryError):
        return f"{id(node)}"
    finally:
        for body, text in kept:
            body.insert(0, text)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
