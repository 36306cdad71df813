"""Right answers written out sequence by sequence and number by number, as in a first program."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "next_h": next_h}


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = (cache[key] for key in ("x", "prev_h", "Wx", "Wh", "next_h"))
    (N, D), H = x.shape, prev_h.shape[1]
    dx, dprev_h = np.zeros((N, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for n in range(N):
        for j in range(H):
            slope = (1 + next_h[n, j]) * (1 - next_h[n, j])
            da = dnext_h[n, j] * slope
            db[j] += da
            for d in range(D):
                dx[n, d] += da * Wx[d, j]
                dWx[d, j] += da * x[n, d]
            for i in range(H):
                dprev_h[n, i] += da * Wh[i, j]
                dWh[i, j] += da * prev_h[n, i]
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h = h0
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def rnn_backward(dh, cache):
    # The sum over paths as the text has it: each loss sends its own message all the way back.
    T = dh.shape[1]
    dx = [0.0] * T
    dh0 = dWx = dWh = db = 0.0
    for t in range(T):
        message = dh[:, t]
        for s in range(t, -1, -1):
            dx_s, message, dWx_s, dWh_s, db_s = rnn_step_backward(message, cache[s])
            dx[s] = dx[s] + dx_s
            dWx, dWh, db = dWx + dWx_s, dWh + dWh_s, db + db_s
        dh0 = dh0 + message
    return np.stack(dx, axis=1), dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    return np.array([[W[word] for word in sentence] for sentence in x]), (x, len(W))


def word_embedding_backward(dout, cache):
    x, V = cache
    dW = np.zeros((V, dout.shape[2]))
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dW[x[n, t]] += dout[n, t]
    return dW


def temporal_affine_forward(x, w, b):
    return np.array([[vector @ w + b for vector in sequence] for sequence in x]), (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dx[n, t] = w @ dout[n, t]
            dw += np.outer(x[n, t], dout[n, t])
            db += dout[n, t]
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    loss, dx = 0.0, np.zeros(x.shape)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            if not mask[n, t]:
                continue
            shifted = x[n, t] - max(x[n, t])
            p = np.exp(shifted)
            loss += (np.log(sum(p)) - shifted[y[n, t]]) / x.shape[0]
            p = p / sum(p)
            for v in range(x.shape[2]):
                dx[n, t, v] = (p[v] - (v == y[n, t])) / x.shape[0]
    return loss, dx


def upstream_mask(wiring, T):
    first = {"many to one": T - 1, "many to many, delayed": -(-T // 2)}.get(wiring, 0)
    return np.array([t >= first for t in range(T)])


def spots_the_bug(forward, backward):
    rng = np.random.default_rng(8)
    x, h0, Wx, Wh, b = (rng.uniform(-1, 1, size) for size in ((2, 5, 2), (2, 3), (2, 3), (3, 3), (3,)))
    weight = rng.uniform(0.5, 1.5, (2, 5, 3))

    def loss(*args):
        return float((weight * forward(*args)[0]).sum())

    found = backward(weight.copy(), forward(x, h0, Wx, Wh, b)[1])
    for which, gradient in enumerate(found):
        args = [x.copy(), h0.copy(), Wx.copy(), Wh.copy(), b.copy()]
        if np.shape(gradient) != args[which].shape:
            return True
        flat = args[which].reshape(-1)
        for k, claimed in enumerate(np.asarray(gradient).reshape(-1)):
            kept = flat[k]
            flat[k] = kept + 1e-5
            up = loss(*args)
            flat[k] = kept - 1e-5
            down = loss(*args)
            flat[k] = kept
            if abs((up - down) / 2e-5 - claimed) > 1e-5:
                return True
    return False
