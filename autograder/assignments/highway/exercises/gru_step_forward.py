"""`gru_step_forward`, a bonus: one step of a GRU, in the form of `torch.nn.GRU` or of Cho et al. (2014)."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import biases, recurrent_weights, states, weights
from autograder.course.exercise import Exercise, Inputs, Mistake, OtherForm, Sizes, WorkedExample


def step(rng: Generator, s: Sizes) -> Inputs:
    """Draw one step's arguments; every block of the weights is like an RNN's."""
    return {
        "x": rng.standard_normal((s.N, s.D)),
        "prev_h": states(rng, s.N, s.H),
        "Wx": np.hstack([weights(rng, s.D, s.H) for _ in range(3)]),
        "Wh": np.hstack([recurrent_weights(rng, s.H) for _ in range(3)]),
        "bx": biases(rng, 3 * s.H),
        "bh": biases(rng, 3 * s.H),
    }


def saturated_step(rng: Generator, s: Sizes) -> Inputs:
    """Draw one step's arguments; the first sequence's input is so large that gates are exactly 0 and 1."""
    drawn = step(rng, s)
    drawn["x"][0] *= 4000 * np.sqrt(s.D) / np.linalg.norm(drawn["x"][0])
    return drawn


GRU_STEP_FORWARD = Exercise(
    "gru_step_forward",
    bonus=True,
    why="The two products are kept apart, since r multiplies only one of them, and the bias bh inside it. z then "
    "divides one unit of weight between the old state and the candidate, so next_h is a mean of the two.",
    inputs=step,
    special_inputs={"entries in the thousands": saturated_step},
    outputs={"next_h": "N H"},
    cache=True,
    other_form=OtherForm(
        "reset-before-the-product",
        edit=(
            "n = np.tanh(xn + r * hn)",
            "n = np.tanh(xn + (r * prev_h) @ np.split(Wh, 3, axis=1)[2] + np.split(bh, 3)[2])",
        ),
        words="This is the other published form of a GRU, that of Cho et al. (2014): the reset gate acts on the state "
        "before the product with Wh. In `torch.nn.GRU` it acts after that product. Both are right.",
    ),
    patterns={
        "next_h": "For one unit of a case that goes wrong: which columns make its r, z and n, what does r multiply, "
        "and which two numbers does z mix?",
    },
    question="Set all weights to 0, and let the biases open one gate (20) and shut the other (−20). What should next_h "
    "be each time?",
    worked_example=WorkedExample(
        "One unit, x = 1, prev_h = 0.5; Wx = [0, 0, 1], Wh = [0, 0, 2], bx = [1.0986, −1.0986, 0], bh = [0, 0, −0.5]. "
        "So r = 0.75 and z = 0.25. The product with Wh is 2 · 0.5 − 0.5 = 0.5, and three quarters of it are 0.375: n "
        "is tanh(1.375) = 0.8798. (Cho's form resets the state to 0.375 first, and has tanh(1.25) = 0.8483 here.) "
        "next_h is 0.75 · 0.8798 + 0.25 · 0.5 = 0.7849.",
        arguments=(
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.array([[0.0, 0.0, 1.0]]),
            np.array([[0.0, 0.0, 2.0]]),
            np.array([np.log(3), -np.log(3), 0.0]),
            np.array([0.0, 0.0, -0.5]),
        ),
        values={
            "1.0986": "bx[0]",
            "−1.0986": "bx[1]",
            "0.75": "1 / (1 + np.exp(-bx[0]))",
            "0.25": "1 / (1 + np.exp(-bx[1]))",
            "0.375": "0.75 * 0.5",
            "1.375": "1 + 0.75 * (2 * 0.5 - 0.5)",
            "0.8798": "np.tanh(1.375)",
            "1.25": "1 + 2 * 0.375 - 0.5",
            "0.8483": "np.tanh(1.25)",
            "0.7849": "0.75 * np.tanh(1.375) + 0.125",
        },
    ),
    mistakes=(
        Mistake(
            "z-turned-round",
            edit=("(1 - z) * n + z * prev_h", "z * n + (1 - z) * prev_h"),
            hints=(
                "z says here how much of next_h is new. Some authors write it so (Chung et al. 2014), this exercise "
                "and PyTorch do not.",
                "If z is 1, which of the two is next_h in the equation: the old state, or the candidate?",
                "All weights 0, H = 1, bx = [0, 20, 0], bh = 0, prev_h = 0.5: z is 1, and next_h is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "gate-order-zrn",
            edit=("r, z = sigmoid(xr + hr), sigmoid(xz + hz)", "z, r = sigmoid(xr + hr), sigmoid(xz + hz)"),
            hints=(
                "The first block of columns decides here how much of the state is kept, and the second how much of it "
                "the candidate reads.",
                "In which order do the three blocks stand in this exercise, and in which does Keras have them?",
                "All weights 0, H = 1, bx = [20, −20, 0], bh = 0, prev_h = 0.5: z is 0 and n is 0, so next_h is 0. "
                "Yours is 0.5.",
            ),
        ),
        Mistake(
            "no-reset",
            edit=("xn + r * hn", "xn + hn"),
            hints=(
                "The candidate reads all of the old state here, however far the reset gate is open.",
                "If r is 0, what does the candidate know of the past?",
                "One unit, Wx = 0, Wh = [0, 0, 1], bx = [−20, −20, 0], bh = 0, prev_h = 1: r and z are 0, and next_h "
                "is 0. Yours is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "input-is-reset-too",
            edit=("xn + r * hn", "r * (xn + hn)"),
            hints=(
                "With a shut reset gate the candidate is 0 here, whatever the input is.",
                "The reset gate is there to drop the past. What becomes of the present, x, if r is 0?",
                "One unit, Wx = [0, 0, 1], Wh = 0, bx = [−20, −20, 0], bh = 0, x = 1: r and z are 0, and next_h is "
                "tanh(1) = 0.7616. Yours is 0.",
            ),
        ),
        Mistake(
            "bias-outside-the-reset",
            edit=("xn + r * hn", "xn + r * (hn - np.split(bh, 3)[2]) + np.split(bh, 3)[2]"),
            hints=(
                "The reset gate acts here on the product with Wh, and the last block of bh stays as it is.",
                "PyTorch has two biases, and only one is inside the bracket that r multiplies. Which?",
                "All weights 0, H = 1, bx = [−20, −20, 0], bh = [0, 0, 1]: r and z are 0, and next_h is 0. Yours is "
                "tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "sigmoid-on-n",
            edit=("np.tanh(xn + r * hn)", "sigmoid(xn + r * hn)"),
            hints=(
                "The candidate lies between 0 and 1 here: this state can never become negative.",
                "How could a unit that starts at 0 ever come to −0.5?",
                "With all weights and biases 0 and prev_h = 0, next_h is 0. Yours is 0.25.",
            ),
        ),
        Mistake(
            "nothing-kept",
            edit=("(1 - z) * n + z * prev_h", "(1 - z) * n"),
            hints=(
                "next_h is a share of the candidate, and holds nothing of prev_h itself.",
                "If z is 1, what should the step do with the state?",
                "All weights 0, H = 1, bx = [0, 20, 0], bh = 0, prev_h = 0.5: z is 1, and next_h is 0.5. Yours is 0.",
            ),
        ),
        Mistake(
            "no-bh",
            edit=("prev_h @ Wh + bh", "prev_h @ Wh"),
            hints=(
                "These are the numbers of a step in which bh is 0.",
                "If x and prev_h are 0, what decides how far a gate is open? What decides it in yours?",
                "All weights 0, H = 1, bx = 0, bh = [0, 20, 0], prev_h = 0.5: z is 1, and next_h is 0.5. Yours is "
                "0.25.",
            ),
        ),
        Mistake(
            "no-bx",
            edit=("x @ Wx + bx", "x @ Wx"),
            hints=(
                "These are the numbers of a step in which bx is 0.",
                "If x and prev_h are 0, what decides how far a gate is open? What decides it in yours?",
                "All weights 0, H = 1, bx = [0, 20, 0], bh = 0, prev_h = 0.5: z is 1, and next_h is 0.5. Yours is "
                "0.25.",
            ),
        ),
    ),
)
