"""Indices: another step, all of them at once, another axis, or a slice with other bounds."""

import ast
import copy
from collections.abc import Iterator

from autograder.families import tree as trees
from autograder.families.family import IF, Change, Family
from autograder.families.scope import Scope, Site, is_array
from autograder.families.tree import expression

_Bounds = tuple[ast.expr | None, ast.expr | None, ast.expr | None]  # of a slice, and its step


def _parts(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _with(node: ast.Subscript, place: int, new: ast.expr) -> ast.Subscript:
    parts, made = _parts(node), copy.deepcopy(node)
    parts[place] = new
    made.slice = ast.Tuple(parts, ast.Load()) if len(parts) > 1 else parts[0]
    return made


def _subscripts(scope: Scope) -> Iterator[Site]:
    """Yield what is indexed, read or written, where a learner knows its name."""
    for path, node in trees.walk(scope.tree):
        if isinstance(node, ast.Subscript) and scope.noun(node.value) and not _is_key(node):
            yield Site(path, node, scope.values.get(path))


def _is_key(node: ast.Subscript) -> bool:
    return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)


def _indices(site: Site) -> Iterator[tuple[int, ast.expr]]:
    for place, part in enumerate(_parts(site.node)):
        plain = isinstance(part, (ast.Name, ast.BinOp, ast.UnaryOp))
        if plain or (isinstance(part, ast.Constant) and isinstance(part.value, int)):
            yield place, part


def _another_step(site: Site, scope: Scope) -> Iterator[Change]:
    what, unit = scope.noun(site.node) or "", scope.unit
    second = "layer 2" if unit == "layer" else "step t = 2"

    def words(which: str) -> dict[str, str]:
        return {"what": what, "which": which, "second": second, "unit": unit}

    for place, part in _indices(site):
        loop = isinstance(part, (ast.Name, ast.BinOp))
        if loop:
            yield Change(words(f"at the {unit} before"), _with(site.node, place, expression("K - 1", K=part)))
            yield Change(words(f"at the {unit} after"), _with(site.node, place, expression("K + 1", K=part)))
            yield Change(
                words(f"at the {unit} counted from the other end"),
                _with(site.node, place, expression("-1 - K", K=part)),
            )
        for word, index in (
            (f"always at the first {unit}", "0"),
            (f"always at the last {unit}", "-1"),
            (f"always at the second {unit}", "1"),
        ):
            yield Change(words(word), _with(site.node, place, expression(index)))


def _all_steps(site: Site, scope: Scope) -> Iterator[Change]:
    if not isinstance(site.node.ctx, ast.Load):
        return
    what = scope.noun(site.node) or ""
    for place, _ in _indices(site):
        whole = _with(site.node, place, ast.Slice())
        yield Change({"what": what, "how": "all steps at once"}, whole)
        for how in ("mean", "sum", "max"):
            words = {
                "mean": "the mean over all steps",
                "sum": "the sum over all steps",
                "max": "the largest over all steps",
            }
            yield Change({"what": what, "how": words[how]}, expression(f"A.{how}(axis={place})", A=whole))


def _late(site: Site, scope: Scope) -> Iterator[Change]:
    """Everything is done for all steps first, and only then one number is made of them."""
    for inner in ast.walk(site.node.value):
        if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Load) and scope.noun(inner.value):
            for place, part in _indices(Site(node=inner)):
                if ast.unparse(part) in ("-1", "0"):
                    whole = ast.unparse(site.node.value).replace(
                        ast.unparse(inner), ast.unparse(_with(inner, place, ast.Slice()))
                    )
                    for how, words in (("sum", "summed up"), ("mean", "averaged"), ("max", "searched for the largest")):
                        slots = {"what": scope.noun(inner) or "", "how": words}
                        node = ast.Assign(
                            site.node.targets, expression(f"(A).{how}(axis={place})", A=expression(whole))
                        )
                        yield Change(slots, node)


def _assignments(scope: Scope) -> Iterator[Site]:
    yield from scope.sites(ast.Assign)


def _axis_stays(site: Site, scope: Scope) -> Iterator[Change]:
    if isinstance(site.node.ctx, ast.Load) and is_array(site.value):
        for place, _ in _indices(site):
            yield Change({"what": scope.noun(site.node) or ""}, expression(f"np.expand_dims(A, {place})", A=site.node))


def _other_axis(site: Site, scope: Scope) -> Iterator[Change]:
    parts = _parts(site.node)
    for _, part in _indices(site):
        if any(isinstance(other, ast.Slice) for other in parts):
            made = copy.deepcopy(site.node)
            made.slice = ast.Tuple([part, *(other for other in parts if other is not part)], ast.Load())
            yield Change({"what": scope.noun(site.node) or ""}, made)


def _other_slice(site: Site, scope: Scope) -> Iterator[Change]:
    what = scope.noun(site.node) or ""
    for place, part in enumerate(_parts(site.node)):
        if not isinstance(part, ast.Slice) or not (part.lower or part.upper or part.step):
            continue
        low, high, step = part.lower, part.upper, part.step
        changed: dict[str, _Bounds] = {
            "begins one place later": (expression("K + 1", K=low) if low else ast.Constant(1), high, step),
            "ends one place earlier": (low, expression("K - 1", K=high) if high else ast.Constant(-1), step),
            "takes in everything": (None, None, None),
            "goes on to the end": (low, None, step),
            "begins at the very first place": (None, high, step),
            "takes the other part": (high, low, step),
        }
        if low:
            changed["begins one place earlier"] = (expression("K - 1", K=low), high, step)
        if high:
            changed["ends one place later"] = (low, expression("K + 1", K=high), step)
        if low and high:
            changed["is one place too late"] = (expression("K + 1", K=low), expression("K + 1", K=high), step)
            changed["is one place too early"] = (expression("K - 1", K=low), expression("K - 1", K=high), step)
            for name in scope.sizes_by_name():
                size = ast.Name(name, ast.Load())
                further, before = (expression(f"K {sign} S", K=low, S=size) for sign in "+-")
                further_end, before_end = (expression(f"K {sign} S", K=high, S=size) for sign in "+-")
                changed[f"stands {name} places further on"] = (further, further_end, step)
                changed[f"stands {name} places before"] = (before, before_end, step)
        if "4H" in scope.axes.get(what, ()):
            changed["is every fourth entry"] = (ast.Constant(1), None, ast.Constant(4))
        if step:
            changed["is not turned round"] = (low, high, None)
        for how, bounds in changed.items():
            yield Change({"what": what, "how": how}, _with(site.node, place, ast.Slice(*bounds)))


def _not_indexed(site: Site, scope: Scope) -> Iterator[Change]:
    if isinstance(site.node.ctx, ast.Load) and is_array(site.value):
        yield Change({"what": scope.noun(site.node) or ""}, site.node.value)


FAMILIES = (
    Family(
        "another-step",
        _subscripts,
        _another_step,
        IF + "{what} is taken {which} in {place}.",
        "Write out what happens at {second} with all its indices: which {unit} of {what} goes into it?",
        10,
    ),
    Family(
        "all-steps",
        _subscripts,
        _all_steps,
        IF + "{how} of {what} come into {place}.",
        "How many steps of {what} belong to this place: one, or all?",
        21,
    ),
    Family(
        "all-steps-at-the-end",
        _assignments,
        _late,
        IF + "{place} is made for every step of {what}, and then {how}.",
        "How many steps of {what} belong to the result: one, or all?",
        20,
    ),
    Family(
        "axis-stays",
        _subscripts,
        _axis_stays,
        IF + "{what} keeps an axis of length 1 in {place}.",
        "Which axes has {what} after one step of it was taken?",
        22,
    ),
    Family(
        "along-another-axis",
        _subscripts,
        _other_axis,
        IF + "steps are counted along another axis of {what}.",
        "What does each axis of {what} number? Which of them are the steps?",
        11,
        everywhere={},
    ),
    Family(
        "another-part",
        _subscripts,
        _other_slice,
        IF + "the part of {what} in {place} {how}.",
        "Which entries of {what} belong to this place? Write down the first and the last of them for a small case.",
        15,
    ),
    Family(
        "taken-whole",
        _subscripts,
        _not_indexed,
        IF + "the whole of {what} comes into {place}, where one part of it belongs.",
        "Which part of {what} belongs to this place?",
        28,
    ),
)
