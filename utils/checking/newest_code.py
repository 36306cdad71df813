"""Notice that a function is not what the learner wrote last: its newest cell stopped before it defined anything.

Only IPython tells what became of a cell, so in plain Python nothing is known, and nothing is ever outdated.
"""

import ast
import inspect
import re
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from utils.checking import reached, surroundings

_AT_THE_MARGIN = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Outdated:
    """Why a function is not what was written last.

    Attributes
    ----------
    name : str
        The function's.
    error, message : str
        What stopped the newest cell that defines it; both empty where another function has its name by now.
    line : int
        Of that cell; 0 if it is not known.
    """

    name: str
    error: str = ""
    message: str = ""
    line: int = 0


class _Watch:
    """Looks at the names a cell defines before it runs, and again after it.

    A function whose cell stopped is outdated if its name still stands for what it stood for before.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self._running: list[tuple[object, dict[str, Any]]] = []  # cells may run cells, as %%capture does
        self._stopped: dict[str, tuple[object, Outdated]] = {}  # with what the name stood for
        self._replaced: weakref.WeakSet[FunctionType] = weakref.WeakSet()

    def before(self, info: Any) -> None:
        self._running.append((info, {name: self.names.get(name) for name in _defined(info.raw_cell or "")}))

    def after(self, result: Any) -> None:
        while self._running:
            info, before = self._running.pop()
            if info is result.info:
                break
        else:
            return
        error = result.error_before_exec or result.error_in_exec
        for name, earlier in before.items():
            if self.names.get(name) is not earlier:
                self._stopped.pop(name, None)
                if isinstance(inner := _inner(earlier), FunctionType):
                    self._replaced.add(inner)
            elif error is not None:
                self._stopped[name] = earlier, self._outdated(name, error, info.raw_cell)

    def outdated(self, function: object) -> Outdated | None:
        """Return why a function is not what was written last, or one that it calls."""
        for inner in reached.functions(function):
            earlier, found = self._stopped.get(inner.__name__, (None, None))
            if found and _inner(earlier) is inner:
                return found
        handed_in = _inner(function)
        if isinstance(handed_in, FunctionType) and handed_in in self._replaced:
            name = handed_in.__name__
            return Outdated(name) if _inner(self.names.get(name)) is not handed_in else None
        return None

    def _outdated(self, name: str, error: BaseException, cell: str) -> Outdated:
        line = (error.lineno or 0) if isinstance(error, SyntaxError) else self._line(error)
        try:
            message = str(error.msg if isinstance(error, SyntaxError) else error)
        except Exception:  # an exception class of the learner's own may fail to print itself
            message = ""
        first = next(iter(message.strip().splitlines()), "")
        return Outdated(name, type(error).__name__, first, 0 if cell.startswith("%%") else line)

    def _line(self, error: BaseException) -> int:
        trace = error.__traceback__
        while trace is not None:
            frame = trace.tb_frame
            if frame.f_globals is self.names and frame.f_code.co_name.startswith(("<module>", "<cell")):
                return trace.tb_lineno or 0
            trace = trace.tb_next
        return 0


_watch: _Watch | None = None


def watch() -> None:
    """Begin to look at cells, if this is IPython."""
    global _watch
    shell = surroundings.shell()
    if shell is None or _watch is not None:
        return
    _watch = _Watch(shell.user_ns)
    shell.events.register("pre_run_cell", _watch.before)
    shell.events.register("post_run_cell", _watch.after)


def outdated(functions: Sequence[object]) -> Outdated | None:
    """Return why the first of these functions that is not what was written last is not, or None if all are."""
    return next(filter(None, map(_watch.outdated, functions)), None) if _watch is not None else None


def newest(function: object) -> object:
    """Return the function that has this one's name now, or the same if none has."""
    name = getattr(_inner(function), "__name__", "")
    found = _watch.names.get(name) if _watch is not None else None
    return found if callable(found) else function


def _inner(value: object) -> object:
    return inspect.unwrap(value) if callable(value) else value


def _defined(cell: str) -> set[str]:
    """Return the names of the functions that a cell defines, at its margin or within an `if`, a `with` and the like."""
    code = cell.partition("\n")[2] if cell.startswith("%%") else cell
    try:
        return set(_definitions(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it may be what stops the cell, or hold a %magic
        return set(_AT_THE_MARGIN.findall(code))


def _definitions(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child.name
        elif isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)) and not isinstance(child, ast.ClassDef):
            yield from _definitions(child)
