"""`pronounce_loss`: the loss of the pronouncer and its gradients."""

from autograder.assignments.capstone.inputs import pronounced
from autograder.assignments.capstone.mistakes import MEAN_HINTS, SHIFT_HINTS, SLIPS_OF_THE_MASK, repeats
from autograder.assignments.capstone.partial_points import by_parameter
from autograder.course.exercise import Exercise, Mistake, WorkedExample

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
    why="Two LSTMs are joined by h and c: the encoder's last states are the decoder's first. So what the decoder "
    "sends back to its first states is the encoder's gradient at h_T and c_T; h_T stands among the encoder's states, "
    "where its gradient goes in at the last step and zeros at all others.",
    counterpart="caption_loss",
    unaided="A test of your own: the nudges in the next cell, `gradients.check_gradients`. They compare your grads "
    "with your loss; where they agree and this is still not right, it is the loss.",
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
    question="Which two states go from the encoder to the decoder, and which gradients come back to the encoder?",
    worked_example=WorkedExample(
        "The encoder reads three letters and ends with h = 0.6 and c = 1.5; the decoder starts with these. The row "
        "START, 7, END asks for 7 and END. Say that they get the probabilities 0.5 and 0.8: they cost 0.693 and "
        "0.223, and the loss is 0.916. Say that 0.2 comes back at the first h of the decoder, and 0.3 at its first "
        "c: the encoder's three states get 0, 0, 0.2, its last cell 0.3, and nothing else. A letter read two times, "
        "to which 0.1 and 0.4 come back, gets 0.5.",
        values={
            "0.5": "0.1 + 0.4",
            "0.8": "0.8",
            "0.693": "-np.log(0.5)",
            "0.223": "-np.log(0.8)",
            "0.916": "-np.log(0.5) - np.log(0.8)",
            "0.6": "0.6",
            "1.5": "1.5",
            "0.2": "0.2",
            "0.3": "0.3",
            "0.1": "0.1",
            "0.4": "0.4",
        },
    ),
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
                "The decoder starts with an empty cell here, and knows of the word through h alone.",
                "An LSTM has two states. Which of them is its long memory, and does it get from the encoder to the "
                "decoder?",
                "If the encoder ends with c = 1.5, and the decoder keeps f = 0.5 and writes nothing, its first cell "
                "is 0.75. Yours is 0.",
            ),
        ),
        Mistake(
            "cell-gradient-not-given-back",
            edit=("lstm_backward_full(dstates, dc_T, encoder)", "lstm_backward_full(dstates, silence, encoder)"),
            hints=(
                "The gradients of the encoder come here through the state h alone.",
                "Two states went from the encoder to the decoder. How many gradients should come back?",
                "If 0.2 comes back at the h that was handed over, and 0.3 at the c, the encoder's last cell gets "
                "0.3. Yours gets 0.",
            ),
        ),
        Mistake(
            "state-gradient-not-given-back",
            edit=("dstates[:, -1] = dh_T", "dstates[:, -1] = 0"),
            hints=(
                "The gradients of the encoder come here through the cell c alone.",
                "Two states went from the encoder to the decoder. How many gradients should come back?",
                "If 0.2 comes back at the h that was handed over, and 0.3 at the c, the encoder's last state gets "
                "0.2. Yours gets 0.",
            ),
        ),
        Mistake(
            "state-gradient-at-every-step",
            edit=("dstates[:, -1] = dh_T", "dstates[:] = dh_T[:, np.newaxis]"),
            hints=(
                "Every state of the encoder gets here the gradient of the one that was handed over.",
                "Which of the encoder's states did the decoder get?",
                "Three letters, and 0.2 comes back at the h that was handed over: the encoder's states get 0, 0, "
                "0.2. Yours get 0.2, 0.2, 0.2.",
            ),
        ),
        Mistake(
            "state-gradient-at-the-first-step",
            edit=("dstates[:, -1] = dh_T", "dstates[:, 0] = dh_T"),
            hints=(
                "The encoder's first state gets here the gradient of the one that was handed over.",
                "Which of the encoder's states did the decoder get: the one after the first letter that was read, or "
                "another?",
                "Three letters, and 0.2 comes back at the h that was handed over: the encoder's states get 0, 0, "
                "0.2. Yours get 0.2, 0, 0.",
            ),
        ),
    ),
)
