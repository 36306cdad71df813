"""Read a cell of a student's as Python: what it defines, and what of that rests on which packages.

Nothing is run here. Lines that only IPython understands are passed over, and what cannot be parsed defines nothing.
"""

import ast
import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

PARSED = 100_000  # characters of a cell up to which it is parsed: Python's parser is not made for hostile text
_TIMING = re.compile(r"\s*%%(time|timeit|capture|prun)\b.*")  # cell magics beneath which Python stands
_OTHERS = re.compile(r"(\s*+)([%!?].*|[^#'\"]*\?|[\w, ]+=\s*[%!].*)", re.DOTALL)
_PACKAGES = ("np", "numpy", "math", "functools")  # a call into one of these takes no time worth counting
_BUILTINS = frozenset(
    {"abs", "all", "any", "bool", "complex", "dict", "enumerate", "float", "int", "len", "list", "max", "min", "pow"}
    | {"range", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "zip"}
)
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)|In \[\d{1,6}\]: | {0,20}\.{3,20}: ?")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINED = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)
_CHANGES = ("add", "append", "extend", "insert", "setdefault", "update")  # methods that only add to what they are of


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


def unfinished(name: str, source: str) -> bool:
    """Whether a cell's function of this name can only raise `NotImplementedError`, as a stub does."""
    functions = [node for node in parsed(source) or () if isinstance(node, FUNCTIONS) and node.name == name]
    for node in functions[-1].body if functions else ():
        if isinstance(node, (ast.Return, ast.If, ast.For, ast.While, ast.With, ast.Try)):
            return False
        if isinstance(node, ast.Raise):
            return node.exc is not None and "NotImplementedError" in ast.dump(node.exc)
    return False


def whole(nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that define, without values to which others, which do more than define, add something.

    Half of a value would be a wrong one; where it is not defined at all, it is looked for.
    """
    others = {name for node in nodes if not defines(node) for name in changed(node)}
    return [node for node in nodes if defines(node) and (isinstance(node, _DEFINED) or not others & {*changed(node)})]


@functools.lru_cache(maxsize=512)
def names(source: str) -> frozenset[str]:
    """Return the names that a cell binds."""
    return frozenset(name for node in parsed(source) or () for name in bound(node))


def only_imports(source: str) -> bool:
    """Whether a cell defines nothing of its own."""
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in parsed(source) or () if defines(node))


def foreign(source: str) -> bool:
    """Whether a cell is not Python but the text of a magic, as `%%writefile` and `%%bash` have."""
    begins = source.lstrip().partition("\n")[0]
    return begins.startswith("%%") and _TIMING.fullmatch(begins) is None


def _without_magics(source: str) -> str:
    """Return a cell without what only IPython understands, on as many lines: magics, prompts, a common indentation."""
    lines = source.split("\n")
    begin = next((line for line in lines if line.strip()), "")
    indent = begin[: len(begin) - len(begin.lstrip())]
    lines = [line.removeprefix(indent) for line in lines]
    if any(map(_PROMPT.match, lines[:2])):
        lines = [_PROMPT.sub("", line, count=1) if _PROMPT.match(line) else line for line in lines]
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%"):
        if foreign(lines[first]):
            return ""
        lines[first] = ""
    return "\n".join(f"{found[1]}pass" if (found := _OTHERS.fullmatch(line)) else line for line in lines)


def defines(node: ast.stmt) -> bool:
    """Whether a statement only defines: an import, a function, a class, a plain assignment, or a block of these."""
    if isinstance(node, ast.With) and not all(_is_plain(item.context_expr) for item in node.items):
        return False
    if isinstance(node, ast.Expr):
        return _adds(node.value)
    if isinstance(node, (ast.If, ast.Try, ast.With)):
        inner = [
            *node.body,
            *getattr(node, "orelse", ()),
            *(part for one in getattr(node, "handlers", ()) for part in one.body),
        ]
        return all(defines(one) or isinstance(one, ast.Pass) for one in inner)
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        try:
            return node.value is not None and all(map(_is_name, targets)) and _is_plain(node.value)
        except RecursionError:
            return False
    return isinstance(node, _DEFINED)


def _is_name(target: ast.expr) -> bool:
    """Whether a target is a name, or an entry or attribute of what has one."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(map(_is_name, target.elts))
    if isinstance(target, ast.Subscript):
        return _is_plain(target.slice) and _is_name(target.value)
    return _is_name(target.value) if isinstance(target, ast.Attribute) else isinstance(target, ast.Name)


def _adds(value: ast.expr) -> bool:
    """Whether an expression only adds to what has a name."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.keywords:
        return False
    return value.func.attr in _CHANGES and _is_name(value.func.value) and all(map(_is_plain, value.args))


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
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
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


def changed(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds, and those of what it may change: entries, attributes, by a method."""
    yield from bound(node)
    if isinstance(node, _DEFINED):
        return
    for part in ast.walk(node):
        root: ast.AST = part
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            root = part.value.func
        elif not isinstance(part, (ast.Subscript, ast.Attribute)) or not isinstance(part.ctx, ast.Store):
            continue
        while isinstance(root, (ast.Subscript, ast.Attribute)):
            root = root.value
        if isinstance(root, ast.Name) and root is not getattr(getattr(part, "value", None), "func", None):
            yield root.id


def imported(node: ast.stmt) -> dict[str, str]:
    """Return the names that a statement imports, each with the package that it is of."""
    found: dict[str, str] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            found |= {alias.asname or alias.name.split(".")[0]: alias.name.split(".")[0] for alias in part.names}
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            found |= {alias.asname or alias.name: part.module.split(".")[0] for alias in part.names}
    return found


def leave_out(node: ast.AST, names: Collection[str]) -> list[tuple[str, str, str, str]]:
    """Take out of a statement what cannot be evaluated without these names, where a function is the same without it.

    That is a decorator, the call of one (``f = jit(g)``), and a default value, which becomes None.

    Returns
    -------
    list of (str, str, str, str)
        What it was of, which of these three it was, its text, and the name that it used.
    """
    found: list[tuple[str, str, str, str]] = []

    def absent(part: ast.AST | None, kind: str, of: str) -> bool:
        used = [one.id for one in ast.walk(part) if isinstance(one, ast.Name) and one.id in names] if part else []
        found.extend((of, kind, "@" * (kind == "decorator") + _words(part), name) for name in used[:1])
        return bool(used)

    for part in ast.walk(node):
        if isinstance(part, (*FUNCTIONS, ast.ClassDef)):
            part.decorator_list = [one for one in part.decorator_list if not absent(one, "decorator", part.name)]
        if isinstance(part, FUNCTIONS):
            values: list[list[Any]] = [part.args.defaults, part.args.kw_defaults]
            for some in values:
                some[:] = [ast.Constant(None) if absent(one, "default value", part.name) else one for one in some]
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call) and len(part.value.args) == 1:
            call, target = part.value, part.targets[0]
            only = isinstance(call.args[0], ast.Name) and not call.keywords and isinstance(target, ast.Name)
            if only and isinstance(target, ast.Name) and absent(call.func, "decorator", target.id):
                part.value = call.args[0]
    ast.fix_missing_locations(node)
    return found


def only_imported(sources: Iterable[str]) -> dict[str, str]:
    """Return the names that nothing but imports binds in these cells, each with the package that it is of."""
    found: dict[str, str] = {}
    others: set[str] = set()
    for source in sources:
        imports, bound_otherwise = _bindings(source)
        found |= imports
        others |= bound_otherwise
    return {name: package for name, package in found.items() if name not in others}


@functools.lru_cache(maxsize=512)
def _bindings(source: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the names that a cell imports, each with the package that it is of, and those that it binds otherwise."""
    found: dict[str, str] = {}
    others: set[str] = set()
    for node in parsed(source) or ():
        found |= (imports := imported(node))
        others |= {*bound(node)} - {*imports}
    return found, frozenset(others)


def left_out(source: str, names: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Return what `leave_out` takes out of a cell, with the package in the place of the name."""
    nodes = parsed.__wrapped__(source) or ()  # not those that are kept: they are changed
    return [(of, kind, text, names[used]) for node in nodes for of, kind, text, used in leave_out(node, names)]


def _words(node: ast.AST | None) -> str:
    try:
        return ast.unparse(node)[:100] if node else ""
    except (RecursionError, MemoryError, ValueError):
        return ""
