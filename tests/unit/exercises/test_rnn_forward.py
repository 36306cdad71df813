"""Assignment 01: the solutions agree with independent sources, and the exercises catch what they must."""

import math

import autograd
import numpy as np
import pytest

from autograder.assignments.rnn_forward.exercises import EXERCISES
from autograder.course.exercise import Sizes
from autograder.judging import cases

NAMES = [exercise.name for exercise in EXERCISES]


def line(start, stop, *shape):
    return np.linspace(start, stop, num=math.prod(shape)).reshape(shape)


# Published: the numbers that CS231n's RNN_Captioning notebook has printed since 2016.


def test_step_gives_the_numbers_cs231n_publishes(course):
    next_h, _ = course.reference["rnn_step_forward"](
        line(-0.4, 0.7, 3, 10), line(-0.2, 0.5, 3, 4), line(-0.1, 0.9, 10, 4), line(-0.3, 0.7, 4, 4), line(-0.2, 0.4, 4)
    )
    published = [
        [-0.58172089, -0.50182032, -0.41232771, -0.31410098],
        [0.66854692, 0.79562378, 0.87755553, 0.92795967],
        [0.97934501, 0.99144213, 0.99646691, 0.99854353],
    ]
    np.testing.assert_allclose(next_h, published, atol=1e-8)


def test_sequence_gives_the_numbers_cs231n_publishes(course):
    h, _ = course.reference["rnn_forward"](
        line(-0.1, 0.3, 2, 3, 4),
        line(-0.3, 0.1, 2, 5),
        line(-0.2, 0.4, 4, 5),
        line(-0.4, 0.1, 5, 5),
        line(-0.7, 0.1, 5),
    )
    published = [
        [
            [-0.42070749, -0.27279261, -0.11074945, 0.05740409, 0.22236251],
            [-0.39525808, -0.22554661, -0.0409454, 0.14649412, 0.32397316],
            [-0.42305111, -0.24223728, -0.04287027, 0.15997045, 0.35014525],
        ],
        [
            [-0.55857474, -0.39065825, -0.19198182, 0.02378408, 0.23735671],
            [-0.27150199, -0.07088804, 0.13562939, 0.33099728, 0.50158768],
            [-0.51014825, -0.30524429, -0.06755202, 0.17806392, 0.40333043],
        ],
    ]
    np.testing.assert_allclose(h, published, atol=1e-8)


def test_embedding_gives_the_numbers_cs231n_publishes(course):
    out, _ = course.reference["word_embedding_forward"](np.array([[0, 3, 1, 2], [2, 1, 0, 3]]), line(0, 1, 5, 3))
    rows = {
        0: [0.0, 0.07142857, 0.14285714],
        1: [0.21428571, 0.28571429, 0.35714286],
        2: [0.42857143, 0.5, 0.57142857],
        3: [0.64285714, 0.71428571, 0.78571429],
    }
    np.testing.assert_allclose(out, [[rows[i] for i in ids] for ids in ([0, 3, 1, 2], [2, 1, 0, 3])], atol=1e-8)


# HIPS autograd: who influences whom is read off the Jacobian of the solution's own text.


@pytest.fixture(scope="module")
def differentiable(course):
    """The solution's functions with autograd's NumPy in place of NumPy."""
    namespace = {"np": autograd.numpy}
    for name in NAMES:
        source = course.reference.sources[name]
        if name == "rnn_forward":  # autograd cannot differentiate an assignment into an array; stack instead
            source = source.replace("h[:, t] = prev_h", "states.append(prev_h)")
            source = source.replace("prev_h, cache = h0, []", "prev_h, cache, states = h0, [], []")
            source = source.replace("return h, cache", "return np.stack(states, axis=1), cache")
        exec(source, namespace)
    return namespace


def influence(function, x):
    """Return |d output / d x|, the output's axes first."""
    return np.abs(autograd.jacobian(function)(x))


@pytest.fixture
def drawn():
    exercise = EXERCISES[NAMES.index("many_to_many")]
    return exercise.inputs(np.random.default_rng(5), Sizes(N=2, T=4, D=3, H=5, M=6, V=7))


def test_many_to_one_hears_every_input(differentiable, drawn):
    x, *rest = drawn.values()
    jacobian = influence(lambda x: differentiable["many_to_one"](x, *rest), x)
    assert jacobian.shape == (2, 6, 2, 4, 3)
    assert (jacobian[0, :, 0].sum(axis=(0, 2)) > 1e-6).all()
    assert jacobian[0, :, 1].max() == 0  # sequences of a batch do not hear one another


def test_many_to_many_is_causal(differentiable, drawn):
    x, *rest = drawn.values()
    jacobian = influence(lambda x: differentiable["many_to_many"](x, *rest), x)
    heard = jacobian[0][:, :, 0].sum(axis=(1, 3))
    assert heard.shape == (4, 4)
    assert (np.triu(heard, 1) == 0).all()
    assert (heard[np.tril_indices(4)] > 1e-6).all()


def test_solutions_agree_with_the_complex_step(differentiable, drawn):
    """Every output is an analytic function of its input: autograd and the complex step agree to 1e-12."""
    x, *rest = drawn.values()
    for name in ("many_to_one", "many_to_many"):
        by_autograd = autograd.jacobian(lambda x, name=name: differentiable[name](x, *rest))(x)
        index = (1, 2, 0)
        nudged = x.astype(complex)
        nudged[index] += 1e-30j
        by_complex_step = np.imag(differentiable[name](nudged, *rest)) / 1e-30
        np.testing.assert_allclose(by_autograd[..., *index], by_complex_step, rtol=1e-12, atol=1e-15)


# By hand, in Python's own floats: the recurrence of the lecture, one number at a time.


def by_hand(x, h, Wx, Wh, b):
    return [
        math.tanh(sum(x[d] * Wx[d][j] for d in range(len(x))) + sum(h[i] * Wh[i][j] for i in range(len(h))) + b[j])
        for j in range(len(b))
    ]


def read_out(h, Wy, by):
    return [sum(h[i] * Wy[i][m] for i in range(len(h))) + by[m] for m in range(len(by))]


@pytest.mark.parametrize("name", ["many_to_one", "many_to_many", "one_to_many", "encode_decode"])
def test_wirings_follow_the_equations(course, name):
    exercise = course.exercise(name)
    for case in cases.draw(exercise, course, np.random.default_rng(3)):
        inputs = case.inputs
        expected = []
        for n in range(len(inputs["h0"])):
            h, outputs = list(inputs["h0"][n]), []
            if name in ("many_to_one", "many_to_many", "encode_decode"):
                Wx, Wh, b = inputs["encoder"] if name == "encode_decode" else (inputs[k] for k in ("Wx", "Wh", "b"))
                for x in inputs["x"][n]:
                    h = by_hand(x, h, Wx, Wh, b)
                    if name == "many_to_many":
                        outputs.append(read_out(h, inputs["Wy"], inputs["by"]))
                if name == "many_to_one":
                    outputs = read_out(h, inputs["Wy"], inputs["by"])
            if name in ("one_to_many", "encode_decode"):
                keys = ("Wx", "Wh", "b", "Wy", "by")
                Wx, Wh, b, Wy, by = inputs["decoder"] if name == "encode_decode" else (inputs[k] for k in keys)
                x = [0.0] * len(by) if name == "encode_decode" else list(inputs["x0"][n])
                for _ in range(inputs["steps"]):
                    h = by_hand(x, h, Wx, Wh, b)
                    x = read_out(h, Wy, by)
                    outputs.append(x)
            expected.append(outputs)
        np.testing.assert_allclose(cases.answer(exercise, course, case)["y"], expected, rtol=1e-12, atol=1e-12)


def test_temporal_affine_is_one_affine_map_at_every_step(course):
    exercise = course.exercise("temporal_affine_forward")
    for case in cases.draw(exercise, course, np.random.default_rng(4)):
        x, w, b = case.inputs.values()
        out = cases.answer(exercise, course, case)["out"]
        expected = [[read_out(x[n, t], w, b) for t in range(x.shape[1])] for n in range(len(x))]
        np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-12)


# What the cases must catch.


def test_sizes_cannot_be_confused(course):
    """All sizes differ in every case; what is special about one is so."""
    drawn = cases.draw(course.exercise("rnn_forward"), course, np.random.default_rng(1))
    assert [case.special for case in drawn] == ["", "", "", "N = 1", "T = 1", "H = 1", "every size above 16"]
    for case in drawn:
        (N, T, D), H = case.inputs["x"].shape, case.inputs["b"].size
        assert len({N, T, D, H}) == 4
        ones = [f"{letter} = 1" for letter, size in zip("NTH", (N, T, H), strict=True) if size == 1]
        assert ones == ([case.special] if " = 1" in case.special else [])
        assert min(N, T, D, H) > 16 or case.special != "every size above 16"
        assert max(N, T, D, H) < 8 or case.special == "every size above 16"
        if case.special == "every size above 16":
            continue  # its numbers are coarse
        assert (np.abs(case.inputs["b"]) >= 0.2).all()
        assert np.abs(np.linalg.eigvals(case.inputs["Wh"])).max() == pytest.approx(1, abs=1e-6)
    assert max(case.inputs["x"].shape[1] for case in drawn[:3]) >= 5
