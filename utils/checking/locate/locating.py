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
from utils.checking.calling import _file
from utils.checking.findings import Answer
from utils.checking.locate import waypoints
from utils.checking.locate.instrument import Unsupported
from utils.checking.locate.location import Location, Operand
from utils.checking.locate.recorder import MOST, Event, Recorder
from utils.checking.locate.slicing import Parting, Slice, outputs_of
from utils.checking.locate.source import recorded
from utils.checking.locate.waypoints import Waypoints
from utils.checking.run_cases import Clock, Fixture, Function

SECONDS = 1.0  # for all recorded calls together
_CASES = 2  # wrong ones that must agree
_LINES = 3  # of one operand that are named


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
    recorder = Recorder(_opaque(), MOST)
    try:
        copy = recorded(function, recorder, atomic)
    except Unsupported:
        return None
    time = Clock(min(SECONDS, clock.left))
    first: Location | None = None
    for case in cases:
        outputs = [name for name, found in wrong.items() if case in found]
        answer = run(copy, forward, exercise, case, recorder, time)
        if answer is None or not _same(answer, answers[case].outputs, outputs):
            return None
        location = _first(recorder, known[case], exercise, outputs)
        if location is None or (first and not _agree(first, location)):
            return None
        first = first or location
    return first


@functools.cache  # as long as the fixtures
def _opaque() -> dict[str, int]:
    """Return the functions of the course that return a cache, and how many outputs come before it."""
    fixtures_by_name = {name: fixtures.load(name) for name in fixtures.names()}
    return {name: len(one["outputs"]) for name, one in fixtures_by_name.items() if one["cache"]}


def _agree(one: Location, other: Location) -> bool:
    return (one.function, one.line, one.expression, one.status) == (
        other.function,
        other.line,
        other.expression,
        other.status,
    )


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
    return _location(found, parting, output) if found.is_sound(parting.event) else None


def _location(found: Slice, parting: Parting, output: str) -> Location | None:
    event, node = parting.event, found.node(parting.event)
    if parting.status == "plain":
        return None  # what was left out stands nowhere
    if parting.status == "stacked" and found.selects(event):
        return None  # right values in a wrong arrangement, or too few: the statement that did it is elsewhere
    if event.step and _is_number(event) and not any(_is_number(k) and found.status(k) == "known" for k in event.kids):
        return None  # what is computed number by number occurs on no right way with whole arrays
    lines = found.recorder.sources[node.file]
    line, sources = node.span[0], [kid for kid in event.kids if kid.node in node.kids]
    operands = []
    if node.kind == "Name" and event.binding is not None:
        if event.binding.before is not None and parting.status != "known":  # several statements made it
            line, sources = event.binding.line, event.binding.sources
        operands.append(_operand(found, event))
    operands += [_operand(found, one) for one in _variables(found, sources)]
    if not line:
        return None
    return Location(
        node.function,
        line,
        lines[line - 1].strip(),
        text(lines, node.span),
        parting.status,
        output,
        event.step,
        tuple({one.name: one for one in operands}.values()),
        _file(node.file),
        node.called if node.kind == "Call" and node.called in fixtures.names() else "",
    )


def _is_number(event: Event) -> bool:
    return any(array.size == 1 for array in event.values)


def _variables(found: Slice, events: Sequence[Event]) -> Iterator[Event]:
    """Yield the variables that expressions use, those in other functions left out."""
    for event in events:
        node = found.node(event)
        if node.name:
            yield event
        yield from _variables(found, [kid for kid in event.kids if kid.node in node.kids])


def _operand(found: Slice, event: Event) -> Operand:
    return Operand(found.node(event).name, _set_in(found, event), found.status(event))


def _set_in(found: Slice, variable: Event) -> tuple[int, ...]:
    """Return the lines in which a variable was set or changed, the last first; and those of what it was set to."""
    lines: dict[int, None] = {}
    node, binding = found.node(variable), variable.binding
    handed = [kid for kid in variable.kids if node.iterates is not None]
    if handed:
        lines[found.node(handed[0]).span[0]] = None
    while binding is not None and len(lines) < _LINES:
        if binding.line:
            lines[binding.line] = None
        handed = handed or binding.sources
        binding = binding.before
    if len(handed) == 1 and len(lines) < _LINES:
        if found.node(handed[0]).name:
            lines.update(dict.fromkeys(_set_in(found, handed[0])))
        elif found.is_alone(handed[0]) or found.selects(handed[0]):
            for one in _variables(found, [handed[0]]):
                lines.update(dict.fromkeys(_set_in(found, one)))
    return tuple(lines)


def text(lines: Sequence[str], span: tuple[int, int, int, int]) -> str:
    """Return the text of an expression, on one line."""
    first, begin, last, end = span
    found = [line.encode() for line in lines[first - 1 : last]]  # `ast` counts bytes
    found[-1] = found[-1][:end]
    found[0] = found[0][begin:]
    return " ".join(line.decode().strip() for line in found)
