"""Compare gradients with the numeric gradients of a student's own forward pass: all of them, or along directions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autograder.course import Course
from autograder.course.exercise import Exercise, Outputs
from autograder.judging import cases
from autograder.judging.calls import Call
from autograder.judging.cases import Case
from autograder.judging.degenerate import varied
from autograder.judging.protocol import Ask
from utils.checking.comparison import TOLERANCE
from utils.gradients.verdict import relative_error

Array = NDArray[Any]
NUDGE = 2.0**-17  # about eps^(1/3), and a number that is added without rounding
PROBED = 3  # cases whose numeric gradient is taken: those with the fewest entries


def right_by_differentiating(
    exercise: Exercise,
    forward: Exercise,
    course: Course,
    drawn: Sequence[Case],
    outputs: Sequence[Outputs],
    names: list[str],
    ask: Ask,
) -> list[str]:
    """Return those of `names` that are the numeric gradients of the student's own forward pass."""
    right = [name for name in names if name[1:] in drawn[0].inputs and name.startswith("d")]
    sizes = [sum(np.size(value) for value in case.inputs.values()) for case in drawn]
    for index in sorted(range(len(drawn)), key=sizes.__getitem__)[:PROBED]:
        if not right:
            break
        case = drawn[index]
        numeric = _numeric_gradients(forward, case, ask)
        expected = cases.answer(exercise, course, case)
        right = [
            name
            for name in right
            if name[1:] in numeric
            and varied(numeric[name[1:]], expected[name])
            and _agrees(outputs[index][name], numeric[name[1:]])
        ]
    return right


def right_along_a_direction(
    forward: Exercise, case: Case, outputs: Outputs, names: Sequence[str], ask: Ask, rng: Generator
) -> list[str]:
    """Return those gradients whose product with a random direction is the slope of the student's forward pass.

    The direction is drawn when the gradients have been answered: two calls tell a right one from any other. Where
    neither of two directions fits, it is wrong; one could lie across a kink.
    """
    kept = tuple(slot for slot in forward.slots if f"d{slot}" not in case.upstream)
    right = []
    for name in names:
        value, gradient = case.inputs[name[1:]], outputs[name]
        if not isinstance(gradient, np.ndarray) or gradient.shape != value.shape or gradient.dtype.kind != "f":
            continue
        ways = [direction / np.linalg.norm(direction) for direction in rng.standard_normal((2, *value.shape))]
        moved = [case.inputs | {name[1:]: value + sign * NUDGE * way} for way in ways for sign in (1, -1)]
        answer = ask([Call(forward.name, tuple(inputs.values()), forward.slots, kept) for inputs in moved])
        if answer.failure:
            continue
        values = [_weighed(results, case) for results in answer.calls]
        least = TOLERANCE["float32" if gradient.dtype == np.float32 else "float64"] * float(np.linalg.norm(gradient))
        if any(
            abs((up - down) / (2 * NUDGE) - np.sum(way * gradient)) <= least
            for way, up, down in zip(ways, values[::2], values[1::2], strict=True)
        ):
            right.append(name)
    return right


def _weighed(results: Outputs, case: Case) -> float:
    """Return ⟨upstream, results⟩, or nan where they are not of one shape."""
    pairs = [(results[name[1:]], upstream) for name, upstream in case.upstream.items()]
    if not all(isinstance(own, np.ndarray) and own.shape == upstream.shape for own, upstream in pairs):
        return float("nan")
    return float(sum(np.sum(own * upstream) for own, upstream in pairs))


def _agrees(gradient: object, numeric: Array) -> bool:
    if not isinstance(gradient, np.ndarray) or gradient.shape != numeric.shape or gradient.dtype.kind != "f":
        return False
    single = gradient.dtype == np.float32
    return bool(relative_error(gradient, numeric) <= TOLERANCE["float32" if single else "float64"])


def _numeric_gradients(forward: Exercise, case: Case, ask: Ask) -> dict[str, Array]:
    """Return the gradients of ⟨upstream, forward(inputs)⟩ by input: central differences, probed in one request."""
    kept = tuple(slot for slot in forward.slots if f"d{slot}" not in case.upstream)
    answer = ask([Call(forward.name, tuple(case.inputs.values()), forward.slots, kept, nudge=NUDGE)])
    if answer.failure:
        return {}
    arrays = {
        name: value for name, value in case.inputs.items() if getattr(value, "dtype", None) == np.float64
    }  # what is nudged, in the order in which it is
    count = 2 * sum(value.size for value in arrays.values())
    moved = np.zeros(count)
    for name, upstream in case.upstream.items():
        stack = answer.calls[0][name[1:]]
        if not isinstance(stack, np.ndarray) or stack.shape != (count, *np.shape(upstream)):
            return {}
        moved += np.tensordot(stack, upstream, axes=np.ndim(upstream))
    slopes, start, found = (moved[::2] - moved[1::2]) / (2 * NUDGE), 0, {}
    for name, value in arrays.items():
        found[name] = slopes[start : start + value.size].reshape(value.shape)
        start += value.size
    return found
