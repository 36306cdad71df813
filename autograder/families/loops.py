"""Loops: they begin or end elsewhere, run the other way, or hand on something else from turn to turn."""

import ast
import copy
from collections.abc import Iterator

from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site
from autograder.families.tree import expression


def _loops(scope: Scope) -> Iterator[Site]:
    yield from scope.sites(ast.For)


def _counted(scope: Scope) -> Iterator[Site]:
    for site in scope.sites(ast.Call):
        if isinstance(site.node.func, ast.Name) and site.node.func.id == "range":
            yield site


def _other_bounds(site: Site, scope: Scope) -> Iterator[Change]:
    args = site.node.args
    low, high, step = (ast.Constant(0), args[0], None) if len(args) == 1 else (args[0], args[1], (*args[2:], None)[0])
    if isinstance(step, ast.UnaryOp):
        low, high = expression("K + 1", K=high), expression("K + 1", K=low)
    tail = [step] if step is not None and not isinstance(step, ast.UnaryOp) else []
    # Which end is the first depends on which way a loop runs, and a learner's may run the other way.
    less, more = "one step too few is taken, the first or the last", "one step too many is taken, at one of the ends"
    bounds = (
        (less, (low, expression("K - 1", K=high))),
        (less, (expression("K + 1", K=low), high)),
        (
            "two steps too few are taken, the first and the last",
            (expression("K + 1", K=low), expression("K - 1", K=high)),
        ),
        (more, (low, expression("K + 1", K=high))),
        (more, (expression("K - 1", K=low), high)),
    )
    for how, (new_low, new_high) in bounds:
        made: ast.expr = ast.Call(site.node.func, [new_low, new_high, *tail], [])
        if isinstance(step, ast.UnaryOp):
            made = expression("reversed(A)", A=made)
        yield Change({"how": how}, made)
    yield Change({"how": "one step only is taken"}, expression("list(A)[:1]", A=site.node))
    yield Change({"how": "one step only is taken"}, expression("list(A)[-1:]", A=site.node))


def _turned_round(site: Site, scope: Scope) -> Iterator[Change]:
    if isinstance(site.node.iter, ast.Call):
        iterated = site.node.iter
        already = ast.unparse(iterated.func) == "reversed"
        made = copy.deepcopy(site.node)
        made.iter = iterated.args[0] if already else expression("list(A)[::-1]", A=iterated)
        yield Change({}, made)


def _carried(site: Site, scope: Scope) -> Iterator[Change]:
    """Yield loops in which what one turn hands to the next begins again, or is summed up."""
    loop: ast.For = site.node
    read = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for place, statement in enumerate(loop.body):
        if not isinstance(statement, ast.Assign):
            continue
        targets = statement.targets[0].elts if isinstance(statement.targets[0], ast.Tuple) else statement.targets
        for target in targets:
            if isinstance(target, ast.Name) and target.id in read and (noun := scope.noun(target)):
                for how, node in _handed_on(loop, place, statement, target.id).items():
                    yield Change({"what": noun, "how": how}, node)


def _handed_on(loop: ast.For, place: int, statement: ast.Assign, name: str) -> dict[str, ast.stmt]:
    """Return, in words, what can become of a variable that one turn of a loop hands to the next."""
    kept, added = _assigned("before_", name), _assigned(name, f"before_ + {name}")
    summed = _with_body(loop, [*loop.body[:place], kept, statement, added, *loop.body[place + 1 :]])
    again = _with_body(loop, [_assigned(name, "start_"), *loop.body])
    found: dict[str, ast.stmt] = {
        "is added up from turn to turn": summed,
        **{
            f"goes through {how} before the next turn": _with_body(loop, [*loop.body, _assigned(name, pattern)])
            for how, pattern in _through(name).items()
        },
        "begins again in every turn": _together(_assigned("start_", name), again),
    }
    if isinstance(statement.value, ast.Call) and statement.value.args:
        entry = ast.Assign([ast.Name("entry_", ast.Store())], statement.value.args[0])
        entered = _with_body(loop, [*loop.body[:place], entry, *loop.body[place:]])
        found["is what goes into the last turn, not what comes out of it"] = _together(
            entered, _assigned(name, "entry_")
        )
    return found


def _through(name: str) -> dict[str, str]:
    return {
        "a softmax": f"np.exp({name}) / np.exp({name}).sum(axis=-1, keepdims=True)",
        "a tanh": f"np.tanh({name})",
        "a sigmoid": f"1 / (1 + np.exp(-{name}))",
        "a relu": f"np.maximum({name}, 0)",
    }


def _assigned(name: str, value: str) -> ast.stmt:
    return ast.parse(f"{name} = {value}").body[0]


def _with_body(loop: ast.For, body: list[ast.stmt]) -> ast.For:
    made = copy.copy(loop)
    made.body = body
    return made


def _together(*statements: ast.stmt) -> ast.stmt:
    """Return several statements as one."""
    return ast.If(ast.Constant(True), list(statements), [])


def _added(scope: Scope) -> Iterator[Site]:
    """Yield sums that a loop makes: `a = a + b`, alone or in a tuple."""
    for site in scope.sites(ast.Assign):
        target, value = site.node.targets[0], site.node.value
        pairs = [((*site.path, ("value", None)), target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            places = range(len(target.elts))
            pairs = [((*site.path, ("value", None), ("elts", k)), target.elts[k], value.elts[k]) for k in places]
        for path, name, summed in pairs:
            adds = isinstance(summed, ast.BinOp) and isinstance(summed.op, ast.Add)
            if adds and ast.unparse(summed.left) == ast.unparse(name):
                yield Site(path, summed, name=ast.unparse(name))


def _overwritten(site: Site, scope: Scope) -> Iterator[Change]:
    if noun := scope.noun(ast.Name(site.name, ast.Load())):
        yield Change({"what": noun}, site.node.right)


FAMILIES = (
    Family(
        "loop-bounds",
        _counted,
        _other_bounds,
        IF + "{how}.",
        "In a case of three steps, which of them should go into each of your numbers, and which of them do?",
        9,
    ),
    Family(
        "loop-turned-round",
        _loops,
        _turned_round,
        IF + "the loop runs the other way.",
        "Which step must be known before the next one can be computed?",
        9,
    ),
    Family(
        "carried",
        _loops,
        _carried,
        IF + "{what} {how}.",
        "What does one turn of the loop hand to the next? Follow {what} through two turns.",
        10,
    ),
    Family(
        "last-turn-counts",
        _added,
        _overwritten,
        IF + "{what} holds what the last turn of the loop gave, and nothing of the turns before.",
        "How many turns contribute to {what}? Follow it through two turns of the loop.",
        5,
        everywhere={},
    ),
)
