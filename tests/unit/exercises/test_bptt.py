"""Assignment 02: the gradients agree with independent sources, and every number in the text is true."""

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.bptt.exercises import ASSIGNMENT, EXERCISES
from autograder.course.exercise import Sizes
from autograder.judging import cases
from utils.gradients import check_backward

BACKWARD = [exercise.name for exercise in EXERCISES if exercise.forward]
SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)


def drawn_for(course, name, seed=11):
    exercise = course.exercise(name)
    source = course.exercise(exercise.forward) if exercise.forward else exercise
    draw = source.inputs[0] if isinstance(source.inputs, tuple) else source.inputs
    return dict(draw(np.random.default_rng(seed), SIZES))


def passes(course, name, inputs, seed=1):
    """Return the upstream gradient and what the solution sends back."""
    exercise = course.exercise(name)
    out, cache = course.reference[exercise.forward](*inputs.values())
    upstream = np.random.default_rng(seed).standard_normal(out.shape)
    returned = course.reference[name](upstream, cache)
    returned = returned if isinstance(returned, tuple) else (returned,)
    return upstream, dict(zip(exercise.outputs, returned, strict=True))


def where_from(inputs, output):
    """Return the argument that an output is the gradient of: dWx of Wx, dprev_h of prev_h."""
    return next(name for name in inputs if output == f"d{name}")


# The complex step: exact to round-off, and knows nothing of backward passes.


@pytest.mark.parametrize("name", BACKWARD)
def test_backward_passes_agree_with_the_complex_step(course, name):
    inputs = drawn_for(course, name)
    upstream, sent = passes(course, name, inputs)
    forward = course.reference[course.exercise(name).forward]
    if name == "rnn_backward":
        forward = in_complex_numbers(course)
    for output, gradient in sent.items():
        wanted = where_from(inputs, output)
        exact = np.zeros(inputs[wanted].shape)
        for index in np.ndindex(exact.shape):
            moved = {key: value.astype(complex) if value.dtype.kind == "f" else value for key, value in inputs.items()}
            moved[wanted][index] += 1e-30j
            exact[index] = np.sum(upstream * np.imag(forward(*moved.values())[0])) / 1e-30
        np.testing.assert_allclose(gradient, exact, rtol=1e-12, atol=1e-13, err_msg=output)


def in_complex_numbers(course):
    """Return rnn_forward over the solution's step, keeping what is imaginary."""

    def forward(x, h, *weights):
        states = []
        for t in range(x.shape[1]):
            h, _ = course.reference["rnn_step_forward"](x[:, t], h, *weights)
            states.append(h)
        return np.stack(states, axis=1), None

    return forward


# HIPS autograd, through networks written here.


def network(x, h, Wx, Wh, b):
    states = []
    for t in range(x.shape[1]):
        h = autograd.numpy.tanh(autograd.numpy.dot(x[:, t], Wx) + autograd.numpy.dot(h, Wh) + b)
        states.append(h)
    return autograd.numpy.stack(states, axis=1)


def test_rnn_backward_agrees_with_autograd(course):
    inputs = drawn_for(course, "rnn_backward")
    upstream, sent = passes(course, "rnn_backward", inputs)
    loss = lambda *args: autograd.numpy.sum(upstream * network(*args))  # noqa: E731
    for position, gradient in enumerate(sent.values()):
        expected = autograd.grad(loss, position)(*inputs.values())
        np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-12)


def test_softmax_loss_agrees_with_autograd(course):
    def loss(x, y, mask):
        log_p = x - autograd.numpy.log(autograd.numpy.sum(autograd.numpy.exp(x), axis=2, keepdims=True))
        picked = [log_p[n, t, y[n, t]] for n in range(x.shape[0]) for t in range(x.shape[1]) if mask[n, t]]
        return -sum(picked) / x.shape[0]

    inputs = drawn_for(course, "temporal_softmax_loss")
    own, dx = course.reference["temporal_softmax_loss"](*inputs.values())
    assert own == pytest.approx(loss(*inputs.values()), rel=1e-12)
    np.testing.assert_allclose(dx, autograd.grad(loss)(*inputs.values()), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", [name for name in BACKWARD if name != "word_embedding_backward"])
def test_the_gradient_checker_passes_the_solution(course, name):
    inputs = drawn_for(course, name)
    forward = course.reference[course.exercise(name).forward]
    assert check_backward(forward, course.reference[name], inputs)


# Published: the numbers that CS231n's notebooks have asked their readers to expect since 2016.


@pytest.mark.parametrize(
    ("N", "T", "share", "low", "high"),
    [(100, 1, 1.0, 2.25, 2.35), (100, 10, 1.0, 22.9, 23.2), (5000, 10, 0.1, 2.2, 2.4)],
)
def test_softmax_loss_is_about_what_cs231n_publishes(course, N, T, share, low, high):
    """Of ten classes and tiny scores each step costs about ln 10: 2.3, 23, and 2.3 with a tenth of the steps kept."""
    rng = np.random.default_rng(0)
    x, y = 0.001 * rng.standard_normal((N, T, 10)), rng.integers(0, 10, (N, T))
    loss, _ = course.reference["temporal_softmax_loss"](x, y, rng.random((N, T)) <= share)
    assert low < loss < high


# Closed forms.


def test_the_reminder_about_softmax_holds_for_a_single_step_alone(course):
    """p minus the one-hot of y, as the text says without mask and mean; with them it is another number."""
    texts = [" ".join(c.source.split()) for c in course.sources[ASSIGNMENT].cells]
    [text] = [text for text in texts if "Its gradient at the scores is p minus the one-hot vector of y" in text]
    assert "For a single step, without mask and mean," in text
    x = np.array([1.0, -0.5, 2.0])
    p = np.exp(x) / np.exp(x).sum()
    loss = course.reference["temporal_softmax_loss"]
    _, one = loss(x[None, None], np.array([[2]]), np.ones((1, 1), dtype=bool))
    np.testing.assert_allclose(one[0, 0], p - [0, 0, 1])
    _, two = loss(np.stack([x, x])[:, None], np.array([[2], [2]]), np.array([[True], [False]]))
    np.testing.assert_allclose(two[:, 0], [(p - [0, 0, 1]) / 2, np.zeros(3)])


def test_a_constant_linear_chain_has_the_gradients_of_a_geometric_series(course):
    """Near 0 tanh is the identity: with a loss of 1 at every step, dx at step t is 1 + w + … + w^(T−t)."""
    T, w, tiny = 6, 0.8, 1e-9
    inputs = (np.full((1, T, 1), tiny), np.zeros((1, 1)), np.ones((1, 1)), np.array([[w]]), np.zeros(1))
    _, cache = course.reference["rnn_forward"](*inputs)
    dx, dh0, _, _, db = course.reference["rnn_backward"](np.ones((1, T, 1)), cache)
    series = [(1 - w ** (T - t)) / (1 - w) for t in range(T)]
    np.testing.assert_allclose(dx[0, :, 0], series, rtol=1e-12)
    assert dh0.item() == pytest.approx(w * series[0], rel=1e-12)
    assert db.item() == pytest.approx(sum(series), rel=1e-12)


def test_gradients_are_linear_in_the_losses(course):
    """All losses at once send back the sum of what each sends alone."""
    inputs = drawn_for(course, "rnn_backward")
    h, cache = course.reference["rnn_forward"](*inputs.values())
    dh = np.random.default_rng(2).standard_normal(h.shape)
    together = course.reference["rnn_backward"](dh, cache)
    alone = [course.reference["rnn_backward"](dh * (np.arange(5) == t)[:, None], cache) for t in range(5)]
    for position, gradient in enumerate(together):
        np.testing.assert_allclose(gradient, sum(one[position] for one in alone), rtol=1e-12, atol=1e-13)


def test_embedding_counts_every_place_of_a_word(course):
    dW = course.reference["word_embedding_backward"](
        np.arange(12.0).reshape(2, 3, 2), (np.array([[0, 2, 2], [2, 0, 3]]), (5, 2))
    )
    np.testing.assert_array_equal(dW, [[8, 10], [0, 0], [12, 15], [10, 11], [0, 0]])


def test_the_masked_case_is_exactly_where_dh_is_zero(course):
    """In the wirings without feedback, dh is the gradient at the outputs taken through Wy: zero where none leaves."""
    for wiring in ("many to one", "many to many, aligned"):
        mask = course.reference["upstream_mask"](wiring, 4)
        dy = np.ones((2, 4, 3)) * mask[:, None]
        dh, _, _ = course.reference["temporal_affine_backward"](dy, (np.ones((2, 4, 5)), np.ones((5, 3)), np.zeros(3)))
        np.testing.assert_array_equal(np.abs(dh).max(axis=(0, 2)) > 0, mask)


# What the cases must catch.


def test_the_masks_distinguish_every_way_to_divide(course):
    exercise = course.exercise("temporal_softmax_loss")
    for seed in range(5):
        drawn = cases.draw(exercise, course, np.random.default_rng(seed))
        ordinary = [case for case in drawn if not case.special]
        for case in ordinary:
            mask = case.inputs["mask"]
            assert mask.sum() not in (len(mask), mask.size)
        (one_step,) = (case.inputs["mask"] for case in drawn if case.special == "T = 1")
        assert one_step.shape[1] == 1 < len(one_step) and one_step[0]
        assert np.abs(ordinary[2].inputs["x"]).max() > 709  # beyond it exp overflows


def test_the_error_of_the_second_opinion_is_the_learners_relative_error(course):
    inputs = drawn_for(course, "rnn_step_backward")
    forward, backward = course.reference["rnn_step_forward"], course.reference["rnn_step_backward"]
    for row in check_backward(forward, lambda *a: tuple(1.25 * g for g in backward(*a)), inputs):
        expected = course.reference["relative_error"](row.analytic_gradient, row.numeric_gradient)
        assert row.error == pytest.approx(expected, rel=1e-6)
        assert row.error == pytest.approx(0.25 / 2.25, rel=1e-6)
