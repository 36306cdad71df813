"""Ask wrong functions that nothing explains for their answers to inputs that all students share.

Each student's inputs are drawn apart, so that the same mistake gives other numbers in each submission. These are drawn
once for a class, from its own secret. What is kept of an answer is a digest of each output, which two answers share if
their numbers agree to six digits, and the student's own value where the answer first differs from the right one. The
class report reads it from the autograded notebook; no mark rests on it, and no expected value is in it.
"""

import hashlib
import logging
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import AutograderError
from autograder.judging import cases, seeds
from autograder.judging.caller import Caller
from autograder.judging.diagnosis import compared_case
from autograder.judging.protocol import Answer
from autograder.judging.results import ExerciseResult
from utils.checking.comparison import Comparison, Opaque
from utils.checking.containers import Opened
from utils.errors import Failure
from utils.fixtures import Rng, Source

DIGITS = {"f4": 3, "f8": 6}  # significant digits, relative to the largest entry, to which numbers are compared
# The grid's borders: neither numbers of few digits nor their sums come to lie on one, where the last bit would decide.
_SHIFT = 1 / math.pi
_SMALLEST = 1e-300
_log = logging.getLogger(__name__)
_NOT_FINITE = {"nan": 2**62, "inf": 2**61, "-inf": -(2**61)}


def is_asked(result: ExerciseResult) -> bool:
    """Whether a function is asked: something is wrong that has no name, and its calls ended by themselves."""
    return bool(result.unnamed) and result.reason in (None, "exception", "count")


def drawn(exercise: Exercise, course: Course, assignment: str) -> list[cases.Case]:
    """Return the inputs that all students share: ordinary ones, then those with something special."""
    return _drawn(exercise, course, seeds.shared_seed(seeds.secret(course.workspace), assignment, exercise.name))


def _drawn(exercise: Exercise, course: Course, seed: int) -> list[cases.Case]:
    return cases.draw(exercise, course, np.random.default_rng(seed))


def drawing(shared: list[cases.Case]) -> str:
    """Return a digest of drawn inputs: answers to others cannot be compared with these."""
    return _hashed([digest([*case.inputs.values(), *case.upstream.values()]) for case in shared])


def ask(exercise: Exercise, course: Course, seed: int, caller: Caller) -> dict[str, Any]:
    """Return what a student's function answers to the inputs that all share, as data.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    seed : int
        Of the inputs that all share.
    caller : Caller
        Of the student's kernel, as it is when the whole notebook has been judged.

    Returns
    -------
    dict
        ``drawing``, the digest of the inputs; ``cases``, of each either ``outputs``, a digest each, or ``failure``;
        and ``first``: where the answer first differs from the right one, or None. Empty if an answer was so odd that
        it could not be looked at: this may cost nobody a mark.
    """
    try:
        return _asked(exercise, course, seed, caller)
    except AutograderError:
        raise
    except Exception:
        _log.exception("%s was judged, but cannot be compared with the class.", exercise.name)
        return {}


def _asked(exercise: Exercise, course: Course, seed: int, caller: Caller) -> dict[str, Any]:
    shared = _drawn(exercise, course, seed)
    answers = answered(exercise, course, shared, caller)
    first = next(filter(None, (_first(exercise, course, shared, *one) for one in enumerate(answers))), None)
    return {"drawing": drawing(shared), "cases": [*map(as_data, answers)], "first": first}


def answered(exercise: Exercise, course: Course, shared: list[cases.Case], caller: Caller) -> list[Answer]:
    """Return the answers of the function in a kernel to these inputs, one each."""
    found = caller.answers([cases.plan(exercise, course, case) for case in shared])
    late = Answer(failure=Failure("timeout", exercise.name))
    return [found.get(number, late) for number in range(len(shared))]


def digest(value: object) -> str:
    """Return a digest of a value, equal for two values if kinds, shapes, dtypes and six digits of the numbers are."""
    if isinstance(value, Mapping):
        return _hashed(["dict", *(part for key in value for part in (str(key), digest(value[key])))])
    if isinstance(value, (list, tuple)):
        return _hashed(["entries", *map(digest, value)])
    if isinstance(value, Opaque):
        return _hashed(["other", value.type_name])
    if value is None or isinstance(value, (str, Rng, Source)):
        return _hashed([repr(value)])
    array = np.asarray(value)
    container = value.container if isinstance(value, Opened) else ""
    return _hashed([array.dtype.str, str(array.shape), container, _rounded(array).tobytes().hex()])


def _rounded(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind != "f":
        return array
    finite = np.isfinite(array)
    sizes = np.abs(np.where(finite, array, 0)).astype(float)
    largest = sizes.max(initial=0.0)
    unit = 10.0 ** (math.floor(math.log10(largest)) + 1 - DIGITS.get(array.dtype.str[1:], 6)) if largest else 1.0
    grid = np.array(np.floor(np.where(finite, array, 0) / max(unit, _SMALLEST) + _SHIFT), dtype=np.int64)
    for name, number in _NOT_FINITE.items():
        grid[np.isnan(array) if name == "nan" else array == float(name)] = number
    return grid


def as_data(answer: Answer) -> dict[str, Any]:
    """Return an answer as the autograded notebook keeps it: a digest of each output, or what kind of failure it was."""
    if failure := answer.failure:
        code = failure.sites[-1].text if failure.sites else ""
        about = {"kind": failure.kind, "name": failure.name, "code": code}
        return {"failure": about | {"function": failure.inside or failure.function}}
    return {"outputs": {name: digest(value) for name, value in answer.calls[-1].items()}}


def _first(
    exercise: Exercise, course: Course, shared: list[cases.Case], place: int, answer: Answer
) -> dict[str, Any] | None:
    """Return where an answer first differs from the right one in a case; None where it does not."""
    if answer.failure:
        return None
    own = answer.calls[-1]
    found = compared_case(exercise, course, shared[place], own)
    wrong = next((one for one in found.values() if not one.ok), None)
    if wrong is None:
        return None
    about: dict[str, Any] = {"case": place, "output": wrong.name, "part": list(wrong.part), "problem": wrong.problem}
    if wrong.problem == "shape" and wrong.shape:
        about["shape"] = list(wrong.shape.actual)
    if wrong.problem in ("value", "nan"):
        index = _first_entry(exercise, course, shared[place], own, wrong)
        about |= {"index": list(index), "yours": number(entry_of(own, wrong.name, wrong.part), index)}
    return about


def _first_entry(
    exercise: Exercise, course: Course, case: cases.Case, own: Mapping[str, object], wrong: Comparison
) -> tuple[int, ...]:
    """Return the first wrong entry in reading order; the worst, where no numbers are expected."""
    expected = cases.answer(exercise, course, case)
    right, mine = (np.asarray(entry_of(one, wrong.name, wrong.part)) for one in (expected, own))
    if exercise.properties or right.shape != mine.shape:
        return wrong.index
    with np.errstate(invalid="ignore"):
        far = ~(np.abs(mine - right) <= wrong.tolerance * np.abs(right).max(initial=0.0))
    return tuple(map(int, np.argwhere(far)[0])) if far.any() else wrong.index


def entry_of(outputs: Mapping[str, object], name: str, part: list[Any] | tuple[Any, ...]) -> Any:
    """Return an output, or the part of it that these keys lead to."""
    value: Any = outputs[name]
    for key in part:
        value = value[key]
    return value


def number(value: object, index: tuple[int, ...]) -> float | str:
    """Return an entry of an array, or a number; as a text, if it is not finite and JSON cannot hold it."""
    entry = np.asarray(value)[index].item()
    return entry if math.isfinite(entry) else str(entry)


def shape(value: object) -> tuple[int, ...]:
    """Return the shape of an array; that of a number is ()."""
    return np.asarray(value).shape


def _hashed(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
