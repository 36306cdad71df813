"""Answers to the inputs that a class shares: equal digests for equal numbers, and for no others."""

import numpy as np
import pytest

from autograder.judging.shared_inputs import digest
from utils.checking.comparison import Opaque

RNG = np.random.default_rng(5)
X = RNG.standard_normal((3, 4)).round(8)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (X + X, 2 * X),
        (X.sum(axis=1), X[:, 3] + X[:, 2] + X[:, 1] + X[:, 0]),
        (X @ X.T, np.einsum("ij,kj->ik", X, X)),
        (np.array([1.0, 0.1 + 0.2 - 0.3]), np.array([1.0, 0.0])),  # what is left where numbers cancel
        (np.array([1.0, -0.0]), np.array([1.0, 0.0])),
        (np.array([np.nan, np.inf, 1.0]), np.array([np.nan, np.inf, 1.0])),
        (np.zeros(3), -np.zeros(3)),
        ({"Wx": X, "b": [1.0, 2.0]}, {"Wx": X * (1 + 1e-13), "b": [1.0, 2.0]}),
        (X.astype(np.float32), (X + 1e-9).astype(np.float32)),
        (0.5, np.float64(0.5)),
    ],
)
def test_what_is_computed_in_another_way_has_the_same_digest(one, other):
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (X, X * (1 + 1e-4)),
        (X, X.T),
        (X, X.reshape(-1)),
        (X, X.astype(np.float32)),
        (np.ones(3), np.ones(3, dtype=int)),
        (np.array([np.nan, 1.0]), np.array([np.inf, 1.0])),
        (np.array([np.inf, 1.0]), np.array([-np.inf, 1.0])),
        ({"Wx": X}, {"Wh": X}),
        ([X, X], [X]),
        (None, 0.0),
        (Opaque("function"), Opaque("module")),
    ],
)
def test_other_numbers_shapes_kinds_and_types_have_another_digest(one, other):
    assert digest(one) != digest(other)


def test_sums_of_rounded_numbers_in_any_order_lie_on_no_border():
    """Drawn inputs have eight digits, and so have their sums: on a grid of plain decimals, one in a thousand splits."""
    for seed in range(200):
        numbers = np.random.default_rng(seed).standard_normal((5, 40)).round(8)
        assert digest(numbers.sum(axis=0)) == digest(sum(numbers[::-1]))
