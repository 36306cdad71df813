"""Follow a learner's function to those of its own module that it calls."""

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any


def functions(function: object) -> Iterator[FunctionType]:
    """Yield a function and those of the same module that it calls, each once; nothing if there is no Python code."""
    return _reached(function, set())


def _reached(function: object, visited: set[int]) -> Iterator[FunctionType]:
    inner = inspect.unwrap(function) if callable(function) else function
    if not isinstance(inner, FunctionType) or id(inner) in visited:
        return
    visited.add(id(inner))
    yield inner
    for name in names_in(inner.__code__):
        called: Any = inner.__globals__.get(name)
        if isinstance(called, FunctionType) and called.__globals__ is inner.__globals__:
            yield from _reached(called, visited)


def names_in(code: CodeType) -> Iterator[str]:
    """Yield the names in a function's code that are not its own variables: global ones, and those of attributes."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)
