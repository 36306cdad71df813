"""Right answers in the style of the public files: x is moved in place and its old value put back."""

from __future__ import print_function

from builtins import range

import numpy as np
from past.builtins import xrange


def stable_softmax(z):
    shifted_logits = z - np.max(z, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted_logits), axis=1, keepdims=True)
    log_probs = shifted_logits - np.log(Z)
    return np.exp(log_probs)


def numerical_gradient(f, x, h):
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        oldval = x[ix]
        x[ix] = oldval + h
        fxph = f(x)
        x[ix] = oldval - h
        fxmh = f(x)
        x[ix] = oldval
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad


def relative_error(analytic, numeric):
    both = np.sqrt(np.sum(analytic**2)) + np.sqrt(np.sum(numeric**2))
    return np.sqrt(np.sum((analytic - numeric) ** 2)) / (both or 1.0)


def affine_backward(dout, cache):
    x, w, b = cache
    N = x.shape[0]
    dx = np.dot(dout, w.T).reshape(x.shape)
    dw = np.dot(x.reshape(N, -1).T, dout)
    db = np.dot(np.ones(N), dout)
    return dx, dw, db
