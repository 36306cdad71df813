"""`rnn_backward`: backwards through a whole sequence."""

from autograder.assignments.rnn_forward.inputs import sequence
from autograder.course.exercise import Exercise, Mistake

RNN_BACKWARD = Exercise(
    "rnn_backward",
    inputs=sequence,
    forward="rnn_forward",
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    patterns={
        "all": "Is rnn_step_backward right? At one h_t in the middle: which two gradients meet there, and do both "
        "go into the step?",
        "dWx,dWh,db": "All T steps share the same weights: what becomes of the T gradients?",
        "dh0": "What reaches h0, and how many times? Is there a loss at h0?",
        "dx": "Which step's gradient belongs into step t = 1 of dx, `dx[:, 0]`?",
    },
    mistakes=(
        Mistake(
            "future-gradient-dropped",
            edit=("dh[:, t] + dprev_h", "dh[:, t]"),
            hints=(
                "These are the numbers of steps that hear their own loss only: what comes from the future is dropped.",
                "h_t is used twice: by the loss at t, and by the step after it. Which of the two arrows is missing?",
                "Put a loss at the last step of T = 3 only. At step t = 1, `dx[:, 0]` must not be 0: x_1 reached it. "
                "Yours is 0.",
            ),
        ),
        Mistake(
            "loss-gradient-dropped",
            edit=("dh[:, t] + dprev_h", "dprev_h"),
            hints=(
                "Every gradient is 0: the loop never takes in dh.",
                "Where does the very first gradient, the one at h_T, come from?",
                "At the last step nothing comes from the future, so dnext_h is `dh[:, -1]` itself. Yours is 0.",
            ),
        ),
        Mistake(
            "only-the-last-step",
            edit=("dh[:, t] + dprev_h", "(dh[:, t] if t == T - 1 else 0) + dprev_h"),
            hints=(
                "These are the gradients of the last step's loss alone: dh at all other steps is lost.",
                "Which gradient enters at step t besides the one from step t + 1?",
                "With one unit, Wh = 0 and dh = [1, 1, 1], each step sends its own 1 back. "
                "In yours only the last one does.",
            ),
        ),
        Mistake(
            "weights-overwritten",
            edit=("dWx + dWx_t, dWh + dWh_t, db + db_t", "dWx_t, dWh_t, db_t"),
            hints=(
                "dWx, dWh and db are those of the first step alone: each step overwrites what the later ones left.",
                "The same weights acted T times. How many terms has the gradient of one of them?",
                "If T = 3 steps send back 0.5, 0.3 and 0.1 for a weight, its gradient is 0.9. "
                "Yours is the last one that the loop comes to, that of the first step.",
            ),
        ),
        Mistake(
            "divided-by-t",
            edit=(
                "dx, dh0 = np.stack(dx, axis=1), dprev_h",
                "dx, dh0, dWx, dWh, db = np.stack(dx, axis=1), dprev_h, dWx / T, dWh / T, db / T",
            ),
            hints=(
                "dWx, dWh and db are divided by T.",
                "The loss is a sum over the steps. Is its gradient a sum or a mean?",
                "If T = 3 steps send back 0.5, 0.3 and 0.1 for a weight, its gradient is 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "dh0-zero",
            edit=("np.stack(dx, axis=1), dprev_h", "np.stack(dx, axis=1), np.zeros_like(dprev_h)"),
            hints=(
                "dh0 is made but never filled: it is all zeros.",
                "Going backwards, what is left in your hands after the first step?",
                "If h0 were nudged, h_1 would move, and the loss with it. So dh0 is not 0; yours is.",
            ),
        ),
        Mistake(
            "loss-at-h1-counted-twice",
            edit=("np.stack(dx, axis=1), dprev_h", "np.stack(dx, axis=1), dprev_h + dh[:, 0]"),
            hints=(
                "dh0 has the gradient of the loss at h_1, `dh[:, 0]`, added to it: that loss counts twice.",
                "h0 feeds exactly one place. Is there a loss attached to h0 itself?",
                "With Wh = 0 nothing leads from h0 to any loss, so dh0 = 0. Yours is that at h_1, `dh[:, 0]`.",
            ),
        ),
        Mistake(
            "loops-forward",
            edit=("reversed(range(T))", "range(T)"),
            hints=(
                "These are the numbers of a loop that goes forward in time.",
                "Which step's gradient must be known before that of step t can be finished?",
                "Put a loss at the last step of T = 3 only. At step t = 1, `dx[:, 0]` must not be 0. "
                "In yours that step is done before the loop comes to the loss.",
            ),
        ),
        Mistake(
            "only-the-last-cache",
            edit=("cache[t]", "cache[-1]"),
            hints=(
                "Every step goes back through the cache of the last one.",
                "How many caches has the sequence, and which belongs to step t? If you rewrote rnn_forward: does it "
                "keep them all, or only the last?",
                "For T = 3, dWx is a sum over x_1, x_2 and x_3. In yours x_3, `x[:, 2]`, stands three times.",
            ),
        ),
        Mistake(
            "adds-into-dh",
            edit=(
                "dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])",
                "dh[:, t] += dprev_h\n"
                "        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], cache[t])",
            ),
            side_effect="mutates",
            hints=(
                "Your gradients are right, but you changed your caller's dh.",
                "a = a + b makes a new array. What does a += b do, when a is a part of somebody else's array?",
                "Call your function twice with one dh: the second time the future is added twice. "
                "A numeric check that keeps dh would then disagree with you.",
            ),
        ),
        Mistake(
            "consumes-the-cache",
            edit=("cache[t]", "cache.pop()"),
            side_effect="consumes",
            hints=(
                "Your backward pass uses the cache up: it cannot be called a second time.",
                "Does taking a step's cache have to remove it from the list?",
                "After one call a list of 3 step caches is empty, and a second call stops with an IndexError.",
            ),
        ),
    ),
)
