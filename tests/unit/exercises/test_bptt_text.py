"""Assignment 02: what the notebook, its cells and the hints say is true."""

import math
import re

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.bptt.exercises import ASSIGNMENT
from utils import gradients

# Every number in the text and the hints, from the same code.


def printed(course, capsys, word):
    """Run the cell of the notebook in which `word` stands, and return what it prints, or shows after a prediction."""

    class Explorers:
        predict = staticmethod(lambda name, shown: print(shown))

    [cell] = [c for c in course.sources[ASSIGNMENT].cells if c.cell_type == "code" and word in c.source]
    exec(cell.source, {"np": np, "rnn_forward": course.reference["rnn_forward"], "explorers": Explorers})
    return capsys.readouterr().out


def test_the_slope_cell(course, capsys):
    rows = re.findall(r"state ([\d.]+) +slope ([\d.]+)", printed(course, capsys, "for total in"))
    assert rows == [("0.0000", "1.0000"), ("0.4621", "0.7864"), ("0.9901", "0.0198")]
    for state, slope in rows:
        assert float(slope) == pytest.approx(1 - float(state) ** 2, abs=2e-4)


def test_the_two_losses_cell(course, capsys):
    output = printed(course, capsys, "def two_losses")
    assert re.findall(r"\d\.\d{4}", output) == ["1.0000", "0.8375", "1.8375"]
    assert 0.9 * (1 - math.tanh(0.27) ** 2) == pytest.approx(0.8375, abs=5e-5)


def test_the_second_opinion_of_the_notebook(course):
    """Its own cell, with the solution, with a mistake that H × H hides, and with a stub."""
    [cell] = [c for c in course.sources[ASSIGNMENT].cells if "check_backward(rnn_step_forward" in c.source]
    assert "explore" in cell.metadata.tags
    *setting, call = cell.source.splitlines()

    def report(backward):
        space = {"np": np, "gradients": gradients, "rnn_step_forward": course.reference["rnn_step_forward"]}
        exec("\n".join(setting), space)
        return eval(call, space | {"rnn_step_backward": backward})

    right = report(course.reference["rnn_step_backward"])
    assert right and max(row.error for row in right) < 1e-9
    assert [row.name for row in right] == ["x", "prev_h", "Wx", "Wh", "b"]
    assert all(row.checked == row.entries for row in right), "every entry is nudged"

    text = course.reference.sources["rnn_step_backward"]
    space = {"np": np}
    exec(text.replace("da @ Wh.T", "da @ Wh"), space)
    wrong = report(space["rnn_step_backward"])
    assert [row.name for row in wrong if not row] == ["prev_h"]

    def rnn_step_backward(dnext_h, cache):
        raise NotImplementedError

    assert str(report(rnn_step_backward)) == "rnn_step_backward is not started yet."


def test_the_paths_in_the_text_are_those_of_the_figure_and_of_the_stepper(course):
    from utils.figures._graph_stepper import walk
    from utils.figures.stills.bptt import paths

    back, step = course.reference["rnn_step_backward"], course.reference["rnn_step_forward"]
    [text] = [c.source for c in course.sources[ASSIGNMENT].cells if "figures/paths.png" in c.source]
    products, total = re.search(r"the products are (.*?), together (\d\.\d\d)\.", text).groups()
    *shares, drawn = re.findall(r"\d\.\d\d", paths(back, step).alt)
    assert (re.findall(r"\d\.\d\d", products), total) == (shares, drawn)
    assert f"{walk(back, step, (1, 2, 3, 4)).back[1]['dx']:.2f}" == total, "what stands below x_1 at All back"


def test_the_number_of_paths_from_all_inputs():
    T = 7
    edges = [(f"x{t}", f"h{t}") for t in range(1, T + 1)]
    edges += [(f"h{t}", f"h{t + 1}") for t in range(1, T)] + [(f"h{t}", f"y{t}") for t in range(1, T + 1)]

    def count(node):
        return 1 if node[0] == "y" else sum(count(end) for start, end in edges if start == node)

    assert count("x1") == T
    assert sum(count(f"x{t}") for t in range(1, T + 1)) == T * (T + 1) // 2


def test_the_formulas_for_the_weights_are_what_the_solution_computes(course):
    """∂L/∂W = Σ_t (∂L/∂a_t) x_tᵀ with columns, one sequence, against autograd; the code's Wx is its transpose."""
    rng = np.random.default_rng(4)
    T, D, H = 5, 2, 3
    x, h0, Wx, Wh, b = (rng.standard_normal(shape) for shape in ((1, T, D), (1, H), (D, H), (H, H), (H,)))
    dh = rng.standard_normal((1, T, H))

    def loss(shift):  # what is added to a_t at every step: its gradient is ∂L/∂a_t
        h, total = h0[0], 0.0
        for t in range(T):
            a = autograd.numpy.dot(Wx.T, x[0, t]) + autograd.numpy.dot(Wh.T, h) + b + shift[t]
            h = autograd.numpy.tanh(a)
            total = total + autograd.numpy.sum(dh[0, t] * h)
        return total

    da = autograd.grad(loss)(np.zeros((T, H)))
    h, cache = course.reference["rnn_forward"](x, h0, Wx, Wh, b)
    before = [h0[0], *h[0, :-1]]
    _, _, dWx, dWh, db = course.reference["rnn_backward"](dh, cache)
    np.testing.assert_allclose(dWx.T, sum(np.outer(da[t], x[0, t]) for t in range(T)), rtol=1e-10)
    np.testing.assert_allclose(dWh.T, sum(np.outer(da[t], before[t]) for t in range(T)), rtol=1e-10)
    np.testing.assert_allclose(db, sum(da), rtol=1e-10)


def test_the_fed_back_gradient_cell(course, capsys):
    numbers = [float(n) for n in re.findall(r"\d+\.\d{4}", printed(course, capsys, "def fed_back_loss"))]
    by_state, by_output, together, nudged = numbers
    assert together == pytest.approx(by_state + by_output, abs=1e-4)
    assert nudged == together
    exact = np.imag(2 * np.tanh(2.5 * (0.3 + 1e-30j))) / 1e-30
    assert together == pytest.approx(exact, abs=5e-5)
    assert by_output / by_state == pytest.approx(4, abs=1e-3)


def test_the_fed_back_gradient_goes_back_step_by_step(course):
    """What the text says of networks that feed themselves, with the course's own step, against autograd."""
    step, back = course.reference["rnn_step_forward"], course.reference["rnn_step_backward"]
    rng = np.random.default_rng(6)
    Wx, Wh, b, Wy = (rng.standard_normal(shape) for shape in ((2, 3), (3, 3), (3,), (3, 2)))
    x, h0, dy = rng.standard_normal((1, 2)), rng.standard_normal((1, 3)), rng.standard_normal((4, 1, 2))

    def loss(h):
        total, y = 0.0, x
        for t in range(4):
            h = autograd.numpy.tanh(autograd.numpy.dot(y, Wx) + autograd.numpy.dot(h, Wh) + b)
            y = autograd.numpy.dot(h, Wy)
            total = total + autograd.numpy.sum(dy[t] * y)
        return total

    h, y, caches = h0, x, []
    for _ in range(4):
        h, cache = step(y, h, Wx, Wh, b)
        y = h @ Wy
        caches.append(cache)
    dx, dh = 0, 0
    for t in reversed(range(4)):
        dx, dh, *_ = back((dy[t] + dx) @ Wy.T + dh, caches[t])
    np.testing.assert_allclose(dh, autograd.grad(loss)(h0), rtol=1e-11)


def test_the_bug_hunt_cell_nudges_one_weight(course, capsys):
    number = float(re.search(r"nudging: (\S+)", printed(course, capsys, "chosen, nudge"))[1])
    rng = np.random.default_rng(3)
    x, h0, Wx, Wh, b = (rng.standard_normal(shape) for shape in [(2, 4, 3), (2, 5), (3, 5), (5, 5), (5,)])
    dh = rng.standard_normal((2, 4, 5))
    _, cache = course.reference["rnn_forward"](x, h0, Wx, Wh, b)
    assert number == pytest.approx(course.reference["rnn_backward"](dh, cache)[3][1, 2], abs=2e-6)


def test_the_exemplar_reads_the_stepper_rightly(course):
    from utils.figures._graph_stepper import X, walk

    found = walk(course.reference["rnn_step_backward"], course.reference["rnn_step_forward"], (1, 2, 3, 4))
    shares = [found.back[t]["dWx"] for t in (4, 3, 2, 1)]
    [text] = [
        c.source for c in course.sources[ASSIGNMENT].cells if c.cell_type == "markdown" and "Exemplar" in c.source
    ]
    sentence = re.search(r"stepper shows (.*?)\. The", text, re.DOTALL)[1]
    quoted = [float(number.replace("−", "-")) for number in re.findall(r"−?\d\.\d\d", sentence)]
    assert quoted == [round(share, 2) for share in (*shares, sum(shares))]
    assert X[1] == -0.9 and all(found.back[t]["db"] > 0 for t in found.back)
    assert [share > 0 for share in shares] == [x > 0 for x in X[::-1]]


def test_the_quoted_answers_have_what_was_chosen(course):
    markdown = [" ".join(c.source.split()) for c in course.sources[ASSIGNMENT].cells if c.cell_type == "markdown"]
    [answers] = [text for text in markdown if "Exemplar" in text]
    for kind in ("Borderline", "Tempting and wrong"):
        quoted, chosen = re.search(kind + r' \(\d of 10\)\.\*\* "(.*?)" Chosen: (.*?)\.', answers).groups()
        assert all(part in quoted for part in ("x_t times", "0.23", "0.44", "−1.75", "0.73", "−0.36"))
        assert "`one-share`, `four-shares`, `their-sum`" in chosen


def test_numbers_in_hints_are_true():
    """Each hint's small example, computed."""
    slope = lambda h: 1 - h**2  # noqa: E731
    assert slope(0.5) == slope(-0.5) == 0.75
    assert slope(math.tanh(0.5)) == pytest.approx(0.7864, abs=5e-5)
    Wh, gradient = np.array([[0, 1], [0, 0]]), np.array([0, 1])
    assert (gradient @ Wh.T).tolist() == [1, 0]
    assert (gradient @ Wh).tolist() == [0, 0]
    rows = np.array([[1, 2], [3, 4]])
    assert rows.sum(axis=0).tolist() == [4, 6]
    assert rows.sum() == 10
    assert np.mean([0.2, 0.3]) == 0.25
    assert sum([0.5, 0.3, 0.1]) == pytest.approx(0.9)
    assert np.mean([0.5, 0.3, 0.1]) == pytest.approx(0.3)
    z = np.zeros(3)
    z[[1, 1]] += 1
    assert z[1] == 1
    with np.errstate(over="ignore"):
        assert np.exp(710.0) == np.inf
    for scores in ([-1.0, 0.0], [800.0, 801.0]):
        shares = np.exp(np.array(scores) - max(scores))
        assert (shares / shares.sum()).round(4).tolist() == [0.2689, 0.7311]
    assert math.ceil(5 / 2) == 3


@pytest.mark.parametrize("T", range(1, 9))
def test_upstream_mask_is_where_the_drawing_has_outputs(course, T):
    from utils.figures._wirings import TASKS, unroll

    for wiring in TASKS:
        graph = unroll(wiring, T)
        mask = course.reference["upstream_mask"](wiring, graph.T)
        assert mask.dtype == bool
        if wiring == "many to many, delayed" and T == 1:
            continue  # nothing to delay: the exercise does not ask
        assert [t + 1 for t in np.flatnonzero(mask)] == list(graph.outputs), wiring
