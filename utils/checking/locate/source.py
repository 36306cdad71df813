"""Make a copy of a learner's function that records what its expressions are; the function itself is left alone."""

import __future__

import ast
import builtins
import functools
import linecache
import operator
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

from utils.checking.locate.instrument import Unsupported, hooks, instrumented
from utils.checking.locate.recorder import Recorder

_FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
_MUTABLE = (list, dict, set, bytearray, np.ndarray)  # a default that one call changes and the next one sees


def recorded(function: Callable[..., Any], recorder: Recorder, atomic: Collection[str]) -> Callable[..., Any]:
    """Return a function that does what `function` does, and records it.

    Functions that it calls by their global names are recorded too, if they stand in the same module or notebook.

    Parameters
    ----------
    function : callable
    recorder : Recorder
    atomic : collection of str
        Functions that are not looked into.

    Raises
    ------
    Unsupported
        If there is no text, or the text is not what the function was compiled from; if a default value can be changed;
        or as `instrumented`.
    """
    if not isinstance(function, types.FunctionType):
        raise Unsupported
    names = dict(function.__globals__) | hooks(recorder)
    made = _copy(function, recorder, names)
    _replace_helpers(function, names, recorder, {*atomic, function.__name__})
    if names.get(function.__name__) is function:
        names[function.__name__] = made
    return made


def _replace_helpers(function: types.FunctionType, names: dict[str, Any], recorder: Recorder, left: set[str]) -> None:
    """Put recording copies in the place of the functions that `function` calls, as far as that can be done."""
    for name in _global_names(function.__code__):
        helper = names.get(name)
        if name in left or not isinstance(helper, types.FunctionType) or hasattr(builtins, name):
            continue
        left.add(name)
        if helper.__globals__ is function.__globals__:
            try:
                names[name] = _copy(helper, recorder, names)
            except Unsupported:
                continue
            _replace_helpers(helper, names, recorder, left)


def _copy(function: types.FunctionType, recorder: Recorder, names: dict[str, Any]) -> types.FunctionType:
    if hasattr(function, "__wrapped__"):
        raise Unsupported
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    if any(isinstance(default, _MUTABLE) for default in defaults):
        raise Unsupported
    code = function.__code__
    text, definition = _definition(code)
    if definition.decorator_list:
        raise Unsupported
    file = code.co_filename
    recorder.sources[file] = text.splitlines()
    definition = instrumented(definition, recorder, file)
    body: list[ast.stmt] = [definition]
    if code.co_freevars:
        # Variables of functions around it: they are bound by name here, and are those of the function itself below.
        free = [ast.Name(name, ast.Store()) for name in code.co_freevars]
        around = ast.parse("def around():\n    pass").body[0]
        assert isinstance(around, ast.FunctionDef)
        around.body = [ast.Assign(list(free), ast.Constant(None)), definition]
        body = [ast.fix_missing_locations(around)]
    module = compile(ast.Module(body, []), file, "exec", dont_inherit=True)
    made = next(_codes(module, function.__name__), None)
    if made is None or not set(made.co_freevars) <= set(code.co_freevars):
        raise Unsupported
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    closure = tuple(cells[name] for name in made.co_freevars)
    copy = types.FunctionType(made, names, function.__name__, function.__defaults__, closure)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _definition(code: types.CodeType) -> tuple[str, ast.FunctionDef]:
    """Return the text that a function stands in, and its definition there, if that is what it was compiled from."""
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename))
    place = (code.co_firstlineno, code.co_name)
    if code not in _codes_at(text, code.co_filename, code.co_flags & _FUTURE, place):
        raise Unsupported
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and (node.lineno, node.name) == place:
            return text, node
    raise Unsupported


@functools.lru_cache(maxsize=16)  # the cells that are being worked on
def _codes_at(text: str, file: str, flags: int, place: tuple[int, str]) -> list[types.CodeType]:
    """Return what a text compiles to, as far as it begins at this line and has this name."""
    try:
        # The flags say which features of the future were on: a file that is run line by line need not have them.
        body = [node for node in ast.parse(text).body if getattr(node, "module", None) != "__future__"]
        # IPython compiles statement by statement, `import` compiles a whole file; what comes out differs a little.
        around = [node for node in body if node.lineno <= place[0] <= (node.end_lineno or 0)]
        units = [ast.Module(statements, []) for statements in (around, body)]
        modules = [compile(unit, file, "exec", flags=flags, dont_inherit=True) for unit in units]
    except (SyntaxError, ValueError):
        return []
    codes = (code for module in modules for code in _codes(module, place[1]))
    return [code for code in codes if code.co_firstlineno == place[0]]


def _codes(code: types.CodeType, name: str) -> Iterator[types.CodeType]:
    """Yield the code objects of functions called `name` inside `code`."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name == name:
                yield constant
            yield from _codes(constant, name)


def _global_names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)
