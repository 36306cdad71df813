"""Right answers with einsum, gradients laid end to end, batches by index, draws by inverting the distribution."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(np.einsum("bi,ih->bh", x, Wx) + np.einsum("bi,ih->bh", prev_h, Wh) + b)
    return h, None


def rnn_forward(x, h0, Wx, Wh, b):
    h = [h0]
    for part in np.moveaxis(x, 1, 0):
        h.append(np.tanh(part @ Wx + h[-1] @ Wh + b))
    return np.stack(h[1:], axis=1), (x, np.stack(h, axis=1), Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    da = np.empty_like(dh)
    later = np.zeros_like(dh[:, 0])
    for t in range(dh.shape[1] - 1, -1, -1):
        da[:, t] = (dh[:, t] + later) * (1 - h[:, t + 1] ** 2)
        later = da[:, t] @ Wh.T
    dWx = np.einsum("bti,bth->ih", x, da)
    dWh = np.einsum("bti,bth->ih", h[:, :-1], da)
    return da @ Wx.T, later, dWx, dWh, da.sum(axis=(0, 1))


def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    # One long forward pass; the backward passes read its states.
    h, _ = rnn_forward(x, h0, Wx, Wh, b)
    states = np.concatenate([h0[:, None], h], axis=1)
    parts = []
    for s in range(0, x.shape[1], k):
        parts.append(rnn_backward(dh[:, s : s + k], (x[:, s : s + k], states[:, s : s + k + 1], Wx, Wh)))
    dx, dh0, *weights = zip(*parts)
    return np.concatenate(dx, axis=1), dh0[0], *map(sum, weights)


def stream_batches(ids, N, k):
    L = (len(ids) - 1) // N
    at = np.arange(N)[:, None] * L + np.arange(L)
    return [(ids[at[:, s : s + k]], ids[at[:, s : s + k] + 1]) for s in range(0, L, k)]


def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads.values()])
    norm = float(np.linalg.norm(flat))
    if norm <= max_norm:
        return {name: g.copy() for name, g in grads.items()}, norm
    ends = np.cumsum([g.size for g in grads.values()])[:-1]
    parts = np.split(flat * (max_norm / norm), ends)
    return {name: part.reshape(grads[name].shape) for name, part in zip(grads, parts)}, norm


def sample(params, prime, n, temperature, rng):
    Wx, Wh, b, Wy, by = (params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
    h = np.zeros_like(b)
    for i in prime:
        h = np.tanh(Wx[i] + h @ Wh + b)
    ids = np.empty(n, dtype=np.int64)
    for t in range(n):
        s = h @ Wy + by
        if temperature > 0:
            p = np.exp((s - s.max()) / temperature)
            ids[t] = np.searchsorted(np.cumsum(p), rng.uniform(0, p.sum()))
        else:
            ids[t] = np.argmax(s)
        h = np.tanh(Wx[ids[t]] + h @ Wh + b)
    return ids
