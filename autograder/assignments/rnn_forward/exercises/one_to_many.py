"""`one_to_many`: outputs that are fed back as inputs."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import cell, readout, states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


def feedback(rng: Generator, s: Sizes) -> Inputs:
    """Draw one input, a number of steps, and weights whose outputs fit their inputs."""
    return {
        "x0": rng.standard_normal((s.N, s.D)),
        "h0": states(rng, s.N, s.H),
        "steps": s.T,
        **cell(rng, s.D, s.H),
        **readout(rng, s.H, s.D),
    }


ONE_TO_MANY = Exercise(
    "one_to_many",
    why="The input of step t + 1 is y_t, which exists only after step t. So the loop makes a state, an output and "
    "the next input in turn; rnn_forward, which wants all inputs at the start, cannot be used.",
    inputs=feedback,
    outputs={"y": "N T D"},
    patterns={
        "all": "Is rnn_step_forward right? At each of the first two steps: which input goes in, which state goes "
        "in, which output comes out?",
    },
    worked_example=WorkedExample(
        "One unit, two steps: x0 = 1, h0 = 0.5, Wx = 1, Wh = 0.5, b = 0.1, Wy = 2 and by = 0. Step t = 1 reads 1: 1 + "
        "0.25 + 0.1 = 1.35, the state is tanh(1.35) = 0.8741, and it writes 1.7481. Step t = 2 reads 1.7481: 1.7481 "
        "+ 0.4370 + 0.1 = 2.2851, the state is 0.9795, and it writes 1.9590.",
        arguments=(
            np.array([[1.0]]),
            np.array([[0.5]]),
            2,
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.array([0.1]),
            np.array([[2.0]]),
            np.array([0.0]),
        ),
        values={
            "0.25": "0.5 * 0.5",
            "1.35": "1 + 0.5 * 0.5 + 0.1",
            "0.8741": "(h1 := np.tanh(1.35))",
            "1.7481": "2 * h1",
            "0.4370": "0.5 * h1",
            "2.2851": "2.5 * h1 + 0.1",
            "0.9795": "(w2 := np.tanh(2.5 * h1 + 0.1))",
            "1.9590": "2 * w2",
        },
    ),
    mistakes=(
        Mistake(
            "no-feedback",
            edit=("rnn_step_forward(x, h,", "rnn_step_forward(x0, h,"),
            hints=(
                "Every step has read x0: what the network writes has no influence on what follows.",
                "What is the second input? Has it been given to you, or have you just made it?",
                "Step t = 2 reads y_1, `y[:, 0]`. If that is 0.3, step t = 2 reads 0.3, whatever x0 was.",
            ),
        ),
        Mistake(
            "silent-after-first",
            edit=("x = h @ Wy + by\n        ys.append(x)", "ys.append(h @ Wy + by)\n        x = np.zeros_like(x0)"),
            hints=(
                "From step t = 2, `y[:, 1]`, on the network has read only zeros.",
                "Here the network reads what it writes. What did it write last?",
                "Step t = 2 reads y_1, `y[:, 0]`. If that is 0.3, step t = 2 reads 0.3, not 0.",
            ),
        ),
        Mistake(
            "state-never-updated",
            edit=("rnn_step_forward(x, h,", "rnn_step_forward(x, h0,"),
            hints=(
                "Every output comes from a state that is one step away from h0.",
                "Two things travel from step to step, the output and the state. Which of them stands still in yours?",
                "One unit, Wx = 0, b = 0, Wh = 2 and h0 = 0.25: the states are tanh(0.5) = 0.4621 and tanh(0.9242) = "
                "0.7279, and the outputs are made from these. Yours are made from 0.4621 each time.",
            ),
        ),
        Mistake(
            "outputs-squashed",
            edit=("x = h @ Wy + by", "x = np.tanh(h @ Wy + by)"),
            hints=(
                "Every output lies between −1 and 1, and so does every input from the second on.",
                "Which of the two is squashed, the state or the output? What did temporal_affine_forward do?",
                "If h @ Wy + by is 2, the output is 2, and 2 is the next input. Yours is tanh(2) = 0.9640.",
            ),
        ),
        Mistake(
            "input-among-outputs",
            edit=("x, h, ys = x0, h0, []", "x, h, ys, steps = x0, h0, [x0], steps - 1"),
            hints=(
                "These are the right numbers one step late: the output of step t = 1, `y[:, 0]`, is x0.",
                "Is x0 something that the network wrote, or something that it read?",
                "y_1, `y[:, 0]`, is made from the state after reading x0. In yours it is x0.",
            ),
        ),
    ),
)
