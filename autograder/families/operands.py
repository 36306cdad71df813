"""Operands: another array in the place of one, or one that counts for nothing, as one, or with the opposite sign."""

import ast
import itertools
from collections.abc import Iterator
from typing import Any

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site, is_array, is_float, is_number
from autograder.families.tree import expression


def _named(scope: Scope) -> Iterator[Site]:
    """Yield arrays that go by a name a learner knows."""
    for site in scope.sites(ast.Name, ast.Subscript):
        if is_number(site.value) and scope.noun(site.node) and not _indexes(site):
            yield site


def _computed(scope: Scope) -> Iterator[Site]:
    """Yield arrays that are made of others."""
    for site in scope.sites(ast.BinOp, ast.Call, ast.Attribute):
        if is_number(site.value) and not _indexes(site):
            yield site


def _any(scope: Scope) -> Iterator[Site]:
    yield from _named(scope)
    yield from _computed(scope)


def _indexes(site: Site) -> bool:
    return any(field == "slice" for field, _ in site.path)


def _sibling(site: Site, scope: Scope) -> Iterator[Change]:
    if not is_array(site.value):
        return
    for other in scope.siblings(site.value, but=scope.noun(site.node) or ""):
        if not (isinstance(site.node, ast.Name) and site.node.id == other):
            yield Change({"other": scope.noun(ast.Name(other, ast.Load())) or ""}, ast.Name(other, ast.Load()))


def _step_of_another(site: Site, scope: Scope) -> Iterator[Change]:
    if not is_array(site.value):
        return
    for name, other in scope.names.items():
        noun = scope.noun(ast.Name(name, ast.Load()))
        steps = is_float(other) and other.ndim > 1 and scope.axis(other, 1, name) == "T"
        if noun and steps and site.value.shape == other.shape[:1] + other.shape[2:]:
            for index, word in ((0, "first"), (-1, "last")):
                yield Change(
                    {"other": noun, "which": word, "what": scope.words(site)},
                    expression(f"A[:, {index}]", A=ast.Name(name, ast.Load())),
                )


def _part(site: Site, scope: Scope) -> dict[str, str]:
    return {"what": scope.words(site)}


def _zero(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change(_part(site, scope), expression("np.zeros_like(A)", A=site.node))


def _one(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change(_part(site, scope), expression("np.ones_like(A)", A=site.node))


def _sign(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change(_part(site, scope), expression("-A", A=site.node))


def _complement(site: Site, scope: Scope) -> Iterator[Change]:
    if is_float(site.value):
        yield Change(_part(site, scope), expression("1 - A", A=site.node))


def _extra(site: Site, scope: Scope) -> Iterator[Change]:
    if not is_float(site.value):
        return
    for other in scope.siblings(site.value):
        slots = {"other": scope.noun(ast.Name(other, ast.Load())) or "", **_part(site, scope)}
        yield Change(slots, expression("A + B", A=site.node, B=ast.Name(other, ast.Load())))


def _extra_factor(site: Site, scope: Scope) -> Iterator[Change]:
    if not is_float(site.value):
        return
    for other in scope.siblings(site.value):
        slots = {"other": scope.noun(ast.Name(other, ast.Load())) or "", **_part(site, scope)}
        yield Change(slots, expression("A * B", A=site.node, B=ast.Name(other, ast.Load())))


def _constant_more(site: Site, scope: Scope) -> Iterator[Change]:
    if is_float(site.value):
        yield Change(_part(site, scope), expression("A + 1", A=site.node))


def _calls(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        if isinstance(site.node.func, ast.Name) and site.node.func.id in scope.functions:
            yield site


def _arguments_exchanged(site: Site, scope: Scope) -> Iterator[Change]:
    values: list[Any] = [scope.values.get((*site.path, ("args", place))) for place in range(len(site.node.args))]
    for i, j in itertools.combinations(range(len(values)), 2):
        one, other = scope.noun(site.node.args[i]), scope.noun(site.node.args[j])
        alike = is_array(values[i]) and is_array(values[j]) and values[i].shape == values[j].shape
        if alike and one and other:
            args = list(site.node.args)
            args[i], args[j] = args[j], args[i]
            slots = {"callee": site.node.func.id, "what": one, "other": other}
            yield Change(slots, ast.Call(site.node.func, args, site.node.keywords))


def _unpacked(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Assign):
        target, value = site.node.targets[0], site.node.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            yield site


def _results_exchanged(site: Site, scope: Scope) -> Iterator[Change]:
    target = site.node.targets[0]
    for i, j in itertools.combinations(range(len(target.elts)), 2):
        one, other = scope.noun(target.elts[i]), scope.noun(target.elts[j])
        if one and other and one != other:
            elts = list(target.elts)
            elts[i], elts[j] = elts[j], elts[i]
            slots = {"callee": site.node.value.func.id, "what": one, "other": other}
            yield Change(slots, ast.Assign([ast.Tuple(elts, ast.Store())], site.node.value))


FAMILIES = (
    Family(
        "sibling",
        _named,
        _sibling,
        IF + "{other} takes the place of another array in the formula for {place}.",
        "What is each array's part in {place}? Go through its operands one by one: is {other} the one that is meant at "
        "each point?",
        20,
        everywhere={},
    ),
    Family(
        "sibling-of-a-part",
        _computed,
        _sibling,
        IF + "{other} takes the place of something else in the formula for {place}.",
        "Write down what {place} is made of. Where does {other} come in, and does it belong there as it is?",
        45,
    ),
    Family(
        "step-of-another",
        _any,
        _step_of_another,
        IF + "the {which} step of {other} is used at a point of {place}, whatever the step.",
        "Which step is meant at this point: always the same one, or the one whose turn it is?",
        40,
        everywhere={},
    ),
    Family(
        "counts-as-zero",
        _any,
        _zero,
        IF + "{what} counts as zero in {place}.",
        "Suppose {what} changes a little. Should {place} change too? Does yours?",
        10,
        everywhere={},
    ),
    Family(
        "counts-as-one",
        _any,
        _one,
        IF + "{what} counts as 1 everywhere in {place}.",
        "Suppose {what} is doubled. What should happen to {place}, and what happens to yours?",
        30,
        everywhere={},
    ),
    Family(
        "opposite-sign",
        _any,
        _sign,
        IF + "{what} counts with the opposite sign in {place}.",
        "With which sign should {what} come into {place}? Work out one entry by hand, with positive numbers.",
        12,
        everywhere={},
    ),
    Family(
        "one-minus",
        _any,
        _complement,
        IF + "one minus {what} is used in {place}.",
        "Let {what} be 0, then 1. What should {place} be in either case, and what is yours?",
        42,
        everywhere={},
    ),
    Family(
        "added-too",
        _any,
        _extra,
        IF + "{other} is added to {what} in {place}.",
        "What should {place} be when {other} is large and all else is zero? What is yours?",
        50,
    ),
    Family(
        "multiplied-too",
        _any,
        _extra_factor,
        IF + "{what} is multiplied by {other} in {place}.",
        "What should {place} be when {other} is zero? What is yours?",
        52,
    ),
    Family(
        "one-more",
        _any,
        _constant_more,
        IF + "{what} is greater by 1 in {place}.",
        "What should {place} be when {what} is zero? What is yours?",
        55,
        everywhere={},
    ),
    Family(
        "arguments-exchanged",
        _calls,
        _arguments_exchanged,
        IF + "{callee} gets {what} and {other} in each other's place.",
        "In which order does {callee} take what it is given?",
        8,
    ),
    Family(
        "results-exchanged",
        _unpacked,
        _results_exchanged,
        IF + "{what} and {other} change places when {callee} has returned.",
        "In which order does {callee} return its results?",
        8,
    ),
)
