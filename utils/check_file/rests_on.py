"""Find what a learner's function rests on: the global names that it reads, also through functions of the same file."""

import dis
import inspect
from collections.abc import Callable, Collection, Iterator
from types import CodeType, FunctionType
from typing import Any


def names_read(function: Callable[..., Any], followed_no_further: Collection[str] = ()) -> set[str]:
    """Return the global names that `function` reads, and those that functions of its own file read which it calls.

    Functions named in `followed_no_further` are among them, but not what they read.

    Examples
    --------
    >>> sorted(names_read(lambda x: step(x) + other(x)))
    ['other', 'step']
    """
    found: set[str] = set()
    seen: set[FunctionType] = set()
    waiting: list[Any] = [function]
    while waiting:
        inner = inspect.unwrap(waiting.pop())
        if not inspect.isfunction(inner) or inner in seen:
            continue
        seen.add(inner)
        names, new = inner.__globals__, {*_globals(inner.__code__)}
        found |= new
        called = [*map(names.get, new.difference(followed_no_further)), *_closed_over(inner)]
        waiting += [value for value in called if getattr(value, "__globals__", None) is names]
    return found


def _globals(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals(constant)


def _closed_over(function: FunctionType) -> Iterator[object]:
    """Yield what a decorator's inner function holds, the decorated one among it."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not set yet
            continue
