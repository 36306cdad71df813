"""Give the evidence for the verdicts: 60 random RNNs, vanishing and exploding ones among them."""

from collections import Counter
from functools import cache

import gradients_network as network
import numpy as np
import pytest

from utils.gradients import check_backward, check_gradients, numeric_gradient

GROUPS = range(6)  # ten networks each, so that two cores share them


@cache
def networks(group):
    """Return ten networks: scale 0.01 to 5 (logarithmic), T from 1 to 15, and sizes from 1 up."""
    rng = np.random.default_rng([2024, group])
    made = []
    for i in range(10):
        sizes = {"N": rng.integers(1, 5), "T": rng.integers(1, 16), "D": rng.integers(1, 5), "H": rng.integers(1, 6)}
        scale = float(np.exp(rng.uniform(np.log(0.01), np.log(5))))
        made.append(network.problem([group, i], scale=scale, **sizes))
    return made


@pytest.mark.parametrize("group", GROUPS)
def test_right_gradients_all_pass(group):
    verdicts = Counter()
    for data, params in networks(group):
        report = check_gradients(network.loss_of(data), params, network.gradients_of(data))
        verdicts.update(row.verdict for row in report)
    assert verdicts == {"PASS": 50}  # 300 of 300 over the six groups


@pytest.mark.parametrize("group", GROUPS)
def test_a_detectable_one_percent_bug_in_one_entry_always_fails(group):
    """Detectable, by the exact gradient g alone: 1 % of that entry is more than two millionths of ‖a‖+‖g‖.

    The complex step gives g; no part of the checker decides which bugs count.
    """
    rng = np.random.default_rng([7, group])
    planted = 0
    for data, params in networks(group):
        loss, right = network.loss_of(data), network.gradients_of(data)(params)
        for name in rng.choice(list(params), 2, replace=False):
            exact = numeric_gradient(
                lambda v, loss=loss, p=params, name=name: loss({**p, name: v}), params[name], method="complex"
            )
            index = tuple(int(rng.integers(length)) for length in exact.shape)
            wrong = {**right, name: right[name].copy()}
            wrong[name][index] *= 1.01
            change = 0.01 * abs(exact[index]) / (np.linalg.norm(wrong[name]) + np.linalg.norm(exact))
            if change <= 2e-6:
                continue
            planted += 1
            report = check_gradients(loss, params, wrong)
            assert report[name].verdict == "FAIL"
            assert report[name].worst == index
            assert all(row for row in report if row.name != name)
    assert planted >= 15  # of 20: the definition must not excuse most of them


@pytest.mark.parametrize("group", [0, 3])
def test_backward_is_never_accused_when_it_is_right(group):
    """Here h0 vanishes too: over 15 steps at scale 0.01 its gradient is far below rounding."""
    verdicts = Counter()
    for (x, h0, _), params in networks(group):
        inputs = {"x": x, "h0": h0} | {name: params[name] for name in ("Wx", "Wh", "b")}
        verdicts.update(row.verdict for row in check_backward(network.forward, network.backward, inputs))
    assert set(verdicts) <= {"PASS", "VACUOUS", "UNSURE"}
    assert verdicts["PASS"] >= 45


def test_a_vanished_gradient_is_vacuous_or_right_and_a_wrong_one_there_fails():
    data, params = network.problem(3, T=15, scale=0.005)
    x, h0, _ = data
    inputs = {"x": x, "h0": h0} | {name: params[name] for name in ("Wx", "Wh", "b")}

    def last_only(*inputs):
        h, cache = network.forward(*inputs)
        return h[:, -1], (h.shape, cache)

    def last_only_backward(dlast, cache, dh0=None):
        shape, cache = cache
        dh = np.zeros(shape)
        dh[:, -1] = dlast
        grads = network.backward(dh, cache)
        return grads if dh0 is None else (grads[0], dh0 * np.ones(h0.shape), *grads[2:])

    report = check_backward(last_only, last_only_backward, inputs)
    assert report["h0"].verdict == "VACUOUS" and not report
    assert all(report[name] for name in ("Wx", "Wh", "b"))
    invented = check_backward(last_only, lambda d, cache: last_only_backward(d, cache, dh0=1e-6), inputs)
    assert invented["h0"].verdict == "FAIL"
    assert "should be zero" in invented["h0"].diagnosis or "disagree" in invented["h0"].diagnosis
