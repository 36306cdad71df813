"""No mistake is named that is not made: of two declared mistakes at once, and of one or two random slips.

Whatever `check` names must hold on fresh inputs of other sizes: the named mistake changes nothing that is right, and
each output that it changes is the answer's own, number by number (`autograder.auditing.false_names`).
"""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.auditing.doubles import double, pairs
from autograder.auditing.false_names import Fresh
from autograder.auditing.mutants import slipped
from autograder.course import open_course
from utils.checking.check_function import found
from utils.checking.findings import Findings

COURSE = open_course()
# Where right answers are many, judges of properties name mistakes; they have tests of their own.
EXERCISES = [e for a in COURSE.assignments for e in COURSE.exercises(a) if not e.properties]
SECONDS = 2.0
fresh = functools.cache(lambda name: Fresh(COURSE.exercise(name), COURSE))


def named(exercise, text):
    """Return what is found of a function with this text, and which of the names that are given to it are false."""
    function = COURSE.reference.replaced(exercise.name, text)
    with np.errstate(all="ignore"):
        findings = found(function, COURSE.reference[exercise.forward] if exercise.forward else None, SECONDS)
    return findings, fresh(exercise.name).false_names(findings, function)


def test_of_two_declared_mistakes_none_is_named_that_is_not_there():
    counted = {"one": 0, "by output": 0, "none": 0}
    for exercise in EXERCISES:
        for ids, text in pairs(exercise, COURSE):
            findings, false = named(exercise, text)
            if exercise.name in COARSE:  # ids are coarse: one of the two may hide the other
                false = [name for name in false if name not in ids.split(" and ")]
            assert not false, f"{exercise.name}, {ids}: {findings.mistake} {findings.by_output}"
            counted["one" if findings.mistake else "by output" if findings.by_output else "none"] += 1
    assert min(counted.values()) > 50, "of every kind there are enough to notice a fault"


COARSE = {"caption", "pronounce"}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(EXERCISES), st.booleans(), st.data())
def test_of_random_slips_none_is_named_that_is_not_there(exercise, two, data):
    def choose(count):
        return data.draw(st.integers(0, count - 1))

    text = double(exercise, COURSE, choose) if two else slipped(COURSE.reference.sources[exercise.name], choose)
    findings, false = named(exercise, text)
    assert not false, f"{findings.mistake} {findings.by_output}\n{text}"


@pytest.mark.parametrize(
    ("exercise", "edits", "name"),
    [
        ("lstm_backward", [("dh0 = dprev_h", "dh0 = 0 * dprev_h")], "loss-gradient-dropped"),
        ("clip_grad_norm", [("return clipped, norm", "return clipped, norm + 1e-12")], "per-parameter"),
    ],
)
def test_a_false_name_would_be_noticed(exercise, edits, name):
    """These names were given once; that they are false shows on fresh inputs."""
    text = COURSE.reference.sources[exercise]
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    function = COURSE.reference.replaced(exercise, text)
    findings, false = named(COURSE.exercise(exercise), text)
    assert findings.wrong and name not in (findings.mistake, *findings.by_output) and not false
    wrong = next(iter(findings.wrong))
    compared = findings.compared[findings.wrong[wrong][0]]
    planted = Findings(exercise, 1, {0: compared}, {wrong: (0,)}, by_output={name: (wrong,)})
    assert fresh(exercise).false_names(planted, function) == (name,)
