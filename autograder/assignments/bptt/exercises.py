"""02-bptt: backwards through time."""

import numpy as np

from autograder.assignments.bptt.bug_hunt import GRADED, SHOWN, caught
from autograder.assignments.rnn_forward.exercises import affine, sequence, step, word_ids
from autograder.course.exercise import Exercise, Mistake

ASSIGNMENT = "02-bptt"


def scores(rng, s):
    """Draw scores, right ids, and a mask of sequences that end at different steps."""
    lengths = rng.integers(1, s.T + 1, s.N)
    lengths[0] = s.T
    if s.N > 1:  # never as many steps as sequences, never all steps: each way to divide has numbers of its own
        lengths[1] = rng.integers(1, s.T)
    return {
        "x": 2 * rng.standard_normal((s.N, s.T, s.V)),
        "y": rng.integers(0, s.V, (s.N, s.T)),
        "mask": np.arange(s.T) < lengths[:, None],
    }


def large_scores(rng, s):
    """Draw scores whose exponentials do not fit into a float."""
    drawn = scores(rng, s)
    lowest = np.arange(s.V) == 0  # never the right one: whoever takes the logarithm of a probability is right, too
    return drawn | {"x": drawn["x"] + np.where(lowest, -800, 800), "y": 1 + drawn["y"] % (s.V - 1)}


def wired(wiring, steps):
    """Return a draw of one wiring over one of `steps`."""

    def draw(rng, s):
        return {"wiring": wiring, "T": int(rng.choice(steps))}

    return draw


RNN_STEP_BACKWARD = Exercise(
    "rnn_step_backward",
    inputs=step,
    forward="rnn_step_forward",
    outputs={"dx": "N D", "dprev_h": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    patterns={
        "all": "All five pass through the tanh, so look there first: what is its slope where the state is next_h?",
        "dprev_h": "Only the old state's gradient is wrong. Which matrix stood behind prev_h in the forward pass, and "
        "which way round must a gradient go through it? H × H hides a missing transpose.",
        "dWh": "Only dWh is wrong. Which hidden state multiplied Wh in the forward pass?",
        "dWx": "Only dWx is wrong. What multiplied Wx in the forward pass?",
        "db": "Only db is wrong. One vector b served all N rows: what does going backwards through that do?",
    },
    mistakes=(
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - next_h**2)", "(1 - np.tanh(next_h) ** 2)"),
            hints=(
                "These are the numbers of a tanh taken twice: the slope is computed from tanh(next_h).",
                "Which of the two is next_h: what went into the tanh, or what came out of it?",
                "next_h is already a tanh, so its slope needs no other. At next_h = 0.5 it is 0.75; yours is 0.7864.",
            ),
        ),
        Mistake(
            "one-minus-h",
            edit=("(1 - next_h**2)", "(1 - next_h)"),
            hints=(
                "These are the numbers of 1 − h where the slope of tanh has 1 − h².",
                "tanh is as steep at −1 as at +1. Is your slope the same for next_h and −next_h?",
                "At next_h = −0.5 the slope is 0.75. Yours is 1.5, steeper than tanh ever is.",
            ),
        ),
        Mistake(
            "no-tanh-derivative",
            edit=("dnext_h * (1 - next_h**2)", "dnext_h"),
            hints=(
                "These are the numbers of a step without tanh: the gradient passes it as if it were not there.",
                "If a unit sits at 0.999, how much does nudging the sum inside the tanh still move it?",
                "At next_h = 0.5 a gradient of 1 becomes 0.75 inside the tanh. Yours stays 1.",
            ),
        ),
        Mistake(
            "wh-not-transposed",
            edit=("da @ Wh.T", "da @ Wh"),
            hints=(
                "dprev_h goes through Wh the same way round as the forward pass did: the transpose is missing.",
                "Wh is square, so its shape cannot warn you. How do you get from the gradient of what Wh made to the "
                "gradient of what it was given?",
                "Let Wh = [[0, 1], [0, 0]]: the first unit speaks to the second. A gradient [0, 1] must come back as "
                "[1, 0]; yours comes back as [0, 0].",
            ),
        ),
        Mistake(
            "dwh-from-next-h",
            edit=("prev_h.T @ da", "next_h.T @ da"),
            hints=(
                "These are the numbers of a dWh made from next_h.",
                "A weight's gradient is what came in times what goes back. What came in to Wh, the old state or the "
                "new one?",
                "With prev_h = 0 nothing went through Wh, so dWh = 0. Yours is not.",
            ),
        ),
        Mistake(
            "db-per-row",
            edit=("da.sum(axis=0)", "da"),
            hints=(
                "db still has one row for each sequence.",
                "b has H entries, and N sequences used the same ones. How do N opinions about one number become one?",
                "Two sequences that send back 0.2 and 0.3 for a unit give db = 0.5 for it. "
                "Yours holds 0.2 and 0.3 apart.",
            ),
        ),
        Mistake(
            "db-averaged",
            edit=("da.sum(axis=0)", "da.mean(axis=0)"),
            hints=(
                "These are the numbers of a db that is averaged over the sequences.",
                "If the loss is a mean over N, where has the 1/N been taken account of already?",
                "Two sequences that send back 0.2 and 0.3 for a unit give db = 0.5 for it. Yours is 0.25.",
            ),
        ),
        Mistake(
            "db-over-everything",
            edit=("da.sum(axis=0)", "da.sum()"),
            hints=(
                "db is one number: it is summed over the units too.",
                "Each unit has a bias of its own. Over which axis do the sequences lie?",
                "The rows [1, 2] and [3, 4] give db = [4, 6]. Yours is 10.",
            ),
        ),
        Mistake(
            "scales-upstream",
            edit=("da = dnext_h * (1 - next_h**2)", "dnext_h *= 1 - next_h**2\n    da = dnext_h"),
            side_effect="mutates",
            hints=(
                "Your caller's dnext_h is multiplied in place, so whoever handed it over finds other numbers in it.",
                "Does your line make a new array, or does it write into the one it was given?",
                "Call your function twice with one dnext_h: at next_h = 0.5 the second call starts from 0.75 of it.",
            ),
        ),
    ),
)

RNN_BACKWARD = Exercise(
    "rnn_backward",
    inputs=sequence,
    forward="rnn_forward",
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    patterns={
        "all": "Is rnn_step_backward right? Then ask at one h_t in the middle: which two gradients meet there, and do "
        "both go into the step?",
        "dWx,dWh,db": "The path through the states is right, only the weights are wrong. T steps share them: what "
        "becomes of the T gradients?",
        "dh0": "Only dh0 is wrong. What reaches h0, and how many times? Is there a loss at h0?",
        "dx": "Only dx is wrong. Which step's gradient belongs into step t = 1 of it, `dx[:, 0]`?",
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
                "Yours is the last one you met, that of the first step.",
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
                "In yours that step is done before the loss is met.",
            ),
        ),
        Mistake(
            "only-the-last-cache",
            edit=("cache[t]", "cache[-1]"),
            hints=(
                "Every step goes back through the cache of the last one.",
                "How many caches has the sequence, and which belongs to step t? If you wrote rnn_forward anew: does it "
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

WORD_EMBEDDING_BACKWARD = Exercise(
    "word_embedding_backward",
    inputs=word_ids,
    forward="word_embedding_forward",
    outputs={"dW": "V D"},
    patterns={"all": "Follow one word: row v of dW hears from every place where the word v stands, and from no other."},
    mistakes=(
        Mistake(
            "repeats-lost",  # also what dW[x] = dout gives: of several equal ids, the last one stays
            edit=("np.add.at(dW, x, dout)", "dW[x] += dout"),
            hints=(
                "Words that occur once are right. Of a word that occurs more often only one occurrence counts.",
                "What does NumPy do when one index stands twice in a list on the left of +=?",
                "z = np.zeros(3); z[[1, 1]] += 1 leaves z[1] at 1, not at 2.",
            ),
        ),
        Mistake(
            "averaged-over-repeats",
            edit=(
                "np.add.at(dW, x, dout)",
                "np.add.at(dW, x, dout)\n    dW /= np.maximum(np.bincount(x.ravel(), minlength=len(dW)), 1)[:, None]",
            ),
            hints=(
                "Each row is averaged over the occurrences of its word.",
                "If a row is used three times, how many paths lead from it to the loss?",
                "A word that occurs twice, with gradients 0.2 and 0.6, gets 0.8. Yours gets 0.4.",
            ),
        ),
        Mistake(
            "counts-only",
            edit=("np.add.at(dW, x, dout)", "np.add.at(dW, x, 1)"),
            hints=(
                "dW counts how often each word occurs: dout has no influence.",
                "Which of the function's arguments have you not used yet?",
                "One word, once, with dout = 0.2: its row gets 0.2. Yours gets 1.",
            ),
        ),
    ),
)

TEMPORAL_AFFINE_BACKWARD = Exercise(
    "temporal_affine_backward",
    inputs=affine,
    forward="temporal_affine_forward",
    outputs={"dx": "N T D", "dw": "D M", "db": "M"},
    patterns={
        "dw": "Only dw is wrong. It is a sum of N·T products of what came in and what goes back: are all there?",
        "db": "Only db is wrong. One b served N sequences at T steps: over which axes is it summed?",
        "dw,db": "dx is right, the weights are not. One w and one b served N sequences at T steps.",
        "dx": "Only dx is wrong. Each step of dx depends on the same step of dout alone, through w.",
    },
    mistakes=(
        Mistake(
            "last-step-only",
            edit=(
                'dw = np.einsum("ntd,ntm->dm", x, dout)\n    db = dout.sum(axis=(0, 1))',
                "dw = x[:, -1].T @ dout[:, -1]\n    db = dout[:, -1].sum(axis=0)",
            ),
            hints=(
                "dw and db hear the last step only.",
                "At how many steps did w act?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours is 0.1.",
            ),
        ),
        Mistake(
            "averaged-over-time",
            edit=(
                'dw = np.einsum("ntd,ntm->dm", x, dout)\n    db = dout.sum(axis=(0, 1))',
                'dw = np.einsum("ntd,ntm->dm", x, dout) / x.shape[1]\n    db = dout.sum(axis=0).mean(axis=0)',
            ),
            hints=(
                "dw and db are averaged over the steps.",
                "Does the forward pass divide by T anywhere?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "db-per-step",
            edit=("dout.sum(axis=(0, 1))", "dout.sum(axis=0)"),
            hints=(
                "db still has one row for each step: it is summed over the sequences only.",
                "Has every step a bias of its own?",
                "If 3 steps send back 0.5, 0.3 and 0.1 for a bias, db is 0.9. Yours holds the three apart.",
            ),
        ),
    ),
)

TEMPORAL_SOFTMAX_LOSS = Exercise(
    "temporal_softmax_loss",
    inputs=(scores, scores, large_scores, scores, scores),
    outputs={"loss": "", "dx": "N T V"},
    patterns={
        "dx": "The loss is right, its gradient is not. Whatever stands in front of a term of the loss, the mask "
        "included, stands in front of its gradient too.",
        "loss": "The gradient is right, the loss is not. Over which steps is it a sum, and over what a mean?",
        "all": "Take one sequence of one step first: loss = −log p[y], dx = p minus the one-hot of y. "
        "Then ask what the sum, the mean and the mask make of it.",
    },
    mistakes=(
        Mistake(
            "mean-over-time",
            edit=("astype(x.dtype) / N", "astype(x.dtype) / (N * x.shape[1])"),
            hints=(
                "Loss and gradient are divided by T: this is a mean over the steps.",
                "Sum over T, mean over N: by which of the two is the total divided?",
                "One sequence of 3 steps with losses 0.5, 0.3 and 0.1 has the loss 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "divided-by-mask-sum",
            edit=("mask[:, :, None].astype(x.dtype) / N", "mask[:, :, None].astype(x.dtype) / mask.sum()"),
            hints=(
                "Loss and gradient are divided by the number of steps that count.",
                "Sum over T, mean over N: how many sequences are there, however long each is?",
                "Two sequences with 3 and 1 steps that count: the sum of the 4 losses is divided by 2. Yours by 4.",
            ),
        ),
        Mistake(
            "mask-ignored",
            edit=("mask[:, :, None]", "np.ones_like(mask)[:, :, None]"),
            hints=(
                "Steps that are only padding count in the loss and in the gradient: the mask is not used.",
                "Change the scores of a padded step and nothing else. Should the loss move?",
                "With mask = [True, False] and losses 0.5 and 9, the loss is 0.5. Yours is 9.5.",
            ),
        ),
        Mistake(
            "mask-on-loss-only",
            edit=("dx = weight *", "dx = 1 / N *"),
            hints=(
                "Padded steps still get a gradient: the mask is on the loss only.",
                "If a score has no influence on the loss, what is its gradient?",
                "With mask = [True, False], step t = 2, `dx[:, 1]`, is all zeros. Yours is not.",
            ),
        ),
        Mistake(
            "no-max-subtraction",
            edit=("shifted = x - x.max(axis=-1, keepdims=True)", "shifted = x"),
            hints=(
                "Right for small scores. For scores around 800 the exponential does not fit into a float.",
                "Adding one number to all scores of a step leaves the probabilities as they are. Which number would "
                "keep every exponential at most 1?",
                "np.exp(710) is inf. The scores [800, 801] have the same probabilities as [−1, 0]: 0.2689 and 0.7311.",
            ),
        ),
        Mistake(
            "softmax-not-shifted",
            edit=(
                "log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))",
                "log_p = np.log(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True))",
            ),
            hints=(
                "Right for small scores. For scores around 800 the exponentials do not fit into a float, and their "
                "quotient is nan.",
                "Adding one number to all scores of a step leaves the probabilities as they are. Which number would "
                "keep every exponential at most 1?",
                "np.exp(800) is inf, and inf / inf is nan. The scores [800, 801] have the same probabilities as "
                "[−1, 0]: 0.2689 and 0.7311.",
            ),
        ),
    ),
)

UPSTREAM_MASK = Exercise(
    "upstream_mask",
    inputs=(
        wired("one to many", (3, 4, 5)),
        wired("many to one", (3, 4, 5)),
        wired("many to many, delayed", (4, 6)),
        wired("many to many, delayed", (5, 7)),
        wired("many to many, aligned", (3, 4, 5)),
        wired("one to one", (1,)),
    ),
    outputs={"mask": "T"},
    patterns={"all": "Draw the wiring: which h have an arrow to a y? Those are the steps with a loss of their own."},
    mistakes=(
        Mistake(
            "where-x-enters",
            whole="""def upstream_mask(wiring, T):
    mask = np.ones(T, dtype=bool)
    if wiring == "one to many":
        mask[1:] = False
    if wiring == "many to many, delayed":
        mask[(T + 1) // 2 :] = False
    return mask
""",
            hints=(
                "This mask says where x enters, not where y leaves.",
                "dh is the gradient from the losses. Are losses taken of inputs or of outputs?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "encoder-one-short",
            edit=("(T + 1) // 2", "T // 2"),
            hints=(
                "All right but one: for an odd T the delayed wiring starts to write a step too early.",
                "In assignment 01's drawing the encoder reads ⌈T/2⌉ steps. What is ⌈5/2⌉?",
                "Delayed over T = 5 reads 3 steps and writes 2: [False, False, False, True, True].",
            ),
        ),
        Mistake(
            "everywhere",
            whole="def upstream_mask(wiring, T):\n    return np.ones(T, dtype=bool)\n",
            hints=(
                "This mask is True everywhere, whatever the wiring.",
                "Every state hears from some loss, through later states. Which states have a loss of their own?",
                "Many to one over T = 3 has one output, at the end: [False, False, True].",
            ),
        ),
        Mistake(
            "last-always",
            whole="def upstream_mask(wiring, T):\n    return np.arange(T) == T - 1\n",
            hints=(
                "This mask is True at the last step only, whatever the wiring.",
                "Which wirings speak at more than one step?",
                "Aligned over T = 3 answers at every step: [True, True, True].",
            ),
        ),
    ),
)

SPOTS_THE_BUG = Exercise(
    "spots_the_bug",
    inputs=GRADED,
    shown=SHOWN,
    score=caught,
    outputs={"broken": ""},
    patterns={
        "all": "A bug shows only where the input gives it room: more than one sequence, a long enough sequence, an h0 "
        "that is not 0, a loss at every step. Check all five gradients, entry by entry."
    },
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
                "All your answers are the wrong way round.",
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

EXERCISES = (
    RNN_STEP_BACKWARD,
    RNN_BACKWARD,
    WORD_EMBEDDING_BACKWARD,
    TEMPORAL_AFFINE_BACKWARD,
    TEMPORAL_SOFTMAX_LOSS,
    UPSTREAM_MASK,
    SPOTS_THE_BUG,
)
