"""`encode_decode`: one network reads, another writes."""

from numpy.random import Generator

from autograder.assignments.rnn_forward.inputs import sequence
from autograder.course.draws import cell, readout
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def encoder_and_decoder(rng: Generator, s: Sizes) -> Inputs:
    """Draw a sequence, a number of steps to write, and two sets of weights."""
    x, h0, *encoder = sequence(rng, s).values()
    decoder = (*cell(rng, s.M, s.H).values(), *readout(rng, s.H, s.M).values())
    return {"x": x, "h0": h0, "steps": s.V, "encoder": tuple(encoder), "decoder": decoder}


ENCODE_DECODE = Exercise(
    "encode_decode",
    inputs=encoder_and_decoder,
    outputs={"y": "N steps M"},
    patterns={
        "all": "Are rnn_forward and one_to_many right? Which state leaves the encoder, what is the decoder's first "
        "input, and whose weights write?",
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
