"""Notice what a right answer does besides computing its numbers. Such good-citizen warnings cost no points.

Two thirds of correct public solutions change an array of their caller's, return float64 for float32 or keep a cache
that cannot be used twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from utils.checking import run_cases
from utils.checking.changes import changes
from utils.checking.compare import compare
from utils.checking.run_cases import Clock, Fixture, Function, Run
from utils.checking.silenced import watching
from utils.fixtures import fresh

_MOST_ARRAYS = 10_000  # of one cache; a bound, so that odd objects cannot keep us busy


def side_effects(
    function: Function, forward: Function | None, exercise: Fixture, runs: Sequence[Run], clock: Clock
) -> dict[str, tuple[str, ...]]:
    """Return what else a right answer does: by kind, the arrays or outputs concerned.

    The kinds are mutates, hands-back, whole-numbers, consumes, aliases, upcasts, overflows and chance. The function is
    run again for some of them.

    Parameters
    ----------
    function, forward : callable
        The learner's.
    exercise : dict
        The fixture.
    runs : sequence of Run
        One for each of its cases, in order.
    clock : Clock
    """
    first, case = runs[0], exercise["cases"][0]
    found = {
        "mutates": [
            change.name
            for run in runs
            for name, before, after in zip(run.names, run.before, run.after, strict=True)
            for change in changes(name, before, after)
        ],
        # A function may well return what came in; where it is to make something new, the exercise says so.
        "hands-back": _handed_back(runs) if "hands-back" in exercise["side_effects"] else [],
        "whole-numbers": _cut_off(function, exercise, clock) if "whole-numbers" in exercise["side_effects"] else [],
        "consumes": ["cache"] if exercise["forward"] and _consumed(function, exercise, case, first, clock) else [],
        # Returning next_h and keeping it in the cache too is good practice, except where the exercise says otherwise.
        "aliases": aliased(first.outputs or {}, first.cache) if "aliases" in exercise["side_effects"] else [],
        "upcasts": _upcast(function, forward, exercise, case, first, clock),
        "overflows": [kind for run in runs for kind in run.numpy_warnings]
        or _silenced(function, forward, exercise, clock),
        "chance": ["np.random"] if any(run.used_global_generator for run in runs) else [],
    }
    return {kind: tuple(dict.fromkeys(names)) for kind, names in found.items() if names}


def _consumed(function: Function, exercise: Fixture, case: Fixture, first: Run, clock: Clock) -> bool:
    """Whether a second call on the same cache gives another answer."""
    outputs = run_cases.run_on_same_cache(function, exercise, case, first, clock).outputs
    return outputs is None or not all(compare(n, outputs[n], v).ok for n, v in case["expected"].items())


def _upcast(
    function: Function, forward: Function | None, exercise: Fixture, case: Fixture, first: Run, clock: Clock
) -> list[str]:
    """Return the names of outputs that come back as float64 arrays although all that went in was float32."""
    if not any(array.dtype.kind == "f" for array in arrays_in(case["inputs"])):
        return []
    if not any(_is_float64(value) for value in (first.outputs or {}).values()):
        return []  # ids and choices have no precision
    run = run_cases.run_case(function, forward, exercise, case, clock, prepare=as_float32)
    if run.outputs is None:
        return []
    if any(array.dtype == np.float64 for array in arrays_in(run.forward_outputs)):
        return []  # the forward pass did it, and its own check says so
    return [n for n, value in run.outputs.items() if _is_float64(value)]


def _is_float64(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def _silenced(function: Function, forward: Function | None, exercise: Fixture, clock: Clock) -> list[str]:
    """Return what the function keeps NumPy from reporting, where the exercise warns of an overflow."""
    noted: set[str] = set()
    for case in exercise["cases"] if "overflows" in exercise["side_effects"] else ():
        run_cases.run_case(function, forward, exercise, case, clock, prepare=watching(noted))
    return sorted(noted)


def _cut_off(function: Function, exercise: Fixture, clock: Clock) -> list[str]:
    """Return the names of outputs that differ between whole numbers and the same numbers as floats."""

    def whole(value: Any) -> Any:
        return tuple(np.rint(one).astype(int) if isinstance(one, np.ndarray) else one for one in value)

    case = exercise["cases"][0]
    floats, ints = (
        run_cases.run_case(function, None, exercise, case, clock, prepare=prepare).outputs
        for prepare in (lambda value: tuple(one.astype(float) for one in whole(value)), whole)
    )
    if floats is None or ints is None:
        return list(exercise["outputs"])
    return [name for name in exercise["outputs"] if not compare(name, ints[name], floats[name]).ok]


def _handed_back(runs: Sequence[Run]) -> list[str]:
    """Return the names of outputs that are one of the arguments itself."""
    return [
        name
        for run in runs
        for name, value in (run.outputs or {}).items()
        if isinstance(value, (np.ndarray, dict, list)) and any(value is argument for argument in run.after)
    ]


def arrays_in(value: object) -> list[np.ndarray]:
    """Return every array inside `value`: through dicts, lists, tuples and the attributes of plain objects."""
    found: list[np.ndarray] = []
    seen: set[int] = set()
    waiting = [value]
    while waiting and len(seen) < _MOST_ARRAYS:
        entry = waiting.pop()
        if id(entry) in seen:
            continue
        seen.add(id(entry))
        if isinstance(entry, np.ndarray):
            found.append(entry)
        elif isinstance(entry, dict):
            waiting += entry.values()
        elif isinstance(entry, (list, tuple)):
            waiting += entry
        elif isinstance(getattr(entry, "__dict__", None), dict) and not callable(entry):
            waiting += entry.__dict__.values()
    return found


def aliased(outputs: Mapping[str, object], cache: object) -> list[str]:
    """Return the names of those outputs that share memory with an array in the cache."""
    kept = arrays_in(cache)
    return [
        name
        for name, value in outputs.items()
        if isinstance(value, np.ndarray) and any(_share(value, array) for array in kept)
    ]


def _share(one: np.ndarray, other: np.ndarray) -> bool:
    try:
        return np.shares_memory(one, other, max_work=100_000)  # type: ignore[arg-type]  # NumPy's own stub knows two of them
    except np.exceptions.TooHardError:
        return np.may_share_memory(one, other)


def as_float32(value: Any) -> Any:
    """Return a copy of `value` with every floating array in it, or None for no array, as float32."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float32) if value.dtype.kind == "f" else value.copy()
    if isinstance(value, dict):
        return {key: as_float32(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        entries = [as_float32(entry) for entry in value]
        return entries if isinstance(value, list) else tuple(entries)
    return fresh(value)
