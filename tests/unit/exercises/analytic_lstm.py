"""Define an LSTM that is analytic in all inputs, so that the complex step and HIPS autograd can differentiate it."""

import numpy as np


def own_lstm(x, h, c, Wx, Wh, b, xp=np):
    """Return all h, stacked in time, and c_T."""
    H, states = h.shape[1], []
    for t in range(x.shape[1]):
        a = x[:, t] @ Wx + h @ Wh + b
        i, f, o = ((1 + xp.tanh(a[:, k * H : (k + 1) * H] / 2)) / 2 for k in range(3))
        c = f * c + i * xp.tanh(a[:, 3 * H :])
        h = o * xp.tanh(c)
        states.append(h)
    return xp.stack(states, axis=1), c


def by_nudging_c_1(x, Wx, Wh, b, v):
    """Return the gradient of v · c_T at c_1, h_1 = o_1 tanh(c_1), and v times all later forget gates.

    By the complex step. The gates are read off the cells: with h held fixed, c_t moves by f_t.
    """
    H, later = len(v), x[None, 1:]
    zeros = np.zeros((1, H))
    h, c = own_lstm(x[None, :1], zeros, zeros, Wx, Wh, b)
    h = h[:, 0]
    cells = np.repeat(c, H, axis=0) + 1e-30j * np.eye(H)
    c_T = own_lstm(np.repeat(later, H, axis=0), h / np.tanh(c) * np.tanh(cells), cells, Wx, Wh, b)[1]
    direct = v.copy()
    for t in range(later.shape[1]):
        direct = direct * np.imag(own_lstm(later[:, t : t + 1], h, c + 1e-30j, Wx, Wh, b)[1][0]) / 1e-30
        h, c = own_lstm(later[:, t : t + 1], h, c, Wx, Wh, b)
        h = h[:, 0]
    return np.imag(c_T @ v) / 1e-30, direct
