"""Collect the values on right ways: those of all expressions of the solution and of the right variants, as hashes."""

import ast
import contextlib
import linecache
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.course.reference import IMPORTED
from autograder.judging.cases import Case
from utils.checking.locate import instrument, recorder, source, waypoints
from utils.checking.locate.recorder import Recorder, TooMany
from utils.checking.locate.source import recorded
from utils.checking.locate.waypoints import keys, leaf, leaves, slices
from utils.fixtures import fresh

CASES = 2  # of an exercise; where two agree, a place is shown
MOST = 200_000  # events on one way

Namespace = Mapping[str, Any]
_MAKERS = (instrument, recorder, source, waypoints)  # what decides, besides the ways, which hashes there are


def solution(course: Course) -> dict[str, Any]:
    """Return the solution's functions in a namespace of their own, their text where `linecache` finds it."""
    return from_texts({f"<solution of {name}>": text for name, text in course.reference.sources.items()}, IMPORTED)


def variant(path: Path, course: Course) -> dict[str, Any]:
    """Return the functions of a right variant, over those of the solution that it lacks."""
    known = {name: course.reference[name] for name in course.reference.sources}
    return from_texts({str(path): path.read_text(encoding="utf-8")}, {**IMPORTED, **known, "xrange": range})


def from_texts(texts: Mapping[str, str], namespace: Namespace) -> dict[str, Any]:
    """Run the imports and functions of Python files, given by name, and return the namespace they make."""
    made = dict(namespace)
    for file, text in texts.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        for node in ast.parse(text).body:
            # What is of Python 2 cannot be imported, and is not needed.
            with contextlib.suppress(ImportError):
                if getattr(node, "module", "") != "__future__":
                    exec(compile(ast.Module([node], []), file, "exec", dont_inherit=True), made)
    return made


def on(exercise: Exercise, ways: Iterable[Namespace], case: Case) -> set[int]:
    """Return the hashes of all values that occur in one case on some ways: in the arguments, on the way, in the end."""
    found: set[int] = set()
    for way in ways:
        if exercise.name in way and (exercise.forward or exercise.name) in way:
            found |= _on_one(exercise, way, case)
    return found


@np.errstate(all="ignore")
def _on_one(exercise: Exercise, way: Namespace, case: Case) -> set[int]:
    record = Recorder(most=MOST)
    inputs, upstream = fresh(tuple(case.inputs.values())), fresh(tuple(case.upstream.values()))
    function = recorded(way[exercise.name], record, ())
    values: list[object] = [fresh(inputs), upstream]
    with contextlib.suppress(TooMany):
        if exercise.forward:
            cache = recorded(way[exercise.forward], record, ())(*inputs)[-1]
            values += [fresh(cache), function(*upstream, cache)]
        else:
            values.append(function(*inputs))
    arrays = [array for value in values for array in leaves(value)]
    arrays += [array for event in record.events for array in event.values]
    different = {(array.shape, array.tobytes()): array for array in arrays}
    parts = (part for array in different.values() for part in slices(array) if leaf(part) is not None)
    return keys([*different.values(), *map(np.ascontiguousarray, parts)])
