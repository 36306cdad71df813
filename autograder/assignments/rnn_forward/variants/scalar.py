"""Right answers written out sequence by sequence and number by number, as in a first program."""

import math

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, H = prev_h.shape
    next_h = np.empty((N, H))
    for n in range(N):
        for j in range(H):
            total = b[j]
            for d in range(x.shape[1]):
                total += x[n, d] * Wx[d, j]
            for i in range(H):
                total += prev_h[n, i] * Wh[i, j]
            e = math.exp(-2 * abs(total))
            next_h[n, j] = math.copysign((1 - e) / (1 + e), total)
    return next_h, None


def rnn_forward(x, h0, Wx, Wh, b):
    sequences = []
    for n in range(len(x)):
        state, states = h0[n : n + 1], []
        for t in range(x.shape[1]):
            state, _ = rnn_step_forward(x[n : n + 1, t], state, Wx, Wh, b)
            states.append(state[0])
        sequences.append(states)
    return np.array(sequences), [x, h0, Wx, Wh, b]


def word_embedding_forward(x, W):
    return np.array([[W[word] for word in sentence] for sentence in x]), x


def temporal_affine_forward(x, w, b):
    return np.array([[vector @ w + b for vector in sequence] for sequence in x]), (x, w)


def many_to_one(x, h0, Wx, Wh, b, Wy, by):
    return np.array([states[-1] @ Wy + by for states in rnn_forward(x, h0, Wx, Wh, b)[0]])


def many_to_many(x, h0, Wx, Wh, b, Wy, by):
    # Answer at step t by reading the first t inputs only: slow, and plainly causal.
    T = x.shape[1]
    return np.stack([many_to_one(x[:, : t + 1], h0, Wx, Wh, b, Wy, by) for t in range(T)], axis=1)


def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):
    state, _ = rnn_step_forward(x0, h0, Wx, Wh, b)
    output = state @ Wy + by
    if steps == 1:
        return output[:, None]
    rest = one_to_many(output, state, steps - 1, Wx, Wh, b, Wy, by)
    return np.concatenate([output[:, None], rest], axis=1)


def encode_decode(x, h0, steps, encoder, decoder):
    state = h0
    for t in range(x.shape[1]):
        state, _ = rnn_step_forward(x[:, t], state, *encoder)
    Wx, Wh, b, Wy, by = decoder
    return one_to_many(np.zeros((len(x), len(by))), state, steps, Wx, Wh, b, Wy, by)
