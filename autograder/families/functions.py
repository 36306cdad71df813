"""Functions of one array: another one, twice, none, or with a term outside; and slopes of tanh and sigmoid."""

import ast
from collections.abc import Iterator

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site, is_float
from autograder.families.tree import expression

_KNOWN = {
    "np.tanh": "a tanh",
    "sigmoid": "a sigmoid",
    "np.exp": "an exponential",
    "np.log": "a logarithm",
    "np.sqrt": "a square root",
    "np.abs": "an absolute value",
}
_OTHERS = {
    "a tanh": "np.tanh(A)",
    "a relu": "np.maximum(A, 0)",
    "a sigmoid": "1 / (1 + np.exp(-A))",
    "an exponential": "np.exp(A)",
    "a logarithm": "np.log(A)",
    "an absolute value": "np.abs(A)",
    "a square root": "np.sqrt(A)",
    "a square": "A ** 2",
    "a tanh of half as much": "np.tanh(A / 2)",
    "a softmax": "np.exp(A) / np.exp(A).sum(axis=-1, keepdims=True)",
}
_TANH_SLOPES = {
    "one minus h": "1 - A",
    "the square of one minus h": "(1 - A) ** 2",
    "the square of h": "A ** 2",
    "h itself": "A",
    "one plus the square of h": "1 + A ** 2",
    "h times one minus h, as for a sigmoid": "A * (1 - A)",
    "the slope of a second tanh at h": "1 - np.tanh(A) ** 2",
    "the square of the slope": "(1 - A ** 2) ** 2",
    "one minus the size of h": "1 - np.abs(A)",
    "1 everywhere": "np.ones_like(A)",
    "the square of h, less one": "A ** 2 - 1",
    "h times the slope": "A * (1 - A ** 2)",
    "one minus twice h": "1 - 2 * A",
    "the square root of the slope": "np.sqrt(1 - A ** 2)",
}
_SIGMOID_SLOPES = {
    "the slope of a tanh": "D * (1 - A ** 2)",
    "1 everywhere": "D",
    "the gate itself": "D * A",
    "one minus the gate": "D * (1 - A)",
    "the square of the gate": "D * A ** 2",
    "the square of one minus the gate": "D * (1 - A) ** 2",
    "the slope at the gate, not at what went in": "D / (1 + np.exp(-A)) * (1 - 1 / (1 + np.exp(-A)))",
    "the slope with the opposite sign": "D * A * (A - 1)",
    "the gate times one plus the gate": "D * A * (1 + A)",
    "the square of the slope": "D * (A * (1 - A)) ** 2",
}


def _calls(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        if ast.unparse(site.node.func) in _KNOWN and len(site.node.args) == 1:
            yield site


def _another(site: Site, scope: Scope) -> Iterator[Change]:
    own = _KNOWN[ast.unparse(site.node.func)]
    for words, pattern in _OTHERS.items():
        if words != own:
            yield Change({"how": words}, expression(pattern, A=site.node.args[0]))


def _none(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change({"own": _KNOWN[ast.unparse(site.node.func)].split()[-1]}, site.node.args[0])


def _again(site: Site, scope: Scope) -> Iterator[Change]:
    yield Change(
        {"how": _KNOWN[ast.unparse(site.node.func)]}, expression("F(F(A))", F=site.node.func, A=site.node.args[0])
    )


def _outside(site: Site, scope: Scope) -> Iterator[Change]:
    inner, func = site.node.args[0], site.node.func
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Add, ast.Sub))):
        return
    own = _KNOWN[ast.unparse(func)].split()[-1]
    first, last = scope.noun(inner.left), scope.noun(inner.right)
    if last:
        node = ast.BinOp(expression("F(A)", F=func, A=inner.left), inner.op, inner.right)
        yield Change({"what": last, "own": own}, node)
    if first:
        node = ast.BinOp(inner.left, inner.op, expression("F(A)", F=func, A=inner.right))
        yield Change({"what": first, "own": own}, node)


def _each(site: Site, scope: Scope) -> Iterator[Change]:
    inner, func = site.node.args[0], site.node.func
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Add, ast.Sub)):
        node = expression("F(A) + F(B)", F=func, A=inner.left, B=inner.right)
        yield Change({"own": _KNOWN[ast.unparse(func)].split()[-1]}, node)


def _arrays(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.expr):
        if is_float(site.value) and not any(field == "slice" for field, _ in site.path):
            yield site


def _too_many(site: Site, scope: Scope) -> Iterator[Change]:
    for words in ("a tanh", "a relu", "a sigmoid", "a softmax", "a square", "an absolute value"):
        yield Change({"how": words, "what": scope.words(site)}, expression(_OTHERS[words], A=site.node))


def _tanh_slopes(scope: Scope) -> Iterator[Site]:
    """Yield `1 - h ** 2`."""
    for site in scope.sites(ast.BinOp):
        node = site.node
        from_one = isinstance(node.op, ast.Sub) and ast.unparse(node.left) == "1" and isinstance(node.right, ast.BinOp)
        if from_one and isinstance(node.right.op, ast.Pow) and not isinstance(node.right.left, ast.Call):
            yield site


def _another_slope(site: Site, scope: Scope) -> Iterator[Change]:
    for words, pattern in _TANH_SLOPES.items():
        yield Change({"slope": words}, expression(pattern, A=site.node.right.left))


def _slope_of_another(site: Site, scope: Scope) -> Iterator[Change]:
    own = site.node.right.left
    for other in scope.siblings(site.value, but=scope.noun(own) or ""):
        for pattern in ("1 - A ** 2", "1 - np.tanh(A) ** 2", "A * (1 - A)"):
            yield Change(
                {"other": scope.noun(ast.Name(other, ast.Load())) or ""},
                expression(pattern, A=ast.Name(other, ast.Load())),
            )


def _sigmoid_slopes(scope: Scope) -> Iterator[Site]:
    """Yield `d * s * (1 - s)`."""
    for site in scope.sites(ast.BinOp):
        node = site.node
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.BinOp) and isinstance(node.right, ast.BinOp):
            slope = isinstance(node.left.op, ast.Mult) and isinstance(node.right.op, ast.Sub)
            if slope and ast.unparse(node.left.right) == ast.unparse(node.right.right):
                yield site


def _another_gate_slope(site: Site, scope: Scope) -> Iterator[Change]:
    down, gate = site.node.left.left, site.node.left.right
    for words, pattern in _SIGMOID_SLOPES.items():
        slots = {"slope": words, "gate": scope.noun(gate) or "a gate"}
        yield Change(slots, expression(pattern, D=down, A=gate))


FAMILIES = (
    Family(
        "another-function",
        _calls,
        _another,
        IF + "{how} is used at one point of {place}.",
        "Which function stands at this point of the equation? What does it give for −2, 0 and 2, and what does yours?",
        6,
        everywhere={},
    ),
    Family(
        "function-missing",
        _calls,
        _none,
        IF + "a function leaves everything as it is at one point of {place}.",
        "Between which two numbers must what comes out of the {own} lie? Do yours?",
        6,
        everywhere={},
    ),
    Family(
        "function-twice",
        _calls,
        _again,
        IF + "{how} is taken twice at one point of {place}.",
        "What has gone through the function already when you use it? Follow the number 1 through.",
        15,
        everywhere={},
    ),
    Family(
        "outside-the-function",
        _calls,
        _outside,
        IF + "{what} is left outside the {own} in {place}.",
        "If {what} is very large, how large can {place} become? How large does yours become?",
        9,
    ),
    Family(
        "function-of-each-term",
        _calls,
        _each,
        IF + "the {own} of each term is taken by itself in {place}, and then the sum.",
        "Is the {own} of a sum the sum of two of them? Try it with 1 and 1.",
        16,
    ),
    Family(
        "function-too-many",
        _arrays,
        _too_many,
        IF + "{what} goes through {how} in {place}.",
        "What does the equation do to {what} at this point? Try it with −2.",
        34,
    ),
    Family(
        "slope",
        _tanh_slopes,
        _another_slope,
        IF + "the slope where a tanh has the value h is taken to be {slope}.",
        "How steep is tanh where its value is 0? And where it is almost 1? What does yours say there?",
        4,
        everywhere={},
    ),
    Family(
        "slope-of-another",
        _tanh_slopes,
        _slope_of_another,
        IF + "the slope of the tanh in {place} is taken at {other}.",
        "The slope depends on where the tanh stands. Which array holds the values that came out of it?",
        17,
        everywhere={},
    ),
    Family(
        "gate-slope",
        _sigmoid_slopes,
        _another_gate_slope,
        IF + "the slope of {gate} is taken to be {slope}.",
        "How steep is a sigmoid where its value is ½? And where it is almost 1? What does yours say there?",
        4,
        everywhere={"gate": "every sigmoid gate"},
    ),
)
