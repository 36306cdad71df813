"""Find the learner's own functions that a judge of properties needs, and check that they can be trusted.

The functions are those that the checked function would call itself: they are looked up in its global names, which in a
notebook are the notebook's, locked cells included. They are looked up and checked again at every `check`, because a
learner may have run another cell since.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from utils import fixtures
from utils.checking import calling, properties
from utils.checking.compare import type_name
from utils.checking.properties import ModelFailed
from utils.checking.run_cases import Clock
from utils.checking.wording import with_article
from utils.errors import CallFailed, NotStarted


class _Outcome(Protocol):
    """The result of checking a function."""

    @property
    def status(self) -> str: ...


def found(
    function: Callable[..., Any],
    exercise: Mapping[str, Any],
    clock: Clock,
    check: Callable[..., _Outcome],
) -> dict[str, Callable[..., Any]]:
    """Return the learner's functions that the judge of `exercise` needs, by name, each safe to call.

    Parameters
    ----------
    function : callable
        The learner's function, which is being checked.
    exercise : dict
        Its fixture.
    clock : Clock
        The wall time that is left for all calls together.
    check : callable
        ``check(function, seconds=...)``, which checks a function of the learner's and returns its report.

    Raises
    ------
    ModelFailed
        If one of them is missing, not started or not right.
    """
    path = exercise.get("properties")
    return {name: _trusted(function, name, clock, check) for name in (properties.needed(path) if path else ())}


def lookup(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return what `function` would call if it called `name`.

    Raises
    ------
    ModelFailed
        If there is no function of that name.
    """
    names = _global_names(function)
    if name not in names:
        raise ModelFailed(name, "not defined")
    model: Callable[..., Any] = names[name]
    if not callable(model):
        raise ModelFailed(name, "not a function", with_article(type_name(model)))
    return model


def guarded(model: Callable[..., Any], name: str, clock: Clock) -> Callable[..., Any]:
    """Return `model` as a function that is called on copies, within the time left, and raises only `ModelFailed`."""

    def call(*args: object) -> Any:
        try:
            return calling.call_with(model, fixtures.fresh(args), clock.left, "", clock.seconds)
        except (NotStarted, CallFailed) as failure:
            raise ModelFailed(name, "failed", str(failure)) from None

    return call


def _trusted(
    function: Callable[..., Any], name: str, clock: Clock, check: Callable[..., _Outcome]
) -> Callable[..., Any]:
    """Return the learner's function `name`, guarded, if its own check finds it right."""
    model = lookup(function, name)
    if calling.name_of(model) != name:  # its check would be that of another exercise
        raise ModelFailed(name, "renamed", calling.name_of(model))
    if name in fixtures.names():
        status = check(model, seconds=clock.left).status
        if status != "right":
            raise ModelFailed(name, "not started" if status == "not started" else "not right")
    return guarded(model, name, clock)


def _global_names(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the names that the body of `function` finds, whatever decorators and `partial` are around it."""
    inner: Any = inspect.unwrap(function)
    while isinstance(inner, functools.partial):
        inner = inspect.unwrap(inner.func)
    if not hasattr(inner, "__globals__"):  # an object that can be called
        inner = inspect.getattr_static(type(inner), "__call__", None)
    names: Mapping[str, Any] = getattr(inner, "__globals__", {})
    return names
