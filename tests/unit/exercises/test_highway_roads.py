"""Assignment 06: independent forward passes confirm the figure of the roads and what the text says about it."""

import numpy as np
import pytest
from analytic_lstm import by_nudging_c_1

from autograder.assignments.highway.exercises import ASSIGNMENT
from utils.figures import roads
from utils.figures.style import short

# Every number that the text states.


@pytest.fixture(scope="module")
def text(course):
    return (course.solutions / f"{ASSIGNMENT}.py").read_text(encoding="utf-8")


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


def test_the_roads_show_the_measured_gradients(own_roads, drawn_roads):
    for axes, (name, lengths) in zip(drawn_roads.figure.axes, own_roads.items(), strict=True):
        (dots,) = (line for line in axes.lines if line.get_gid() == name)
        np.testing.assert_allclose(dots.get_ydata(), np.median(lengths, axis=1), rtol=1e-6)
        (spread,) = (lines for lines in axes.collections if lines.get_gid() == f"{name}: spread")
        ends = np.array([segment[:, 1] for segment in spread.get_segments()])
        np.testing.assert_allclose(ends, np.quantile(lengths, [0.1, 0.9], axis=1).T, rtol=1e-6)


def test_the_text_about_the_roads_is_true(own_roads, drawn_roads, text):
    says = " ".join(text.replace("\n#", " ").split())
    low, middle, high = (
        {name: np.quantile(lengths, q, axis=1) for name, lengths in own_roads.items()} for q in (0.1, 0.5, 0.9)
    )
    moves = {name: np.log10(found.max() / found.min()) for name, found in middle.items()}

    def size(name, scale):
        return f"{short(middle[name][scale])} ({short(low[name][scale])} to {short(high[name][scale])})"

    assert "39 steps or layers, D = 4, H = 16, 40 seeds a dot, weights of standard deviation 1/8, 1/4, 1/2" in says
    plain, skip, gate, shut = "stack, no skip", "stack, skip 1", "LSTM, bias 5", "LSTM, bias 1"
    for name, line in ((plain, "plain stack"), ("RNN", "RNN"), (skip, "skip 1"), (gate, gate), (shut, shut)):
        assert f"- {line}: {size(name, 0)} to {size(name, 2)}" in says
    assert f"{moves[skip]:.0f}" == "1"
    assert "Between 1/4 and 1/2 the plain stack's median passes 1." in says
    assert middle[plain][1] < 1 < middle[plain][2]
    assert "With the skip, and with forget bias 5, the gradient grew in all 120 draws of each" in says
    assert "With forget bias 1, which you train with below, it shrank in all 120" in says and own_roads[shut].max() < 1
    assert "with bias 1 (39 steps, H = 16) less than 1 arrived in all 120 draws" in says
    assert all(own_roads[name].size == 120 and own_roads[name].min() > 1 for name in (skip, gate))
    assert (
        f"moves a plain stack's gradient by {short(moves[plain])} powers of ten; with a skip, by 1." in drawn_roads.alt
    )
