"""Test each verdict at its borders: kinks, noise, stiffness, nothing to see, odd shapes, samples."""

import gradients_network as network
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.gradients import Verdict, check_backward, check_gradients
from utils.gradients.ladder import climb
from utils.gradients.verdict import relative_error, tolerance_for

DOUBLE = np.finfo(float).eps


def check(loss, w, gradient):
    return check_gradients(lambda p: loss(p["w"]), {"w": np.asarray(w)}, {"w": np.asarray(gradient)})["w"]


# PASS and FAIL.


@given(ratio=st.floats(1e-4, 10), seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_one_wrong_entry_fails_whatever_its_size_and_the_right_gradient_passes(ratio, seed):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((3, 4))
    right = 4 * w**3 + np.cos(w)

    def loss(w):
        return np.sum(w**4 + np.sin(w))

    assert check(loss, w, right).verdict == "PASS"
    wrong, index = right.copy(), np.unravel_index(np.argmax(abs(right)), w.shape)
    wrong[index] *= 1 + ratio
    row = check(loss, w, wrong)
    assert row.verdict == "FAIL" and row.worst == index


def test_a_stiff_function_is_measured_again_instead_of_accused():
    w = np.array([0.3, -0.7, 0.2])

    def loss(w):
        return np.sum(np.sin(2000 * w)) / 2000  # (2000 h)²/6 = 2e-5: plain central differences cannot pass it

    assert check(loss, w, np.cos(2000 * w)).verdict == "PASS"
    assert check(loss, w, 1.00001 * np.cos(2000 * w)).verdict == "FAIL"


def test_noise_makes_it_unsure_never_wrong_and_a_gross_mistake_still_fails():
    w = np.array([0.3, -0.7])

    def noisy(w):  # deterministic, but rough at 1e-10: like a solver stopped early
        return np.sum(np.sin(300 * w)) / 300 + 1e-10 * np.sin(1e12 * w.sum())

    right = np.cos(300 * w)
    assert check(noisy, w, right).verdict in ("PASS", "UNSURE")
    row = check(noisy, w, right * (1 + 4e-6))
    assert row.verdict == "UNSURE" and "only known to" in row.diagnosis
    assert check(noisy, w, 1.01 * right).verdict == "FAIL"


def test_a_jump_is_unsure_and_the_report_says_so():
    row = check(lambda w: np.sum(w > 0) + np.sum(w**2), [0.0, 1.0], [0.0, 2.0])
    assert row.verdict == "UNSURE" and "jumps here" in row.diagnosis
    assert check(lambda w: np.sum(w > 0.5) + np.sum(w**2), [0.0, 1.0], [0.0, 2.0]).verdict == "PASS"


@pytest.mark.parametrize("frequency", [10, 100, 1000, 3000, 1e4, 3e4])
def test_a_step_of_many_periods_does_not_pass_for_a_steady_slope(frequency):
    # 1000 * 0.0125 is nearly two periods: halving such a step looks perfectly smooth, at a wrong slope.
    w = np.array([0.3, -0.7, 0.11, 1.3])

    def loss(w):
        return np.sum(np.sin(frequency * w)) / frequency

    right = np.cos(frequency * w)
    assert check(loss, w, right).verdict == "PASS"
    assert check(loss, w, right * np.array([1, 1, 1.001, 1])).verdict == "FAIL"


@pytest.mark.parametrize("frequency", [1000, 3000])
def test_a_step_of_many_periods_does_not_pass_under_noise(frequency):
    w = np.array([0.3, -0.7])

    def loss(w):
        return np.sum(np.sin(frequency * w)) / frequency + 1e-10 * np.sin(1e12 * w.sum())

    right = np.cos(frequency * w)
    assert check(loss, w, right).verdict in ("PASS", "UNSURE")
    assert check(loss, w, 1.01 * right).verdict == "FAIL"


# KINK.


def relu(w):
    return np.sum(np.maximum(w, 0) * np.arange(1.0, w.size + 1))


@pytest.mark.parametrize("near", [0.0, 1e-9, 1e-7, 3e-7, 1e-6, 3e-6, -1e-6, -3e-6])
@pytest.mark.parametrize("convention", [0.0, 1.0])
def test_a_relu_at_or_near_its_corner_is_not_accused(near, convention):
    w = np.array([0.5, near, -0.5, 2.0])
    inside = float(near > 0) if near else convention
    row = check(relu, w, np.array([1.0, 2 * inside, 0.0, 4.0]))
    assert row.verdict in ("KINK", "PASS") and row
    if near == 0:
        assert row.verdict == "KINK" and "1 entry sits on a corner" in row.diagnosis


@pytest.mark.parametrize("slope", [-1.0, 3.0])
def test_at_a_corner_only_slopes_between_the_two_sides_are_excused(slope):
    assert check(relu, [0.5, 0.0, -0.5], [1.0, slope, 0.0]).verdict == "FAIL"


def test_a_corner_excuses_no_other_entry():
    assert check(relu, [0.5, 0.0, -0.5], [1.0, 0.0, 0.1]).verdict == "FAIL"
    assert check(relu, [0.5, 0.0, -0.5], [1.0, 0.0, 0.0]).verdict == "KINK"


@pytest.mark.parametrize("distance", [1e-4, 1e-3, 1e-2, 0.1])
def test_a_corner_further_away_excuses_nothing(distance):
    w = np.array([distance, 0.5])
    assert check(relu, w, [1.0, 2.0]).verdict == "PASS"
    assert check(relu, w, [0.9, 2.0]).verdict == "FAIL"


def test_a_corner_of_a_curved_function_is_one_too():
    def loss(w):
        return np.sum(np.maximum(w, 0) * np.exp(5 * w))

    assert check(loss, [0.0, 0.5], [0.0, 3.5 * np.exp(2.5)]).verdict == "KINK"
    assert check(loss, [0.0, 0.5], [0.0, 3.4 * np.exp(2.5)]).verdict == "FAIL"


def test_ties_of_max_are_kinks():
    row = check(lambda w: np.max(w), [2.0, 2.0, 1.0], [1.0, 0.0, 0.0])
    assert row.verdict == "KINK" and row
    assert check(lambda w: np.max(w), [2.0, 2.0, 1.0], [1.0, 0.0, 0.5]).verdict == "FAIL"


def test_curvature_is_not_a_kink():
    for f in (np.tanh, np.exp, lambda x: 1e3 * x**2, lambda x: np.sin(50 * x)):
        slope = climb(lambda x, f=f: float(f(x[0])), np.array([0.2]), (0,), DOUBLE)
        assert not slope.kink and not slope.jump
        assert slope.uncertainty < 1e-7 * max(1, abs(slope.value))
    assert climb(lambda x: abs(x[0]), np.array([0.0]), (0,), DOUBLE).kink


def test_the_uncertainty_covers_the_true_error():
    for frequency in (1, 10, 100, 1000, 1e4):
        slope = climb(lambda x, f=frequency: np.sin(f * x[0]), np.array([0.4]), (0,), DOUBLE)
        assert abs(slope.value - frequency * np.cos(0.4 * frequency)) <= 3 * slope.uncertainty


# VACUOUS.


def test_one_step_from_zero_does_not_exercise_the_recurrence():
    data, params = network.problem(2, T=1)
    x, h0, target = data
    at_zero = (x, np.zeros_like(h0), target)
    loss, grads = network.loss_of(at_zero), network.gradients_of(at_zero)
    report = check_gradients(loss, params, grads)
    assert report["Wh"].verdict == "VACUOUS" and "does not exercise" in report["Wh"].diagnosis
    assert not report and "Not exercised: `Wh`" in report.headline
    assert all(row for row in report if row.name != "Wh")
    invented = check_gradients(loss, params, {**grads(params), "Wh": np.full((5, 5), 1e-3)})
    assert invented["Wh"].verdict == "FAIL" and "should be zero" in invented["Wh"].diagnosis
    assert check_gradients(network.loss_of(data), params, network.gradients_of(data))  # h0 != 0 does


def test_tiny_is_not_zero():
    w = np.array([0.3, 0.4])
    for size in (1e-3, 1e-6, 1e-9):
        assert check(lambda w, s=size: s * np.sum(w**2), w, size * 2 * w).verdict == "PASS"
        assert check(lambda w, s=size: s * np.sum(w**2), w, 0 * w).verdict == "FAIL"
        assert check(lambda w, s=size: s * np.sum(w**2), w, size * w).verdict == "FAIL"


def test_tiny_beside_a_large_constant_is_vacuous_or_unsure_not_wrong():
    w = np.array([0.3, 0.4])
    row = check(lambda w: 1.0 + 1e-14 * np.sum(w**2), w, 2e-14 * w)
    assert row.verdict in ("VACUOUS", "UNSURE") and not row


# Odd shapes.


def test_empty_arrays_are_vacuous():
    row = check(lambda w: np.sum(w**2), np.zeros((0, 3)), np.zeros((0, 3)))
    assert row.verdict == "VACUOUS" and "no entries" in row.diagnosis
    assert not row


def test_numbers_without_axes():
    assert check(lambda w: w**3, 2.0, 12.0).verdict == "PASS"
    row = check(lambda w: w**3, np.float64(2.0), np.float64(11.0))
    assert row.verdict == "FAIL" and row.worst == () and row.shape == ()


@pytest.mark.parametrize(("N", "T", "D", "H"), [(1, 1, 1, 1), (1, 5, 2, 3), (3, 1, 2, 3), (2, 5, 1, 1)])
def test_sizes_of_one(N, T, D, H):
    (x, h0, _), params = network.problem(4, N=N, T=T, D=D, H=H)
    inputs = {"x": x, "h0": h0} | {name: params[name] for name in ("Wx", "Wh", "b")}
    assert check_backward(network.forward, network.backward, inputs)
    flipped = check_backward(network.forward, lambda d, c: tuple(-g for g in network.backward(d, c)), inputs)
    assert {row.verdict for row in flipped} == {"FAIL"}


# Large tensors.


def test_a_large_tensor_is_sampled_and_says_so():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((60, 50))
    params, calls = {"w": rng.standard_normal((60, 50))}, []

    def loss(p):
        calls.append(1)
        return np.sum(A * p["w"] ** 2)

    right = 2 * A * params["w"]
    report = check_gradients(loss, params, {"w": right}, entries=200)
    assert report and report["w"].checked == 200 and len(calls) < 450
    assert "200 of 3000 entries were measured" in str(report)
    # Wrong only outside the sample: the random direction notices, and nothing is called right.
    wrong = np.where(np.isnan(report["w"].numeric_gradient), 0.5, 1) * right
    row = check_gradients(loss, params, {"w": wrong}, entries=200)["w"]
    assert row.verdict == "UNSURE" and "along one random direction through all 3000" in row.diagnosis
    assert check_gradients(loss, params, {"w": wrong}, entries=3000)["w"].verdict == "FAIL"
    assert check_gradients(loss, params, {"w": right}, entries=3000)["w"].checked == 3000


# The pieces.


def test_verdicts_in_order_of_gravity_and_what_counts_as_right():
    assert [v.value for v in Verdict] == ["PASS", "KINK", "VACUOUS", "UNSURE", "FAIL", "BROKEN"]
    assert [v.right for v in Verdict] == [True, True, False, False, False, False]


def test_relative_error_is_symmetric_and_bounded():
    a, n = np.array([1.0, 2.0]), np.array([1.1, 2.0])
    assert relative_error(a, n) == relative_error(n, a) == pytest.approx(0.1 / (np.hypot(1, 2) + np.hypot(1.1, 2)))
    assert relative_error(a, 0 * a) == 1.0 and relative_error(0 * a, 0 * a) == 0.0
    assert relative_error(a, n, floor=1e6) < 1e-6


def test_tolerance_follows_the_lowest_precision():
    single = np.finfo(np.float32).eps
    assert tolerance_for(DOUBLE, DOUBLE) == 1e-6
    assert tolerance_for(single, DOUBLE) == pytest.approx(5e-3, rel=0.05)
    assert tolerance_for(DOUBLE, single) == pytest.approx(3.5e-4, rel=0.05)
