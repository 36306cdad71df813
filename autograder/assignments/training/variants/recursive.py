"""Right answers by recursion on what is left, Python's own sums, np.split, and multinomial draws."""

import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], len(b)))
    prev = h0
    for t in range(x.shape[1]):
        prev = h[:, t] = np.tanh(x[:, t].dot(Wx) + prev.dot(Wh) + b)
    return h, (x, h0, Wx, Wh, h.copy())


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    if dh.shape[1] == 0:
        return np.zeros_like(x), np.zeros_like(h0), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    prev = h[:, -2] if h.shape[1] > 1 else h0
    da = dh[:, -1] * (1 - h[:, -1] ** 2)
    rest = dh[:, :-1].copy()
    if rest.shape[1]:
        rest[:, -1] = rest[:, -1] + da.dot(Wh.T)
    dx, dh0, dWx, dWh, db = rnn_backward(rest, (x[:, :-1], h0, Wx, Wh, h[:, :-1]))
    dh0 = dh0 if rest.shape[1] else da.dot(Wh.T)
    dx = np.concatenate([dx, da.dot(Wx.T)[:, None]], axis=1)
    return dx, dh0, dWx + x[:, -1].T.dot(da), dWh + prev.T.dot(da), db + da.sum(axis=0)


def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    h, cache = rnn_forward(x[:, :k], h0, Wx, Wh, b)
    dx, dh0, dWx, dWh, db = rnn_backward(dh[:, :k], cache)
    if x.shape[1] <= k:
        return dx, dh0, dWx, dWh, db
    later = truncated_bptt(x[:, k:], h[:, -1], Wx, Wh, b, dh[:, k:], k)
    return np.concatenate([dx, later[0]], axis=1), dh0, dWx + later[2], dWh + later[3], db + later[4]


def stream_batches(ids, N, k):
    L = (len(ids) - 1) // N
    x = np.stack([ids[n * L : (n + 1) * L] for n in range(N)])
    y = np.stack([ids[n * L + 1 : (n + 1) * L + 1] for n in range(N)])
    cuts = list(range(k, L, k))
    return [(a, b) for a, b in zip(np.split(x, cuts, axis=1), np.split(y, cuts, axis=1))]


def clip_grad_norm(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    clipped = dict(grads)
    if norm > max_norm:
        clipped = {name: g / norm * max_norm for name, g in grads.items()}
    return clipped, norm


def sample(params, prime, n, temperature, rng):
    def heard(h, i):
        return np.tanh(params["Wx"][i] + h.dot(params["Wh"]) + params["b"])

    h = np.zeros(params["b"].shape)
    for i in prime:
        h = heard(h, i)
    ids = []
    for _ in range(n):
        scores = h.dot(params["Wy"]) + params["by"]
        scores = scores - scores.max()
        if temperature == 0:
            i = int(scores.argmax())
        else:
            p = np.exp(scores / temperature)
            i = int(rng.multinomial(1, p / p.sum()).argmax())
        ids.append(i)
        h = heard(h, i)
    return np.array(ids)
