"""Where the numbers are right and the shape is not, that is what is said, and nothing about the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.checking import wording
from utils.checking.compare import compare
from utils.checking.diagnose import diagnose
from utils.checking.findings import Answer, Case, Subject

NUMBERS = np.arange(24.0).reshape(2, 3, 4)
AXES = ("N", "T", "H")


def found(own, expected=NUMBERS):
    return compare("h", own, expected, AXES[: expected.ndim]).shape


@pytest.mark.parametrize(
    ("own", "same", "order"),
    [
        (NUMBERS[:, None], "an axis too many", ()),
        (NUMBERS.swapaxes(0, 1), "another order", (1, 0, 2)),
        (NUMBERS.transpose(2, 0, 1), "another order", (1, 2, 0)),
        (NUMBERS.reshape(6, 4), "run together", ()),
        (NUMBERS.reshape(2, 3, 2, 2), "split", ()),
        (NUMBERS[:, None] + 1e-3, "", ()),
        (NUMBERS.reshape(3, 2, 4), "", ()),
        (NUMBERS[:, ::-1].swapaxes(0, 1), "", ()),
        (NUMBERS.reshape(4, 6), "", ()),
        (np.full((2, 3, 1, 4), np.nan), "", ()),
    ],
)
def test_what_is_wrong_about_a_shape_of_right_numbers(own, same, order):
    assert (found(own).same_numbers, found(own).order) == (same, order)


def test_an_axis_of_length_one():
    one = NUMBERS[:1]
    assert found(one[0], one).same_numbers == "an axis too few"
    assert found(one.swapaxes(0, 1), one).same_numbers == "another order"
    assert found(np.array([2.0]), np.array(2.0)).same_numbers == "an axis too many"
    assert found(np.array([2.5]), np.array(2.0)).same_numbers == ""


def test_equal_numbers_say_nothing():
    assert found(np.zeros((3, 2, 4)), np.zeros((2, 3, 4))).same_numbers == ""


@settings(max_examples=200, deadline=None)
@given(st.permutations(range(3)), st.integers(2, 5), st.integers(2, 5), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_a_named_order_restores_the_array(order, n, t, h, seed):
    right = np.random.default_rng(seed).standard_normal((n, t, h))
    own = right.transpose(order)
    comparison = compare("h", own, right, AXES)
    if own.shape == right.shape:
        return
    assert comparison.shape.same_numbers == "another order"
    np.testing.assert_array_equal(own.transpose(comparison.shape.order), right)
    assert wording.comparison(comparison).endswith("the right numbers, in another order of axes.")


SUBJECT = Subject("f", {"h": AXES, "db": ("H",)}, patterns={"h": "Look at h.", "db": "Is it a sum?", "all": "Both."})
RIGHT = [{"h": NUMBERS + i, "db": np.arange(4.0) + i} for i in range(3)]


def diagnosed(*answers):
    cases = [Case({}, {}, right) for right in RIGHT]
    return diagnose(SUBJECT, cases, [Answer(answer) for answer in answers])


def test_no_hint_is_given_about_numbers_that_are_right():
    kept = diagnosed(*({**right, "db": right["db"][None]} for right in RIGHT))
    assert kept.pattern is None and kept.unexplained == () and list(kept.wrong) == ["db"]
    wrong = diagnosed(*({**right, "db": right["db"][None] + 1} for right in RIGHT))
    assert wrong.pattern == "db" and wrong.unexplained == ("db",)


def test_the_numbers_are_called_right_only_if_they_are_so_in_every_case():
    first, second, third = ({**right, "db": right["db"][None]} for right in RIGHT)
    assert diagnosed(first, second, third).comparisons["db"].shape.same_numbers == "an axis too many"
    found = diagnosed(first, {**second, "db": second["db"] + 1}, third)
    assert found.comparisons["db"].shape.same_numbers == "" and found.unexplained == ("db",)
    assert "right" not in wording.comparison(found.comparisons["db"])
