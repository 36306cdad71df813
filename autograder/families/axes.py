"""Axes: an array the other way round, a reshape for a transpose, another reduction or one over other axes."""

import ast
import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site, is_array
from autograder.families.tree import expression

_REDUCTIONS = {
    "sum": "a sum",
    "mean": "a mean",
    "max": "the largest entry",
    "min": "the smallest entry",
    "prod": "a product",
}


def _arrays(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.expr):
        if is_array(site.value) and site.value.ndim >= 2 and scope.noun(site.node):
            yield site


def _transposed(site: Site, scope: Scope) -> Iterator[Change]:
    noun = scope.noun(site.node) or ""
    if isinstance(site.node, ast.Attribute) and site.node.attr == "T":
        yield Change({"what": noun}, site.node.value)
    elif site.value.ndim == 2:
        yield Change({"what": noun}, expression("A.T", A=site.node))


def _axes_exchanged(site: Site, scope: Scope) -> Iterator[Change]:
    noun = scope.noun(site.node) or ""
    if site.value.ndim > 2 and not (isinstance(site.node, ast.Attribute) and site.node.attr == "T"):
        yield Change({"what": noun, "which": "first"}, expression("A.swapaxes(0, 1)", A=site.node))
        yield Change({"what": noun, "which": "last"}, expression("A.swapaxes(-1, -2)", A=site.node))


def _reshaped(site: Site, scope: Scope) -> Iterator[Change]:
    noun = scope.noun(site.node) or ""
    slots = {"what": noun, "how": f"the two lengths of {noun} change places"}
    if isinstance(site.node, ast.Attribute) and site.node.attr == "T":
        if site.value.shape[0] == site.value.shape[-1]:
            return  # which is the matrix as it was: the other family says so
        yield Change(slots, expression("A.reshape(A.shape[::-1])", A=site.node.value))
    elif site.value.ndim > 2:
        slots["how"] = f"the last axis of {noun} comes first"
        yield Change(slots, expression("A.reshape(A.shape[-1], -1).T.reshape(A.shape)", A=site.node))


def _products(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.BinOp):
        if isinstance(site.node.op, ast.MatMult):
            yield site


def _exchanged(site: Site, scope: Scope) -> Iterator[Change]:
    one, other = scope.noun(site.node.left), scope.noun(site.node.right)
    if one and other:
        for pattern in ("B @ A", "(A.T @ B.T).T", "(A @ B).T", "B.T @ A"):
            yield Change({"what": one, "other": other}, expression(pattern, A=site.node.left, B=site.node.right))


def _diagonal(site: Site, scope: Scope) -> Iterator[Change]:
    shape = np.shape(scope.values.get((*site.path, ("right", None)), 0))
    if len(shape) == 2 and shape[0] == shape[1] and (noun := scope.noun(site.node.right)):
        yield Change({"what": noun}, expression("A * np.diag(B)", A=site.node.left, B=site.node.right))


def _reductions(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        func = site.node.func
        if isinstance(func, ast.Attribute) and (func.attr in _REDUCTIONS or ast.unparse(func) == "np.linalg.norm"):
            yield site


def _reduced(site: Site) -> tuple[ast.expr, bool]:
    """Return what is reduced, and whether it is the object of a method."""
    func = site.node.func
    method = ast.unparse(func.value) not in ("np", "np.linalg")
    return (func.value, True) if method else (site.node.args[0], False)


def _over(site: Site, scope: Scope) -> Any:
    _, method = _reduced(site)
    return scope.values.get((*site.path, ("func", None), ("value", None)) if method else (*site.path, ("args", 0)))


def _another_reduction(site: Site, scope: Scope) -> Iterator[Change]:
    if site.node.func.attr not in _REDUCTIONS:
        return
    for other, words in _REDUCTIONS.items():
        if other != site.node.func.attr:
            node = copy.deepcopy(site.node)
            node.func.attr = other
            yield Change({"how": words}, node)


def _not_reduced(site: Site, scope: Scope) -> Iterator[Change]:
    inner, _ = _reduced(site)
    if is_array(_over(site, scope)) and site.node.func.attr in _REDUCTIONS:
        yield Change({}, inner)


def _with_keyword(site: Site, **keywords: str | None) -> ast.Call:
    node: ast.Call = copy.deepcopy(site.node)
    node.keywords = [keyword for keyword in node.keywords if keyword.arg not in keywords]
    node.keywords += [ast.keyword(name, expression(text)) for name, text in keywords.items() if text is not None]
    return node


def _axes(site: Site, scope: Scope) -> Iterator[Change]:
    value = _over(site, scope)
    if not is_array(value):
        return
    was = [ast.unparse(keyword.value) for keyword in site.node.keywords if keyword.arg == "axis"]
    slots = {"how": _REDUCTIONS.get(site.node.func.attr, "a length"), "was": "".join(was)}
    yield Change({**slots, "over": "everything at once"}, _with_keyword(site, axis=None))
    for axis in range(value.ndim):
        letter = scope.axis(value, axis)
        if letter:
            yield Change({**slots, "over": letter}, _with_keyword(site, axis=str(axis)))
        if letter and value.ndim > 2:  # of two axes, the other one has a letter of its own
            yield Change(
                {**slots, "over": f"all axes but {letter}"},
                _with_keyword(site, axis=str(tuple(k for k in range(value.ndim) if k != axis))),
            )


def _of_each_term(site: Site, scope: Scope) -> Iterator[Change]:
    inner = site.node.args[0]
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Add, ast.Sub)):
        one, other = (ast.Call(site.node.func, [part], site.node.keywords) for part in (inner.left, inner.right))
        yield Change({}, expression("np.abs(A - B)", A=one, B=other))
        yield Change({}, expression("A + B", A=one, B=other))


def _kept(site: Site, scope: Scope) -> Iterator[Change]:
    kept = any(keyword.arg == "keepdims" for keyword in site.node.keywords)
    if not kept and is_array(_over(site, scope)):
        yield Change({}, _with_keyword(site, keepdims="True"))


def _stacks(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        if ast.unparse(site.node.func) in ("np.stack", "np.concatenate"):
            yield site


def _stacked(site: Site, scope: Scope) -> Iterator[Change]:
    for axis in ("0", "1", "2", "-1"):
        yield Change({}, _with_keyword(site, axis=axis))


def _norms(scope: Scope) -> Iterator[Site]:
    for site in _reductions(scope):
        if ast.unparse(site.node.func) == "np.linalg.norm":
            yield site


def _another_norm(site: Site, scope: Scope) -> Iterator[Change]:
    inner = site.node.args[0]
    orders = {
        "the spectral norm": "2",
        "the Frobenius norm": "'fro'",
        "the largest column sum": "1",
        "the largest row sum": "np.inf",
        "the sum of the singular values": "'nuc'",
        "the smallest singular value": "-2",
    }
    value = _over(site, scope)
    if is_array(value) and (value.ndim == 2 or site.node.args[1:]):
        for words, order in orders.items():
            node = copy.deepcopy(site.node)
            node.args = [inner, expression(order)]
            yield Change({"norm": words}, node)
        yield Change({"norm": "the spectral radius"}, expression("np.max(np.abs(np.linalg.eigvals(A)))", A=inner))
    yield Change({"norm": "the largest entry"}, expression("np.max(np.abs(A))", A=inner))
    yield Change({"norm": "the square of a length"}, expression("A ** 2", A=site.node))


FAMILIES = (
    Family(
        "turned-over",
        _arrays,
        _transposed,
        IF + "{what} is taken the other way round in {place}: rows for columns.",
        "Write the shapes of what goes into {place} beside each other. Which entry of {what} connects which two units?",
        8,
        everywhere={},
    ),
    Family(
        "axes-exchanged",
        _arrays,
        _axes_exchanged,
        IF + "the {which} two axes of {what} change places in {place}.",
        "What does each axis of {what} count, and along which of them is an entry taken, or a sum?",
        8,
        everywhere={},
    ),
    Family(
        "reshaped",
        _arrays,
        _reshaped,
        IF + "{how} but all entries keep their old order in {place}.",
        "Take a matrix of 2 rows and 3 columns with the entries 1 to 6. What is its second row afterwards?",
        6,
    ),
    Family(
        "factors-exchanged",
        _products,
        _exchanged,
        IF + "{what} and {other} are multiplied in another order, or the other way round, in {place}.",
        "Write the shapes of the two factors beside each other. Which axis is summed over?",
        18,
    ),
    Family(
        "diagonal-only",
        _products,
        _diagonal,
        IF + "only the diagonal of {what} acts in {place}.",
        "Which units does one entry of {what} connect? Which of them act on each other in yours?",
        17,
    ),
    Family(
        "another-reduction",
        _reductions,
        _another_reduction,
        IF + "{how} is taken at one point of {place}.",
        "How do many numbers become one here? Try it with two numbers that are equal.",
        7,
        everywhere={},
    ),
    Family(
        "not-reduced",
        _reductions,
        _not_reduced,
        IF + "many numbers stay apart at a point of {place} where they become one.",
        "How many numbers go in there, and how many should come out?",
        6,
    ),
    Family(
        "over-another-axis",
        _reductions,
        _axes,
        IF + "{how} in {place} runs over {over}.",
        "Which axis should be gone afterwards, and which are still there?",
        5,
        everywhere={"how": "everything that is summed up or searched for the largest"},
    ),
    Family(
        "axis-kept",
        _reductions,
        _kept,
        IF + "an axis of length 1 is left over in {place}.",
        "What is the shape of {place}, and what should it be?",
        14,
    ),
    Family(
        "stacked-elsewhere",
        _stacks,
        _stacked,
        IF + "the parts of {place} are put together along another axis.",
        "Which axis should number the parts: the first, or another one?",
        9,
    ),
    Family(
        "another-norm",
        _norms,
        _another_norm,
        IF + "{norm} is used in {place}.",
        "An array can be measured in several ways. Which one is meant, and which is yours? Try both with the entries "
        "3 and 4.",
        8,
    ),
    Family(
        "length-of-each-term",
        _norms,
        _of_each_term,
        IF + "the length of each of two arrays is taken by itself in {place}, before they are put together.",
        "Can two different arrays be equally long? What should {place} be then?",
        8,
    ),
)
