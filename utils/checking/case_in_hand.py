"""Hand a learner one case: what goes in, what should come out, and what came."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from utils import fixtures
from utils.checking import calling, card, learner_card, run_cases
from utils.checking.findings import Findings
from utils.checking.run_cases import Clock, Fixture, Function
from utils.checking.smallest_case import smallest
from utils.errors import CallFailed, NotStarted

_FEW = 6  # entries of an array that are shown as numbers


@dataclass(frozen=True, repr=False)
class CaseInHand:
    """One case of an exercise.

    Attributes
    ----------
    name : str
        The exercise.
    title : str
        Which case this is.
    notes : tuple of str
        What else there is to say of it.
    inputs : dict
        The arguments by name; for a backward pass those of its forward pass.
    upstream : dict
        For a backward pass: the gradients that come from above.
    expected : dict or None
        The right outputs by name; None where right answers are many.
    got : object
        What the function returned: a dict by output; the exception, where it stopped with one; what came, where that is
        another number of values; None where it was not called.
    takes : tuple
        What `arguments` are copies of.
    """

    name: str
    title: str
    notes: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    upstream: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None
    got: Any = None
    takes: tuple[Any, ...] = ()

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the function is called with, the cache included: copies, so that each call finds the same."""
        return tuple(_copied(argument) for argument in self.takes)

    def __repr__(self) -> str:
        rows = list(self._rows())
        width = max((len(row[0]) for row in rows), default=0)
        lines = "\n".join(f"  {expression:<{width}}  {what}" for expression, what in rows)
        return "\n\n".join(filter(None, [self.title, lines, *self.notes]))

    def _repr_html_(self) -> str:
        rows = [(f"`{expression}`", what) for expression, what in self._rows()]
        blocks = [card.table("What is in it:", ("write", "to get"), rows)] if rows else []
        return card.card("note", self.title, *blocks, *map(card.paragraph, self.notes))

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Yield what to write to get at each part, and what it is."""
        for part in ("inputs", "upstream", "expected", "got"):
            values = getattr(self, part)
            if isinstance(values, dict):
                yield from ((f'case.{part}["{name}"]', described(value)) for name, value in values.items())
            elif values is not None:
                yield f"case.{part}", described(values)


def in_hand(
    function: Function, forward: Function | None, exercise: Fixture, findings: Findings, clock: Clock
) -> CaseInHand:
    """Return the smallest case that fails, or the smallest of all where none does.

    Parameters
    ----------
    function, forward : callable
        As for `run_cases.run_case`.
    exercise : dict
        The fixture.
    findings : Findings
        What is known of the function.
    clock : Clock
        The time for one more call.
    """
    cases = [run_cases.case_of(exercise, case) for case in exercise["cases"]]
    index = findings.smallest if findings.smallest >= 0 else smallest(cases)
    case = exercise["cases"][index]
    names, inputs = run_cases.inputs_of(exercise, case)
    takes: tuple[Any, ...] | None = inputs
    if forward is not None and exercise["forward"]:
        takes = _with_the_cache(forward, exercise, case, clock)
    got = None if takes is None else _called(function, exercise, takes, clock)
    expected, notes = _expected(exercise, case)
    if takes is not None:
        notes.append(f"`{exercise['name']}(*case.arguments)` makes this call again.")
    return CaseInHand(
        exercise["name"],
        _title(exercise, findings, index),
        tuple(notes),
        dict(zip(names, fixtures.fresh(inputs), strict=True)),
        fixtures.fresh(dict(case["upstream"])),
        expected,
        got,
        takes or (),
    )


def described(value: object) -> str:
    """Say what a value is, in a few words, and what it holds if that is little.

    Examples
    --------
    >>> described(np.zeros((2, 3, 4))), described(np.array([0.5, 1])), described(3)
    ('array of shape (2, 3, 4)', 'array of shape (2,): [0.5, 1.0]', '3')
    """
    if isinstance(value, np.ndarray):
        short = value.size <= _FEW and value.dtype.kind in "bif"
        few = f": {(np.round(value, 4) if value.dtype.kind == 'f' else value).tolist()}" if short else ""
        return f"array of shape {value.shape}{few}"
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}".splitlines()[0][:100]
    if isinstance(value, Mapping):
        return f"dict with {', '.join(map(repr, value))}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, np.random.Generator):
        return "a random generator, in the same state in each call"
    return f"the function {calling.name_of(value)}" if callable(value) else repr(value)[:100]


def _title(exercise: Fixture, findings: Findings, index: int) -> str:
    name, failure = findings.name, findings.failure
    if findings.model_fault or (failure and failure.function != name):
        return learner_card.in_words(exercise, findings, 1).title
    if failure and failure.kind == "not-started":
        return f"{name} is not started yet. This is one of its small cases."
    if findings.ok:
        return f"{name} is right: no case fails. This is a small one."
    special = exercise["cases"][index]["special"]
    return f"A small case in which {name} fails{f': {special}' if special else ''}."


def _expected(exercise: Fixture, case: Fixture) -> tuple[dict[str, Any] | None, list[str]]:
    """Return what is expected as far as a learner may see it, and sentences about what is not shown."""
    if exercise.get("properties"):
        return None, ["There are many right answers here, so `case.expected` is None."]
    outputs = exercise["outputs"]
    expected = {name: copy.deepcopy(case["expected"][name]) for name in outputs if outputs[name] != ["choice"]}
    hidden = [name for name in outputs if name not in expected]
    return expected, [f"{', '.join(hidden)}: the choice is yours, so nothing is shown here."] if hidden else []


def _with_the_cache(forward: Function, exercise: Fixture, case: Fixture, clock: Clock) -> tuple[Any, ...] | None:
    """Return what a backward pass takes, with the cache of the learner's forward pass; None if there is no cache."""
    _, inputs = run_cases.inputs_of(exercise, case)
    source = fixtures.load(exercise["forward"])
    try:
        with np.errstate(all="ignore"):
            result = calling.call_with(forward, fixtures.fresh(inputs), clock.left, source["signature"], clock.seconds)
    except (NotStarted, CallFailed):
        return None
    if not isinstance(result, (tuple, list)) or len(result) != len(source["outputs"]) + 1:
        return None
    order = run_cases.parameters(exercise["signature"])
    upstream = sorted(case["upstream"], key=lambda name: order.index(name) if name in order else len(order))
    return (*(case["upstream"][name] for name in upstream), result[-1])


def _called(function: Function, exercise: Fixture, takes: tuple[Any, ...], clock: Clock) -> Any:
    """Return a function's outputs, by name where their number fits, or the exception that it stops with."""
    try:
        with np.errstate(all="ignore"):
            result = calling.call_with(
                function, tuple(map(_copied, takes)), clock.left, exercise["signature"], clock.seconds
            )
    except NotStarted:
        return None
    except CallFailed as failed:
        # The learner's own exception, which `calling` has turned into facts.
        return failed.__context__ if isinstance(failed.__context__, Exception) else failed
    slots = run_cases.slots(exercise)
    values = result if isinstance(result, tuple) else (result,)
    if len(values) != len(slots) or result is None:
        return result
    return {name: value for name, value in zip(slots, values, strict=True) if name != "cache"}


def _copied(argument: Any) -> Any:
    """Return an argument as a function gets it; what cannot be copied, as a part of a cache may not, goes as it is."""
    try:
        return fixtures.fresh(argument) if not isinstance(argument, (list, tuple, dict)) else _deep(argument)
    except Exception:
        return argument


def _deep(argument: Any) -> Any:
    plain = type(argument) in (list, tuple, dict)
    return fixtures.fresh(argument) if plain else copy.deepcopy(argument)
