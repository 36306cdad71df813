"""Find the smallest case that fails, and the first step at which it leaves the right numbers."""

from collections.abc import Mapping, Sequence

import numpy as np

from utils.checking import time_axis
from utils.checking.case_facts import FirstStep
from utils.checking.findings import Answer, Case, Findings
from utils.checking.run_cases import Fixture


def smallest_failing(findings: Findings, cases: Sequence[Case], answers: Sequence[Answer]) -> int:
    """Return the index of the smallest case that fails, an ordinary one if there is any; −1 if none fails.

    Small is what has few numbers among its inputs. Outputs that are excused do not fail.
    """
    wrong = {index for indices in findings.wrong.values() for index in indices}
    failing = wrong | {index for index, answer in enumerate(answers) if answer.failure}
    return min(failing, key=lambda index: (*_size(cases[index]), index), default=-1)


def smallest(cases: Sequence[Case]) -> int:
    """Return the index of the smallest ordinary case, or of the smallest if all are special."""
    return min(range(len(cases)), key=lambda index: (*_size(cases[index]), index))


def first_step(exercise: Fixture, findings: Findings, case: Case, answer: Answer) -> FirstStep | None:
    """Return where a failing case goes wrong first, if one of its wrong outputs counts steps or layers.

    Parameters
    ----------
    exercise : dict
        The fixture.
    findings : Findings
        With the case's index as `smallest`.
    case, answer : Case, Answer
        That case.
    """
    if exercise.get("properties"):  # right answers are many
        return None
    backward = bool(exercise["forward"]) or findings.name.endswith("_backward")
    for output, found in findings.compared.get(findings.smallest, {}).items():
        axis = time_axis.counted(exercise["outputs"][output])
        if found.problem not in ("value", "nan") or axis is None or found.part or output not in findings.wrong:
            continue
        own, right = np.asarray((answer.outputs or {})[output]), np.asarray(case.expected[output])
        wrong = _wrong_steps(own, right, axis, found.tolerance)
        if wrong and right.shape[axis] > 1:
            # What is right at the end and wrong at the beginning was most likely made from the end.
            from_the_end = backward or (wrong[0] == 0 and wrong[-1] < right.shape[axis] - 1)
            return FirstStep(output, wrong[-1] if from_the_end else wrong[0], from_the_end)
    return None


def _wrong_steps(own: np.ndarray, right: np.ndarray, axis: int, tolerance: float) -> list[int]:
    own, right = own.astype(float), right.astype(float)
    with np.errstate(invalid="ignore"):
        fits = np.abs(own - right) <= tolerance * np.max(np.abs(right), initial=0.0, where=np.isfinite(right))
    wrong = ~(fits | (own == right)).all(axis=tuple(i for i in range(right.ndim) if i != axis))
    return [int(step) for step in np.flatnonzero(wrong)]


def _size(case: Case) -> tuple[bool, int]:
    return bool(case.special), _numbers((*case.inputs.values(), *case.upstream.values()))


def _numbers(value: object) -> int:
    """Return how many numbers a value holds."""
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, Mapping):
        return sum(map(_numbers, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_numbers, value))
    return abs(int(value)) if isinstance(value, (int, np.integer)) else 1  # a number of steps, or of units
