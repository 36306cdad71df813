"""Right answers in the GRU's other published form: the reset gate before the product, as in Cho et al. (2014)."""

import numpy as np


def sigma(a):
    return 0.5 * (1 + np.tanh(a / 2))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    gates = sigma(x @ Wx[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + (bx + bh)[: 2 * H])
    r, z = gates[:, :H], gates[:, H:]
    kept = r * prev_h
    n = np.tanh(x @ Wx[:, 2 * H :] + kept @ Wh[:, 2 * H :] + (bx + bh)[2 * H :])
    return z * prev_h + (1 - z) * n, (x, prev_h, Wx, Wh, r, z, n, kept)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, kept = cache
    H = prev_h.shape[1]
    dn = dnext_h * (1 - z) * (1 - n * n)
    dkept = dn @ Wh[:, 2 * H :].T
    dgates = np.hstack([dkept * prev_h * r * (1 - r), dnext_h * (prev_h - n) * z * (1 - z)])
    da = np.hstack([dgates, dn])
    dprev_h = z * dnext_h + r * dkept + dgates @ Wh[:, : 2 * H].T
    dWh = np.hstack([prev_h.T @ dgates, kept.T @ dn])
    return da @ Wx.T, dprev_h, x.T @ da, dWh, da.sum(0), da.sum(0)
