"""Carry errors forward: an output that is right over the student's own earlier mistake keeps its points.

A function can be correct and still give other numbers than the reference, because it calls a function that the student
got wrong, or takes its cache. So where an output differs from the reference's, and the exercise rests on a function
that was judged wrong in the same notebook, the output is compared once more, in one of two ways or in both:

* *By calling.* The reference runs with the student's wrong functions in the place of its own; these are called in the
  student's kernel. The output is right if it equals what comes of that: for example the reference's loop over the
  student's own step.
* *By differentiating.* For a backward pass whose forward pass is wrong, the output is right if it is the numeric
  gradient of the student's own forward pass.

A wrong function that ignores its inputs, or has no memory, would make everything that is built on it trivial to get
right. Nothing is carried over such a function (see `autograder.judging.degenerate`).

A backward pass whose points were carried must not differentiate numerically either: it answers the same large case as
any other, and what is not right over the student's own function there is not carried (`carried_on`).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise, Outputs
from autograder.errors import AutograderError
from autograder.judging import cases
from autograder.judging.cases import Case
from autograder.judging.degenerate import depends_on_inputs, fed_back, mostly, state_sequences, varied
from autograder.judging.own_functions import Made, OwnFunctions, differences_passed_on, with_another_past
from autograder.judging.own_gradients import right_along_a_direction, right_by_differentiating
from autograder.judging.protocol import Ask
from utils.checking.compare import compare
from utils.checking.comparison import TOLERANCE

if TYPE_CHECKING:
    from autograder.judging.results import ExerciseResult


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
    replaced : dict of str to tuple of str
        By output that was made by calling, the functions that stood in the place of the reference's.
    """

    origins: dict[str, str]
    gradients: frozenset[str] = frozenset()
    tolerance: float = TOLERANCE["float64"]
    replaced: dict[str, tuple[str, ...]] = field(default_factory=dict)

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
    ask_new_kernel: Callable[[], Ask],
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
    ask_new_kernel : callable
        ``ask_new_kernel() -> ask`` of a new kernel of the student's, which knows nothing of what was asked before.
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
    ask = ask_new_kernel()
    over: dict[str, tuple[str, ...]] = {}
    for replaced in replacements:
        open_names = [name for name in wrong if name not in over]
        right = _right_by_calling(exercise, course, drawn, outputs, open_names, replaced, ask, rng)
        over |= dict.fromkeys(right, replaced)
    origins, gradients = {name: replaced[0] for name, replaced in over.items()}, []
    if differentiated and exercise.forward:
        open_names = [name for name in wrong if name not in over]
        forward = course.exercise(exercise.forward)
        gradients = right_by_differentiating(exercise, forward, course, drawn, outputs, open_names, ask)
        origins |= dict.fromkeys(gradients, exercise.forward)
    if not origins:
        return None
    single = any(getattr(one[name], "dtype", None) == np.float32 for one in outputs for name in origins)
    return Carried(origins, frozenset(gradients), TOLERANCE["float32" if single else "float64"], over)


def carried_on(
    carried: Carried,
    exercise: Exercise,
    course: Course,
    case: Case,
    outputs: Outputs,
    ask: Ask,
    rng: np.random.Generator,
) -> Carried | None:
    """Return what of `carried` is right over the student's own functions on one more case too.

    Parameters
    ----------
    carried : Carried
    exercise : Exercise
    course : Course
    case : Case
        A large one: of its gradients only a product with a direction is taken.
    outputs : dict
        What the student's function answered to it.
    ask : callable
        From a new kernel, as for `carry`.
    rng : numpy.random.Generator

    Returns
    -------
    Carried or None
        None where nothing is left.
    """
    kept: list[str] = []
    for replaced in dict.fromkeys(carried.replaced.values()):
        names = [name for name in carried.replaced if carried.replaced[name] == replaced]
        kept += _right_by_calling(exercise, course, [case], [outputs], names, replaced, ask, rng)
    if carried.gradients and exercise.forward:
        forward = course.exercise(exercise.forward)
        kept += right_along_a_direction(forward, case, outputs, sorted(carried.gradients), ask, rng)
    origins = {name: origin for name, origin in carried.origins.items() if name in kept}
    return dataclasses.replace(carried, origins=origins) if origins else None


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
    rng: np.random.Generator,
) -> list[str]:
    """Return those of `names` that equal the reference's composite over the student's functions."""
    own = OwnFunctions(course, ask)
    functions = {name: own.function(name) for name in replaced}
    for name in replaced:  # a backward step reads the cache of the student's own forward step
        if (forward := course.exercise(name).forward) is not None:
            functions[forward] = own.function(forward)
    mixed = course.reference.over(functions)

    def run(case: Case) -> tuple[Outputs, list[Made]]:
        own.made = []
        return cases.answer(exercise, course, case, mixed[exercise.name], mixed.get(exercise.forward or "")), own.made

    remember = any(fed_back(one) or state_sequences(one, ("h0", "c0")) for one in map(course.exercise, functions))
    passed_on: list[bool] = []
    for case, own_outputs in zip(drawn, outputs, strict=True):
        if not names:
            break
        both = [case, with_another_past(case)] if remember else [case]
        try:
            runs = {number: run(both[number]) for number in rng.permutation(len(both))}
        except AutograderError:  # grading is in trouble, not the student's functions
            raise
        except Exception:  # shapes that do not fit, a cache that is not of this form: there is no such loop
            return []
        if remember and not case.edge:  # a state of one unit is often saturated
            passed_on += differences_passed_on(course, runs[0][1], runs[1][1])
        over, right = runs[0][0], cases.answer(exercise, course, case)
        names = [  # over a constant there is nothing to get right
            name
            for name in names
            if varied(over[name], right[name]) and compare(name, own_outputs[name], over[name]).ok
        ]
    return names if mostly(passed_on) else []
