"""`diagonal_backward`, a bonus: the same recurrence, run from the end."""

import numpy as np

from autograder.assignments.gradient_flow.exercises.diagonal_forward import nothing_kept, sequence
from autograder.course.exercise import Exercise, Mistake, WorkedExample

DIAGONAL_BACKWARD = Exercise(
    "diagonal_backward",
    bonus=True,
    why="What reaches h_t is its own loss's gradient and lam times what reached h_{t+1}: the recurrence of the forward "
    "pass, from the end. x_t enters h_t unchanged, so dx is just that; lam multiplied h_{t−1} at each step of each "
    "sequence, so its gradient is a sum over both.",
    forward="diagonal_forward",
    inputs=sequence,
    special_inputs={"lam that is 0, 1 and −1": nothing_kept},
    outputs={"dx": "N T H", "dh0": "N H", "dlam": "H"},
    patterns={
        "all": "At h_t two gradients meet, one of them from the loss at step t. From where does the other come, and "
        "through what?",
        "dlam": "Which number did lam multiply at step t, and at how many places was the same lam used?",
        "dh0": "What stands between h0 and h_1?",
        "dx": "By how much does h_t move with x_t, and what depends on h_t?",
    },
    question="Take one unit and two steps. Along which ways does each input reach the second state, and what "
    "multiplies it on each?",
    worked_example=WorkedExample(
        "One unit, two steps: h0 = 2, lam = 0.5, x = 1, 0, so h = 2, 1. Let dh = 1, 4. At step t = 2 arrives 4; at "
        "step t = 1 arrives 1 + 0.5 · 4 = 3. So dx is 3, 4, and dh0 is half of 3, 1.5. lam multiplied 2 before each "
        "step: dlam is 3 · 2 + 4 · 2 = 14.",
        arguments=(np.array([[[1.0], [0.0]]]), np.array([[2.0]]), np.array([0.5]), np.array([[[1.0], [4.0]]])),
        values={"1.5": "0.5 * 3"},
    ),
    mistakes=(
        Mistake(
            "nothing-from-later",
            edit=("dh[:, t] + lam * arriving", "dh[:, t]"),
            hints=(
                "Each input gets the gradient of its own step's loss here, and nothing from later ones.",
                "Which later states does x_1 change?",
                "One unit, lam = 0.5, dh = 0, 1: dx is 0.5, 1. Yours is 0, 1.",
            ),
        ),
        Mistake(
            "nothing-shrinks",
            edit=("dh[:, t] + lam * arriving", "dh[:, t] + arriving"),
            hints=(
                "What comes from later steps arrives here in full, from whatever distance.",
                "By how much does h_2 move if h_1 moves by 1?",
                "One unit, lam = 0.5, dh = 0, 1: dx is 0.5, 1. Yours is 1, 1.",
            ),
        ),
        Mistake(
            "own-loss-shrinks-too",
            edit=("dh[:, t] + lam * arriving", "lam * (dh[:, t] + arriving)"),
            hints=(
                "The gradient of a step's own loss is already shrunk by lam at that step.",
                "By how much does h_t move if x_t moves by 1?",
                "One unit, lam = 0.5, dh = 0, 1: dx is 0.5, 1. Yours is 0.25, 0.5.",
            ),
        ),
        Mistake(
            "runs-forwards",
            edit=("in reversed(range(dh.shape[1]))", "in range(dh.shape[1])"),
            hints=(
                "Gradients travel here from the first step to the last, along with time.",
                "Does the loss at step t = 1 depend on x_2?",
                "One unit, lam = 0.5, dh = 0, 1: dx is 0.5, 1. Yours is 0, 1.",
            ),
        ),
        Mistake(
            "dh0-one-step-late",
            edit=("dh0 = lam * arriving", "dh0 = arriving"),
            hints=(
                "dh0 is here what arrives at h_1.",
                "By how much does h_1 move if h0 moves by 1?",
                "One unit, one step, lam = 0.5, dh = 1: dh0 is 0.5. Yours is 1.",
            ),
        ),
        Mistake(
            "dh0-from-its-own-loss",
            edit=("dh0 = lam * arriving", "dh0 = lam * dh[:, 0]"),
            hints=(
                "dh0 knows only of the loss at step t = 1 here.",
                "Which losses depend on h0?",
                "One unit, lam = 0.5, dh = 0, 1: dh0 is 0.25. Yours is 0.",
            ),
        ),
        Mistake(
            "dlam-from-the-new-state",
            edit=("(dx * before)", "(dx * h)"),
            hints=(
                "dlam is made here with the state after each step.",
                "Which state did lam multiply at step t: h_{t−1}, or h_t?",
                "One unit, one step, h0 = 2, lam = 0.5, x = 0, dh = 1: dlam is 2. Yours is 1.",
            ),
        ),
        Mistake(
            "dlam-without-the-first-state",
            edit=("[h0[:, None], h[:, :-1]]", "[0 * h0[:, None], h[:, :-1]]"),
            hints=(
                "In dlam, step t = 1 counts for nothing here.",
                "Which number did lam multiply at step t = 1?",
                "One unit, one step, h0 = 2, lam = 0.5, dh = 1: dlam is 2. Yours is 0.",
            ),
        ),
        Mistake(
            "dlam-from-own-losses",
            edit=("(dx * before)", "(dh * before)"),
            hints=(
                "dlam knows of each step's own loss here, and of none that a change of that step reaches later.",
                "If lam changes, h_1 does. Which losses depend on h_1?",
                "One unit, h0 = 2, lam = 0.5, x = 0, dh = 0, 1: dlam is 2. Yours is 1.",
            ),
        ),
        Mistake(
            "dlam-a-mean",
            edit=(".sum(axis=(0, 1))", ".sum(axis=1).mean(axis=0)"),
            hints=(
                "dlam is the mean over the sequences of the batch here.",
                "The loss is one number for the whole batch. If lam moves, how many sequences change it?",
                "Two sequences alike, of one unit and one step, h0 = 2, lam = 0.5, dh = 1: dlam is 4. Yours is 2.",
            ),
        ),
    ),
)
