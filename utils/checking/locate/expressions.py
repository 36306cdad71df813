"""Rewrite expressions so that each records what it is, and is that still."""

import ast
from collections.abc import Sequence
from typing import cast

from utils.checking.locate.recorder import Node, Recorder
from utils.checking.locate.syntax import COMPREHENSIONS, at, bound, call, read, span_of

VALUE, BOUND = "<value>", "<bound>"  # names that no learner can write
_CHAINS = ((ast.Add, ast.Sub), (ast.Mult, ast.Div))
_UNTOUCHED = (ast.Constant, ast.JoinedStr, ast.Lambda)


class Expressions:
    """Rewrites the expressions of one function.

    Each is returned rewritten, with the numbers of the outermost nodes that are recorded in it.

    Parameters
    ----------
    recorder : Recorder
        Gets a node for every expression that is recorded.
    file, name : str
        The file name that the function was compiled with, and its name.
    frame : str
        The variable that holds the record of the call.
    variables : set of str
        The function's variables, and those of functions around it.
    """

    def __init__(self, recorder: Recorder, file: str, name: str, frame: str, variables: set[str]) -> None:
        self._recorder = recorder
        self._file = file
        self._name = name
        self._frame = frame
        self._locals = variables
        self.loops: dict[str, int] = {}  # the variables of the loops around, and the loops' lines
        self._iterates: dict[str, int] = {}  # by variable of a comprehension

    def rewritten(
        self, node: ast.expr, whole: bool = False, base: bool = False, inner: bool = False
    ) -> tuple[ast.expr, list[int]]:
        """Rewrite an expression; `whole`, `base` and `inner` are as in `Node`."""
        if isinstance(node, _UNTOUCHED):
            return node, []
        if isinstance(node, ast.Name):
            if node.id not in self._locals and node.id not in self._iterates:
                return node, []
            return self._recorded(node, span_of(node), [], whole, name=node.id, base=base)
        if isinstance(node, ast.Starred):
            node.value, ids = self.rewritten(node.value)
            return node, ids
        if isinstance(node, ast.NamedExpr):
            node.value, ids = self.rewritten(node.value)
            source = ast.Constant(ids[0] if len(ids) == 1 else None)
            line = ast.Constant(node.lineno)
            node.value = call(BOUND, read(self._frame), ast.Constant(node.target.id), line, source, node.value)
            return node, ids
        span, elements, called = span_of(node), [], ""
        if isinstance(node, (ast.Tuple, ast.List)):
            ids, parts = [], []
            for place in node.elts:
                part, found = self.rewritten(place)
                parts.append(part)
                ids += found
                elements.append(found[0] if len(found) == 1 and not isinstance(place, ast.Starred) else None)
            node.elts = parts
        elif isinstance(node, COMPREHENSIONS):
            ids = self._comprehension(node)
        elif isinstance(node, ast.Subscript):
            node.value, ids = self.rewritten(node.value, base=True)
            node.slice, found = self.index(node.slice)
            ids += found
        elif isinstance(node, ast.Attribute):
            node.value, ids = self.rewritten(node.value, base=True)
            if not ids:  # a module's or a global object's
                return node, []
            called = node.attr
        elif isinstance(node, ast.Call):
            ids = self._called(node)
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        else:  # operators, comparisons, conditional expressions, dicts, sets
            ids = []
            for field, value in ast.iter_fields(node):
                if isinstance(value, ast.expr):
                    value, found = self.rewritten(value, inner=_are_of_one_chain(node, value))
                    setattr(node, field, value)
                    ids += found
                elif isinstance(value, list) and any(isinstance(part, ast.expr) for part in value):
                    pairs = [self.rewritten(part) if part is not None else (None, []) for part in value]
                    setattr(node, field, [part for part, _ in pairs])
                    ids += [number for _, found in pairs for number in found]
        return self._recorded(node, span, ids, whole, tuple(elements), called=called, inner=inner)

    def index(self, node: ast.expr) -> tuple[ast.expr, list[int]]:
        """Rewrite what stands in brackets: slices have no value of their own."""
        if isinstance(node, ast.Slice):
            ids: list[int] = []
            for field in ("lower", "upper", "step"):
                if (value := getattr(node, field)) is not None:
                    value, found = self.rewritten(value)
                    setattr(node, field, value)
                    ids += found
            return node, ids
        if isinstance(node, ast.Tuple):
            pairs = [self.index(part) for part in node.elts]
            node.elts = [part for part, _ in pairs]
            return node, [number for _, found in pairs for number in found]
        return self.rewritten(node)

    def _called(self, node: ast.Call) -> list[int]:
        """Rewrite the object whose method is called, or the variable that holds a function, and the arguments."""
        if isinstance(node.func, ast.Attribute):
            node.func.value, ids = self.rewritten(node.func.value, base=True)
        elif isinstance(node.func, ast.Name) and node.func.id not in self._locals:
            ids = []
        else:
            node.func, ids = self.rewritten(node.func)
        arguments = []
        for argument in node.args:
            argument, found = self.rewritten(argument)
            arguments.append(argument)
            ids += found
        node.args = arguments
        for keyword in node.keywords:
            keyword.value, found = self.rewritten(keyword.value)
            ids += found
        return ids

    def _comprehension(self, node: ast.expr) -> list[int]:
        ids: list[int] = []
        kept, loops = dict(self._iterates), dict(self.loops)
        for clause in cast(ast.ListComp, node).generators:
            clause.iter, found = self.rewritten(clause.iter)
            ids += found
            for name, _ in bound(clause.target):
                self._iterates[name] = found[0] if len(found) == 1 else -1
                self.loops[name] = node.lineno
            for index, condition in enumerate(clause.ifs):
                clause.ifs[index], found = self.rewritten(condition)
                ids += found
        for field in ("key", "value") if isinstance(node, ast.DictComp) else ("elt",):
            value, found = self.rewritten(getattr(node, field))
            setattr(node, field, value)
            ids += found
        self._iterates = kept
        self.loops = loops
        return ids

    def _recorded(
        self,
        node: ast.expr,
        span: tuple[int, int, int, int],
        kids: Sequence[int],
        whole: bool,
        elements: tuple[int | None, ...] = (),
        name: str = "",
        called: str = "",
        base: bool = False,
        inner: bool = False,
    ) -> tuple[ast.expr, list[int]]:
        number, iterates = len(self._recorder.nodes), self._iterates.get(name)
        loops = tuple(self.loops.items())
        kind = type(node).__name__
        self._recorder.nodes.append(
            Node(
                kind,
                self._name,
                self._file,
                span,
                tuple(kids),
                elements,
                name,
                loops,
                called,
                iterates,
                whole,
                base,
                inner,
            )
        )
        wrapped = at(call(VALUE, read(self._frame), ast.Constant(number), node), node)
        # what a generator runs through is evaluated later, inside the call that it is handed to
        return wrapped, [number, *kids] if isinstance(node, ast.GeneratorExp) else [number]


def _are_of_one_chain(outer: ast.expr, inner: ast.expr) -> bool:
    """Whether two operators are of one sum, or of one product."""
    if not isinstance(outer, ast.BinOp) or not isinstance(inner, ast.BinOp):
        return False
    return any(isinstance(outer.op, chain) and isinstance(inner.op, chain) for chain in _CHAINS)
