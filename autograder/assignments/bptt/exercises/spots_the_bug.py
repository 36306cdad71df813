"""`spots_the_bug`: a test that finds wrong backward passes."""

from autograder.assignments.bptt.bug_hunt import GRADED, SHOWN, caught
from autograder.course.exercise import Exercise, Mistake, WorkedExample

SPOTS_THE_BUG = Exercise(
    "spots_the_bug",
    why="A random dh turns all outputs into one number, the sum of dh · h, and its gradient is what backward claims "
    "to return; so every entry of every claim is compared with a measured one. Random inputs with N, T, D and H all "
    "different leave no special case in which a swapped axis or a forgotten step would not show.",
    inputs=GRADED,
    shown=SHOWN,
    score=caught,
    outputs={"broken": ""},
    question="Which bug would your function not see, if there were one sequence only, one step only, h0 = 0, or a "
    "loss at one step only?",
    patterns={
        "all": "A bug shows only where the input gives it room. Has yours more than one sequence, many steps, an "
        "h0 that is not 0 and a loss at every step? Are all five gradients compared, entry by entry?",
    },
    worked_example=WorkedExample(
        "One unit whose loss is its state, tanh(a), at a = 0.5. Nudged to 0.501 the loss is 0.4629, nudged to 0.499 "
        "it is 0.4613: it rises by 0.00157 over a distance of 0.002, so its slope is 0.7864. A backward pass that "
        "says 0.7864 is right there, and one that says 0.75 is broken.",
        values={
            "0.5": "0.5",
            "0.75": "0.75",
            "0.501": "0.5 + 0.001",
            "0.499": "0.5 - 0.001",
            "0.002": "2 * 0.001",
            "0.4629": "np.tanh(0.501)",
            "0.4613": "np.tanh(0.499)",
            "0.00157": "np.tanh(0.501) - np.tanh(0.499)",
            "0.7864": "(np.tanh(0.501) - np.tanh(0.499)) / 0.002",
        },
    ),
    mistakes=(
        Mistake(
            "always-broken",
            whole="def spots_the_bug(forward, backward):\n    return True\n",
            hints=(
                "You call every pair broken, the right one too.",
                "What would have to happen for your function to return False?",
                "A right gradient and a central difference with step 1e-5 agree to about 1e-9, never exactly: "
                "is your tolerance far enough above that?",
            ),
        ),
        Mistake(
            "never-broken",
            whole="def spots_the_bug(forward, backward):\n    return False\n",
            hints=(
                "You call every pair right, however wrong its numbers are.",
                "What would have to happen for your function to return True?",
                "If nudging a weight by 0.00001 moves the loss by 0.00002, its gradient is 2. "
                "A backward that says 1 is broken.",
            ),
        ),
        Mistake(
            "answers-swapped",
            edit=("return broken", "return not broken"),
            hints=(
                "Every right pair is called broken, and every broken one right.",
                "True means broken. Which of the two do you return for the right pair?",
                "For a right pair the answer is False.",
            ),
        ),
        Mistake(
            "one-gradient-only",
            edit=("enumerate(backward(dh.copy(), cache))", "enumerate(backward(dh.copy(), cache)[:1])"),
            hints=(
                "You catch what is wrong with dx, and nothing else.",
                "A backward pass returns five gradients. How many of them do you look at?",
                "A dh0 of all zeros is broken wherever nudging h0 by 0.00001 moves the loss, however right dx is.",
            ),
        ),
        Mistake(
            "one-step-only",
            edit=("[(3, 6, 2)", "[(3, 1, 2)"),
            hints=(
                "You catch what shows in a single step; what goes wrong between steps escapes you.",
                "How long is the sequence that you try? Which bugs cannot happen in it?",
                "Divided by T is a bug that T = 1 cannot show: 1.2 / 1 is 1.2. At T = 6 it is 0.2.",
            ),
        ),
    ),
)
