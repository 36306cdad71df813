"""01-rnn-forward: one cell, any sequence."""

from autograder.course.draws import biases, cell, readout, states, weights
from autograder.course.exercise import Exercise, Mistake

ASSIGNMENT = "01-rnn-forward"


def step(rng, s):
    """Draw one step's arguments."""
    return {"x": rng.standard_normal((s.N, s.D)), "prev_h": states(rng, s.N, s.H), **cell(rng, s.D, s.H)}


def sequence(rng, s):
    """Draw a whole sequence's arguments."""
    return {"x": rng.standard_normal((s.N, s.T, s.D)), "h0": states(rng, s.N, s.H), **cell(rng, s.D, s.H)}


def word_ids(rng, s):
    """Draw word ids with repeats, and one vector a word."""
    return {"x": rng.integers(0, s.V, (s.N, s.T)), "W": rng.standard_normal((s.V, s.D))}


def affine(rng, s):
    """Draw an affine map over time."""
    x = rng.standard_normal((s.N, s.T, s.D))
    return {"x": x, "w": weights(rng, s.D, s.M), "b": biases(rng, s.M)}


def sequence_and_readout(rng, s):
    """Draw a whole sequence's arguments and an output layer."""
    return {**sequence(rng, s), **readout(rng, s.H, s.M)}


def feedback(rng, s):
    """Draw one input, a number of steps, and weights whose outputs fit their inputs."""
    return {
        "x0": rng.standard_normal((s.N, s.D)),
        "h0": states(rng, s.N, s.H),
        "steps": s.T,
        **cell(rng, s.D, s.H),
        **readout(rng, s.H, s.D),
    }


def encoder_and_decoder(rng, s):
    """Draw a sequence, a number of steps to write, and two sets of weights."""
    x, h0, *encoder = sequence(rng, s).values()
    decoder = (*cell(rng, s.M, s.H).values(), *readout(rng, s.H, s.M).values())
    return {"x": x, "h0": h0, "steps": s.V, "encoder": tuple(encoder), "decoder": decoder}


RNN_STEP_FORWARD = Exercise(
    "rnn_step_forward",
    inputs=step,
    outputs={"next_h": "N H"},
    cache=True,
    patterns={
        "all": "Look inside the tanh first: what is added there, and is every argument among it? "
        "Set all but one of x, prev_h and b to zero and see which of the three goes wrong."
    },
    mistakes=(
        Mistake(
            "no-bias",
            edit=(" + b)", ")"),
            hints=(
                "These are the numbers of a step without its bias: inside the tanh, b is never added.",
                "Three terms meet inside the tanh. Which of the function's arguments have you not used yet?",
                "With x = 0 and prev_h = 0 only the bias is left: b = 0.5 should give tanh(0.5) = 0.4621, not 0.",
            ),
        ),
        Mistake(
            "sigmoid-for-tanh",
            edit=("np.tanh(x @ Wx + prev_h @ Wh + b)", "1 / (1 + np.exp(-(x @ Wx + prev_h @ Wh + b)))"),
            hints=(
                "These are the numbers of a sigmoid where the equation has tanh: they lie in (0, 1), not in (−1, 1).",
                "What should the new state be when everything inside adds up to 0? Can yours ever be negative?",
                "tanh(0) = 0 and tanh(−1) = −0.7616. The sigmoid gives 0.5 and 0.2689.",
            ),
        ),
        Mistake(
            "no-tanh",
            edit=("np.tanh(x @ Wx + prev_h @ Wh + b)", "x @ Wx + prev_h @ Wh + b"),
            hints=(
                "These are the numbers before the tanh: the sum is right, but it is never squashed.",
                "Can your new state be larger than 1? Can the state in the equation?",
                "If the sum is 2, the new state is tanh(2) = 0.9640, not 2.",
            ),
        ),
        Mistake(
            "prev-h-ignored",
            edit=(" + prev_h @ Wh", ""),
            hints=(
                "These are the numbers of a step that ignores the old state: prev_h has no influence.",
                "Change prev_h and nothing else. Does your result change? What carries the past into this step?",
                "With x = 0, b = 0, one unit and Wh = 2: prev_h = 0.25 should give tanh(0.5) = 0.4621, not 0.",
            ),
        ),
        Mistake(
            "wh-transposed",
            edit=("prev_h @ Wh", "prev_h @ Wh.T"),
            hints=(
                "These are the numbers of a step with Wh transposed.",
                "Wh is square, so its shape cannot warn you. Does row i of Wh belong to where a signal comes from, or "
                "to where it goes? Compare with Wx (D, H).",
                "Take prev_h = [1, 0] and Wh = [[0, 1], [0, 0]]: the first unit speaks to the second, so the product "
                "is [0, 1]. Transposed it is [0, 0].",
            ),
        ),
        Mistake(
            "tanh-of-each-term",
            edit=("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx) + np.tanh(prev_h @ Wh) + np.tanh(b)"),
            hints=(
                "These are the numbers of three tanhs added up: each term is squashed by itself.",
                "In the equation, how many tanhs are there, and what does the one hold?",
                "If two terms are 0.5 each, the new state is tanh(1) = 0.7616, not tanh(0.5) + tanh(0.5) = 0.9242.",
            ),
        ),
    ),
)

RNN_FORWARD = Exercise(
    "rnn_forward",
    inputs=sequence,
    outputs={"h": "N T H"},
    cache=True,
    patterns={
        "all": "Is rnn_step_forward right? Then ask of the loop: which state goes into step t, and which comes out of "
        "it? Write both down for step t = 1, `h[:, 0]`, and step t = 2, `h[:, 1]`."
    },
    mistakes=(
        Mistake(
            "h0-ignored",  # also what h[:, t - 1] gives: at t = 0 the index −1 wraps round to the still empty last step
            edit=("prev_h, cache = h0, []", "prev_h, cache = np.zeros_like(h0), []"),
            hints=(
                "These are the numbers of a sequence that starts from zeros: h0 is not used.",
                "If your loop reads the old state out of h: at which index, in its first round? What does NumPy do "
                "with −1? Which argument have you not used yet?",
                "With x = 0, b = 0, one unit and Wh = 2, h0 = 0.25 should give a first state of tanh(0.5) = 0.4621, "
                "not 0.",
            ),
        ),
        Mistake(
            "state-never-updated",
            edit=("x[:, t], prev_h, Wx", "x[:, t], h0, Wx"),
            hints=(
                "These are the numbers of a loop that hands h0 to every step: the state is never updated.",
                "What should the old state of step t = 2 be? Where does your loop say so?",
                "With x = 0, b = 0, one unit, Wh = 1 and h0 = 0.5 the states are 0.4621, 0.4318, 0.4068, ...; "
                "yours stay at 0.4621.",
            ),
        ),
        Mistake(
            "runs-backwards",
            edit=("in range(T)", "in reversed(range(T))"),
            hints=(
                "These are the numbers of a loop that reads the sequence from its end.",
                "Which input is read first, and which state should it make?",
                "For T = 3, h_1, `h[:, 0]`, may depend on x_1, `x[:, 0]`, and h0 only. Yours depends on x_3, "
                "`x[:, 2]`, too.",
            ),
        ),
        Mistake(
            "input-never-advances",
            edit=("x[:, t], prev_h", "x[:, 0], prev_h"),
            hints=(
                "These are the numbers of a loop that reads the first input again at every step.",
                "Which part of x belongs to which step? Which axis of x is time?",
                "If x is [1, 0, 0] over time, steps t = 2 and t = 3, `x[:, 1]` and `x[:, 2]`, must read 0. Yours read "
                "1 again.",
            ),
        ),
        Mistake(
            "cache-views-output",
            edit=("h[:, t] = prev_h", "h[:, t] = prev_h\n        prev_h = h[:, t]"),
            side_effect="aliases",
            hints=(
                "Your cache shares memory with h: whoever changes h later changes what you remembered.",
                "Is what you keep for the backward pass an array of its own, or a view into h?",
                "After h[:] = 0 the states kept in your cache are 0 as well. np.shares_memory tells you.",
            ),
        ),
    ),
)

WORD_EMBEDDING_FORWARD = Exercise(
    "word_embedding_forward",
    inputs=word_ids,
    outputs={"out": "N T D"},
    cache=True,
    patterns={"all": "Follow one word: where x holds the id 3, out holds `W[3]`, at the same n and the same step."},
    mistakes=(
        Mistake(
            "ids-from-one",
            edit=("W[x]", "W[x - 1]"),
            hints=(
                "These are the rows one above those asked for: your ids count from 1.",
                "What is the smallest id, and which row should it get?",
                "Id 0 gets row 0. In yours it gets row −1, which NumPy takes to be the last.",
            ),
        ),
        Mistake(
            "batch-and-time-swapped",
            edit=("W[x]", "W[x.T]"),
            hints=(
                "The rows are the right ones, but the batch axis and the time axis have changed places.",
                "What shape has x, and what shape should out begin with?",
                "For x of shape (2, 5), out has shape (2, 5, D). Yours has (5, 2, D).",
            ),
        ),
        Mistake(
            "flattened",
            edit=("W[x]", "W[x.ravel()]"),
            hints=(
                "The rows are the right ones, but the batch axis and the time axis have become one.",
                "Can you still tell from out which sequence a row belongs to?",
                "For x of shape (2, 5), out has shape (2, 5, D). Yours has (10, D).",
            ),
        ),
    ),
)

TEMPORAL_AFFINE_FORWARD = Exercise(
    "temporal_affine_forward",
    inputs=affine,
    outputs={"out": "N T M"},
    cache=True,
    patterns={"all": "Each step of out should depend on the same step of x alone, by the same w and b everywhere."},
    mistakes=(
        Mistake(
            "no-bias",
            edit=("x @ w + b", "x @ w"),
            hints=(
                "These are the numbers of the map without its bias: b is never added.",
                "What should come out when x is all zeros?",
                "x = 0 and b = 0.5 give out = 0.5. Yours gives 0.",
            ),
        ),
        Mistake(
            "squashed",
            edit=("x @ w + b", "np.tanh(x @ w + b)"),
            hints=(
                "These are the right numbers with a tanh around them: outputs are not squashed.",
                "May a score be larger than 1?",
                "If x @ w + b is 2, out is 2. Yours is tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "flattened",
            edit=("x @ w + b", "x.reshape(-1, x.shape[-1]) @ w + b"),
            hints=(
                "The numbers are right, but the batch axis and the time axis have become one.",
                "What shape has x, and what shape should out begin with?",
                "For x of shape (2, 5, D), out has shape (2, 5, M). Yours has (10, M).",
            ),
        ),
    ),
)

MANY_TO_ONE = Exercise(
    "many_to_one",
    inputs=sequence_and_readout,
    outputs={"y": "N M"},
    patterns={"all": "Is rnn_forward right? Then: from which state is y made, and is it y = state @ Wy + by?"},
    mistakes=(
        Mistake(
            "first-state",
            edit=("h[:, -1]", "h[:, 0]"),
            hints=(
                "These are the numbers of an answer made from the first state.",
                "After how many inputs should the network answer?",
                "For T = 5, changing x_5, `x[:, 4]`, must change y. Yours does not notice.",
            ),
        ),
        Mistake(
            "mean-state",
            edit=("h[:, -1]", "h.mean(axis=1)"),
            hints=(
                "These are the numbers of an answer made from the average of all states.",
                "Which single state has read everything?",
                "If a unit's states are 0.2, 0.4, 0.9, the answer is made from 0.9, not from their mean 0.5.",
            ),
        ),
        Mistake(
            "every-step",
            edit=("h[:, -1] @ Wy", "h @ Wy"),
            hints=(
                "You answer at every step: that is many to many.",
                "How many answers does one sequence get here?",
                "For N = 2 and T = 5, y has shape (2, M). Yours has (2, 5, M).",
            ),
        ),
        Mistake(
            "no-output-bias",
            edit=(" @ Wy + by", " @ Wy"),
            hints=(
                "These are the numbers of an answer without its bias: by is never added.",
                "Which of the function's arguments have you not used yet?",
                "A state of all zeros and by = 0.5 give y = 0.5. Yours gives 0.",
            ),
        ),
    ),
)

MANY_TO_MANY = Exercise(
    "many_to_many",
    inputs=sequence_and_readout,
    outputs={"y": "N T M"},
    patterns={"all": "Are rnn_forward and temporal_affine_forward right? Then: which state makes y_t?"},
    mistakes=(
        Mistake(
            "one-step-late",
            edit=("temporal_affine_forward(h,", "temporal_affine_forward(np.concatenate([h0[:, None], h[:, :-1]], 1),"),
            hints=(
                "These are the numbers of answers made one state too early: y_t has not read x_t yet.",
                "The first answer: which inputs may it use?",
                "Changing x_1, `x[:, 0]`, must change y_1, `y[:, 0]`. In yours the first answer is made from h0.",
            ),
        ),
        Mistake(
            "last-state-only",
            edit=("temporal_affine_forward(h,", "temporal_affine_forward(np.repeat(h[:, -1:], h.shape[1], axis=1),"),
            hints=(
                "These are the numbers of the last answer, repeated at every step.",
                "May the answer at the first step know the last input?",
                "Changing the last input, `x[:, -1]`, may change the last answer, `y[:, -1]`, only. In yours all "
                "of y changes.",
            ),
        ),
        Mistake(
            "no-output-bias",
            edit=("(h, Wy, by)", "(h, Wy, 0 * by)"),
            hints=(
                "These are the numbers of answers without their bias: by is never added.",
                "Which of the function's arguments have you not used yet?",
                "A state of all zeros and by = 0.5 give y = 0.5. Yours gives 0.",
            ),
        ),
    ),
)

ONE_TO_MANY = Exercise(
    "one_to_many",
    inputs=feedback,
    outputs={"y": "N T D"},
    patterns={
        "all": "Is rnn_step_forward right? Then write down for the first two steps: which input goes in, which state "
        "goes in, which output comes out."
    },
    mistakes=(
        Mistake(
            "no-feedback",
            edit=("rnn_step_forward(x, h,", "rnn_step_forward(x0, h,"),
            hints=(
                "These are the numbers of a network that reads x0 at every step: its outputs are not fed back.",
                "What is the second input? Has it been given to you, or have you just made it?",
                "Step t = 2 reads y_1, `y[:, 0]`. If that is 0.3, step t = 2 reads 0.3, whatever x0 was.",
            ),
        ),
        Mistake(
            "silent-after-first",
            edit=("x = h @ Wy + by\n        ys.append(x)", "ys.append(h @ Wy + by)\n        x = np.zeros_like(x0)"),
            hints=(
                "These are the numbers of a network that reads zeros after the first step: no output is fed back.",
                "Here the network listens to itself. What did it just say?",
                "Step t = 2 reads y_1, `y[:, 0]`. If that is 0.3, step t = 2 reads 0.3, not 0.",
            ),
        ),
        Mistake(
            "state-never-updated",
            edit=("rnn_step_forward(x, h,", "rnn_step_forward(x, h0,"),
            hints=(
                "These are the numbers of a loop that hands h0 to every step: the state is never updated.",
                "Two things travel from step to step, the output and the state. Which of them stands still in yours?",
                "With all of Wx at 0 the outputs should still change from step to step. Yours are all the same.",
            ),
        ),
        Mistake(
            "outputs-squashed",
            edit=("x = h @ Wy + by", "x = np.tanh(h @ Wy + by)"),
            hints=(
                "These are the numbers of a network whose outputs go through a tanh: they are not squashed here.",
                "Which of the two is squashed, the state or the output? What did temporal_affine_forward do?",
                "If h @ Wy + by is 2, the output is 2, and 2 is the next input. Yours is tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "input-among-outputs",
            edit=("x, h, ys = x0, h0, []", "x, h, ys, steps = x0, h0, [x0], steps - 1"),
            hints=(
                "These are the right numbers one step late: x0 itself stands among the outputs.",
                "Is x0 something the network said, or something it was told?",
                "y_1, `y[:, 0]`, is made from the state after reading x0. In yours it is x0.",
            ),
        ),
    ),
)

ENCODE_DECODE = Exercise(
    "encode_decode",
    inputs=encoder_and_decoder,
    outputs={"y": "N steps M"},
    patterns={
        "all": "Are rnn_forward and one_to_many right? Then three questions: which state leaves the encoder, what is "
        "the decoder's first input, and whose weights write?"
    },
    mistakes=(
        Mistake(
            "encoder-unread",
            edit=("h[:, -1], steps", "h0, steps"),
            hints=(
                "These are the numbers of a decoder that starts from h0: what the encoder read is lost.",
                "Change x and nothing else. Does your output change?",
                "If x goes from all zeros to all ones, the decoder's first state must move. Yours stays at h0.",
            ),
        ),
        Mistake(
            "first-state",
            edit=("h[:, -1], steps", "h[:, 0], steps"),
            hints=(
                "These are the numbers of a decoder that starts from the encoder's first state.",
                "Which of the encoder's states has read everything?",
                "For T = 5, changing x_5, `x[:, 4]`, must change the output. Yours does not notice.",
            ),
        ),
        Mistake(
            "encoder-weights-write",
            edit=("*decoder)", "decoder[0], *encoder[1:], *decoder[3:])"),
            hints=(
                "These are the numbers of a decoder that runs on the encoder's Wh and b.",
                "Two networks, two sets of weights. Which of them writes?",
                "With the decoder's Wh and b at 0 and its first input 0, its first state is tanh(0) = 0. Yours is not.",
            ),
        ),
        Mistake(
            "starts-with-ones",
            edit=("np.zeros((x.shape[0]", "np.ones((x.shape[0]"),
            hints=(
                "These are the numbers of a decoder whose first input is all ones.",
                "What does the decoder hear before it has said anything?",
                "Its first input is all zeros: the first state then depends on Wh and b only, not on Wx.",
            ),
        ),
    ),
)

EXERCISES = (
    RNN_STEP_FORWARD,
    RNN_FORWARD,
    WORD_EMBEDDING_FORWARD,
    TEMPORAL_AFFINE_FORWARD,
    MANY_TO_ONE,
    MANY_TO_MANY,
    ONE_TO_MANY,
    ENCODE_DECODE,
)
