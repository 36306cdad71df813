"""Right answers: one loop that drops the gradient at each cut, PyTorch's way to clip, Gumbel's way to draw."""

import numpy as np


def _step(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, next_h)


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    for t in range(x.shape[1]):
        h0, cache = _step(x[:, t], h0, Wx, Wh, b)
        states.append(h0)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    N, T, _ = x.shape
    h, caches = h0, []
    for t in range(T):
        h, cache = _step(x[:, t], h, Wx, Wh, b)
        caches.append(cache)
    dx = np.zeros(x.shape, dtype=x.dtype)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dnext = np.zeros_like(h0)
    for t in reversed(range(T)):
        x_t, prev_h, next_h = caches[t]
        da = (1 - next_h * next_h) * (dh[:, t] + dnext)
        dx[:, t] = da @ Wx.T
        dWx += x_t.T @ da
        dWh += prev_h.T @ da
        db += da.sum(0)
        dnext = da @ Wh.T
        if t % k == 0 and t > 0:
            dnext = np.zeros_like(dnext)
    return dx, dnext, dWx, dWh, db


def stream_batches(ids, N, k):
    L = (len(ids) - 1) // N
    batches = []
    start = 0
    while start < L:
        width = min(k, L - start)
        x, y = np.zeros((N, width), dtype=ids.dtype), np.zeros((N, width), dtype=ids.dtype)
        for n in range(N):
            for t in range(width):
                x[n, t] = ids[n * L + start + t]
                y[n, t] = ids[n * L + start + t + 1]
        batches.append((x, y))
        start += width
    return batches


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads.values():
        total += float(np.vdot(g, g))
    total = total**0.5
    coefficient = min(1.0, max_norm / (total + 1e-6))
    return {name: g * coefficient for name, g in grads.items()}, total


def sample(params, prime, n, temperature, rng):
    W = params["Wx"], params["Wh"], params["b"]
    V = params["Wx"].shape[0]
    h = np.zeros((1, params["Wh"].shape[0]))
    ids = list(prime)
    for i in ids:
        h, _ = _step(np.eye(V)[[i]], h, *W)
    while len(ids) < len(prime) + n:
        scores = (h @ params["Wy"]).ravel() + params["by"]
        noise = rng.gumbel(size=V) if temperature else np.zeros(V)
        ids.append(int(np.argmax(scores + temperature * noise)))
        h, _ = _step(np.eye(V)[[ids[-1]]], h, *W)
    return np.array(ids[len(prime) :])
