"""Right answers with time as the first axis and one function for both decoders; a batch stops when all ended."""

import numpy as np

from utils.data.vocabulary import END, PAD, START
from utils.experiments.adam import Adam


def lstm(x, h, c, Wx, Wh, b):
    """Run x (T, N, E): h (T + 1, N, H) and c likewise, their first entries given, and the gates (T, 4, N, H)."""
    T, (N, H) = len(x), h.shape
    hs, cs, gates = np.empty((T + 1, N, H), h.dtype), np.empty((T + 1, N, H), h.dtype), np.empty((T, 4, N, H), h.dtype)
    hs[0], cs[0] = h, c
    from_x = x @ Wx + b
    for t in range(T):
        a = np.moveaxis((from_x[t] + hs[t] @ Wh).reshape(N, 4, H), 1, 0)
        gates[t, :3], gates[t, 3] = 0.5 + 0.5 * np.tanh(0.5 * a[:3]), np.tanh(a[3])
        i, f, o, g = gates[t]
        cs[t + 1] = f * cs[t] + i * g
        hs[t + 1] = o * np.tanh(cs[t + 1])
    return hs, cs, gates


def lstm_gradients(dh, dh_last, dc, x, run, Wx, Wh):
    """Go back from dh (T, N, H) of the losses, dh_last and dc at the last states: dx, dh0, dc0, dWx, dWh, db."""
    hs, cs, gates = run
    da = np.empty((len(x), dc.shape[0], 4 * dc.shape[1]), dc.dtype)
    later = dh_last
    for t in range(len(x) - 1, -1, -1):
        i, f, o, g = gates[t]
        here, tanh = dh[t] + later, np.tanh(cs[t + 1])
        dc = dc + here * o * (1 - tanh**2)
        slopes = (dc * g * i * (1 - i), dc * cs[t] * f * (1 - f), here * tanh * o * (1 - o), dc * i * (1 - g**2))
        da[t] = np.concatenate(slopes, axis=1)
        later, dc = da[t] @ Wh.T, dc * f
    return (
        da @ Wx.T,
        later,
        dc,
        np.einsum("tnd,tng->dg", x, da),
        np.einsum("tnh,tng->hg", hs[:-1], da),
        np.einsum("tng->g", da),
    )


def gathered(ids, dx, W):
    """Take the gradient of a lookup, by a loop over the alphabet."""
    return np.stack([dx[ids == v].sum(axis=0) for v in range(len(W))])


def decoder_loss(p, names, h, c, rows):
    """Loss and gradients (the model's, then those at h and c) of a decoder that is taught rows (N, L)."""
    embedding, Wx, Wh, b = (p[name] for name in names)
    read, asked = rows.T[:-1], rows.T[1:]
    x, N = embedding[read], len(rows)
    run = lstm(x, h, c, Wx, Wh, b)
    scores = run[0][1:] @ p["W_out"] + p["b_out"]
    scores = scores - scores.max(axis=-1, keepdims=True)
    q = np.exp(scores)
    total = q.sum(axis=-1, keepdims=True)
    t, n = np.nonzero(asked != PAD)
    loss = np.sum(np.log(total[t, n, 0]) - scores[t, n, asked[t, n]]) / N
    ds = np.zeros_like(q)
    ds[t, n] = (q / total)[t, n] / N
    ds[t, n, asked[t, n]] -= 1 / N
    zero = np.zeros_like(h)
    dx, dh, dc, *weights = lstm_gradients(ds @ p["W_out"].T, zero, zero, x, run, Wx, Wh)
    grads = dict(zip(names[1:], weights)) | {names[0]: gathered(read, dx, embedding)}
    grads["W_out"], grads["b_out"] = np.einsum("tnh,tnv->hv", run[0][1:], ds), ds.sum(axis=(0, 1))
    return loss, grads, dh, dc


def caption_loss(params, images, captions):
    h = images @ params["W_image"] + params["b_image"]
    loss, grads, dh, _ = decoder_loss(params, ("W_embed", "Wx", "Wh", "b"), h, np.zeros_like(h), captions)
    return loss, grads | {"W_image": (dh.T @ images).T, "b_image": np.ones(len(dh), dh.dtype) @ dh}


def pronounce_loss(params, letters, phonemes):
    Wx, Wh, b = params["enc_Wx"], params["enc_Wh"], params["enc_b"]
    x = params["W_letters"][letters.T]
    zero = np.zeros((len(letters), len(Wh)), Wh.dtype)
    run = lstm(x, zero, zero, Wx, Wh, b)
    names = ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b")
    loss, grads, dh, dc = decoder_loss(params, names, run[0][-1], run[1][-1], phonemes)
    dx, _, _, dWx, dWh, db = lstm_gradients(np.zeros_like(run[0][1:]), dh, dc, x, run, Wx, Wh)
    encoder = {"W_letters": gathered(letters.T, dx, params["W_letters"]), "enc_Wx": dWx, "enc_Wh": dWh, "enc_b": db}
    return loss, grads | encoder


def speak(p, names, h, c, length):
    embedding, Wx, Wh, b = (p[name] for name in names)
    ids = np.full((len(h), length), PAD, dtype=np.int32)
    going, last = np.arange(len(h)), np.full(len(h), START)
    for t in range(length):
        if not len(going):
            break
        hs, cs, _ = lstm(embedding[last][None], h, c, Wx, Wh, b)
        h, c = hs[-1], cs[-1]
        last = np.argmax(h @ p["W_out"] + p["b_out"], axis=1)
        ids[going, t] = last
        on = last != END
        going, last, h, c = going[on], last[on], h[on], c[on]
    return ids


def caption(params, images, max_length):
    h = images @ params["W_image"] + params["b_image"]
    return speak(params, ("W_embed", "Wx", "Wh", "b"), h, np.zeros_like(h), max_length)


def pronounce(params, letters, max_length):
    zero = np.zeros((len(letters), len(params["enc_Wh"])))
    x = params["W_letters"][letters.T]
    hs, cs, _ = lstm(x, zero, zero, params["enc_Wx"], params["enc_Wh"], params["enc_b"])
    return speak(params, ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b"), hs[-1], cs[-1], max_length)


def trained(loss, params, rows, rates):
    """No more steps than it takes."""
    params = {name: p.copy() for name, p in params.items()}
    adam, ids = Adam(params), np.sum(rows[:, 1:] != PAD)
    for rate in rates:
        now, grads = loss(params)
        if now * len(rows) / ids < 0.02:
            break
        length = np.sqrt(sum(np.sum(g * g) for g in grads.values()))
        adam.step({name: g * min(1, 5 / length) for name, g in grads.items()}, rate)
    return params


def train_captions(params, images, captions, steps):
    return trained(lambda p: caption_loss(p, images, captions), params, captions, [0.01] * steps)


def train_pronounce(params, letters, phonemes, steps):
    rates = np.linspace(0.02, 0.002, steps, endpoint=False)
    return trained(lambda p: pronounce_loss(p, letters, phonemes), params, phonemes, rates)
