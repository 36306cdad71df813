"""The bonus of assignment 04: a diagonal linear recurrence, its gradients by other ways, and its scan."""

import math

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.gradient_flow.exercises import ASSIGNMENT
from autograder.assignments.gradient_flow.exercises.diagonal_forward import sequence
from autograder.course.exercise import Sizes
from utils import experiments
from utils.experiments import scan_times

SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)


@pytest.fixture
def drawn():
    return list(sequence(np.random.default_rng(5), SIZES).values())


@pytest.fixture(scope="module")
def text(course):
    return " ".join((course.solutions / f"{ASSIGNMENT}.py").read_text(encoding="utf-8").replace("\n#", " ").split())


@pytest.fixture(scope="module")
def scan(course):
    """The function of the notebook's cell."""
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if cell.source.startswith("def scan(")]
    space = {"np": np}
    exec(cell.source.partition("\n\n\n")[0], space)
    return space["scan"]


def unrolled(x, h0, lam, xp=np):
    """h_t = λ^t h_0 + Σ_s λ^(t−s) x_s, the sum written out."""
    T = x.shape[1]
    terms = [lam ** (t + 1) * h0 + sum((lam ** (t - s) * x[:, s] for s in range(t + 1)), 0.0 * h0) for t in range(T)]
    return xp.stack(terms, axis=1)


def test_forward_is_the_sum_that_the_recurrence_unrolls_to(functions, drawn):
    h, _ = functions["diagonal_forward"](*drawn)
    np.testing.assert_allclose(h, unrolled(*drawn), rtol=1e-12, atol=1e-14)


def test_backward_agrees_with_hips_autograd_and_the_complex_step(functions, drawn):
    dh = np.random.default_rng(6).standard_normal((3, 5, 4))
    found = functions["diagonal_backward"](dh, functions["diagonal_forward"](*drawn)[1])
    loss = lambda *inputs: autograd.numpy.sum(dh * unrolled(*inputs, xp=autograd.numpy))  # noqa: E731
    expected = autograd.grad(loss, argnum=(0, 1, 2))(*drawn)
    for which, (own, theirs) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_allclose(own, theirs, rtol=1e-10, atol=1e-12)
        index = tuple(n - 1 for n in own.shape)
        nudged = [value.astype(complex) for value in drawn]
        nudged[which][index] += 1e-30j
        assert own[index] == pytest.approx(np.imag((dh * unrolled(*nudged)).sum()) / 1e-30, rel=1e-10)


def test_the_jacobian_is_the_formula_of_the_text(functions, drawn, text):
    assert (
        r"$\partial h_T/\partial h_t=\operatorname{diag}(\lambda)^{T-t}$, whatever the inputs and the states are"
        in text
    )
    x, h0, lam = drawn
    for t in range(1, 5):
        h = functions["diagonal_forward"](x, h0, lam)[0]
        moved = functions["diagonal_forward"](x[:, t:], h[:, t - 1] + 1, lam)[0][:, -1]
        np.testing.assert_allclose(moved - h[:, -1], np.broadcast_to(lam ** (5 - t), h0.shape), rtol=1e-10)


@pytest.mark.parametrize("T", [1, 2, 3, 7, 8, 9, 100])
def test_the_scan_of_the_notebook_gives_the_loop_s_states(functions, scan, T):
    rng = np.random.default_rng(T)
    x, h0, lam = rng.standard_normal((2, T, 3)), rng.standard_normal((2, 3)), rng.uniform(-1, 1, 3)
    a, b = np.broadcast_to(lam, x.shape).copy(), x.copy()
    b[:, 0] += lam * h0
    before = a.copy(), b.copy()
    np.testing.assert_allclose(scan(a, b), functions["diagonal_forward"](x, h0, lam)[0], rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal((a, b), before)


class Counting(np.ndarray):
    """An array that counts the products that are made of it."""

    made = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        plain = [np.asarray(one) if isinstance(one, Counting) else one for one in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        Counting.made += result.size if ufunc is np.multiply else 0
        return result.view(Counting)


def test_the_counts_in_the_text_are_those_of_the_two_functions(functions, scan, text):
    T = 1024
    Counting.made = 0
    ones = np.ones((1, T, 1))
    scan(ones.view(Counting), ones.view(Counting))
    by_scan, Counting.made = Counting.made, 0
    functions["diagonal_forward"](ones.view(Counting), np.ones((1, 1)), np.ones(1).view(Counting))
    assert (by_scan, Counting.made, math.ceil(math.log2(T))) == (18_434, 1_024, 10)
    assert (
        "for 1,024 steps of one unit the loop multiplies 1,024 times, and this scan 18,434 times, in 10 rounds" in text
    )


def test_two_steps_are_one_of_the_same_form():
    (a1, b1), (a2, b2), h = (0.5, 2.0), (-3.0, 0.25), 0.7
    assert a2 * (a1 * h + b1) + b2 == pytest.approx((a2 * a1) * h + (a2 * b1 + b2))


def test_the_times_are_measured_and_nothing_else_is_claimed(functions, scan, monkeypatch):
    monkeypatch.setattr(scan_times, "SIZES", ((1, 2, 9), (2, 3, 8)))
    found = experiments.scan_against_loop(functions["diagonal_forward"], scan)
    assert [(one.width, one.T, one.rounds) for one in found.timed] == [(2, 9, 4), (6, 8, 3)]
    assert all(one.apart < 1e-12 and one.loop > 0 and one.scan > 0 for one in found.timed)
    lines = repr(found).splitlines()
    assert lines[0] == "Your loop and the scan, timed here (medians of 5):" and len(lines) == 5
    assert "<caption" in found._repr_html_() and "loop ÷ scan" in found._repr_html_()
    wrong = experiments.scan_against_loop(functions["diagonal_forward"], lambda a, b: b)
    assert max(one.apart for one in wrong.timed) > 0.1, "that the two differ is shown"


def test_a_stub_waits(scan):
    def diagonal_forward(x, h0, lam):
        raise NotImplementedError

    note = experiments.scan_against_loop(diagonal_forward, scan)
    assert repr(note) == "Write `diagonal_forward` above first; this cell times it."
