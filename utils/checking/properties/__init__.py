"""Judge exercises that have many right answers: each answer by what it does, one file a topic.

A judge is a function ``judge(inputs, outputs, ...) -> {output: Comparison}``; the exercise names it as
``"module.function"``. It runs in `check` and, on the trusted side, in the autograder. It may name a mistake.
Some properties show only when several answers are compared, for example whether the answers were drawn at random. For
them a file may have a second function, ``judge_together([(inputs, outputs), ...], ...) -> {output: Comparison}``, which
returns only the outputs that are wrong.

A judge contains no network, because a learner could call that network as an answer. Where it needs one, it has a
parameter of that name: ``latch(inputs, outputs, lstm_forward)`` is called with a function ``lstm_forward``. A parameter
``expected`` gets what the exercise's `followed` computes: numbers, which ship. The
autograder passes the reference's functions; `check` passes the learner's own, which `utils.checking.models` finds and
checks. A judge reads what they return through `first_output`, because a learner's function may return anything.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from utils.checking.comparison import Comparison
from utils.errors import UtilsError

_OWN = ("inputs", "outputs", "expected")  # parameters of a judge that are no function

Values = Mapping[str, Any]  # inputs or outputs by name; outputs are whatever a learner's function returned


class Models(Protocol):
    """Functions by name: a dict of the learner's, or the course's reference."""

    def __getitem__(self, name: str, /) -> Callable[..., Any]:
        """Return the function `name`."""


class ModelFailed(UtilsError):
    """A function that a judge needs gives it nothing to judge with.

    Attributes
    ----------
    model : str
        The function's name.
    problem : {"not defined", "not a function", "renamed", "not started", "not right", "failed"}
        "failed" means that it is right in its own check, but not on what the judge asked of it.
    detail : str
        For "failed", what it did, in a sentence; for "renamed", the name by which it was defined; else empty.
    """

    def __init__(self, model: str, problem: str, detail: str = "") -> None:
        super().__init__(detail if problem == "failed" else f"{model} is {problem}")
        self.model, self.problem, self.detail = model, problem, detail


class JudgedElsewhere(UtilsError):
    """The file that judges is not here: while a notebook is graded, it is kept from what is judged."""


def needed(path: str) -> tuple[str, ...]:
    """Return the names of the functions with which the judge `path` judges.

    Examples
    --------
    >>> needed("lstm.latch"), needed("gradient_flow.vanishing")
    (('lstm_forward',), ())
    """
    return tuple(name for name in inspect.signature(_judge(path)).parameters if name not in _OWN)


def compared(
    path: str, inputs: Values, outputs: Values, models: Models, expected: Values = MappingProxyType({})
) -> dict[str, Comparison]:
    """Judge `outputs` by the properties called `path`.

    Parameters
    ----------
    path : str
        ``"module.function"`` within `utils.checking.properties`.
    inputs, outputs : dict
        By name: what went in, and what the learner's function returned (arrays may be anything a learner can return).
    models : Models
        It must have the functions that are `needed`.
    expected : dict
        What the outputs are compared with, for a judge that has this parameter.

    Returns
    -------
    dict of str to Comparison
        For every output.

    Raises
    ------
    ModelFailed
        If one of `models` returns nothing that can be judged with. The reference's never do.
    """
    judge = _judge(path)
    others = {"expected": expected} if "expected" in inspect.signature(judge).parameters else {}
    found: dict[str, Comparison] = judge(inputs, outputs, **{name: models[name] for name in needed(path)}, **others)
    return found


def together(path: str, cases: Sequence[tuple[Values, Values]], models: Models) -> dict[str, Comparison]:
    """Judge all cases at once, where the topic has a function for that.

    Parameters
    ----------
    path : str
        As for `compared`.
    cases : list of (dict, dict)
        Inputs and outputs by name, one pair a case, each of them right by itself.
    models : Models
        As for `compared`.

    Returns
    -------
    dict of str to Comparison
        Of the outputs that are wrong; empty if all is well.
    """
    judge = _judge(f"{path}_together")
    if judge is None:
        return {}
    names = tuple(inspect.signature(judge).parameters)[1:]
    found: dict[str, Comparison] = judge(cases, **{name: models[name] for name in names})
    return found


def first_output(model: Callable[..., Any], name: str, shape: tuple[int, ...], *args: object) -> NDArray[np.float64]:
    """Call `model`, which the learner knows as `name`, and return the first thing it returns, of this shape.

    Raises
    ------
    ModelFailed
        If that is no array of numbers of this shape.
    """
    with np.errstate(all="ignore"):
        returned = model(*args)
    first = returned[0] if isinstance(returned, tuple) and returned else returned
    if not isinstance(first, (np.ndarray, np.generic, float, int)):
        raise ModelFailed(name, "failed", f"{name} returned a {type(first).__name__} first, no array of numbers.")
    array = np.asarray(first)
    if array.shape != shape or array.dtype.kind not in "iuf":
        kind = f"{array.dtype.name} of shape {array.shape}"
        raise ModelFailed(name, "failed", f"{name} returned {kind} first; numbers of shape {shape} were expected.")
    return array.astype(np.float64)


def _judge(path: str) -> Any:
    """Return the function called `path`, or None."""
    module, function = path.split(".")
    try:
        return getattr(importlib.import_module(f"{__name__}.{module}"), function, None)
    except ModuleNotFoundError:
        raise JudgedElsewhere(f"{path} is not here.") from None
