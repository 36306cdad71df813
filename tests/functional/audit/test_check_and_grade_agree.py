"""`check` never says that a function is right where the grade says that it is wrong.

Asked of every slip and every answer of `tests/cases/attempts.json`; known mistakes have a test of their own. Only what
`check` calls right is graded, on fresh inputs from a few seeds.
"""

import functools
import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from autograder.auditing import audit
from autograder.auditing.mutants import mutants
from autograder.course import open_course
from utils import fixtures
from utils.checking import calling, run_cases
from utils.checking.check_function import checked
from utils.checking.diagnose import compared

COURSE = open_course(Path(__file__).parents[3])
SECONDS = 2.0
SEEDS = range(4)
ATTEMPTS = json.loads((Path(__file__).parents[2] / "cases" / "attempts.json").read_text(encoding="utf-8"))
NAMES = fixtures.names()


def answers(name):
    """Yield a label, a function and a forward pass for each slip in an exercise and each attempt at it."""
    exercise, reference = COURSE.exercise(name), COURSE.reference
    forward = reference[exercise.forward] if exercise.forward else None
    for mutant in () if exercise.properties else mutants(reference.sources[name]):
        yield mutant.slip, reference.replaced(name, mutant.source), forward
    for attempt in ATTEMPTS["attempts"]:
        if attempt["exercise"] == name and attempt["expect"] != "either":  # else both verdicts are fair
            space = {"np": np} | {other: reference[other] for other in NAMES}
            texts = [ATTEMPTS["given"][attempt["given"]]] if "given" in attempt else []
            for text in (*texts, attempt["code"]):
                exec(text, space)
            yield attempt["label"], space[name], space[exercise.forward] if exercise.forward else None


def right_in_check(name, function, forward):
    """Whether `check` calls a function right, without the words."""
    exercise = fixtures.load(name)
    if exercise["properties"]:
        return checked(function, forward=forward).ok
    clock, subject = run_cases.Clock(SECONDS), run_cases.subject(exercise)
    for case in exercise["cases"]:
        run = run_cases.run_case(function, forward, exercise, case, clock)
        if run.failure or not all(
            found.ok for found in compared(subject, run_cases.case_of(exercise, case), run.outputs).values()
        ):
            return False
    return True


def right_in_grade(name, function, forward, seed):
    """Whether all points are earned on inputs from `seed`."""
    bounded = functools.partial(_called, function)
    try:
        return audit.judged(COURSE.exercise(name), COURSE, bounded, seed, forward).status == "passed"
    except Exception:
        return False


def _called(function, *args):
    return calling.call_with(function, args, seconds=SECONDS)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_right_in_check_and_wrong_in_the_grade(name):
    exercise = COURSE.exercise(name)
    seeds = SEEDS[:1] if exercise.properties or exercise.score else SEEDS  # they take long, or draw the same each time
    disagreeing = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for label, function, forward in answers(name):
            if right_in_check(name, function, forward):
                wrong = [seed for seed in seeds if not right_in_grade(name, function, forward, seed)]
                disagreeing += [(label, wrong)] if wrong else []
    assert disagreeing == []
