"""The loss of a whole model returns gradients in a dict: it may not differentiate numerically, and may be slow."""

import re

import pytest
from test_judge_cost import COURSE, NUMERIC, judged  # noqa: F401

# The losses of whole models return the gradients of their parameters in a dict. Of several sequences these ask the
# course's own functions, so that the test is quick.
MODELS = """
right = caption_loss, pronounce_loss

def nudged(loss, params, *data):
    grads, p = {}, {name: value.copy() for name, value in params.items()}
    if len(data[0]) > 1:
        return right["enc_b" in params](params, *data)
    for name, value in p.items():
        grads[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            old, sides = value[index], []
            for value[index] in (old + 1e-5, old - 1e-5):
                sides.append(loss(p, *data))
            value[index] = old
            grads[name][index] = (sides[0] - sides[1]) / 2e-5
    return loss(params, *data), grads

def spoken(W, rows, h, c, Wx, Wh, b, p):
    h = lstm_forward_full(W[rows[:, :-1]], h, c, Wx, Wh, b)[0]
    return temporal_softmax_loss(h @ p["W_out"] + p["b_out"], rows[:, 1:], rows[:, 1:] != PAD)[0]

def of_captions(p, images, captions):
    h = images @ p["W_image"] + p["b_image"]
    return spoken(p["W_embed"], captions, h, np.zeros_like(h), p["Wx"], p["Wh"], p["b"], p)

def of_pronunciations(p, letters, phonemes):
    h = np.zeros((len(letters), len(p["enc_Wh"])))
    _, h, c, _ = lstm_forward_full(p["W_letters"][letters], h, h, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
    return spoken(p["W_phonemes"], phonemes, h, c, p["dec_Wx"], p["dec_Wh"], p["dec_b"], p)

def caption_loss(params, images, captions): return nudged(of_captions, params, images, captions)
def pronounce_loss(params, letters, phonemes): return nudged(of_pronunciations, params, letters, phonemes)
"""


@pytest.mark.parametrize("name", ["caption_loss", "pronounce_loss"])
def test_the_loss_of_a_model_may_not_differentiate_numerically_either(judged, name):  # noqa: F811
    result = judged(name, MODELS)
    assert (result.score, result.mistake) == (0.0, NUMERIC)


IN_NUMBERS = """
def product(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                out[i, j] += a[i, k] * b[k, j]
    return out
"""


def test_a_models_loss_in_loops_over_single_numbers_keeps_its_points(judged):  # noqa: F811
    """Every product of two matrices in it is added up number by number, forwards and backwards."""
    steps = [COURSE.reference.sources[name] for name in ("lstm_step_forward", "lstm_step_backward")]
    slow = "\n".join([IN_NUMBERS, *(re.sub(r"([\w.]+) @ ([\w.]+)", r"product(\1, \2)", text) for text in steps)])
    assert slow.count("product(") == 7
    assert judged("pronounce_loss", slow).score == 10.0
