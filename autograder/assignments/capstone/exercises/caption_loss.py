"""`caption_loss`: the loss of the captioner and its gradients."""

from autograder.assignments.capstone.inputs import captioned
from autograder.assignments.capstone.mistakes import MEAN_HINTS, SHIFT_HINTS, SLIPS_OF_THE_MASK, repeats
from autograder.assignments.capstone.partial_points import by_parameter
from autograder.course.exercise import Exercise, Mistake

CAPTION_LOSS = Exercise(
    "caption_loss",
    counterpart="pronounce_loss",
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
                "These are the numbers of a model that puts the image into the cell too: c_0 is h_0.",
                "The image speaks through one of the two states only. What does the other start from?",
                "One unit with f = 0.5, nothing written, h_0 = 0.8: c_1 is 0.5 × 0 = 0. Yours is 0.4.",
            ),
        ),
        Mistake(
            "image-untouched",
            edit=("images.T @ dh0, dh0.sum(axis=0)", "0 * params['W_image'], 0 * params['b_image']"),
            hints=(
                "W_image and b_image get no gradient: nothing goes back from h_0 to the image's own layer.",
                "The loss rests on h_0, and h_0 on W_image. Which result of lstm_backward_full have you not used?",
                "One row with pixel 0.5 and a gradient of 2 at h_0: that pixel's weight gets 1, the bias 2. Yours "
                "get 0.",
            ),
        ),
        Mistake(
            "image-through-the-cell",
            edit=("dx, dh0, _, grads", "dx, _, dh0, grads"),
            hints=(
                "W_image and b_image get the gradient at c_0; the image went into h_0.",
                "In which order does lstm_backward_full return the gradients of the two states?",
                "With Wh = 0 nothing comes back to h_0, and the image's weights get 0. In yours they do not.",
            ),
        ),
    ),
)
