"""Inputs: the right function of arguments that are something else, by what an answer shows."""

import functools
import itertools
from collections.abc import Iterator

import numpy as np

from autograder.families.family import IF, Change, Family, Values
from autograder.families.scope import Scope, Site, is_array
from autograder.families.transforms import Transform, in_time, reduced, relu, sigmoid, spread


def _arguments(scope: Scope) -> Iterator[Site]:
    """Yield the arguments of the function itself, and the entries of those that are dicts of arrays."""
    for name, value in scope.given.items():
        if is_array(value):
            yield Site(value=value, name=name)
        elif isinstance(value, dict):
            for key, entry in value.items():
                if is_array(entry):
                    yield Site(path=((name, None),), value=entry, name=key)


def _change(site: Site, words: str, transform: Transform) -> Change:
    def before(arguments: Values) -> Values:
        if site.path:
            whole = arguments[site.path[0][0]]
            return arguments | {site.path[0][0]: whole | {site.name: transform(whole[site.name])}}
        return arguments | {site.name: transform(arguments[site.name])}

    return Change({"what": site.name, "how": words}, before=before)


def _as_constant(site: Site, scope: Scope) -> Iterator[Change]:
    yield _change(site, "0", np.zeros_like)
    if not site.path:
        yield _change(site, "1", np.ones_like)


def _turned(site: Site, scope: Scope) -> Iterator[Change]:
    axes = scope.axes.get(site.name, ())
    if site.value.ndim == 2 and (site.value.shape[0] == site.value.shape[1] and len(set(axes)) <= 1):
        yield _change(site, "with its rows and columns exchanged", np.transpose)
    if site.value.ndim >= 2 and not site.path:
        yield _change(site, "turned over as a whole, its entries in the old order", lambda a: a.T.reshape(a.shape))
    for axis in range(site.value.ndim if not site.path else 0):
        if letter := scope.axis(site.value, axis, site.name):
            yield _change(site, f"backwards over {letter}", functools.partial(np.flip, axis=axis))
            for how, words in {"sum": "sum", "mean": "mean"}.items():
                yield _change(site, f"as its {words} over {letter}", reduced(how, axis))
                yield _change(site, f"as its {words} over {letter}, again and again", spread(how, axis))


def _in_time(site: Site, scope: Scope) -> Iterator[Change]:
    axes = scope.axes.get(site.name, ())
    which = next((place for place, letter in enumerate(axes) if letter[0] in "TS"), None)
    if which is None or len(axes) != site.value.ndim:
        return

    for words, transform in in_time(which).items():
        yield _change(site, words, transform)


def _through(site: Site, scope: Scope) -> Iterator[Change]:
    if site.value.dtype.kind != "f" or site.path:
        return
    patterns: dict[str, Transform] = {
        "through a tanh": np.tanh,
        "through a sigmoid": sigmoid,
        "through a relu": relu,
        "without its signs": np.abs,
        "with the opposite sign": np.negative,
        "twice as large": lambda a: 2 * a,
        "half as large": lambda a: a / 2,
        "squared": np.square,
        "as one minus itself": lambda a: 1 - a,
    }
    for words, transform in patterns.items():
        yield _change(site, words, transform)


def _scalars(scope: Scope) -> Iterator[Site]:
    for name, value in scope.given.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield Site(value=value, name=name)


def _another_value(site: Site, scope: Scope) -> Iterator[Change]:
    whole = isinstance(site.value, int)
    patterns: dict[str, Transform] = {
        "greater by 1": lambda x: x + 1,
        "less by 1": lambda x: x - 1,
        "twice as large": lambda x: 2 * x,
        "half as large": lambda x: x // 2 if whole else x / 2,
        "always 1": lambda x: type(x)(1),
        "squared": lambda x: x * x,
    }
    for words, transform in patterns.items():
        yield _change(site, words, transform)


def _pairs(scope: Scope) -> Iterator[Site]:
    for (one, value), (other, second) in itertools.combinations(scope.given.items(), 2):
        if is_array(value) and is_array(second) and value.shape == second.shape:
            yield Site(path=((other, None),), name=one)


def _exchanged(site: Site, scope: Scope) -> Iterator[Change]:
    one, other = site.name, site.path[0][0]

    def exchanged(arguments: Values) -> Values:
        return arguments | {one: arguments[other], other: arguments[one]}

    def copied(arguments: Values, kept: str, lost: str) -> Values:
        return arguments | {lost: arguments[kept].copy()}

    yield Change({"how": f"{one} and {other} go in in each other's place"}, before=exchanged)
    yield Change({"how": f"{one} goes in for {other} too"}, before=lambda a: copied(a, one, other))
    yield Change({"how": f"{other} goes in for {one} too"}, before=lambda a: copied(a, other, one))


FAMILIES = (
    Family(
        "argument-constant",
        _arguments,
        _as_constant,
        IF + "{what} counts as {how} throughout.",
        "Where does {what} come in? Change one entry of it: should the result change?",
        10,
    ),
    Family(
        "argument-turned",
        _arguments,
        _turned,
        IF + "{what} goes in {how}.",
        "What does each axis of {what} number, and which of them does each use of it run along?",
        13,
    ),
    Family(
        "argument-in-time",
        _arguments,
        _in_time,
        IF + "{what} goes in {how}.",
        "Write down for T = 3 at which step each step of {what} comes in.",
        12,
    ),
    Family(
        "argument-through-a-function",
        _arguments,
        _through,
        IF + "{what} goes in {how}.",
        "Is {what} used as it is, or is something done to it first?",
        16,
    ),
    Family(
        "argument-of-another-value",
        _scalars,
        _another_value,
        IF + "{what} is {how}.",
        "What does {what} count or measure? Try it with {what} = 1.",
        14,
    ),
    Family(
        "arguments-confused",
        _pairs,
        _exchanged,
        IF + "{how}.",
        "Which of the two belongs where? Follow each from the function's head to where it is used.",
        8,
    ),
)
