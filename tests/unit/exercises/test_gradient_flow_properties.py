"""The judges of constructions accept and refuse what they should, and do not leave ρ to `eigvals`."""

import numpy as np
import pytest

from utils.checking.properties import compared, together
from utils.checking.properties.gradient_flow import spectral_radius
from utils.fixtures import Rng


def judged(name, H, W, output="W", **inputs):
    return compared(f"gradient_flow.{name}", {"H": H, **inputs}, {output: W}, {})[output]


def block(H, diagonal, corner, rest=None):
    W = (diagonal if rest is None else rest) * np.eye(H)
    W[:2, :2] = [[diagonal, corner], [0, diagonal]]
    return W


def chain(H, diagonal, coupling):
    return diagonal * np.eye(H) + coupling * np.eye(H, k=1)


def turned(W, seed=0):
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal(W.shape))[0]
    return Q @ W @ Q.T


# ρ.


def test_our_radius_of_a_chain_is_right_where_eigvals_is_wrong():
    W = chain(64, 0.5, 1.0)
    shuffled = W[np.ix_(*[np.random.default_rng(1).permutation(64)] * 2)]
    assert spectral_radius(W) == 0.5
    assert spectral_radius(shuffled) == 0.5, "in another order of units it is triangular still"
    assert spectral_radius(shuffled.T) == 0.5
    assert np.abs(np.linalg.eigvals(turned(W))).max() > 0.9, "rounding alone moves the eigenvalues that far"


def test_a_rotated_defective_pair_is_recognised():
    for seed in range(20):
        assert spectral_radius(turned(block(12, 0.9, 2.7), seed)) == pytest.approx(0.9, abs=1e-3)
        assert spectral_radius(turned(block(5, 0.95, 2.0, 0.3), seed)) == pytest.approx(0.95, abs=9e-4)


@pytest.mark.parametrize("seed", range(10))
def test_an_ordinary_matrix_has_the_radius_that_eigvals_gives(seed):
    W = np.random.default_rng(seed).standard_normal((6, 6))
    exact = np.abs(np.linalg.eigvals(W)).max()
    assert spectral_radius(W) == pytest.approx(exact, rel=1e-4)
    assert spectral_radius(W) <= exact


@pytest.mark.parametrize("H", [5, 12])
def test_rounding_never_makes_a_growing_matrix_look_small(H):
    for seed in range(10):
        assert spectral_radius(turned(chain(H, 1.05, 2.0), seed)) > 0.99
        assert spectral_radius(chain(H, 1.05, 2.0)) == 1.05
    random = np.random.default_rng(H).standard_normal((40, H, H))
    assert all(spectral_radius(W) > (1 - 1e-6) * np.abs(np.linalg.eigvals(W)).max() for W in random)


def test_the_spectral_radius_of_extreme_matrices_is_right():
    assert spectral_radius(np.zeros((3, 3))) == 0
    assert spectral_radius(np.eye(3, k=1)) == 0
    assert spectral_radius(1e150 * np.eye(2)) == pytest.approx(1e150)


# counterexample_vanish.


@pytest.mark.parametrize("H", [2, 5, 12])
def test_vanishing_matrices_of_many_kinds_pass(H):
    swap = 0.3 * np.eye(H)
    swap[:2, :2] = [[0, 2.0], [0.15, 0]]
    for W in (block(H, 0.5, 1.5), turned(block(H, 0.5, 1.5)), block(H, 0.5, 1.5).T, swap, -block(H, 0.5, 1.5)):
        assert judged("vanishing", H, W).ok
    assert judged("vanishing", H, block(H, 0.5, 1.5).tolist()).ok  # a list of rows holds the same numbers
    assert judged("vanishing", H, [["a"] * H] * H).problem == "kind"


@pytest.mark.parametrize("H", [2, 5, 12])
@pytest.mark.parametrize(
    ("make", "mistake"),
    [
        (lambda H: 0.5 * np.eye(H), "never-stretches"),
        (lambda H: 2.0 * np.eye(H, k=1), "cheap-zeros"),
        (lambda H: 1.6 * np.eye(H), "does-not-vanish"),
        (lambda H: block(H, 0.85, 1.5), "does-not-vanish"),
        (lambda H: 1e200 * np.eye(H), "does-not-vanish"),
        (lambda H: 1.2 * np.eye(H), None),  # it stretches, and does not vanish
        (lambda H: np.diag([2.0] + [0.0] * (H - 1)), None),  # a direction is lost, and it does not vanish
        (lambda H: np.zeros((H, H)), "never-stretches"),
    ],
)
def test_vanishing_names_what_is_wrong(H, make, mistake):
    found = judged("vanishing", H, make(H))
    assert found.mistake == mistake and f"H = {H}" in found.message


@pytest.mark.parametrize("name", ["vanishing", "transient", "orthogonality"])
def test_a_nonsense_answer_gets_its_kind_of_problem(name):
    output = "Q" if name == "orthogonality" else "W"
    for value, problem in (
        (None, "missing"),
        (np.eye(3), "shape"),
        (np.full((2, 2), np.nan), "nan"),
        (np.full((2, 2), np.inf), "nan"),
        ("W", "kind"),
        (np.eye(2) * 1j, "kind"),
    ):
        assert judged(name, 2, value, output).problem == problem


# counterexample_transient.


@pytest.mark.parametrize("H", [2, 5, 12])
def test_transient_matrices_of_many_kinds_pass(H):
    stretch = np.diag([1.0, 15.0])
    turn = 0.94 * np.array([[np.cos(0.25), -np.sin(0.25)], [np.sin(0.25), np.cos(0.25)]])
    spiral = 0.5 * np.eye(H)
    spiral[:2, :2] = np.linalg.inv(stretch) @ turn @ stretch
    many = [block(H, 0.9, 2.7), turned(block(H, 0.9, 2.7)), block(H, 0.95, 1.5), block(H, 0.95, 3.0).T, spiral]
    if H > 2:
        many.append(chain(H, 0.3, 3.0))
    for W in many:
        assert judged("transient", H, W).ok, judged("transient", H, W).message
    assert judged("transient", H, turned(block(H, 0.95, 2.0))).ok, "ρ = 0.95 exactly, defective, dense"


@pytest.mark.parametrize("H", [2, 5, 12])
@pytest.mark.parametrize(
    ("make", "mistake"),
    [
        (lambda H: 0.9 * np.eye(H), "never-grows"),
        (lambda H: block(H, 0.9, 1.0), "never-grows"),
        (lambda H: np.zeros((H, H)), "never-grows"),
        (lambda H: block(H, 1.0, 2.0), "radius-too-large"),
        (lambda H: block(H, 0.97, 3.0), None),  # it comes back
        (lambda H: 1.0 * np.eye(H), None),  # it does not grow
        (lambda H: 3.9 * np.eye(H), "radius-too-large"),
        (lambda H: block(H, 0.9, 12.0), "large-at-once"),
        (lambda H: 1e200 * np.eye(H), "large-at-once"),
    ],
)
def test_transient_names_what_is_wrong(H, make, mistake):
    found = judged("transient", H, make(H))
    assert found.mistake == mistake and f"H = {H}" in found.message


# orthogonal.


def test_orthogonal_matrices_pass_whatever_their_signs():
    for seed in range(5):
        Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((5, 5)))[0]
        assert judged("orthogonality", 5, Q, "Q").ok and judged("orthogonality", 5, -Q.T, "Q").ok
    assert judged("orthogonality", 5, Q.astype(np.float32), "Q").ok


@pytest.mark.parametrize(
    ("Q", "mistake"),
    [
        (2 * np.eye(3), "another-length"),
        (np.zeros((3, 3)), "another-length"),
        (np.array([[1, 0.6, 0], [0, 0.8, 0], [0, 0, 1]]), "unit-columns-only"),
        (np.random.default_rng(0).standard_normal((3, 3)), "not-orthogonal"),
        (np.diag([1.0, 1.0, 1.001]), "another-length"),
    ],
)
def test_orthogonality_names_what_is_wrong(Q, mistake):
    assert judged("orthogonality", 3, Q, "Q").mistake == mistake


def test_columns_at_right_angles_are_not_blamed_for_a_diagonal_entry():
    found = judged("orthogonality", 3, np.diag([1.0, 1.0, 2.0]), "Q")
    assert (
        found.message == "For H = 3, the column `Q[:, 2]` has length 2, where it should be 1; all are at right angles."
    )


def test_two_generators_may_agree_on_a_single_number():
    cases = [({"H": 1, "rng": Rng(seed)}, {"Q": np.ones((1, 1))}) for seed in (1, 2)]
    assert together("gradient_flow.orthogonality", cases, {}) == {}


def test_draws_of_equal_and_different_seeds_are_compared():
    def cases(make):
        asked = [{"H": 3, "rng": Rng(seed)} for seed in (1, 2, 2)]
        return [(inputs, {"Q": make(np.random.default_rng(inputs["rng"].seed))}) for inputs in asked]

    def turn(rng):
        return np.linalg.qr(rng.standard_normal((3, 3)))[0]

    path = "gradient_flow.orthogonality"
    assert together(path, cases(turn), {}) == {}
    assert together(path, cases(lambda rng: np.eye(3)), {})["Q"].mistake == "rng-ignored"
    own = np.random.default_rng(5)
    assert together(path, cases(lambda rng: turn(own)), {})["Q"].mistake == "chance-of-its-own"
    assert together("gradient_flow.vanishing", [], {}) == {}, "a topic need not judge side by side"
