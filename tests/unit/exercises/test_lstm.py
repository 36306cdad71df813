"""Assignment 05: the solutions agree with independent sources, and what hints and text say is true."""

import math

import autograd
import numpy as np
import pytest

from autograder.assignments.lstm.exercises import EXERCISES
from autograder.course.exercise import Sizes
from autograder.judging import cases
from utils.figures import _carried_cell

NAMES = [exercise.name for exercise in EXERCISES]


def line(start, stop, *shape):
    return np.linspace(start, stop, num=math.prod(shape)).reshape(shape)


def drawn(name, sizes, seed=5):
    exercise = EXERCISES[NAMES.index(name)]
    draw = exercise.inputs[0] if isinstance(exercise.inputs, tuple) else exercise.inputs
    return list(draw(np.random.default_rng(seed), sizes).values())


# Published: the numbers that CS231n's LSTM_Captioning notebook has printed since 2016.


def test_step_gives_the_numbers_cs231n_publishes(course):
    next_h, next_c, _ = course.reference["lstm_step_forward"](
        line(-0.4, 1.2, 3, 4), line(-0.3, 0.7, 3, 5), line(-0.4, 0.9, 3, 5), line(-2.1, 1.3, 4, 20),
        line(-0.7, 2.2, 5, 20), line(0.3, 0.7, 20),
    )  # fmt: skip
    published_h = [
        [0.24635157, 0.28610883, 0.32240467, 0.35525807, 0.38474904],
        [0.49223563, 0.55611431, 0.61507696, 0.66844003, 0.7159181],
        [0.56735664, 0.66310127, 0.74419266, 0.80889665, 0.858299],
    ]
    published_c = [
        [0.32986176, 0.39145139, 0.451556, 0.51014116, 0.56717407],
        [0.66382255, 0.76674007, 0.87195994, 0.97902709, 1.08751345],
        [0.74192008, 0.90592151, 1.07717006, 1.25120233, 1.42395676],
    ]
    np.testing.assert_allclose(next_h, published_h, atol=1e-8)
    np.testing.assert_allclose(next_c, published_c, atol=1e-8)


def test_sequence_gives_the_numbers_cs231n_publishes(course):
    h, _ = course.reference["lstm_forward"](
        line(-0.4, 0.6, 2, 3, 5), line(-0.4, 0.8, 2, 4), line(-0.2, 0.9, 5, 16), line(-0.3, 0.6, 4, 16),
        line(0.2, 0.7, 16),
    )  # fmt: skip
    published = [
        [
            [0.01764008, 0.01823233, 0.01882671, 0.0194232],
            [0.11287491, 0.12146228, 0.13018446, 0.13902939],
            [0.31358768, 0.33338627, 0.35304453, 0.37250975],
        ],
        [
            [0.45767879, 0.4761092, 0.4936887, 0.51041945],
            [0.6704845, 0.69350089, 0.71486014, 0.7346449],
            [0.81733511, 0.83677871, 0.85403753, 0.86935314],
        ],
    ]
    np.testing.assert_allclose(h, published, atol=1e-8)


def test_a_cell_with_fixed_gates_is_a_geometric_series(course):
    i, f, o, g, c0 = 0.3, 0.8, 0.6, -0.5, 1.7
    T = 12
    h, c = course.reference["lstm_from_gates"](*(np.full((1, T, 1), v) for v in (i, f, o, g)), np.full((1, 1), c0))
    expected = [f**t * c0 + i * g * (1 - f**t) / (1 - f) for t in range(1, T + 1)]
    np.testing.assert_allclose(c[0, :, 0], expected, rtol=1e-13)
    np.testing.assert_allclose(h[0, :, 0], [o * math.tanh(v) for v in expected], rtol=1e-13)


# By hand, in Python's own floats: the equations of the lecture, one number at a time.


def logistic(v):
    return 1 / (1 + math.exp(-v)) if v > -700 else 0.0


def by_hand(x, h, c, Wx, Wh, b):
    H = len(h)

    def total(block, j):
        k = block * H + j
        return sum(x[d] * Wx[d][k] for d in range(len(x))) + sum(h[m] * Wh[m][k] for m in range(H)) + b[k]

    next_c = [logistic(total(1, j)) * c[j] + logistic(total(0, j)) * math.tanh(total(3, j)) for j in range(H)]
    return [logistic(total(2, j)) * math.tanh(next_c[j]) for j in range(H)], next_c


@pytest.mark.parametrize("name", ["lstm_step_forward", "lstm_forward", "lstm_forward_full"])
def test_solutions_follow_the_equations(course, name):
    exercise = course.exercise(name)
    for case in cases.draw(exercise, course, np.random.default_rng(3)):
        x, h, *rest = case.inputs.values()
        weights, c = rest[-3:], rest[0] if len(rest) == 4 else np.zeros_like(h)
        found = cases.answer(exercise, course, case)
        for n in range(len(h)):
            state, cell, states = h[n], c[n], []
            for x_t in x[n][None] if name == "lstm_step_forward" else x[n]:
                state, cell = by_hand(x_t, state, cell, *weights)
                states.append(state)
            expected = {"next_h": state, "next_c": cell, "h": states, "h_T": state, "c_T": cell}
            for output, value in found.items():
                np.testing.assert_allclose(value[n], expected[output], rtol=1e-11, atol=1e-12)


def test_the_gates_of_a_step_are_the_cell_alone(course):
    """A step is lstm_from_gates with T = 1 and the gates that its own product makes."""
    x, prev_h, prev_c, Wx, Wh, b = drawn("lstm_step_forward", Sizes(1, 1, 3, 4, 5, 6))
    a = (x @ Wx + prev_h @ Wh + b).reshape(4, 4)
    gates = [1 / (1 + np.exp(-a[k]))[None, None] for k in range(3)] + [np.tanh(a[3])[None, None]]
    h, c = course.reference["lstm_from_gates"](*gates, prev_c)
    next_h, next_c, _ = course.reference["lstm_step_forward"](x, prev_h, prev_c, Wx, Wh, b)
    np.testing.assert_allclose([next_h, next_c], [h[:, 0], c[:, 0]], rtol=1e-13)


def test_pieces_with_state_and_cell_equal_the_whole_and_the_empty_start_is_lstm_forward(course):
    full, forward = course.reference["lstm_forward_full"], course.reference["lstm_forward"]
    x, h0, c0, *weights = drawn("lstm_forward_full", Sizes(3, 7, 2, 5, 4, 6))
    whole, h_T, c_T, _ = full(x, h0, c0, *weights)
    first, h, c, _ = full(x[:, :3], h0, c0, *weights)
    second, h, c, _ = full(x[:, 3:], h, c, *weights)
    np.testing.assert_array_equal(np.concatenate([first, second], axis=1), whole)
    np.testing.assert_array_equal([h, c], [h_T, c_T])
    np.testing.assert_array_equal(full(x, h0, 0 * c0, *weights)[0], forward(x, h0, *weights)[0])


# HIPS autograd and the complex step: who influences whom, by the solutions' own text.


@pytest.fixture(scope="module")
def texts(course):
    """The solutions' texts, with an analytic sigmoid and one list instead of an array that is filled."""
    texts = {name: course.reference.sources[name] for name in ("lstm_step_forward", "lstm_forward_full")}
    return {"sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"} | texts


def run(texts, numpy):
    namespace = {"np": numpy}
    for source in texts.values():
        exec(source, namespace)
    return namespace


def test_autograd_and_the_complex_step_agree_and_only_the_past_is_used(texts):
    x, h0, c0, *weights = drawn("lstm_forward_full", Sizes(2, 4, 3, 5, 6, 7))
    by_autograd = autograd.jacobian(
        lambda x: run(texts, autograd.numpy)["lstm_forward_full"](x, h0, c0, *weights)[0]
    )(x)  # fmt: skip
    nudged = x.astype(complex)
    nudged[1, 2, 0] += 1e-30j
    by_complex_step = np.imag(run(texts, np)["lstm_forward_full"](nudged, h0, c0, *weights)[0]) / 1e-30
    np.testing.assert_allclose(by_autograd[..., 1, 2, 0], by_complex_step, rtol=1e-12, atol=1e-15)
    heard = np.abs(by_autograd[0][:, :, 0]).sum(axis=(1, 3))
    assert (np.triu(heard, 1) == 0).all()
    assert (heard[np.tril_indices(4)] > 1e-6).all()
    assert np.abs(by_autograd[0][:, :, 1]).max() == 0  # sequences of a batch do not hear one another


# What the cases must catch.


def test_large_numbers_are_among_the_inputs(course):
    """In a case or two of sigmoid and of the step something overflows that is not written with care; else nothing."""
    for name in ("sigmoid", "lstm_step_forward"):
        exercise = course.exercise(name)
        overflows = []
        for case in cases.draw(exercise, course, np.random.default_rng(2)):
            x, *rest = case.inputs.values()
            a = x if name == "sigmoid" else (x @ rest[2] + rest[0] @ rest[3] + rest[4])[:, : 3 * rest[0].shape[1]]
            overflows.append(np.abs(a).max() > 710)
        assert 1 <= sum(overflows) <= 2 < len(overflows)
        assert np.isfinite(cases.answer(exercise, course, case)[next(iter(exercise.outputs))]).all()


def off_without_the_cell(full, seed):
    """How far off the gradient is, relative to its length: the sum of h over the second piece, by the complex step."""
    x, h0, c0, *weights = _carried_cell.network(seed)
    assert [round(np.linalg.norm(block, 2), 6) for block in np.split(weights[1], 4, axis=1)] == [1, 1, 1, 1]
    cut = _carried_cell.PIECE
    _, h, c, _ = full(x[:, :cut], h0, c0, *weights)
    second = x[:, cut : 2 * cut]

    def gradient(state, cell):
        found = []
        for k in range(3):
            for index in np.ndindex(weights[k].shape):
                nudged = [w.astype(complex) if j == k else w for j, w in enumerate(weights)]
                nudged[k][index] += 1e-30j
                found.append(np.imag(full(second, state, cell, *nudged)[0].sum()) / 1e-30)
        return np.array(found)

    right, without = gradient(h, c), gradient(h, 0 * c)
    return np.linalg.norm(without - right) / np.linalg.norm(right)


def test_how_far_the_gradient_is_off_without_the_cell(texts, course):
    full = run(texts, np)["lstm_forward_full"]
    off = [100 * off_without_the_cell(full, seed) for seed in range(10)]
    source = (course.solutions / "05-lstm.py").read_text(encoding="utf-8").replace("\n# ", " ")
    assert f"Its error is {np.median(off):.0f} % of the right gradient's length in the median of ten seeds" in source
    assert f", {min(off):.0f} to {max(off):.0f} % in single ones" in source
    assert f"seed {_carried_cell.SEED}, where the error is {off[_carried_cell.SEED]:.0f} %" in source
