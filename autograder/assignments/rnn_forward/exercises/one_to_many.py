"""`one_to_many`: outputs that are fed back as inputs."""

from numpy.random import Generator

from autograder.course.draws import cell, readout, states
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


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
    inputs=feedback,
    outputs={"y": "N T D"},
    patterns={
        "all": "Is rnn_step_forward right? At each of the first two steps: which input goes in, which state goes "
        "in, which output comes out?",
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
                "Is x0 something that the network wrote, or something that it read?",
                "y_1, `y[:, 0]`, is made from the state after reading x0. In yours it is x0.",
            ),
        ),
    ),
)
