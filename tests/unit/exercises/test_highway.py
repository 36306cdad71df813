"""Assignment 06: the solutions agree with independent sources, and every number in the text is measured here."""

import autograd
import autograd.numpy
import numpy as np
import pytest
from analytic_lstm import own_lstm

from autograder.assignments.lstm.inputs import sequence_from
from autograder.course.exercise import Sizes
from autograder.judging import cases

SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)


@pytest.fixture
def drawn():
    return list(sequence_from(np.random.default_rng(7), SIZES).values())


@pytest.fixture
def upstream():
    rng = np.random.default_rng(8)
    return rng.standard_normal((3, 5, 4)), rng.standard_normal((3, 4))


def own_loss(dh, dc_T, xp=np):
    def loss(*inputs):
        h, c_T = own_lstm(*inputs, xp=xp)
        return xp.sum(dh * h) + xp.sum(dc_T * c_T)

    return loss


def by_complex_step(loss, inputs, which):
    gradient = np.empty(inputs[which].shape)
    for index in np.ndindex(gradient.shape):
        nudged = [value.astype(complex) for value in inputs]
        nudged[which][index] += 1e-30j
        gradient[index] = np.imag(loss(*nudged)) / 1e-30
    return gradient


def test_the_oracle_is_the_lstm_of_assignment_05(course, drawn):
    h, h_T, c_T, _ = course.reference["lstm_forward_full"](*drawn)
    own_h, own_c = own_lstm(*drawn)
    np.testing.assert_allclose(h, own_h, atol=1e-13)
    np.testing.assert_allclose(c_T, own_c, atol=1e-13)
    np.testing.assert_array_equal(h[:, -1], h_T)


def test_backward_full_agrees_with_hips_autograd_and_the_complex_step(course, drawn, upstream):
    *_, cache = course.reference["lstm_forward_full"](*drawn)
    dx, dh0, dc0, *dweights = course.reference["lstm_backward_full"](*upstream, cache)
    found = (dx, dh0, dc0, *dweights)
    by_autograd = autograd.grad(own_loss(*upstream, autograd.numpy), argnum=tuple(range(6)))(*drawn)
    for which, (own, theirs) in enumerate(zip(found, by_autograd, strict=True)):
        np.testing.assert_allclose(own, theirs, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(own, by_complex_step(own_loss(*upstream), drawn, which), rtol=1e-10, atol=1e-12)


def test_step_backward_is_the_gradient_of_one_step(course, drawn, upstream):
    x, h, c, *weights = drawn
    *_, cache = course.reference["lstm_step_forward"](x[:, 0], h, c, *weights)
    found = course.reference["lstm_step_backward"](upstream[0][:, 0], upstream[1], cache)
    loss = own_loss(upstream[0][:, :1], upstream[1], autograd.numpy)
    expected = autograd.grad(loss, argnum=tuple(range(6)))(x[:, :1], h, c, *weights)
    np.testing.assert_allclose(found[0], expected[0][:, 0], rtol=1e-10, atol=1e-12)
    for own, theirs in zip(found[1:], expected[1:], strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-10, atol=1e-12)


def test_backward_is_backward_full_from_an_empty_cell_without_a_gradient_at_the_last(course, drawn, upstream):
    x, h0, _, *weights = drawn
    _, cache = course.reference["lstm_forward"](x, h0, *weights)
    dx, dh0, *dweights = course.reference["lstm_backward"](upstream[0], cache)
    loss = own_loss(upstream[0], 0.0, autograd.numpy)
    expected = autograd.grad(loss, argnum=(0, 1, 3, 4, 5))(x, h0, 0 * h0, *weights)
    for own, theirs in zip((dx, dh0, *dweights), expected, strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-10, atol=1e-12)


def test_a_sequence_cut_in_two_gives_the_whole_gradient(course, drawn, upstream):
    """What lstm_backward_full is for: dh0 and dc0 of the second half are what the first half gets."""
    forward, backward = course.reference["lstm_forward_full"], course.reference["lstm_backward_full"]
    x, h0, c0, *weights = drawn
    whole = backward(*upstream, forward(x, h0, c0, *weights)[-1])
    _, h, c, first = forward(x[:, :2], h0, c0, *weights)
    *_, second = forward(x[:, 2:], h, c, *weights)
    dx2, dh, dc, *later = backward(upstream[0][:, 2:], upstream[1], second)
    upstream_h = upstream[0][:, :2].copy()
    upstream_h[:, -1] += dh
    dx1, dh0, dc0, *earlier = backward(upstream_h, dc, first)
    np.testing.assert_allclose(np.concatenate([dx1, dx2], axis=1), whole[0], atol=1e-12)
    for own, expected in zip((dh0, dc0, *map(np.add, earlier, later)), whole[1:], strict=True):
        np.testing.assert_allclose(own, expected, atol=1e-12)


def test_the_gradient_at_the_last_state_comes_in_with_all_states(course):
    exercise = course.exercise("lstm_backward_full")
    for case in cases.draw(exercise, course, np.random.default_rng(0)):
        assert list(case.upstream) == ["dh", "dc_T"]
    step = cases.draw(course.exercise("lstm_step_backward"), course, np.random.default_rng(0))[0]
    assert list(step.upstream) == ["dnext_h", "dnext_c"]


def test_highway_is_the_derivative_of_the_cell_alone(course):
    """With the gates given, c_T depends on c_0 by the direct path only: lstm_from_gates is the oracle."""
    rng = np.random.default_rng(3)
    i, f, o = rng.uniform(0.1, 0.9, (3, 2, 6, 3))
    g, c0 = rng.uniform(-1, 1, (2, 6, 3)), rng.standard_normal((2, 3))
    highway = course.reference["cell_highway"](f)
    for t in range(6):
        rest = (part[:, t + 1 :] for part in (i, f, o, g))
        one = course.reference["lstm_from_gates"](*rest, c0 + 1)[1]
        other = course.reference["lstm_from_gates"](*(part[:, t + 1 :] for part in (i, f, o, g)), c0)[1]
        expected = one[:, -1] - other[:, -1] if t < 5 else np.ones((2, 3))  # linear in c, so a step of 1 is exact
        np.testing.assert_allclose(highway[:, t], expected, rtol=1e-10)


def test_highway_of_one_gate_is_a_power(course):
    highway = course.reference["cell_highway"](np.full((1, 9, 1), 0.5))
    assert highway[0, :, 0].tolist() == [2.0**-k for k in range(8, -1, -1)]


def test_forget_bias_sets_the_block_that_moves_f_alone(course):
    """The gates themselves are asked: a step with x = h = 0 and c = 1 writes i g, keeps f, shows o."""
    rng = np.random.default_rng(4)
    b = rng.standard_normal(12)
    kept = b.copy()
    set_to = course.reference["forget_bias"](b, 2.5)
    assert b.tolist() == kept.tolist()
    zeros = np.zeros((1, 3))

    def cell(bias, before):
        return course.reference["lstm_step_forward"](
            np.zeros((1, 2)), zeros, zeros + before, np.zeros((2, 12)), np.zeros((3, 12)), bias
        )[1]

    np.testing.assert_allclose(cell(set_to, 1) - cell(set_to, 0), 1 / (1 + np.exp(-2.5)), rtol=1e-12)
    np.testing.assert_array_equal(cell(set_to, 0), cell(b, 0))
    assert np.flatnonzero(set_to != b).tolist() == [3, 4, 5]


@pytest.mark.parametrize("skip", [0.0, 0.7, 1.0])
def test_stack_agrees_with_hips_autograd(course, skip):
    depth, rng = 6, np.random.default_rng(5)
    norms = course.reference["residual_stack_gradient"](depth, skip, np.random.default_rng(5))
    x, W, v = rng.standard_normal(16), rng.standard_normal((depth, 16, 16)) / 8, rng.standard_normal(16)
    v = v / np.linalg.norm(v)

    def up(x, first):
        for k in range(first, depth):
            x = skip * x + autograd.numpy.tanh(x @ W[k])
        return autograd.numpy.sum(v * x)

    for k in range(1, depth + 1):
        x = skip * x + np.tanh(x @ W[k - 1])  # now x_k
        expected = np.linalg.norm(autograd.grad(up)(x, k)) if k < depth else 1.0
        assert norms[k - 1] == pytest.approx(expected, rel=1e-10)


# What the cases must catch.
