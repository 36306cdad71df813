"""What learners call what our solutions compute on the way: they never see a solution, so its own names say nothing.

By function and local name. A name without an entry is never named to a learner, unless it is an argument, an output or
documented.
"""

import re

_RNN_BACKWARD = {
    "dprev_h": "the gradient that comes back from the later steps",
    "dWx_t": "one step's gradient of Wx",
    "dWh_t": "one step's gradient of Wh",
    "db_t": "one step's gradient of b",
}
_LSTM = {
    "a": "the sums before the gates",
    "ai": "the sum before gate i",
    "af": "the sum before gate f",
    "ao": "the sum before gate o",
    "ag": "the sum before g",
    "i": "gate i",
    "f": "gate f",
    "o": "gate o",
    "g": "g",
}
_GENERATED = {
    "h": "the state",
    "c": "the cell",
    "last": "the last word written",
    "ids": "ids",
}

WORDS: dict[str, dict[str, str]] = {
    "stable_softmax": {"exponentials": "the exponentials"},
    "numerical_gradient": {"up": "the value of f above", "down": "the value of f below", "moved": "the moved x"},
    "relative_error": {"difference": "the length of the difference", "size": "what it is divided by"},
    "rnn_forward": {"prev_h": "the state before each step", "h": "h"},
    "one_to_many": {"x": "the input of each step", "h": "the state", "ys": "the outputs", "y": "y"},
    "many_to_one": {"h": "the states"},
    "many_to_many": {"h": "the states"},
    "encode_decode": {"h": "the encoder's states", "silence": "the decoder's first input"},
    "rnn_step_backward": {"da": "the gradient before the tanh"},
    "rnn_backward": _RNN_BACKWARD,
    "temporal_softmax_loss": {
        "shifted": "the shifted scores",
        "log_p": "the logarithms of the probabilities",
        "right": "the one-hot ids",
        "weight": "the weight of each step",
    },
    "truncated_bptt": {
        "h": "the state that a segment starts from",
        "states": "the states of a segment",
        "dh_in": "the gradient at a segment's first state",
        "dWx_in": "one segment's gradient of Wx",
        "dWh_in": "one segment's gradient of Wh",
        "db_in": "one segment's gradient of b",
        "segment": "a segment",
    },
    "clip_grad_norm": {"scale": "the factor that clips", "g": "each gradient"},
    "stream_batches": {"length": "the length of a stream", "x": "x", "y": "y"},
    "gradient_norms": {"dh": "the gradient at a state"},
    "norm_bound": {"factors": "one step's factor"},
    "repair_products": {
        "products": "the products of Jacobians",
        "right": "the right product",
        "notes": "the notes' formula",
        "slopes": "the slopes",
        "delta": "the gradient before each tanh",
        "before": "the states before",
        "terms": "each step's contribution",
    },
    "diagonal_forward": {"prev_h": "the state before each step"},
    "diagonal_backward": {"arriving": "the gradient that arrives at a state", "before": "the states before"},
    "sigmoid": {"e": "the exponentials"},
    "lstm_from_gates": {"prev_c": "the cell before each step"},
    "lstm_step_forward": _LSTM,
    "lstm_forward": {"prev_h": "the state before each step", "prev_c": "the cell before each step"},
    "lstm_forward_full": {"states": "the states", "h_T": "the state", "c_T": "the cell"},
    "lstm_step_backward": {
        "i": "gate i",
        "f": "gate f",
        "o": "gate o",
        "g": "g",
        "tanh_c": "the tanh of next_c",
        "dc": "the gradient at next_c",
        "di": "the gradient at gate i",
        "df": "the gradient at gate f",
        "do": "the gradient at gate o",
        "dg": "the gradient at g",
        "da": "the gradient before the gates",
    },
    "lstm_backward": _RNN_BACKWARD | {"dprev_c": "the cell's gradient from the later steps"},
    "lstm_backward_full": {
        "dh0": "the gradient that comes back from the later steps",
        "dc0": "the cell's gradient from the later steps",
    },
    "cell_highway": {"f": "f"},
    "residual_stack_gradient": {
        "x": "a layer's output",
        "W": "the weights",
        "dx": "the gradient at a layer",
        "squashed": "the tanh of a layer",
    },
    "gru_step_forward": {
        "xn": "the input's part of the candidate",
        "hn": "the state's part of the candidate",
        "r": "the reset gate",
        "z": "the update gate",
        "n": "the candidate",
    },
    "gru_step_backward": {
        "r": "the reset gate",
        "z": "the update gate",
        "n": "the candidate",
        "hn": "the state's part of the candidate",
        "dn": "the gradient before the candidate's tanh",
        "dz": "the gradient before the update gate",
        "dr": "the gradient before the reset gate",
        "dax": "the gradient at the product with Wx",
        "dah": "the gradient at the product with Wh",
    },
    "caption_loss": {
        "inputs": "the words read",
        "targets": "the words to predict",
        "h0": "the first state",
        "empty": "the empty cell",
        "x": "the word vectors",
        "h": "the states",
        "scores": "the scores",
        "dscores": "the gradient at the scores",
        "dh": "the gradient at the states",
        "dx": "the gradient at the word vectors",
        "dh0": "the gradient at the first state",
    },
    "caption": _GENERATED,
    "pronounce_loss": {
        "inputs": "the phonemes read",
        "targets": "the phonemes to predict",
        "silence": "the empty state",
        "read": "the vectors of the letters",
        "states": "the encoder's states",
        "h": "the states",
        "c": "the encoder's last cell",
        "spoken": "the vectors of the phonemes",
        "scores": "the scores",
        "dscores": "the gradient at the scores",
        "dh": "the gradient at the decoder's states",
        "dspoken": "the gradient at the vectors of the phonemes",
        "dh_T": "the gradient at the decoder's first state",
        "dc_T": "the gradient at the decoder's first cell",
        "dstates": "the gradient at the encoder's states",
        "dread": "the gradient at the vectors of the letters",
    },
    "pronounce": _GENERATED,
}

_PLURAL = {
    "goes": "go",
    "counts": "count",
    "comes": "come",
    "plays": "play",
    "gets": "get",
    "keeps": "keep",
    "stays": "stay",
    "holds": "hold",
    "multiplies": "multiply",
    "grows": "grow",
    "changes": "change",
    "is": "are",
}
_BEHIND = re.compile(r" (?:of|at|that|from|to|by|before|after|inside|read|given)\b")  # what stands behind a noun
_SINGULAR = ("ss", "us", "is", "as", "'s")


def agreeing(template: str, what: str) -> str:
    """Return a template in which the verb of ``{what}`` agrees with what is put in there.

    Examples
    --------
    >>> agreeing("{what} goes through a tanh", "the scores")
    '{what} go through a tanh'
    >>> agreeing("{what} is 0, and what does {what} count?", "the one-hot ids")
    '{what} are 0, and what do {what} count?'
    >>> agreeing("{what} is 0", "the cell's gradient from the later steps")
    '{what} is 0'
    """
    noun = _BEHIND.split(what)[0].split()[-1] if what.startswith("the ") else ""
    if noun.endswith("s") and not noun.endswith(_SINGULAR):
        template = re.sub(r"\bdoes \{what\}", "do {what}", template)
        for one, several in _PLURAL.items():
            template = re.sub(rf"(?<!of )\{{what\}} {one}\b", f"{{what}} {several}", template)
    return template
