"""Where all inputs of an exercise are functions that the course gives, the reference is asked about them once."""

import functools

import numpy as np
import pytest

from autograder.course import open_course
from autograder.judging import cases

COURSE = open_course()


@pytest.fixture
def asked(monkeypatch):
    """How often the reference was called, by the name of the function."""
    cases._about_given_functions.cache_clear()
    counts, functions = {}, dict(COURSE.reference._functions)

    def counting(name):
        @functools.wraps(functions[name])
        def called(*args):
            counts[name] = counts.get(name, 0) + 1
            return functions[name](*args)

        return called

    for name in ("spots_the_bug", "numerical_gradient"):
        monkeypatch.setitem(COURSE.reference._functions, name, counting(name))
    yield counts
    cases._about_given_functions.cache_clear()


def answers(name, seed):
    exercise = COURSE.exercise(name)
    drawn = cases.draw(exercise, COURSE, np.random.default_rng(seed))
    return [(case, cases.answer(exercise, COURSE, case)) for case in drawn]


def test_the_reference_hunts_for_each_bug_once_whatever_the_order(asked):
    first, second = answers("spots_the_bug", 0), answers("spots_the_bug", 1)
    assert asked == {"spots_the_bug": 7}
    by_text = [{case.inputs["backward"].text: own["broken"] for case, own in found} for found in (first, second)]
    assert by_text[0] == by_text[1] and sorted(by_text[0].values()) == [False] + 6 * [True]
    assert [case.inputs for case, _ in first] != [case.inputs for case, _ in second]
    first[0][1].clear()  # what one caller does to an answer is not seen by the next
    assert answers("spots_the_bug", 0)[0][1].keys() == {"broken"}


def test_a_given_function_beside_numbers_is_asked_about_each_time(asked):
    first, second = answers("numerical_gradient", 0), answers("numerical_gradient", 1)
    assert asked["numerical_gradient"] == len(first) + len(second)
