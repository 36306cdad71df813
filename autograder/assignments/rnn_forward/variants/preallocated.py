"""Right answers in the style of public files of ten years ago: NumPy 1 imports, zeros filled by index."""

from __future__ import division, print_function

from builtins import object, range

import numpy as np
from cs231n.layers import *
from past.builtins import xrange


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = np.dot(x, Wx)
    a += np.dot(prev_h, Wh)
    a += b
    next_h = np.tanh(a)
    return next_h, (x, prev_h, Wx, Wh, b, next_h)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = {}
    prev_h = h0
    for t in xrange(T):
        h[:, t, :], cache[t] = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        prev_h = h[:, t, :]
    return h, cache


def word_embedding_forward(x, W):
    N, T = x.shape
    out = np.zeros((N, T, W.shape[1]))
    for n in xrange(N):
        for t in xrange(T):
            out[n, t] = W[x[n, t]]
    return out, (x, W)


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    return out, (x, w, b, out)


def many_to_one(x, h0, Wx, Wh, b, Wy, by):
    prev_h = h0
    for t in xrange(x.shape[1]):
        prev_h, _ = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
    return prev_h.dot(Wy) + by


def many_to_many(x, h0, Wx, Wh, b, Wy, by):
    h, _ = rnn_forward(x, h0, Wx, Wh, b)
    y = np.zeros((x.shape[0], x.shape[1], Wy.shape[1]))
    for t in xrange(x.shape[1]):
        y[:, t] = h[:, t].dot(Wy) + by
    return y


def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):
    y = np.zeros((x0.shape[0], steps, Wy.shape[1]))
    h = h0
    for t in xrange(steps):
        x = x0 if t == 0 else y[:, t - 1]
        h, _ = rnn_step_forward(x, h, Wx, Wh, b)
        y[:, t] = h.dot(Wy) + by
    return y


def encode_decode(x, h0, steps, encoder, decoder):
    h, _ = rnn_forward(x, h0, encoder[0], encoder[1], encoder[2])
    Wx, Wh, b, Wy, by = decoder
    start = np.zeros((x.shape[0], Wx.shape[0]))
    return one_to_many(start, h[:, -1, :], steps, Wx, Wh, b, Wy, by)
