"""From assignment 06 to a framework: the layouts in its text are right, by the frameworks' documented equations."""

import re
import sys

import numpy as np
import pytest

from utils import experiments
from utils.experiments.torch_lstm import CLOSE, by_torch, network


@pytest.fixture(scope="module")
def text(course):
    return (course.solutions / "06-highway.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def to_torch(course):
    """The function of the notebook's cell."""
    [cell] = [cell for cell in course.sources["06-highway"].cells if "def to_torch" in cell.source]
    space = {"np": np}
    exec(cell.source.partition("\n\n\n")[0], space)
    return space["to_torch"]


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm(gates, inputs):
    """Any framework's loop over time: `gates(x_t, h)` returns the sums of i, f, g, o."""
    x, h, c = inputs[:3]
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = gates(x[:, t], h)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1), h, c


def by_torch_equations(x, h0, c0, weight_ih, weight_hh, bias_ih, bias_hh):
    """torch.nn.LSTM's documentation: i_t = σ(W_ii x_t + b_ii + W_hi h_{t−1} + b_hi), and so on.

    Its weight_ih_l0 is (W_ii|W_if|W_ig|W_io), of shape (4 hidden_size, input_size); the three others are stacked alike.
    """
    parts = [np.split(W, 4) for W in (weight_ih, weight_hh, bias_ih, bias_hh)]

    def gates(x_t, h):
        return [x_t @ W.T + b_i + h @ U.T + b_h for W, U, b_i, b_h in zip(*parts, strict=True)]

    return lstm(gates, (x, h0, c0))


def by_keras(x, h0, c0, kernel, recurrent_kernel, bias):
    """keras/src/layers/rnn/lstm.py: z0, z1, z2, z3 are i, f, the candidate, o."""
    return lstm(lambda x_t, h: np.split(x_t @ kernel + h @ recurrent_kernel + bias, 4, axis=1), (x, h0, c0))


def by_basic_lstm_cell(x, h0, c0, kernel, bias, forget_bias=1.0):
    """tensorflow/python/ops/rnn_cell_impl.py, BasicLSTMCell: i, j, f, o = split(...), with j the candidate."""

    def gates(x_t, h):
        i, j, f, o = np.split(np.concatenate([x_t, h], axis=1) @ kernel + bias, 4, axis=1)
        return i, f + forget_bias, j, o

    return lstm(gates, (x, h0, c0))


def ordered(W, order):
    blocks = dict(zip("ifog", np.split(W, 4, axis=-1), strict=True))
    return np.concatenate([blocks[gate] for gate in order], axis=-1)


def largest(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


def test_the_cell_permutes_as_torch_documents(course, to_torch):
    *start, Wx, Wh, b = network()
    own = course.reference["lstm_forward_full"](*start, Wx, Wh, b)[:3]
    laid_out = to_torch(Wx), to_torch(Wh), to_torch(b)
    assert [W.shape for W in laid_out] == [(16, 2), (16, 4), (16,)]
    assert largest(own, by_torch_equations(*start, *laid_out, np.zeros(16))) < CLOSE
    assert largest(own, by_torch_equations(*start, *laid_out[:2], 0.3 * laid_out[2], 0.7 * laid_out[2])) < CLOSE
    unordered = by_torch_equations(*start, Wx.T, Wh.T, b, np.zeros(16))
    assert largest(own, unordered) > 0.1, "the shapes fit, and the numbers are wrong"


def test_the_other_orders_in_the_text(course, text):
    *start, Wx, Wh, b = network()
    own = course.reference["lstm_forward_full"](*start, Wx, Wh, b)[:3]
    [orders] = re.findall(r"^# \| i, f, o, g \| (.+) \| (.+) \|$", text, flags=re.MULTILINE)
    assert orders == ("i, f, g, o", "i, f, g, o")
    keras = [ordered(W, orders[1].split(", ")) for W in (Wx, Wh, b)]
    assert largest(own, by_keras(*start, *keras)) < CLOSE
    [basic] = re.findall(r"`BasicLSTMCell` has the order (\w, \w, \w, \w)", text)
    order = basic.split(", ")
    kernel = ordered(np.concatenate([Wx, Wh]), order)
    less = b - np.repeat([0.0, 1.0, 0.0, 0.0], len(b) // 4)
    assert largest(own, by_basic_lstm_cell(*start, kernel, ordered(less, order))) < CLOSE
    assert largest(own, by_basic_lstm_cell(*start, kernel, ordered(b, order))) > 0.01, "it adds a forget bias of 1"


def test_without_torch_the_cell_is_quiet(course, to_torch, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # so that importing it fails, wherever this runs
    note = experiments.beside_torch(course.reference["lstm_forward_full"], to_torch)
    assert note.tone == "note"
    assert str(note).startswith("PyTorch is not installed here, and the course does not need it.")


def test_beside_the_real_torch(course, to_torch):
    pytest.importorskip("torch")
    full = course.reference["lstm_forward_full"]
    assert str(experiments.beside_torch(full, to_torch)).startswith("Your LSTM and `torch.nn.LSTM` agree")
    *start, Wx, Wh, b = network()
    laid_out = to_torch(Wx), to_torch(Wh), to_torch(b)
    assert largest(by_torch(*start, *laid_out), by_torch_equations(*start, *laid_out, np.zeros(16))) < CLOSE
    assert experiments.beside_torch(full, np.transpose).tone == "wrong"
    assert "made (2, 16) of (2, 16)" in str(experiments.beside_torch(full, np.copy))
