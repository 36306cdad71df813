"""`rnn_step_forward`: one step of the cell."""

from autograder.assignments.rnn_forward.inputs import step
from autograder.course.exercise import Exercise, Mistake

RNN_STEP_FORWARD = Exercise(
    "rnn_step_forward",
    inputs=step,
    outputs={"next_h": "N H"},
    cache=True,
    patterns={
        "all": "What is added before anything is squashed, and is every argument among it? With all but one of x, "
        "prev_h and b set to zero: which of the three goes wrong?",
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
