"""Right answers with ids one-hot, weights and bias stacked into one matrix, and words cut at END afterwards."""

import numpy as np

from utils.data.vocabulary import END, PAD, START


def hot(ids, W):
    return np.eye(len(W), dtype=W.dtype)[ids]


def run(x, h, c, W):
    """Run x (N, T, E) through W (E + H + 1, 4H): states (N, T, H), last h and c, and what the way back needs."""
    kept, states, H = [], [], h.shape[1]
    for t in range(x.shape[1]):
        z = np.concatenate([x[:, t], h, np.ones((len(h), 1), dtype=h.dtype)], axis=1)
        a = z @ W
        s, g = 1 / (1 + np.exp(-a[:, : 3 * H])), np.tanh(a[:, 3 * H :])
        before, c = c, s[:, H : 2 * H] * c + s[:, :H] * g
        h = s[:, 2 * H :] * np.tanh(c)
        kept.append((z, s, g, before, c))
        states.append(h)
    return np.stack(states, axis=1), h, c, kept


def back(dstates, dh, dc, kept, W):
    """Gradients at x, at the first h and c, and at W; dh and dc come in at the last states, besides dstates."""
    H, dW, dx = dc.shape[1], np.zeros_like(W), []
    for t in reversed(range(len(kept))):
        z, s, g, before, c = kept[t]
        i, f, o = s[:, :H], s[:, H : 2 * H], s[:, 2 * H :]
        dh, u = dh + dstates[:, t], np.tanh(c)
        dc = dc + dh * o * (1 - u * u)
        da = np.concatenate(
            [np.concatenate([dc * g, dc * before, dh * u], axis=1) * s * (1 - s), dc * i * (1 - g * g)], 1
        )
        dz, dW, dc = da @ W.T, dW + z.T @ da, dc * f
        E = z.shape[1] - H - 1
        dx.append(dz[:, :E])
        dh = dz[:, E:-1]
    return np.stack(dx[::-1], axis=1), dh, dc, dW


def stacked(params, prefix=""):
    return np.vstack([params[prefix + "Wx"], params[prefix + "Wh"], params[prefix + "b"][None]])


def unstacked(dW, E, prefix=""):
    return {prefix + "Wx": dW[:E], prefix + "Wh": dW[E:-1], prefix + "b": dW[-1]}


def cross_entropy(states, targets, W, b):
    scores = states @ W + b
    log_p = scores - scores.max(axis=2, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=2, keepdims=True))
    weight = (targets != PAD)[..., None] / np.array(len(targets), dtype=W.dtype)
    right = hot(targets, W.T)
    ds = weight * (np.exp(log_p) - right)
    return -(weight * right * log_p).sum(), np.tensordot(states, ds, ((0, 1), (0, 1))), ds.sum(axis=(0, 1)), ds @ W.T


def caption_loss(params, images, captions):
    read, asked = hot(captions[:, :-1], params["W_embed"]), captions[:, 1:]
    h = images @ params["W_image"] + params["b_image"]
    W = stacked(params)
    states, _, _, kept = run(read @ params["W_embed"], h, 0 * h, W)
    loss, dW_out, db_out, dstates = cross_entropy(states, asked, params["W_out"], params["b_out"])
    dx, dh, _, dW = back(dstates, 0 * h, 0 * h, kept, W)
    return loss, {
        "W_image": np.einsum("np,nh->ph", images, dh),
        "b_image": dh.sum(axis=0),
        "W_embed": np.einsum("ntv,nte->ve", read, dx),
        **unstacked(dW, dx.shape[2]),
        "W_out": dW_out,
        "b_out": db_out,
    }


def pronounce_loss(params, letters, phonemes):
    spelled, spoken = hot(letters, params["W_letters"]), hot(phonemes[:, :-1], params["W_phonemes"])
    encoder, decoder = stacked(params, "enc_"), stacked(params, "dec_")
    zero = np.zeros((len(letters), encoder.shape[1] // 4), dtype=encoder.dtype)
    heard, h, c, first = run(spelled @ params["W_letters"], zero, zero, encoder)
    states, _, _, second = run(spoken @ params["W_phonemes"], h, c, decoder)
    loss, dW_out, db_out, dstates = cross_entropy(states, phonemes[:, 1:], params["W_out"], params["b_out"])
    dspoken, dh, dc, d_decoder = back(dstates, zero, zero, second, decoder)
    dread, _, _, d_encoder = back(0 * heard, dh, dc, first, encoder)
    return loss, {
        "W_letters": np.einsum("ntv,nte->ve", spelled, dread),
        **unstacked(d_encoder, dread.shape[2], "enc_"),
        "W_phonemes": np.einsum("ntv,nte->ve", spoken, dspoken),
        **unstacked(d_decoder, dspoken.shape[2], "dec_"),
        "W_out": dW_out,
        "b_out": db_out,
    }


def endless(h, c, embedding, W, W_out, b_out, length):
    ids = np.full((len(h), 1), START)
    for _ in range(length):
        _, h, c, _ = run(embedding[ids[:, -1:]], h, c, W)
        ids = np.column_stack([ids, np.argmax(h @ W_out + b_out, axis=1)])
    ids = ids[:, 1:]
    over = np.cumsum(ids == END, axis=1) - (ids == END) > 0
    return np.where(over, PAD, ids)


def caption(params, images, max_length):
    h = images @ params["W_image"] + params["b_image"]
    return endless(h, 0 * h, params["W_embed"], stacked(params), params["W_out"], params["b_out"], max_length)


def pronounce(params, letters, max_length):
    zero = np.zeros((len(letters), len(params["enc_Wh"])))
    _, h, c, _ = run(params["W_letters"][letters], zero, zero, stacked(params, "enc_"))
    W = stacked(params, "dec_")
    return endless(h, c, params["W_phonemes"], W, params["W_out"], params["b_out"], max_length)


def adam(loss, params, rates):
    """Adam as in the paper, on all weights laid end to end."""
    w = np.concatenate([p.ravel() for p in params.values()])
    ends = np.cumsum([p.size for p in params.values()])[:-1]

    def parts(w):
        return {name: part.reshape(p.shape) for (name, p), part in zip(params.items(), np.split(w, ends))}

    m, v = 0 * w, 0 * w
    for t, rate in enumerate(rates, start=1):
        grads = loss(parts(w))[1]
        g = np.concatenate([grads[name].ravel() for name in params])
        g = g * min(1, 5 / max(np.linalg.norm(g), 1e-12))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = (w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)).astype(w.dtype)
    return parts(w)


def train_captions(params, images, captions, steps):
    return adam(lambda p: caption_loss(p, images, captions), params, [0.01] * steps)


def train_pronounce(params, letters, phonemes, steps):
    rates = [0.02 - 0.018 * t / steps for t in range(steps)]
    return adam(lambda p: pronounce_loss(p, letters, phonemes), params, rates)
