"""Carry errors forward: an output that is right over the student's own earlier mistake keeps its points.

A function can be correct and still give other numbers than the reference, because it calls a function that the student
got wrong, or takes its cache. So where an output differs from the reference's, and the exercise rests on a function
that was judged wrong in the same notebook, the output is compared once more, in one of two ways or in both:

* *By calling.* The reference runs with the student's wrong functions in the place of its own; these are called in the
  student's kernel. The output is right if it equals what comes of that: for example the reference's loop over the
  student's own step.
* *By differentiating.* For a backward pass whose forward pass is wrong, the output is right if it is the numeric
  gradient of the student's own forward pass.

A wrong function that ignores its inputs would make everything that is built on it trivial to get right. Nothing is
carried over such a function (see `autograder.judging.degenerate`).
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import cases
from autograder.judging.cases import Call, Case, Handle
from autograder.judging.degenerate import NoAnswer, checked, depends_on_inputs, varied
from autograder.judging.protocol import Ask
from utils.checking.compare import compare
from utils.checking.comparison import TOLERANCE
from utils.gradients.verdict import relative_error

if TYPE_CHECKING:
    from autograder.judging.results import ExerciseResult

Array = NDArray[Any]
Outputs = Mapping[str, Any]
CALLS = 400  # of one student's functions, for one exercise and one set of them in the reference's place
NUDGE = 2.0**-17  # about eps^(1/3), and a number that is added without rounding
PROBED = 3  # cases whose numeric gradient is taken: those with the fewest entries


@dataclass(frozen=True)
class Carried:
    """Outputs that are right over the student's own mistake.

    Attributes
    ----------
    origins : dict of str to str
        By output, the wrong function that it is right over; never empty.
    gradients : frozenset of str
        Those of the outputs that are gradients of that function, rather than made by calling it.
    tolerance : float
        The largest error that was let pass: of a composite relative to its largest entry, of a gradient by norm.
    """

    origins: dict[str, str]
    gradients: frozenset[str] = frozenset()
    tolerance: float = TOLERANCE["float64"]

    @property
    def mistake(self) -> str:
        """The name of the mistake: ``"carried:rnn_step_forward"``."""
        return f"carried:{next(iter(self.origins.values()))}"


def is_wrong(result: ExerciseResult) -> bool:
    """Whether an exercise's function gave answers and they were wrong, also where its points were carried."""
    return result.reason is None and (result.status == "failed" or result.carried_from is not None)


def carry(
    exercise: Exercise,
    course: Course,
    wrong: Sequence[str],
    results: Mapping[str, ExerciseResult],
    ask: Ask,
    ask_afresh: Callable[[], Ask],
    rng: np.random.Generator,
    overridden: Sequence[str] = (),
) -> Carried | None:
    """Find the wrong outputs of an exercise that are right over the student's own earlier mistakes.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    wrong : tuple of str
        The outputs that are not the reference's.
    results : dict of str to ExerciseResult
        By function, what was judged in this notebook so far. Functions that were handed out are not among them.
    ask : callable
        ``ask(plan, session="") -> Answer``, from the student's kernel as it is now.
    ask_afresh : callable
        ``ask_afresh() -> ask`` of a new kernel of the student's, which knows nothing of what was asked before.
    rng : numpy.random.Generator
        For fresh inputs.
    overridden : sequence of str
        Functions that were handed out and replaced by wrong ones of the student; see `autograder.judging.overridden`.

    Returns
    -------
    Carried or None
    """
    if exercise.properties or exercise.score:
        return None
    failed = [*overridden, *(name for name in results if is_wrong(results[name]))]
    depends = functools.cache(lambda name: depends_on_inputs(course.exercise(name), course, ask, rng))
    replacements = [names for names in _replacements(exercise, course, failed) if all(map(depends, names))]
    differentiated = exercise.forward in failed and depends(exercise.forward)
    if not replacements and not differentiated:
        return None
    drawn = cases.draw(exercise, course, rng)
    outputs = _answers(exercise, course, drawn, ask)
    if outputs is None:
        return None
    # A new kernel: the student's function may have left its answers where the functions that are called now find them.
    ask = ask_afresh()
    origins: dict[str, str] = {}
    gradients: frozenset[str] = frozenset()
    for replaced in replacements:
        open_names = [name for name in wrong if name not in origins]
        origins |= dict.fromkeys(
            _right_by_calling(exercise, course, drawn, outputs, open_names, replaced, ask), replaced[0]
        )
    if differentiated and exercise.forward:
        open_names = [name for name in wrong if name not in origins]
        forward = course.exercise(exercise.forward)
        gradients = frozenset(_right_by_differentiating(exercise, forward, course, drawn, outputs, open_names, ask))
        origins |= dict.fromkeys(sorted(gradients, key=open_names.index), exercise.forward)
    if not origins:
        return None
    single = any(getattr(one[name], "dtype", None) == np.float32 for one in outputs for name in origins)
    return Carried(origins, gradients, TOLERANCE["float32" if single else "float64"])


def _replacements(exercise: Exercise, course: Course, failed: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the sets of wrong functions that a composite may be right over: each alone, then all together."""
    called = {*course.reference.calls(exercise.name)}
    if exercise.forward:
        called |= {*course.reference.calls(exercise.forward)} - {exercise.name}
    wrong = tuple(name for name in failed if name in called)
    return [(name,) for name in wrong] + ([wrong] if len(wrong) > 1 else [])


def _answers(exercise: Exercise, course: Course, drawn: Sequence[Case], ask: Ask) -> Sequence[Outputs] | None:
    """Return the outputs of the student's function, one dict a case, or None."""
    plan = [call for case in drawn for call in cases.plan(exercise, course, case)]
    answer = ask(plan)
    return None if answer.failure else answer.calls[len(plan) // len(drawn) - 1 :: len(plan) // len(drawn)]


def _right_by_calling(
    exercise: Exercise,
    course: Course,
    drawn: Sequence[Case],
    outputs: Sequence[Outputs],
    names: list[str],
    replaced: tuple[str, ...],
    ask: Ask,
) -> list[str]:
    """Return those of `names` that equal the reference's composite over the student's functions."""
    own = _Own(course, ask)
    functions = {name: own.function(name) for name in replaced}
    for name in replaced:  # a backward step reads the cache of the student's own forward step
        if (forward := course.exercise(name).forward) is not None:
            functions[forward] = own.function(forward)
    mixed = course.reference.over(functions)
    for case, own_outputs in zip(drawn, outputs, strict=True):
        if not names:
            break
        try:
            over = cases.answer(exercise, course, case, mixed[exercise.name], mixed.get(exercise.forward or ""))
        except Exception:  # shapes that do not fit, a cache that is not of this form: there is no such loop
            return []
        right = cases.answer(exercise, course, case)
        names = [  # over a constant there is nothing to get right
            name
            for name in names
            if varied(over[name], right[name]) and compare(name, own_outputs[name], over[name]).ok
        ]
    return names


class _Own:
    """The student's functions, which the reference calls instead of its own."""

    def __init__(self, course: Course, ask: Ask) -> None:
        self._course, self._ask, self._session = course, ask, secrets.token_hex(8)
        self._caches: dict[Handle, Any] = {}
        self._count = 0

    def function(self, name: str) -> Callable[..., Any]:
        """Return a function that asks the student's `name`; its cache is a `Handle`."""
        exercise, reference = self._course.exercise(name), self._course.reference[name]

        def own(*args: Any) -> Any:
            self._count += 1
            if self._count > CALLS:
                raise NoAnswer
            # The reference on the same arguments says what shapes there must be: no array is let in that could
            # grow without bounds when it is added to another.
            like = cases.named(exercise, reference(*self._own_caches(args)))
            handle = Handle(f"cache {self._count}")
            slots = (*exercise.outputs, handle.slot) if exercise.cache else tuple(exercise.outputs)
            call = Call(name, args, slots, kept=slots[len(exercise.outputs) :])
            answer = self._ask([call], self._session)
            if answer.failure:
                raise NoAnswer
            result: list[Any] = [checked(answer.calls[0][output], like[output]) for output in exercise.outputs]
            if exercise.cache:
                self._caches[handle] = like["cache"]
                result.append(handle)
            return result[0] if len(result) == 1 else tuple(result)

        return own

    def _own_caches(self, value: Any) -> Any:
        """Return arguments with each handle replaced by the reference's own cache."""
        if isinstance(value, Handle):
            return self._caches[value]
        if isinstance(value, (list, tuple)):
            return type(value)(self._own_caches(item) for item in value)
        return value.copy() if isinstance(value, np.ndarray) else value


def _right_by_differentiating(
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
