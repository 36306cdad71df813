"""Right answers with einsum, the weights stacked into one, and one cache for the whole sequence."""

import numpy as np


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    z = np.concatenate([x, prev_h, np.ones_like(x[:, :1])], axis=1)
    W = np.concatenate([Wx, Wh, b[np.newaxis]])
    a = np.einsum("nk,km->nm", z, W).reshape(N, 4, H)
    ifo = (1 + np.tanh(a[:, :3] / 2)) / 2
    g = np.tanh(a[:, 3])
    c = ifo[:, 1] * prev_c + ifo[:, 0] * g
    return ifo[:, 2] * np.tanh(c), c, (z, W, prev_c, ifo, g, c, x.shape[1])


def lstm_step_backward(dnext_h, dnext_c, cache):
    z, W, prev_c, ifo, g, c, D = cache
    i, f, o = ifo[:, 0], ifo[:, 1], ifo[:, 2]
    squashed = np.tanh(c)
    dc = dnext_h * o * (1 - squashed**2) + dnext_c
    gates = np.stack([dc * g, dc * prev_c, dnext_h * squashed], axis=1) * ifo * (1 - ifo)
    da = np.concatenate([gates, (dc * i * (1 - g**2))[:, np.newaxis]], axis=1).reshape(len(z), -1)
    dz, dW = np.einsum("nm,km->nk", da, W), np.einsum("nk,nm->km", z, da)
    return dz[:, :D], dz[:, D:-1], dc * f, dW[:D], dW[D:-1], dW[-1]


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    T, H = x.shape[1], h0.shape[1]
    from_input = np.einsum("ntd,dm->tnm", x, Wx) + b
    hs, cs, gates = [h0], [c0], []
    for t in range(T):
        a = from_input[t] + hs[-1] @ Wh
        ifo, g = (1 + np.tanh(a[:, : 3 * H] / 2)) / 2, np.tanh(a[:, 3 * H :])
        cs.append(ifo[:, H : 2 * H] * cs[-1] + ifo[:, :H] * g)
        hs.append(ifo[:, 2 * H :] * np.tanh(cs[-1]))
        gates.append(np.concatenate([ifo, g], axis=1))
    h = np.stack(hs[1:], axis=1)
    cache = {"x": x, "h": np.stack(hs), "c": np.stack(cs), "gates": np.stack(gates), "Wx": Wx, "Wh": Wh}
    return h, hs[-1], cs[-1], cache


def lstm_forward(x, h0, Wx, Wh, b):
    h, _, _, cache = lstm_forward_full(x, h0, np.zeros_like(h0), Wx, Wh, b)
    return h, cache


def lstm_backward_full(dh, dc_T, cache):
    gates, c, Wh = cache["gates"], cache["c"], cache["Wh"]
    T = len(gates)
    da = np.empty_like(gates)
    dprev_h, dprev_c = np.zeros_like(dc_T), dc_T
    for t in range(T - 1, -1, -1):
        i, f, o, g = np.split(gates[t], 4, axis=1)
        squashed, dnext_h = np.tanh(c[t + 1]), dh[:, t] + dprev_h
        dc = dprev_c + dnext_h * o * (1 - squashed**2)
        da[t] = np.hstack(
            [dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dnext_h * squashed * o * (1 - o), dc * i * (1 - g**2)]
        )
        dprev_h, dprev_c = da[t] @ Wh.T, dc * f
    dx = np.einsum("tnm,dm->ntd", da, cache["Wx"])
    dWx = np.einsum("ntd,tnm->dm", cache["x"], da)
    dWh = np.einsum("tnh,tnm->hm", cache["h"][:-1], da)
    return dx, dprev_h, dprev_c, dWx, dWh, da.sum(axis=(0, 1))


def lstm_backward(dh, cache):
    dx, dh0, _, dWx, dWh, db = lstm_backward_full(dh, np.zeros_like(dh[:, 0]), cache)
    return dx, dh0, dWx, dWh, db


def cell_highway(f):
    T = f.shape[1]
    return np.stack([f[:, t + 1 :].prod(axis=1) for t in range(T)], axis=1)


def forget_bias(b, value):
    blocks = b.reshape(4, -1).copy()
    blocks[1] = value
    return blocks.ravel()


def residual_stack_gradient(depth, skip, rng):
    x, W, dx = rng.standard_normal(16), rng.standard_normal((depth, 16, 16)) / 8, rng.standard_normal(16)
    jacobians = []
    for matrix in W:
        squashed = np.tanh(x @ matrix)
        jacobians.append(skip * np.eye(16) + matrix * (1 - squashed**2))
        x = skip * x + squashed
    gradients = [dx / np.linalg.norm(dx)]
    for jacobian in jacobians[:0:-1]:
        gradients.append(jacobian @ gradients[-1])
    return np.linalg.norm(gradients[::-1], axis=1)


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    N, H = prev_h.shape
    of_x = (x @ Wx + bx).reshape(N, 3, H)
    of_h = (prev_h @ Wh + bh).reshape(N, 3, H)
    gates = np.exp(-np.logaddexp(0, -(of_x + of_h)[:, :2]))
    r, z = gates[:, 0], gates[:, 1]
    n = np.tanh(of_x[:, 2] + r * of_h[:, 2])
    return np.where(z == 1, prev_h, n + (prev_h - n) * z), (x, prev_h, Wx, Wh, gates, n, of_h)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, gates, n, of_h = cache
    r, z = gates[:, 0], gates[:, 1]
    da = np.empty_like(of_h)
    da[:, 2] = dnext_h * (1 - z) * (1 - n**2)
    da[:, 0] = da[:, 2] * of_h[:, 2]
    da[:, 1] = dnext_h * (prev_h - n)
    da[:, :2] *= gates * (1 - gates)
    at_x = da.reshape(len(x), -1)
    da = da.copy()
    da[:, 2] *= r
    at_h = da.reshape(len(x), -1)
    ones = np.ones(len(x))
    return at_x @ Wx.T, z * dnext_h + at_h @ Wh.T, x.T @ at_x, prev_h.T @ at_h, ones @ at_x, ones @ at_h
