"""Get a learner's answers: run the function on each case of its exercise, on copies, and see what comes back."""

import copy
import inspect
import pickle
import time
from dataclasses import dataclass

import numpy as np

from utils import fixtures
from utils.checking import calling
from utils.checking.report import listing
from utils.errors import CallFailed, NotStarted, UtilsError


class Clock:
    """The wall time that all calls for one report share."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self):
        """Seconds left, never quite none."""
        return max(self._end - time.monotonic(), 0.01)

    @property
    def over(self):
        """Whether the time is up."""
        return time.monotonic() >= self._end


class Unanswerable(UtilsError):
    """What has to be put right before the function can be judged: its forward pass gives no cache."""


@dataclass(frozen=True)
class Answer:
    """What the learner's function did with one case.

    Attributes
    ----------
    case : dict
        The fixture's case.
    outputs : dict or None
        What it returned, by name, without the cache; None if that was nothing of use.
    cache : object
        The cache it returned, or was given.
    failed : str
        Why there are no outputs, in words.
    names, before, after : tuple
        What the caller handed over (for a backward pass the forward's arguments too): as it was and as it is.
    forward_outputs : tuple
        For a backward pass: what the forward pass returned before the cache.
    met : tuple of str
        What NumPy would have warned of, in its words: "overflow", "divide by zero", "invalid value".
    moved_chance : bool
        Whether NumPy's global generator was drawn from or seeded.
    """

    case: dict
    outputs: dict | None = None
    cache: object = None
    failed: str = ""
    names: tuple = ()
    before: tuple = ()
    after: tuple = ()
    forward_outputs: tuple = ()
    met: tuple = ()
    moved_chance: bool = False


def answer(function, forward, exercise, case, clock, prepare=fixtures.fresh):
    """Run `function` on one case and return an Answer.

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

    Raises
    ------
    NotStarted
        If the function still holds its stub.
    Unanswerable
        If its forward pass gives no cache.
    """
    names, inputs = inputs_of(exercise, case)
    inputs = prepare(inputs)
    if not exercise["forward"]:
        return _call(function, exercise, case, names, inputs, clock)
    *forward_outputs, cache = _through(function, forward, exercise, inputs, clock)
    upstream_names, upstream = _in_order(exercise["signature"], case["upstream"])
    return _call(
        function,
        exercise,
        case,
        upstream_names,
        prepare(upstream),
        clock,
        after=(cache,),
        watched=(names, inputs),
        forward_outputs=tuple(forward_outputs),
    )


def again(function, exercise, given, clock):
    """Run a backward pass once more on the very cache of the answer `given`."""
    names, upstream = _in_order(exercise["signature"], given.case["upstream"])
    return _call(function, exercise, given.case, names, fixtures.fresh(upstream), clock, after=(given.cache,))


def inputs_of(exercise, case):
    """Return the names and values of a case's inputs, in the order of the function that takes them."""
    signature = exercise["signature"]
    if exercise["forward"] in fixtures.names():
        signature = fixtures.load(exercise["forward"])["signature"]
    return _in_order(signature, case["inputs"])


def parameters(signature):
    """Return the parameter names in a fixture's signature.

    Examples
    --------
    >>> parameters("affine(x, w, b)")
    ['x', 'w', 'b']
    """
    inside = signature.partition("(")[2].rpartition(")")[0]
    return [part.partition("=")[0].partition(":")[0].strip() for part in inside.split(",") if part.strip()]


def _in_order(signature, values):
    # By the signature, so that whoever writes the JSON may sort its keys.
    order = parameters(signature)
    names = sorted(values, key=order.index) if set(values) <= set(order) else list(values)
    return tuple(names), tuple(values[name] for name in names)


def _call(function, exercise, case, names, args, clock, after=(), watched=((), ()), forward_outputs=()):
    names, watched = (*names, *watched[0]), (*args, *watched[1])
    before, chance, met = copy.deepcopy(watched), _global_chance(), set()
    try:
        # Not left to NumPy, which would print a warning above the card and let the card say that all is well.
        with np.errstate(over="call", divide="call", invalid="call", call=lambda kind, _: met.add(kind)):
            result = calling.call_with(function, (*args, *after), clock.left, exercise["signature"], clock.seconds)
    except CallFailed as failure:
        return Answer(case, failed=str(failure), forward_outputs=forward_outputs)
    outputs, cache, problem = _received(exercise, result)
    return Answer(
        case,
        outputs,
        after[0] if after else cache,
        problem,
        names,
        before,
        watched,
        forward_outputs,
        tuple(sorted(met)),
        _global_chance() != chance,
    )


def _global_chance():
    """Return the state of NumPy's global generator, whichever it is, as bytes that can be compared."""
    return pickle.dumps(np.random.get_state(legacy=False))


def _through(function, forward, exercise, inputs, clock):
    """Return what the learner's forward pass returns, its cache last."""
    own, needed = exercise["name"], exercise["forward"]
    source = fixtures.load(needed)
    slots = [*source["outputs"], "cache"]
    try:
        result = calling.call_with(forward, inputs, clock.left, source["signature"], clock.seconds)
    except NotStarted as stub:
        if is_stub(function):
            raise NotStarted(f"{own} is not started yet.") from None
        raise Unanswerable(f"{own} needs the cache of your forward pass, and {stub}") from None
    except CallFailed as failure:
        raise Unanswerable(f"{own} needs the cache of your forward pass, but {failure}") from None
    if not isinstance(result, (tuple, list)) or len(result) != len(slots):
        raise Unanswerable(
            f"{own} needs the cache of your forward pass, but {needed} does not return {listing(slots)}: "
            f"check it first with `check({needed})`."
        )
    return result


def is_stub(function):
    """Whether a function's body does nothing but raise `NotImplementedError`, found without calling it."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def _received(exercise, result):
    """Return a function's result as outputs by name, its cache, and a sentence if their number is wrong."""
    name = exercise["name"]
    slots = [*exercise["outputs"], "cache"] if exercise["cache"] else list(exercise["outputs"])
    expected = f"expected {len(slots)}: {listing(slots)}"
    if result is None:
        return None, None, f"{name} returns None, {expected}. Did you forget `return`?"
    if inspect.iscoroutine(result):
        result.close()
        return None, None, f"{name} is defined with `async def`; plain `def` is meant."
    if inspect.isgenerator(result):
        return None, None, f"{name} holds a `yield`, which makes it a generator; end it with `return`."
    if len(slots) == 1 and not isinstance(result, tuple):
        return {slots[0]: result}, None, ""
    if not isinstance(result, tuple):
        if isinstance(result, (list, dict, set)):
            kind = type(result).__name__
            return None, None, f"{name} returns a {kind}, {expected}. Return them with commas between, in no brackets."
        return None, None, f"{name} returns 1 value, {expected}."
    if len(result) != len(slots):
        return None, None, f"{name} returns {len(result)} value{'s' * (len(result) != 1)}, {expected}."
    outputs = dict(zip(slots, result, strict=True))
    cache = outputs.pop("cache") if exercise["cache"] else None
    return outputs, cache, ""
