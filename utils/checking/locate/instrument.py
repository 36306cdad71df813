"""Rewrite a function's syntax tree so that it records what each of its expressions is, and does nothing else new."""

import ast
from collections.abc import Iterable, Sequence

from utils.checking.locate.expressions import BOUND, VALUE, Expressions
from utils.checking.locate.recorder import Recorder
from utils.checking.locate.syntax import at, bound, bound_in, call, perhaps_changed, read, statement

BIND, LOOP, ENTER, LEAVE, RESULT = "<bind>", "<loop>", "<enter>", "<leave>", "<result>"  # no learner can write these
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
        self._outer = outer
        self._depth: int = outer._depth + 1 if outer else 0
        self._frame = f"<frame {self._depth}>"
        self._locals: set[str] = set(outer._locals) if outer else set()
        self._expressions = Expressions(recorder, file, name, self._frame, self._locals)

    def function(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Rewrite the function itself."""
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [one for one in (arguments.vararg, arguments.kwarg) if one]
        names = [one.arg for one in every]
        self._locals |= {*names, *bound_in(node.body)}
        for one in every:
            one.annotation = None
        node.decorator_list, node.returns = [], None
        if self._outer is None:  # its defaults are taken from the function that it stands for
            arguments.defaults = [ast.Constant(None) for _ in arguments.defaults]
            arguments.kw_defaults = [default and ast.Constant(None) for default in arguments.kw_defaults]
        handed = ast.Dict([ast.Constant(name) for name in names], [read(name) for name in names])
        outer: ast.expr = read(self._outer._frame) if self._outer else ast.Constant(None)
        enter = ast.Assign([ast.Name(self._frame, ast.Store())], call(ENTER, ast.Constant(node.name), handed, outer))
        body = self._block(node.body)
        node.body = [enter, ast.Try(body, [], [], [ast.Expr(call(LEAVE, read(self._frame)))])]
        for new in node.body:
            ast.copy_location(new, node)
        return node

    def _block(self, statements: Iterable[ast.stmt]) -> list[ast.stmt]:
        return [new for statement in statements for new in self._statement(statement)]

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.FunctionDef):
            if node.decorator_list:
                return [node]
            return [_Rewriter(self._recorder, self._file, node.name, self).function(node)]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return self._assignment(node)
        if isinstance(node, ast.Expr):
            changed = perhaps_changed(node.value)
            node.value, ids = self._expressions.rewritten(node.value, whole=True)
            source = ids[0] if len(ids) == 1 else None
            return [node, *(self._bind(name, node, source, (), True) for name in changed if name in self._locals)]
        if isinstance(node, ast.Return):
            if node.value is not None:
                node.value, ids = self._expressions.rewritten(node.value, whole=True)
                if len(ids) == 1:
                    node.value = at(call(RESULT, read(self._frame), ast.Constant(ids[0]), node.value), node)
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
                setattr(node, field, self._expressions.rewritten(value, whole=True)[0])
            elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, field, self._block(value))
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, (ast.withitem, ast.excepthandler, ast.match_case)):
                        self._inside(part)

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.stmt]:
        if node.value is None:  # a bare annotation
            return [node]
        value, ids = self._expressions.rewritten(node.value, whole=True)
        node.value = value
        source = ids[0] if len(ids) == 1 else None
        after: list[ast.stmt] = []
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            places = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
            starred = any(isinstance(place, ast.Starred) for place in places)
            for index, place in enumerate(places):
                element = None if place is target or starred else index
                inside = self._target(place)
                for name, changed in bound(place):
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
            target.slice, found = self._expressions.index(target.slice)
            ids += found
        elif isinstance(target, (ast.Attribute, ast.Starred)):
            ids += self._target(target.value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for place in target.elts:
                ids += self._target(place)
        return ids

    def _loop(self, node: ast.For) -> ast.For:
        node.iter, ids = self._expressions.rewritten(node.iter, whole=True)
        names = [name for name, changed in bound(node.target) if not changed]
        source = ids[0] if len(ids) == 1 else None
        loops = dict(self._expressions.loops)
        self._expressions.loops |= dict.fromkeys(names, node.lineno)
        body = self._block(node.body)
        self._expressions.loops = loops
        node.body = [
            *(statement(node, LOOP, self._frame, name, node.target.lineno, source, read(name)) for name in names),
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
        return statement(node, BIND, self._frame, name, node.lineno, source, inner, changed, element)
