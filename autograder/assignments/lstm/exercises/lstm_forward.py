"""`lstm_forward`: an LSTM over a whole sequence."""

from autograder.assignments.lstm.inputs import sequence
from autograder.course.exercise import Exercise, Mistake

LSTM_FORWARD = Exercise(
    "lstm_forward",
    inputs=sequence,
    outputs={"h": "N T H"},
    cache=True,
    patterns={
        "all": "Is lstm_step_forward right? Two things go from step to step. What are they when they enter step t "
        "= 1, `h[:, 0]`, and when they enter step t = 2, `h[:, 1]`?",
    },
    mistakes=(
        Mistake(
            "cell-not-carried",
            edit=("prev_h, prev_c, step_cache =", "prev_h, _, step_cache ="),
            hints=(
                "These are the numbers of a loop that hands an empty cell to every step: c is not carried.",
                "A step returns two things that the next one needs. What happens to the second in your loop?",
                "With x = 0, all weights 0, H = 1 and b = [20, 20, 20, 1], the cell should grow by tanh(1) = 0.7616 a "
                "step: 0.7616, 1.5232, 2.2848. Yours stays at 0.7616.",
            ),
        ),
        Mistake(
            "c0-is-h0",
            edit=("np.zeros_like(h0), []", "h0, []"),
            hints=(
                "These are the numbers of a sequence whose cell starts as h0.",
                "What is in the cell before anything was read? Is h0 made from it here?",
                "With x = 0, all weights 0, H = 1 and b = [−20, 20, 20, 0], an empty cell stays empty, every h is 0. "
                "Yours is tanh(h0).",
            ),
        ),
        Mistake(
            "h0-ignored",
            edit=("prev_h, prev_c, cache = h0,", "prev_h, prev_c, cache = np.zeros_like(h0),"),
            hints=(
                "These are the numbers of a sequence that starts from h = 0: h0 is not used.",
                "If your loop reads the old state out of h: at which index, in its first round? What does NumPy do "
                "with −1?",
                "Change h0 and nothing else: h_1, `h[:, 0]`, must change, since its gates hear h0. Yours does not.",
            ),
        ),
        Mistake(
            "state-never-updated",
            edit=("x[:, t], prev_h, prev_c, Wx", "x[:, t], h0, prev_c, Wx"),
            hints=(
                "These are the numbers of a loop whose gates hear h0 at every step: the state is never updated.",
                "What should the old state of step t = 2 be? Where does your loop say so?",
                "For T = 2, the gates of step t = 2 must hear h_1, `h[:, 0]`. Yours hear h0 again.",
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
            "returns-cells",
            edit=("h[:, t] = prev_h", "h[:, t] = prev_c"),
            hints=(
                "These are the contents of the cell, c_1 ... c_T: inside it all is right, but they are not h.",
                "Which of the two does the world outside see: what is stored, or what is revealed?",
                "With o = 0.5 and c = 2, h is 0.5 · tanh(2) = 0.4820. Yours is 2.",
            ),
        ),
        Mistake(
            "initial-cell-views-output",
            edit=("np.zeros_like(h0), []", "h[:, 0], []"),
            side_effect="aliases",
            hints=(
                "Your cache shares memory with h. If the first cell is a view of the array that you fill, it does not "
                "stay 0: it is overwritten at the first step.",
                "Forward and step are right; then, going backwards, only the gradients of the first step are wrong. "
                "Which array could have changed behind your back?",
                "`c = h[:, 0]` is not a copy, so when the loop has put h_1 = 0.3 there, c is 0.3 as well. "
                "np.shares_memory tells you.",
            ),
        ),
    ),
)
