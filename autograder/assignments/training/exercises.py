"""03-training: truncated backpropagation through time, clipping, a character model."""

import numpy as np

from autograder.course.draws import cell, states
from autograder.course.exercise import Exercise, Mistake
from utils.checking.properties.sampling import IDS, MARKS, remembering
from utils.fixtures import Rng

ASSIGNMENT = "03-training"


def segments(k, T=None):
    """Return a drawing of one sequence of T steps (by default as long as the sizes say), to be cut every k steps."""

    def sequence(rng, s):
        steps = T or s.T
        x, dh = rng.standard_normal((s.N, steps, s.D)), rng.standard_normal((s.N, steps, s.H))
        return {"x": x, "h0": states(rng, s.N, s.H), **cell(rng, s.D, s.H), "dh": dh, "k": k}

    return sequence


def streams(N, k, ids):
    """Return a drawing of `ids` ids, to be read by N rows, k at a time."""

    def text(rng, s):
        return {"ids": rng.integers(0, 27, ids), "N": N, "k": k}

    return text


def gradients(share):
    """Return a drawing of one model's gradients; the limit is `share` of their norm, whatever the norm is."""

    def drawn(rng, s):
        shapes = {"Wx": (s.D, s.H), "Wh": (s.H, s.H), "b": (s.H,)}
        grads = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        grads["Wh"] *= 4
        norm = sum((g**2).sum() for g in grads.values()) ** 0.5
        return {"grads": grads, "max_norm": float(share * norm)}

    return drawn


def no_gradient(rng, s):
    """Draw gradients that are all zero, as those of a batch that is only padding."""
    grads = {name: 0 * g for name, g in gradients(1.0)(rng, s)["grads"].items()}
    return {"grads": grads, "max_norm": 5.0}


def writing(n, temperature, marked=True, seed=None):
    """Return a drawing of a network that remembers, and how it is to write; without a mark it starts from nothing.

    With a `seed` for what it draws with, the network is always the same one.
    """

    def drawn(rng, s):
        rng = rng if seed is None else np.random.default_rng(2007)
        mark = [rng.integers(0, MARKS)] if marked else []
        prime = [*mark, *(MARKS + rng.permutation(IDS - MARKS)[:2])]  # two that differ
        return {
            "params": remembering(rng),
            "prime": np.array(prime),
            "n": n,
            "temperature": temperature,
            "rng": Rng(int(rng.integers(2**31)) if seed is None else seed),
        }

    return drawn


# Each chunk is the next N · k ids of the text: what most people write first.
_IN_FILE_ORDER = """
def stream_batches(ids, N, k):
    L = (len(ids) - 1) // N
    batches, start = [], 0
    for s in range(0, L, k):
        end = start + N * min(k, L - s)
        batches.append((ids[start:end].reshape(N, -1), ids[start + 1 : end + 1].reshape(N, -1)))
        start = end
    return batches
"""

TRUNCATED_BPTT = Exercise(
    "truncated_bptt",
    inputs=(segments(1, 8), segments(3, 8), segments(4, 12), segments(9, 9), segments(2)),
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    patterns={
        "all": "Are rnn_forward and rnn_backward right? Then write down for the second segment: which state goes in, "
        "which part of x and of dh belongs to it, and what comes out.",
        "dWx,dWh,db": "Each segment is right by itself, since dx is. What becomes of the weights' gradients from one "
        "segment to the next?",
        "dh0": "Each segment returns a gradient at its own first state. Which segment's first state is h0?",
        "dWh": "Which state does the second segment start from?",
    },
    mistakes=(
        Mistake(
            "state-reset",
            edit=("rnn_forward(x[:, segment], h,", "rnn_forward(x[:, segment], h0,"),
            hints=(
                "These are the numbers of segments that all start from h0: the state is reset at each cut.",
                "Only the gradient is cut. If you laid the states of your segments end to end, would they be those of "
                "one long forward pass?",
                "One unit, Wh = 1, Wx = b = 0, h0 = 0.5, k = 1: the states are 0.4621, then 0.4318. Reset, both are "
                "0.4621.",
            ),
        ),
        Mistake(
            "state-zeroed",
            edit=("h = states[:, -1]", "h = np.zeros_like(h0)"),
            hints=(
                "These are the numbers of segments that start from zeros after the first: the state is lost at each "
                "cut.",
                "Only the gradient is cut. If you laid the states of your segments end to end, would they be those of "
                "one long forward pass?",
                "One unit, Wh = 1, Wx = b = 0, h0 = 0.5, k = 1: the states are 0.4621, then 0.4318. With the state "
                "thrown away the second is 0.",
            ),
        ),
        Mistake(
            "gradient-not-cut",
            edit=("    h = h0\n", "    h, k = h0, x.shape[1]\n"),
            hints=(
                "These are the numbers of full backpropagation through time: nothing is cut.",
                "With k = 1, may the loss at step t = 2, `dh[:, 1]`, change dx at step t = 1, `dx[:, 0]`?",
                "For k = 2, T = 4 and dh nonzero at the last step only, steps t = 1 and t = 2, `dx[:, 0:2]`, are "
                "exactly 0. Yours are not.",
            ),
        ),
        Mistake(
            "cut-one-step-late",
            edit=("    h = h0\n", "    h, k = h0, k + 1\n"),
            hints=(
                "These are the numbers of segments of k + 1 steps: each cut comes one step too late.",
                "For k = 3: which steps are in your first segment? How many are they?",
                "For k = 2 and T = 4 the segments are steps 1, 2 and steps 3, 4. Yours are 1, 2, 3 and 4.",
            ),
        ),
        Mistake(
            "cut-one-step-early",
            edit=("    h = h0\n", "    h, k = h0, max(k - 1, 1)\n"),
            hints=(
                "These are the numbers of segments of k − 1 steps: each cut comes one step too early.",
                "For k = 3: which steps are in your first segment? How many are they?",
                "For k = 3 and T = 6 the segments are steps 1 to 3 and 4 to 6. Yours are 1, 2, then 3, 4, then 5, 6.",
            ),
        ),
        Mistake(
            "last-steps-dropped",
            edit=("range(0, x.shape[1], k)", "range(0, x.shape[1] - k + 1, k)"),
            hints=(
                "The steps after the last full segment are missing: their gradients are 0.",
                "What if T is not a multiple of k? What if k is larger than T?",
                "For k = 3 and T = 8 the segments have 3, 3 and 2 steps. Yours has no third.",
            ),
        ),
        Mistake(
            "weights-gradients-overwritten",
            edit=("= dWx + dWx_in, dWh + dWh_in, db + db_in", "= dWx_in, dWh_in, db_in"),
            hints=(
                "The weights' gradients are those of the last segment alone: the earlier ones are overwritten.",
                "The same weights acted in every segment. How many terms has their gradient?",
                "If two segments give db = 0.2 and 0.3, db is 0.5. Yours is 0.3.",
            ),
        ),
        Mistake(
            "dh0-of-the-last-segment",
            edit=("        if start == 0:\n            dh0 = dh_in", "        dh0 = dh_in"),
            hints=(
                "Your dh0 is the gradient at the state where the last segment starts, not at h0.",
                "Which of the segments begins at h0?",
                "For k = 2, T = 4, changing dh at step t = 4, `dh[:, 3]`, must leave dh0 as it is: a cut lies "
                "between. In yours it does not.",
            ),
        ),
    ),
)

STREAM_BATCHES = Exercise(
    "stream_batches",
    inputs=(streams(3, 4, 25), streams(3, 4, 37), streams(4, 5, 50), streams(2, 7, 11), streams(1, 1, 2)),
    outputs={"batches": ""},
    patterns={
        "all": "Take ids = 0, 1, 2, … with N = 2 and k = 2 and print your first two chunks. Row 0 of the second chunk "
        "should go on where row 0 of the first stopped, and every y should be the x after it.",
    },
    mistakes=(
        Mistake(
            "shift-lost-at-the-cut",
            edit=("y[:, s : s + k])", "np.roll(x[:, s : s + k], -1, axis=1))"),
            hints=(
                "The last target of each chunk is wrong: at the cut, y is taken from inside the chunk.",
                "What follows the last id of a chunk: the first id of the same chunk, or the first of the next?",
                "ids 0, 1, 2, 3, 4 with N = 1 and k = 2: the first chunk is x = [0, 1], y = [1, 2]. Yours has "
                "y = [1, 0].",
            ),
        ),
        Mistake(
            "shift-lost-at-the-row",
            edit=("y = ids[1 : N * length + 1].reshape(N, length)", "y = np.roll(x, -1, axis=1)"),
            hints=(
                "The very last target of each row is wrong: it is the row's own first id.",
                "What follows the last id of row 0 in the text?",
                "ids 0 to 6 with N = 2: row 0 reads 0, 1, 2 and its targets are 1, 2, 3. Yours end with 0.",
            ),
        ),
        Mistake(
            "no-shift",
            edit=("ids[1 : N * length + 1]", "ids[: N * length]"),
            hints=(
                "Your y is x itself: the targets are not shifted.",
                "What is the network to predict, what it has just read or what comes next?",
                "ids 0, 1, 2, 3, 4 with N = 1 and k = 4: x = [0, 1, 2, 3] and y = [1, 2, 3, 4].",
            ),
        ),
        Mistake(
            "rows-interleaved",
            edit=(
                "x = ids[: N * length].reshape(N, length)\n    y = ids[1 : N * length + 1].reshape(N, length)",
                "x = ids[: N * length].reshape(length, N).T\n    y = ids[1 : N * length + 1].reshape(length, N).T",
            ),
            hints=(
                "Each of your rows takes every N-th id: neighbours in a row are no neighbours in the text.",
                "Read row 0 of all your chunks one after the other. Is it a piece of the text?",
                "ids 0 to 6 with N = 2: row 0 reads 0, 1, 2 and row 1 reads 3, 4, 5. Yours reads 0, 2, 4 and 1, 3, 5.",
            ),
        ),
        Mistake(
            "rows-not-contiguous",
            whole=_IN_FILE_ORDER,
            hints=(
                "Within one chunk your rows are right, but the next chunk does not go on where the same row stopped.",
                "The state after row 0 of chunk 1 is handed to row 0 of chunk 2. Which id should that row read first?",
                "ids 0 to 8 with N = 2 and k = 2: row 0 reads 0, 1 and then 2, 3. Yours reads 0, 1 and then 4, 5.",
            ),
        ),
        Mistake(
            "last-chunk-dropped",
            edit=("range(0, length, k)", "range(0, length - k + 1, k)"),
            hints=(
                "A chunk is missing: the ids after the last full chunk are left out.",
                "If a row has 7 ids and k is 4, how long is the second chunk?",
                "7 ids and k = 4 give chunks of 4 and 3. 3 ids and k = 4 give one chunk of 3.",
            ),
        ),
    ),
)

CLIP_GRAD_NORM = Exercise(
    "clip_grad_norm",
    inputs=(gradients(0.25), gradients(1.5), gradients(0.6), no_gradient, gradients(0.1)),
    outputs={"clipped": "", "norm": ""},
    patterns={
        "clipped": "The norm is right. By which one number should every entry of every gradient be multiplied?",
        "norm": "The clipped gradients are right. The norm to return is that of what came in, over all parameters.",
        "all": "Write all gradients into one long vector. Its length is the norm; its direction must not change.",
    },
    mistakes=(
        Mistake(
            "per-parameter",
            edit=(
                "clipped = {name: scale * g for name, g in grads.items()}",
                "clipped = {name: g * min(1.0, max_norm / max(np.sqrt(np.sum(g**2)), 1e-12)) "
                "for name, g in grads.items()}",
            ),
            hints=(
                "Each parameter is clipped by a norm of its own: that turns the gradient.",
                "How many norms should there be, and how many factors?",
                "Gradients 3 and 4 of two parameters, max_norm 2.5: the norm is 5, so they become 1.5 and 2. Yours "
                "both become 2.5.",
            ),
        ),
        Mistake(
            "elementwise",
            edit=("{name: scale * g", "{name: np.clip(g, -max_norm, max_norm)"),
            hints=(
                "Each entry is clipped by itself: that turns the gradient, and lets its norm exceed the limit.",
                "Does your clipped gradient still point in the direction of the original?",
                "The gradient [3, 4] with max_norm 2.5 becomes [1.5, 2], not [2.5, 2.5].",
            ),
        ),
        Mistake(
            "rescaled-when-below",
            edit=("if norm > max_norm else 1.0", "if norm > 0 else 1.0"),
            hints=(
                "Gradients that are already short enough are made longer, up to the limit.",
                "Clipping sets a ceiling. What should it do below?",
                "A gradient of norm 0.5 with max_norm 1 stays as it is. Yours gets norm 1.",
            ),
        ),
        Mistake(
            "always-rescaled",
            edit=(" if norm > max_norm else 1.0", ""),
            hints=(
                "Every gradient is brought to the limit, short ones too, and a gradient of 0 becomes NaN.",
                "Clipping sets a ceiling. What should it do below, and what is 0 / 0?",
                "A gradient of norm 0.5 with max_norm 1 stays as it is. Yours gets norm 1.",
            ),
        ),
        Mistake(
            "nan-on-zero",
            edit=("{name: scale * g", "{name: g / norm * min(norm, max_norm)"),
            hints=(
                "A gradient of 0 becomes NaN.",
                "What do you divide by when all gradients are 0?",
                "0 / 0 is NaN, and one NaN in an update makes every later number NaN. A gradient of 0 stays 0.",
            ),
        ),
        Mistake(
            "norms-added",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "sum(np.sqrt(np.sum(g**2)) for g in grads.values())",
            ),
            hints=(
                "The norms of the parameters are added up: that is not the norm of all of them together.",
                "If two parameters' gradients are the legs of a right triangle, what is the length of both together?",
                "Norms 3 and 4 together make 5, not 7.",
            ),
        ),
        Mistake(
            "norms-not-squared",
            edit=("np.sum(g**2)", "np.linalg.norm(g)"),
            hints=(
                "This is the square root of a sum of norms: each norm has had its own root already.",
                "What stands under the root: lengths, or squares of lengths?",
                "Norms 3 and 4 together make √(9 + 16) = 5. Yours is √(3 + 4) = 2.646.",
            ),
        ),
        Mistake(
            "no-square-root",
            edit=("np.sqrt(sum(np.sum(g**2) for g in grads.values()))", "sum(np.sum(g**2) for g in grads.values())"),
            hints=(
                "These are the numbers of a norm without its square root.",
                "If every gradient is doubled, by how much should the norm grow?",
                "The norm of [3, 4] is 5, not 25.",
            ),
        ),
        Mistake(
            "norm-after-clipping",
            edit=("return clipped, norm", "return clipped, min(norm, max_norm)"),
            hints=(
                "The norm you return is the one after clipping.",
                "Which of the two norms tells you, during training, that a gradient has exploded?",
                "A gradient of norm 5 and max_norm 1: return 5. After clipping it is always at most 1.",
            ),
        ),
        Mistake(
            "clips-in-place",
            edit=(
                "clipped = {name: scale * g for name, g in grads.items()}",
                "clipped = grads\n    for g in grads.values():\n        g *= scale",
            ),
            side_effect="mutates",
            hints=(
                "Your clipped gradients are right, but the grads that came in are changed as well.",
                "Whoever called you may still want the gradient as it was. `a *= s` changes a itself.",
                "After clip_grad_norm(grads, 1), grads should still have the norm you returned.",
            ),
        ),
    ),
)

SAMPLE = Exercise(
    "sample",
    inputs=(
        writing(600, 1.0),
        writing(600, 1.0, marked=False),
        writing(600, 2.0),
        writing(600, 0.6),
        writing(100, 1e-3),
        writing(100, 0),
        # One network asked three times: the same seed must give the same ids, another seed others.
        writing(60, 1.0, seed=1),
        writing(60, 1.0, seed=1),
        writing(60, 1.0, seed=2),
    ),
    outputs={"ids": "n"},
    properties="sampling.judge_sample",
    mistakes=(
        Mistake(
            "temperature-ignored",
            edit=("(scores - scores.max()) / temperature", "scores - scores.max()"),
            hints=(
                "These ids are drawn at temperature 1, whatever the temperature is.",
                "Where does the temperature stand, before the softmax or after it? Dividing probabilities by a number "
                "and making them sum to 1 again gives back the same probabilities.",
                "Scores 1 and 0 have the odds 2.72 to 1. At temperature 0.5 the odds are 7.39 to 1.",
            ),
        ),
        Mistake(
            "temperature-multiplies",
            edit=("(scores - scores.max()) / temperature", "(scores - scores.max()) * temperature"),
            hints=(
                "These ids are drawn at one over the temperature: the scores are multiplied by it.",
                "Which should be the bolder writer, temperature 2 or temperature 0.5?",
                "Scores 1 and 0 at temperature 2 have the odds e^0.5 = 1.65 to 1, not e^2 = 7.39 to 1.",
            ),
        ),
        Mistake(
            "always-the-likeliest",
            edit=("if temperature > 0 else", "if temperature < 0 else"),
            hints=(
                "These ids are the likeliest at every step: nothing is drawn.",
                "If an id has the probability 0.3, how often should it come in a hundred draws?",
                "Probabilities 0.6 and 0.4 should give the second id about 40 times in 100. Yours gives it never.",
            ),
        ),
        Mistake(
            "state-not-carried",
            edit=("h, _ = rnn_step_forward(one_hot[ids[-1:]], h,", "h, _ = rnn_step_forward(one_hot[ids[-1:]], 0 * h,"),
            hints=(
                "These ids are written by a network that forgets: each step starts from a state of zeros.",
                "Which two things go into a step, and where do they come from?",
                "After 'q' and after 'zzzzq' the next letter's probabilities differ if the state is carried. In yours "
                "they are equal.",
            ),
        ),
        Mistake(
            "state-stands-still",
            edit=(
                "        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
                "        now, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
            ),
            hints=(
                "These ids are written by a network whose state stands still after the prime.",
                "What makes the scores of the second id differ from those of the first?",
                "Print the scores of two steps in a row: they should differ. Yours are the same.",
            ),
        ),
        Mistake(
            "starts-from-ones",
            edit=("np.zeros((1, len(", "np.ones((1, len("),
            hints=(
                "These ids are written by a network whose state does not start from zeros.",
                "What should the state hold before the network has read anything?",
                "With Wx = 0, b = 0, Wh = 1, the state after one id is tanh(0) = 0. From ones it is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "prime-not-heard",
            edit=("for i in prime:", "for i in prime[-1:]:"),
            hints=(
                "Only the last id of the prime reaches the state: what came before it is not heard.",
                "What should the network have read before it writes its first id?",
                "For the primes 'th' and 'sh' the first scores differ, since the state has read t or s. Yours are "
                "equal.",
            ),
        ),
        Mistake(
            "not-fed-back",
            edit=("rnn_step_forward(one_hot[ids[-1:]], h,", "rnn_step_forward(one_hot[prime[-1:]], h,"),
            hints=(
                "The ids are not fed back: the network reads the end of the prime again and again.",
                "What is the input of the second step of writing?",
                "If the first id drawn is 7, the next step reads 7.",
            ),
        ),
        Mistake(
            "prime-among-ids",
            edit=("np.array(ids, dtype=int)", "np.concatenate([prime, ids]).astype(int)"),
            hints=(
                "The prime stands among the ids that are returned.",
                "Which of these ids did the network write, and which was it told?",
                "A prime of 3 ids and n = 10 give 10 ids. Yours are 13.",
            ),
        ),
        Mistake(
            "chance-of-its-own",
            edit=("rng.choice(", "np.random.choice("),
            hints=(
                "The probabilities are right, but nobody can repeat your draws: their chance does not come from rng.",
                "If somebody writes with your seed, do they get your text? Which of the function's arguments have you "
                "not used yet?",
                "sample(params, prime, 10, 1.0, np.random.default_rng(1)), called twice, should give the same 10 ids.",
            ),
        ),
        Mistake(
            "rng-ignored",
            edit=("rng.choice(", "(rng := np.random.default_rng(n) if not len(ids) else rng).choice("),
            hints=(
                "The probabilities are right, but every seed writes the same text: rng is not used.",
                "Where does your chance come from? Which of the function's arguments have you not used yet?",
                "default_rng(1) and default_rng(2) should write two different texts. A generator that you make and "
                "seed yourself, within the function, always starts anew.",
            ),
        ),
        Mistake(
            "seeds-the-global-generator",
            edit=("rng.choice(", "(np.random.seed(rng.integers(2**31)) or np.random).choice("),
            side_effect="chance",
            hints=(
                "The ids are right, but np.random was seeded or drawn from: all of Python shares that generator.",
                "Somebody else draws with np.random.rand() after calling you. Whose numbers do they get?",
                "After np.random.seed(3), np.random.rand() is 0.5508 for everybody. rng.random() moves rng alone.",
            ),
        ),
    ),
)

EXERCISES = (TRUNCATED_BPTT, STREAM_BATCHES, CLIP_GRAD_NORM, SAMPLE)
