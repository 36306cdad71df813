"""Draw inputs for an exercise, make their call plan, and compute the reference's answers."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course, draws
from autograder.course.exercise import Exercise, Inputs, Sizes
from autograder.errors import BuildError
from autograder.judging.calls import Call, Handle
from utils.checking import unwritten
from utils.checking.findings import OtherForm
from utils.fixtures import Source, fresh, rounded

COUNT = 3  # ordinary cases; those with something special come on top
LARGE = 5_000  # parameters from which a case is large: numbers that a numeric gradient would have to nudge


@dataclass(frozen=True, eq=False)
class Case:
    """One drawing of inputs; it equals no other.

    Attributes
    ----------
    inputs : dict
        Arguments by name (of the forward pass, for a backward exercise).
    upstream : dict
        For a backward exercise: the gradients that come from above, by name; else empty.
    special : str
        What is special about it, to name where it alone goes wrong; empty for an ordinary case.
    edge : bool
        Whether it lies at the edge of what the function takes: N, T or H is 1, or the exercise says so.
    """

    inputs: dict[str, Any]
    upstream: dict[str, Any]
    special: str = ""
    edge: bool = False


def draw(
    exercise: Exercise, course: Course, rng: np.random.Generator, count: int = COUNT, shown: bool = False
) -> list[Case]:
    """Draw `count` ordinary cases for `exercise`, one of which has five steps or more, then the special ones.

    Where the exercise gives its inputs one by one, there are as many ordinary cases as it gives. Numbers are rounded as
    fixtures hold them, so that a case is the same on every machine. With `shown`, the cases are those that learners
    may see.
    """
    inputs_of = (shown and exercise.shown) or exercise.inputs
    special_inputs_of = dict(exercise.special_inputs)
    if not isinstance(inputs_of, tuple):
        special_inputs_of = draws.by_size(inputs_of) | special_inputs_of
        inputs_of = (inputs_of,) * count
    special_inputs_of |= exercise.edge_inputs
    cases: list[Case] = []
    for special, draw_inputs in [*(("", one) for one in inputs_of), *special_inputs_of.items()]:
        sizes = Sizes.draw(rng) if cases else Sizes.long(rng)
        inputs = rounded(dict(draw_inputs(rng, sizes)))
        upstream = _upstream(exercise, course, rng, inputs)
        upstream = draws.compact(upstream) if special == draws.ABOVE else upstream
        cases.append(Case(inputs, upstream, special, special in (*draws.EDGES, *exercise.edge_inputs)))
    return cases


def of_sizes(exercise: Exercise, course: Course, rng: np.random.Generator, sizes: Sizes) -> Case:
    """Draw an ordinary case of these sizes; where the exercise gives its inputs one by one, the first is taken."""
    draw_inputs = exercise.inputs[0] if isinstance(exercise.inputs, tuple) else exercise.inputs
    inputs = rounded(dict(draw_inputs(rng, sizes)))
    return Case(inputs, _upstream(exercise, course, rng, inputs))


def large(exercise: Exercise, course: Course, rng: np.random.Generator, count: int = LARGE) -> Case | None:
    """Draw a case with at least `count` parameters: one sequence of two steps and many units.

    Weights grow with the square of the units; where there are none, the sequence grows with them too. Where a sequence
    is as long as there are input units, these stay few. Where the exercise gives its inputs one by one, the last is
    taken. How many parameters there are depends on measured times (`autograder.judging.cost`), so the words for the
    case do not say it: they are the same each time an answer is judged.

    Returns
    -------
    Case or None
        None where the inputs do not grow with the sizes.
    """
    draw_inputs = exercise.inputs[-1] if isinstance(exercise.inputs, tuple) else exercise.inputs
    found: list[Inputs] = []
    for fixed in ({"T": 2}, {"T": 2, "D": 3}, {}):
        units = 16
        while units < 2 * count**0.5:
            grown = {"T": units, "D": units, "H": units + 1, "M": units + 2, "V": units + 3}
            inputs = dict(draw_inputs(rng, Sizes(N=1, **(grown | fixed))))
            if parameters(inputs) >= count:
                found.append(inputs)
                break
            units += 1 + units // 4
        if found and not _ids(found[0]):
            break
    if not found:
        return None
    inputs = min(found, key=_ids)  # the first of those that are as short
    return Case(inputs, _upstream(exercise, course, rng, inputs), f"at least {LARGE:,} parameters")


def parameters(inputs: Mapping[str, Any] | Iterable[Any]) -> int:
    """Return how many numbers a numeric gradient would have to nudge."""
    count = 0
    for value in inputs.values() if isinstance(inputs, Mapping) else inputs:
        if isinstance(value, (dict, list, tuple)):
            count += parameters(value)
        elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
            count += value.size
    return count


def reads(inputs: Inputs) -> int:
    """Return how often the function uses each of its parameters: a model does at every id of its longest sequence."""
    model = any(isinstance(value, dict) for value in inputs.values())
    return max(map(len, _sequences(inputs)), default=2) if model else 2


def _ids(inputs: Inputs) -> int:
    return sum(map(len, _sequences(inputs)))


def _sequences(inputs: Inputs) -> list[NDArray[np.int64]]:
    """Return the ids that the function reads, of all its sequences."""
    arrays = (value for value in inputs.values() if isinstance(value, np.ndarray) and value.dtype.kind == "i")
    return [array.reshape(-1) for array in arrays]


def _upstream(
    exercise: Exercise, course: Course, rng: np.random.Generator, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Draw the gradients that come from above, for a backward exercise."""
    if not exercise.forward:
        return {}
    source = course.exercise(exercise.forward)
    outputs = named(source, course.reference[source.name](*fresh(tuple(inputs.values()))))
    return {
        f"d{name}": rounded(rng.standard_normal(np.shape(value)))
        for name, value in outputs.items()
        if name in (source.outputs if exercise.upstream is None else exercise.upstream)
    }


def plan(exercise: Exercise, course: Course, case: Case) -> list[Call]:
    """Return the calls that get an answer for `case` from a student's functions."""
    kept = ("cache",) if exercise.cache else ()
    if not exercise.forward:
        return [Call(exercise.name, tuple(case.inputs.values()), exercise.slots, kept)]
    forward = course.exercise(exercise.forward)
    not_needed = ("cache",) if exercise.other_form else forward.slots  # its other outputs show its form
    return [
        Call(forward.name, tuple(case.inputs.values()), forward.slots, kept=not_needed),
        Call(exercise.name, (*case.upstream.values(), Handle("cache")), exercise.slots, kept),
    ]


@unwritten.filled()
@np.errstate(all="ignore")  # a mistake may overflow: that can be what is wrong about it
def answer(
    exercise: Exercise,
    course: Course,
    case: Case,
    function: Callable[..., Any] | None = None,
    forward_function: Callable[..., Any] | None = None,
) -> dict[str, Any]:
    """Return what `function` answers to `case`: outputs by name, without the cache.

    By default it is the reference's; so is `forward_function`, whose cache goes to a backward pass.
    """
    given = tuple(case.inputs.items())
    if function is None and not exercise.forward and all(isinstance(value, Source) for _, value in given):
        return dict(_about_given_functions(exercise.name, course, given))
    return _answers(exercise, course, case, function, forward_function)[-1]


@functools.lru_cache(maxsize=64)  # a process has one course, which gives few functions
def _about_given_functions(name: str, course: Course, given: tuple[tuple[str, Source], ...]) -> dict[str, Any]:
    """Return what the reference answers where all inputs are functions of the course: nothing in them was drawn."""
    return _answers(course.exercise(name), course, Case(dict(given), {}), None, None)[-1]


@unwritten.filled()
@np.errstate(all="ignore")
def answers(
    exercise: Exercise,
    course: Course,
    case: Case,
    function: Callable[..., Any] | None = None,
    forward_function: Callable[..., Any] | None = None,
) -> tuple[dict[str, Any], ...]:
    """Return what each call of a `plan` answers, in order: of a backward pass, the forward pass's outputs first."""
    return _answers(exercise, course, case, function, forward_function)


def _answers(
    exercise: Exercise,
    course: Course,
    case: Case,
    function: Callable[..., Any] | None,
    forward_function: Callable[..., Any] | None,
) -> tuple[dict[str, Any], ...]:
    function = function or course.reference[exercise.name]
    inputs = fresh(tuple(case.inputs.values()))
    if not exercise.forward:
        return (_outputs(exercise, function(*inputs)),)
    forward = course.exercise(exercise.forward)
    result = (forward_function or course.reference[forward.name])(*inputs)
    before = _outputs(forward, result)
    after = function(*fresh(tuple(case.upstream.values())), named(forward, result)["cache"])
    return before, _outputs(exercise, after)


def _outputs(exercise: Exercise, result: Any) -> dict[str, Any]:
    found = named(exercise, result)
    return {name: found[name] for name in exercise.outputs}


def in_other_form(exercise: Exercise, course: Course, case: Case) -> OtherForm:
    """Return what `case` looks like in the other form of an exercise that has one."""
    forward = course.exercise(exercise.forward) if exercise.forward else None
    if exercise.other_form is None or (forward and forward.other_form is None):
        raise BuildError(f"{exercise.name}: a backward pass and its forward pass have another form both, or neither.")
    function = course.reference.mistaken(exercise.name, exercise.other_form)
    through = course.reference.mistaken(forward.name, forward.other_form) if forward and forward.other_form else None
    found = answers(exercise, course, case, function, through)
    return OtherForm(found[0], found[-1])


def followed(
    exercise: Exercise, course: Course, case: Case, functions: Mapping[str, Callable[..., Any]] | None = None
) -> dict[str, Any]:
    """Return what the judge of an exercise's properties compares an answer with, by default over the reference's."""
    if exercise.followed is None:
        return {}
    return dict(exercise.followed(course.reference, exercise, case.inputs, functions or {}))


def named(exercise: Exercise, result: Any) -> dict[str, Any]:
    """Return what a function of `exercise` returned as a dict by output, ``"cache"`` included."""
    slots = exercise.slots
    return {slots[0]: result} if len(slots) == 1 else dict(zip(slots, result, strict=True))
