"""Look at the place where a learner's code stopped: which operation it was, and what its operands were.

This file's text is also sent into a student's kernel (`autograder.judging.kernel_side`), so it imports the standard
library and NumPy only. Nothing of the learner's is run a second time: names are looked up, plain arrays, lists and
dicts are indexed, plain numbers are added up, and for all else only shapes are worked out.
"""

import ast
import dis
import functools
import io
import linecache
import operator
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

import numpy as np

LONGEST = 200  # characters of a text
MOST = 12  # texts or values of one kind
DEPTH = 8  # frames of one failure
PARTS = 8  # entries of a tuple that are looked at
SOURCE = 100_000  # characters; a longer file is not read

_PLAIN = (int, float, bool)
_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "var", "argmax", "argmin")
_ARITHMETIC: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_UNKNOWN = object()
_Expressions = list[tuple[str, ast.expr]]  # each with its text


@dataclass(frozen=True)
class _Shaped:
    """An array of which only the shape is known, since it is gone or was never made."""

    shape: tuple[int, ...]


def site(trace: TracebackType) -> dict[str, Any]:
    """Return what is known of the place at which a frame stopped, in JSON's terms.

    Returns
    -------
    dict
        ``function``, ``line`` and ``arguments``: pairs of a parameter and what it holds, or None once the function has
        set it to something else. Where the source is known, ``text`` of the operation; ``values``, pairs of an
        expression and what it is, the operands first; ``made``, the statements that set what occurs in it or that take
        a shape apart.
    """
    frame, code = trace.tb_frame, trace.tb_frame.f_code
    found = {"function": code.co_name, "line": trace.tb_lineno, "arguments": _arguments(frame)}
    line, end, column, end_column = list(code.co_positions())[trace.tb_lasti // 2]
    source = "".join(linecache.getlines(code.co_filename, frame.f_globals))
    if line is None or len(source) > SOURCE:
        return found
    try:
        written = _written(source, (line, column, end, end_column))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    if written:
        text, expressions, made = written
        found |= {"text": text, "values": _values(expressions, _Look(frame)), "made": [*made]}
    return found


@functools.lru_cache(maxsize=32)  # a function most often stops at the same place in each of its cases
def _written(source: str, place: tuple[Any, ...]) -> tuple[str, _Expressions, list[str]] | None:
    """Return the text of the operation at this place, the expressions that occur in it, and how these were made."""
    if not (path := _path(ast.parse(source), place)):
        return None
    function = next((node for node in reversed(path) if isinstance(node, (ast.FunctionDef, ast.Lambda))), path[0])
    operation, lines = _operation(path), io.StringIO(source, newline="").readlines()
    theirs, gone = _set_by_comprehensions(path)
    expressions, made = [one for one in _expressions(operation) if not gone & _names(one)], []
    names = _names(operation) - theirs
    for statement in ast.walk(function):
        if isinstance(statement, (ast.Assign, ast.AugAssign)) and statement is not operation:
            taken = _takes_a_shape(statement)
            if taken is not None and not theirs & _names(taken):
                expressions.append(taken)
                made.append(_text(lines, statement))
            elif names & _set_by(statement):
                made.append(_text(lines, statement))
    return _text(lines, operation), [(_text(lines, node), node) for node in expressions], [*filter(None, made)][:MOST]


def _values(expressions: _Expressions, look: "_Look") -> list[list[Any]]:
    """Return pairs of an expression and what it is, where that is known."""
    values: dict[str, dict[str, Any]] = {}
    for name, node in expressions:
        found = look.at(node)
        if name and name not in values and found is not _UNKNOWN and not callable(found) and len(values) < MOST:
            values[name] = described(found)
    return [[name, value] for name, value in values.items()]


def described(value: Any, parts: bool = True) -> dict[str, Any]:
    """Return what a value is, in JSON's terms: its type, and its shape, length, parts or number."""
    about: dict[str, Any]
    if isinstance(value, _Shaped) or type(value) is np.ndarray:
        about = {"type": "array", "shape": list(value.shape)}
        if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
            about["largest"] = int(value.max())
        return about
    about = {"type": type(value).__name__[:LONGEST]}
    if type(value) in _PLAIN or isinstance(value, (np.number, np.bool_)):
        number = float(value.real)
        return {**about, "number": number if np.isfinite(number) else str(number)}
    if type(value) in (list, tuple, dict):
        about["length"] = len(value)
        if parts and type(value) is not dict:
            about["parts"] = [described(part, parts=False) for part in value[:PARTS]]
    return about


def _arguments(frame: FrameType) -> list[list[Any]]:
    """Return the parameters, and what they are if the function does not set them."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    changed: set[str] = set()
    for step in dis.get_instructions(frame.f_code):
        if step.opname.startswith(("STORE_", "DELETE_")):
            changed.update(step.argval if isinstance(step.argval, tuple) else [str(step.argval)])
    known = {name: value for name, value in frame.f_locals.items() if name not in changed}
    return [[name, described(known[name]) if name in known else None] for name in names[:MOST]]


def _path(tree: ast.AST, place: tuple[Any, ...]) -> list[ast.AST]:
    """Return the nodes from the outermost down to the one that stands at exactly this place; none without that one."""
    nodes = [(node, _place(node)) for node in ast.walk(tree) if hasattr(node, "lineno")]
    path = [tree, *(node for node, outer in nodes if outer[:2] <= place[:2] and outer[2:] >= place[2:])]
    return path if len(path) > 1 and _place(path[-1]) == place else []


def _place(node: Any) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _operation(path: list[ast.AST]) -> ast.AST:
    """Return what was to be done: for something that is set or taken apart, the whole statement."""
    node = path[-1]
    if isinstance(node, ast.Assert):  # the whole statement is the place in Python 3.12, its condition in others
        return node.test
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return next((one for one in reversed(path) if isinstance(one, (ast.Assign, ast.AugAssign))), node)
    return node


def _text(lines: list[str], node: Any) -> str:
    """Return the learner's own text of a node, on one line; nothing if it is too long."""
    parts = [line.encode() for line in lines[node.lineno - 1 : node.end_lineno]]
    parts[-1] = parts[-1][: node.end_col_offset]  # first, as it may be the same line
    parts[0] = parts[0][node.col_offset :]
    text = " ".join(b"".join(parts).decode().split())
    return text if len(text) <= LONGEST else ""


def _expressions(operation: ast.AST) -> Iterator[ast.expr]:
    """Yield the operands of an operation, then the expression itself where it is a single value, then all names."""
    match operation:
        case ast.BinOp(left, _, right) | ast.AugAssign(left, _, right):
            direct = [left, right]
        case ast.Assign([target], value):
            direct = [target, value] if isinstance(target, ast.Subscript) else [value]
        case ast.Compare(left, _, others):
            direct = [left, *others]
        case ast.Call(function, args, keywords):
            owner = [function.value] if isinstance(function, ast.Attribute) else []
            direct = [*owner, *args, *(keyword.value for keyword in keywords)]
        case ast.Subscript(value, index):
            direct = [value, index]
        case ast.Attribute(value):
            direct = [value]
        case _:
            direct = [operation] if isinstance(operation, ast.expr) else []
    skipped = (ast.Constant, ast.Slice, ast.Tuple, ast.List)
    yield from (one for one in direct if not isinstance(one, skipped))
    for node in ast.walk(operation):
        if isinstance(node, (ast.Name, ast.Subscript)) and isinstance(node.ctx, ast.Load):
            yield node


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _set_by_comprehensions(path: list[ast.AST]) -> tuple[set[str], set[str]]:
    """Return the names that comprehensions around an operation set, and those of them that its frame does not hold.

    From Python 3.12, a list comprehension has no frame of its own, and where it stops, its names are gone (PEP 709).
    """
    names: set[str] = set()
    gone: set[str] = set()
    own_frame = sys.version_info < (3, 12)
    for node in reversed(path):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            break
        own_frame = own_frame or isinstance(node, ast.GeneratorExp)
        for one in getattr(node, "generators", ()):
            names |= _set_by(one.target)
            gone |= set() if own_frame else _set_by(one.target)
    return names, gone


def _set_by(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _takes_a_shape(statement: ast.stmt) -> ast.expr | None:
    """Return x of a statement ``N, T, D = x.shape``."""
    match statement:
        case ast.Assign([ast.Tuple()], ast.Attribute(value, "shape")):
            return value
    return None


class _Look:
    """Looks up what an expression was in a frame that has stopped, as far as that runs nothing of the learner's."""

    def __init__(self, frame: FrameType) -> None:
        self.frame = frame

    def at(self, node: ast.AST) -> Any:
        """Return the value of an expression, a `_Shaped` where only its shape is known, or `_UNKNOWN`."""
        try:
            return self._at(node)
        except Exception:  # an index that is out of range, shapes that do not fit
            return _UNKNOWN

    def _at(self, node: ast.AST) -> Any:
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return self.frame.f_locals.get(name, self.frame.f_globals.get(name, _UNKNOWN))
            case ast.Attribute(value, ("T" | "shape") as attribute):
                array = self._array(value)
                reversed_shape = array.shape[::-1]
                return array.shape if attribute == "shape" else _Shaped(reversed_shape)
            case ast.Subscript(value, index):
                return self._entry(self._at(value), self._index(index))
            case ast.UnaryOp(ast.USub(), operand):
                value = self._at(operand)
                return -value if type(value) in _PLAIN else _Shaped(value.shape)
            case ast.BinOp(left, sign, right):
                return self._combined(self._at(left), sign, self._at(right))
            case ast.Compare(left, _, [right]):
                return self._combined(self._at(left), ast.Add(), self._array(right, numbers=True))
            case ast.Call():
                return self._called(node)
        return _UNKNOWN

    def _array(self, node: ast.AST, numbers: bool = False) -> Any:
        value = self._at(node)
        if isinstance(value, _Shaped) or type(value) is np.ndarray or (numbers and type(value) in _PLAIN):
            return value
        raise TypeError

    def _index(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Slice):
            return slice(*(part and self._index(part) for part in (node.lower, node.upper, node.step)))
        if isinstance(node, ast.Tuple):
            return tuple(self._index(part) for part in node.elts)
        value = self._at(node)
        if type(value) in (int, str, slice, type(None)) or (type(value) is np.ndarray and value.dtype.kind in "bi"):
            return value
        if isinstance(value, np.integer):
            return int(value)
        raise TypeError

    def _entry(self, value: Any, index: Any) -> Any:
        if isinstance(value, _Shaped):
            return _Shaped(np.broadcast_to(np.zeros(()), value.shape)[index].shape)
        if type(value) in (list, tuple, dict):
            return value[index]
        if type(value) is np.ndarray:
            found = np.broadcast_to(np.zeros(()), value.shape)[index]
            return value[index] if not found.shape and value.dtype.kind != "O" else _Shaped(found.shape)
        raise TypeError

    def _combined(self, left: Any, sign: ast.AST, right: Any) -> Any:
        if type(left) in _PLAIN and type(right) in _PLAIN:
            return _ARITHMETIC[type(sign)](left, right)
        if isinstance(sign, ast.MatMult):
            return _Shaped(_product(_shape(left), _shape(right)))
        return _Shaped(np.broadcast_shapes(_shape(left), _shape(right)))

    def _called(self, node: ast.Call) -> Any:
        if not isinstance(node.func, ast.Attribute):
            return _UNKNOWN
        name, options = node.func.attr, {one.arg: self._at(one.value) for one in node.keywords}
        of_numpy = self._at(node.func.value) is np
        first, *rest = node.args if of_numpy else [node.func.value, *node.args]
        shape = _shape(self._array(first))
        if name in ("dot", "matmul") and len(rest) == 1 and not options:
            return _Shaped(_product(shape, _shape(self._array(rest[0]))))
        if of_numpy and isinstance(getattr(np, name, None), np.ufunc) and not rest and not options:
            return _Shaped(shape)
        if name in _REDUCTIONS and len(rest) <= 1 and set(options) <= {"axis", "keepdims"}:
            axis = self._at(rest[0]) if rest else options.get("axis")
            stand_in = np.broadcast_to(np.zeros(()), shape)
            return _Shaped(stand_in.sum(axis=axis, keepdims=bool(options.get("keepdims", False))).shape)
        return _UNKNOWN


def _shape(value: Any) -> tuple[int, ...]:
    if type(value) in _PLAIN or isinstance(value, np.number):
        return ()
    if isinstance(value, _Shaped) or type(value) is np.ndarray:
        shape: tuple[int, ...] = value.shape
        return shape
    raise TypeError


def _product(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a matrix product."""
    one, other = (np.broadcast_to(np.zeros(()), shape) for shape in (left, right))
    if max(one.size, other.size) > 100_000:
        raise TypeError
    return (one @ other).shape
