"""Right answers with time first, recursion in the place of loops, and gradients kept as columns."""

import numpy as np


def step_jacobian(next_h, Wh):
    slopes = np.apply_along_axis(np.diag, 1, 1 - np.square(next_h))
    return np.matmul(slopes, Wh.T)


def jacobian_product(h, Wh):
    if h.shape[1] == 1:
        return np.tile(np.eye(h.shape[2]), (h.shape[0], 1, 1, 1))
    later = jacobian_product(h[:, 1:], Wh)
    return np.concatenate([later[:, :1] @ step_jacobian(h[:, 1], Wh)[:, None], later], axis=1)


def gradient_norms(dh_T, h, Wh):
    backwards = h.transpose(1, 2, 0)[::-1]
    columns, lengths = dh_T.T, []
    for state in backwards:
        lengths.append(np.linalg.norm(columns, axis=0))
        columns = Wh.dot(np.multiply(columns, 1 - state**2))
    return np.stack(lengths[::-1], axis=1)


def rescale(Wh, sigma_max):
    scaled = Wh.copy()
    scaled /= np.linalg.svd(Wh)[1][0]
    scaled *= sigma_max
    return scaled


def norm_bound(h, Wh):
    N, T, _ = h.shape
    slopes = (1 - h**2).max(axis=2)
    sigma = np.linalg.norm(Wh, 2)
    bound = np.zeros((N, T))
    for t in range(T):
        bound[:, t] = slopes[:, t + 1 :].prod(axis=1) * sigma ** (T - 1 - t)
    return bound


def orthogonal(H, rng):
    A = rng.uniform(-1, 1, (H, H))
    skew = A - A.T
    return np.linalg.solve(np.eye(H) + skew, np.eye(H) - skew)


def counterexample_vanish(H):
    W = 0.6 * np.eye(H, k=0)
    W[0, -1] = 2.0
    return W


def counterexample_transient(H):
    # A stretched rotation: both eigenvalues have size 0.94, their eigenvectors are nearly parallel.
    W = 0.5 * np.eye(H)
    stretch = np.diag([1.0, 15.0])
    turn = 0.94 * np.array([[np.cos(0.25), -np.sin(0.25)], [np.sin(0.25), np.cos(0.25)]])
    W[:2, :2] = np.linalg.inv(stretch) @ turn @ stretch
    return W


def repair_products(dh_T, h0, h, Wh):
    W_hh, T = Wh.T, h.shape[1]
    J = jacobian_product(h, Wh).swapaxes(0, 1)
    states = h.swapaxes(0, 1)
    popular = np.prod(1 - states[1:] ** 2, axis=0)[..., None] * np.linalg.matrix_power(W_hh, T - 1)
    error = [np.linalg.norm(p - r, 2) / np.linalg.norm(r, 2) for p, r in zip(popular, J[0])]
    previous = [h0, *states[:-1]]
    parts = [
        ((1 - s**2) * np.squeeze(dh_T[:, None] @ j, axis=1)).T @ before for s, j, before in zip(states, J, previous)
    ]
    return 3, np.array(error), 4, np.linalg.norm(parts[0], 2) / np.linalg.norm(sum(parts), 2)


def repair_growth(W, t, z, k):
    eigenvalues, V = np.linalg.eig(W)
    power = (V * eigenvalues**t) @ np.linalg.inv(V)
    return 2, np.linalg.norm(power, 2), 3, np.amax(k - k * np.tanh(k * np.asarray(z)) ** 2)


def diagonal_forward(x, h0, lam):
    # In rounds: what a step keeps and adds is joined with the steps before it, twice as many each time.
    keeps, adds, reach = np.ones_like(x) * lam, x.copy(), 1
    adds[:, 0] = adds[:, 0] + lam * h0
    while reach < x.shape[1]:
        earlier, weights = adds[:, :-reach].copy(), keeps[:, reach:].copy()
        adds[:, reach:] = adds[:, reach:] + weights * earlier
        keeps[:, reach:] = weights * keeps[:, :-reach].copy()
        reach *= 2
    return adds, [x, h0, lam]


def diagonal_backward(dh, cache):
    x, h0, lam = cache
    if dh.shape[1] == 0:
        return np.zeros_like(dh), np.zeros_like(h0), np.zeros_like(lam)
    first = lam * h0 + x[:, 0]
    later, arriving, dlam = diagonal_backward(dh[:, 1:], [x[:, 1:], first, lam])
    here = dh[:, 0] + arriving
    return np.concatenate([here[:, None], later], axis=1), lam * here, dlam + np.sum(here * h0, axis=0)
