"""Remember which functions are right, so that a check of a function that calls them need not run them again.

A function is known by all that its answers rest on: its code, the functions that it calls, and the values that it
reads. Once any of these is another, it is a function that nothing is known of. Where that cannot be seen, as where it
reads an array, nothing is remembered.
"""

from collections.abc import Hashable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType

import numpy as np

from utils.checking.reached import names_in
from utils.checking.run_cases import Fixture

Key = tuple[Hashable, ...]
MOST = 500  # functions; of more, those that were remembered first are forgotten
_LIBRARIES = ("builtins", "math", "numpy", "utils")  # which do not change under a notebook
_MADE = (type, FunctionType, BuiltinFunctionType, np.ufunc, type(np.sum))
_INDIRECT = frozenset({"__globals__", "__import__", "eval", "exec", "getattr", "globals", "import_module", "vars"})
_known: dict[Key, None] = {}


class _Unseen(Exception):
    """What a function rests on cannot be seen."""


class _Itself:
    """A fixture: only the very same one is equal."""

    def __init__(self, fixture: Fixture) -> None:
        self.fixture = fixture

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.fixture is other.fixture

    def __hash__(self) -> int:
        return id(self.fixture)


def key(what: str, exercise: Fixture, *functions: object) -> Key | None:
    """Return what is asked of some functions, with all that the answer rests on; None where that cannot be seen.

    Parameters
    ----------
    what : str
        What is asked.
    exercise : dict
        The fixture that tells what is right.
    *functions : object
        Functions of the learner's, or None.
    """
    try:
        return what, _Itself(exercise), *(part for function in functions for part in _rests_on(function, {}))
    except _Unseen:
        return None


def holds(asked: Key | None) -> bool:
    """Whether it was remembered that this holds."""
    return asked is not None and asked in _known


def remember(asked: Key | None) -> None:
    """Remember that this holds."""
    if asked is not None:
        _known[asked] = None
        if len(_known) > MOST:
            del _known[next(iter(_known))]


def _rests_on(value: object, seen: dict[int, int]) -> Iterator[Hashable]:
    """Yield what a value is, and of a function all that it rests on."""
    if isinstance(value, FunctionType) and not _of_a_library(value):
        if id(value) in seen:
            yield "again", seen[id(value)]
            return
        seen[id(value)] = len(seen)
        yield from _of_a_function(value, seen)
    elif value is None or type(value) in (bool, int, str):
        yield type(value), value
    elif type(value) is float:
        yield float, repr(value)  # 0.0 and -0.0 are equal
    elif isinstance(value, (ModuleType, *_MADE)) and _of_a_library(value):
        yield value
    elif type(value) is tuple:
        yield len(value)
        for part in value:
            yield from _rests_on(part, seen)
    else:
        raise _Unseen


def _of_a_function(function: FunctionType, seen: dict[int, int]) -> Iterator[Hashable]:
    names = list(names_in(function.__code__))
    if function.__closure__ or vars(function) or not _INDIRECT.isdisjoint(names):
        raise _Unseen
    yield function.__code__
    yield from _rests_on(function.__defaults__, seen)
    for name, default in (function.__kwdefaults__ or {}).items():
        yield name
        yield from _rests_on(default, seen)
    for name in names:  # those of attributes too; that some stand for nothing global makes no function another
        if name in function.__globals__:
            yield name
            yield from _rests_on(function.__globals__[name], seen)


def _of_a_library(value: object) -> bool:
    """Whether a module, or what is defined in one, is of a library."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    return isinstance(name, str) and name.partition(".")[0] in _LIBRARIES
