"""Read the operation of a `Site`: its parts, what they were, and how they were made. Texts are parsed, never run."""

import ast
from collections.abc import Iterator

from utils.errors import Site, Value


def operands(site: Site) -> dict[str, Value]:
    """Return what is known of an operation's parts, the outermost that are known; nothing of modules and itself."""
    found: dict[str, Value] = {}
    waiting = [*ast.iter_child_nodes(parsed(site.text) or ast.Pass())]
    while waiting:
        node = waiting.pop(0)
        value = known(site, node) if isinstance(node, ast.expr) else None
        if value is None:
            waiting = [*ast.iter_child_nodes(node), *waiting]
        elif value.type != "module":
            found[text_of(site.text, node)] = value
    return found


def parsed(text: str) -> ast.AST | None:
    """Return the one expression or statement in a text, or None if it is not Python."""
    try:
        [statement] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return statement.value if isinstance(statement, ast.Expr) else statement


def known(site: Site, node: ast.AST) -> Value | None:
    """Return what an expression of an operation was, if that is known."""
    own = text_of(site.text, node)
    return site.values.get(own) or site.values.get(own.strip("()"))


def text_of(whole: str, node: ast.AST) -> str:
    """Return the part of a text that a node stands for."""
    return ast.get_source_segment(whole, node) or ""


def inside(site: Site, node: ast.AST) -> Iterator[tuple[str, Value]]:
    """Yield the known expressions of an operation, as they stand in it."""
    for part in ast.walk(node):
        if isinstance(part, ast.expr) and (value := known(site, part)) is not None:
            yield text_of(site.text, part), value


def statements(site: Site) -> Iterator[tuple[str, ast.Assign]]:
    """Yield the statements that a place knows of, as texts and as trees."""
    for text in site.made:
        if isinstance(statement := parsed(text), ast.Assign):
            yield text, statement


def makers(site: Site, name: str) -> list[tuple[str, ast.expr]]:
    """Return the statements ``name = …``, with what stands behind the sign."""
    found = [*statements(site)]
    if isinstance(own := parsed(site.text), ast.Assign):  # it may have worked in an earlier step
        found.append((site.text, own))
    return [
        (text, one.value)
        for text, one in found
        if any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
    ]


def sides_of(node: ast.AST) -> tuple[bool, ast.expr, ast.expr] | None:
    """Return whether an operation is a matrix product, and its two sides."""
    match node:
        case ast.BinOp(left, operator, right):
            return isinstance(operator, ast.MatMult), left, right
        case ast.AugAssign(left, operator, right):
            return isinstance(operator, ast.MatMult), left, right
        case ast.Assign([ast.Subscript() as target], value):
            return False, target, value
        case ast.Call(ast.Attribute(ast.Name("np"), "dot" | "matmul"), [left, right]):
            return True, left, right
        case ast.Call(ast.Attribute(left, "dot"), [right]):
            return True, left, right
    return None
