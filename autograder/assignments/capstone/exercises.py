"""07-capstone: make it speak. Two models, a captioner of digits and a pronouncer of words; one of the two is required.

The bar of the training exercises, 0.05 nats a letter, or a phoneme, after 150 steps on 50 digits or words with E = 16
and H = 32, follows from `data/bars.json` beside this file: over ten seeds the reference is below it after a median of
82 steps (captions) and 71 (phonemes), standard deviations 8 and 7, so that median plus three standard deviations is
106 and 92.
"""

import functools

import numpy as np

from autograder.assignments.capstone import data, writing
from autograder.course.draws import biases
from autograder.course.exercise import Exercise, Mistake
from utils.checking.compare import compare
from utils.data import load_digits, load_pronunciations, vocabulary
from utils.data.vocabulary import END, PAD, START
from utils.experiments.speakers import caption_model, pronounce_model

ASSIGNMENT = "07-capstone"
CLEAR = 1e-3  # by how much a written id's score must exceed the next, so that any way of adding up writes the same
WORDS = 50  # to be learned by heart


def lstm(rng, E, H, prefix=""):
    """Draw an LSTM's weights, Wx (E, 4H), Wh (H, 4H) and b (4H,); no bias is near zero."""
    return {
        f"{prefix}Wx": rng.standard_normal((E, 4 * H)) / np.sqrt(E),
        f"{prefix}Wh": rng.standard_normal((H, 4 * H)) / np.sqrt(H),
        f"{prefix}b": biases(rng, 4 * H),
    }


def captioner(rng, V, E, H):
    """Draw a caption model of V ids."""
    return {
        "W_image": rng.standard_normal((64, H)) / 4,
        "b_image": biases(rng, H),
        "W_embed": rng.standard_normal((V, E)),
        **lstm(rng, E, H),
        "W_out": rng.standard_normal((H, V)) / np.sqrt(H),
        "b_out": biases(rng, V),
    }


def pronouncer(rng, V, P, E, H):
    """Draw a pronouncing model of V letters and P phonemes."""
    return {
        "W_letters": rng.standard_normal((V, E)),
        **lstm(rng, E, H, "enc_"),
        "W_phonemes": rng.standard_normal((P, E)),
        **lstm(rng, E, H, "dec_"),
        "W_out": rng.standard_normal((H, P)) / np.sqrt(H),
        "b_out": biases(rng, P),
    }


def pictures(rng, N):
    """Draw N pictures of noise, shape (N, 64), in the 17 shades of the digits."""
    return rng.integers(0, 17, (N, 64)) / 16


def sentences(rng, N, L, V):
    """Draw N rows of START, ids, END, PAD: the first is full, the last of several the shortest, and ids recur."""
    rows = np.full((N, L), PAD)
    for n, row in enumerate(rows):
        length = L - 2 if n == 0 else 1 if n == N - 1 else int(rng.integers(1, L - 1))
        row[: length + 2] = [START, *rng.integers(3, V, length), END]
    rows[0, 1:3] = 3
    return rows


def spellings(rng, N, S, V):
    """Draw N rows of letters, shape (N, S), padded on the left; the first is full."""
    rows = rng.integers(3, V, (N, S))
    for row in rows[1:]:
        row[: rng.integers(1, S)] = PAD
    return rows


def captioned(rng, s):
    """Draw a caption model with pictures and captions."""
    V, L = s.V + 4, s.T + 4
    images, captions = pictures(rng, s.N), sentences(rng, s.N, L, V)
    return {"params": captioner(rng, V, s.D, s.H), "images": images, "captions": captions}


def pronounced(rng, s):
    """Draw a pronouncing model with spellings and pronunciations."""
    V, P, L = s.V + 4, s.M + 4, s.T + 4
    letters, phonemes = spellings(rng, s.N, s.D + 2, V), sentences(rng, s.N, L, P)
    return {"params": pronouncer(rng, V, P, s.D, s.H), "letters": letters, "phonemes": phonemes}


def by_parameter(expected, told):
    """Return the share of a loss's points: half for the loss, half shared by the gradients of all parameters."""
    cases = list(zip(expected, told, strict=True))

    def held(value):
        return all(compare("", value(own), value(right)).ok for right, own in cases)

    def entry(name):
        return lambda outputs: outputs["grads"].get(name) if isinstance(outputs["grads"], dict) else None

    names = expected[0]["grads"]
    return held(lambda outputs: outputs["loss"]) / 2 + sum(held(entry(name)) for name in names) / len(names) / 2


def decoded_caption(params, images, length):
    """Return ids and margins of a caption model, as `writing.written` does."""
    h = images @ params["W_image"] + params["b_image"]
    decoder = (params[name] for name in ("W_embed", "Wx", "Wh", "b", "W_out", "b_out"))
    return writing.written(h, np.zeros_like(h), *decoder, length)


def decoded_pronunciation(params, letters, length):
    """Return ids and margins of a pronouncing model, as `writing.written` does."""
    h, c = writing.encoded(params, letters)
    decoder = (params[name] for name in ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b", "W_out", "b_out"))
    return writing.written(h, c, *decoder, length)


def certain(ids, margins):
    """Return which rows, shape (N,), hold no close choice up to their END."""
    before = np.cumsum(ids == END, axis=1) - (ids == END) == 0
    return np.where(before, margins, np.inf).min(axis=1) > CLEAR


def telling(ids):
    """Whether what a decoder does at END shows: one row ends early, another goes on, and START and PAD come later."""
    ended = (ids[:, :-1] == END).any(axis=1)
    return ended.any() and (len(ids) == 1 or not ended.all()) and (ids[ended][:, -1] != PAD).all()


def speaking(draw, length, decoded):
    """Return a drawing of a small model of random weights, in which what happens at END shows.

    Scores three times as large as usual and a bias for END let it write different ids of very different scores.
    """

    def drawn(rng, s):
        for _ in range(2000):
            params, read, _ = draw(rng, s).values()
            params["W_out"] *= 6
            params["b_out"][END] += 1.5
            ids, margins = decoded(params, read, length)
            if certain(ids, margins).all() and telling(ids):
                break
        name = "images" if read.dtype.kind == "f" else "letters"
        return {"params": params, name: read, "max_length": length}

    return drawn


@functools.cache
def trained(model):
    """Return the judge's own trained weights for "caption" or "pronounce"."""
    return data.trained(model)


def on_held_back(model, rows, length):
    """Return a drawing of `rows` digits or words that do not ship, for the judge's trained weights."""

    def drawn(rng, s):
        params = trained(model)
        if model == "caption":
            name, decoded, read = "images", decoded_caption, data.held_back_digits()[0]
        else:
            name, decoded = "letters", decoded_pronunciation
            read = vocabulary.encode_spellings(list(vocabulary.short(data.held_back_pronunciations())))
        chosen = read[rng.choice(len(read), 3 * rows, replace=False)]
        chosen = chosen[certain(*decoded(params, chosen, length))]
        return {"params": params, name: chosen[:rows], "max_length": length}

    return drawn


def captioning(load, rows, E, H, steps, dtype=np.float64):
    """Return a drawing of `rows` digits from ``load()`` to be captioned after so many steps of training."""

    def drawn(rng, s):
        images, labels = load()
        chosen = rng.choice(len(images), rows, replace=False)
        return {
            "params": {name: p.round(3) for name, p in caption_model(rng, H, E, dtype).items()},
            "images": images[chosen].astype(dtype),
            "captions": vocabulary.encode_numerals(labels[chosen]),
            "steps": steps,
        }

    return drawn


def pronouncing(load, rows, E, H, steps, dtype=np.float64):
    """Return a drawing of `rows` words from ``load()`` to be pronounced after so many steps of training."""

    def drawn(rng, s):
        words = vocabulary.short(load())
        chosen = [list(words)[i] for i in rng.choice(len(words), rows, replace=False)]
        return {
            "params": {name: p.round(3) for name, p in pronounce_model(rng, H, E, dtype).items()},
            "letters": vocabulary.encode_spellings(chosen),
            "phonemes": vocabulary.encode_pronunciations([words[word] for word in chosen]),
            "steps": steps,
        }

    return drawn


def trainings(draw, load):
    """Return the cases of a training: a few steps of a small model, none, and enough to learn 50 words by heart."""
    return (
        draw(load, 5, 4, 6, 3),
        draw(load, 5, 4, 6, 0),
        draw(load, WORDS, 16, 32, 150, np.float32),
    )


_CELL_FORGOTTEN = """
def pronounce_loss(params, letters, phonemes):
    p, inputs, targets = params, phonemes[:, :-1], phonemes[:, 1:]
    silence = np.zeros((len(letters), len(p["enc_Wh"])), dtype=p["enc_Wh"].dtype)
    read, letter_rows = word_embedding_forward(letters, p["W_letters"])
    states, h, _, encoder = lstm_forward_full(read, silence, silence, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
    said, phoneme_rows = word_embedding_forward(inputs, p["W_phonemes"])
    h, _, _, decoder = lstm_forward_full(said, h, silence, p["dec_Wx"], p["dec_Wh"], p["dec_b"])
    scores, readout = temporal_affine_forward(h, p["W_out"], p["b_out"])
    loss, dscores = temporal_softmax_loss(scores, targets, targets != PAD)
    grads = {}
    dh, grads["W_out"], grads["b_out"] = temporal_affine_backward(dscores, readout)
    dsaid, dh_T, _, grads["dec_Wx"], grads["dec_Wh"], grads["dec_b"] = lstm_backward_full(dh, silence, decoder)
    dstates = np.zeros_like(states)
    dstates[:, -1] = dh_T
    dread, _, _, grads["enc_Wx"], grads["enc_Wh"], grads["enc_b"] = lstm_backward_full(dstates, silence, encoder)
    grads["W_phonemes"] = word_embedding_backward(dsaid, phoneme_rows)
    grads["W_letters"] = word_embedding_backward(dread, letter_rows)
    return loss, grads
"""

_SHIFT_HINTS = (
    "These are the numbers of a model whose targets are its inputs: it is asked for the id that it has just read.",
    "When the decoder reads START, which id should it write? Where does that id stand in the row?",
    "The row START, 7, END makes two questions: after START comes 7, after 7 comes END. START itself is never asked "
    "for.",
)
_PAD_HINTS = (
    "These are the numbers of a loss that counts padding: the model is asked to write PAD after END.",
    "A short word and a long one stand in one array. At how many places is something asked of the short one?",
    "START, 7, END, PAD, PAD has two targets that count, 7 and END. Two equal scores at each cost 0.693 a target: "
    "1.386, not 2.773.",
)
_READ_HINTS = (
    "These are the numbers of a mask made of what is read. Behind END the model is asked for one PAD more.",
    "The last id that is read is END. Is anything asked at that step?",
    "START, 7, END, PAD reads START, 7, END and is asked for 7, END, PAD. Two of these count; yours counts three.",
)
_UNASKED_END_HINTS = (
    "These are the numbers of a loss that does not count END: nobody tells the model when to stop.",
    "Of START, PAD and END, which are ids that the model has to write itself?",
    "START, 7, END has two targets that count, 7 and END. Two equal scores at each cost 1.386 together, not 0.693.",
)
_MEAN_HINTS = (
    "The gradients are right. The loss is divided by the number of targets, although it is a sum over the steps.",
    "The loss of this course sums over T and takes the mean over N. Whose gradients do you return?",
    "One word with two targets, each of them costing 0.693: the loss is 1.386. Yours is 0.693.",
)


def _repeats(what):
    return (
        f"All is right but the rows of W_{what} that were looked up more than once: there the last place overwrites "
        "the others.",
        "If one id stands at three places of a batch, how many gradients does its row get?",
        "Row 5 is looked up twice and hears 0.2 and 0.3: its gradient is 0.5. Yours is 0.3.",
    )


# Slips that both losses invite.
_SLIPS_OF_THE_MASK = (
    Mistake(
        "padding-counted",
        edit=("targets, targets != PAD)", "targets, np.ones(targets.shape, dtype=bool))"),
        hints=_PAD_HINTS,
    ),
    Mistake("mask-of-what-is-read", edit=("targets, targets != PAD)", "targets, inputs != PAD)"), hints=_READ_HINTS),
    Mistake("end-not-counted", edit=("targets, targets != PAD)", "targets, targets > END)"), hints=_UNASKED_END_HINTS),
)

CAPTION_LOSS = Exercise(
    "caption_loss",
    counterpart="pronounce_loss",
    inputs=captioned,
    outputs={"loss": "", "grads": ""},
    score=by_parameter,
    patterns={
        "all": "Is the loss itself right? It comes before all gradients. Print the targets and the mask of one short "
        "caption: which ids are asked for, at which places?",
        "grads": "The loss is right, so the way forward is. Go back through the layers in the opposite order: each "
        "takes the gradient at its output and its own cache.",
        "W_image,b_image": "All is right but what the image's own layer gets. Which of lstm_backward_full's results "
        "is the gradient at h_0, and who made h_0?",
        "b_image": "The image's bias served every row of the batch. How many gradients does it get?",
        "W_embed": "Which rows of W_embed were looked up, and how often?",
    },
    mistakes=(
        Mistake(
            "targets-not-shifted", edit=("captions[:, :-1], captions[:, 1:]", "captions, captions"), hints=_SHIFT_HINTS
        ),
        *_SLIPS_OF_THE_MASK,
        Mistake(
            "loss-per-letter",
            edit=("return loss, grads", "return loss * len(images) / np.sum(targets != PAD), grads"),
            hints=_MEAN_HINTS,
        ),
        Mistake(
            "repeated-letters-lost",
            edit=(
                'grads["W_embed"] = word_embedding_backward(dx, rows)',
                'grads["W_embed"] = np.zeros_like(params["W_embed"])\n    grads["W_embed"][inputs] = dx',
            ),
            hints=_repeats("embed"),
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

PRONOUNCE_LOSS = Exercise(
    "pronounce_loss",
    counterpart="caption_loss",
    inputs=pronounced,
    outputs={"loss": "", "grads": ""},
    score=by_parameter,
    patterns={
        "all": "Is the loss itself right? It comes before all gradients. With which two states does the decoder "
        "start, and which ids is it asked for?",
        "grads": "The loss is right, so the way forward is. Go back in the opposite order: readout, decoder, then the "
        "encoder, which hears of the loss only through the two states it handed over.",
        "W_letters,enc_Wx,enc_Wh,enc_b": "The decoder is right, the encoder is not. It has no losses of its own: which "
        "two gradients come back to it from the decoder, and at which step do they enter?",
        "W_letters": "Which rows of W_letters were looked up, and how often?",
        "W_phonemes": "Which rows of W_phonemes were looked up, and how often?",
    },
    mistakes=(
        Mistake(
            "targets-not-shifted", edit=("phonemes[:, :-1], phonemes[:, 1:]", "phonemes, phonemes"), hints=_SHIFT_HINTS
        ),
        *_SLIPS_OF_THE_MASK,
        Mistake(
            "loss-per-phoneme",
            edit=("return loss, grads", "return loss * len(letters) / np.sum(targets != PAD), grads"),
            hints=_MEAN_HINTS,
        ),
        Mistake(
            "repeated-phonemes-lost",
            edit=(
                'grads["W_phonemes"] = word_embedding_backward(dsaid, phoneme_rows)',
                'grads["W_phonemes"] = np.zeros_like(p["W_phonemes"])\n    grads["W_phonemes"][inputs] = dsaid',
            ),
            hints=_repeats("phonemes"),
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
                "The loss and the decoder are right. The encoder is told at every step what belongs to its last state.",
                "Which of the encoder's states did the decoder get?",
                "With three letters and a gradient of 0.3 at the state handed over, dh is 0, 0, 0.3. Yours is 0.3 "
                "three times.",
            ),
        ),
        Mistake(
            "state-gradient-at-the-first-step",
            edit=("dstates[:, -1] = dh_T", "dstates[:, 0] = dh_T"),
            hints=(
                "The loss and the decoder are right. The encoder is told at its first step what belongs to its last "
                "state.",
                "Which of the encoder's states did the decoder get: the one after the first letter that it read, or "
                "after the last?",
                "With three letters and a gradient of 0.3 at the state handed over, dh is 0, 0, 0.3. Yours is 0.3, 0, "
                "0.",
            ),
        ),
    ),
)

_ENDLESS_HINTS = (
    "Up to END these are the right ids, but the word goes on after it.",
    "What should stand in a row after its END?",
    "A model that writes 7, END, 5, 5 gives the row 7, END, PAD, PAD.",
)
_UNFED_HINTS = (
    "These are the ids of a decoder that reads START at every step: it never hears what it wrote.",
    "Which id did the network read before each step of training? Which one stands in its place now?",
    "If the first id written is 7, the second step looks up row 7. Yours looks up row 1 again.",
)
_SHIFTED_HINTS = (
    "START stands in front of what was written.",
    "Which of these ids did the model write, and which was it given?",
    "With max_length = 3 a model that writes 7, 8, END gives 7, 8, END. Yours gives START, 7, 8.",
)
_NO_END_HINTS = (
    "Where END should stand there is PAD already.",
    "Is END an id that the model writes, or one that you add? Which comes first, noting it or stopping?",
    "A model that writes 7, END gives the row 7, END, PAD. Yours is 7, PAD, PAD.",
)
_ALL_END_HINTS = (
    "As soon as one row ends, all others are cut off too.",
    "Rows of one batch end at different steps. What must be remembered for each of them?",
    "Rows 7, END and 7, 8, END side by side: the second still writes its 8 after the first has ended.",
)
_CELL_HINTS = (
    "These are the ids of a decoder whose cell is emptied before every step: only h is carried on.",
    "What does a step of an LSTM take, and what does it return? Which of it does the next step need?",
    "With f = 0.9 and nothing written, a cell of 1 is 0.9 after one step and 0.81 after two. Yours is 0 each time.",
)


def slips_of_decoding(embedding):
    """Return the mistakes that both decoders invite; `embedding` is how the solution calls its own embedding."""
    return (
        Mistake("goes-on-after-end", edit=("np.where(done, PAD, last)", "last"), hints=_ENDLESS_HINTS),
        Mistake("not-fed-back", edit=(f"{embedding}[last]", f"{embedding}[0 * last + START]"), hints=_UNFED_HINTS),
        Mistake(
            "start-among-ids",
            edit=("return ids", "return np.insert(ids, 0, START, axis=1)[:, :-1]"),
            hints=_SHIFTED_HINTS,
        ),
        Mistake(
            "end-not-written",
            edit=(
                "ids[:, t] = np.where(done, PAD, last)\n        done |= last == END",
                "done |= last == END\n        ids[:, t] = np.where(done, PAD, last)",
            ),
            hints=_NO_END_HINTS,
        ),
        Mistake("one-end-ends-all", edit=("done |= last == END", "done |= np.any(last == END)"), hints=_ALL_END_HINTS),
        Mistake(
            "cell-not-carried", edit=(f"{embedding}[last], h, c,", f"{embedding}[last], h, 0 * c,"), hints=_CELL_HINTS
        ),
    )


CAPTION = Exercise(
    "caption",
    counterpart="pronounce",
    inputs=(
        speaking(captioned, 7, decoded_caption),
        speaking(captioned, 5, decoded_caption),
        on_held_back("caption", 20, 6),
        on_held_back("caption", 12, 3),
        on_held_back("caption", 1, 8),
    ),
    shown=(speaking(captioned, 7, decoded_caption),) * 3,
    outputs={"ids": "N max_length"},
    patterns={
        "ids": "Compare the first column: it comes from the image alone. If it is right, the second tells whether "
        "what was written is read again, and the columns after an END whether the row stops."
    },
    mistakes=(
        *slips_of_decoding('params["W_embed"]'),
        Mistake(
            "image-in-the-cell",
            edit=("np.zeros_like(h)", "h"),
            hints=(
                "These are the ids of a model that puts the image into the cell too: c_0 is h_0.",
                "The image speaks through one of the two states only. What did the other start from in training?",
                "One unit with f = 0.5, nothing written, h_0 = 0.8: c_1 is 0.5 × 0 = 0. Yours is 0.4.",
            ),
        ),
    ),
)

PRONOUNCE = Exercise(
    "pronounce",
    counterpart="caption",
    inputs=(
        speaking(pronounced, 7, decoded_pronunciation),
        speaking(pronounced, 5, decoded_pronunciation),
        on_held_back("pronounce", 20, 11),
        on_held_back("pronounce", 12, 4),
        on_held_back("pronounce", 1, 12),
    ),
    shown=(speaking(pronounced, 7, decoded_pronunciation),) * 3,
    outputs={"ids": "N max_length"},
    patterns={
        "ids": "Compare the first column: it comes from the encoder's two states alone. If it is right, the second "
        "tells whether what was written is read again, and the columns after an END whether the row stops."
    },
    mistakes=(
        *slips_of_decoding('p["W_phonemes"]'),
        Mistake(
            "cell-not-handed-over",
            edit=("    ids = np.full((N, max_length), PAD)", "    c, ids = silence, np.full((N, max_length), PAD)"),
            hints=(
                "These are the ids of a decoder that starts with an empty cell: the encoder hands over h alone.",
                "Which two states does an LSTM have, and which of them is its long memory?",
                "If the encoder ends with c = 1.5 and the decoder keeps f = 0.5 of it, its first cell holds 0.75 of "
                "that. Yours holds 0.",
            ),
        ),
        Mistake(
            "letters-turned-round",
            edit=("word_embedding_forward(letters, p", "word_embedding_forward(letters[:, ::-1], p"),
            hints=(
                "These are the ids of an encoder that reads the rows from right to left.",
                "The rows come reversed and padded on the left already. Does the function have to turn them?",
                '"cab" comes as PAD, PAD, b, a, c. Read it in this order: c is the last thing the encoder hears.',
            ),
        ),
    ),
)


def _training_mistakes(loop, loss, rate, first):
    """Return the mistakes of a training: its loop, the call of its loss, and `rate`, the text that ends its step.

    The rate of the first step is `first`.
    """
    return (
        Mistake(
            "gradient-ascent",
            edit=("optimiser.step(grads,", "optimiser.step({name: -g for name, g in grads.items()},"),
            hints=(
                "The weights move the wrong way: the loss grows.",
                "Adam's step goes against the gradient that you give it. Which sign should yours have?",
                "At w = 1 with the gradient 2, the first step of size 0.01 leads to 0.99, not to 1.01.",
            ),
        ),
        Mistake(
            "one-step-only",
            edit=(rate, f"{rate}\n        break"),
            hints=(
                "The weights have moved by one step only.",
                "At which indentation does your `return` stand?",
                f"After 150 steps of {first} and less some weights have moved by more than 0.3. Yours have moved by "
                f"{first}.",
            ),
        ),
        Mistake(
            "nothing-moves",
            edit=("optimiser = Adam(params)", "optimiser = Adam({name: p.copy() for name, p in params.items()})"),
            hints=(
                "The weights come back exactly as they came in.",
                "Adam changes the arrays that it was made with. Are those the ones that you return?",
                "If w = 1 goes into Adam as a copy, the copy becomes 0.99. w is still 1.",
            ),
        ),
        Mistake(
            "gradients-of-the-start",
            edit=(
                f"    {loop}\n        _, grads = {loss}",
                f"    _, start = {loss}\n    {loop}\n        grads = start",
            ),
            hints=(
                "At every step the weights move as at the first: the gradients are always those of the weights that "
                "came in.",
                "The weights have moved since the last step. At which weights is the slope wanted now?",
                "On w², from w = 1 with steps of 0.01: near 0 the slope is near 0. Yours stays at 2, and after 150 "
                "steps w has walked on to −0.5.",
            ),
        ),
        Mistake(
            "one-step-too-many",
            edit=("range(steps):", "range(steps + 1):\n        steps = max(steps, 1)"),
            hints=(
                "There is one step too many: with steps = 0 the weights move.",
                "How often does your loop run when steps is 0?",
                "steps = 3 means three calls of the optimiser. Yours makes four.",
            ),
        ),
        Mistake(
            "rate-too-small",
            edit=(rate, f"0.001 * {rate}"),
            hints=(
                "The weights have hardly moved: the steps are much too small.",
                "Which rate is asked for? What does Adam's step depend on, besides the rate?",
                "150 steps at a rate of 0.00001 move no weight by more than 0.0015: not enough to learn a word.",
            ),
        ),
        Mistake(
            "moves-the-givers-weights",
            edit=("    params = {name: p.copy() for name, p in params.items()}\n", ""),
            side_effect="mutates",
            hints=(
                "Your training works, but the params that came in are changed as well.",
                "Adam changes the arrays that it was made with. Whose are they?",
                "Whoever trains twice from the same start, to compare, finds the start moved: w = 1 has become 0.7.",
            ),
        ),
    )


TRAIN_CAPTIONS = Exercise(
    "train_captions",
    counterpart="train_pronounce",
    inputs=trainings(captioning, data.held_back_digits),
    shown=trainings(captioning, load_digits),
    outputs={"trained": ""},
    properties="capstone.judge_captions",
    mistakes=_training_mistakes(
        "for _ in range(steps):", "caption_loss(params, images, captions)", "0.01)", first=0.01
    ),
)

TRAIN_PRONOUNCE = Exercise(
    "train_pronounce",
    counterpart="train_captions",
    inputs=trainings(pronouncing, data.held_back_pronunciations),
    shown=trainings(pronouncing, load_pronunciations),
    outputs={"trained": ""},
    properties="capstone.judge_pronouncing",
    mistakes=_training_mistakes(
        "for step in range(steps):",
        "pronounce_loss(params, letters, phonemes)",
        "0.02 * (1 - 0.9 * step / steps))",
        first=0.02,
    ),
)

EXERCISES = (CAPTION_LOSS, CAPTION, TRAIN_CAPTIONS, PRONOUNCE_LOSS, PRONOUNCE, TRAIN_PRONOUNCE)
