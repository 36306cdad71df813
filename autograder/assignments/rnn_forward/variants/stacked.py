"""Right answers with einsum, the two weight matrices stacked into one, and one cache for the whole sequence."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    W = np.concatenate([Wx, Wh, b[np.newaxis]])
    z = np.concatenate([x, prev_h, np.ones_like(x[:, :1])], axis=1)
    h = np.tanh(np.einsum("nk,kh->nh", z, W))
    return h, {"z": z, "W": W, "h": h}


def rnn_forward(x, h0, Wx, Wh, b):
    from_input = np.einsum("ntd,dh->tnh", x, Wx) + b
    states = [h0]
    for part in from_input:
        states.append(np.tanh(part + states[-1] @ Wh))
    return np.stack(states[1:], axis=1), (x, np.stack(states), Wx, Wh)


def word_embedding_forward(x, W):
    one_hot = np.eye(len(W), dtype=W.dtype)[x]
    return np.einsum("ntv,vd->ntd", one_hot, W), (one_hot, W)


def temporal_affine_forward(x, w, b):
    return np.einsum("ntd,dm->ntm", x, w) + b, (x, w)


def many_to_one(x, h0, Wx, Wh, b, Wy, by):
    h, _ = rnn_forward(x, h0, Wx, Wh, b)
    return temporal_affine_forward(h, Wy, by)[0][:, -1]


def many_to_many(x, h0, Wx, Wh, b, Wy, by):
    return np.tensordot(rnn_forward(x, h0, Wx, Wh, b)[0], Wy, axes=1) + by


def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):
    # y = h Wy + by feeds back through Wx, so from the second step on the two layers are one.
    W, bias = Wh + Wy @ Wx, b + by @ Wx
    h = [np.tanh(x0 @ Wx + h0 @ Wh + b)]
    while len(h) < steps:
        h.append(np.tanh(h[-1] @ W + bias))
    return np.stack(h, axis=1) @ Wy + by


def encode_decode(x, h0, steps, encoder, decoder):
    last = rnn_forward(x, h0, *encoder)[0][:, -1]
    return one_to_many(0 * last @ decoder[3], last, steps, *decoder)
