"""Assignment 07: what models are asked to write is clear, and shows where rows end."""

import functools

import numpy as np
import pytest

from autograder.assignments.capstone.inputs import certain, decoded_caption, decoded_pronunciation, telling
from autograder.judging import cases
from utils.checking.check_function import checked
from utils.data.vocabulary import END, PAD


@pytest.fixture(scope="module")
def drawn(course):
    """Return ``drawn(name, seed)``: the cases of an exercise, drawn once; hundreds of models are drawn for some."""
    return functools.cache(lambda name, seed: cases.draw(course.exercise(name), course, np.random.default_rng(seed)))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("name", ["caption", "pronounce"])
def test_the_ids_to_write_are_clear_and_one_row_ends_early(course, drawn, name, seed):
    """Every way of adding up writes the same ids, for no choice is close; and END comes early in one row of several."""
    exercise = course.exercise(name)
    decoded = decoded_caption if name == "caption" else decoded_pronunciation
    for number, case in enumerate(drawn(name, seed)):
        params, read, length = case.inputs.values()
        ids, margins = decoded(params, read, length)
        assert certain(ids, margins).all()
        assert telling(ids) or number > 1
        right = cases.answer(exercise, course, case)["ids"]
        before = np.cumsum(ids == END, axis=1) - (ids == END) == 0
        np.testing.assert_array_equal(right, np.where(before, ids, PAD))


@pytest.mark.parametrize("name", ["caption", "pronounce"])
def test_rows_that_stop_where_all_have_ended_are_too_short(course, drawn, name):
    """Where one row of a batch goes on to the end, nothing shows that the others are to be filled."""
    exercise = course.exercise(name)
    place = "done |= last == END"
    text = course.reference.sources[name]
    assert text.count(place) == 1
    short = course.reference.replaced(
        name, text.replace(place, f"{place}\n        if done.all():\n            return ids[:, : t + 1]")
    )
    assert checked(short).status == "wrong"
    for seed in range(20):
        [case] = [c for c in drawn(name, seed) if "ended early" in c.special]
        [ids] = cases.answer(exercise, course, case).values()
        assert (ids == END).any(axis=1).all() and (ids[:, -2:] == PAD).all(), seed
