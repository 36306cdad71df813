"""Right answers without a loop where one can be avoided: einsum, an identity matrix of steps, transposed reductions."""

import numpy as np


def stable_softmax(z):
    e = np.exp((z.T - z.max(1)).T)
    return np.einsum("nv,n->nv", e, 1 / e.sum(-1))


def numerical_gradient(f, x, h):
    steps = h * np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape)
    values = [f(x + step) - f(x - step) for step in steps]
    return (np.array(values, dtype=x.dtype) / (2 * h)).reshape(x.shape)


def relative_error(analytic, numeric):
    a, n = np.ravel(analytic), np.ravel(numeric)
    if not (a.any() or n.any()):
        return 0
    return np.linalg.norm(a - n) / sum(np.linalg.norm(v) for v in (a, n))


def affine_backward(dout, cache):
    x, w, b = cache
    # A column of ones beside x makes b one more row of weights.
    augmented = np.concatenate([x, np.ones_like(x[:, :1])], axis=1)
    both = np.einsum("nk,nm->km", augmented, dout)
    return np.einsum("ij,kj->ik", dout, w), both[:-1], both[-1]
