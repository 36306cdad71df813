"""Right answers written out sequence by sequence and entry by entry, lists until the last line."""

import math

import numpy as np


def step_jacobian(next_h, Wh):
    N, H = next_h.shape
    jacobian = np.zeros((N, H, H))
    for n in range(N):
        for i in range(H):
            for j in range(H):
                jacobian[n, i, j] = (1 - next_h[n, i]) * (1 + next_h[n, i]) * Wh[j, i]
    return jacobian


def jacobian_product(h, Wh):
    result = []
    for states in h:
        T, H = states.shape
        product, products = np.identity(H), []
        for t in range(T - 1, -1, -1):
            products.insert(0, product)
            product = product.dot(step_jacobian(states[t : t + 1], Wh)[0])
        result.append(products)
    return np.array(result)


def gradient_norms(dh_T, h, Wh):
    norms = []
    for d, states in zip(dh_T, h):
        row = [math.sqrt(sum(value * value for value in d))]
        for state in states[:0:-1]:
            d = Wh @ (d * (1 - state**2))
            row.append(math.sqrt(sum(value * value for value in d)))
        norms.append(row[::-1])
    return np.array(norms)


def rescale(Wh, sigma_max):
    largest = math.sqrt(np.linalg.eigvalsh(Wh.T @ Wh)[-1])
    return np.array([[entry / largest * sigma_max for entry in row] for row in Wh])


def norm_bound(h, Wh):
    sigma = np.linalg.norm(Wh, ord=2)
    rows = []
    for states in h:
        row = [1.0]
        for state in states[:0:-1]:
            row.append(row[-1] * sigma * max(1 - value**2 for value in state))
        rows.append(row[::-1])
    return np.array(rows)


def orthogonal(H, rng):
    # Gram and Schmidt, twice for accuracy.
    columns = []
    while len(columns) < H:
        v = rng.standard_normal(H)
        for _ in range(2):
            for u in columns:
                v = v - (u @ v) * u
        columns.append(v / math.sqrt(v @ v))
    return np.array(columns).T


def counterexample_vanish(H):
    W = [[0.45 if i == j else 0.0 for j in range(H)] for i in range(H)]
    W[H - 1][0] = 1.5
    return np.array(W)


def counterexample_transient(H):
    W = np.zeros((H, H))
    for i in range(H):
        W[i, i] = 0.95
    W[1, 0] = 2.0
    return W


def repair_products(dh_T, h0, h, Wh):
    N, T, H = h.shape
    error, first, whole = [], np.zeros((H, H)), np.zeros((H, H))
    for n in range(N):
        products = jacobian_product(h[n : n + 1], Wh)[0]
        slopes, power = np.ones(H), np.eye(H)
        for t in range(1, T):
            slopes = slopes * (1 - h[n, t] ** 2)
            power = Wh.T @ power
        wrong = np.diag(slopes) @ power - products[0]
        error.append(np.linalg.norm(wrong, 2) / np.linalg.norm(products[0], 2))
        for t in range(T):
            before = h0[n] if t == 0 else h[n, t - 1]
            term = np.outer(before, (dh_T[n] @ products[t]) * (1 - h[n, t] ** 2))
            whole = whole + term
            if t == 0:
                first = first + term
    return 3, np.array(error), 4, float(np.linalg.norm(first, 2) / np.linalg.norm(whole, 2))


def repair_growth(W, t, z, k):
    power = W
    for _ in range(t - 1):
        power = power @ W
    steepest = max(k * (1 - math.tanh(k * value) ** 2) for value in z)
    return 2, float(np.linalg.norm(power, 2)), 3, steepest


def diagonal_forward(x, h0, lam):
    N, T, H = x.shape
    h = np.empty((N, T, H))
    for n in range(N):
        for i in range(H):
            state = h0[n, i]
            for t in range(T):
                state = lam[i] * state + x[n, t, i]
                h[n, t, i] = state
    return h, (h0.copy(), h.copy(), lam.copy())


def diagonal_backward(dh, cache):
    h0, h, lam = cache
    N, T, H = dh.shape
    dx, dh0, dlam = np.empty((N, T, H)), np.empty((N, H)), np.zeros(H)
    for n in range(N):
        for i in range(H):
            arriving = 0.0
            for t in range(T - 1, -1, -1):
                arriving = dh[n, t, i] + lam[i] * arriving
                dx[n, t, i] = arriving
                dlam[i] += arriving * (h[n, t - 1, i] if t > 0 else h0[n, i])
            dh0[n, i] = lam[i] * arriving
    return dx, dh0, dlam
