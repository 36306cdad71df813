"""Right answers step by step, with every gradient added up where it arises; words written one row at a time."""

import numpy as np

from utils.data.vocabulary import END, PAD, START
from utils.experiments.adam import Adam


def squash(a):
    return (1 + np.tanh(a / 2)) / 2


def forward_step(x, h, c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + h @ Wh + b, 4, axis=-1)
    i, f, o, g = squash(i), squash(f), squash(o), np.tanh(g)
    new = f * c + i * g
    return o * np.tanh(new), new, (x, h, c, i, f, o, g, new)


def backward_step(dh, dc, step, Wx, Wh):
    x, h, c, i, f, o, g, new = step
    tanh = np.tanh(new)
    dc = dc + dh * o * (1 - tanh**2)
    da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tanh * o * (1 - o), dc * i * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, h.T @ da, da.sum(axis=0)


def teach(h, c, rows, embedding, Wx, Wh, b, W, bias):
    """Loss of a decoder, gradients of its seven arguments from h on, without rows."""
    N, loss, steps = len(rows), 0.0, []
    for t in range(rows.shape[1] - 1):
        h, c, step = forward_step(embedding[rows[:, t]], h, c, Wx, Wh, b)
        scores = h @ W + bias
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        ds = np.zeros_like(p)
        for n in range(N):
            if rows[n, t + 1] != PAD:
                loss -= np.log(p[n, rows[n, t + 1]]) / N
                ds[n] = p[n] / N
                ds[n, rows[n, t + 1]] -= 1 / N
        steps.append((step, h, ds))
    d = [np.zeros_like(a) for a in (embedding, Wx, Wh, b, W, bias)]
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    for t in range(rows.shape[1] - 2, -1, -1):
        step, h, ds = steps[t]
        d[4] += h.T @ ds
        d[5] += ds.sum(axis=0)
        dx, dh, dc, *weights = backward_step(dh + ds @ W.T, dc, step, Wx, Wh)
        for total, part in zip(d[1:4], weights):
            total += part
        for n in range(N):
            d[0][rows[n, t]] += dx[n]
    return loss, dh, dc, d


def caption_loss(params, images, captions):
    h = images @ params["W_image"] + params["b_image"]
    names = ("W_embed", "Wx", "Wh", "b", "W_out", "b_out")
    loss, dh, _, d = teach(h, np.zeros_like(h), captions, *(params[name] for name in names))
    return loss, {"W_image": images.T @ dh, "b_image": dh.sum(axis=0), **dict(zip(names, d))}


def pronounce_loss(params, letters, phonemes):
    Wx, Wh, b = params["enc_Wx"], params["enc_Wh"], params["enc_b"]
    h = c = np.zeros((len(letters), len(Wh)), dtype=Wh.dtype)
    steps = []
    for t in range(letters.shape[1]):
        h, c, step = forward_step(params["W_letters"][letters[:, t]], h, c, Wx, Wh, b)
        steps.append(step)
    names = ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b", "W_out", "b_out")
    loss, dh, dc, d = teach(h, c, phonemes, *(params[name] for name in names))
    grads = {name: np.zeros_like(params[name]) for name in ("W_letters", "enc_Wx", "enc_Wh", "enc_b")}
    for t in range(letters.shape[1] - 1, -1, -1):
        dx, dh, dc, *weights = backward_step(dh, dc, steps[t], Wx, Wh)
        for name, part in zip(("enc_Wx", "enc_Wh", "enc_b"), weights):
            grads[name] += part
        np.add.at(grads["W_letters"], letters[:, t], dx)
    return loss, grads | dict(zip(names, d))


def speak(h, c, max_length, embedding, Wx, Wh, b, W, bias):
    ids, last = [], START
    while len(ids) < max_length:
        h, c, _ = forward_step(embedding[last], h, c, Wx, Wh, b)
        last = int((h @ W + bias).argmax())
        ids.append(last)
        if last == END:
            break
    return ids + [PAD] * (max_length - len(ids))


def caption(params, images, max_length):
    decoder = [params[name] for name in ("W_embed", "Wx", "Wh", "b", "W_out", "b_out")]
    starts = [image @ params["W_image"] + params["b_image"] for image in images]
    return np.array([speak(h, np.zeros_like(h), max_length, *decoder) for h in starts])


def pronounce(params, letters, max_length):
    decoder = [params[name] for name in ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b", "W_out", "b_out")]
    words = []
    for word in letters:
        h = c = np.zeros(len(params["enc_Wh"]))
        for letter in word:
            x = params["W_letters"][letter]
            h, c, _ = forward_step(x, h, c, params["enc_Wx"], params["enc_Wh"], params["enc_b"])
        words.append(speak(h, c, max_length, *decoder))
    return np.array(words)


def clipped(grads, most):
    norm = np.sqrt(sum(float((g * g).sum()) for g in grads.values()))
    return {name: g * (most / norm) for name, g in grads.items()} if norm > most else grads


def train_captions(params, images, captions, steps):
    mine = {name: np.array(p) for name, p in params.items()}
    adam = Adam(mine)
    for _ in range(steps):
        adam.step(clipped(caption_loss(mine, images, captions)[1], 5), 0.01)
    return mine


def train_pronounce(params, letters, phonemes, steps):
    mine = {name: np.array(p) for name, p in params.items()}
    adam = Adam(mine)
    for rate in np.linspace(0.02, 0.002, steps):
        adam.step(clipped(pronounce_loss(mine, letters, phonemes)[1], 5), rate)
    return mine
