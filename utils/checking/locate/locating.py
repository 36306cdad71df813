"""Find where a wrong answer parts from every right way: run the learner's function once more, recorded."""

import contextlib
import functools
import io
import random
import warnings
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from utils import fixtures
from utils.checking import run_cases
from utils.checking.findings import Answer
from utils.checking.locate import waypoints
from utils.checking.locate.instrument import Unsupported
from utils.checking.locate.location import Location
from utils.checking.locate.place import location
from utils.checking.locate.recorder import Recorder
from utils.checking.locate.slicing import Parting, Slice, outputs_of
from utils.checking.locate.source import recorded
from utils.checking.locate.waypoints import Waypoints
from utils.checking.run_cases import Clock, Fixture, Function

SECONDS = 1.0  # for all recorded calls together
_CASES = 2  # wrong ones that must agree


def locate(
    function: Function,
    forward: Function | None,
    exercise: Fixture,
    answers: Sequence[Answer] | Mapping[int, Answer],
    wrong: Mapping[str, Sequence[int]],
    clock: Clock,
    known: Mapping[int, Waypoints] | None = None,
) -> Location | None:
    """Return where a wrong answer parts from every right way; None where that is not certain.

    Parameters
    ----------
    function, forward : callable
        The learner's.
    exercise : dict
        The fixture.
    answers : sequence of Answer, or dict by case
        What `function` returned, by case.
    wrong : dict of str to sequence of int
        By output whose numbers are wrong, in which cases they are so.
    clock : Clock
        The wall time that is left.
    known : dict of int to Waypoints, optional
        By case; by default those that were built.
    """
    known = waypoints.load(exercise["name"]) if known is None else known
    cases = [case for case in sorted(known) if any(case in found for found in wrong.values())][:_CASES]
    if len(cases) < _CASES:
        return None
    atomic = [name for name in fixtures.names() if name != exercise["name"]]
    recorder = Recorder(_before_cache)
    try:
        copy = recorded(function, recorder, atomic)
    except Unsupported:
        return None
    time = Clock(min(SECONDS, clock.left))
    first: Location | None = None
    for case in cases:
        outputs = [name for name, found in wrong.items() if case in found]
        answer = run(copy, forward, exercise, case, recorder, time)
        if answer is None or recorder.recursive or not _same(answer, answers[case].outputs, outputs):
            return None
        place = _first(recorder, known[case], exercise, outputs)
        if place is None or (first and not _agree(first, place)):
            return None
        first = first or place
    return first


@functools.cache  # as long as the fixtures
def _before_cache(name: str) -> int:
    """Return how many outputs of a function of the course come before its cache; 0 for any other function."""
    exercise = fixtures.load(name) if name in fixtures.names() else None
    return len(exercise["outputs"]) if exercise and exercise["cache"] else 0


def _agree(one: Location, other: Location) -> bool:
    return all(getattr(one, fact) == getattr(other, fact) for fact in ("function", "line", "expression", "status"))


def run(
    copy: Function,
    forward: Function | None,
    exercise: Fixture,
    case: int,
    recorder: Recorder,
    clock: Clock,
) -> Mapping[str, object] | None:
    """Run a recording copy on one case and return its outputs; None if it stopped or more happened than is kept.

    What it prints is not shown, and the global generators of random numbers are left as they were.
    """
    recorder.clear()
    with _unnoticed():
        answer = run_cases.run_case(copy, forward, exercise, exercise["cases"][case], clock)
    return answer.outputs


@contextlib.contextmanager
def _unnoticed() -> Iterator[None]:
    numpy_state, state = np.random.get_state(legacy=False), random.getstate()
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(numpy_state)
        random.setstate(state)


def _same(one: Mapping[str, object], other: Mapping[str, object] | None, outputs: Sequence[str]) -> bool:
    """Whether two runs gave the same wrong outputs."""
    if other is None:
        return False
    for name in outputs:
        mine, theirs = waypoints.leaves(one[name]), waypoints.leaves(other[name])
        if len(mine) != len(theirs):
            return False
        if not all(
            a.shape == b.shape and np.array_equal(a, b, equal_nan=True) for a, b in zip(mine, theirs, strict=True)
        ):
            return False
    return True


def _first(recorder: Recorder, known: Waypoints, exercise: Fixture, wrong: Sequence[str]) -> Location | None:
    """Return the first place where the way to one of the wrong outputs parts from all right ways."""
    slots = run_cases.slots(exercise)
    roots = dict(zip(slots, outputs_of(recorder, len(slots)), strict=True))
    right = [event for output, event in roots.items() if event and output not in wrong and output != "cache"]
    found = Slice(recorder, known, right)
    partings: list[tuple[Parting, str]] = []
    for output in wrong:
        root = roots[output]
        if root is None:
            return None
        partings += [(parting, output) for parting in found.partings(root)]
    if not partings:
        return None
    parting, output = min(partings, key=lambda one: one[0].event.order)
    return location(found, parting, output) if found.is_sound(parting.event) else None
