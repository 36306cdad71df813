"""Encode what the judge and a student's kernel exchange: a plan goes in, bytes come back, and none are trusted.

A request is the text of one cell. It holds inputs and never an expected value. Where an argument is a generator of
random numbers, it holds that argument's seed, never the seed that an exercise's inputs are drawn with. The answer is
one display message with a media type of our own: ``{tag, calls}`` or ``{tag, failure}``; an array is
``{dtype, shape, data}`` in base64. Whoever forges an answer has done no more than answer.
"""

import base64
import binascii
import dataclasses
import functools
import json
import marshal
import math
import re
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.judging.calls import Call, Handle
from utils.checking import crash, sites, unwritten
from utils.checking.comparison import Opaque
from utils.checking.containers import Opened
from utils.errors import Failure
from utils.fixtures import Rng, Source

# The text, not the module: what runs in the kernel is never run here.
PROGRAM = Path(__file__).with_name("kernel_side.py").read_text(encoding="utf-8")
LOOK = Path(crash.__file__).read_text(encoding="utf-8")
FILL = Path(unwritten.__file__).read_text(encoding="utf-8")
_CALL = "\n\nanswer_requests(REQUESTS, SPACE, UNTIL, LOOK, FILL)\n"

MIME = "application/vnd.unrolled.answer+json"
DTYPES = ("<f8", "<f4", "<i8", "<i4", "|b1")
BUDGET = 16_000_000  # characters of base64 in one answer
ITEMS = 64  # entries of a list, tuple or dict
DEPTH = 2
DIMENSIONS = 6
LONGEST_NAME = 100
MOST = 100_000  # lines of a cell, or values that a function returned: above it, neither is believed
# The kinds of failure that a kernel may report; the others only the judge itself finds.
FAILURES = ("not-started", "undefined", "not-function", "count", "exception", "too-large", "costly")


@dataclass(frozen=True)
class Answer:
    """The answer to a plan: for each call its slots by name, or a failure."""

    calls: tuple[dict[str, Any], ...] = ()
    failure: Failure | None = None


Plan = Sequence[Call]
Ask = Callable[..., Answer]  # ``ask(plan, session="")``


class _Malformed(Exception):
    """Raised for a message that is not of the agreed form."""


def request(plan: Plan, tag: str, session: str = "") -> str:
    """Return the source of the cell that carries out `plan` in a kernel.

    Parameters
    ----------
    plan : list of Call
    tag : str
        Fresh for every request; an answer must carry it.
    session : str
        If not empty, what is kept for a `Handle` can be named by later requests of the same session.
    """
    return _cell([_as_json(plan, tag, session)])


def requests(plans: Sequence[Plan], tags: Sequence[str], until: float) -> str:
    """Return the source of one cell that carries out several plans, each answered by itself.

    Parameters
    ----------
    plans : list of list of Call
    tags : list of str
        One a plan, as for `request`.
    until : float
        No plan but the first is begun when the kernel's ``time.monotonic()`` has passed this.
    """
    return _cell([_as_json(plan, tag) for plan, tag in zip(plans, tags, strict=True)], until)


def _as_json(plan: Plan, tag: str, session: str = "") -> str:
    """Return one plan in the terms of the program in the kernel."""
    calls = [
        {
            "function": call.function,
            "args": [_sent(arg) for arg in call.args],
            "slots": list(call.slots),
            "kept": list(call.kept),
            "nudge": call.nudge,
            "bound": call.bound and dataclasses.asdict(call.bound),
        }
        for call in plan
    ]
    limits = {
        "mime": MIME,
        "dtypes": DTYPES,
        "budget": BUDGET,
        "items": ITEMS,
        "depth": DEPTH,
        "dimensions": DIMENSIONS,
    }
    return json.dumps({"tag": tag, "session": session, "calls": calls, **limits})


@functools.cache
def _code(text: str) -> str:
    """Return an expression for the code of a program, in a cell that has imported ``builtins as _unrolled``.

    It holds what this Python compiles the text to, for a kernel of the same Python: to compile it there takes longer
    than most requests.
    """
    compiled = marshal.dumps(compile(text, "<unrolled>", "exec", dont_inherit=True))
    return (
        f"(_unrolled.__import__('marshal').loads({_packed(compiled)}) "
        f"if _unrolled.__import__('sys').version == {sys.version!r} "
        f"else _unrolled.compile({_packed(text.encode())}, '<unrolled>', 'exec', dont_inherit=True))"
    )


def _packed(content: bytes) -> str:
    """Return an expression for these bytes, short and without a backslash: IPython reads each cell several times."""
    data = binascii.b2a_base64(zlib.compress(content, 9), newline=False)
    return f"_unrolled.__import__('zlib').decompress(_unrolled.__import__('binascii').a2b_base64({data!r}))"


def _cell(texts: list[str], until: float = 0.0) -> str:
    """Return the source of a cell; the program, which is longer than most requests, stands in it once."""
    # No name of the student's can stand in the way: the import statement and the module it binds are all we use.
    return (
        "import builtins as _unrolled\n"
        f"_unrolled.exec({_code(PROGRAM + _CALL)}, "
        "{'__builtins__': _unrolled, '__name__': '_unrolled', "
        f"'REQUESTS': {texts!r}, 'UNTIL': {until!r}, 'LOOK': {_code(LOOK)}, 'FILL': {_code(FILL)}, "
        "'SPACE': _unrolled.globals()})\n"
        "del _unrolled"
    )


def decode(content: object, tag: str, plan: Plan) -> Answer:
    """Return the `Answer` in `content`, whatever `content` is.

    Parameters
    ----------
    content : object
        What came under our media type, parsed from JSON; None if nothing came.
    tag : str
        That of the request.
    plan : list of Call
        That of the request: which slots must be there is known from it, not from the answer.
    """
    last = plan[-1].function
    if content is None:
        return Answer(failure=Failure("no-answer", last))
    try:
        if type(content) is not dict or content.get("tag") != tag:
            raise _Malformed
        if "failure" in content:
            return Answer(failure=_failure(content["failure"], [call.function for call in plan]))
        calls = content.get("calls")
        if type(calls) is not list or len(calls) != len(plan):
            raise _Malformed
        budget = [BUDGET]
        return Answer(tuple(_slots(content, call, budget) for content, call in zip(calls, plan, strict=True)))
    except _Malformed:
        return Answer(failure=Failure("malformed", last))


def _sent(value: object) -> dict[str, Any]:
    """Return an argument in the request's terms."""
    if isinstance(value, Handle):
        return {"kind": "handle", "slot": value.slot}
    if isinstance(value, np.ndarray):
        array = np.array(value, order="C")  # also where it is a view with gaps, or has no axis
        array = array.astype(array.dtype.newbyteorder("<"))
        if array.dtype.str not in DTYPES:
            raise TypeError(f"An argument may not be an array of {array.dtype}.")
        data = base64.b64encode(array.tobytes()).decode("ascii")
        return {"kind": "array", "dtype": array.dtype.str, "shape": list(array.shape), "data": data}
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, (list, tuple)):
        return {"kind": type(value).__name__, "items": [_sent(item) for item in value]}
    if isinstance(value, dict):
        return {"kind": "dict", "items": [[key, _sent(item)] for key, item in value.items()]}
    if isinstance(value, Rng):
        return {"kind": "rng", "seed": value.seed}
    if isinstance(value, Source):
        return {"kind": "source", "text": value.text}
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"kind": "plain", "value": value}
    raise TypeError(f"An argument may not be a {type(value).__name__}.")


def _slots(content: object, call: Call, budget: list[int]) -> dict[str, Any]:
    wanted = [slot for slot in call.slots if slot not in call.kept]
    if type(content) is not dict or set(content) != set(wanted):
        raise _Malformed
    return {slot: _value(content[slot], DEPTH, budget) for slot in wanted}


def _value(value: object, depth: int, budget: list[int]) -> Any:
    if type(value) is not dict:
        raise _Malformed
    kind = value.get("kind")
    if kind == "null":
        return None
    if kind == "other":
        return Opaque(word(value.get("type")))
    if kind == "array":
        return _array(value, budget)
    items = value.get("items")
    if depth == 0 or type(items) is not list or len(items) > ITEMS:
        raise _Malformed
    if kind in ("list", "tuple"):
        values = [_value(item, depth - 1, budget) for item in items]
        return values if kind == "list" else tuple(values)
    if kind == "dict":
        if not all(type(pair) is list and len(pair) == 2 and type(pair[0]) is str for pair in items):
            raise _Malformed
        return {key[:100]: _value(item, depth - 1, budget) for key, item in items}
    raise _Malformed


def _array(value: dict[Any, Any], budget: list[int]) -> np.ndarray[Any, Any]:
    dtype, shape, data = value.get("dtype"), value.get("shape"), value.get("data")
    if type(dtype) is not str or dtype not in DTYPES or type(data) is not str or type(shape) is not list:
        raise _Malformed
    if len(shape) > DIMENSIONS or not all(type(n) is int and 0 <= n <= BUDGET for n in shape):
        raise _Malformed
    budget[0] -= len(data)
    if budget[0] < 0:
        raise _Malformed
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise _Malformed from None
    # Sizes are counted in Python's integers, which do not wrap around; without entries no axis may be absurd either.
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize or math.prod(max(n, 1) for n in shape) > BUDGET:
        raise _Malformed
    array: np.ndarray[Any, Any] = np.frombuffer(bytearray(raw), dtype=dtype).reshape(shape)
    if "container" not in value:
        return array
    opened: Opened = array.view(Opened)
    opened.container = word(value["container"])
    return opened


def _failure(value: object, functions: list[str]) -> Failure:
    if type(value) is not dict or value.get("kind") not in FAILURES or value.get("function") not in functions:
        raise _Malformed
    line, count = value.get("line"), value.get("count")
    line = line if type(line) is int and 0 < line < MOST else None
    count = count if type(count) is int and 0 <= count < MOST else 0
    message = value.get("message")
    message = "".join(c if c.isprintable() else " " for c in message[:300]) if type(message) is str else ""
    message = " ".join(message.split())  # one line, and nothing in it that a terminal would obey
    places, called = sites.to_look_at(sites.read_all(value.get("sites")))
    line = places[-1].line if places else line
    inside = places[-1].function if places and places[-1].function.isidentifier() else ""
    return Failure(
        value["kind"],
        value["function"],
        word(value.get("name")),
        message,
        line,
        "" if line is None else "cell",
        "" if inside == value["function"] else inside,
        count=count,
        sites=places,
        unknown=identifier(value.get("unknown")),
        called=called,
    )


def identifier(text: object) -> str:
    """Return a name that a kernel sent, or nothing if it is none."""
    return text if type(text) is str and len(text) <= LONGEST_NAME and text.isidentifier() else ""


def word(text: object) -> str:
    """Return a type's name as letters only: it is shown to people."""
    return re.sub(r"[^\w. ]", "", text[:60]) if type(text) is str else ""
