"""Each planted mistake gets its verdict and its diagnosis, and different right variants pass."""

import gradients_network as network
import numpy as np
import pytest

from utils.gradients import check_backward, check_gradients

SIZES = {"N": 3, "T": 6, "D": 4, "H": 5}
(X, H0, TARGET), PARAMS = network.problem(11, **SIZES)
INPUTS = {"x": X, "h0": H0} | {name: PARAMS[name] for name in ("Wx", "Wh", "b")}
STEP = {"x": X[:, 0], "prev_h": H0} | {name: PARAMS[name] for name in ("Wx", "Wh", "b")}


def check(backward, forward=network.forward, inputs=INPUTS, **options):
    return check_backward(forward, backward, inputs, sizes=SIZES, **options)


def edited(name, edit):
    """Return BPTT with one of its results edited."""
    position = list(INPUTS).index(name)

    def backward(dh, cache):
        grads = [g.copy() for g in network.backward(dh, cache)]
        grads[position] = edit(grads[position])
        return tuple(grads)

    return backward


def put(index, change):
    def edit(g):
        g[index] = change(g[index])
        return g

    return edit


TABLE = [
    ("Wh", lambda g: -g, "The sign is flipped"),
    ("b", lambda g: g / 3, "1/3 of the numeric one, and N = 3: averaged"),
    ("b", lambda g: g * 6, "6 times the numeric one, and T = 6: summed"),
    ("Wx", lambda g: g / 18, "1/18 of the numeric one, and N·T = 18: averaged"),
    ("Wx", lambda g: -g / 3, "1/3 of the numeric one and the sign is flipped, and N = 3"),
    ("Wx", lambda g: 2 * g, "2 times the numeric one: added twice"),
    ("Wx", lambda g: g / 2, "1/2 of the numeric one: a factor 2 is missing"),
    ("Wx", lambda g: 1.7 * g, "1.7 times the numeric one: one constant factor"),
    ("Wh", lambda g: g.T.copy(), "It is the transpose"),
    ("h0", np.zeros_like, "Every entry is zero"),
    ("Wh", put((2, 3), lambda v: 1.5 * v), r"Only entry [2, 3] disagrees: yours"),
    ("Wh", put((slice(None), 4), lambda v: 0 * v), "All agree except where the index of axis 1 is 4 (the last of 5)."),
    ("x", put((slice(None), slice(2, 4)), lambda v: v + 1), "All agree except where the index of axis 1 is 2 to 3"),
    (
        "x",
        put((slice(None), slice(0, 5)), lambda v: v + 1),
        "Agrees only where the index of axis 1 is 5 (the last of 6).",
    ),
    (
        "x",
        put((slice(None), slice(1, 6)), lambda v: v + 1),
        "Agrees only where the index of axis 1 is 0 (the first of 6).",
    ),
    ("Wx", abs, "The sizes are right, the signs are not"),
    ("Wh", lambda g: np.clip(g, -0.5, 0.5), "are all 0.5 in size, the numeric ones larger: clipped?"),
    ("Wh", lambda g: g + 0.1 * np.cos(np.arange(25.0).reshape(5, 5)), ": no single factor makes it right."),
]


@pytest.mark.parametrize(("name", "edit", "words"), TABLE, ids=[words[:40] for *_, words in TABLE])
def test_the_diagnosis_names_the_pattern(name, edit, words):
    report = check(edited(name, edit))
    assert report[name].verdict == "FAIL"
    assert words in report[name].diagnosis
    assert [row.name for row in report if not row] == [name]
    assert report.worst is report[name]


BROKEN_TABLE = [
    ("Wx", lambda g: g.T, "shape (5, 4), but `Wx` has shape (4, 5): transposed?"),
    ("b", lambda g: np.broadcast_to(g, (3, 5)), "shape (3, 5), but `b` has shape (5,). `h0` has that shape"),
    ("b", lambda g: np.broadcast_to(g, (7, 5)), "sum over axis 0"),
    ("b", lambda g: g[None], "the same number of entries, so reshape it to (5,)"),
    ("b", lambda g: g[:2], "shape (2,), but `b` has shape (5,)."),
    ("Wh", lambda g: None, "It is None: was it forgotten"),
    ("Wh", lambda g: g.astype(int), "dtype int64, but a gradient is an array of floats: fractions are cut off"),
    ("Wh", lambda g: g + 0j, "dtype complex128"),
    ("Wh", lambda g: np.where(np.arange(5) == 3, np.nan, g), "It holds nan at [0, 3]"),
    ("Wh", lambda g: g / 0.0, "It holds"),
]


@pytest.mark.parametrize(("name", "edit", "words"), BROKEN_TABLE, ids=[words[:40] for *_, words in BROKEN_TABLE])
def test_an_incomparable_gradient_is_broken_and_the_rest_is_judged(name, edit, words):
    report = check(edited(name, edit))
    assert report[name].verdict == "BROKEN"
    assert words in report[name].diagnosis
    assert [row.name for row in report if not row] == [name]


def test_swapped_results_are_recognised():
    square = {"a": np.arange(4.0).reshape(2, 2) + 1, "c": np.array([[0.5, -1.0], [2.0, 0.3]])}
    report = check_backward(lambda a, c: (a * a + 3 * c, (a, c)), lambda d, cache: (3 * d, 2 * cache[0] * d), square)
    assert "These are the numbers of `c`" in report["a"].diagnosis
    assert "These are the numbers of `a`" in report["c"].diagnosis
    assert check_backward(lambda a, c: (a * a + 3 * c, (a, c)), lambda d, cache: (2 * cache[0] * d, 3 * d), square)


def no_gradient_through_time(dh, cache):
    total = [0, 0, 0]
    dx = np.zeros((SIZES["N"], SIZES["T"], SIZES["D"]))
    for t in range(SIZES["T"]):
        dx[:, t], dh0, *weights = network.step_backward(dh[:, t], cache[t])
        total = [a + b for a, b in zip(total, weights, strict=True)]
    return dx, dh0, *total


def with_step(step_backward):
    def backward(dh, cache):
        N, T, H = dh.shape
        dx, total, carried = np.zeros(X.shape), [0, 0, 0], np.zeros((N, H))
        for t in reversed(range(T)):
            dx[:, t], carried, *weights = step_backward(dh[:, t] + carried, cache[t])
            total = [a + b for a, b in zip(total, weights, strict=True)]
        return dx, carried, *total

    return backward


def forgot_tanh(d, cache):
    x, prev_h, Wx, Wh, _ = cache
    return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d, d.sum(axis=0)


def tanh_of_tanh(d, cache):
    *rest, h = cache
    return network.step_backward(d, (*rest, np.tanh(h)))


def wh_not_transposed(d, cache):
    x, prev_h, Wx, Wh, h = cache
    return network.step_backward(d, (x, prev_h, Wx, Wh.T, h))


def h_instead_of_prev_h(d, cache):
    x, _, Wx, Wh, h = cache
    return network.step_backward(d, (x, h, Wx, Wh, h))


def clips_inside(d, cache):
    return network.step_backward(np.clip(d, -0.9, 0.9), cache)


@pytest.mark.parametrize(
    ("backward", "wrong"),
    [
        (no_gradient_through_time, {"x", "h0", "Wx", "Wh", "b"}),
        (with_step(forgot_tanh), {"x", "h0", "Wx", "Wh", "b"}),
        (with_step(tanh_of_tanh), {"x", "h0", "Wx", "Wh", "b"}),
        (with_step(wh_not_transposed), {"x", "h0", "Wx", "Wh", "b"}),
        (with_step(h_instead_of_prev_h), {"Wh"}),
        (with_step(clips_inside), {"x", "h0", "Wx", "Wh", "b"}),
    ],
)
def test_mistakes_of_bptt_fail_where_they_should(backward, wrong):
    report = check(backward)
    assert {row.name for row in report if row.verdict == "FAIL"} == wrong
    assert all(row.verdict == "PASS" for row in report if row.name not in wrong)
    # The smoke test sees them as well: <dh, J v> and <J^T dh, v> part.
    assert report.direction[0] != pytest.approx(report.direction[1], rel=1e-3)


def vectorised(dh, cache):
    """A different correct BPTT: pre-activation gradients first, then one einsum a weight."""
    x, prev_h, h = (np.stack([c[i] for c in cache], axis=1) for i in (0, 1, 4))
    _, _, Wx, Wh, _ = cache[0]
    da, carried = np.zeros_like(dh), 0
    for t in range(dh.shape[1])[::-1]:
        da[:, t] = (dh[:, t] + carried) * (1 - h[:, t] ** 2)
        carried = da[:, t] @ Wh.T
    dWx, dWh = np.einsum("ntd,nth->dh", x, da), np.einsum("ntk,nth->kh", prev_h, da)
    return da @ Wx.T, carried, dWx, dWh, da.sum(axis=(0, 1))


@pytest.mark.parametrize("backward", [network.backward, vectorised, with_step(network.step_backward)])
def test_every_correct_variant_passes(backward):
    report = check(backward)
    assert report and all(row.verdict == "PASS" for row in report)
    assert report.direction[0] == pytest.approx(report.direction[1], rel=1e-7)


def lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    i, f, o, g = np.split(a, 4, axis=1)
    i, f, o, g = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o)), np.tanh(g)
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)


def lstm_step_backward(dh, dc, cache, forget=lambda f: f * (1 - f)):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, c = cache
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    da = [dc * g * i * (1 - i), dc * prev_c * forget(f), dh * np.tanh(c) * o * (1 - o), dc * i * (1 - g**2)]
    da = np.concatenate(da, axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def test_two_outputs_and_a_wrong_gate_is_located():
    rng = np.random.default_rng(5)
    shapes = {"x": (3, 4), "prev_h": (3, 2), "prev_c": (3, 2), "Wx": (4, 8), "Wh": (2, 8), "b": (8,)}
    inputs = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    assert check_backward(lstm_step, lstm_step_backward, inputs)
    report = check_backward(
        lstm_step, lambda dh, dc, cache: lstm_step_backward(dh, dc, cache, forget=lambda f: 1 - f**2), inputs
    )
    assert report["Wx"].diagnosis == "All agree except where the index of axis 1 is 2 to 3 (of 0 to 7)."
    assert report["prev_c"].verdict == "PASS"


def test_a_loss_with_a_wrong_gradient_fails_and_with_a_right_one_passes():
    data = (X, H0, TARGET)
    loss, grads = network.loss_of(data), network.gradients_of(data)
    assert check_gradients(loss, PARAMS, grads)
    assert check_gradients(loss, PARAMS, grads(PARAMS))
    summed = {**grads(PARAMS), "by": 3 * grads(PARAMS)["by"]}
    report = check_gradients(loss, PARAMS, summed, sizes=SIZES)
    assert not report
    assert "3 times the numeric one, and N = 3: summed where it should be averaged?" in report["by"].diagnosis


def test_stale_gradients_of_an_earlier_call_read_as_two():
    store = {}

    def grads(params):
        for name, g in network.gradients_of((X, H0, TARGET))(params).items():
            store[name] = store.get(name, 0) + g
        return dict(store)

    report = check_gradients(network.loss_of((X, H0, TARGET)), PARAMS, grads)
    assert all(row.verdict == "BROKEN" and "two different gradients" in row.diagnosis for row in report)
