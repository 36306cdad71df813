"""Small parts of rewriting: which variables a statement sets, and the pieces that rewritten code is made of."""

import ast
from collections.abc import Iterator, Sequence

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_in(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the variables that statements set, also in blocks, but not in other functions."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)
        else:  # a comprehension's own variables are not the function's, except with :=
            waiting += [inner.target for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)]


def bound(target: ast.expr) -> list[tuple[str, bool]]:
    """Return the variables in what is assigned to, and of each whether it is changed and not set."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return [found for place in target.elts for found in bound(place)]
    if isinstance(target, ast.Starred):
        return bound(target.value)
    if isinstance(target, ast.Name):
        return [(target.id, False)]
    name = root_of(target)
    return [(name, True)] if name else []


def root_of(node: ast.expr) -> str:
    """Return the variable in front of all indices and attributes."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def perhaps_changed(node: ast.expr) -> list[str]:
    """Return the variables that a call may change: the object of a method, the first argument, ``out=``."""
    if not isinstance(node, ast.Call):
        return []
    candidates = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    candidates += node.args[:1]
    candidates += [keyword.value for keyword in node.keywords if keyword.arg == "out"]
    return list(dict.fromkeys(filter(None, map(root_of, candidates))))


def span_of(node: ast.expr) -> tuple[int, int, int, int]:
    """Return where an expression stands: line, column, last line, last column."""
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def read(name: str) -> ast.Name:
    """Return the reading of a variable."""
    return ast.Name(name, ast.Load())


def call(hook: str, *arguments: ast.expr) -> ast.Call:
    """Return the call of a hook."""
    return ast.Call(read(hook), list(arguments), [])


def statement(place: ast.stmt, hook: str, frame: str, *arguments: object) -> ast.stmt:
    """Return the call of a hook as a statement, placed where another one stands."""
    values = [one if isinstance(one, ast.expr) else ast.Constant(one) for one in arguments]  # type: ignore[arg-type]
    statement = ast.copy_location(ast.Expr(call(hook, read(frame), *values)), place)
    return ast.fix_missing_locations(statement)


def at(new: ast.expr, old: ast.AST) -> ast.expr:
    """Return a new expression, placed where an old one stands."""
    return ast.copy_location(new, old)
