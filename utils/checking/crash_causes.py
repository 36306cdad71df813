"""Find why an operation of the learner's failed, where shapes and types prove it. Facts only; no sentence.

`utils.checking.failure_wording` says them.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from utils import fixtures
from utils.checking.operation import inside, known, makers, parsed, sides_of, statements, text_of
from utils.checking.sites import is_nan, misused
from utils.errors import Failure, Site, Value

CauseKind = Literal[
    "time first",
    "batch row",
    "true division",
    "float",
    "tuple",
    "truth",
    "unpacked",
    "past the end",
    "beyond an axis",
    "nan",
    "kept axis",
    "row numbers",
    "transpose",
    "none",
    "made",
]


@dataclass(frozen=True)
class Cause:
    """Why an operation failed.

    Attributes
    ----------
    kind : CauseKind
    text : str
        The learner's text that it is about: an expression, or a statement.
    values : tuple of Value
        What that text was, and what it meets, where that counts.
    names : tuple of str
        Names or texts besides.
    numbers : tuple of int
        Counts, indices or axes.
    """

    kind: CauseKind
    text: str
    values: tuple[Value, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


def cause(failure: Failure) -> Cause | None:
    """Return why an exception was raised at the place to look at, or None if nothing is proved."""
    if not failure.sites:
        return None
    site = failure.sites[-1]
    node = parsed(site.text)
    if node is None:
        return None
    finders = (_tuple, _none, _truth, _unpacked, _float, _time_first, _batch_row, _index, _nan, _shapes)
    return next((found for finder in finders if (found := finder(failure, site, node))), None)


def _of_kind(failure: Failure, site: Site, node: ast.AST, kind: str) -> Iterator[str]:
    """Yield what was of this type where another type is needed: an operand, or what a misused function was handed."""
    if failure.called:
        misfits = (failure.called.arguments[name] for name in misused(failure.called))
        wrong = any(value is not None and value.type == kind for value in misfits)
    elif kind == "NoneType" and isinstance(node, ast.BinOp):
        wrong = True
    elif failure.name == "ValueError":
        wrong = "setting an array element with a sequence" in failure.message
    else:
        wrong = failure.name in ("TypeError", "AttributeError") and not isinstance(node, ast.Call)
    if wrong:
        yield from (name for name, value in inside(site, node) if value.type == kind)


def _tuple(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    """Find a name that holds all that a function returned, where one of these values is meant."""
    for name in _of_kind(failure, site, node, "tuple"):
        count = site.values[name].length or 0
        calls = [made for _, made in makers(site, name) if isinstance(made, ast.Call)]
        if len(calls) == 1 and isinstance(calls[0].func, ast.Name) and count > 1:
            called = calls[0].func.id
            return Cause("tuple", name, names=(called, *_slots(called, count)), numbers=(count,))
    return None


def _slots(name: str, count: int) -> tuple[str, ...]:
    """Return what an exercise's function returns, if these are so many values."""
    if name not in fixtures.names():
        return ()
    fixture = fixtures.load(name)
    slots = (*fixture["outputs"], "cache") if fixture["cache"] else tuple(fixture["outputs"])
    return slots if len(slots) == count else ()


def _none(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    if not (failure.called or "NoneType" in failure.message or isinstance(node, ast.BinOp)):
        return None
    return next((Cause("none", name) for name in _of_kind(failure, site, node, "NoneType")), None)


def _truth(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    if failure.name != "ValueError" or not failure.message.startswith("The truth value of an array"):
        return None
    shapes = [value.shape for _, value in inside(site, node) if value.shape]
    if not shapes or any(shape != shapes[0] for shape in shapes):
        return None
    return Cause("truth", site.text, (Value("array", shapes[0]),))


def _unpacked(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    match node:
        case ast.Assign([ast.Tuple(names) | ast.List(names)], value) if failure.name == "ValueError":
            whole = known(site, value)
            if whole and whole.length is not None and whole.length != len(names):
                return Cause("unpacked", text_of(site.text, value), (whole,), (), (len(names), whole.length))
    return None


def _float(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    """Find a float where a size or an index is needed, and the division that made it so."""
    if failure.name not in ("TypeError", "IndexError") or failure.called:
        return None
    for part in (part for place in _whole_numbers(node) for part in ast.walk(place)):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div):
            return Cause("true division", text_of(site.text, part))
        if isinstance(part, ast.Name) and (value := known(site, part)) and value.type in ("float", "float64"):
            divided = [text for text, made in makers(site, part.id) if _divides(made)]
            if len(divided) == 1:
                return Cause("true division", divided[0], (value,), (part.id,))
            return Cause("float", part.id, (value,))
    return None


def _whole_numbers(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what must be a whole number: indices, the bounds of slices, and sizes of what is made."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript):
            yield part.slice
        if isinstance(part, ast.Call):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            if name in ("range", "reshape"):
                yield from part.args
            if name in ("zeros", "ones", "empty", "full", "eye"):
                yield from part.args[:1]


def _divides(node: ast.AST) -> bool:
    return any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) for part in ast.walk(node))


def _time_first(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    """Find ``T, N, D = x.shape`` of an argument that has the batch first."""
    if failure.name not in ("ValueError", "IndexError"):
        return None
    for text, statement in statements(site):
        match statement:
            case ast.Assign([ast.Tuple(parts)], ast.Attribute(ast.Name(array), "shape")):
                letters = [part.id if isinstance(part, ast.Name) else "" for part in parts]
                shape = _batch_first(failure, site, array)
                if shape and letters[:2] == ["T", "N"]:
                    return Cause("time first", text, (Value("array", shape),), (array,))
    return None


def _batch_first(failure: Failure, site: Site, name: str) -> tuple[int, ...] | None:
    """Return the shape of an argument that we handed over and that is (N, T, …), all sizes different; else None."""
    value = site.arguments.get(name)
    ours = len(failure.sites) == 1 and site.function in fixtures.names()
    if ours and value and value.shape and len(value.shape) == 3 and value.shape[0] != value.shape[1]:
        return value.shape
    return None


def _batch_row(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    """Find ``x[t]`` where x is (N, T, …): that is a row of the batch."""
    if failure.name not in ("ValueError", "IndexError"):
        return None
    for part in ast.walk(node):
        match part:
            case ast.Subscript(ast.Name(array), ast.Name("t") as index, ast.Load()):
                shape, step = _batch_first(failure, site, array), known(site, index)
                if shape and step and step.number is not None:
                    return Cause("batch row", text_of(site.text, part), (Value("array", shape),), (array,))
    return None


def _index(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    """Find an index behind the last entry."""
    if failure.name != "IndexError":
        return None
    for part in (part for part in ast.walk(node) if isinstance(part, ast.Subscript)):
        whole = known(site, part.value)
        if whole is None or whole.type == "dict":
            continue
        lengths = whole.shape if whole.shape is not None else (whole.length or 0,)
        indices = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
        name = text_of(site.text, part.value)
        for axis, (index, length) in enumerate(zip(indices, lengths, strict=False)):
            number, value = _number(site, index), known(site, index)
            names = (text_of(site.text, index),)
            if number is not None and number >= length:
                return Cause("past the end", name, (whole,), names, (number, length, axis))
            if value and value.largest is not None and value.largest >= length:
                return Cause("beyond an axis", name, (whole,), names, (value.largest, length, axis))
    return None


def _number(site: Site, node: ast.AST) -> int | None:
    """Return the whole number that an index was, if it is known."""
    match node:
        case ast.Constant(int(value)):
            return value
        case ast.BinOp(left, ast.Add() | ast.Sub() as sign, right):
            one, other = _number(site, left), _number(site, right)
            if one is None or other is None:
                return None
            return one + other if isinstance(sign, ast.Add) else one - other
    found = known(site, node)
    return int(found.number) if found and found.number is not None and found.number.is_integer() else None


def _nan(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    if not failure.message.startswith("cannot convert float"):
        return None
    return next((Cause("nan", name) for name, value in inside(site, node) if is_nan(value)), None)


def _shapes(failure: Failure, site: Site, node: ast.AST) -> Cause | None:
    """Find what would make two shapes fit."""
    sides = sides_of(node)
    if failure.name != "ValueError" or failure.called or sides is None:
        return None
    product, *operands = sides
    values = [known(site, operand) for operand in operands]
    shapes = [value.shape for value in values if value is not None and value.shape is not None]
    if len(shapes) < 2:
        return None
    left, right = ((text_of(site.text, operand), shape) for operand, shape in zip(operands, shapes, strict=True))
    made = _made(site, operands)
    if product:
        return _product(left, right) or made
    if len(left[1]) == 2 and left[1] == right[1][::-1]:
        return _transpose(*right)
    return _kept_axis(left, right, node) or _row_numbers(left, right) or _row_numbers(right, left) or made


def _made(site: Site, operands: Sequence[ast.expr]) -> Cause | None:
    """Find how the one operand came about that a single statement of the learner's made."""
    names = [operand.id for operand in operands if isinstance(operand, ast.Name) and operand.id not in site.arguments]
    made = {name: [text for text, _ in makers(site, name)] for name in names}
    found = [(name, texts[0]) for name, texts in made.items() if len(texts) == 1]
    return Cause("made", found[0][1], names=(found[0][0],)) if len(found) == 1 else None


_Side = tuple[str, tuple[int, ...]]  # an operand's text and its shape


def _product(left: _Side, right: _Side) -> Cause | None:
    """Find the one side of a matrix product whose transpose fits."""
    (_, one), (_, other) = left, right
    fits = []
    if len(other) == 2 and one and one[-1] == other[1] != other[0]:
        fits.append(right)
    if len(one) == len(other) == 2 and one[0] == other[0] != one[1]:
        fits.append(left)
    return _transpose(*fits[0]) if len(fits) == 1 else None


def _transpose(text: str, shape: tuple[int, ...]) -> Cause:
    one = isinstance(parsed(text), (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    turned = text.removesuffix(".T") if text.endswith(".T") else f"{text}.T" if one else f"({text}).T"
    return Cause("transpose", text, (Value("array", shape[::-1]),), (turned,))


def _kept_axis(left: _Side, right: _Side, node: ast.AST) -> Cause | None:
    """Find an axis of length 1 too many in what is put into an array."""
    (place, one), (text, other) = left, right
    same = [n for n in one if n != 1] == [n for n in other if n != 1]
    if isinstance(node, (ast.AugAssign, ast.Assign)) and same and len(other) > len(one):
        return Cause("kept axis", text, (Value("array", other), Value("array", one)), (place,))
    return None


def _row_numbers(side: _Side, meets: _Side) -> Cause | None:
    """Find one number a row, which would need an axis of length 1 to meet the rows."""
    (text, shape), (other, wide) = side, meets
    if shape and shape == wide[:-1] and shape[-1] != wide[-1]:
        return Cause("row numbers", text, (Value("array", shape),), (other,))
    return None
