"""`rnn_forward`: the cell over a whole sequence."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import sequence
from autograder.course.exercise import Exercise, Mistake, WorkedExample

RNN_FORWARD = Exercise(
    "rnn_forward",
    why="Step t needs the state of step t − 1, so the loop over time cannot become one product. The weights are the "
    "same at every step; what is carried is the state alone, and it begins with h_0.",
    inputs=sequence,
    outputs={"h": "N T H"},
    cache=True,
    patterns={
        "all": "Is rnn_step_forward right? Which state goes into step t, and which comes out of it, for step t = "
        "1, `h[:, 0]`, and for step t = 2, `h[:, 1]`?",
    },
    worked_example=WorkedExample(
        "One unit, two steps: x is 1 and then 0, h0 = 0.5, Wx = 1, Wh = 0.5 and b = 0.1. Step t = 1: 1 + 0.25 + 0.1 = "
        "1.35, and tanh(1.35) = 0.8741. Step t = 2: 0 + 0.4370 + 0.1 = 0.5370, and tanh(0.5370) = 0.4907. These two "
        "are h.",
        arguments=(
            np.array([[[1.0], [0.0]]]),
            np.array([[0.5]]),
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.array([0.1]),
        ),
        values={
            "0.25": "0.5 * 0.5",
            "1.35": "1 + 0.5 * 0.5 + 0.1",
            "0.8741": "(h1 := np.tanh(1.35))",
            "0.4370": "0.5 * h1",
            "0.5370": "0.5 * h1 + 0.1",
            "0.4907": "(h2 := np.tanh(0.5 * h1 + 0.1))",
        },
    ),
    mistakes=(
        Mistake(
            "h0-ignored",  # also what h[:, t - 1] gives: at t = 0 the index −1 wraps round to the still empty last step
            edit=("prev_h, cache = h0, []", "prev_h, cache = np.zeros_like(h0), []"),
            hints=(
                "These are the states of a sequence that starts from a state of 0: they are the same whatever h0 is.",
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
                "Every state is one step away from h0: h_t depends on x_t and h0, and on nothing in between.",
                "What should the old state of step t = 2 be? Where does your loop say so?",
                "With x = 0, b = 0, one unit, Wh = 1 and h0 = 0.5 the states are 0.4621, 0.4318, 0.4068, ...; "
                "yours stay at 0.4621.",
            ),
        ),
        Mistake(
            "runs-backwards",
            edit=("in range(T)", "in reversed(range(T))"),
            hints=(
                "The states have read the sequence from its end: h_1, `h[:, 0]`, depends on every input.",
                "Which input is read first, and which state should it make?",
                "One unit, Wx = Wh = 1, b = 0, h0 = 0 and x = [0, 0, 1] over time: the states are 0, 0 and tanh(1) = "
                "0.7616. Yours are 0.5663, 0.6420 and 0.7616.",
            ),
        ),
        Mistake(
            "input-never-advances",
            edit=("x[:, t], prev_h", "x[:, 0], prev_h"),
            hints=(
                "Every step has read x_1, `x[:, 0]`: the later inputs have no influence.",
                "Which part of x belongs to which step? Which axis of x is time?",
                "One unit, Wx = 1, Wh = 0, b = 0 and x = [1, 0, 0] over time: the states are 0.7616, 0 and 0. Yours "
                "are 0.7616 three times.",
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
