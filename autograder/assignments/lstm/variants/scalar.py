"""Right answers written out number by number, as in a first program."""

import math

import numpy as np


def sigmoid(x):
    def one(v):
        return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))

    return np.vectorize(one, otypes=[float])(x)


def lstm_from_gates(i, f, o, g, c0):
    N, T, H = g.shape
    h, c = np.empty((N, T, H)), np.empty((N, T, H))
    for n in range(N):
        for j in range(H):
            content = c0[n, j]
            for t in range(T):
                content = content - (1 - f[n, t, j]) * content + i[n, t, j] * g[n, t, j]
                c[n, t, j] = content
                h[n, t, j] = o[n, t, j] * math.tanh(content)
    return h, c


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    next_h, next_c, cache = np.empty((N, H)), np.empty((N, H)), []
    for n in range(N):
        for j in range(H):
            total = {}
            for block, gate in enumerate("ifog"):
                k = block * H + j
                total[gate] = b[k]
                for d in range(x.shape[1]):
                    total[gate] += x[n, d] * Wx[d, k]
                for m in range(H):
                    total[gate] += prev_h[n, m] * Wh[m, k]
            i, f, o = (float(sigmoid(total[gate])) for gate in "ifo")
            next_c[n, j] = f * prev_c[n, j] + i * math.tanh(total["g"])
            next_h[n, j] = o * math.tanh(next_c[n, j])
            cache.append((n, j, total))
    return next_h, next_c, cache


def lstm_forward(x, h0, Wx, Wh, b):
    everything = []
    for n in range(len(x)):
        state, content, states = h0[n : n + 1], np.zeros((1, h0.shape[1])), []
        for t in range(x.shape[1]):
            state, content, _ = lstm_step_forward(x[n : n + 1, t], state, content, Wx, Wh, b)
            states.append(state[0])
        everything.append(states)
    return np.array(everything), None


def latch_weights():
    """Whole numbers in lists made into arrays: the smallest round ones that hold."""
    return np.array([[0, 0, 0, 6], [12, -12, 0, 0]]), np.zeros((1, 4), dtype=int), np.array([-6, 6, 6, 0])


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    if x.shape[1] == 1:
        h, c, cache = lstm_step_forward(x[:, 0], h0, c0, Wx, Wh, b)
        return h[:, None], h, c, cache
    before, h, c, _ = lstm_forward_full(x[:, :-1], h0, c0, Wx, Wh, b)
    last, h, c, _ = lstm_forward_full(x[:, -1:], h, c, Wx, Wh, b)
    return np.concatenate([before, last], axis=1), h, c, None
