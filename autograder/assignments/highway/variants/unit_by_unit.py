"""Right answers written out number by number, each step from the definition, as in a first program."""

import math

import numpy as np


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    def sigma(a):
        return 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a))

    N, H = prev_h.shape
    next_h, next_c = np.empty((N, H)), np.empty((N, H))
    gates = np.empty((N, H, 4))
    for n in range(N):
        for j in range(H):
            for k in range(4):
                column = k * H + j
                a = b[column]
                for d in range(x.shape[1]):
                    a += x[n, d] * Wx[d, column]
                for m in range(H):
                    a += prev_h[n, m] * Wh[m, column]
                gates[n, j, k] = math.tanh(a) if k == 3 else sigma(a)
            i, f, o, g = gates[n, j]
            next_c[n, j] = f * prev_c[n, j] + i * g
            next_h[n, j] = o * math.tanh(next_c[n, j])
    return next_h, next_c, [x.copy(), prev_h.copy(), prev_c.copy(), Wx, Wh, gates, next_c.copy()]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, next_c = cache
    N, H = dnext_h.shape
    dx, dprev_h, dprev_c = np.zeros(x.shape), np.zeros((N, H)), np.zeros((N, H))
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(4 * H)
    for n in range(N):
        for j in range(H):
            i, f, o, g = gates[n, j]
            squashed = math.tanh(next_c[n, j])
            dc = dnext_c[n, j] + dnext_h[n, j] * o * (1 - squashed * squashed)
            dprev_c[n, j] = dc * f
            slopes = [
                dc * g * i * (1 - i),
                dc * prev_c[n, j] * f * (1 - f),
                dnext_h[n, j] * squashed * o * (1 - o),
                dc * i * (1 - g * g),
            ]
            for k in range(4):
                column = k * H + j
                db[column] += slopes[k]
                dWx[:, column] += x[n] * slopes[k]
                dWh[:, column] += prev_h[n] * slopes[k]
                dx[n] += Wx[:, column] * slopes[k]
                dprev_h[n] += Wh[:, column] * slopes[k]
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    if x.shape[1] == 0:
        return np.zeros((len(x), 0, h0.shape[1])), h0, c0, None
    h, c, first = lstm_step_forward(x[:, 0], h0, c0, Wx, Wh, b)
    later, h_T, c_T, rest = lstm_forward_full(x[:, 1:], h, c, Wx, Wh, b)
    return np.concatenate([h[:, None], later], axis=1), h_T, c_T, (first, rest)


def lstm_forward(x, h0, Wx, Wh, b):
    h, _, _, cache = lstm_forward_full(x, h0, 0 * h0, Wx, Wh, b)
    return h, cache


def lstm_backward_full(dh, dc_T, cache):
    # The rest of the sequence first: what it says about its own beginning is what comes from the future.
    first, rest = cache
    if rest is None:
        step = lstm_step_backward(dh[:, 0], dc_T, first)
        return step[0][:, None], *step[1:]
    later, dh1, dc1, *weights = lstm_backward_full(dh[:, 1:], dc_T, rest)
    dx, dh0, dc0, *own = lstm_step_backward(dh[:, 0] + dh1, dc1, first)
    dWx, dWh, db = [a + b for a, b in zip(weights, own)]
    return np.concatenate([dx[:, None], later], axis=1), dh0, dc0, dWx, dWh, db


def lstm_backward(dh, cache):
    dx, dh0, dc0, dWx, dWh, db = lstm_backward_full(dh, 0 * dh[:, 0], cache)
    return dx, dh0, dWx, dWh, db


def cell_highway(f):
    N, T, H = f.shape
    highway = np.empty((N, T, H))
    for n in range(N):
        for t in range(T):
            for j in range(H):
                product = 1.0
                for later in range(t + 1, T):
                    product *= f[n, later, j]
                highway[n, t, j] = product
    return highway


def forget_bias(b, value):
    H = len(b) // 4
    return np.array([value if H <= k < 2 * H else entry for k, entry in enumerate(b)], dtype=b.dtype)


def residual_stack_gradient(depth, skip, rng):
    x = rng.standard_normal(16)
    W = rng.standard_normal((depth, 16, 16)) / 8
    dx = rng.standard_normal(16)
    dx = dx / np.linalg.norm(dx)

    def back(x, k):
        # From the input of layer k + 1: the gradient there, and the lengths at all layers above and at it.
        if k == depth:
            return dx, [1.0]
        squashed = np.tanh(x @ W[k])
        above, lengths = back(skip * x + squashed, k + 1)
        here = skip * above + (above * (1 - squashed**2)) @ W[k].T
        return here, [math.sqrt(here @ here), *lengths]

    return np.array(back(x, 0)[1][1:])


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    def sigma(a):
        return 1 / (1 + math.exp(-a)) if a >= 0 else math.exp(a) / (1 + math.exp(a))

    N, H = prev_h.shape
    next_h, parts = np.empty((N, H)), np.empty((N, H, 4))
    for k in range(N):
        for j in range(H):
            of_x, of_h = [], []
            for block in range(3):
                column = block * H + j
                of_x.append(bx[column] + sum(x[k, d] * Wx[d, column] for d in range(x.shape[1])))
                of_h.append(bh[column] + sum(prev_h[k, m] * Wh[m, column] for m in range(H)))
            r, z = sigma(of_x[0] + of_h[0]), sigma(of_x[1] + of_h[1])
            n = math.tanh(of_x[2] + r * of_h[2])
            next_h[k, j] = n + z * (prev_h[k, j] - n)
            parts[k, j] = r, z, n, of_h[2]
    return next_h, {"x": x.copy(), "h": prev_h.copy(), "Wx": Wx, "Wh": Wh, "parts": parts}


def gru_step_backward(dnext_h, cache):
    x, h, Wx, Wh = (cache[name] for name in ("x", "h", "Wx", "Wh"))
    N, H = dnext_h.shape
    dx, dprev_h = np.zeros(x.shape), np.zeros((N, H))
    dWx, dWh, dbx, dbh = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(3 * H), np.zeros(3 * H)
    for k in range(N):
        for j in range(H):
            r, z, n, product = cache["parts"][k, j]
            up = dnext_h[k, j]
            dprev_h[k, j] += up * z
            dn = up * (1 - z) * (1 - n * n)
            dr, dz = dn * product * r * (1 - r), up * (h[k, j] - n) * z * (1 - z)
            for block, (for_x, for_h) in enumerate([(dr, dr), (dz, dz), (dn, dn * r)]):
                column = block * H + j
                dbx[column] += for_x
                dbh[column] += for_h
                dWx[:, column] += x[k] * for_x
                dWh[:, column] += h[k] * for_h
                dx[k] += Wx[:, column] * for_x
                dprev_h[k] += Wh[:, column] * for_h
    return dx, dprev_h, dWx, dWh, dbx, dbh
