"""Read where a learner's code stopped, as `utils.checking.crash` describes it, and find the place to look at.

Descriptions may come from a student's kernel: nothing in them is believed but texts and sizes within bounds.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from utils import fixtures
from utils.checking.crash import DEPTH, LONGEST, MOST, PARTS
from utils.errors import Site, Value

_DIMENSIONS = 8
_LARGEST = 10**9
_LINES = 100_000


def read(content: object) -> Site | None:
    """Return the place that `content` describes, whatever `content` is; None if it is not of the agreed form."""
    if type(content) is not dict:
        return None
    function, line, text = content.get("function"), content.get("line"), _text(content.get("text"))
    if type(function) is not str or type(line) is not int or not 0 < line < _LINES:
        return None
    if not function.isidentifier() and function not in ("<lambda>", "<module>", "<listcomp>", "<genexpr>"):
        return None
    values = {name: value for name, value in _pairs(content.get("values")) if value is not None}
    made = content.get("made")
    texts = tuple(filter(None, map(_text, made[:MOST]))) if type(made) is list else ()
    return Site(function[:LONGEST], line, text, values, texts, dict(_pairs(content.get("arguments"))))


def read_all(contents: object) -> tuple[Site, ...]:
    """Return the places that a list describes, the called function's first; none if one of them cannot be read."""
    sites = [*map(read, contents)] if type(contents) is list and len(contents) <= DEPTH else []
    return () if None in sites else tuple(site for site in sites if site is not None)


def _text(value: object) -> str:
    """Return a learner's text on one line, without what a terminal would obey; nothing for anything else."""
    if type(value) is not str or len(value) > LONGEST:
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _pairs(content: object) -> list[tuple[str, Value | None]]:
    pairs = content[:MOST] if type(content) is list else []
    named = [(_text(pair[0]), _value(pair[1])) for pair in pairs if type(pair) is list and len(pair) == 2]
    return [(name, value) for name, value in named if name]


def _value(content: Any, depth: int = 1) -> Value | None:
    if type(content) is not dict:
        return None
    shape, length, largest, parts = (content.get(key) for key in ("shape", "length", "largest", "parts"))
    sizes = shape if type(shape) is list and len(shape) <= _DIMENSIONS and all(map(_is_size, shape)) else None
    inner = [_value(part, depth - 1) for part in parts[:PARTS]] if depth and type(parts) is list else []
    return Value(
        "".join(c for c in str(content.get("type"))[:60] if c.isalnum() or c in "_."),
        None if sizes is None else tuple(sizes),
        largest if _is_size(largest) else None,
        _number(content.get("number")),
        length if _is_size(length) else None,
        tuple(part for part in inner if part is not None),
    )


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return float(value) if value in ("nan", "inf", "-inf") else None
    if type(value) is float or (type(value) is int and abs(value) < _LARGEST):
        return float(value)
    return None


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value < _LARGEST


def to_look_at(sites: Sequence[Site]) -> tuple[tuple[Site, ...], Site | None]:
    """Return the places down to the one to look at, and the call that is at fault there.

    The place to look at is the innermost; but where a function of an exercise was called with what it is never given,
    the fault is in that call, so the last place is the one that made it.
    """
    for index, site in enumerate(sites[1:], 1):
        if site.function in fixtures.names() and misused(site):
            return tuple(sites[:index]), site
    return tuple(sites), None


def misused(site: Site) -> tuple[str, ...]:
    """Return the parameters of an exercise's function that hold what no call of it should: by type, axes and sizes.

    What a call should hold is read from the exercise's own cases: how many axes, and which of them are equally long.
    """
    fixture = fixtures.load(site.function)
    shapes = _shapes(fixture)
    names = [part.partition("=")[0].strip() for part in fixture["signature"].partition("(")[2].rstrip(")").split(",")]
    own = dict(zip(names, site.arguments.items(), strict=False))
    wrong, sizes = [], defaultdict(list)
    for name, by_case in shapes.items():
        mine, value = own.get(name, ("", None))
        if value is None:
            continue
        if value.shape is None or len(value.shape) != len(by_case[0]):
            wrong += [mine] if value.shape is not None or value.type in ("tuple", "NoneType", "function") else []
            continue
        for axis, size in enumerate(value.shape):
            sizes[tuple(shape[axis] for shape in by_case)].append((mine, size))
    for same in sizes.values():
        if len({size for _, size in same}) > 1:
            wrong += [mine for mine, _ in same]
    return tuple(dict.fromkeys(wrong))


def _shapes(fixture: Mapping[str, Any]) -> dict[str, list[tuple[int, ...]]]:
    """Return the shapes of the arrays that an exercise's own call gets, by parameter and case."""
    given = [case["upstream"] if fixture["forward"] else case["inputs"] for case in fixture["cases"]]
    found = {}
    for name in given[0] if given else ():
        values = [case.get(name) for case in given]
        if all(isinstance(value, np.ndarray) for value in values) and len({np.ndim(value) for value in values}) == 1:
            found[name] = [np.shape(value) for value in values]
    return found


def is_nan(value: Value) -> bool:
    """Whether a value is a number that is not one."""
    return value.number is not None and math.isnan(value.number)
