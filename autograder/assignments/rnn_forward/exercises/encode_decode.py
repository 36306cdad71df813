"""`encode_decode`: one network reads, another writes."""

import numpy as np
from numpy.random import Generator

from autograder.assignments.rnn_forward.inputs import sequence
from autograder.course.draws import cell, readout
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def encoder_and_decoder(rng: Generator, s: Sizes) -> Inputs:
    """Draw a sequence, a number of steps to write, and two sets of weights."""
    x, h0, *encoder = sequence(rng, s).values()
    decoder = (*cell(rng, s.M, s.H).values(), *readout(rng, s.H, s.M).values())
    return {"x": x, "h0": h0, "steps": s.V, "encoder": tuple(encoder), "decoder": decoder}


ENCODE_DECODE = Exercise(
    "encode_decode",
    why="It is many_to_one without its readout, joined to one_to_many: the encoder's last state stands where h_0 "
    "stood. Since the decoder's first input is zeros, that state is all it learns of the sequence.",
    inputs=encoder_and_decoder,
    outputs={"y": "N steps M"},
    patterns={
        "all": "Are rnn_forward and one_to_many right? Which state leaves the encoder, what is the decoder's first "
        "input, and whose weights write?",
    },
    worked_example=WorkedExample(
        "One unit reads 1 and then 0 (h0 = 0.5, Wx = 1, Wh = 0.5, b = 0.1): its states are 0.8741 and 0.4907. The "
        "decoder has Wx = 1, Wh = 2, b = 0, Wy = 0.5 and by = 0. It starts from 0.4907 and reads 0: its state is "
        "tanh(0.9815) = 0.7537, and it writes 0.3769. It reads that: 0.3769 + 1.5074 = 1.8843, its state is 0.9549, "
        "and it writes 0.4774.",
        arguments=(
            np.array([[[1.0], [0.0]]]),
            np.array([[0.5]]),
            2,
            (np.array([[1.0]]), np.array([[0.5]]), np.array([0.1])),
            (np.array([[1.0]]), np.array([[2.0]]), np.array([0.0]), np.array([[0.5]]), np.array([0.0])),
        ),
        values={
            "0.8741": "(h1 := np.tanh(1.35))",
            "0.4907": "(h2 := np.tanh(0.5 * h1 + 0.1))",
            "0.9815": "2 * h2",
            "0.7537": "(d1 := np.tanh(2 * h2))",
            "0.3769": "0.5 * d1",
            "1.5074": "2 * d1",
            "1.8843": "2.5 * d1",
            "0.9549": "(d2 := np.tanh(2.5 * d1))",
            "0.4774": "0.5 * d2",
        },
    ),
    mistakes=(
        Mistake(
            "encoder-unread",
            edit=("h[:, -1], steps", "h0, steps"),
            hints=(
                "y is the same whatever x is: nothing of what was read is in it.",
                "Change x and nothing else. Does your output change?",
                "If a unit of the encoder goes from h0 = 0.1 through 0.2 and 0.9, the decoder starts from 0.9. Yours "
                "starts from 0.1.",
            ),
        ),
        Mistake(
            "first-state",
            edit=("h[:, -1], steps", "h[:, 0], steps"),
            hints=(
                "Of x only the first input has an influence on y.",
                "Which of the encoder's states has read everything?",
                "If a unit of the encoder goes through 0.2, 0.4 and 0.9, the decoder starts from 0.9. Yours starts "
                "from 0.2.",
            ),
        ),
        Mistake(
            "encoder-weights-write",
            edit=("*decoder)", "decoder[0], *encoder[1:], *decoder[3:])"),
            hints=(
                "y does not change with the decoder's Wh and b.",
                "Two networks, two sets of weights. Which of them writes?",
                "With the decoder's Wh and b at 0 and its first input 0, its first state is tanh(0) = 0. Yours is not.",
            ),
        ),
        Mistake(
            "starts-with-ones",
            edit=("np.zeros((x.shape[0]", "np.ones((x.shape[0]"),
            hints=(
                "The decoder's first step has read an input of ones.",
                "What does the decoder read before it has written anything?",
                "One unit, Wx = 2, Wh = 0 and b = 0.5: the decoder's first state is tanh(0.5) = 0.4621. Yours is "
                "tanh(2.5) = 0.9866.",
            ),
        ),
        Mistake(
            "starts-with-the-last-input",
            edit=(
                "    y = one_to_many(",
                "    width = min(outputs, x.shape[2])\n    silence[:, :width] = x[:, -1, :width]\n    y = one_to_many(",
            ),
            hints=(
                "The decoder's first step has read the last input of the encoder, cut or filled up to its own width.",
                "What does the decoder read before it has written anything? Through what does it know of x?",
                "One unit, Wx = 2, Wh = 0 and b = 0.5, and 0.25 is the last input of x: the decoder's first state is "
                "tanh(0.5) = 0.4621. Yours is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "starts-with-an-output",
            edit=("one_to_many(silence,", "one_to_many(h[:, -1] @ decoder[3] + decoder[4],"),
            hints=(
                "The decoder's first step has read what its output layer makes of the encoder's last state.",
                "What has the decoder written before its first step?",
                "The encoder's last state is 0.5; the decoder has Wx = 1, Wh = 0, b = 0, Wy = 2 and by = 0: its first "
                "state is tanh(0) = 0. Yours is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "mean-state",
            edit=("h[:, -1], steps", "h.mean(axis=1), steps"),
            hints=(
                "The decoder starts from the mean of all states of the encoder.",
                "Which single state has read everything?",
                "If a unit of the encoder goes through 0.2, 0.4 and 0.9, the decoder starts from 0.9. Yours starts "
                "from 0.5.",
            ),
        ),
        Mistake(
            "decoder-starts-empty",
            edit=("h[:, -1], steps", "np.zeros_like(h0), steps"),
            hints=(
                "y is the same whatever x and h0 are: the decoder starts from a state of zeros.",
                "What is handed over, once everything is read?",
                "If a unit of the encoder goes through 0.2, 0.4 and 0.9, the decoder starts from 0.9. Yours starts "
                "from 0.",
            ),
        ),
        Mistake(
            "first-output-lost",
            edit=("steps, *decoder)", "steps + 1, *decoder)[:, 1:]"),
            hints=(
                "y begins with what the decoder writes at its second step.",
                "How many steps has the decoder made when it writes for the first time?",
                "If the decoder writes 0.3, then 0.5, then 0.4, and steps is 2, y is 0.3 and 0.5. Yours is 0.5 and "
                "0.4.",
            ),
        ),
    ),
)
