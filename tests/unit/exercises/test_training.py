"""Assignment 03: truncation, clipping, batches, sampling and the text agree with independent sources."""

import autograd
import numpy as np
import pytest

from autograder.assignments.training.exercises import EXERCISES
from autograder.assignments.training.exercises.truncated_bptt import segments
from autograder.course.exercise import Sizes
from autograder.judging import cases
from utils import fixtures
from utils.checking.compare import compare

NAMES = [exercise.name for exercise in EXERCISES]


@pytest.fixture(scope="module")
def thirteen():
    """One network with T = 13, no two sizes equal."""
    return segments(5, 13)(np.random.default_rng(2), Sizes(N=3, T=13, D=2, H=5, M=4, V=7))


# Truncated backpropagation: exact, against full backpropagation with the gradient zeroed at the cuts.


def zeroed_at_the_cuts(x, h0, Wx, Wh, b, dh, k):
    """Full backpropagation in scalar loops over time, the gradient multiplied by 0 wherever a cut lies."""
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ Wx + h[-1] @ Wh + b))
    dx, later = np.zeros_like(x), np.zeros_like(h0)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + later * ((t + 1) % k != 0)) * (1 - h[t + 1] ** 2)
        dx[:, t], later = da @ Wx.T, da @ Wh.T
        dWx, dWh, db = dWx + x[:, t].T @ da, dWh + h[t].T @ da, db + da.sum(axis=0)
    return dx, later, dWx, dWh, db


@pytest.mark.parametrize("k", range(1, 21))
def test_truncation_is_full_backpropagation_zeroed_at_the_cuts(functions, thirteen, k):
    expected = zeroed_at_the_cuts(**{**thirteen, "k": k})
    for own, other in zip(functions["truncated_bptt"](**{**thirteen, "k": k}), expected, strict=True):
        np.testing.assert_allclose(own, other, rtol=0, atol=4e-15 * max(1, np.abs(other).max()))


@pytest.mark.parametrize("k", [13, 14, 20])
def test_with_k_at_least_T_nothing_is_cut(functions, thirteen, k):
    arguments = [thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b")]
    _, cache = functions["rnn_forward"](*arguments)
    whole = functions["rnn_backward"](thirteen["dh"], cache)
    for own, other in zip(functions["truncated_bptt"](**{**thirteen, "k": k}), whole, strict=True):
        np.testing.assert_array_equal(own, other)


@pytest.mark.parametrize("k", [1, 3, 5, 13])
def test_a_forward_pass_in_pieces_equals_the_whole(functions, thirteen, k):
    x, h, *weights = (thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b"))
    whole, _ = functions["rnn_forward"](x, h, *weights)
    for start in range(0, 13, k):
        piece, _ = functions["rnn_forward"](x[:, start : start + k], h, *weights)
        assert np.abs(piece - whole[:, start : start + k]).max() <= 4e-16
        h = piece[:, -1]


def loss(x, h0, Wx, Wh, b, dh, constant):
    """The sum of dh · h, with the states that enter segments replaced by constants where `constant` is not None."""
    numpy, total, h = autograd.numpy, 0.0, h0
    for t in range(x.shape[1]):
        h = constant[t] if constant is not None and t in constant else h
        h = numpy.tanh(numpy.dot(x[:, t], Wx) + numpy.dot(h, Wh) + b)
        total = total + numpy.sum(h * dh[:, t])
    return total


@pytest.mark.parametrize("k", [1, 4, 6, 13])
def test_truncation_is_what_autograd_says_when_states_enter_as_constants(functions, thirteen, k):
    arguments = [thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b")]
    h, _ = functions["rnn_forward"](*arguments)
    constant = {t: h[:, t - 1] for t in range(k, 13, k)}
    own = functions["truncated_bptt"](**{**thirteen, "k": k})
    for place, value in enumerate(own):
        expected = autograd.grad(loss, place)(*arguments, thirteen["dh"], constant)
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)


def test_a_full_gradient_is_the_complex_step(functions, thirteen):
    arguments = [thirteen[name] for name in ("x", "h0", "Wx", "Wh", "b")]
    dWh = functions["truncated_bptt"](**{**thirteen, "k": 13})[3]
    for i, j in ((0, 0), (2, 4), (4, 1)):
        nudged = [a.astype(complex) for a in arguments]
        nudged[3][i, j] += 1e-30j
        h, states = nudged[1], []
        for t in range(13):
            h = np.tanh(nudged[0][:, t] @ nudged[2] + h @ nudged[3] + nudged[4])
            states.append(h)
        assert dWh[i, j] == pytest.approx(np.imag(np.sum(np.stack(states, 1) * thirteen["dh"])) / 1e-30, rel=1e-12)


def test_cases_of_truncation_have_a_rest_a_whole_and_no_cut():
    drawn = fixtures.load("truncated_bptt")["cases"]
    shapes = [(case["inputs"]["x"].shape[1], case["inputs"]["k"]) for case in drawn]
    assert any(T % k for T, k in shapes[:-1]) and any(T % k == 0 and k < T for T, k in shapes)
    assert (9, 9) in shapes and (1, 2) in shapes and any(T % 2 for T, k in shapes if T > k == 2)
    for case in (case for case in drawn if not case["special"]):
        inputs = case["inputs"]
        N, T, D = inputs["x"].shape
        assert len({N, T, D, inputs["b"].size}) == 4
        assert np.abs(np.linalg.eigvals(inputs["Wh"])).max() == pytest.approx(1, abs=1e-6)


# Batches of a text.


@pytest.mark.parametrize(("n", "N", "k"), [(25, 3, 4), (37, 3, 4), (50, 4, 5), (11, 2, 7), (2, 1, 1), (1000, 7, 13)])
def test_rows_read_the_text_and_targets_follow_it(functions, n, N, k):
    ids = np.arange(n)  # each id says where it stands
    batches = functions["stream_batches"](ids, N, k)
    x, y = (np.concatenate([pair[i] for pair in batches], axis=1) for i in (0, 1))
    L = (n - 1) // N
    assert x.shape == (N, L)
    np.testing.assert_array_equal(y, x + 1)
    np.testing.assert_array_equal(x.ravel(), np.arange(N * L))
    assert [pair[0].shape[1] for pair in batches[:-1]] == [k] * (len(batches) - 1)
    assert 1 <= batches[-1][0].shape[1] <= k


# Clipping.


def test_clipping_keeps_the_direction_and_sets_a_ceiling(functions):
    rng = np.random.default_rng(0)
    grads = {"Wx": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
    flat = np.concatenate([grads["Wx"].ravel(), grads["b"]])
    for limit in (0.01, 0.5, 1.0, 3.0, 100.0):
        clipped, norm = functions["clip_grad_norm"](grads, limit)
        own = np.concatenate([clipped["Wx"].ravel(), clipped["b"]])
        assert norm == pytest.approx(np.sqrt(flat @ flat), rel=1e-15)
        assert np.sqrt(own @ own) == pytest.approx(min(norm, limit), rel=1e-14)
        assert own @ flat / np.sqrt((own @ own) * (flat @ flat)) == pytest.approx(1, abs=1e-14)


# What must not pass, and what the text says.


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("sample", "stream_batches")])
def test_zeros_and_copies_of_the_inputs_never_pass(course, name):
    exercise = course.exercise(name)
    case = cases.draw(exercise, course, np.random.default_rng(0))[0]
    for output, expected in cases.answer(exercise, course, case).items():
        copies = [case.inputs["grads"]] if name == "clip_grad_norm" else list(case.inputs.values())
        for wrong in (0.0, 1.0, *copies):
            assert not compare(output, wrong, expected).ok
