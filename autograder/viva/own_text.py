"""Take a student's function as text: the lines that are printed, slips in one of them, and questions after a shape.

Nothing is run here. What is printed is what is run: the function without its docstring and its empty lines.
"""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.auditing.mutants import slips as slips_of
from autograder.collecting import definitions
from autograder.families import tree as trees
from autograder.families.scope import without_docstring

MOST_LINES = 31  # of one function
LONGEST = 110  # characters of a line
MARK = 7041  # what a probe returns first, so that nothing else is taken for its answer
LONGEST_ASKED = 48  # of an expression
_ODD = re.compile(r"(?<![\w\])])\(\w+\)|-0\b")  # one name or number in parentheses of its own, or minus zero
_MAKERS = (
    *("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"),
    *("reshape", "arange", "eye"),
)
_DRAW = ("standard_normal", "normal", "uniform", "random", "integers", "choice")
_LOOPS = (ast.For, ast.ListComp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


Slipped = tuple[trees.Path, ast.expr | ast.stmt, ast.AST | None]  # where, what stands there, and what could


@dataclass(frozen=True)
class Edited:
    """A function with a slip in one line.

    Attributes
    ----------
    line : int
    after : str
        What stands there then; empty where the line is left out.
    text : str
        The whole function.
    """

    line: int
    after: str
    text: str


@dataclass(frozen=True)
class Probe:
    """A function that returns the shape of one of its expressions, and no more.

    Attributes
    ----------
    line : int
    expression : str
    text : str
        The whole function.
    computes : bool
        Whether it is more than an entry of an array, or its transpose.
    """

    line: int
    expression: str
    text: str
    computes: bool


def printed(name: str, cell: str) -> str | None:
    """Return the lines of a function as they are printed; None if the cell has no such function, or a very long one.

    Parameters
    ----------
    name : str
    cell : str
        The source of the cell that defines it.
    """
    found = [node for node in definitions.parsed(cell) or () if isinstance(node, ast.FunctionDef) and node.name == name]
    if not found:
        return None
    node, lines = found[-1], cell.split("\n")
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    last = node.end_lineno or node.lineno
    whole = lines[first - 1 : last]
    if isinstance(node.body[0], ast.Expr) and ast.get_docstring(node) is not None and len(node.body) > 1:
        doc = node.body[0]
        kept = [*lines[first - 1 : doc.lineno - 1], *lines[doc.end_lineno or doc.lineno : last]]
    else:
        kept = whole
    text = "\n".join(line.rstrip() for line in kept if line.strip())
    if not _same("\n".join(whole), text):  # an empty line in a text of several lines
        text = "\n".join(kept)
    fits = text.count("\n") < MOST_LINES and max(map(len, text.split("\n"))) <= LONGEST
    plain = all(letter.isprintable() or letter == "\n" for letter in text)
    return text if fits and plain and _same("\n".join(whole), text) else None


def slips(text: str) -> tuple[list[Slipped], ...]:
    """Return what can go wrong within one line of a function: four lists, those of loops first.

    In a loop: its range, operations and indices; and a name. Outside of loops: an operation; and a name.
    What stands in a ``while`` is left alone, since it might never end.
    """
    tree = ast.parse(text)
    places = [(path, node) for path, node in trees.walk(tree) if isinstance(node, (ast.expr, ast.stmt))]
    endless = [path for path, node in places if isinstance(node, ast.While)]
    places = [(path, node) for path, node in places if node.lineno == node.end_lineno]
    places = [(path, node) for path, node in places if not any(path[: len(one)] == one for one in endless)]
    loops = [path for path, node in trees.walk(tree) if isinstance(node, _LOOPS)]
    found: tuple[list[Slipped], ...] = [], [], [], []
    for path, node in places:
        first = 0 if any(path[: len(one)] == one for one in loops) else 2
        found[first].extend((path, node, new) for new in (*slips_of(node), *_of_loops(node), *_of_signs(node)))
        found[first + 1].extend((path, node, new) for new in _other_names(tree, path, node))
    return found


def edited(text: str, slipped: Slipped) -> Edited | None:
    """Return a function with a slip in it; None where it cannot be written in the student's own letters."""
    (path, node, new), lines = slipped, text.split("\n")
    before = lines[node.lineno - 1].strip()
    if new is None and (isinstance(node, ast.Assign) or ast.get_source_segment(text, node) != before):
        return None
    wanted = ast.dump(trees.replaced(ast.parse(text), path, new))
    written = ["pass"] if new is None else _written(text, new)
    made = next((one for one in (_with(text, node, each) for each in written) if _dump(one) == wanted), "")
    after = made.split("\n")[node.lineno - 1].strip() if made else before
    if after == before or (_ODD.search(after) and not _ODD.search(before)):
        return None
    return Edited(node.lineno, "" if new is None else after, made)


def probes(text: str) -> Iterator[Probe]:
    """Yield a function for each expression in it whose shape can be asked for."""
    tree, lines = ast.parse(text), text.split("\n")
    for path, node in trees.walk(tree):
        if not isinstance(node, (ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)):
            continue
        if path[-1][0] == "func" or _says_shape(node) or getattr(node, "attr", "T") != "T":
            continue
        above = [trees.at(tree, path[:length]) for length in range(1, len(path))]
        statement = next(one for one in reversed(above) if isinstance(one, ast.stmt))
        if any(isinstance(one, _SCOPES) for one in above[1:]) or isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)):
            continue
        expression = ast.get_source_segment(text, node) or ""
        indent = " " * statement.col_offset
        begins = lines[statement.lineno - 1]
        if not begins.startswith(indent) or begins[len(indent) :].startswith(" ") or begins[: len(indent)].strip():
            continue
        if node.lineno != node.end_lineno or len(expression) > LONGEST_ASKED:
            continue
        if lines[node.lineno - 1].count(expression) == 1:
            probe = f"{indent}return ({MARK}, *__import__('numpy').shape({expression}))"
            made = [*lines[: statement.lineno - 1], probe, *lines[statement.lineno - 1 :]]
            computes = not isinstance(node, (ast.Subscript, ast.Attribute))
            yield Probe(node.lineno, expression, "\n".join(made), computes)


def _of_loops(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what goes wrong in a loop over steps: some left out, another order, the step before, one twice."""
    first, one, two, three, load = *map(ast.Constant, range(4)), ast.Load()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        if len(node.args) == 1:
            yield ast.Call(node.func, [one, *node.args], [])
            yield ast.Call(node.func, [ast.BinOp(node.args[0], ast.Sub(), one)], [])
            yield ast.Call(node.func, [ast.BinOp(node.args[0], ast.Sub(), two)], [])
            yield ast.Call(node.func, [first, *node.args, two], [])
            yield ast.Call(ast.Name("reversed", load), [node], [])
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        for place, index in enumerate(node.slice.elts):
            others: list[ast.expr] = [ast.BinOp(index, ast.Sub(), one), first, ast.UnaryOp(ast.USub(), index)]
            others += [ast.BinOp(index, ast.FloorDiv(), two), *(ast.BinOp(index, ast.Mod(), by) for by in (two, three))]
            for other in others if isinstance(index, ast.Name) else []:
                indices = [*node.slice.elts[:place], other, *node.slice.elts[place + 1 :]]
                yield ast.Subscript(node.value, ast.Tuple(indices, load), node.ctx)


def _of_signs(node: ast.AST) -> Iterator[ast.AST]:
    """Yield an assignment of what is computed, with the other sign."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Call):
        yield ast.Assign(node.targets, ast.UnaryOp(ast.USub(), node.value), lineno=node.lineno)


def _other_names(tree: ast.Module, path: trees.Path, node: ast.AST) -> Iterator[ast.AST]:
    """Yield the function's other arguments and variables in the place of one that is handed on or computed with."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and path[-1][0] in ("args", "left", "right"):
        inside = [one for one in ast.walk(tree) if isinstance(one, (ast.arg, ast.Name))]
        names = {one.arg if isinstance(one, ast.arg) else one.id for one in inside if not _is_read(one)}
        for name in sorted(one for one in names - {node.id} if one.strip("_")):
            yield ast.Name(name, ast.Load())


def _says_shape(node: ast.AST) -> bool:
    """Whether an expression makes a list, or an array of a shape that stands there."""
    if isinstance(node, ast.BinOp) and any(isinstance(one, ast.List) for one in (node.left, node.right)):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MAKERS + _DRAW


def _is_read(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)


def _written(text: str, new: ast.AST) -> list[str]:
    """Return how a node may be written with the student's own letters in it, the plainest first."""
    if isinstance(new, ast.expr) and hasattr(new, "lineno"):  # a part of what stood there
        segment = ast.get_source_segment(text, new) or ""
        return [segment, f"({segment})"]
    own = _OwnParts(text)
    pattern = ast.unparse(ast.fix_missing_locations(own.visit(copy.deepcopy(new))))
    names = re.compile("|".join(own.parts) or "(?!)")
    plain = names.sub(lambda found: own.parts[found[0]], pattern)
    return [plain, names.sub(lambda found: f"({own.parts[found[0]]})", pattern), f"({plain})"]


class _OwnParts(ast.NodeTransformer):
    """Puts names in the place of expressions that stand in a text, and keeps how they are written there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: dict[str, str] = {}

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a name for an expression of the text; look into every other node."""
        read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if isinstance(node, ast.expr) and hasattr(node, "lineno") and read:
            name = f"_unrolled_{len(self.parts):04d}_"
            self.parts[name] = ast.get_source_segment(self.text, node) or ""
            return ast.Name(name, ast.Load())
        return self.generic_visit(node)


def _with(text: str, node: ast.expr | ast.stmt, written: str) -> str:
    """Return a text in which something else stands in the place of a node that is in one line."""
    lines = text.split("\n")
    line = lines[node.lineno - 1].encode()  # columns count bytes
    lines[node.lineno - 1] = (line[: node.col_offset] + written.encode() + line[node.end_col_offset :]).decode()
    return "\n".join(lines)


def _dump(text: str) -> str:
    """Return a text's tree as a text; nothing where it is not Python."""
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def _same(one: str, other: str) -> bool:
    """Whether two functions differ at most in the docstring."""
    try:
        return ast.dump(without_docstring(one)) == ast.dump(without_docstring(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
