"""Read how a forward pass makes its cache and how a backward pass takes it apart, and see where the two do not fit.

A backward pass that was written for another forward pass fails on the first line, or far below it. Facts only; both
functions are read, not called.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from utils.checking.operation import parsed

Function = Callable[..., Any]
Find = Callable[[str], ast.FunctionDef | None]


@dataclass(frozen=True)
class CacheMismatch:
    """How a cache is made, and how it is taken apart.

    Attributes
    ----------
    forward, backward : str
        The function that makes it, and the one that takes it apart.
    made : tuple of str
        Its entries, as the forward pass writes them; empty where it is a list of one entry a step.
    taken : tuple of str
        The names that the backward pass gives them; empty where it does not unpack them in one statement.
    """

    forward: str
    backward: str
    made: tuple[str, ...]
    taken: tuple[str, ...]


def mismatch(function: Function, forward: Function, stopped_at: str = "") -> CacheMismatch | None:
    """Return in which way `function` takes apart another cache than the one `forward` makes, or None.

    See `mismatch_in`; the two are found in their own source, and what `forward` calls in its global names.
    """
    names = getattr(forward, "__globals__", {})
    one, other = _definition(function), _definition(forward)
    return mismatch_in(one, other, lambda name: _definition(names.get(name)), stopped_at) if one and other else None


def mismatch_in(
    function: ast.FunctionDef, forward: ast.FunctionDef, find: Find, stopped_at: str = ""
) -> CacheMismatch | None:
    """Return in which way one function takes apart another cache than the other one makes, or None.

    Names that differ may mean the same: only another number of entries, a name that stands elsewhere, and a name for
    what is made of it (``W`` for ``W.shape``) are a mismatch; so is any operation on the cache that failed, whose text
    `stopped_at` is. ``find(name)`` returns the definition of what the forward pass calls by a name.
    """
    made = _made(forward, find)
    if made is None or not function.args.args:
        return None
    cache = function.args.args[-1].arg
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Tuple(names)], ast.Name(name)) if name == cache:
                of, entries = forward.name, made.entries
            case ast.Assign([ast.Tuple(names)], ast.Subscript(ast.Name(name))) if name == cache and made.step:
                step = _made(made.step, find)
                if step is None:
                    continue
                of, entries = made.step.name, step.entries
            case _:
                continue
        taken = tuple(map(ast.unparse, names))
        if not any(isinstance(one, ast.Starred) for one in names) and _differ(entries, taken):
            return CacheMismatch(of, function.name, entries, taken)
    used = {node.id for node in ast.walk(parsed(stopped_at) or ast.Module([], [])) if isinstance(node, ast.Name)}
    if cache in used and made.entries:
        return CacheMismatch(forward.name, function.name, made.entries, ())
    return None


@dataclass(frozen=True)
class _Made:
    """The entries of a cache; or the function that makes the entries of a list, to which each step appends one."""

    entries: tuple[str, ...] = ()
    step: ast.FunctionDef | None = None


def _differ(made: tuple[str, ...], taken: tuple[str, ...]) -> bool:
    if len(made) != len(taken):
        return True
    roots = [text.partition(".")[0].partition("[")[0] for text in made]
    return any(name != text and name in roots for text, name in zip(made, taken, strict=True))


def _definition(function: Any) -> ast.FunctionDef | None:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)


def _made(forward: ast.FunctionDef, find: Find) -> _Made | None:
    """Return how a forward pass makes what it returns last, if it does so in one way."""
    returned = [node.value for node in ast.walk(forward) if isinstance(node, ast.Return)]
    if len(returned) != 1 or not isinstance(returned[0], ast.Tuple) or not returned[0].elts:
        return None
    last = returned[0].elts[-1]
    if isinstance(last, ast.Tuple):
        return _Made(tuple(map(ast.unparse, last.elts)))
    if not isinstance(last, ast.Name):
        return None
    tuples = [value for value in _assigned(forward, last.id) if not isinstance(value, ast.Constant)]
    if len(tuples) == 1 and isinstance(tuples[0], ast.Tuple):
        return _Made(tuple(map(ast.unparse, tuples[0].elts)))
    for node in ast.walk(forward):
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), "append"), [ast.Name(entry)]) if name == last.id:
                calls = [value.func.id for value in _assigned(forward, entry) if _is_call_by_name(value)]
                return _Made(step=find(calls[0]) if len(calls) == 1 else None)
    return None


def _is_call_by_name(value: Any) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name)


def _assigned(body: ast.FunctionDef, name: str) -> Iterator[Any]:
    """Yield what a function sets a name to; for ``a, name = f(x)`` that is the call."""
    for node in ast.walk(body):
        match node:
            case ast.Assign([ast.Name(target)], value) if target == name:
                yield value
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
                pairs = zip(targets, values, strict=True)
                yield from (value for one, value in pairs if isinstance(one, ast.Name) and one.id == name)
            case ast.Assign([ast.Tuple(targets)], value):
                if any(isinstance(one, ast.Name) and one.id == name for one in targets):
                    yield value
