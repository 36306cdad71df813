"""Outputs: the right numbers, but scaled, through a function too many, or in another output's place."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.families.family import Change, Family, Values
from autograder.families.scope import Scope, Site, is_array, is_number
from autograder.families.transforms import Transform, relu, sigmoid, softmax


def numbers_of(scope: Scope) -> Iterator[Site]:
    """Yield outputs that are one array or number, and the entries of dicts of them."""
    for name, value in scope.outputs.items():
        if isinstance(value, dict):
            for key, entry in value.items():
                if is_number(entry):
                    yield Site(path=((name, None),), value=np.asarray(entry), name=key)
        elif is_number(value):
            yield Site(value=np.asarray(value), name=name)


def arrays_of(scope: Scope) -> Iterator[Site]:
    """Yield outputs that are one array with axes."""
    for site in numbers_of(scope):
        if site.value.ndim and not site.path:
            yield site


def change(site: Site, transform: Callable[[Any, Values], Any], **slots: str) -> Change:
    """Return the change of one output, or of one entry of an output that is a dict."""

    def after(outputs: Values, arguments: Values) -> Values:
        everything = outputs | arguments
        if site.path:
            whole = outputs[site.path[0][0]]
            changed = whole | {site.name: transform(np.asarray(whole[site.name]), everything)}
            return outputs | {site.path[0][0]: changed}
        return outputs | {site.name: transform(np.asarray(outputs[site.name]), everything)}

    return Change({"output": site.name, **slots}, after=after)


def plain(site: Site, words: str, transform: Transform) -> Change:
    """Return the change of one output by a transform that needs nothing but it."""
    return change(site, lambda array, _: transform(array), how=words)


def _scaled(site: Site, scope: Scope) -> Iterator[Change]:
    if site.value.dtype.kind == "f":
        for how, factor in _factors(scope).items():
            yield change(site, factor, how=how)


def _factors(scope: Scope) -> dict[str, Callable[[Any, Values], Any]]:
    """Return what a size can do to an array, in words: divide it, or multiply it."""

    def divided(*letters: str) -> Callable[[Any, Values], Any]:
        return lambda array, values: array / math.prod(scope.sizes(values)[letter] for letter in letters)

    def multiplied(letter: str) -> Callable[[Any, Values], Any]:
        return lambda array, values: array * scope.sizes(values)[letter]

    letters = sorted(scope.letters)
    halves = {"half as large": lambda array, _: array / 2, "twice as large": lambda array, _: 2 * array}
    by_one = {f"divided by {letter}": divided(letter) for letter in letters}
    by_two = {f"divided by {a} times {b}": divided(a, b) for a, b in itertools.combinations(letters, 2)}
    return {**halves, **by_one, **by_two, **{f"{letter} times as large": multiplied(letter) for letter in letters}}


def _all_scaled(site: Site, scope: Scope) -> Iterator[Change]:
    weights = [name for name in scope.outputs if name.lower().startswith(("dw", "db"))]
    groups = {"All outputs are": list(scope.outputs), "The gradients of the weights are": weights}
    factors = {**_factors(scope), "of the opposite sign": lambda array, _: -array}
    for words, names in groups.items():
        if len(names) < 2 and not isinstance(scope.outputs.get(names[0]) if names else None, dict):
            continue
        for how, factor in factors.items():
            yield Change({"group": words, "how": how}, after=_of_all(names, factor))


def _of_all(names: Sequence[str], factor: Callable[[Any, Values], Any]) -> Callable[[Values, Values], Values]:
    def after(outputs: Values, arguments: Values) -> Values:
        values = outputs | arguments
        return outputs | {name: _each(outputs[name], lambda array: factor(array, values)) for name in names}

    return after


def _each(value: Any, transform: Transform) -> Any:
    if isinstance(value, dict):
        return {key: _each(entry, transform) for key, entry in value.items()}
    return transform(np.asarray(value))


def _whole(scope: Scope) -> Iterator[Site]:
    numbers = [is_number(value) or isinstance(value, dict) for value in scope.outputs.values()]
    if all(numbers):
        yield Site(name="all")


def _constant(site: Site, scope: Scope) -> Iterator[Change]:
    yield plain(site, "0", np.zeros_like)
    yield plain(site, "1", np.ones_like)


def _negated(site: Site, scope: Scope) -> Iterator[Change]:
    yield plain(site, "", (lambda a: ~a) if site.value.dtype.kind == "b" else np.negative)


def _through(site: Site, scope: Scope) -> Iterator[Change]:
    if site.value.dtype.kind != "f":
        return
    patterns: dict[str, Transform] = {
        "squared": np.square,
        "under a square root": np.sqrt,
        "without its signs": np.abs,
        "through a tanh": np.tanh,
        "through a relu": relu,
        "through a sigmoid": sigmoid,
        "through an exponential": np.exp,
        "through a logarithm": np.log,
    }
    for axis in range(site.value.ndim):
        if letter := scope.axis(site.value, axis, site.name):
            patterns[f"through a softmax over {letter}"] = softmax(axis)
    for words, transform in patterns.items():
        yield plain(site, words, transform)


def _is_argument(site: Site, scope: Scope) -> Iterator[Change]:
    for name, value in scope.arguments.items():
        if not is_array(value):
            continue
        if value.shape == site.value.shape:
            yield change(site, _taken(name), what=f"{name} as it came in")
        if value.ndim > 1 and value.shape[:1] + value.shape[2:] == site.value.shape:
            for word, step in (("first", 0), ("last", -1)):
                yield change(site, _taken(name, step), what=f"the {word} step of {name} as it came in")


def _is_other(site: Site, scope: Scope) -> Iterator[Change]:
    for name, value in scope.outputs.items():
        if name != site.name and np.shape(value) == site.value.shape:
            yield change(site, _taken(name), what=name)


def _taken(name: str, step: int | None = None) -> Callable[[Any, Values], Any]:
    return lambda _, values: values[name] if step is None else values[name][:, step]


def _returned(site: Site, scope: Scope) -> Iterator[Change]:
    names = list(scope.outputs)
    orders: list[Sequence[str]] = list(itertools.permutations(names)) if len(names) <= 4 else []
    for one, other in itertools.combinations(names, 2) if len(names) > 4 else ():
        orders.append([{one: other, other: one}.get(name, name) for name in names])
    for order in orders:
        if list(order) != names:

            def after(outputs: Values, arguments: Values, order: Sequence[str] = order) -> Values:
                return dict(zip(names, (outputs[name] for name in order), strict=True))

            yield Change({"order": ", ".join(order)}, after=after)


def _several(scope: Scope) -> Iterator[Site]:
    if len(scope.outputs) > 1:
        yield Site(name="all")


def _lists(scope: Scope) -> Iterator[Site]:
    for name, value in scope.outputs.items():
        if isinstance(value, list):
            yield Site(value=value, name=name)


def _list_changed(site: Site, scope: Scope) -> Iterator[Change]:
    patterns: dict[str, Transform] = {
        "in reverse order": lambda a: a[::-1],
        "without its last entry": lambda a: a[:-1],
        "without its first entry": lambda a: a[1:],
    }
    if site.value and isinstance(site.value[0], tuple):
        patterns["with the two parts of each pair exchanged"] = lambda a: [pair[::-1] for pair in a]
    for words, transform in patterns.items():

        def after(outputs: Values, arguments: Values, transform: Transform = transform) -> Values:
            return outputs | {site.name: transform(outputs[site.name])}

        yield Change({"output": site.name, "how": words}, after=after)


FAMILIES = (
    Family(
        "outputs-in-another-order",
        _several,
        _returned,
        "These are the right numbers, but they stand in the order {order}.",
        "Which line makes each of the values that you return, and in which order does the text name them?",
        0,
    ),
    Family(
        "all-scaled",
        _whole,
        _all_scaled,
        "{group} the right ones, {how}.",
        "Which factor do all of them share? With all entries 1, how large should one of them be? And yours?",
        2,
    ),
    Family(
        "scaled",
        numbers_of,
        _scaled,
        "{output} is the right one, {how}.",
        "With all entries that go in equal to 1, what should {output} be, and what is yours?",
        2,
    ),
    Family(
        "constant",
        numbers_of,
        _constant,
        "{output} is {how} everywhere.",
        "Where does {output} get its numbers from? Follow one entry of it back.",
        3,
    ),
    Family(
        "negated",
        numbers_of,
        _negated,
        "{output} is the right one with the opposite sign.",
        "If the input grows a little, should {output} grow or fall?",
        2,
    ),
    Family(
        "through-a-function",
        numbers_of,
        _through,
        "{output} is the right one, {how}.",
        "What is the last thing that happens to {output} in the equation, and what is the last thing in yours?",
        4,
    ),
    Family(
        "as-it-came-in",
        arrays_of,
        _is_argument,
        "{output} is {what}.",
        "What should happen to it on its way to {output}?",
        3,
    ),
    Family(
        "numbers-of-another-output",
        arrays_of,
        _is_other,
        "{output} holds the numbers of {what}.",
        "Follow both to where they are computed. At which point do they part?",
        3,
    ),
    Family(
        "entries-of-a-list",
        _lists,
        _list_changed,
        "{output} is the right one, {how}.",
        "Write the list down for a small case. What is its first entry, and what its last?",
        1,
    ),
)
