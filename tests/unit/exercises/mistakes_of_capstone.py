"""Assignment 07: what the third hints say, computed."""

import numpy as np
from worked_mistakes import Example

from utils.data.vocabulary import END, PAD, START
from utils.experiments.adam import Adam

IDS = 10
UNITS = IDS + 2  # one for each id that was read last, one that the input sets, and one that hears that one a step later
WRITES_7 = {START: 7, 7: END, END: 5, 5: 5}  # and would go on behind END


def lstm(reads):
    """Return Wx, Wh and b of an LSTM that forgets at every step and sets the units that ids of `reads` point at."""
    Wx, Wh, b = np.zeros((IDS, 4 * UNITS)), np.zeros((UNITS, 4 * UNITS)), np.zeros(4 * UNITS)
    b[:UNITS], b[UNITS : 2 * UNITS], b[2 * UNITS : 3 * UNITS] = 20, -20, 20
    for read, unit in reads.items():
        Wx[read, 3 * UNITS + unit] = 20
    return Wx, Wh, b


def writer(after):
    """Return what writes, after each id, the one that `after` says; where the input set its unit it begins with 9."""
    Wx, Wh, b = lstm({read: read for read in range(IDS)})
    Wh[IDS, 3 * UNITS + IDS + 1] = 40
    W_out = np.zeros((UNITS, IDS))
    for read, written in after.items():
        W_out[read, written] = 1
    W_out[IDS + 1, 9] = 5
    return np.eye(IDS), Wx, Wh, b, W_out, np.zeros(IDS)


def captions(function, after, max_length, *marks):
    """Return the rows of a captioner for images of which the marked ones set the unit."""
    W_embed, Wx, Wh, b, W_out, b_out = writer(after)
    W_image, images = np.zeros((64, UNITS)), np.zeros((len(marks), 64))
    W_image[0, IDS], images[:, 0] = 1, marks
    params = {"W_image": W_image, "b_image": np.zeros(UNITS), "W_embed": W_embed, "W_out": W_out, "b_out": b_out}
    return function(params | {"Wx": Wx, "Wh": Wh, "b": b}, images, max_length)


def phonemes(function, after, max_length, *marks):
    """Return the rows of a pronouncer for words of one letter, of which 3 sets the unit."""
    W_phonemes, dec_Wx, dec_Wh, dec_b, W_out, b_out = writer(after)
    enc_Wx, enc_Wh, enc_b = lstm({3: IDS})
    params = {"W_letters": np.eye(IDS), "enc_Wx": enc_Wx, "enc_Wh": enc_Wh, "enc_b": enc_b, "W_phonemes": W_phonemes}
    params |= {"dec_Wx": dec_Wx, "dec_Wh": dec_Wh, "dec_b": dec_b, "W_out": W_out, "b_out": b_out}
    letters = np.array([[3 if mark else 4] for mark in marks])
    return function(params, letters, max_length)


def caption_cost(function, *row):
    """Return the loss of a captioner of 8 ids that are all equally likely."""
    sizes = {"W_image": (64, 2), "b_image": 2, "W_embed": (8, 2), "Wx": (2, 8), "Wh": (2, 8), "b": 8, "W_out": (2, 8)}
    params = {name: np.zeros(size) for name, size in sizes.items()} | {"b_out": np.zeros(8)}
    return function(params, np.zeros((1, 64)), np.array([row]))[0]


def phoneme_cost(function, *row):
    """Return the loss of a pronouncer of 8 ids that are all equally likely."""
    sizes = {"W_letters": (8, 2), "enc_Wx": (2, 8), "enc_Wh": (2, 8), "enc_b": 8, "W_phonemes": (8, 2)}
    sizes |= {"dec_Wx": (2, 8), "dec_Wh": (2, 8), "dec_b": 8, "W_out": (2, 8), "b_out": 8}
    params = {name: np.zeros(size) for name, size in sizes.items()}
    return function(params, np.array([[3]]), np.array([row]))[0]


def costs(cost, unit):
    """Return the examples that both losses share."""
    each = {"2.079": np.log(8)}
    return {
        "targets-not-shifted": Example(lambda f: cost(f, START, 7, END), "together 4.159", "and 6.238", each),
        "padding-counted": Example(lambda f: cost(f, START, 7, END, PAD, PAD), "together 4.159", "8.318", each),
        "mask-of-what-is-read": Example(lambda f: cost(f, START, 7, END, PAD), "together 4.159", "6.238", each),
        "end-not-counted": Example(lambda f: cost(f, START, 7, END), "together 4.159", "counts one: 2.079"),
        f"loss-per-{unit}": Example(lambda f: cost(f, START, 7, END), "loss is 4.159", "Yours is 2.079"),
    }


def rows(write):
    """Return the examples that both decoders share."""
    one_more = WRITES_7 | {7: 8, 8: END}
    by_9 = WRITES_7 | {9: 8, 8: END}
    return {
        "goes-on-after-end": Example(lambda f: write(f, WRITES_7, 4, 0), "the row 7, 2, 0, 0", "gives 7, 2, 5, 5"),
        "not-fed-back": Example((7, START), "looks up row 7", "row 1 again"),
        "start-among-ids": Example(lambda f: write(f, one_more, 3, 0), "the row is 7, 8, 2", "Yours is 1, 7, 8"),
        "end-not-written": Example(lambda f: write(f, WRITES_7, 3, 0), "the row 7, 2, 0", "Yours is 7, 0, 0"),
        "one-end-ends-all": Example(lambda f: write(f, by_9, 3, 0, 1)[1], "is 9, 8, 2", "Yours is 9, 8, 0"),
        "begins-with-end": Example((START, END), "row 1", "row 2"),
        "begins-with-pad": Example((START, PAD), "row 1", "row 0"),
        "cell-not-carried": Example(
            ([0.9, 0.9**2], [0 * 0.9, 0 * 0.9]), "is 0.9 after one step and 0.81", "is 0 and 0"
        ),
    }


def descended(steps, way=1.0, rate=0.01):
    """Return where Adam leads from 1 on the loss w²; `way` multiplies the gradient."""
    params = {"w": np.array([1.0])}
    optimiser = Adam(params)
    for _ in range(steps):
        optimiser.step({"w": way * 2 * params["w"]}, rate)
    return params["w"]


CELL = Example((0.5 * 0, 0.5 * 0.8), "c_1 is 0", "Yours is 0.4")
SQUASHED = Example((0.8, np.tanh(0.8)), "h_0 is 0.8", "Yours is 0.6640")
HANDED = Example((0.5 * 1.5, 0.5 * 0), "first cell is 0.75", "Yours is 0")
LAST = "get 0, 0, 0.2"
REPEATED = Example((0.2 + 0.3, 0.3), "gradient is 0.5", "Yours is 0.3")
TRAINING = {
    "gradient-ascent": Example((descended(1), descended(1, way=-1)), "leads to 0.99", "leads to 1.01"),
    "one-step-only": Example(other={"0.97": descended(3).item(), "0.99": descended(1).item()}),
    "nothing-moves": Example((descended(1), 1), "becomes 0.99", "still 1"),
    "gradients-of-the-start": Example((2, 1 - 150 * 0.01), "from 2", "−0.5"),
    "one-step-too-many": Example((descended(0), descended(1)), "back as 1", "make it 0.99"),
    "adam-made-every-step": Example(
        (descended(2, rate=0.5), 1 - 0.5 - 0.5),
        "second to 0.0339",
        "leads to 0.",
        {"0.5": descended(1, rate=0.5).item()},
    ),
    "not-clipped": Example(),
    "one-step-too-few": Example(other={"0.98": descended(2).item(), "0.99": descended(1).item()}),
    "rate-too-small": Example((150 * 0.01, 150 * 0.00001), "by 1.5", "0.0015", {"0.00001": 1e-5}),
    "moves-the-givers-weights": Example((1, 0.7), "still 1", "it is 0.7"),
}
EXAMPLES = {
    "caption_loss": costs(caption_cost, "letter")
    | {
        "repeated-letters-lost": REPEATED,
        "image-in-the-cell": CELL,
        "first-letter-not-asked": Example(lambda f: caption_cost(f, START, 7, END), "together 4.159", "one: 2.079"),
        "image-squashed": SQUASHED,
        "image-squashed-forwards": SQUASHED,
        "image-bias-unused": Example((0 * 0.5 + 0.8, 0 * 0.5), "h_0 is 0.8", "Yours is 0"),
        "image-hears-the-first-step": Example((0.5 * 2, 0.5 * 0.6), "weight gets 1", "gets 0.3"),
        "image-untouched": Example(([0.5 * 2, 2], [0, 0]), "gets 1, the bias 2", "get 0 and 0"),
        "image-through-the-cell": Example((0.5 * 2, 0.5 * 0.6), "gets 1", "gets 0.3"),
    },
    "caption": rows(captions) | {"image-in-the-cell": CELL},
    "train_captions": TRAINING,
    "pronounce_loss": costs(phoneme_cost, "phoneme")
    | {
        "repeated-phonemes-lost": REPEATED,
        "cell-not-handed-over": HANDED,
        "cell-gradient-not-given-back": Example((0.3, 0), "gets 0.3", "Yours gets 0"),
        "state-gradient-not-given-back": Example((0.2, 0), "gets 0.2", "Yours gets 0"),
        "state-gradient-at-every-step": Example(([0, 0, 0.2], [0.2, 0.2, 0.2]), LAST, "get 0.2, 0.2, 0.2"),
        "state-gradient-at-the-first-step": Example(([0, 0, 0.2], [0.2, 0, 0]), LAST, "get 0.2, 0, 0"),
    },
    "pronounce": rows(phonemes)
    | {
        "cell-not-handed-over": HANDED,
        "letters-turned-round": Example((5, PAD), "id 5", "the 0 of PAD"),
        "pads-skipped": Example((5, 3), "take 5 steps", "takes 3"),
    },
    "train_pronounce": TRAINING
    | {"rate-stands-still": Example(other={"0.0155": 0.02 * (1 - 0.9 / 4), "0.011": 0.011, "0.0065": 0.02 * 0.325})},
}
