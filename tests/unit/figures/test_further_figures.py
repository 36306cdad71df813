"""The figures of the pages without points draw what is true in closed form, and notice wrong functions."""

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils import figures
from utils.figures import _room_and_distance as room

W = np.array([[0.9, 2.7], [0.0, 0.8]])


def lost(T, H, rng):
    return max(0.0, 1 - H / T)


def context(scores, states):
    weights = np.exp(scores) / np.exp(scores).sum()
    return (weights[:, None] * states).sum(axis=0)


def linear_recurrence(x, h0, W):
    powers = [np.eye(len(W))]
    for _ in x:
        powers.append(W @ powers[-1])
    return np.array(
        [powers[t] @ h0 + sum(powers[t - s] @ x[s - 1] for s in range(1, t + 1)) for t in range(1, len(x) + 1)]
    )


def lru_eigenvalues(nu, theta):
    return np.exp(-np.exp(nu)) * (np.cos(theta) + 1j * np.sin(theta))


def selective(x, z):
    lam, h, state = 1 / (1 + np.exp(z)), [], 0.0
    for keep, now in zip(lam, x, strict=True):
        state = keep * state + (1 - keep) * now
        h.append(state)
    return np.array(h), lam


def test_room_and_distance(line, title):
    picture = figures.room_and_distance(lost, context)
    assert_tidy(picture.figure)
    T, share = line(picture, "H=128")
    np.testing.assert_allclose(share, np.maximum(0, 1 - 128 / T), atol=1e-9)
    assert title(picture).startswith(f"At T = 300, 128 numbers lose {100 * (1 - 128 / 300):.0f} %.")
    back, equal = line(picture, "equal")
    np.testing.assert_allclose(equal, 1 / room.STATES)
    np.testing.assert_allclose(line(picture, "chain")[1], 0.9**back)
    assert line(picture, "found")[1] == pytest.approx([0.9])
    assert title(picture).endswith("a state that keeps 0.9 passes 3e−5; equal attention passes 0.01")


def test_without_its_softmax_attention_is_seen_to_be_wrong(title):
    picture = figures.room_and_distance(lost, lambda scores, states: np.exp(scores) @ states)
    assert title(picture).endswith("equal attention passes 1")


def test_same_eigenvalues(line, title):
    picture = figures.same_eigenvalues(linear_recurrence, W, lru_eigenvalues)
    assert_tidy(picture.figure)
    k, size = line(picture, "W")
    corner = 2.7 * (0.9**k - 0.8**k) / (0.9 - 0.8)  # of W^k, which is upper triangular
    by_hand = [np.linalg.norm([[0.9**n, c], [0, 0.8**n]], 2) for n, c in zip(k, corner, strict=True)]
    np.testing.assert_allclose(size, by_hand, rtol=1e-9)
    np.testing.assert_allclose(line(picture, "diag")[1], 0.9**k, rtol=1e-9)
    peak = int(np.argmax(by_hand))
    assert title(picture) == (
        f"The same eigenvalues, 0.9 and 0.8: the norm with W reaches {by_hand[peak]:.1f}, at k = {peak}; "
        "the diagonal one falls at every step"
    )
    x, y = line(picture, "lam")
    assert len(x) == 64 and (np.hypot(x, y) < 0.999).all() and (np.hypot(x, y) > 0.9).all()
    assert "64 dots, inside of it" in picture.alt


def test_eigenvalues_that_may_leave_the_circle_are_seen():
    grown = figures.same_eigenvalues(linear_recurrence, W, lambda nu, theta: np.exp(np.exp(nu) + 1j * theta))
    assert "not all inside" in grown.alt
    assert_tidy(grown.figure)


def test_selective_memory(line, title):
    picture = figures.selective_memory(selective)
    assert_tidy(picture.figure)
    keeps = 1 / (1 + np.exp(-8.0))
    assert title(picture) == (
        f"50 steps after the mark, ∂h_T/∂h_t is {keeps**50:.2f} where the input decides, and {0.9**50:.4f} at "
        "λ = 0.9 throughout"
    )
    t, h = line(picture, "selective h")
    assert t[0] == 1 and h[9] == pytest.approx(2, abs=0.01) and abs(h[-1] - 2) < 0.1 and abs(h[8]) < 0.05
    np.testing.assert_allclose(np.delete(line(picture, "selective lam")[1], 9), keeps)
    np.testing.assert_allclose(line(picture, "fixed lam")[1], 0.9)


def test_a_gate_the_wrong_way_round_is_seen(title):
    turned = figures.selective_memory(lambda x, z: selective(x, -z))
    left = f"{(1 / (1 + np.exp(8.0))) ** 50:.0e}".replace("e-", "e−")
    assert title(turned).startswith(f"50 steps after the mark, ∂h_T/∂h_t is {left} where")
