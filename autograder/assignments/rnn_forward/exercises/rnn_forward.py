"""`rnn_forward`: the cell over a whole sequence."""

from autograder.assignments.rnn_forward.inputs import sequence
from autograder.course.exercise import Exercise, Mistake

RNN_FORWARD = Exercise(
    "rnn_forward",
    inputs=sequence,
    outputs={"h": "N T H"},
    cache=True,
    patterns={
        "all": "Is rnn_step_forward right? Which state goes into step t, and which comes out of it, for step t = "
        "1, `h[:, 0]`, and for step t = 2, `h[:, 1]`?",
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
