"""Assignment 06: every number in the text is measured here."""

import numpy as np
import pytest
from analytic_lstm import by_nudging_c_1

from autograder.assignments.highway.exercises import ASSIGNMENT
from utils.figures import _two_lanes
from utils.figures._learning import runs, solved
from utils.gradients import check_backward

# Every number that the text states.


@pytest.fixture(scope="module")
def text(course):
    return (course.solutions / f"{ASSIGNMENT}.py").read_text(encoding="utf-8")


def test_half_lives_in_the_text_are_true(text):
    life = {bias: np.log(0.5) / np.log(1 / (1 + np.exp(-bias))) for bias in (0, 1, 5)}
    assert [f"{life[bias]:.3g}" for bias in (0, 1, 5)] == ["1", "2.21", "103"]
    words = " ".join(text.replace("\n#", " ").split())
    assert "with bias 0 it is a single step, with bias 1 it is 2.2" in words
    assert "0 → 1, 1 → 2.2, 5 → 103" in words


@pytest.mark.parametrize("n", [10, 20, 100, 1000])
def test_bias_for_a_half_life(n, text):
    """f = 2^(−1/n), so b = −ln(2^(1/n) − 1), which is ln n − ln ln 2 = ln n + 0.37 for large n."""
    exact = -np.log(2 ** (1 / n) - 1)
    assert exact == pytest.approx(np.log(n) + 0.37, abs=0.04)
    assert "n at least 10, the bias" in text
    assert -np.log(np.log(2)) == pytest.approx(0.37, abs=0.005)


def test_the_nudged_loss_is_steeper_than_its_gate(course):
    """The example above lstm_step_backward: slope (1 + o (1 − tanh² c)) f, more than f = 0.8."""
    after = 0.8 * 1 + 0.3
    expected = (1 + 0.5 * (1 - np.tanh(after) ** 2)) * 0.8
    logit = lambda p: np.log(p / (1 - p))  # noqa: E731
    # i g = 0.3 with i = 0.5, g = 0.6
    b = np.array([0.0, logit(0.8), 0.0, np.arctanh(0.6)])
    one = np.ones((1, 1))
    *_, cache = course.reference["lstm_step_forward"](0 * one, 0 * one, one, np.zeros((1, 4)), np.zeros((1, 4)), b)
    dprev_c = course.reference["lstm_step_backward"](one, one, cache)[2].item()
    assert dprev_c == pytest.approx(expected, rel=1e-12)
    assert 0.8 < dprev_c == pytest.approx(0.9437, abs=5e-5)


@pytest.fixture(scope="module")
def measured(course):
    names = ("lstm_forward_full", "lstm_backward_full", "cell_highway", "forget_bias")
    return lambda bias, scale, seed: _two_lanes.lanes(*(course.reference[name] for name in names), bias, scale, seed)


def own_lanes(bias, scale, seed):
    """∂L/∂c_1 of the explorer's network by nudging c_1, which moves h_1 too, and its part along the forget gates."""
    x, Wx, Wh, b, v = _two_lanes.network(seed, scale)
    b[_two_lanes.H : 2 * _two_lanes.H] = bias
    return by_nudging_c_1(x[0], Wx, Wh, b, v[0])


def ranged(values, form=".2g"):
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{middle:{form}}", f"{low:{form}} to {high:{form}}"


@pytest.mark.parametrize(("bias", "scale", "seed"), [(0.0, 1.0, 1), (1.0, 1.0, 1), (5.0, 2.0, 2), (-1.0, 4.0, 3)])
def test_the_lanes_count_what_comes_through_the_state_of_the_same_step(measured, bias, scale, seed):
    whole, direct = own_lanes(bias, scale, seed)
    found = measured(bias, scale, seed)
    assert found.cell[0] == pytest.approx(np.linalg.norm(whole), rel=1e-6)
    assert found.direct[0] == pytest.approx(np.linalg.norm(direct), rel=1e-6)
    assert found.indirect == pytest.approx(np.linalg.norm(whole - direct) / np.linalg.norm(direct), rel=1e-6)


def test_the_text_about_the_two_lanes_is_true(measured, text):
    says = " ".join(text.replace("\n#", " ").split())
    assert (_two_lanes.T, _two_lanes.D, _two_lanes.H) == (20, 4, 8)
    assert "T = 20, D = 4, H = 8, inputs N(0, 1), weights N(0, 1/rows)" in says
    for scale, sentence in (
        (1.0, "what comes to $c_1$ through h is {} times as long as what comes by the direct path (median of 100 "
              "seeds, 10 to 90 %: {})."),
        (0.1, "With weights a tenth as large it is {} times ({})."),
    ):  # fmt: skip
        pairs = [own_lanes(1.0, scale, seed) for seed in range(100)]
        rest = [np.linalg.norm(whole - direct) / np.linalg.norm(direct) for whole, direct in pairs]
        middle, ends = ranged(rest)
        assert sentence.format(middle, "2.0 to 22" if scale == 1 else ends) in says
        if scale == 1:
            np.testing.assert_allclose(np.quantile(rest, [0.1, 0.9]), [2.0, 22], rtol=0.02)
    kept = {
        scale: ranged([np.linalg.norm(own_lanes(5.0, scale, seed)[1]) for seed in range(100)])
        for scale in (1.0, 2.0, 4.0)
    }
    assert f"Over 19 steps gates fixed at σ(5) keep {(1 + np.exp(-5)) ** -19:.2g}." in says
    words = "Networks of bias 5 keep {} ({}); weights × 2: {} ({}); × 4: {} ({}).".format(
        *(part for found in kept.values() for part in found)
    )
    assert words in says
    one, two = measured(1.0, 1.0, 1), measured(5.0, 2.0, 2)
    assert (one.cell[0], one.direct[0]) == (pytest.approx(0.0073, abs=5e-5), pytest.approx(0.0011, abs=5e-5))
    assert "0.0073 of 1 arrives at the first cell, while the direct path alone brings 0.0011" in says
    assert "weights × 2, seed 2, 1.8 arrives though the direct path is 0.62" in says
    assert (two.cell[0], two.direct[0]) == (pytest.approx(1.8, abs=0.05), pytest.approx(0.62, abs=0.005))
    assert two.direct.max() <= 1 < two.cell[0]


def test_the_text_about_the_recorded_runs_is_true(text):
    counts = {bias: solved(runs("lstm", 100, bias)) for bias in (0.0, 1.0, 3.0, 5.0)}
    assert counts[1.0] == 5 > max(counts[bias] for bias in (0.0, 3.0, 5.0))
    assert solved(runs("rnn", 100)) == 0
    assert "bias 1 solved the adding problem with 5 of 5 seeds, the RNN with none" in " ".join(
        text.replace("\n#", " ").split()
    )
    assert all(run["steps"] == 2000 and run["rate"] == 0.003 for run in runs("rnn", 100))
    assert all(run["steps"] == 600 and run["rate"] == 0.02 for run in runs("lstm", 100, 1.0))


# A second opinion, and what points are given for.


@pytest.fixture(scope="module")
def second_opinion(course):
    """What the notebook's cell says of a step back: run with this function in its place."""
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if "check_backward(lstm_step" in cell.source]
    setting, call = cell.source.rsplit("\n", 1)
    assert call == "gradients.check_backward(lstm_step_forward, lstm_step_backward, inputs)"
    space = {"np": np}
    exec(setting, space)
    return lambda backward: check_backward(course.reference["lstm_step_forward"], backward, space["inputs"])


def test_the_second_opinion_knows_right_from_wrong(course, second_opinion):
    report = second_opinion(course.reference["lstm_step_backward"])
    assert report and [row.name for row in report] == ["x", "prev_h", "prev_c", "Wx", "Wh", "b"]
    assert all(str(row.verdict) == "PASS" for row in report)
    for mistake in course.exercise("lstm_step_backward").mistakes:
        assert not second_opinion(course.reference.mistaken("lstm_step_backward", mistake)), mistake.id


def test_the_second_opinion_waits_for_a_stub(second_opinion):
    def lstm_step_backward(dnext_h, dnext_c, cache):
        raise NotImplementedError

    stub = second_opinion(lstm_step_backward)
    assert str(stub) == "lstm_step_backward is not started yet."
    assert "BROKEN" not in stub._repr_html_()
