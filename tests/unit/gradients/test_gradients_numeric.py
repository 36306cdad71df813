"""Test the numeric gradient that students read: three methods, two oracles, and what it refuses."""

import autograd
import autograd.numpy as anp
import gradients_network as network
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from utils.errors import UtilsError
from utils.gradients import GradientError, numeric_gradient
from utils.gradients.verdict import relative_error

METHODS = {"central": 1e-8, "richardson": 1e-10, "complex": 1e-14}


def smooth(x):
    return np.sum(np.sin(x) * np.exp(0.3 * x))


def smooth_gradient(x):
    return np.exp(0.3 * x) * (np.cos(x) + 0.3 * np.sin(x))


arrays = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3), elements=st.floats(-3, 3)
)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30, deadline=None)
@given(x=arrays)
def test_it_agrees_with_calculus_in_every_shape(method, x):
    g = numeric_gradient(smooth, x, method=method)
    assert g.shape == x.shape and g.dtype == np.float64
    np.testing.assert_allclose(g, smooth_gradient(x), atol=50 * METHODS[method])


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_mistake_in_the_formula_shows(method):
    x = np.array([0.3, -1.2])
    forgotten = np.exp(0.3 * x) * np.cos(x)  # product rule, half of it
    assert relative_error(numeric_gradient(smooth, x, method=method), forgotten) > 0.01


def test_orders_of_accuracy_are_as_promised():
    x = np.array([0.7])

    def error(method, h):
        return abs(numeric_gradient(smooth, x, method=method, h=h) - smooth_gradient(x))[0]

    assert error("central", 0.02) / error("central", 0.01) == pytest.approx(4, rel=0.01)
    assert error("richardson", 0.2) / error("richardson", 0.1) == pytest.approx(16, rel=0.05)


def test_the_step_is_relative_to_large_entries():
    # An absolute step of 6e-6 at x = 1e8 would leave two or three digits.
    x = np.array([1e8])
    assert numeric_gradient(lambda x: np.sum(x**2), x)[0] == pytest.approx(2e8, rel=1e-9)


def test_the_realised_step_is_the_divisor():
    # 1 ± 1e-9 are not floats; dividing by the meant step would be off by 3e-8.
    assert numeric_gradient(lambda x: x[0], np.array([1.0]), h=1e-9)[0] == 1.0


def test_complex_step_and_hips_autograd_agree_on_bptt():
    data, params = network.problem(7, scale=1.2)
    loss, grads = network.loss_of(data), network.gradients_of(data)(params)
    x, h0, target = data

    def differentiable(p):
        h, total = h0, 0.0
        for t in range(x.shape[1]):
            h = anp.tanh(x[:, t] @ p["Wx"] + h @ p["Wh"] + p["b"])
            total = total + anp.sum((h @ p["Wy"] + p["by"] - target[:, t]) ** 2)
        return total / (2 * len(x))

    by_autograd = autograd.grad(differentiable)(params)
    for name in params:

        def along(value, name=name):
            return loss({**params, name: value})

        complex_step = numeric_gradient(along, params[name], method="complex")
        assert relative_error(complex_step, by_autograd[name]) < 1e-15 * 100
        assert relative_error(grads[name], by_autograd[name]) < 1e-15 * 100
        assert relative_error(numeric_gradient(along, params[name]), by_autograd[name]) < 1e-9
        assert relative_error(numeric_gradient(along, params[name], method="richardson"), by_autograd[name]) < 1e-11
        # The same oracles reject the same network with a planted mistake.
        assert relative_error(1.001 * grads[name], by_autograd[name]) > 1e-4


def test_the_oracle_for_bptt_notices_a_transposed_recurrence():
    data, params = network.problem(7)
    grads = network.gradients_of(data)(params)
    transposed = {**params, "Wh": params["Wh"].T}
    assert relative_error(grads["Wh"], network.gradients_of(data)(transposed)["Wh"]) > 0.01


def test_f_may_change_its_argument_and_return_a_view():
    def careless(x):
        x *= 3
        return x[:1]  # a view of the argument, size 1

    x = np.array([2.0, 5.0])
    np.testing.assert_allclose(numeric_gradient(careless, x), [3, 0], atol=1e-9)
    assert x.tolist() == [2.0, 5.0]


def test_float32_widens_the_step():
    x = np.array([0.5, -0.25], dtype=np.float32)
    with pytest.raises(GradientError, match=r"step 1e-08 is too small.*float32"):  # what the default avoids
        numeric_gradient(smooth, x, h=1e-8)
    assert relative_error(numeric_gradient(smooth, x, h=1e-6), smooth_gradient(x.astype(float))) > 2e-3
    assert relative_error(numeric_gradient(smooth, x), smooth_gradient(x.astype(float))) < 1e-3


@pytest.mark.parametrize(
    ("f", "x", "method", "message"),
    [
        (smooth, np.array([1, 2]), "central", "`x` has dtype int64: 1 .* is stored as 1"),
        (smooth, np.array([True]), "central", "dtype bool"),
        (smooth, np.array([1j]), "central", "needs an array of floats"),
        (smooth, np.array(["a"]), "central", "needs an array of floats"),
        (np.sin, np.ones(3), "central", r"one real number.*shape \(3,\)"),
        (smooth, np.ones(3), "forward", "no method 'forward'; choose one of 'central'"),
        (lambda x: np.sum(np.abs(x)), np.ones(3), "complex", "dropped the imaginary part"),
        (lambda x: np.sum(x.astype(float)), np.ones(3), "complex", "dropped the imaginary part"),
        (lambda x: float(x[0]), np.ones(1), "complex", "dropped the imaginary part"),
    ],
)
def test_an_unmeasurable_function_raises_a_sentence(f, x, method, message):
    with pytest.raises(GradientError, match=message) as caught:
        numeric_gradient(f, x, method=method)
    assert isinstance(caught.value, UtilsError)
