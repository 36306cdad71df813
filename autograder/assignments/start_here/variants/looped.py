"""Right answers written out row by row and number by number, with Python's own floats."""

import math

import numpy as np


def stable_softmax(z):
    p = np.empty(z.shape)
    for n in range(z.shape[0]):
        highest = max(z[n])
        total = 0.0
        for v in range(z.shape[1]):
            p[n, v] = math.exp(z[n, v] - highest)
            total += p[n, v]
        for v in range(z.shape[1]):
            p[n, v] /= total
    return p


def numerical_gradient(f, x, h):
    grad = []
    for i in range(x.size):
        above = x.ravel().copy()
        above[i] += h
        below = x.ravel().copy()
        below[i] -= h
        grad.append((f(above.reshape(x.shape)) - f(below.reshape(x.shape))) / (2 * h))
    return np.array(grad).reshape(x.shape)


def relative_error(analytic, numeric):
    apart = own = other = 0.0
    for a, n in zip(np.ravel(analytic), np.ravel(numeric)):
        apart += (a - n) ** 2
        own += a * a
        other += n * n
    if own == 0 and other == 0:
        return 0.0
    return math.sqrt(apart) / (math.sqrt(own) + math.sqrt(other))


def affine_backward(dout, cache):
    x, w, b = cache
    N, D = x.shape
    M = len(b)
    dx, dw, db = np.zeros((N, D)), np.zeros((D, M)), np.zeros(M)
    for n in range(N):
        for m in range(M):
            db[m] += dout[n, m]
            for d in range(D):
                dx[n, d] += dout[n, m] * w[d, m]
                dw[d, m] += dout[n, m] * x[n, d]
    return dx, dw, db
