"""`pronounce_loss`: the loss of the pronouncer and its gradients."""

from autograder.assignments.capstone.inputs import pronounced
from autograder.assignments.capstone.mistakes import MEAN_HINTS, SHIFT_HINTS, SLIPS_OF_THE_MASK, repeats
from autograder.assignments.capstone.partial_points import by_parameter
from autograder.course.exercise import Exercise, Mistake

_CELL_FORGOTTEN = """
def pronounce_loss(params, letters, phonemes):
    p, inputs, targets = params, phonemes[:, :-1], phonemes[:, 1:]
    silence = np.zeros((len(letters), len(p["enc_Wh"])), dtype=p["enc_Wh"].dtype)
    read, letter_rows = word_embedding_forward(letters, p["W_letters"])
    states, h, _, encoder = lstm_forward_full(read, silence, silence, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
    spoken, phoneme_rows = word_embedding_forward(inputs, p["W_phonemes"])
    h, _, _, decoder = lstm_forward_full(spoken, h, silence, p["dec_Wx"], p["dec_Wh"], p["dec_b"])
    scores, readout = temporal_affine_forward(h, p["W_out"], p["b_out"])
    loss, dscores = temporal_softmax_loss(scores, targets, targets != PAD)
    grads = {}
    dh, grads["W_out"], grads["b_out"] = temporal_affine_backward(dscores, readout)
    dspoken, dh_T, _, grads["dec_Wx"], grads["dec_Wh"], grads["dec_b"] = lstm_backward_full(dh, silence, decoder)
    dstates = np.zeros_like(states)
    dstates[:, -1] = dh_T
    dread, _, _, grads["enc_Wx"], grads["enc_Wh"], grads["enc_b"] = lstm_backward_full(dstates, silence, encoder)
    grads["W_phonemes"] = word_embedding_backward(dspoken, phoneme_rows)
    grads["W_letters"] = word_embedding_backward(dread, letter_rows)
    return loss, grads
"""

PRONOUNCE_LOSS = Exercise(
    "pronounce_loss",
    counterpart="caption_loss",
    inputs=pronounced,
    outputs={"loss": "", "grads": ""},
    score=by_parameter,
    patterns={
        "all": "The loss comes before all gradients. With which two states does the decoder start, what does it "
        "read, and which ids is it asked for?",
        "grads": "Going back in the opposite order, through readout, decoder and encoder: which gradient does each "
        "take, and whose cache?",
        "W_letters,enc_Wx,enc_Wh,enc_b": "The encoder has no losses of its own: which two gradients come back to "
        "it from the decoder, and at which step do they enter?",
        "W_letters": "Which rows of W_letters were looked up, and how often?",
        "W_phonemes": "Which rows of W_phonemes were looked up, and how often?",
    },
    mistakes=(
        Mistake(
            "targets-not-shifted", edit=("phonemes[:, :-1], phonemes[:, 1:]", "phonemes, phonemes"), hints=SHIFT_HINTS
        ),
        *SLIPS_OF_THE_MASK,
        Mistake(
            "loss-per-phoneme",
            edit=("return loss, grads", "return loss * len(letters) / np.sum(targets != PAD), grads"),
            hints=MEAN_HINTS,
        ),
        Mistake(
            "repeated-phonemes-lost",
            edit=(
                'grads["W_phonemes"] = word_embedding_backward(dspoken, phoneme_rows)',
                'grads["W_phonemes"] = np.zeros_like(p["W_phonemes"])\n    grads["W_phonemes"][inputs] = dspoken',
            ),
            hints=repeats("phonemes"),
        ),
        Mistake(
            "cell-not-handed-over",
            whole=_CELL_FORGOTTEN,
            hints=(
                "These are the numbers of a decoder that starts with an empty cell: the encoder hands over h alone.",
                "Which two states does an LSTM have, and which of them is its long memory?",
                "If the encoder ends with c = 1.5 and the decoder keeps f = 0.5 of it, its first cell holds 0.75 of "
                "that. Yours holds 0.",
            ),
        ),
        Mistake(
            "cell-gradient-not-given-back",
            edit=("lstm_backward_full(dstates, dc_T, encoder)", "lstm_backward_full(dstates, silence, encoder)"),
            hints=(
                "The loss and the decoder are right. The encoder hears of h alone: the gradient at the cell it handed "
                "over never comes back to it.",
                "Two states went from encoder to decoder. How many gradients should go the other way?",
                "With W_hh = 0 in the decoder, all that it knows of the word comes through c. Then the encoder's "
                "gradients should not be 0; yours are.",
            ),
        ),
        Mistake(
            "state-gradient-not-given-back",
            edit=("dstates[:, -1] = dh_T", "dstates[:, -1] = 0"),
            hints=(
                "The loss and the decoder are right. The encoder hears of c alone: the gradient at the state h it "
                "handed over never comes back to it.",
                "Two states went from encoder to decoder. How many gradients should go the other way?",
                "lstm_backward_full takes no dh_T: what comes back to the last state, say 0.3, stands in the last "
                "step of dh.",
            ),
        ),
        Mistake(
            "state-gradient-at-every-step",
            edit=("dstates[:, -1] = dh_T", "dstates[:] = dh_T[:, np.newaxis]"),
            hints=(
                "The loss and the decoder are right. The encoder gets at every step the gradient that belongs to its "
                "last state.",
                "Which of the encoder's states did the decoder get?",
                "With three letters and a gradient of 0.3 at the state handed over, dh is 0, 0, 0.3. Yours is 0.3 "
                "three times.",
            ),
        ),
        Mistake(
            "state-gradient-at-the-first-step",
            edit=("dstates[:, -1] = dh_T", "dstates[:, 0] = dh_T"),
            hints=(
                "The loss and the decoder are right. The encoder gets at its first step the gradient that belongs to "
                "its last state.",
                "Which of the encoder's states did the decoder get: the one after the first letter that it read, or "
                "after the last?",
                "With three letters and a gradient of 0.3 at the state handed over, dh is 0, 0, 0.3. Yours is 0.3, 0, "
                "0.",
            ),
        ),
    ),
)
