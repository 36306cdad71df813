"""A small RNN with hand-written BPTT, for checking the checker. Plain NumPy, so complex numbers pass through."""

import numpy as np


def step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def forward(x, h0, Wx, Wh, b):
    h, caches, steps = h0, [], []
    for t in range(x.shape[1]):
        h, cache = step_forward(x[:, t], h, Wx, Wh, b)
        caches.append(cache)
        steps.append(h)
    return np.stack(steps, axis=1), caches


def backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dWx, dWh, db = np.zeros((N, T, D)), np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    carried = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], carried, dWx_t, dWh_t, db_t = step_backward(dh[:, t] + carried, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db


def problem(seed, *, N=3, T=6, D=4, H=5, M=2, scale=1.0):
    """Return (x, h0, target) and the parameters of a many-to-many regression; Wh has spectral radius near `scale`."""
    rng = np.random.default_rng(seed)
    data = rng.standard_normal((N, T, D)), 0.5 * rng.standard_normal((N, H)), rng.standard_normal((N, T, M))
    params = {
        "Wx": rng.standard_normal((D, H)) / np.sqrt(D),
        "Wh": scale * rng.standard_normal((H, H)) / np.sqrt(H),
        "b": 0.5 * rng.standard_normal(H),
        "Wy": rng.standard_normal((H, M)) / np.sqrt(H),
        "by": 0.5 * rng.standard_normal(M),
    }
    return data, params


def loss_of(data):
    x, h0, target = data

    def loss(p):
        h, _ = forward(x, h0, p["Wx"], p["Wh"], p["b"])
        return ((h @ p["Wy"] + p["by"] - target) ** 2).sum() / (2 * len(x))

    return loss


def gradients_of(data):
    x, h0, target = data

    def grads(p):
        h, cache = forward(x, h0, p["Wx"], p["Wh"], p["b"])
        dy = (h @ p["Wy"] + p["by"] - target) / len(x)
        _, _, dWx, dWh, db = backward(dy @ p["Wy"].T, cache)
        return {
            "Wx": dWx,
            "Wh": dWh,
            "b": db,
            "Wy": np.einsum("nth,ntm->hm", h, dy),
            "by": dy.sum(axis=(0, 1)),
        }

    return grads
