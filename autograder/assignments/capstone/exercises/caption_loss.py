"""`caption_loss`: the loss of the captioner and its gradients."""

from autograder.assignments.capstone.inputs import captioned
from autograder.assignments.capstone.mistakes import MEAN_HINTS, SHIFT_HINTS, SLIPS_OF_THE_MASK, repeats
from autograder.assignments.capstone.partial_points import by_parameter
from autograder.course.exercise import Exercise, Mistake, WorkedExample

_IMAGE_SQUASHED = """
def caption_loss(params, images, captions):
    inputs, targets = captions[:, :-1], captions[:, 1:]
    h0 = np.tanh(images @ params["W_image"] + params["b_image"])
    empty = np.zeros_like(h0)
    x, rows = word_embedding_forward(inputs, params["W_embed"])
    h, _, _, steps = lstm_forward_full(x, h0, empty, params["Wx"], params["Wh"], params["b"])
    scores, readout = temporal_affine_forward(h, params["W_out"], params["b_out"])
    loss, dscores = temporal_softmax_loss(scores, targets, targets != PAD)
    grads = {}
    dh, grads["W_out"], grads["b_out"] = temporal_affine_backward(dscores, readout)
    dx, dh0, _, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward_full(dh, empty, steps)
    grads["W_embed"] = word_embedding_backward(dx, rows)
    da = dh0 * (1 - h0**2)
    grads["W_image"], grads["b_image"] = images.T @ da, da.sum(axis=0)
    return loss, grads
"""

CAPTION_LOSS = Exercise(
    "caption_loss",
    why="Forwards the layers stand in a row: the image makes h_0, rows for the letters go in, and each state is read "
    "for scores. Backwards each layer hands its gradient to the one before; what reaches the image's weights comes "
    "through dh0 alone. Inputs are the ids without the last, targets those without the first: at each step the next id "
    "is asked for.",
    counterpart="pronounce_loss",
    unaided="A test of your own: the nudges in the next cell, `gradients.check_gradients`. They compare your grads "
    "with your loss; where they agree and this is still not right, it is the loss.",
    inputs=captioned,
    outputs={"loss": "", "grads": ""},
    score=by_parameter,
    patterns={
        "all": "The loss comes before all gradients. For one short caption: which ids are read, which are asked "
        "for, and at which places?",
        "grads": "Going back through the layers in the opposite order: which gradient does each layer take, and "
        "whose cache?",
        "W_image,b_image": "Which state did the image's own layer make, and which gradient belongs to that state?",
        "b_image": "The image's bias served every row of the batch. How many gradients does it get?",
        "W_embed": "Which rows of W_embed were looked up, and how often?",
    },
    question="Take one image and the row START, 7, END. What is read, what is asked for, and by which layers do "
    "gradients come back to the image?",
    worked_example=WorkedExample(
        "One image, which makes h_0 = 0.8, and the row START, 7, END. The model reads START and 7, and is asked for "
        "7 and END. Say that it gives them the probabilities 0.5 and 0.8: they cost 0.693 and 0.223, and the loss is "
        "0.916. Backwards, the score of 7 gets 0.5 − 1 = −0.5, that of END −0.2, every other score its probability. "
        "Say that 2 arrives at h_0: with a pixel of 0.5 its weight gets 0.5 · 2 = 1, and the bias 2.",
        values={
            "0.5": "0.5",
            "0.8": "0.8",
            "0.693": "-np.log(0.5)",
            "0.223": "-np.log(0.8)",
            "0.916": "-np.log(0.5) - np.log(0.8)",
            "−0.5": "0.5 - 1",
            "−0.2": "0.8 - 1",
        },
    ),
    mistakes=(
        Mistake(
            "targets-not-shifted", edit=("captions[:, :-1], captions[:, 1:]", "captions, captions"), hints=SHIFT_HINTS
        ),
        *SLIPS_OF_THE_MASK,
        Mistake(
            "loss-per-letter",
            edit=("return loss, grads", "return loss * len(images) / np.sum(targets != PAD), grads"),
            hints=MEAN_HINTS,
        ),
        Mistake(
            "repeated-letters-lost",
            edit=(
                'grads["W_embed"] = word_embedding_backward(dx, rows)',
                'grads["W_embed"] = np.zeros_like(params["W_embed"])\n    grads["W_embed"][inputs] = dx',
            ),
            hints=repeats("embed"),
        ),
        Mistake(
            "image-in-the-cell",
            edit=("lstm_forward_full(x, h0, empty,", "lstm_forward_full(x, h0, h0,"),
            hints=(
                "The image sets both states here: the cell starts with the same numbers as h.",
                "Before the first letter is read, what should the cell hold?",
                "One unit, f = 0.5, nothing written, h_0 = 0.8: an empty cell stays empty, and c_1 is 0. Yours is 0.4.",
            ),
        ),
        Mistake(
            "image-untouched",
            edit=("images.T @ dh0, dh0.sum(axis=0)", "0 * params['W_image'], 0 * params['b_image']"),
            hints=(
                "The gradients of W_image and b_image are 0, as if the loss did not depend on them.",
                "If the image's weights move, does the loss change? Along which way?",
                "One image with a pixel of 0.5, and a gradient of 2 at h_0: that pixel's weight gets 1, the bias 2. "
                "Yours get 0 and 0.",
            ),
        ),
        Mistake(
            "image-through-the-cell",
            edit=("dx, dh0, _, grads", "dx, _, dh0, grads"),
            hints=(
                "The gradients of W_image and b_image are made here from the gradient at c_0.",
                "Into which of the two states did the image go?",
                "One image with a pixel of 0.5, a gradient of 2 at h_0 and one of 0.6 at c_0: that pixel's weight "
                "gets 1. Yours gets 0.3.",
            ),
        ),
        Mistake(
            "first-letter-not-asked",
            edit=("captions[:, :-1], captions[:, 1:]", "captions[:, 1:-1], captions[:, 2:]"),
            hints=(
                "The first letter costs nothing here: the model is asked from the second one on.",
                "What should the model write when it has read START and nothing else?",
                "START, 7, END has two targets that count, 7 and END. With 8 equally likely ids each costs 2.079, "
                "together 4.159. Yours counts one: 2.079.",
            ),
        ),
        Mistake(
            "image-squashed",
            whole=_IMAGE_SQUASHED,
            hints=(
                "The state that the image sets is squashed here before the first step, and the gradient takes that "
                "into account.",
                "What does the equation for h_0 hold, and how large can h_0 become in it? And yours?",
                "One image, which makes 0.8 of its pixels: h_0 is 0.8. Yours is 0.6640.",
            ),
        ),
        Mistake(
            "image-squashed-forwards",
            edit=(
                'h0 = images @ params["W_image"] + params["b_image"]',
                'h0 = np.tanh(images @ params["W_image"] + params["b_image"])',
            ),
            hints=(
                "The state that the image sets is squashed here before the first step, and the gradient knows nothing"
                " of that.",
                "What does the equation for h_0 hold, and how large can h_0 become in it? And yours?",
                "One image, which makes 0.8 of its pixels: h_0 is 0.8. Yours is 0.6640.",
            ),
        ),
        Mistake(
            "image-bias-unused",
            edit=('h0 = images @ params["W_image"] + params["b_image"]', 'h0 = images @ params["W_image"]'),
            hints=(
                "The state that the image sets is made here of the pixels and W_image alone.",
                "Change b_image and nothing else. Does your loss change?",
                "One image, all pixels 0, b_image = 0.8: h_0 is 0.8. Yours is 0.",
            ),
        ),
        Mistake(
            "image-hears-the-first-step",
            edit=("images.T @ dh0, dh0.sum(axis=0)", "images.T @ dh[:, 0], dh[:, 0].sum(axis=0)"),
            hints=(
                "The gradients of W_image and b_image are made here from what the scores of the first step send back "
                "to h_1.",
                "Which state did the image make, and what lies between that state and h_1?",
                "One image with a pixel of 0.5, a gradient of 2 at h_0 and one of 0.6 at h_1: that pixel's weight "
                "gets 1. Yours gets 0.3.",
            ),
        ),
    ),
)
