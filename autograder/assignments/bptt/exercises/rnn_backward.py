"""`rnn_backward`: backwards through a whole sequence."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import sequence
from autograder.course.exercise import Exercise, Mistake, WorkedExample

RNN_BACKWARD = Exercise(
    "rnn_backward",
    why="h_t acts on its own loss and on h_{t+1}, so its gradient is dh[:, t-1] plus what step t + 1 sends back; the "
    "loop runs backwards because the second must be known first. The same weights act at every step, so their "
    "gradients are sums over all steps.",
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
    worked_example=WorkedExample(
        "One unit, two steps: x is 1 and then 0, h0 = 0.5, Wx = 1, Wh = 0.5 and b = 0.1. The states are 0.8741 and "
        "0.4907, the slopes of tanh there 0.2360 and 0.7592; dh is 0.5 and then 1. Step t = 2: 0.7592 of the 1 comes "
        "back before the tanh, and 0.3796 of it reaches h_1. Step t = 1: 0.5 + 0.3796 = 0.8796 meet there, and 0.2076 "
        "comes back. So dx is 0.2076 and 0.7592; dh0 is 0.1038; dWx is 0.2076 + 0 = 0.2076; dWh is 0.1038 + 0.6636 = "
        "0.7674; db is 0.2076 + 0.7592 = 0.9668.",
        arguments=(
            np.array([[[1.0], [0.0]]]),
            np.array([[0.5]]),
            np.array([[1.0]]),
            np.array([[0.5]]),
            np.array([0.1]),
            np.array([[[0.5], [1.0]]]),
        ),
        values={
            "0.8741": "(h1 := np.tanh(1.35))",
            "0.4907": "(h2 := np.tanh(0.5 * h1 + 0.1))",
            "0.2360": "(s1 := 1 - h1**2)",
            "0.7592": "(s2 := 1 - h2**2)",
            "0.3796": "0.5 * s2",
            "0.8796": "0.5 + 0.5 * s2",
            "0.2076": "(a1 := (0.5 + 0.5 * s2) * s1)",
            "0.1038": "0.5 * a1",
            "0.6636": "h1 * s2",
            "0.7674": "0.5 * a1 + h1 * s2",
            "0.9668": "a1 + s2",
        },
    ),
    mistakes=(
        Mistake(
            "future-gradient-dropped",
            edit=("dh[:, t] + dprev_h", "dh[:, t]"),
            hints=(
                "Each step gets the gradient of its own loss only: a loss at a later step changes nothing at an "
                "earlier one.",
                "h_t is used twice: by the loss at t, and by the step after it. Which of the two arrows is missing?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1]. "
                "Yours is [0, 0, 1].",
            ),
        ),
        Mistake(
            "loss-gradient-dropped",
            edit=("dh[:, t] + dprev_h", "dprev_h"),
            hints=(
                "Every gradient is 0, whatever dh is.",
                "Where does the very first gradient, the one at h_T, come from?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1]. "
                "Yours is [0, 0, 0].",
            ),
        ),
        Mistake(
            "only-the-last-step",
            edit=("dh[:, t] + dprev_h", "(dh[:, t] if t == T - 1 else 0) + dprev_h"),
            hints=(
                "These are the gradients of the last step's loss alone: they do not change with dh at any other step.",
                "Which gradient enters at step t besides the one from step t + 1?",
                "With one unit, Wh = 0 and dh = [1, 1, 1], each step sends its own 1 back. "
                "In yours only the last one does.",
            ),
        ),
        Mistake(
            "weights-overwritten",
            edit=("dWx + dWx_t, dWh + dWh_t, db + db_t", "dWx_t, dWh_t, db_t"),
            hints=(
                "dWx, dWh and db are those of the first step alone.",
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
                "dWx, dWh and db are means over the steps.",
                "The loss is a sum over the steps. Is its gradient a sum or a mean?",
                "If T = 3 steps send back 0.5, 0.3 and 0.1 for a weight, its gradient is 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "dh0-zero",
            edit=("np.stack(dx, axis=1), dprev_h", "np.stack(dx, axis=1), np.zeros_like(dprev_h)"),
            hints=(
                "dh0 is 0 everywhere, whatever dh is.",
                "Going backwards, what is left in your hands after the first step?",
                "One unit with Wh = 0.5 whose slope is 0.8 in the first step: a gradient of 1 at h_1 comes back to h0 "
                "as 0.4. Yours is 0.",
            ),
        ),
        Mistake(
            "loss-at-h1-counted-twice",
            edit=("np.stack(dx, axis=1), dprev_h", "np.stack(dx, axis=1), dprev_h + dh[:, 0]"),
            hints=(
                "In dh0 the loss at step t = 1, `dh[:, 0]`, counts twice: once as it is, and once through the step.",
                "h0 feeds exactly one place. Is there a loss attached to h0 itself?",
                "One step of one unit with Wh = 0.5 whose slope is 0.8, and dh = 1: dh0 is 0.4. Yours is 1.4.",
            ),
        ),
        Mistake(
            "loops-forward",
            edit=("reversed(range(T))", "range(T)"),
            hints=(
                "These gradients travel forwards in time: a loss changes those of later steps, and not those of "
                "earlier ones.",
                "Which step's gradient must be known before that of step t can be finished?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1]. "
                "Yours is [0, 0, 1], and for dh = [1, 0, 0] it is [1, 0.5, 0.25].",
            ),
        ),
        Mistake(
            "only-the-last-cache",
            edit=("cache[t]", "cache[-1]"),
            hints=(
                "These are the gradients of a sequence in which every step is the last one over again.",
                "How many caches has the sequence, and which belongs to step t? If you rewrote rnn_forward: does it "
                "keep them all, or only the last?",
                "If x is 1, 2 and 3 over time and each step sends back 0.1, dWx is 0.1 + 0.2 + 0.3 = 0.6. Yours is "
                "three times 0.3, that is 0.9.",
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
                "Your gradients are right, but whoever gave you dh has lost it.",
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
                "Your gradients are right, but the cache is used up after the call: there can be no second one.",
                "Does taking a step's cache have to remove it from the list?",
                "After one call a list of 3 step caches is empty, and a second call stops with an IndexError.",
            ),
        ),
        Mistake(
            "what-went-in-goes-in-again",
            edit=(
                "dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])",
                "into = dh[:, t] + dprev_h + (into if t < T - 1 else 0)\n"
                "        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(into, cache[t])",
            ),
            hints=(
                "All that went into a step goes, as it was, into the step before it too, besides what came back "
                "through the step.",
                "By which ways does a loss at step t = 3 reach h_2? Is there one that does not lead through a step?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1]. "
                "Yours is [2.25, 1.5, 1].",
            ),
        ),
        Mistake(
            "later-losses-not-carried",
            edit=("dh[:, t] + dprev_h", "dh[:, t:].sum(axis=1)"),
            hints=(
                "Each step gets the gradients of all later losses as they are: the steps between change nothing about "
                "them.",
                "On its way from step t = 3 back to h_1, what does a gradient pass through?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1]. "
                "Yours is [1, 1, 1].",
            ),
        ),
        Mistake(
            "steps-alone-and-dh0-of-all",
            edit=(
                "dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])",
                "dx[t], back, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], cache[t])\n"
                "        dprev_h = dprev_h + back",
            ),
            hints=(
                "Each step gets the gradient of its own loss only, and dh0 is what all steps send back, taken "
                "together.",
                "Step t = 3 sends a gradient back. To which state does it belong, and is that h0?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1] and "
                "dh0 is 0.125. Yours are [0, 0, 1] and 0.5.",
            ),
        ),
        Mistake(
            "what-came-back-piles-up",
            edit=(
                "dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])",
                "dx[t], back, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])\n"
                "        dprev_h = dprev_h + back",
            ),
            hints=(
                "What one step sends back reaches all earlier steps as it is, and through the steps between them once "
                "more.",
                "What step t = 3 sends back belongs to h_2. Should any of it still be there, unchanged, at h_1?",
                "One unit whose slopes are 1, Wx = 1, Wh = 0.5 and dh = [0, 0, 1] over time: dx is [0.25, 0.5, 1]. "
                "Yours is [0.75, 0.5, 1].",
            ),
        ),
    ),
)
