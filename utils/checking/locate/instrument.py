"""Rewrite a function's syntax tree so that it records what each of its expressions is, and does nothing else new."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from utils.checking.locate.recorder import Node, Recorder

# Names that no learner can write.
VALUE, BIND, BOUND, LOOP, ENTER, LEAVE, RESULT = (
    f"<{name}>" for name in ("value", "bind", "bound", "loop", "enter", "leave", "result")
)
_Function = ast.FunctionDef
# They see the frame they are in, or change what other functions see.
_FORBIDDEN_NAMES = {"locals", "globals", "vars", "dir", "exec", "eval", "super", "__class__"}
_FORBIDDEN = (
    ast.AsyncFunctionDef,
    ast.AsyncFor,
    ast.AsyncWith,
    ast.Await,
    ast.Global,
    ast.Nonlocal,
    ast.Yield,
    ast.YieldFrom,
)
_UNTOUCHED = (ast.Constant, ast.JoinedStr, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Unsupported(Exception):
    """The function does what cannot be recorded without being changed."""


def hooks(recorder: Recorder) -> dict[str, object]:
    """Return what rewritten code calls, by name: it must be found among its globals."""
    return {
        VALUE: recorder.value,
        BIND: recorder.bind,
        BOUND: recorder.bound,
        LOOP: recorder.loop,
        ENTER: recorder.enter,
        LEAVE: recorder.leave,
        RESULT: recorder.result,
    }


def instrumented(function: ast.FunctionDef, recorder: Recorder, file: str) -> ast.FunctionDef:
    """Return the rewritten definition of a function, without its decorators, defaults and annotations.

    Parameters
    ----------
    function : ast.FunctionDef
        It is changed.
    recorder : Recorder
        Gets a node for every expression that is recorded.
    file : str
        The file name that the function was compiled with.

    Raises
    ------
    Unsupported
        If it is a generator, reads or sets variables of other scopes, or looks at its own frame.
    """
    for node in ast.walk(function):
        if isinstance(node, _FORBIDDEN) or (isinstance(node, ast.Name) and node.id in _FORBIDDEN_NAMES):
            raise Unsupported
    rewritten = _Rewriter(recorder, file, function.name, None).function(function)
    return ast.fix_missing_locations(rewritten)


class _Rewriter:
    """Rewrites one function; those inside it get rewriters of their own."""

    def __init__(self, recorder: Recorder, file: str, name: str, outer: "_Rewriter | None") -> None:
        self._recorder = recorder
        self._file = file
        self._name = name
        self._outer = outer
        self._depth: int = outer._depth + 1 if outer else 0
        self._locals: set[str] = set(outer._locals) if outer else set()
        self._loops: list[str] = []
        self._iterates: dict[str, int] = {}  # by variable of a comprehension

    @property
    def _frame(self) -> str:
        return f"<frame {self._depth}>"

    # Statements

    def function(self, node: _Function) -> _Function:
        """Rewrite the function itself."""
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [one for one in (arguments.vararg, arguments.kwarg) if one]
        names = [one.arg for one in every]
        self._locals |= {*names, *_bound_in(node.body)}
        for one in every:
            one.annotation = None
        node.decorator_list, node.returns = [], None
        if self._outer is None:  # its defaults are taken from the function that it stands for
            arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
            arguments.kw_defaults = [default and ast.Constant(None) for default in arguments.kw_defaults]
        handed = ast.Dict([ast.Constant(name) for name in names], [_read(name) for name in names])
        outer: ast.expr = _read(self._outer._frame) if self._outer else ast.Constant(None)
        enter = ast.Assign([ast.Name(self._frame, ast.Store())], _call(ENTER, ast.Constant(node.name), handed, outer))
        body = self._block(node.body)
        node.body = [enter, ast.Try(body, [], [], [ast.Expr(_call(LEAVE, _read(self._frame)))])]
        for statement in node.body:
            ast.copy_location(statement, node)
        return node

    def _block(self, statements: Iterable[ast.stmt]) -> list[ast.stmt]:
        return [new for statement in statements for new in self._statement(statement)]

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, _Function):
            if node.decorator_list:
                return [node]
            return [_Rewriter(self._recorder, self._file, node.name, self).function(node)]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return self._assignment(node)
        if isinstance(node, ast.Expr):
            changed = _perhaps_changed(node.value)
            node.value, ids = self._expression(node.value, whole=True)
            source = ids[0] if len(ids) == 1 else None
            return [node, *(self._bind(name, node, source, (), True) for name in changed if name in self._locals)]
        if isinstance(node, ast.Return):
            if node.value is not None:
                node.value, ids = self._expression(node.value, whole=True)
                if len(ids) == 1:
                    node.value = _at(_call(RESULT, _read(self._frame), ast.Constant(ids[0]), node.value), node)
            return [node]
        if isinstance(node, ast.For):
            return [self._loop(node)]
        if isinstance(node, (ast.ClassDef, ast.Delete, ast.Import, ast.ImportFrom)):
            return [node]
        # what is left holds expressions and blocks: if, while, with, try, match, raise, assert, pass, break, continue
        self._inside(node)
        return [node]

    def _inside(self, node: ast.AST) -> None:
        """Rewrite the expressions and blocks of a statement, or of a part of one such as an `except`."""
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and field != "optional_vars":
                setattr(node, field, self._expression(value, whole=True)[0])
            elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, field, self._block(value))
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, (ast.withitem, ast.excepthandler, ast.match_case)):
                        self._inside(part)

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.stmt]:
        if node.value is None:  # a bare annotation
            return [node]
        value, ids = self._expression(node.value, whole=True)
        node.value = value
        source = ids[0] if len(ids) == 1 else None
        after: list[ast.stmt] = []
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            places = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
            starred = any(isinstance(place, ast.Starred) for place in places)
            for index, place in enumerate(places):
                element = None if place is target or starred else index
                inside = self._target(place)
                for name, changed in _bound(place):
                    if name in self._locals:
                        changed = changed or isinstance(node, ast.AugAssign)
                        after.append(self._bind(name, node, source, inside, changed, element))
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        return [node, *after]

    def _target(self, target: ast.expr) -> list[int]:
        """Rewrite the indices in what is assigned to; return those that are recorded."""
        ids: list[int] = []
        if isinstance(target, ast.Subscript):
            ids += self._target(target.value)
            target.slice, found = self._index(target.slice)
            ids += found
        elif isinstance(target, (ast.Attribute, ast.Starred)):
            ids += self._target(target.value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for place in target.elts:
                ids += self._target(place)
        return ids

    def _loop(self, node: ast.For) -> ast.For:
        node.iter, ids = self._expression(node.iter, whole=True)
        names = [name for name, changed in _bound(node.target) if not changed]
        source = ids[0] if len(ids) == 1 else None
        self._loops += names
        body = self._block(node.body)
        del self._loops[len(self._loops) - len(names) :]
        node.body = [
            *(_statement(node, LOOP, self._frame, name, node.target.lineno, source, _read(name)) for name in names),
            *body,
        ]
        node.orelse = self._block(node.orelse)
        return node

    def _bind(
        self,
        name: str,
        node: ast.stmt,
        source: int | None,
        inside: Sequence[int],
        changed: bool,
        element: int | None = None,
    ) -> ast.stmt:
        inner = ast.Tuple([ast.Constant(number) for number in inside], ast.Load())
        return _statement(node, BIND, self._frame, name, node.lineno, source, inner, changed, element)

    # Expressions: each is returned rewritten, with the numbers of the outermost nodes that are recorded in it

    def _expression(self, node: ast.expr, whole: bool = False, base: bool = False) -> tuple[ast.expr, list[int]]:
        if isinstance(node, _UNTOUCHED):
            return node, []
        if isinstance(node, ast.Name):
            if node.id not in self._locals and node.id not in self._iterates:
                return node, []
            return self._recorded(node, _span(node), [], whole, name=node.id, base=base)
        if isinstance(node, ast.Starred):
            node.value, ids = self._expression(node.value)
            return node, ids
        if isinstance(node, ast.NamedExpr):
            node.value, ids = self._expression(node.value)
            source = ast.Constant(ids[0] if len(ids) == 1 else None)
            line = ast.Constant(node.lineno)
            node.value = _call(BOUND, _read(self._frame), ast.Constant(node.target.id), line, source, node.value)
            return node, ids
        span, elements, called = _span(node), [], ""
        if isinstance(node, (ast.Tuple, ast.List)):
            ids, parts = [], []
            for place in node.elts:
                part, found = self._expression(place)
                parts.append(part)
                ids += found
                elements.append(found[0] if len(found) == 1 and not isinstance(place, ast.Starred) else None)
            node.elts = parts
        elif isinstance(node, _COMPREHENSIONS):
            ids = self._comprehension(node)
        elif isinstance(node, ast.Subscript):
            node.value, ids = self._expression(node.value, base=True)
            node.slice, found = self._index(node.slice)
            ids += found
        elif isinstance(node, ast.Attribute):
            node.value, ids = self._expression(node.value, base=True)
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
                    value, found = self._expression(value)
                    setattr(node, field, value)
                    ids += found
                elif isinstance(value, list) and any(isinstance(part, ast.expr) for part in value):
                    pairs = [self._expression(part) if part is not None else (None, []) for part in value]
                    setattr(node, field, [part for part, _ in pairs])
                    ids += [number for _, found in pairs for number in found]
        return self._recorded(node, span, ids, whole, tuple(elements), called=called)

    def _index(self, node: ast.expr) -> tuple[ast.expr, list[int]]:
        """Rewrite what stands in brackets: slices have no value of their own."""
        if isinstance(node, ast.Slice):
            ids: list[int] = []
            for field in ("lower", "upper", "step"):
                if (value := getattr(node, field)) is not None:
                    value, found = self._expression(value)
                    setattr(node, field, value)
                    ids += found
            return node, ids
        if isinstance(node, ast.Tuple):
            pairs = [self._index(part) for part in node.elts]
            node.elts = [part for part, _ in pairs]
            return node, [number for _, found in pairs for number in found]
        return self._expression(node)

    def _called(self, node: ast.Call) -> list[int]:
        """Rewrite the object whose method is called, or the variable that holds a function, and the arguments."""
        if isinstance(node.func, ast.Attribute):
            node.func.value, ids = self._expression(node.func.value, base=True)
        elif isinstance(node.func, ast.Name) and node.func.id not in self._locals:
            ids = []
        else:
            node.func, ids = self._expression(node.func)
        arguments = []
        for argument in node.args:
            argument, found = self._expression(argument)
            arguments.append(argument)
            ids += found
        node.args = arguments
        for keyword in node.keywords:
            keyword.value, found = self._expression(keyword.value)
            ids += found
        return ids

    def _comprehension(self, node: ast.expr) -> list[int]:
        ids: list[int] = []
        kept, loops = dict(self._iterates), len(self._loops)
        for clause in cast(ast.ListComp, node).generators:
            clause.iter, found = self._expression(clause.iter)
            ids += found
            for name, _ in _bound(clause.target):
                self._iterates[name] = found[0] if len(found) == 1 else -1
                self._loops.append(name)
            for index, condition in enumerate(clause.ifs):
                clause.ifs[index], found = self._expression(condition)
                ids += found
        for field in ("key", "value") if isinstance(node, ast.DictComp) else ("elt",):
            value, found = self._expression(getattr(node, field))
            setattr(node, field, value)
            ids += found
        self._iterates = kept
        del self._loops[loops:]
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
    ) -> tuple[ast.expr, list[int]]:
        number, iterates = len(self._recorder.nodes), self._iterates.get(name)
        loops = tuple(dict.fromkeys(self._loops))
        kind = type(node).__name__
        self._recorder.nodes.append(
            Node(kind, self._name, self._file, span, tuple(kids), elements, name, loops, called, iterates, whole, base)
        )
        wrapped = _at(_call(VALUE, _read(self._frame), ast.Constant(number), node), node)
        # what a generator runs through is evaluated later, inside the call that it is handed to
        return wrapped, [number, *kids] if isinstance(node, ast.GeneratorExp) else [number]


def _bound_in(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the variables that statements set, also in blocks, but not in other functions."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (_Function, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)
        else:  # a comprehension's own variables are not the function's, except with :=
            waiting += [inner.target for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)]


def _bound(target: ast.expr) -> list[tuple[str, bool]]:
    """Return the variables in what is assigned to, and of each whether it is changed and not set."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return [found for place in target.elts for found in _bound(place)]
    if isinstance(target, ast.Starred):
        return _bound(target.value)
    if isinstance(target, ast.Name):
        return [(target.id, False)]
    root = _root(target)
    return [(root, True)] if root else []


def _root(node: ast.expr) -> str:
    """Return the variable in front of all indices and attributes."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _perhaps_changed(node: ast.expr) -> list[str]:
    """Return the variables that a call may change: the object of a method, the first argument, ``out=``."""
    if not isinstance(node, ast.Call):
        return []
    candidates = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    candidates += node.args[:1]
    candidates += [keyword.value for keyword in node.keywords if keyword.arg == "out"]
    return list(dict.fromkeys(filter(None, map(_root, candidates))))


def _span(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def _read(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _call(hook: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(_read(hook), list(arguments), [])


def _statement(place: ast.stmt, hook: str, frame: str, *arguments: object) -> ast.stmt:
    values = [one if isinstance(one, ast.expr) else ast.Constant(one) for one in arguments]  # type: ignore[arg-type]
    statement = ast.copy_location(ast.Expr(_call(hook, _read(frame), *values)), place)
    return ast.fix_missing_locations(statement)


def _at(new: ast.expr, old: ast.AST) -> ast.expr:
    return ast.copy_location(new, old)
