"""Draw what functions are called with, in sizes that are all different, and change one part of it."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from autograder.course import Course
from autograder.course.exercise import Exercise, Sizes
from autograder.judging import cases
from autograder.judging.cases import Case
from autograder.viva.questions import Along

SIZES = Sizes(N=2, T=4, D=3, H=5, M=6, V=7)
_OTHER = Sizes(N=3, T=5, D=4, H=6, M=7, V=8)


@dataclass(frozen=True)
class Argument:
    """An array or number among the inputs.

    Attributes
    ----------
    name : str
        As code says it: ``x``, ``encoder[0]``, ``params["Wx"]``.
    path : tuple
        The argument, and where in it if it is a tuple or a dict.
    value : array or float
        In the first drawing.
    axes : tuple of Along
        Those axes whose sizes the course calls by a letter.
    above : bool
        Whether it is a gradient that comes from above.
    """

    name: str
    path: tuple[Any, ...]
    value: Any
    axes: tuple[Along, ...]
    above: bool = False

    @property
    def is_array(self) -> bool:
        """Whether it has axes."""
        return isinstance(self.value, np.ndarray) and self.value.ndim > 0


def draw(exercise: Exercise, course: Course, rng: Generator, count: int) -> list[Case]:
    """Draw ordinary cases of the same sizes."""
    return [cases.of_sizes(exercise, course, rng, SIZES) for _ in range(count)]


def arguments(exercise: Exercise, course: Course, case: Case) -> list[Argument]:
    """Return the arrays of numbers, and the floats, that a case holds.

    An axis is known by a letter if its length is that size here, and in a case of other sizes as well.
    """
    other = cases.of_sizes(exercise, course, np.random.default_rng(0), _OTHER)
    others = {path: value for _, path, value in _leaves(other)}
    found = []
    for name, path, value in _leaves(case):
        axes = tuple(_axes(value, others.get(path)))
        found.append(Argument(name, path, value, axes, path[0] in case.upstream))
    return found


def changed(case: Case, argument: Argument, change: Callable[[Any], Any]) -> Case:
    """Return a case in which one argument is what `change` makes of it."""
    values = dict(case.upstream if argument.above else case.inputs)
    top, *inner = argument.path
    values[top] = _put(values[top], inner, change)
    return dataclasses.replace(case, upstream=values) if argument.above else dataclasses.replace(case, inputs=values)


def others(along: Along | None, index: int, rng: Generator) -> Callable[[Any], Any]:
    """Return a change that gives other numbers to one place along an axis, or to all of an array."""

    def change(array: Any) -> Any:
        made = np.array(array)
        here: Any = ... if along is None else (*[slice(None)] * along.axis, index)
        if made.dtype.kind == "i":  # ids: each becomes another one that occurs
            made[here] = (made[here] + 1) % max(int(made.max(initial=0)) + 1, 2)
        else:
            made[here] = rng.standard_normal(np.shape(made[here]))
        return made

    return change


def only(along: Along, index: int) -> Callable[[Any], Any]:
    """Return a change that leaves one place along an axis, and makes everything else zero."""

    def change(array: Any) -> Any:
        here: Any = (*[slice(None)] * along.axis, index)
        made = np.zeros_like(array)
        made[here] = array[here]
        return made

    return change


def doubled(value: Any) -> Any:
    """Return twice a value."""
    return 2 * value


def _leaves(case: Case) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """Yield name, path and value of each array and each float among the inputs."""
    for top, value in (case.inputs | case.upstream).items():
        inner: list[tuple[Any, Any]] = [(None, value)]
        if isinstance(value, dict):
            inner = list(value.items())
        elif isinstance(value, (tuple, list)):
            inner = list(enumerate(value))
        for key, one in inner:
            if isinstance(one, float) or (isinstance(one, np.ndarray) and one.dtype.kind in "fi"):
                quoted = f'"{key}"' if isinstance(key, str) else key
                yield (top, (top,), one) if key is None else (f"{top}[{quoted}]", (top, key), one)


def _axes(value: Any, other: Any) -> Iterator[Along]:
    letters = {size: letter for letter, size in dataclasses.asdict(SIZES).items()}
    for axis, size in enumerate(np.shape(value)):
        letter = letters.get(size)
        if letter and axis < np.ndim(other) and np.shape(other)[axis] == getattr(_OTHER, letter):
            yield Along(axis, letter, size)


def _put(value: Any, path: list[Any], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    if isinstance(value, dict):
        return {**value, path[0]: change(value[path[0]])}
    made = [change(one) if place == path[0] else one for place, one in enumerate(value)]
    return tuple(made) if isinstance(value, tuple) else made
