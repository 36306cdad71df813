"""`truncated_bptt`: gradients that go back k steps and no further."""

from numpy.random import Generator

from autograder.course.draws import by_size, cell, states
from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes


def segments(k: int, T: int | None = None) -> Draw:
    """Return a drawing of one sequence of T steps (by default as long as the sizes say), to be cut every k steps."""

    def sequence(rng: Generator, s: Sizes) -> Inputs:
        steps = T or s.T
        x, dh = rng.standard_normal((s.N, steps, s.D)), rng.standard_normal((s.N, steps, s.H))
        return {"x": x, "h0": states(rng, s.N, s.H), **cell(rng, s.D, s.H), "dh": dh, "k": k}

    return sequence


TRUNCATED_BPTT = Exercise(
    "truncated_bptt",
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
    mistakes=(
        Mistake(
            "state-reset",
            edit=("rnn_forward(x[:, segment], h,", "rnn_forward(x[:, segment], h0,"),
            hints=(
                "These are the numbers of segments that all start from h0: the state is reset at each cut.",
                "Only the gradient is cut. If you laid the states of your segments end to end, would they be those of "
                "one long forward pass?",
                "One unit, Wh = 1, Wx = b = 0, h0 = 0.5, k = 1: the states are 0.4621, then 0.4318. Reset, both are "
                "0.4621.",
            ),
        ),
        Mistake(
            "state-zeroed",
            edit=("h = states[:, -1]", "h = np.zeros_like(h0)"),
            hints=(
                "These are the numbers of segments that start from zeros after the first: the state is lost at each "
                "cut.",
                "Only the gradient is cut. If you laid the states of your segments end to end, would they be those of "
                "one long forward pass?",
                "One unit, Wh = 1, Wx = b = 0, h0 = 0.5, k = 1: the states are 0.4621, then 0.4318. With the state "
                "thrown away the second is 0.",
            ),
        ),
        Mistake(
            "gradient-not-cut",
            edit=("    h = h0\n", "    h, k = h0, x.shape[1]\n"),
            hints=(
                "These are the numbers of full backpropagation through time: nothing is cut.",
                "With k = 1, may the loss at step t = 2, `dh[:, 1]`, change dx at step t = 1, `dx[:, 0]`?",
                "For k = 2, T = 4 and dh nonzero at the last step only, steps t = 1 and t = 2, `dx[:, 0:2]`, are "
                "exactly 0. Yours are not.",
            ),
        ),
        Mistake(
            "cut-one-step-late",
            edit=("    h = h0\n", "    h, k = h0, k + 1\n"),
            hints=(
                "These are the numbers of segments of k + 1 steps: each cut comes one step too late.",
                "For k = 3: which steps are in your first segment? How many are they?",
                "For k = 2 and T = 4 the segments are steps 1, 2 and steps 3, 4. Yours are 1, 2, 3 and 4.",
            ),
        ),
        Mistake(
            "cut-one-step-early",
            edit=("    h = h0\n", "    h, k = h0, max(k - 1, 1)\n"),
            hints=(
                "These are the numbers of segments of k − 1 steps: each cut comes one step too early.",
                "For k = 3: which steps are in your first segment? How many are they?",
                "For k = 3 and T = 6 the segments are steps 1 to 3 and 4 to 6. Yours are 1, 2, then 3, 4, then 5, 6.",
            ),
        ),
        Mistake(
            "last-steps-dropped",
            edit=("range(0, x.shape[1], k)", "range(0, x.shape[1] - k + 1, k)"),
            hints=(
                "The steps after the last full segment are missing: their gradients are 0.",
                "What if T is not a multiple of k? What if k is larger than T?",
                "For k = 3 and T = 8 the segments have 3, 3 and 2 steps. Yours has no third.",
            ),
        ),
        Mistake(
            "weights-gradients-overwritten",
            edit=("= dWx + dWx_in, dWh + dWh_in, db + db_in", "= dWx_in, dWh_in, db_in"),
            hints=(
                "The weights' gradients are those of the last segment alone: the earlier ones are overwritten.",
                "The same weights acted in every segment. How many terms has their gradient?",
                "If two segments give db = 0.2 and 0.3, db is 0.5. Yours is 0.3.",
            ),
        ),
        Mistake(
            "dh0-of-the-last-segment",
            edit=("        if start == 0:\n            dh0 = dh_in", "        dh0 = dh_in"),
            hints=(
                "Your dh0 is the gradient at the state where the last segment starts, not at h0.",
                "Which of the segments begins at h0?",
                "For k = 2, T = 4, changing dh at step t = 4, `dh[:, 3]`, must leave dh0 as it is: a cut lies "
                "between. In yours it does not.",
            ),
        ),
    ),
)
