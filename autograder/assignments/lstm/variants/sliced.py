"""Right answers in the style of public CS231n files: slices of one matrix, zeros filled by index."""

import numpy as np


def sigmoid(x):
    pos_mask = x >= 0
    neg_mask = x < 0
    z = np.zeros_like(x)
    z[pos_mask] = np.exp(-x[pos_mask])
    z[neg_mask] = np.exp(x[neg_mask])
    top = np.ones_like(x)
    top[neg_mask] = z[neg_mask]
    return top / (1 + z)


def lstm_from_gates(i, f, o, g, c0):
    N, T, H = i.shape
    h = np.zeros((N, T, H))
    c = np.zeros((N, T, H))
    for t in range(T):
        prev_c = c0 if t == 0 else c[:, t - 1, :]
        c[:, t, :] = f[:, t, :] * prev_c + i[:, t, :] * g[:, t, :]
        h[:, t, :] = o[:, t, :] * np.tanh(c[:, t, :])
    return h, c


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = {"x": x, "prev_h": prev_h, "prev_c": prev_c, "Wx": Wx, "Wh": Wh, "gates": (i, f, o, g), "c": next_c}
    return next_h, next_c, cache


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    c = np.zeros((N, H))
    prev_h = h0
    cache = {}
    for t in range(T):
        prev_h, c, cache[t] = lstm_step_forward(x[:, t, :], prev_h, c, Wx, Wh, b)
        h[:, t, :] = prev_h
    return h, cache


def latch_weights():
    """Very large weights: gates that are exactly 0 or 1."""
    Wx = np.zeros((2, 4))
    Wh = np.zeros((1, 4))
    b = np.zeros(4)
    b[0], Wx[1, 0] = -1000, 2000
    b[1], Wx[1, 1] = 1000, -2000
    b[2] = 1000
    Wx[0, 3] = 1000
    return Wx, Wh, b


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T + 1, H))
    c = np.zeros((N, T + 1, H))
    h[:, 0], c[:, 0] = h0, c0
    cache = []
    for t in range(T):
        h[:, t + 1], c[:, t + 1], step = lstm_step_forward(x[:, t], h[:, t], c[:, t], Wx, Wh, b)
        cache.append(step)
    return h[:, 1:].copy(), h[:, -1].copy(), c[:, -1].copy(), cache
