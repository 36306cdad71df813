"""Among the cases of a check is whatever a fresh draw can reject: each has the numbers that its words promise."""

import numpy as np
import pytest

from utils import fixtures


def shown(name, special):
    """Return the inputs of the one case with these words, and what is expected of it."""
    [case] = [case for case in fixtures.load(name)["cases"] if case["special"] == special]
    return {**case["inputs"], **case["upstream"]}, case["expected"]


@pytest.mark.parametrize("name", ["word_embedding_forward", "word_embedding_backward"])
def test_the_last_word_is_missing_or_there_with_the_first(name):
    missing, _ = shown(name, "the last id missing")
    assert missing["x"].max() < len(missing["W"]) - 1, "how many words there are is known from W alone"
    both, _ = shown(name, "the first id and the last")
    assert {0, len(both["W"]) - 1} <= set(both["x"].ravel().tolist())


def test_the_steps_are_odd_in_number():
    inputs, _ = shown("truncated_bptt", "an odd number of steps")
    assert inputs["x"].shape[1] % 2 == 1 and inputs["x"].shape[1] % inputs["k"], "the last segment is shorter"
    streams, _ = shown("stream_batches", "an odd number of steps")
    steps = len(streams["ids"]) // streams["N"] - 1  # the last id of a stream is only asked for
    assert steps % 2 == 1 and streams["k"] == 2, "the last batch is shorter, or left out"
    delayed = [
        case["inputs"]["T"]
        for case in fixtures.load("upstream_mask")["cases"]
        if case["inputs"]["wiring"] == "many to many, delayed"
    ]
    assert {T % 4 for T in delayed} >= {1, 3} and any(T % 2 == 0 for T in delayed), "round(T / 2) is right for T = 3"


@pytest.mark.parametrize(("name", "scores"), [("stable_softmax", "z"), ("temporal_softmax_loss", "x")])
def test_one_score_of_a_row_is_far_below_and_others_spread_over_1500(name, scores):
    inputs, _ = shown(name, "one score far below the others")
    rows = np.sort(inputs[scores].reshape(-1, inputs[scores].shape[-1]), axis=1)
    assert (rows[:, 1] - rows[:, 0] > 900).all() and (np.abs(rows[:, 1:]) < 50).all()
    inputs, _ = shown(name, "scores that spread over 1,500")
    rows = inputs[scores].reshape(-1, inputs[scores].shape[-1])
    assert (np.ptp(rows, axis=1) == 1500).all()
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(rows - rows.mean(axis=1, keepdims=True))).any(), "the mean does not do for the maximum"


@pytest.mark.parametrize("zero", ["numeric", "analytic"])
def test_one_side_is_zero_and_the_error_is_1(zero):
    inputs, expected = shown("relative_error", f"only {zero} all zero")
    assert {side for side, gradient in inputs.items() if not gradient.any()} == {zero} and expected["error"] == 1


def test_gates_are_exactly_0_and_1_and_saturated():
    inputs, _ = shown("cell_highway", "a gate that is exactly 0")
    assert (inputs["f"] == 0).any()
    inputs, _ = shown("lstm_from_gates", "gates that are exactly 0 and 1")
    assert all({0.0, 1.0} <= set(inputs[gate].ravel().tolist()) for gate in "ifo")
    for name in ("lstm_step_forward", "lstm_step_backward"):
        inputs, _ = shown(name, "gates that are exactly 0 and 1")
        a = inputs["x"] @ inputs["Wx"] + inputs["prev_h"] @ inputs["Wh"] + inputs["b"]
        N, H = inputs["prev_h"].shape
        with np.errstate(over="ignore"):
            gates = 1 / (1 + np.exp(-a.reshape(N, 4, H)[:, :3]))
        assert (gates == 0).any(axis=(0, 2)).all() and (gates == 1).any(axis=(0, 2)).all()
    inputs, _ = shown("lstm_step_backward", "entries in the thousands")
    assert np.abs(inputs["x"] @ inputs["Wx"]).max() > 1000
