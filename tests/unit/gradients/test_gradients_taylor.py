"""The Taylor test finds slope 2 for right gradients and 1 for wrong ones, without a step size."""

import json

import gradients_network as network
import numpy as np
import pytest

from utils.gradients import GradientError, GradientsDisagree, taylor_test


def opinion(loss, w, gradient):
    return taylor_test(lambda p: loss(p["w"]), {"w": np.asarray(w)}, {"w": np.asarray(gradient)})["w"]


@pytest.mark.parametrize(("scale", "T"), [(0.01, 15), (0.5, 1), (1.0, 8), (2.0, 12), (5.0, 15)])
def test_slopes_two_and_one_for_bptt(scale, T):
    data, params = network.problem(8, scale=scale, T=T)
    loss, grads = network.loss_of(data), network.gradients_of(data)
    right = taylor_test(loss, params, grads)
    assert right and all(row.verdict == "PASS" for row in right)
    assert all(row.slope == pytest.approx(2, abs=0.2) or row.slope > 2 for row in right)
    for name, gradient in grads(params).items():
        wrong = taylor_test(loss, params, {**grads(params), name: 1.001 * gradient})
        assert wrong[name].verdict == "FAIL" and wrong[name].slope == pytest.approx(1, abs=0.1)
        assert [row.name for row in wrong if not row] == [name]  # it says which parameter


def test_one_entry_wrong_by_one_percent_is_seen():
    data, params = network.problem(8)
    grads = network.gradients_of(data)(params)
    grads["Wh"][1, 2] *= 1.01
    assert taylor_test(network.loss_of(data), params, grads)["Wh"].verdict == "FAIL"


def test_a_linear_loss_is_exact_and_a_cubic_one_steeper():
    w = np.array([1.0, -2.0])
    assert opinion(lambda w: 3 * np.sum(w), w, [3.0, 3.0]).verdict == "PASS"
    assert opinion(lambda w: 3 * np.sum(w), w, [3.0, 2.9]).verdict == "FAIL"
    cubic = opinion(lambda w: np.sum(w**3), [0.0, 0.0], [0.0, 0.0])
    assert cubic.verdict == "PASS" and cubic.slope == pytest.approx(3, abs=0.1)
    assert "exact" in str(taylor_test(lambda p: 3 * p["w"], {"w": 2.0}, {"w": 3.0}))


def test_float32_is_allowed_for():
    w = np.array([0.3, -1.2, 0.8])

    def loss(w):
        return np.sum(np.sin(w.astype(np.float32)))

    assert opinion(loss, w, np.cos(w)).verdict == "PASS"
    assert opinion(loss, w, 1.3 * np.cos(w)).verdict == "FAIL"
    assert opinion(lambda w: float(loss(w)), w, np.cos(w)).verdict == "PASS"


def test_vacuous_broken_and_stubs():
    nothing = opinion(lambda w: 1.0, [1.0], [0.0])
    assert nothing.verdict == "VACUOUS" and not nothing
    shape = opinion(lambda w: np.sum(w**2), [1.0, 2.0], [[2.0, 4.0]])
    assert shape.verdict == "BROKEN" and "shape (1, 2)" in shape.diagnosis
    missing = taylor_test(lambda p: np.sum(p["bh"] ** 2), {"bh": np.ones(2)}, {"b": np.ones(2)})
    assert missing["bh"].diagnosis == "`grads` has no entry 'bh'; did you mean 'b'?"
    nan = opinion(lambda w: np.log(w).sum(), [-1.0], [1.0])
    assert "is nan" in nan.diagnosis
    integer = opinion(lambda w: np.sum(w**2), [1, 2], [2.0, 4.0])
    assert "stored as 1" in integer.diagnosis

    def rnn_backward(params):
        raise NotImplementedError

    stub = taylor_test(lambda p: 1.0, {"w": 1.0}, rnn_backward)
    assert "rnn_backward is not started yet." in str(stub)
    assert not taylor_test(lambda p: 1.0, {"w": 1.0}, lambda p: 3.0)
    with pytest.raises(GradientError, match="must be a dict"):
        taylor_test(lambda p: 1.0, [1.0], {})


def test_mutation_and_randomness_are_broken_and_leave_no_trace():
    def mutates(p):
        p["w"] *= 2
        return np.sum(p["w"] ** 2) / 4

    w = np.array([1.0, 2.0])
    assert (
        "`mutates` changed `w` (first at [0]) in place" in taylor_test(mutates, {"w": w}, {"w": 2 * w})["w"].diagnosis
    )
    assert w.tolist() == [1.0, 2.0]

    np.random.seed(4)
    state = np.random.get_state()[2]
    drawn = taylor_test(lambda p: np.random.rand() + np.sum(p["w"] ** 2), {"w": w}, {"w": 2 * w})
    assert drawn["w"].verdict == "BROKEN" and "dropout mask" in drawn["w"].diagnosis
    harmless = taylor_test(lambda p: 0 * np.random.rand() + np.sum(p["w"] ** 2), {"w": w}, {"w": 2 * w})
    assert harmless and np.random.get_state()[2] == state


def test_the_report_speaks_every_form():
    data, params = network.problem(8)
    grads = network.gradients_of(data)(params)
    grads["Wh"] = 1.001 * grads["Wh"]
    report = taylor_test(network.loss_of(data), params, grads)
    assert report.headline == "The remainder shrinks with h² for `Wx`, `b`, `Wy`, `by`, but not for `Wh` (slope 1.00)."
    as_dict = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert as_dict["ok"] is False and as_dict["rows"][1]["slope"] == pytest.approx(1, abs=0.1)
    assert "slope 1.00" in str(report) and "<caption" in report._repr_html_()
    with pytest.raises(GradientsDisagree, match=r"slope 1\.00"):
        report.assert_ok()
    with pytest.raises(KeyError, match="no parameter 'W' was checked"):
        report["W"]
