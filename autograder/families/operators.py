"""Operators: a missing term or factor, another operation, brackets, powers, and numbers that are something else."""

import ast
from collections.abc import Iterator

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site, is_array
from autograder.families.tree import expression

_SUM = (ast.Add, ast.Sub)
_PRODUCT = (ast.Mult, ast.Div, ast.MatMult)


def _binary(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.BinOp):
        if not any(field == "slice" for field, _ in site.path):
            yield site


def _arrays(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.BinOp, ast.Call):
        if is_array(site.value) and site.value.dtype.kind == "f":
            yield site


def _missing_term(site: Site, scope: Scope) -> Iterator[Change]:
    left, right, op = site.node.left, site.node.right, type(site.node.op)
    if op in _SUM:
        for kept, lost in ((left, right), (right, left)):
            if noun := scope.noun(lost):
                yield Change({"what": noun}, kept if kept is left or op is ast.Add else ast.UnaryOp(ast.USub(), kept))


def _missing_factor(site: Site, scope: Scope) -> Iterator[Change]:
    left, right, op = site.node.left, site.node.right, type(site.node.op)
    if op in _PRODUCT:
        for kept, lost in ((left, right), (right, left)):
            if noun := scope.noun(lost):
                # The name of a computed factor would say what to write.
                computed = isinstance(lost, ast.Call) and isinstance(lost.func, ast.Attribute)
                yield Change({"what": "one of the factors" if computed else noun}, kept)


def _sign(site: Site, scope: Scope) -> Iterator[Change]:
    left, right, op = site.node.left, site.node.right, type(site.node.op)
    if op in _SUM and (noun := scope.noun(right)):
        yield Change({"what": noun}, ast.BinOp(left, ast.Sub() if op is ast.Add else ast.Add(), right))
    if op is ast.Sub and (noun := scope.noun(left)):
        yield Change({"what": noun}, expression("-A - B", A=left, B=right))


def _turned_round(site: Site, scope: Scope) -> Iterator[Change]:
    if isinstance(site.node.op, ast.Sub):
        yield Change({}, ast.BinOp(site.node.right, ast.Sub(), site.node.left))


def _other_operation(site: Site, scope: Scope) -> Iterator[Change]:
    left, right, op = site.node.left, site.node.right, type(site.node.op)
    one, other = scope.noun(left), scope.noun(right)
    if not (one and other):
        return
    slots = {"what": one, "other": other}
    patterns = {
        ast.Add: {"multiplied": "A * B", "compared, and the larger one taken,": "np.maximum(A, B)"},
        ast.Sub: {"multiplied": "A * B"},
        ast.Mult: {"divided": "A / B", "added": "A + B", "multiplied as matrices": "A @ B"},
        ast.Div: {"multiplied": "A * B", "subtracted": "A - B"},
        ast.MatMult: {"multiplied entry by entry": "A * B", "added": "A + B"},
    }
    for how, pattern in patterns.get(op, {}).items():
        yield Change(slots | {"how": how}, expression(pattern, A=left, B=right))


def _twice(site: Site, scope: Scope) -> Iterator[Change]:
    if isinstance(site.node.op, (ast.Mult, ast.MatMult)):
        for factor in (site.node.left, site.node.right):
            if noun := scope.noun(factor):
                node = ast.BinOp(site.node, ast.Mult(), factor)
                yield Change({"what": noun}, node)


def _brackets(site: Site, scope: Scope) -> Iterator[Change]:
    left, right, op = site.node.left, site.node.right, site.node.op
    reaching = isinstance(op, _SUM) and isinstance(right, ast.BinOp) and isinstance(right.op, _PRODUCT)
    if reaching and (noun := scope.noun(right.right)):
        yield Change({"what": noun}, ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right))
    if isinstance(op, _PRODUCT):
        for inner, outer in ((left, right), (right, left)):
            noun = scope.noun(outer)
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, _SUM) and noun:
                first = ast.BinOp(ast.BinOp(inner.left, op, outer), inner.op, inner.right)
                second = ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, op, outer))
                yield Change({"what": noun}, first)
                yield Change({"what": noun}, second)


def _factor_before(site: Site, scope: Scope) -> Iterator[Change]:
    """`(x * y) @ W` becomes `(x @ W) * y`: the factor comes in on the other side of the matrix product."""
    left, right = site.node.left, site.node.right
    if isinstance(site.node.op, ast.MatMult) and isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
        for kept, moved in ((left.left, left.right), (left.right, left.left)):
            if (noun := scope.noun(moved)) and (matrix := scope.noun(right)):
                slots = {"what": noun, "matrix": matrix}
                yield Change(slots, expression("(A @ B) * C", A=kept, B=right, C=moved))
                yield Change(slots, expression("(A @ B) * C", A=kept, B=right, C=_one_step_before(moved)))


def _one_step_before(node: ast.AST) -> ast.expr:
    """Return an expression as it is one step before, where the step is called t."""
    return expression(ast.unparse(node), t=expression("t - 1"))


def _powers(site: Site, scope: Scope) -> Iterator[Change]:
    noun = scope.noun(site.node.left)
    if isinstance(site.node.op, ast.Pow) and noun:
        patterns = {"as it is": "A", "cubed": "A ** 3", "doubled": "2 * A", "without its sign": "np.abs(A)"}
        for how, pattern in patterns.items():
            yield Change({"what": noun, "how": how}, expression(pattern, A=site.node.left))


def _scaled(site: Site, scope: Scope) -> Iterator[Change]:
    patterns = {"halved": "A / 2", "doubled": "2 * A"}
    for axis in range(site.value.ndim):
        if letter := scope.axis(site.value, axis):
            patterns[f"divided by {letter}"] = f"A / A.shape[{axis}]"
    for how, pattern in patterns.items():
        yield Change({"what": scope.words(site), "how": how}, expression(pattern, A=site.node))


def _numbers(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Constant):
        plain = type(site.node.value) in (int, float)
        if plain and not any(field in ("slice", "keywords") for field, _ in site.path) and not _in_loop_head(site):
            yield site


def _in_loop_head(site: Site) -> bool:
    return any(field == "iter" for field, _ in site.path)


def _another_number(site: Site, scope: Scope) -> Iterator[Change]:
    value = site.node.value
    for other in dict.fromkeys((0, 1, -value, 2 * value, value / 2, value + 1, value - 1)):
        if other != value:
            yield Change({}, expression(repr(other)))


def _sizes(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Name):
        if type(site.value) is int and site.node.id in scope.known | set(scope.letters):
            yield site


def _another_size(site: Site, scope: Scope) -> Iterator[Change]:
    slots = {"what": site.node.id}
    yield Change(slots | {"how": "one too large"}, expression("A + 1", A=site.node))
    yield Change(slots | {"how": "one too small"}, expression("A - 1", A=site.node))


FAMILIES = (
    Family(
        "term-plays-no-part",
        _binary,
        _missing_term,
        IF + "{what} counts as zero in {place}.",
        "Suppose {what} changes a little. Should {place} change too? Does yours?",
        10,
        everywhere={},
    ),
    Family(
        "factor-plays-no-part",
        _binary,
        _missing_factor,
        IF + "{what} plays no part in {place}.",
        "Suppose {what} is doubled. What should happen to {place}, and what happens to yours?",
        11,
        everywhere={},
    ),
    Family(
        "sign",
        _binary,
        _sign,
        IF + "{what} counts with the opposite sign in {place}.",
        "With which sign should {what} come into {place}? Work out one entry by hand, with positive numbers.",
        12,
        everywhere={},
    ),
    Family(
        "difference-turned-round",
        _binary,
        _turned_round,
        IF + "a difference in {place} is taken the other way round.",
        "Which of the two should be larger for {place} to be positive?",
        13,
    ),
    Family(
        "another-operation",
        _binary,
        _other_operation,
        IF + "{what} and {other} are {how} in {place}.",
        "Take a small number for each of the two: what should {place} be made of them, and what is it in yours?",
        25,
    ),
    Family(
        "factor-twice",
        _binary,
        _twice,
        IF + "{what} comes into {place} twice as a factor.",
        "Suppose {what} is doubled. How many times as large should {place} be, and how many times is yours?",
        26,
    ),
    Family(
        "brackets",
        _binary,
        _brackets,
        IF + "{what} multiplies too many or too few terms of {place}.",
        "Which terms of {place} does {what} act on? Where would you draw the brackets in the equation?",
        24,
    ),
    Family(
        "order-of-factors",
        _binary,
        _factor_before,
        IF + "{what} comes in on the other side of {matrix} in {place}.",
        "Backwards, what was done last is undone first. Which came last here?",
        22,
    ),
    Family(
        "power",
        _binary,
        _powers,
        IF + "{what} comes into {place} {how} at one point.",
        "At one point of {place} a square is taken. What is squared there, and over what is the sum, if there is one?",
        23,
    ),
    Family(
        "scaled-part",
        _arrays,
        _scaled,
        IF + "{what} is {how} in {place}.",
        "Follow the size of {place}: how large should it be if all entries are 1, and how large is yours?",
        38,
    ),
    Family(
        "another-number",
        _numbers,
        _another_number,
        IF + "a fixed number in {place} has another value.",
        "Which fixed numbers are there in {place}, and what does each stand for? Try it with small inputs by hand.",
        60,
    ),
    Family(
        "another-size",
        _sizes,
        _another_size,
        IF + "{what} is taken {how} in {place}.",
        "What does {what} count here? Try it with {what} = 1, then with 2.",
        36,
    ),
)
