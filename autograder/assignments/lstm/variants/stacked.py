"""Right answers with einsum, gates on an axis of their own, tanh for every gate, one cache for the whole sequence."""

import numpy as np


def sigmoid(x):
    # σ(x) = (1 + tanh(x / 2)) / 2, and tanh never overflows
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def lstm_from_gates(i, f, o, g, c0):
    # time first, so that a step is a row
    contents, content = [], c0
    for keep, new in zip(np.moveaxis(f, 1, 0), np.moveaxis(i * g, 1, 0), strict=True):
        content = keep * content + new
        contents.append(content)
    c = np.stack(contents, axis=1)
    return np.tanh(c) * o, c


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    W = np.concatenate([Wx, Wh, b[np.newaxis]]).reshape(-1, 4, H)
    z = np.concatenate([x, prev_h, np.ones_like(x[:, :1])], axis=1)
    a = np.einsum("nk,kqh->qnh", z, W)
    gates = sigmoid(a[:3])
    g = np.tanh(a[3])
    next_c = gates[1] * prev_c + gates[0] * g
    squashed = np.tanh(next_c)
    return gates[2] * squashed, next_c, (z, prev_c, W, gates, g, squashed)


def lstm_forward(x, h0, Wx, Wh, b):
    h, _, _, cache = lstm_forward_full(x, h0, 0 * h0, Wx, Wh, b)
    return h, cache


def latch_weights():
    """Let the unit hear itself; a write is louder than its own voice."""
    #                i      f     o    g
    Wx = np.array([[0.0, 0.0, 0.0, 12.0], [20.0, -20.0, 0.0, 0.0]])
    Wh = np.array([[0.0, 0.0, 0.0, 3.0]])
    b = np.array([-10.0, 10.0, 30.0, 0.0])
    return Wx, Wh, b


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    H = h0.shape[1]
    from_input = np.einsum("ntd,dk->tnk", x, Wx) + b
    states, contents, gates = [h0], [c0], []
    for part in from_input:
        a = part + states[-1] @ Wh
        i, f, o = np.moveaxis(sigmoid(a[:, : 3 * H]).reshape(-1, 3, H), 1, 0)
        g = np.tanh(a[:, 3 * H :])
        contents.append(f * contents[-1] + i * g)
        states.append(o * np.tanh(contents[-1]))
        gates.append((i, f, o, g))
    whole = (x, np.stack(states, 1), np.stack(contents, 1), np.array(gates), Wx, Wh)
    return np.stack(states[1:], axis=1), states[-1], contents[-1], whole
