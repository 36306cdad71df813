"""Layout: the right numbers along other axes, summed up, shifted in time, or with the start among the steps."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.families.family import Change, Family, Values
from autograder.families.outputs import arrays_of, change, plain
from autograder.families.scope import Scope, Site, is_array
from autograder.families.transforms import first_again, in_time, reduced, spread

_STEPS = ("T", "steps", "depth")


def _turned(site: Site, scope: Scope) -> Iterator[Change]:
    if site.value.ndim == 2:
        yield plain(site, "with its rows and columns exchanged", np.transpose)
    if site.value.ndim >= 3:
        yield plain(site, "with its first two axes exchanged", lambda a: a.swapaxes(0, 1))
        yield plain(site, "with its last two axes exchanged", lambda a: a.swapaxes(-1, -2))
    if site.value.ndim >= 2:
        words = "with its entries in another order: read along one of two axes, and written along the other"
        yield plain(site, words, lambda a: a.swapaxes(0, 1).reshape(a.shape))
        yield plain(site, words, lambda a: a.reshape(a.swapaxes(0, 1).shape).swapaxes(0, 1))
        yield plain(site, "with all its entries in one row", np.ravel)
    if site.value.ndim >= 3:
        yield plain(site, "with its first two axes made one", lambda a: a.reshape(-1, *a.shape[2:]))
    for axis in range(site.value.ndim + 1):
        yield plain(site, "with an axis of length 1 too many", functools.partial(np.expand_dims, axis=axis))


def _reduced(site: Site, scope: Scope) -> Iterator[Change]:
    letters = [scope.axis(site.value, axis, site.name) for axis in range(site.value.ndim)]
    for how, words in {"sum": "the sum", "mean": "the mean", "max": "the largest"}.items():
        for axis, letter in enumerate(letters):
            if letter:
                yield plain(site, f"{words} over {letter} of the right one", reduced(how, axis))
                yield plain(
                    site,
                    f"{words} over {letter} of the right one, with an axis of length 1",
                    reduced(how, axis, kept=True),
                )
                yield plain(site, f"{words} over {letter} of the right one, again and again", spread(how, axis))
        yield plain(site, f"{words} of all entries of the right one", reduced(how))
    for axis, letter in enumerate(letters):
        if letter:
            yield plain(site, f"the first entry over {letter} of the right one, again and again", first_again(axis))


def _steps(scope: Scope) -> Iterator[Site]:
    for site in arrays_of(scope):
        if set(scope.axes.get(site.name, ())) & set(_STEPS):
            yield site


def _in_time(site: Site, scope: Scope) -> Iterator[Change]:
    axes = scope.axes[site.name]
    which = next(place for place, letter in enumerate(axes) if letter in _STEPS)
    patterns = {
        **in_time(which),
        "of the last step only": lambda a: np.take(a, -1, which),
        "of the first step only": lambda a: np.take(a, 0, which),
        "relative to its last step": lambda a: a / np.take(a, [-1], which),
        "relative to its first step": lambda a: a / np.take(a, [0], which),
    }
    for words, transform in patterns.items():
        yield plain(site, words, transform)


def _started(site: Site, scope: Scope) -> Iterator[Change]:
    which = next((k for k, letter in enumerate(scope.axes[site.name]) if letter in _STEPS), None)
    if which is None:
        return
    shape = site.value.shape[:which] + site.value.shape[which + 1 :]
    for name, value in scope.arguments.items():
        if is_array(value) and value.shape == shape:
            for words in _with_start(site.value, value, which):
                yield change(site, _start(name, words, which), how=f"with {name} {words}")


def _loses_first(site: Site, scope: Scope) -> Iterator[Change]:
    """Yield the start in the place of the first step, with all later steps made from it."""
    for name, value in scope.given.items():
        axes = scope.axes.get(name, ())
        for start, first in scope.given.items():
            if (
                "T" in axes
                and is_array(value)
                and is_array(first)
                and first.shape == site.value.shape[:1] + site.value.shape[2:]
            ):

                def before(arguments: Values, name: str = name, which: int = axes.index("T")) -> Values:
                    return arguments | {name: np.delete(arguments[name], 0, which)}

                def after(outputs: Values, arguments: Values, start: str = start) -> Values:
                    joined = np.concatenate([arguments[start][:, None], outputs[site.name]], axis=1)
                    return outputs | {site.name: joined}

                yield Change({"output": site.name, "what": name, "start": start}, before=before, after=after)


def _start(name: str, words: str, which: int) -> Callable[[Any, Values], Any]:
    return lambda array, values: _with_start(array, values[name], which)[words]


def _with_start(array: Any, first: Any, which: int) -> dict[str, Any]:
    """Return what a start among the steps can do, in words."""
    first = np.expand_dims(first, which)
    head, tail = np.delete(array, -1, which), np.delete(array, 0, which)
    return {
        "in front, and so one step too long": np.concatenate([first, array], which),
        "in front, and without the last step": np.concatenate([first, head], which),
        "in the place of the first step": np.concatenate([first, tail], which),
        "in the place of the last step": np.concatenate([head, first], which),
        "behind, and so one step too long": np.concatenate([array, first], which),
    }


FAMILIES = (
    Family(
        "first-step-skipped",
        _steps,
        _loses_first,
        "{output} begins with {start}, and the first step of {what} never comes in.",
        "Which step of {what} makes the first step of {output}, and from which state?",
        1,
    ),
    Family(
        "axes-of-an-output",
        arrays_of,
        _turned,
        "{output} holds the right numbers, {how}.",
        "What does each axis of {output} number? Take a case of 2 by 3 and write the entries down.",
        2,
    ),
    Family(
        "reduced",
        arrays_of,
        _reduced,
        "{output} is {how}.",
        "Which axes does {output} have, and which of them does yours still tell apart?",
        3,
    ),
    Family(
        "in-time",
        _steps,
        _in_time,
        "{output} is the right one, but {how}.",
        "Write down for T = 3 what belongs to each step of {output}, then what yours holds there.",
        2,
    ),
    Family(
        "start-among-the-steps",
        _steps,
        _started,
        "{output} holds the right numbers {how}.",
        "Which is the first step that belongs into {output}, and which the last?",
        1,
    ),
)
