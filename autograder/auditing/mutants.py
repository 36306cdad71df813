"""Make mutants of a solution: small typing slips, one at a time, by rewriting its syntax tree."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.families import tree as trees

_BINARY: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.FloorDiv: [ast.Mult],
    ast.MatMult: [ast.Mult],
}
_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_FUNCTIONS = {
    "zeros": "ones",
    "zeros_like": "ones_like",
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "sin": "cos",
    "cumprod": "cumsum",
}
_UNWRAPPED = {"tanh", "exp", "log", "sqrt", "abs", "reversed", "transpose", "swapaxes"}


@dataclass(frozen=True)
class Mutant:
    """One slip.

    Attributes
    ----------
    slip : str
        The line that was changed, before and after.
    source : str
        The function with the slip in it.
    """

    slip: str
    source: str


def mutants(source: str) -> list[Mutant]:
    r"""Return all mutants of the functions in `source`, each with one slip, without duplicates.

    Operators are exchanged or lose an operand, numbers move by one, comparisons loosen or tighten, transposes and
    calls disappear, two arguments change places, ``+=`` becomes ``=``, a statement is left out.

    Parameters
    ----------
    source : str
        Python text; docstrings are left alone.

    Returns
    -------
    list of Mutant

    Examples
    --------
    >>> [mutant.slip for mutant in mutants("def f(a, b):\n    return a + b")]
    ['return a + b -> return a - b', 'return a + b -> return a', 'return a + b -> return b']
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    found, texts = [], {original}
    for path, node in list(trees.walk(tree)):
        for changed in slips(node):
            text = ast.unparse(trees.replaced(tree, path, changed))
            if text not in texts:
                texts.add(text)
                found.append(Mutant(_slip(original, text), text))
    return found


def slipped(source: str, choose: Callable[[int], int]) -> str:
    """Return the text of the functions in `source` with one slip, or unchanged if there can be none.

    Parameters
    ----------
    source : str
    choose : callable
        ``choose(n)`` returns a number below n: which of n slips it is.
    """
    tree = ast.parse(source)
    changes = [(path, changed) for path, node in trees.walk(tree) for changed in slips(node)]
    if not changes:
        return source
    return ast.unparse(trees.replaced(tree, *changes[choose(len(changes))]))


def slips(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield what `node` could become by one slip; None means that it is removed."""
    if isinstance(node, ast.BinOp):
        for operator in _BINARY.get(type(node.op), []):
            yield ast.BinOp(node.left, operator(), node.right)
        if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
            yield node.left
            yield node.right
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Invert, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARE:
        yield ast.Compare(node.left, [_COMPARE[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=node.lineno)
        yield None
    elif isinstance(node, (ast.Assign, ast.Expr)):
        yield None


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _FUNCTIONS and isinstance(node.func, ast.Attribute):
        yield ast.Call(ast.Attribute(node.func.value, _FUNCTIONS[name], ast.Load()), node.args, node.keywords)
    if name in _UNWRAPPED and node.args:
        yield node.args[0]
    for i in range(len(node.args) - 1):
        swapped = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        yield ast.Call(node.func, swapped, node.keywords)


def _slip(before: str, after: str) -> str:
    """Return the first line in which two texts differ, before and after."""
    for old, new in zip(before.splitlines(), after.splitlines(), strict=False):
        if old != new:
            return f"{old.strip()} -> {new.strip()}"
    return "(the end) -> (left out)"
