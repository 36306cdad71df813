"""`truncated_bptt`: gradients that go back k steps and no further."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import by_size, cell, states
from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample


def segments(k: int, T: int | None = None) -> Draw:
    """Return a drawing of one sequence of T steps (by default as long as the sizes say), to be cut every k steps."""

    def sequence(rng: Generator, s: Sizes) -> Inputs:
        steps = T or s.T
        x, dh = rng.standard_normal((s.N, steps, s.D)), rng.standard_normal((s.N, steps, s.H))
        return {"x": x, "h0": states(rng, s.N, s.H), **cell(rng, s.D, s.H), "dh": dh, "k": k}

    return sequence


TRUNCATED_BPTT = Exercise(
    "truncated_bptt",
    why="At a cut the state's value goes on and its gradient does not. So all states are those of the whole "
    "sequence, while each segment's way back begins as if nothing came later. dh0 is that of the first segment, the "
    "only one that begins at h_0.",
    inputs=(segments(1, 8), segments(3, 8), segments(4, 12), segments(9, 9), segments(2)),
    special_inputs={**by_size(segments(2)), "an odd number of steps": segments(2, 9)},
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    patterns={
        "all": "Are rnn_forward and rnn_backward right? For the second segment: which state goes in, which part of "
        "x and of dh belongs to it, and what comes out?",
        "dWx,dWh,db": "What becomes of the weights' gradients from one segment to the next?",
        "dh0": "Each segment has a gradient at its own first state. Which segment's first state is h0?",
        "dWh": "Which state does the second segment start from?",
    },
    question="Write down for the second segment: which state goes in, which steps of x and of dh belong to it, and "
    "what becomes of each of its results?",
    worked_example=WorkedExample(
        "One unit, Wx = 1, Wh = 0.9, and x, h0 and b all 0: every state is 0 and every slope is 1. T = 3, k = 2, and "
        "dh is 1 at every step. First segment, steps 1 and 2: at step 2 the gradient is 1, at step 1 it is 1 + 0.9 = "
        "1.9, at h0 0.9 · 1.9 = 1.71. Second segment, step 3 alone: 1, and nothing goes further back. So dx is 1.9, "
        "1, 1, dh0 is 1.71, and db is 1.9 + 1 + 1 = 3.9. Inputs and states are 0, so dWx and dWh are 0.",
        arguments=(
            np.zeros((1, 3, 1)),
            np.zeros((1, 1)),
            np.array([[1.0]]),
            np.array([[0.9]]),
            np.zeros(1),
            np.ones((1, 3, 1)),
            2,
        ),
        values={
            "1.9": "1 + Wh.item()",
            "1.71": "Wh.item() * (1 + Wh.item())",
            "3.9": "(1 + Wh.item()) + 1 + 1",
        },
    ),
    mistakes=(
        Mistake(
            "state-reset",
            edit=("rnn_forward(x[:, segment], h,", "rnn_forward(x[:, segment], h0,"),
            hints=(
                "These are the gradients of segments that each start from h0.",
                "If you lay the states of all segments end to end, are they the states of one long run?",
                "One unit, Wh = 1, Wx = b = 0, h0 = 0.5, k = 1, and dh = 1 at step t = 2 alone: h_1 is 0.4621, h_2 "
                "is 0.4318, and db is the slope there, 0.8135. Yours is 0.7864, the slope at 0.4621.",
            ),
        ),
        Mistake(
            "state-zeroed",
            edit=("h = states[:, -1]", "h = np.zeros_like(h0)"),
            hints=(
                "These are the gradients of segments that start from an empty state, all but the first.",
                "At the start of its second segment, what does the network still know of what it has read?",
                "One unit, Wh = 1, Wx = b = 0, h0 = 0.5, k = 1, and dh = 1 at step t = 2 alone: h_2 is 0.4318, and "
                "db is the slope there, 0.8135. Yours is 1, the slope at 0.",
            ),
        ),
        Mistake(
            "gradient-not-cut",
            edit=("    h = h0\n", "    h, k = h0, x.shape[1]\n"),
            hints=(
                "These are the gradients of the whole sequence at once: every loss reaches back to the first step, "
                "whatever k is.",
                "With k = 1, may the loss at step t = 2, `dh[:, 1]`, change dx at step t = 1, `dx[:, 0]`?",
                "One unit, Wx = Wh = 1, inputs, b and h0 all 0, so that every slope is 1. For k = 2, T = 4 and dh = "
                "1 at the last step alone, dx is 0, 0, 1, 1. Yours is 1, 1, 1, 1.",
            ),
        ),
        Mistake(
            "cut-one-step-late",
            edit=("    h = h0\n", "    h, k = h0, k + 1\n"),
            hints=(
                "Each segment is one step longer here than k says.",
                "For k = 3, which steps lie in your first segment, and how many are they?",
                "One unit, Wx = Wh = 1, inputs, b and h0 all 0. For k = 2, T = 4 and dh = 1 at step t = 3 alone, the "
                "segments are steps 1, 2 and 3, 4: dx is 0, 0, 1, 0. Yours is 1, 1, 1, 0.",
            ),
        ),
        Mistake(
            "cut-one-step-early",
            edit=("    h = h0\n", "    h, k = h0, max(k - 1, 1)\n"),
            hints=(
                "Each segment is one step shorter here than k says, where k is 2 or more.",
                "For k = 3, which steps lie in your first segment, and how many are they?",
                "One unit, Wx = Wh = 1, inputs, b and h0 all 0. For k = 3, T = 4 and dh = 1 at step t = 3 alone, "
                "steps 1 to 3 are one segment: dx is 1, 1, 1, 0. Yours is 0, 0, 1, 0.",
            ),
        ),
        Mistake(
            "last-steps-dropped",
            edit=("range(0, x.shape[1], k)", "range(0, x.shape[1] - k + 1, k)"),
            hints=(
                "The losses after the last whole segment change nothing, and the steps there have the gradient 0.",
                "If k does not divide T, how many steps has the last segment? And if k is larger than T?",
                "One unit, Wx = Wh = 1, inputs, b and h0 all 0. For k = 2, T = 3 and dh = 1 at every step, the "
                "segments have 2 steps and 1: dx is 2, 1, 1. Yours is 2, 1, 0.",
            ),
        ),
        Mistake(
            "weights-gradients-overwritten",
            edit=("= dWx + dWx_in, dWh + dWh_in, db + db_in", "= dWx_in, dWh_in, db_in"),
            hints=(
                "The weights' gradients are those of the last segment alone.",
                "The same weights acted in every segment. How many terms has their gradient?",
                "If two segments find 0.2 and 0.3 for db, db is 0.5. Yours is 0.3.",
            ),
        ),
        Mistake(
            "dh0-of-the-last-segment",
            edit=("        if start == 0:\n            dh0 = dh_in", "        dh0 = dh_in"),
            hints=(
                "This dh0 is the gradient at the state that the last segment starts from.",
                "Which of the segments starts from h0? Which losses have their gradients there?",
                "One unit, Wx = Wh = 1, inputs, b and h0 all 0. For k = 1, T = 2 and dh = 0.2, 0.3, the first segment "
                "has the loss of 0.2 alone, and dh0 is 0.2. Yours is 0.3.",
            ),
        ),
    ),
)
