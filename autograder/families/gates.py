"""Gates: the four blocks of an LSTM's columns in another order, or interleaved."""

import ast
import copy
import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from autograder.families.family import IF, Change, Family, Values
from autograder.families.scope import Scope, Site

GATES = ("i", "f", "o", "g")
_ORDERS = [order for order in itertools.permutations(range(4)) if order != (0, 1, 2, 3)]


def _listed(order: Sequence[int]) -> str:
    return ", ".join(GATES[place] for place in order)


def _with_blocks(names: Sequence[str], scope: Scope) -> list[str]:
    return [name for name in names if scope.axes.get(name, ())[-1:] == ("4H",)]


def _weights(scope: Scope) -> Iterator[Site]:
    if not scope.is_backward and _with_blocks(list(scope.arguments), scope):
        yield Site(name="weights")


def _read(site: Site, scope: Scope) -> Iterator[Change]:
    names = _with_blocks(list(scope.arguments), scope)
    for order in _ORDERS:

        def before(arguments: Values, order: Sequence[int] = order) -> Values:
            return arguments | {name: _ordered(arguments[name], order) for name in names}

        read_as = [order.index(place) for place in range(4)]
        yield Change({"order": _listed(read_as)}, before=before)


def _read_mixed(site: Site, scope: Scope) -> Iterator[Change]:
    names = _with_blocks(list(scope.arguments), scope)

    def before(arguments: Values) -> Values:
        mixed = {name: np.concatenate([arguments[name][..., k::4] for k in range(4)], axis=-1) for name in names}
        return arguments | mixed

    yield Change({}, before=before)


def _blocks(scope: Scope) -> Iterator[Site]:
    if _with_blocks(list(scope.outputs), scope):
        yield Site(name="blocks")


def _written(site: Site, scope: Scope) -> Iterator[Change]:
    names = _with_blocks(list(scope.outputs), scope)
    for order in _ORDERS:

        def after(outputs: Values, arguments: Values, order: Sequence[int] = order) -> Values:
            return outputs | {name: _ordered(outputs[name], order) for name in names}

        yield Change({"order": _listed(order), "outputs": _and(names)}, after=after)


def _joined(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        parts = site.node.args[0] if ast.unparse(site.node.func) == "np.concatenate" else None
        if isinstance(parts, (ast.List, ast.Tuple)) and len(parts.elts) == 4:
            yield site


def _joined_otherwise(site: Site, scope: Scope) -> Iterator[Change]:
    for order in _ORDERS:
        made = copy.deepcopy(site.node)
        made.args[0] = ast.List([made.args[0].elts[place] for place in order], ast.Load())
        yield Change({"order": _listed(order)}, made)


def _ordered(array: np.ndarray, order: Sequence[int]) -> np.ndarray:
    blocks = np.split(np.asarray(array), 4, axis=-1)
    return np.concatenate([blocks[place] for place in order], axis=-1)


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _known_gates(scope: Scope) -> Iterator[Site]:
    if set(GATES) <= set(scope.given):
        yield Site(name="gates")


def _squashed(site: Site, scope: Scope) -> Iterator[Change]:
    def before(arguments: Values) -> Values:
        gates = {name: 1 / (1 + np.exp(-arguments[name])) for name in GATES[:3]}
        return arguments | gates | {"g": np.tanh(arguments["g"])}

    yield Change({}, before=before)


FAMILIES = (
    Family(
        "gates-squashed-again",
        _known_gates,
        _squashed,
        IF + "i, f, o and g go through their sigmoids and tanh once more.",
        "Between which numbers do the gates lie when they come in? What would a second sigmoid make of them?",
        1,
    ),
    Family(
        "gates-read",
        _weights,
        _read,
        IF + "the four blocks of columns are read in the order {order}.",
        "Which gate does each block of H columns belong to? Read the order in the text, then in your code.",
        1,
    ),
    Family(
        "gates-mixed",
        _weights,
        _read_mixed,
        IF + "every fourth column goes to one gate.",
        "With H = 2 there are 8 columns. Which two of them make the first block?",
        1,
    ),
    Family(
        "gates-written",
        _blocks,
        _written,
        "These are the numbers of {outputs} with their blocks in the order {order}.",
        "In which order do the four blocks of columns stand in Wx, Wh and b? Their gradients stand in the same.",
        1,
    ),
    Family(
        "gates-joined",
        _joined,
        _joined_otherwise,
        IF + "the gates' gradients are put together in the order {order}.",
        "In which order did the forward pass take the four blocks apart?",
        1,
    ),
)
