"""Statements: one that is never made, a condition that always or never holds, and blocks that change places."""

import ast
import copy
from collections.abc import Iterator

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site
from autograder.families.tree import expression


def _statements(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Assign, ast.AugAssign):
        target = site.node.targets[0] if isinstance(site.node, ast.Assign) else site.node.target
        if scope.noun(target):
            yield site


def _left_out(site: Site, scope: Scope) -> Iterator[Change]:
    target = site.node.targets[0] if isinstance(site.node, ast.Assign) else site.node.target
    yield Change({"what": scope.noun(target) or ""}, ast.Pass())


def _replaced(site: Site, scope: Scope) -> Iterator[Change]:
    if isinstance(site.node, ast.AugAssign):
        yield Change({"what": scope.noun(site.node.target) or ""}, ast.Assign([site.node.target], site.node.value))


def _conditions(scope: Scope) -> Iterator[Site]:
    yield from scope.sites(ast.If, ast.IfExp)


def _always(site: Site, scope: Scope) -> Iterator[Change]:
    for word, value in (("always", "True"), ("never", "False")):
        made = copy.deepcopy(site.node)
        made.test = expression(value)
        yield Change({"word": word}, made)


def _comparisons(scope: Scope) -> Iterator[Site]:
    yield from scope.sites(ast.Compare)


def _compared(site: Site, scope: Scope) -> Iterator[Change]:
    for other in (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq):
        if type(site.node.ops[0]) is not other and isinstance(
            site.node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
        ):
            yield Change({}, ast.Compare(site.node.left, [other()], site.node.comparators))


def _joined(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        if ast.unparse(site.node.func) == "np.concatenate" and isinstance(site.node.args[0], (ast.List, ast.Tuple)):
            yield site


def _blocks(site: Site, scope: Scope) -> Iterator[Change]:
    parts = site.node.args[0].elts
    if len(parts) == 2:
        made = copy.deepcopy(site.node)
        made.args[0] = ast.List(parts[::-1], ast.Load())
        yield Change({}, made)


FAMILIES = (
    Family(
        "never-made",
        _statements,
        _left_out,
        IF + "{what} stays as it was at one point where it changes.",
        "When does {what} change, and what is it before? Follow it through a case of two steps.",
        14,
    ),
    Family(
        "replaced",
        _statements,
        _replaced,
        IF + "{what} holds what came last, and nothing of what came before.",
        "How many contributions are there to {what}? Follow it through a case of two steps.",
        14,
    ),
    Family(
        "condition",
        _conditions,
        _always,
        IF + "one of the two cases {word} applies.",
        "There are two cases here. When does each apply, and does your function get to both?",
        19,
    ),
    Family(
        "comparison",
        _comparisons,
        _compared,
        IF + "a comparison has another outcome for some of the numbers.",
        "What should happen just below the boundary, exactly on it, and just above?",
        29,
    ),
    Family(
        "parts-exchanged",
        _joined,
        _blocks,
        IF + "two parts are put together in the opposite order.",
        "Which of the two parts comes first?",
        12,
    ),
)
