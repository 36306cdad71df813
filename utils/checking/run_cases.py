"""Get a learner's answers: run the function on copies of each case's inputs, and record what comes back."""

import copy
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from utils import fixtures
from utils.checking import calling, printing
from utils.checking.containers import opened
from utils.checking.findings import Answer, Case, OtherForm, Subject
from utils.checking.global_generator import GlobalGenerator
from utils.errors import CallFailed, Failure, NotStarted

Fixture = Mapping[str, Any]  # as `utils.fixtures.load` returns it: decoded JSON
Function = Callable[..., object]


class Clock:
    """The wall time that all calls for one report share."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, always more than 0."""
        return max(self._end - time.monotonic(), 0.01)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end


@dataclass(frozen=True)
class Run(Answer):
    """An answer, and what else the call did.

    Attributes
    ----------
    cache : object
        The cache it returned, or was given.
    names, before, after : tuple
        The arguments without the cache, for a backward pass those of its forward pass too: their names, deep copies
        from before the call, and the arguments themselves, which the call may have changed.
    used_global_generator : bool
        Whether NumPy's global generator was drawn from or seeded, where that is looked at.
    printed : str
        What was printed, where that is caught.
    """

    cache: object = None
    names: tuple[str, ...] = ()
    before: tuple[object, ...] = ()
    after: tuple[object, ...] = ()
    used_global_generator: bool = False
    printed: str = ""


def subject(exercise: Fixture) -> Subject:
    """Return what a diagnosis must know about an exercise."""
    return Subject(
        exercise["name"],
        {output: tuple(axes) for output, axes in exercise["outputs"].items()},
        tuple(exercise["mistakes"]),
        exercise["patterns"],
        exercise.get("properties"),
    )


def case_of(exercise: Fixture, case: Fixture) -> Case:
    """Return one of a fixture's cases in the form that a diagnosis takes."""
    names, inputs = inputs_of(exercise, case)
    inputs_by_name = dict(zip(names, inputs, strict=True))
    return Case(
        inputs_by_name,
        case["upstream"],
        case["expected"],
        case["mistakes"].get,
        case["special"],
        case["edge"],
        case["followed"],
        OtherForm(**case["other"]) if case.get("other") else None,
    )


def in_form(exercise: Fixture, other_form: bool) -> Fixture:
    """Return an exercise with what is right in the form that the answers have; see `utils.checking.other_form`."""
    if not other_form:
        return exercise
    return {**exercise, "cases": [{**case, "expected": case["other"]["expected"]} for case in exercise["cases"]]}


def run_all(function: Function, forward: Function | None, exercise: Fixture, clock: Clock) -> list[Run]:
    """Run `function` on the cases of its exercise, until all further ones would fail in the same way.

    The parameters are those of `run_case`; the result holds one Run a case, in order.
    """
    runs, generator = [], GlobalGenerator()
    for case in exercise["cases"]:
        with printing.in_one_call() as printed:
            run = run_case(function, forward, exercise, case, clock, generator=generator)
        runs.append(replace(run, printed=printed.shown))
        failure = runs[-1].failure
        if failure and (clock.over or failure.kind == "not-started" or failure.function != exercise["name"]):
            break
    return runs


def run_case(
    function: Function,
    forward: Function | None,
    exercise: Fixture,
    case: Fixture,
    clock: Clock,
    prepare: Callable[[Any], Any] = fixtures.fresh,
    generator: GlobalGenerator | None = None,
) -> Run:
    """Run `function` on one case.

    Parameters
    ----------
    function, forward : callable
        The learner's function, and for a backward pass the forward pass that makes its cache.
    exercise : dict
        The fixture.
    case : dict
        One of its cases.
    clock : Clock
    prepare : callable
        Makes the arguments from the fixture's own; it must copy.
    generator : GlobalGenerator, optional
        Looks at NumPy's global generator before the call of `function` and after it.

    Returns
    -------
    Run
        Where `forward` gives no cache, `function` is not called and the failure is that of `forward`; but where neither
        is started, the failure says so of `function`.
    """
    names, inputs = inputs_of(exercise, case)
    inputs = prepare(inputs)
    if forward is None and exercise["forward"] and calling.is_stub(function):
        return Run(failure=Failure("not-started", exercise["name"], exercise["name"]))
    if forward is None or not exercise["forward"]:
        return _call(function, exercise, names, inputs, clock, generator=generator)
    try:
        *forward_outputs, cache = _through(forward, exercise, inputs, clock)
    except NotStarted as stub:
        if calling.is_stub(function):
            return Run(failure=Failure("not-started", exercise["name"], exercise["name"]))
        return Run(failure=Failure("not-started", stub.caller or stub.function, stub.function))
    except CallFailed as failed:
        return Run(failure=failed.failure)
    upstream_names, upstream = _in_order(exercise["signature"], case["upstream"])
    return _call(
        function,
        exercise,
        upstream_names,
        prepare(upstream),
        clock,
        trailing=(cache,),
        watched=(names, inputs),
        forward_outputs=tuple(forward_outputs),
        generator=generator,
    )


def run_on_same_cache(function: Function, exercise: Fixture, case: Fixture, first: Run, clock: Clock) -> Run:
    """Run a backward pass once more on the very cache of its first run."""
    names, upstream = _in_order(exercise["signature"], case["upstream"])
    return _call(function, exercise, names, fixtures.fresh(upstream), clock, trailing=(first.cache,))


def inputs_of(exercise: Fixture, case: Fixture) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return the names and values of a case's inputs, in the order of the function that takes them."""
    signature = exercise["signature"]
    if exercise["forward"] in fixtures.names():
        signature = fixtures.load(exercise["forward"])["signature"]
    return _in_order(signature, case["inputs"])


def parameters(signature: str) -> list[str]:
    """Return the parameter names in a fixture's signature.

    Examples
    --------
    >>> parameters("affine(x, w, b)")
    ['x', 'w', 'b']
    """
    inside = signature.partition("(")[2].rpartition(")")[0]
    return [part.partition("=")[0].partition(":")[0].strip() for part in inside.split(",") if part.strip()]


def slots(exercise: Fixture) -> list[str]:
    """Return the names of all that a function returns, in order."""
    return [*exercise["outputs"], "cache"] if exercise["cache"] else list(exercise["outputs"])


def _in_order(signature: str, values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    # By the signature, so that the keys of the JSON may be sorted.
    order = parameters(signature)
    names = sorted(values, key=order.index) if set(values) <= set(order) else list(values)
    return tuple(names), tuple(values[name] for name in names)


def _call(
    function: Function,
    exercise: Fixture,
    names: tuple[str, ...],
    args: tuple[object, ...],
    clock: Clock,
    trailing: tuple[object, ...] = (),
    watched: tuple[tuple[str, ...], tuple[object, ...]] = ((), ()),
    forward_outputs: tuple[object, ...] = (),
    generator: GlobalGenerator | None = None,
) -> Run:
    names, arrays = (*names, *watched[0]), (*args, *watched[1])
    before, state = copy.deepcopy(arrays), generator and generator.state()
    numpy_warnings: set[str] = set()
    try:
        # Not left to NumPy, which would print a warning above the card and let the card say that all is well.
        with np.errstate(over="call", divide="call", invalid="call", call=lambda kind, _: numpy_warnings.add(kind)):
            result = calling.call_with(function, (*args, *trailing), clock.left, exercise["signature"], clock.seconds)
    except NotStarted as stub:
        return Run(failure=Failure("not-started", exercise["name"], stub.function))
    except CallFailed as failed:
        known = failed.failure or Failure("exception", exercise["name"], "CallFailed", str(failed))
        return Run(failure=known, forward_outputs=forward_outputs)
    outputs, failure = _received(exercise["name"], slots(exercise), result)
    cache = outputs.pop("cache", None) if outputs is not None and exercise["cache"] else None
    return Run(
        outputs,
        failure,
        tuple(sorted(numpy_warnings)),
        forward_outputs,
        trailing[0] if trailing else cache,
        names,
        before,
        arrays,
        generator is not None and generator.state() != state,
    )


def _through(forward: Function, exercise: Fixture, inputs: tuple[object, ...], clock: Clock) -> Sequence[object]:
    """Return what the learner's forward pass returns, its cache last."""
    source = fixtures.load(exercise["forward"])
    wanted = [*source["outputs"], "cache"]
    result = calling.call_with(forward, inputs, clock.left, source["signature"], clock.seconds)
    if not isinstance(result, (tuple, list)) or len(result) != len(wanted):
        count = len(result) if isinstance(result, (tuple, list)) else 1
        raise CallFailed(failure=Failure("count", source["name"], type(result).__name__, count=count))
    return result


def _is_one(result: tuple[object, ...]) -> bool:
    """Whether a tuple that came in the place of one value may be meant as that."""
    return (
        len(result) == 1
        or not isinstance(opened(result)[0], tuple)
        or all(isinstance(e, (tuple, list)) for e in result)
    )


def _received(name: str, wanted: list[str], result: object) -> tuple[dict[str, object] | None, Failure | None]:
    """Return a function's result by name, the cache among it; or what came if that is another number of values."""
    if inspect.iscoroutine(result):
        result.close()
    of_use = result is not None and not inspect.iscoroutine(result) and not inspect.isgenerator(result)
    one = len(wanted) == 1 and (not isinstance(result, tuple) or _is_one(result))
    values = (result,) if one or not isinstance(result, (tuple, list)) else result
    if not of_use or len(values) != len(wanted):
        return None, Failure("count", name, type(result).__name__, count=len(values))
    return dict(zip(wanted, values, strict=True)), None
