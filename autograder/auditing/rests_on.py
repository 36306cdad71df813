"""Find which wrong function another one rests on: what it calls by name is called before it can be right itself."""

import inspect
from collections.abc import Callable, Collection
from types import CodeType
from typing import Any


def rests_on(function: Callable[..., Any], wrong: Collection[str]) -> tuple[str, ...]:
    """Return those of the `wrong` functions that `function` names in its body, in the order of `wrong`.

    Examples
    --------
    >>> rests_on(lambda x: step(x) + other(x), ["step", "loop"])
    ('step',)
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    named = _names(code) if code is not None else set()
    return tuple(name for name in wrong if name in named)


def _names(code: CodeType) -> set[str]:
    """Return the names that a code object reads, those of the functions inside it included."""
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*map(_names, inner))
