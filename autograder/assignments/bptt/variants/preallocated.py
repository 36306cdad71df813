"""Right answers in the style of public files of ten years ago: zeros filled by index, every cache its own tuple."""

from __future__ import division, print_function

from builtins import range

import numpy as np
from past.builtins import xrange


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = (x, prev_h, Wx, Wh, b, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    da = dnext_h - dnext_h * next_h * next_h
    db = np.sum(da, axis=0)
    dWx = np.dot(x.T, da)
    dx = np.dot(da, Wx.T)
    dWh = np.dot(prev_h.T, da)
    dprev_h = np.dot(da, Wh.T)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = {}
    prev_h = h0
    for t in xrange(T):
        prev_h, cache[t] = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    dprev_h = np.zeros((N, H))
    for t in xrange(T - 1, -1, -1):
        dtotal = dh[:, t, :] + dprev_h
        dx[:, t, :], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dtotal, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x, :], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x.flatten(), dout.reshape(-1, W.shape[1]))
    return dW


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    return out, (x, w, b, out)


def temporal_affine_backward(dout, cache):
    x, w, b, out = cache
    N, T, D = x.shape
    M = b.shape[0]
    dx = dout.reshape(N * T, M).dot(w.T).reshape(N, T, D)
    dw = dout.reshape(N * T, M).T.dot(x.reshape(N * T, D)).T
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    x_flat = x.reshape(N * T, V)
    y_flat = y.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    shifted = x_flat - np.max(x_flat, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    probs = np.exp(log_probs)
    loss = -np.sum(mask_flat * log_probs[np.arange(N * T), y_flat]) / N
    dx_flat = probs.copy()
    dx_flat[np.arange(N * T), y_flat] -= 1
    dx_flat /= N
    dx_flat *= mask_flat[:, None]
    if verbose:
        print("dx_flat: ", dx_flat.shape)
    return loss, dx_flat.reshape(N, T, V)


def upstream_mask(wiring, T):
    mask = np.zeros(T, dtype=bool)
    for t in xrange(T):
        if wiring == "many to one":
            mask[t] = t == T - 1
        elif wiring == "many to many, delayed":
            mask[t] = t >= np.ceil(T / 2)
        else:
            mask[t] = True
    return mask


def spots_the_bug(forward, backward):
    # A hundred random directions for each argument, in place of every entry.
    rng = np.random.default_rng(3)
    args = [rng.uniform(-1, 1, size) for size in ((2, 5, 3), (2, 6), (3, 6), (6, 6), (6,))]
    h, cache = forward(*args)
    dh = rng.standard_normal(h.shape)
    grads = backward(dh.copy(), cache)
    for i in xrange(5):
        if np.shape(grads[i]) != args[i].shape:
            return True
        for _ in xrange(100):
            v = rng.standard_normal(args[i].shape)
            plus, minus = list(args), list(args)
            plus[i], minus[i] = args[i] + 1e-5 * v, args[i] - 1e-5 * v
            slope = np.sum(dh * (forward(*plus)[0] - forward(*minus)[0])) / 2e-5
            if abs(slope - np.sum(grads[i] * v)) > 1e-5 * (1 + abs(slope)):
                return True
    return False
