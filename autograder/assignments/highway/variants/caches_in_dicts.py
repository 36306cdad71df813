"""Right answers in the style of the public CS231n files: caches in dicts, zeros filled by index, gate by gate."""

import numpy as np


def sigmoid(x):
    out = np.zeros_like(x)
    positive = x >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    z = np.exp(x[~positive])
    out[~positive] = z / (1 + z)
    return out


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    i = sigmoid(a[:, 0:H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H : 4 * H])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = {"x": x, "prev_h": prev_h, "prev_c": prev_c, "Wx": Wx, "Wh": Wh, "next_c": next_c}
    cache.update({"i": i, "f": f, "o": o, "g": g})
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g = cache["i"], cache["f"], cache["o"], cache["g"]
    t = np.tanh(cache["next_c"])
    do = dnext_h * t
    dc = dnext_c + dnext_h * o * (1 - t**2)
    df = dc * cache["prev_c"]
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    N, H = dnext_h.shape
    da = np.zeros((N, 4 * H), dtype=dnext_h.dtype)
    da[:, 0:H] = i * (1 - i) * di
    da[:, H : 2 * H] = f * (1 - f) * df
    da[:, 2 * H : 3 * H] = o * (1 - o) * do
    da[:, 3 * H : 4 * H] = (1 - g * g) * dg
    dx = np.dot(da, cache["Wx"].T)
    dprev_h = np.dot(da, cache["Wh"].T)
    dWx = np.dot(cache["x"].T, da)
    dWh = np.dot(cache["prev_h"].T, da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    h, _, _, cache = lstm_forward_full(x, h0, np.zeros_like(h0), Wx, Wh, b)
    return h, cache


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]), dtype=x.dtype)
    cache = {}
    prev_h, prev_c = h0, c0
    for t in range(T):
        prev_h, prev_c, cache[t] = lstm_step_forward(x[:, t, :], prev_h, prev_c, Wx, Wh, b)
        h[:, t, :] = prev_h
    return h, prev_h, prev_c, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0]["x"].shape[1]
    dx = np.zeros((N, T, D), dtype=dh.dtype)
    dWx = np.zeros((D, 4 * H), dtype=dh.dtype)
    dWh = np.zeros((H, 4 * H), dtype=dh.dtype)
    db = np.zeros(4 * H, dtype=dh.dtype)
    dprev_h = np.zeros((N, H), dtype=dh.dtype)
    dprev_c = np.zeros((N, H), dtype=dh.dtype)
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def lstm_backward_full(dh, dc_T, cache):
    N, T, H = dh.shape
    dx = []
    dprev_h, dprev_c = np.zeros_like(dc_T), dc_T.copy()
    dWx = dWh = db = 0
    for t in range(T - 1, -1, -1):
        step = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dprev_h, dprev_c = step[1], step[2]
        dx.insert(0, step[0])
        dWx, dWh, db = dWx + step[3], dWh + step[4], db + step[5]
    return np.stack(dx, axis=1), dprev_h, dprev_c, dWx, dWh, db


def cell_highway(f):
    back = np.cumprod(f[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([back[:, 1:], np.ones_like(f[:, :1])], axis=1)


def forget_bias(b, value):
    i, f, o, g = np.split(b, 4)
    return np.concatenate([i, np.full_like(f, value), o, g])


def residual_stack_gradient(depth, skip, rng):
    x = rng.standard_normal(16)
    W = rng.standard_normal((depth, 16, 16)) / 8
    dx = rng.standard_normal(16)
    dx = dx / np.linalg.norm(dx)
    xs = [x]
    for k in range(depth):
        xs.append(skip * xs[-1] + np.tanh(np.dot(xs[-1], W[k])))
    norms = np.zeros(depth)
    norms[-1] = 1.0
    for k in range(depth - 1, 0, -1):
        slope = 1 - np.tanh(np.dot(xs[k], W[k])) ** 2
        dx = skip * dx + np.dot(dx * slope, W[k].T)
        norms[k - 1] = np.sqrt(np.sum(dx**2))
    return norms


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    Wxs, Whs, bxs, bhs = (np.split(array, 3, axis=-1) for array in (Wx, Wh, bx, bh))
    r, z = (0.5 + 0.5 * np.tanh(0.5 * (x @ Wxs[k] + bxs[k] + prev_h @ Whs[k] + bhs[k])) for k in range(2))
    past = prev_h @ Whs[2] + bhs[2]
    n = np.tanh(x @ Wxs[2] + bxs[2] + r * past)
    cache = {"x": x, "prev_h": prev_h, "Wxs": Wxs, "Whs": Whs, "r": r, "z": z, "n": n, "past": past}
    return n - z * n + z * prev_h, cache


def gru_step_backward(dnext_h, cache):
    r, z, n, prev_h, x = (cache[name] for name in ("r", "z", "n", "prev_h", "x"))
    inside = (dnext_h - dnext_h * z) * (1 - n**2)
    gates = [inside * cache["past"] * (r - r**2), dnext_h * (prev_h - n) * (z - z**2)]
    at_x, at_h = [*gates, inside], [*gates, inside * r]
    dx = sum(d @ W.T for d, W in zip(at_x, cache["Wxs"]))
    dprev_h = sum(d @ W.T for d, W in zip(at_h, cache["Whs"])) + z * dnext_h
    dWx = np.hstack([x.T @ d for d in at_x])
    dWh = np.hstack([prev_h.T @ d for d in at_h])
    return dx, dprev_h, dWx, dWh, np.hstack([d.sum(0) for d in at_x]), np.hstack([d.sum(0) for d in at_h])
