"""Assignment 06: the solutions are right by somebody else's word, and every number in the text is measured here."""

import re

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.highway.exercises import ASSIGNMENT, EXERCISES
from autograder.assignments.lstm.exercises import sequence_from
from autograder.course.exercise import Sizes
from autograder.judging import cases
from utils.figures import _learning as adding
from utils.figures import _two_lanes as lanes
from utils.figures import roads
from utils.figures.style import short
from utils.gradients import check_backward

NAMES = [exercise.name for exercise in EXERCISES]
SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)


# An LSTM of our own, analytic in all that goes in, so that the complex step and HIPS autograd can differentiate it.


def own_lstm(x, h, c, Wx, Wh, b, xp=np):
    """Return all h, stacked in time, and c_T."""
    H, states = h.shape[1], []
    for t in range(x.shape[1]):
        a = x[:, t] @ Wx + h @ Wh + b
        i, f, o = ((1 + xp.tanh(a[:, k * H : (k + 1) * H] / 2)) / 2 for k in range(3))
        c = f * c + i * xp.tanh(a[:, 3 * H :])
        h = o * xp.tanh(c)
        states.append(h)
    return xp.stack(states, axis=1), c


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


def test_cut_in_two_with_both_gradients_handed_back_the_sequence_is_whole(course, drawn, upstream):
    """What lstm_backward_full is for: dh0 and dc0 of the second half are what the first half is told."""
    forward, backward = course.reference["lstm_forward_full"], course.reference["lstm_backward_full"]
    x, h0, c0, *weights = drawn
    whole = backward(*upstream, forward(x, h0, c0, *weights)[-1])
    _, h, c, first = forward(x[:, :2], h0, c0, *weights)
    *_, second = forward(x[:, 2:], h, c, *weights)
    dx2, dh, dc, *later = backward(upstream[0][:, 2:], upstream[1], second)
    told = upstream[0][:, :2].copy()
    told[:, -1] += dh
    dx1, dh0, dc0, *earlier = backward(told, dc, first)
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


def test_assignment_has_its_exercises(course):
    assert [exercise.name for exercise in course.exercises(ASSIGNMENT)] == NAMES


# Every number that the text states.


@pytest.fixture(scope="module")
def text(course):
    return (course.solutions / f"{ASSIGNMENT}.py").read_text(encoding="utf-8")


def test_half_lives_that_the_text_tells(text):
    life = {bias: np.log(0.5) / np.log(1 / (1 + np.exp(-bias))) for bias in (0, 1, 5)}
    assert [f"{life[bias]:.3g}" for bias in (0, 1, 5)] == ["1", "2.21", "103"]
    assert "with bias 0 it is a single step, with bias 1 it is 2.2" in " ".join(text.replace("\n#", " ").split())
    assert "0 → 1, 1 → 2.2, 5 → 103" in text


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
    return lambda bias, scale, seed: lanes.lanes(*(course.reference[name] for name in names), bias, scale, seed)


def own_lanes(bias, scale, seed):
    """∂L/∂c_1 of the explorer's network by nudging c_1, which moves h_1 too, and its part along the forget gates."""
    x, Wx, Wh, b, v = lanes.network(seed, scale)
    b[lanes.H : 2 * lanes.H] = bias
    return by_nudging_c_1(x[0], Wx, Wh, b, v[0])


def by_nudging_c_1(x, Wx, Wh, b, v):
    """Return the gradient of v · c_T at c_1, h_1 = o_1 tanh(c_1), and v times all later forget gates.

    By the complex step. The gates are read off the cells: with h held fixed, c_t moves by f_t.
    """
    H, later = len(v), x[None, 1:]
    zeros = np.zeros((1, H))
    h, c = own_lstm(x[None, :1], zeros, zeros, Wx, Wh, b)
    h = h[:, 0]
    cells = np.repeat(c, H, axis=0) + 1e-30j * np.eye(H)
    c_T = own_lstm(np.repeat(later, H, axis=0), h / np.tanh(c) * np.tanh(cells), cells, Wx, Wh, b)[1]
    direct = v.copy()
    for t in range(later.shape[1]):
        direct = direct * np.imag(own_lstm(later[:, t : t + 1], h, c + 1e-30j, Wx, Wh, b)[1][0]) / 1e-30
        h, c = own_lstm(later[:, t : t + 1], h, c, Wx, Wh, b)
        h = h[:, 0]
    return np.imag(c_T @ v) / 1e-30, direct


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


def test_what_the_text_says_of_the_two_lanes(measured, text):
    says = " ".join(text.replace("\n#", " ").split())
    assert (lanes.T, lanes.D, lanes.H) == (20, 4, 8)
    assert "T = 20, D = 4, H = 8, inputs N(0, 1), weights N(0, 1/inputs)" in says
    for scale, sentence in (
        (1.0, "what comes to $c_1$ through h is {} times as long as what comes by the direct path (the median of 100 "
              "seeds, 10 to 90 %: {};"),
        (0.1, "with weights a tenth as large, {} times ({})."),
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
    assert f"over 19 steps gates fixed at bias 5 keep {(1 + np.exp(-5)) ** -19:.2g}," in says
    words = "the network's {} ({}), with weights × 2 {} ({}), × 4 {} ({}).".format(
        *(part for found in kept.values() for part in found)
    )
    assert words in says
    one, two = measured(1.0, 1.0, 1), measured(5.0, 2.0, 2)
    assert (one.cell[0], one.direct[0]) == (pytest.approx(0.0073, abs=5e-5), pytest.approx(0.0011, abs=5e-5))
    assert "0.0073 of 1 arrives at the first cell, while the direct path alone brings 0.0011" in says
    assert "weights × 2, seed 2, 1.8 arrives though the direct path is 0.62" in says
    assert (two.cell[0], two.direct[0]) == (pytest.approx(1.8, abs=0.05), pytest.approx(0.62, abs=0.005))
    assert two.direct.max() <= 1 < two.cell[0]


def test_what_the_text_says_of_the_recorded_runs(text):
    counts = {bias: adding.solved(adding.runs("lstm", 100, bias)) for bias in (0.0, 1.0, 3.0, 5.0)}
    assert counts[1.0] == 5 > max(counts[bias] for bias in (0.0, 3.0, 5.0))
    assert adding.solved(adding.runs("rnn", 100)) == 0
    assert "bias 1 solved the adding problem with 5 of 5 seeds, the RNN with none" in " ".join(
        text.replace("\n#", " ").split()
    )
    assert all(run["steps"] == 2000 and run["rate"] == 0.003 for run in adding.runs("rnn", 100))
    assert all(run["steps"] == 600 and run["rate"] == 0.02 for run in adding.runs("lstm", 100, 1.0))


# The roads, by the complex step through forward passes of our own: nothing of what they are checked against runs here.

SCALES = (1 / 8, 1 / 4, 1 / 2)


def by_nudging(late, early, v):
    """Return the length of the gradient of v · late(early), by nudging one entry of `early` a row."""
    return np.linalg.norm(np.imag(late(np.repeat(early, 16, axis=0) + 1e-30j * np.eye(16)) @ v) / 1e-30)


def own_stack(seed, scale, skip):
    rng = np.random.default_rng(seed)
    x, W, v = rng.standard_normal(16), scale * rng.standard_normal((40, 16, 16)), rng.standard_normal(16)

    def up(x, layers):
        for layer in layers:
            x = skip * x + np.tanh(x @ layer)
        return x

    return by_nudging(lambda x_1: up(x_1, W[1:]), up(x[None], W[:1]), v / np.linalg.norm(v))


def own_network(seed, scale, blocks):
    """Return x, Wx, Wh, v as the caption has them."""
    rng = np.random.default_rng(seed)
    x, Wx, Wh, v = (rng.standard_normal(shape) for shape in ((40, 4), (4, blocks * 16), (16, blocks * 16), 16))
    return x, scale * Wx, scale * Wh, v / np.linalg.norm(v)


def own_rnn(seed, scale):
    x, Wx, Wh, v = own_network(seed, scale, 1)

    def last(h):
        for x_t in x[1:]:
            h = np.tanh(x_t @ Wx + h @ Wh)
        return h

    return by_nudging(last, np.tanh(x[:1] @ Wx), v)


def own_cell(seed, scale, bias):
    x, Wx, Wh, v = own_network(seed, scale, 4)
    return np.linalg.norm(by_nudging_c_1(x, Wx, Wh, np.repeat([0.0, bias, 0.0, 0.0], 16), v)[0])


@pytest.fixture(scope="module")
def own_roads():
    """Lengths of gradients 39 steps or layers back, (3 scales, 40 seeds) for each road."""
    measures = {
        "RNN": own_rnn,
        "LSTM, bias 1": lambda seed, scale: own_cell(seed, scale, 1.0),
        "LSTM, bias 5": lambda seed, scale: own_cell(seed, scale, 5.0),
        "stack, no skip": lambda seed, scale: own_stack(seed, scale, 0.0),
        "stack, skip 1": lambda seed, scale: own_stack(seed, scale, 1.0),
    }
    return {
        name: np.array([[measure(seed, scale) for seed in range(40)] for scale in SCALES])
        for name, measure in measures.items()
    }


@pytest.fixture(scope="module")
def drawn_roads(course):
    functions = ("residual_stack_gradient", "rnn_forward", "rnn_backward", "lstm_forward_full", "lstm_backward_full")
    return roads(*(course.reference[name] for name in functions))


def test_the_roads_are_drawn_as_they_are(own_roads, drawn_roads):
    for axes, (name, lengths) in zip(drawn_roads.figure.axes, own_roads.items(), strict=True):
        (dots,) = (line for line in axes.lines if line.get_gid() == name)
        np.testing.assert_allclose(dots.get_ydata(), np.median(lengths, axis=1), rtol=1e-6)
        (spread,) = (lines for lines in axes.collections if lines.get_gid() == f"{name}: spread")
        ends = np.array([segment[:, 1] for segment in spread.get_segments()])
        np.testing.assert_allclose(ends, np.quantile(lengths, [0.1, 0.9], axis=1).T, rtol=1e-6)


def test_what_the_text_says_of_the_roads(own_roads, drawn_roads, text):
    says = " ".join(text.replace("\n#", " ").split())
    low, middle, high = (
        {name: np.quantile(lengths, q, axis=1) for name, lengths in own_roads.items()} for q in (0.1, 0.5, 0.9)
    )
    moves = {name: np.log10(found.max() / found.min()) for name, found in middle.items()}

    def size(name, scale):
        return f"{short(middle[name][scale])} ({short(low[name][scale])} to {short(high[name][scale])})"

    assert "40 seeds a dot, H = 16, 39 steps or layers back; weights of standard deviation 1/8, 1/4, 1/2" in says
    plain, skip, gate, shut = "stack, no skip", "stack, skip 1", "LSTM, bias 5", "LSTM, bias 1"
    for name, line in ((plain, "plain stack"), ("RNN", "RNN"), (skip, "skip 1"), (gate, gate), (shut, shut)):
        assert f"- {line}: {size(name, 0)} to {size(name, 2)}" in says
    assert f"{moves[skip]:.0f}" == "1"
    assert "Between 1/4 and 1/2 the plain stack's median passes 1:" in says
    assert middle[plain][1] < 1 < middle[plain][2]
    assert "With the skip, and with forget bias 5, the gradient grew in all 120 draws of each" in says
    assert "with forget bias 1, which you train with below, it shrank in all 120" in says and own_roads[shut].max() < 1
    assert "with bias 1 (39 steps, H = 16) less than 1 arrived in all 120 draws" in says
    assert all(own_roads[name].size == 120 and own_roads[name].min() > 1 for name in (skip, gate))
    assert (
        f"moves a plain stack's gradient by {short(moves[plain])} powers of ten; with a skip, by 1." in drawn_roads.alt
    )


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


@pytest.mark.parametrize(("name", "totals"), [("05-lstm", [10, 6, 3]), (ASSIGNMENT, [10, 5.5, 1.5])])
def test_every_point_of_the_written_question_is_asked(course, name, totals):
    """Question and rubric have the same numbers with the same splits; quoted answers earn what their headings say."""
    cells = course.sources[name].cells
    place = next(k for k, cell in enumerate(cells) if "**Rubric.**" in cell.source)
    question, answers = cells[place - 1].source, " ".join(cells[place].source.split())
    _, rubric, *quoted = re.split(r"\*\*(?:Rubric|Borderline|Tempting)", answers)
    points = r"(?<!\w)\(([\d.]+)( each)?\)"  # tanh(1) gives no points
    asked = {
        number: sorted(re.findall(points, text))
        for number, text in re.findall(r"^(\d)\. (.*(?:\n(?!\d\.).*)*)", question, flags=re.MULTILINE)
    }
    credited = {
        number: (float(whole), sorted(re.findall(points, text)))
        for number, whole, text in re.findall(r"\*(\d)\* \(([\d.]+)\): (.*?)(?=\*\d\*|$)", rubric)
    }
    assert {number: parts for number, (_, parts) in credited.items()} == asked
    for whole, parts in credited.values():
        assert sum(float(part) * (3 if each else 1) for part, each in parts) == whole
    assert sum(whole for whole, _ in credited.values()) == 10
    assert [float(points) for points in re.findall(r"\(([\d.]+) of 10\)", answers)] == totals
    for answer, total in zip(quoted, totals[1:], strict=True):
        earned = {number: float(points) for number, points in re.findall(r"\*(\d)\*: ([\d.]*\d)", answer)}
        assert sum(earned.values()) == total
        assert all(points <= credited[number][0] for number, points in earned.items())


def test_numbers_in_hints():
    assert 1 - np.tanh(0.5) ** 2 == pytest.approx(0.7864, abs=5e-5)
    assert np.prod([0.8, 0.9]) == pytest.approx(0.72)
    assert np.prod([0.5, 0.8]) == pytest.approx(0.4)
    assert np.prod([0.5, 0.8, 0.9]) == pytest.approx(0.36)
    assert [f"{v:.4f}" for v in (np.tanh(2), 1 - np.tanh(2) ** 2)] == ["0.9640", "0.0707"]
