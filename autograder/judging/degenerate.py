"""Recognise trivial functions, which carry nothing.

They ignore their inputs, return arrays without variation, or have no memory: a step whose next state does not depend on
the state before it makes a loop that needs none.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.cases import Case
from autograder.judging.protocol import Ask

TRACE = 1e-3  # relative to the largest entry: what changes by less counts as unchanged
MOSTLY = 3 / 4  # of the differences: a state whose units are all saturated hands on next to nothing
TRIES = 2  # cases on which a function may show that it depends on its inputs
MEMORY = 1e-2  # likewise, of a state that the state before it changes


class NoAnswer(Exception):
    """Raised where the student's functions give no answer over which anything could be carried."""


def checked(value: object, like: Any) -> NDArray[Any]:
    """Return a student's array; raise `NoAnswer` unless it is finite and of the shape of the reference's, `like`."""
    if not isinstance(value, np.ndarray) or value.shape != np.shape(like) or not np.isfinite(value).all():
        raise NoAnswer
    return value


def fed_back(exercise: Exercise) -> dict[str, str]:
    """Return the outputs of a step that must depend on themselves a call earlier, each with the input that holds this.

    A loop hands them on. ``next_c`` is not among them: an LSTM that keeps nothing in its cell still has its ``next_h``.

    Examples
    --------
    >>> from autograder.course import open_course
    >>> fed_back(open_course().exercise("rnn_step_backward"))
    {'dprev_h': 'dnext_h'}
    """
    into = {"next_h": "prev_h", "dprev_": "dnext_"}
    return {
        name: name.replace(out, come, 1)
        for name in exercise.outputs
        for out, come in into.items()
        if name.startswith(out)
    }


def state_sequences(exercise: Exercise, inputs: Iterable[str]) -> list[str]:
    """Return the outputs of a loop that hold all its states: there is an input of that name for the first."""
    return [name for name in exercise.outputs if f"{name}0" in inputs and exercise.axes(name)[1:2] == ["T"]]


@np.errstate(all="ignore")
def depends_on_inputs(exercise: Exercise, course: Course, ask: Ask, rng: np.random.Generator) -> bool:
    """Whether the student's function is one over which something can be carried.

    It must give equal answers to equal questions, depend on half of its inputs, and have a memory: what a step hands on
    depends on what was handed to it, and each state of a loop on the one before it.

    Parameters
    ----------
    exercise : Exercise
        The function, which was judged wrong.
    course : Course
    ask : callable
        ``ask(plan) -> Answer``.
    rng : numpy.random.Generator
        For the inputs, which are then changed one by one.
    """
    ordinary = [case for case in cases.draw(exercise, course, rng) if not case.special]
    return any(_depends_on_inputs(exercise, course, ask, case) for case in ordinary[:TRIES])


def _depends_on_inputs(exercise: Exercise, course: Course, ask: Ask, case: Case) -> bool:
    """Whether it does as far as one case shows; all units of its states may be saturated."""
    changes = [(key, case.inputs | {key: new}, case.upstream) for key, new in _all_changed(case.inputs)]
    changes += [(key, case.inputs, case.upstream | {key: new}) for key, new in _all_changed(case.upstream)]
    sequences = state_sequences(exercise, case.inputs)
    changes += [("", case.inputs | {key: new}, case.upstream) for key, new in _end_steps(case.inputs) if sequences]
    others = [dataclasses.replace(case, inputs=inputs, upstream=upstream) for _, inputs, upstream in changes]
    plan = [call for one in (case, case, *others) for call in cases.plan(exercise, course, one)]
    answer = ask(plan)
    if answer.failure:
        return False
    every = len(plan) // (len(others) + 2)
    first, again, *own = answer.calls[every - 1 :: every]
    right = [cases.answer(exercise, course, one) for one in (case, *others)]
    try:
        for one, expected in zip((first, *own), right, strict=True):
            for name in exercise.outputs:
                checked(one[name], expected[name])
    except NoAnswer:
        return False
    if not all(np.array_equal(first[name], again[name]) for name in exercise.outputs):
        return False
    depends = {
        key: any(_moved(first[name], answered[name]) for name in exercise.outputs)
        for (key, *_), answered, expected in zip(changes, own, right[1:], strict=True)
        if key and any(_moved(right[0][name], expected[name]) for name in exercise.outputs)
    }
    if not 2 * sum(depends.values()) >= len(depends) > 0:
        return False
    by_input = {key: answered for (key, *_), answered in zip(changes, own, strict=True)}
    pairs = [(out, into) for out, into in fed_back(exercise).items() if into in by_input]
    if not all(_moved(first[out], by_input[into][out], MEMORY) for out, into in pairs):
        return False
    if not sequences:  # all that can be seen of its states is whether the first one matters
        return all(depends[key] for key in depends if key in ("h0", "c0"))
    after_others = [answered for (key, *_), answered in zip(changes, own, strict=True) if not key]
    return all(any(_remembers(first[name], answered[name]) for answered in after_others) for name in sequences)


def mostly(passed_on: Sequence[bool] | NDArray[np.bool_]) -> bool:
    """Whether so many differences were passed on that there is a memory; True where nothing differed."""
    return bool(sum(passed_on) >= MOSTLY * len(passed_on))


def _remembers(states: NDArray[Any], others: NDArray[Any]) -> bool:
    """Whether two sequences of states that differ at one end differ from there on, step by step."""
    apart = np.abs(np.float64(states) - others).max(axis=(0, *range(2, states.ndim)))
    apart = apart if apart[0] >= apart[-1] else apart[::-1]
    seen = apart[:-1] > 1e-6 * np.abs(states).max(initial=0.0)
    return bool(seen[0] and mostly((apart[1:] > MEMORY * apart[:-1])[seen]))


def _all_changed(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return those arguments that have numbers, with others in their place."""
    return [(key, new) for key, value in values.items() if (new := _changed(value)) is not value]


def _end_steps(inputs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the sequences among the inputs, shape (N, T, D), with another first step, and with another last one."""
    found = []
    for key, value in inputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim == 3:
            for end in (0, -1):
                new = value.copy()
                new[:, end] = _changed(value[:, end])
                found.append((key, new))
    return found


def _changed(value: Any) -> Any:
    """Return an argument with other numbers of the same kind and size; the argument itself if it has no numbers."""
    if isinstance(value, (tuple, dict)):
        parts = list(value.values() if isinstance(value, dict) else value)
        new = [_changed(part) for part in parts]
        if all(one is other for one, other in zip(new, parts, strict=True)):
            return value
        return dict(zip(value, new, strict=True)) if isinstance(value, dict) else tuple(new)
    if isinstance(value, np.ndarray) and value.dtype.kind == "i":
        return np.roll(value, 1)
    if isinstance(value, (np.ndarray, float)) and np.asarray(value).dtype.kind == "f":
        return 0.6 * value + 0.1
    return value


def _moved(one: Any, other: Any, least: float = TRACE) -> bool:
    """Whether two answers of one function differ by more than this, relative to the largest entry."""
    if not isinstance(other, (np.ndarray, float)) or np.shape(one) != np.shape(other):
        return False
    one, other = np.float64(one), np.float64(other)  # truth values cannot be subtracted
    return float(np.abs(one - other).max(initial=0.0)) > least * float(np.abs(one).max(initial=0.0))


def varied(own: Any, right: Any) -> bool:
    """Whether `own` is of the shape of `right`, is not zero where that is not, and varies along the same axes."""
    if not isinstance(right, (np.ndarray, float)) or np.shape(own) != np.shape(right) or not np.isfinite(own).all():
        return False
    if np.any(right) and not np.any(own):
        return False
    return all(_varies(own, axis) for axis in range(np.ndim(right)) if _varies(right, axis))


def _varies(array: Any, axis: int) -> bool:
    array = np.float64(array)  # a whole number cannot start from infinity
    spread = array.max(axis=axis, initial=-np.inf) - array.min(axis=axis, initial=np.inf)
    return float(spread.max(initial=0.0)) > TRACE * float(np.abs(array).max(initial=0.0))
