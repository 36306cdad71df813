"""Know a solution: the values its expressions have in one right run, and what a learner calls them."""

import ast
import copy
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.families import tree as trees
from autograder.families.tree import Path
from autograder.families.words import WORDS

Run = Callable[[ast.Module, Mapping[str, Any]], None]
A_PART = "a part"
VAGUE = (A_PART, "what is made of", "the product of")  # how words begin for what has no name
CALLS = {
    "norm": "the length of",
    "tanh": "the tanh of",
    "exp": "the exponential of",
    "log": "the logarithm of",
    "sum": "the sum of",
    "mean": "the mean of",
    "max": "the largest entry of",
    "abs": "the size of",
    "sqrt": "the square root of",
}
# How words name the functions that bend numbers.
NAMED = {"tanh": "tanh", "exp": "exponential", "log": "logarithm", "sigmoid": "sigmoid"}
_DOCUMENTED = re.compile(r"((?:\w+, )*\w+) \(([A-Za-z0-9][A-Za-z0-9, +]*)\)")


@dataclass(frozen=True)
class Site:
    """A place at which a mistake can be made: an expression or statement, or an argument or output by name."""

    path: Path = ()
    node: Any = None  # an ast.AST of the kind that its family asked for
    value: Any = None
    name: str = ""


class Scope:
    """What is known of one function of a solution.

    Parameters
    ----------
    name : str
    source : str
        The function's text.
    documented : list of str
        Docstrings in which a learner reads names and axes: its own, and that of its forward pass.
    run : callable
        ``run(tree, extra)`` runs the function that `tree` defines on an ordinary case, with the names `extra`.
    arguments, outputs : dict of str to object
        By name, in that case; for a backward pass the arguments of its forward pass come first.
    given : list of str
        The arguments of the function itself, without the cache.
    axes : dict of str to tuple of str
        Of each output.
    functions : collection of str
        The functions of the course.
    """

    def __init__(
        self,
        name: str,
        source: str,
        documented: Collection[str],
        run: Run,
        arguments: Mapping[str, Any],
        outputs: Mapping[str, Any],
        given: Collection[str],
        axes: Mapping[str, tuple[str, ...]],
        functions: Collection[str],
    ) -> None:
        self.name, self.arguments, self.outputs, self.functions = name, arguments, outputs, functions
        self.given = {argument: arguments[argument] for argument in given}
        self.is_backward = len(self.given) < len(arguments)
        self.tree = without_docstring(source)
        self.axes = {**_axes_in(documented), **axes}
        self.known = {*arguments, *outputs, *self.axes}
        self.values = _values(self.tree, run)
        self.names = {
            node.id: self.values[path]
            for path, node in trees.walk(self.tree)
            if isinstance(node, ast.Name) and path in self.values
        }
        self.letters = self.sizes({**arguments, **outputs})

    @property
    def unit(self) -> str:
        """What an index over the depth or the length of a sequence counts: "layer" or "step"."""
        return "layer" if any("depth" in axes for axes in self.axes.values()) else "step"

    def sites(self, *kinds: type[ast.AST]) -> Iterator[Site]:
        """Yield the nodes of these kinds, expressions that are assigned to left out."""
        for path, node in trees.walk(self.tree):
            if isinstance(node, kinds) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                yield Site(path, node, self.values.get(path))

    def sizes_by_name(self) -> Iterator[str]:
        """Yield the letters of sizes that the solution has as variables."""
        yield from (letter for letter in self.letters if isinstance(self.names.get(letter), int))

    def siblings(self, value: Any, but: str = "") -> Iterator[str]:
        """Yield the names of arrays that could stand in the place of this one, if a learner knows them."""
        for name, other in self.names.items():
            alike = is_array(other) and other.shape == value.shape and other.dtype.kind == value.dtype.kind
            if alike and name != but and self.noun(ast.Name(name, ast.Load())) not in (None, but):
                yield name

    def noun(self, node: ast.AST) -> str | None:
        """Return what a learner calls an expression; None where there is no word for it."""
        if isinstance(node, ast.Name):
            return WORDS.get(self.name, {}).get(node.id) or (node.id if node.id in self.known else None)
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            return node.slice.value  # an entry of a dict of parameters
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            return self.noun(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.functions:
            return f"what {node.func.id} returns"
        parts = self._nouns_in(node)
        if isinstance(node, ast.Call) and len(parts) == 1 and isinstance(node.func, ast.Attribute):
            return f"{CALLS[node.func.attr]} {parts[0]}" if node.func.attr in CALLS else None
        if not parts or isinstance(node, ast.UnaryOp):
            return parts[0] if len(parts) == 1 else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.MatMult, ast.Mult)) and len(parts) == 2:
            return f"the product of {parts[0]} and {parts[1]}"
        if len(parts) == 1:
            return f"what is made of {parts[0]}"
        return f"what is made of {', '.join(parts[:-1])} and {parts[-1]}" if len(parts) <= 3 else None

    def words(self, site: Site) -> str:
        """Return what a learner calls an expression, or at least that it is the result, or a part of it."""
        if noun := self.noun(site.node):
            return noun
        whole = site.path[-1] == ("value", None) and isinstance(trees.at(self.tree, site.path[:-1]), ast.Assign)
        return (self.place(site.path) if whole else None) or A_PART

    def place(self, path: Path) -> str | None:
        """Return what is computed at a place, by the name that its statement gives to it, if a learner knows it."""
        for length in range(len(path), 0, -1):
            node = trees.at(self.tree, path[:length])
            if isinstance(node, (ast.Assign, ast.AugAssign)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Tuple):
                    inside = path[length:]
                    if isinstance(node.value, ast.Tuple) and len(inside) > 1 and inside[1][1] is not None:
                        return self.noun(target.elts[inside[1][1]])
                    return None
                return self.noun(target)
        return None

    def axis(self, value: Any, which: int, name: str = "") -> str | None:
        """Return the letter of an array's axis, if it can be known."""
        if name in self.axes and len(self.axes[name]) == np.ndim(value):
            return self.axes[name][which]
        found = [letter for letter, size in self.letters.items() if size == np.shape(value)[which]]
        return found[0] if len(found) == 1 else None

    def sizes(self, values: Mapping[str, Any]) -> dict[str, int]:
        """Return what N, T, … are in a case, from its arguments and outputs."""
        found: dict[str, int] = {}
        for name, value in values.items():
            axes = self.axes.get(name, ())
            if isinstance(value, np.ndarray) and len(axes) == value.ndim:
                found |= {letter: size for letter, size in zip(axes, value.shape, strict=True) if letter.isalpha()}
        return found

    def _nouns_in(self, node: ast.AST) -> list[str]:
        found: dict[str, None] = {}
        whole: list[ast.AST] = [node]
        while whole:
            one = whole.pop(0)
            if isinstance(one, (ast.Name, ast.Subscript)):
                inner = self.names.get(one.id) if isinstance(one, ast.Name) else True
                noun = self.noun(one)
                if noun and (inner is True or is_number(inner)):
                    found[noun] = None
                continue
            whole[:0] = [child for child in ast.iter_child_nodes(one) if isinstance(child, (ast.expr, ast.keyword))]
        return list(found)


def without_docstring(source: str) -> ast.Module:
    """Return the tree of a function's text without its docstring."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree


def is_array(value: object) -> bool:
    """Whether a value is an array of numbers with at least one axis."""
    return isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in "fbi"


def is_number(value: object) -> bool:
    """Whether a value is an array of numbers, or one float."""
    return is_array(value) or isinstance(value, (float, np.floating))


def is_float(value: object) -> bool:
    """Whether a value is an array of floats with at least one axis."""
    return is_array(value) and value.dtype.kind == "f"  # type: ignore[attr-defined]  # is_array has looked


def _axes_in(documented: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the axes that docstrings give to names: ``x (N, T, D)``, ``i, f, o, g (N, T, H)``."""
    found: dict[str, tuple[str, ...]] = {}
    for text in documented:
        for names, axes in _DOCUMENTED.findall(text):
            letters = tuple(axis.strip() for axis in axes.split(",") if axis.strip())
            for name in names.split(", "):
                found.setdefault(name, letters)
    return found


def _values(tree: ast.Module, run: Run) -> dict[Path, Any]:
    """Return the value of every expression in one right run, by path: that of its first turn, in a loop."""
    places = [
        path
        for path, node in trees.walk(tree)
        if isinstance(node, ast.expr)
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        and path[-1][0] != "func"
        and not isinstance(node, (ast.Slice, ast.Starred))
        and not (isinstance(node, ast.Tuple) and path[-1][0] == "slice")
    ]
    seen: dict[Path, Any] = {}

    def probe(number: int, value: Any) -> Any:
        seen.setdefault(places[number], value.copy() if isinstance(value, np.ndarray) else value)
        return value

    probed = copy.deepcopy(tree)
    for number, path in sorted(enumerate(places), key=lambda place: -len(place[1])):
        inner = trees.at(probed, path)
        assert isinstance(inner, ast.expr), "only expressions are probed"
        call = ast.Call(ast.Name("probe ", ast.Load()), [ast.Constant(number), inner], [])  # no learner's name
        parent, (field, index) = trees.at(probed, path[:-1]), path[-1]
        if index is None:
            setattr(parent, field, call)
        else:
            getattr(parent, field)[index] = call
    run(probed, {"probe ": probe})
    return seen
