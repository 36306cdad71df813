# %% [markdown]
# # 03 · A long text, a short memory
#
# Backpropagation through time needs every state in memory when it begins to go back, and no weight moves before the
# last step is read. A book has a million letters. So here you cut a text into *segments*: the state is carried through
# each cut, the gradient is not.
#
# You write truncated backpropagation through time, gradient clipping, the batches of a long text, and a sampler. Then
# you train with them: networks whose gradient explodes, networks that must remember a bit, and one that learns to spell.

# %% [markdown]
# ## Notation
#
# | in the text | in the code | |
# |---|---|---|
# | segment length k | `k` | in steps |
# | state $h_t$ | `h[:, t-1]` | (N, H) |
# | gradient from the loss at step t | `dh[:, t-1]` | (N, H) |
# | letters, V = 27 | `ids` | 0 (a word's end), then a to z |
# | model, gradients | `params`, `grads` | dicts, `Wx` to `by` |
#
# Everything else is as before: N rows, T steps, and `x @ Wx`. Steps count from 1, arrays from 0.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, experiments, explorers, figures

# %% [markdown]
# ## What you start from
#
# The folded cells below hold seven functions of assignments 01 and 02: a step, a sequence and the *readout* (the affine
# map from state to output), each forward and backward, and the loss. You can begin here whatever became of yours.

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_affine_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_affine_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_softmax_loss"}

# %% [markdown]
# ## Cut the gradient, carry the state
# `●●●○○ · 25 min · 30 points`
#
# ![A network unrolled over six steps and cut after the third: the state arrow passes the cut, the dashed gradient arrows stop at it.](figures/segments.png)
#
# A cut lets the state through and stops the gradient. So the gradient of a loss reaches only inputs of its own segment.
#
# Predict: with a cut every four steps, how many steps does the loss at step 9 reach, its own included? And the
# loss at step 12?

# %% [markdown]
# You run forward through a segment of k steps and then backward through it:
#
# $$h_{s} \to h_{s+1} \to \dots \to h_{s+k}$$
#
# The next segment starts from the *value* of $h_{s+k}$. So while the weights stay fixed, as here, all states are
# exactly those of one long run.
#
# Only the gradient is an approximation. The backward pass of the next segment ends with a gradient at $h_{s+k}$, and
# there you drop it, as if that state did not depend on anything. The first segment has no cut before it: its gradient
# at $h_0$ is what you return as `dh0`.

# %% [markdown]
# So the loss at step 9, the first of its segment, reaches 1 step; that at step 12, the last of it, reaches 4.
#
# Below is a small case by hand: one linear unit, $h_t = 0.9\,h_{t-1} + x_t$, four steps, and a loss at step 3 alone. It
# compares segments with a window that always reaches the last k steps. With k = 2 a cut lies between steps 2 and 3:
# segments let the loss reach step 3 only, the window steps 2 and 3. With k = 1 and k = 4 the two agree.

# %%
for k in (1, 2, 4):
    for name, first in (("segments", 1 + 2 // k * k), ("window", 4 - k)):  # where it begins, maybe before step 1
        reached = [0.9 ** (3 - t) if first <= t <= 3 else 0.0 for t in (1, 2, 3, 4)]
        print(f"k = {k}, {name:8}: gradient at x_1 ... x_4 =", np.round(reached, 3))


# %% nbgrader={"solution": true, "grade_id": "truncated_bptt"}
def truncated_bptt(x, h0, Wx, Wh, b, dh, k):
    """Backpropagate within segments of k steps; the last segment may be shorter.

    x (N, T, D), h0 (N, H), and dh (N, T, H) from the losses at each step.
    The state is carried from segment to segment, the gradient is cut.
    Returns dx (N, T, D), dh0 (N, H), dWx (D, H), dWh (H, H), db (H,),
    the weights' gradients summed over all segments, dh0 that of the first.
    Use your rnn_forward and rnn_backward.
    """
    ### BEGIN SOLUTION
    dx, dh0 = np.zeros_like(x), np.zeros_like(h0)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    h = h0
    for start in range(0, x.shape[1], k):
        segment = slice(start, start + k)
        states, cache = rnn_forward(x[:, segment], h, Wx, Wh, b)
        dx[:, segment], dh_in, dWx_in, dWh_in, db_in = rnn_backward(dh[:, segment], cache)
        dWx, dWh, db = dWx + dWx_in, dWh + dWh_in, db + db_in
        if start == 0:
            dh0 = dh_in
        h = states[:, -1]
    ### END SOLUTION
    return dx, dh0, dWx, dWh, db


# %% nbgrader={"grade": true, "grade_id": "test_truncated_bptt", "points": 30}
display(figures.whole_and_cut(truncated_bptt))
check(truncated_bptt)

# %% [markdown]
# **What a cut buys and what it costs.** You save *memory*: only one segment's states are kept. The *work* stays: each
# step is run forward once and backward once, whatever k is. You pay with *bias*: the truncated gradient is not the full
# one. The explorer measures with your function what share of the full one is lost. (The network's *b*, also called a
# bias, is something else.)
#
# The *gain* is the factor by which $W_{hh}$ multiplies the length of a state. Predict, then move the gain: is the bias
# larger at a gain below 1, or at 1?

# %% tags=["explore"]
explorers.predict("bias", explorers.cut_lines(truncated_bptt))

# %% [markdown]
# **What each way keeps.** *Full* backpropagation keeps all paths and states. With *segments* a loss reaches back to the
# beginning of its segment, 1 to k steps. With a *window* it reaches the last k steps, for up to k times the work (the
# pale line above). Segments and window are extremes of one method (Williams and Peng 1990): after every $k'$ steps, go
# back $k$. Segments have $k'=k$, the window $k'=1$.
#
# *Randomised* truncation (Tallec and Ollivier 2017) draws the cuts and enlarges what passes, so that the mean over
# draws is the full gradient: no bias, but more noise.

# %% [markdown]
# ## Clip, but do not turn
# `●●○○○ · 15 min · 20 points`
#
# Now and then a gradient is huge, and a step of *plain descent*, weight − rate · gradient, throws the weights far away.
# *Clipping* limits its length (Pascanu, Mikolov & Bengio 2013). Lay the gradients of all parameters end to end, as one
# long vector $g$:
#
# $$\text{norm}=\lVert g\rVert\qquad\text{clipped}=g\cdot\min\!\left(1,\frac{\text{max\_norm}}{\text{norm}}\right)$$
#
# All parameters share one norm and factor: $g$ becomes shorter, but keeps its direction.
#
# Below, two parameters have one entry each; the limit is 2.5. Which direction results if each entry is clipped by
# itself?

# %%
g, limit = np.array([3.0, 4.0]), 2.5
for way, v in (("before", g), ("together", g * limit / np.sqrt(g @ g)), ("each entry", np.minimum(g, limit))):
    print(f"{way:10}", v, f"direction {v[1] / v[0]:.3f}")


# %% nbgrader={"solution": true, "grade_id": "clip_grad_norm"}
def clip_grad_norm(grads, max_norm):
    """Limit the length of all gradients together, without turning them.

    grads is a dict of arrays, max_norm a positive number. Returns clipped, a
    new dict with the same keys and shapes, and norm, the length before
    clipping. Gradients that are short enough, or all zero, stay as they are.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    clipped = {name: scale * g for name, g in grads.items()}
    ### END SOLUTION
    return clipped, norm


# %% nbgrader={"grade": true, "grade_id": "test_clip_grad_norm", "points": 20}
display(figures.ceiling(clip_grad_norm))
check(clip_grad_norm)

# %% [markdown]
# **A compass.** Some programs clip each parameter by itself, or each entry. In both cases the gradient does not grow,
# but it may still be longer than the limit, and it may turn. Set the limit very low: where does the entry-by-entry
# arrow point?

# %% tags=["explore"]
explorers.clip_compass(clip_grad_norm)

# %% [markdown]
# ## One segment of training
#
# The function below joins your layers into a model. It does what one turn of the loop in your `truncated_bptt` does, and
# adds the readout and the loss. A state comes in and a state goes out, but no gradient passes from one segment to
# another. After each segment the weights take one step.


# %%
def train_segment(params, x, y, h):
    """x (N, k, V) one-hot, y (N, k) ids, h (N, H).

    Returns the loss per step, the gradients of the loss summed over the k
    steps, and the last state.
    """
    h, cache = rnn_forward(x, h, params["Wx"], params["Wh"], params["b"])
    scores, readout = temporal_affine_forward(h, params["Wy"], params["by"])
    loss, dscores = temporal_softmax_loss(scores, y, np.ones(y.shape, dtype=bool))
    dh, dWy, dby = temporal_affine_backward(dscores, readout)
    _, _, dWx, dWh, db = rnn_backward(dh, cache)
    grads = {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}
    return loss / y.shape[1], grads, h[:, -1]


# %% [markdown]
# ## What clipping is for
#
# The task is easy: repeat the random bit of the step before. The recipe: one-hot bits, $H=24$, Wx ~ N(0, 0.5²), Wh ~
# N(0, scale²/H), segments of 60 steps, plain descent at rate 0.02.
#
# Before training, over seeds 0 to 39, the spectral norm of $\partial h_{60}/\partial h_1$ has the median 2e-7 at scale 1
# (10th–90th percentile: 2e-9 to 3e-4) and 180 at scale 2 (0.2 to 3,200): there, most gradients explode.
#
# Guessing costs $\ln2=0.693$ *nats* (from *natural* logarithm). Predict for scales 1 and 2, clipped and not: which
# networks end worse than guessing?

# %% tags=["explore"]
explorers.predict("exploding", experiments.exploding(train_segment, clip_grad_norm))

# %% [markdown]
# Without clipping, at scale 2 all ten seeds end worse than guessing, with a median of 3.1 nats (10–90 %: 1.4 to 6.5);
# at scale 1, one does. Rounding decides much at scale 2: if Wh is first multiplied by 1 + 1e-14, the median is 2.1
# (1.5 to 6.6). Clipped, all end below 0.3 at either scale.
#
# A smaller rate helps too: at scale 2, unclipped, eight end below 0.02 nats with rate 0.005, and all below 0.5 with
# 0.001. But clipping does not make a wild gradient useful: at scale 3, clipped, some stay above 0.5 nats.

# %% [markdown]
# **Adam** (Kingma and Ba 2015) takes the steps from here on. For each weight it keeps two running means, of its
# gradient $g$ and of $g^2$:
#
# $$m \leftarrow 0.9\,m + 0.1\,g \qquad v \leftarrow 0.999\,v + 0.001\,g^2$$
#
# $$\text{weight} \leftarrow \text{weight} - \text{rate} \cdot \frac{m / (1 - 0.9^n)}{\sqrt{v / (1 - 0.999^n)}}$$
#
# in step n = 1, 2, …. Both means start at 0, and the divisions by $1 - 0.9^n$ and $1 - 0.999^n$ make up for that. Apart
# from a tiny constant that prevents 0 / 0, gradients 100 times as long would give the same steps.

# %% [markdown]
# ## Where truncation bites
#
# Random bits go in, and at every step the network must give the bit of *eight* steps ago, $y_t = x_{t-8}$: the *lag* is
# 8. Guessing costs $\ln 2 = 0.693$ nats a bit.
#
# The state is carried through every cut, so the answer *could* be in it. But with k = 8 no gradient goes from an answer
# back to the bit that it should repeat: that bit lies in the segment before. With k = 9 a gradient does so for one
# answer in nine, the last of each segment. Predict both curves.

# %% tags=["explore"]
explorers.predict("recall", experiments.recall(train_segment, clip_grad_norm))

# %% [markdown]
# Of 18 recorded runs those with k above the lag learn the task; the others end at guessing. At $k=8$ the loss falls to
# about 0.2 nats, then rises. The truncated gradient is not that of the loss, so it may lead away from a good place.
#
# But a k no larger than the lag can be enough: without any training, a carried state may still hold the last input. At
# lag 1, k = 1 ends below 1e-6 nats; at lag 2, it ends at guessing (three seeds each). A larger k reaches further back;
# 04 asks what arrives.

# %% [markdown]
# ## A text in N rows
# `●●●○○ · 15 min · 20 points`
#
# A long text is one array, `ids` (n,). Cut it into N streams of (n − 1) // N ids. The target of each id is the id that
# follows it *in the text*; the last target is the first id left over after the last stream.
#
# Stream i is row i. Hand out all rows in *chunks* of k steps: row i of each chunk continues row i of the chunk before.
# Only then does row i's carried state belong to what follows.


# %% nbgrader={"solution": true, "grade_id": "stream_batches"}
def stream_batches(ids, N, k):
    """Cut a text into N streams and these into chunks of k steps.

    ids (n,) integers. Returns a list of pairs (x, y), integer arrays of shape
    (N, k); y holds the id after each in x. The last chunk has fewer steps
    if k does not divide (n - 1) // N.
    """
    ### BEGIN SOLUTION
    length = (len(ids) - 1) // N
    x = ids[: N * length].reshape(N, length)
    y = ids[1 : N * length + 1].reshape(N, length)
    batches = [(x[:, s : s + k], y[:, s : s + k]) for s in range(0, length, k)]
    ### END SOLUTION
    return batches


# %% nbgrader={"grade": true, "grade_id": "test_stream_batches", "points": 20}
check(stream_batches)

# %% [markdown]
# ## Let it write
# `●●●○○ · 20 min · 20 points`
#
# The network reads a *prime*, the letters given to it. Then it writes: its scores become probabilities, and the id
# that is drawn is the next input.
#
# $$P(i)=\frac{e^{s_i/\tau}}{\sum_j e^{s_j/\tau}}$$
#
# Here $s_i$ is the score of id i, and τ the *temperature*. A large τ makes the writer bold, a small one careful;
# $\tau=0$ means the likeliest id, always. A small τ makes large exponents: remember assignment 00. Draw with `rng` in
# any way: `check` does not compare single draws, only how often each id follows the ids before it.


# %% nbgrader={"solution": true, "grade_id": "sample"}
def sample(params, prime, n, temperature, rng):
    """Read prime, then write n ids, each drawn from the network and fed back.

    params: Wx (V, H), Wh (H, H), b (H,), Wy (H, V), by (V,); an id goes in
    one-hot, and the state starts from zeros. prime (p,) integers, p >= 1;
    temperature >= 0; rng a numpy Generator. Returns ids (n,), an integer
    array: what was written, without the prime. Use your rnn_step_forward.
    """
    ### BEGIN SOLUTION
    one_hot = np.eye(len(params["by"]))
    weights = params["Wx"], params["Wh"], params["b"]
    h, ids = np.zeros((1, len(params["b"]))), []
    for i in prime:
        h, _ = rnn_step_forward(one_hot[[i]], h, *weights)
    for _ in range(n):
        scores = (h @ params["Wy"] + params["by"])[0]
        p = np.exp((scores - scores.max()) / temperature) if temperature > 0 else one_hot[scores.argmax()]
        ids.append(rng.choice(len(p), p=p / p.sum()))
        h, _ = rnn_step_forward(one_hot[ids[-1:]], h, *weights)
    ids = np.array(ids, dtype=int)
    ### END SOLUTION
    return ids


# %% nbgrader={"grade": true, "grade_id": "test_sample", "points": 20}
check(sample)

# %% [markdown]
# ## It learns to spell
#
# The text has 105,572 words of the CMU Pronouncing Dictionary, in *alphabetical* order. After "abandon" comes
# "abandoned": the previous word helps, and it is about eight steps away.
#
# Your `stream_batches` and `clip_grad_norm` train a network with H = 128 on the first 160,000 letters, which hold the
# words from "a" to "condron". Your `sample` lets it write at temperature 0.7, after "ab", "be" and "co". Watch the
# first letters: in 300 samples of ours (seed 0, a hundred for each prime), 72 % of the words begin with the same letter
# as the word before.

# %% tags=["explore"]
experiments.characters(train_segment, stream_batches, clip_grad_norm, sample)

# %% [markdown]
# **Nats and perplexity.** The loss is in nats a letter. Its exponential, $e^L$, is called *perplexity*: a network with
# the loss $L$ is as uncertain as one that chooses evenly among $e^L$ letters. Guessing evenly among all 27 costs $\ln
# 27 = 3.30$ nats, a perplexity of 27. Below, in alphabetical order, k = 16 ends at 2.04 nats, a perplexity of 7.7
# (median of ten seeds).
#
# In your run above all 313 gradients are longer than the limit, 1. So clipping is no rare rescue there: it gives every
# gradient the same length.

# %% [markdown]
# **Does k matter here?** We recorded runs of the same recipe on 640,000 letters, with ten seeds each. In alphabetical
# order k = 16 ends lowest. But k = 16 with the state reset at each cut ends behind k = 1 and k = 4, whose state is
# carried. On shuffled words truncation looks free: what helps there is within a word, a few letters back, and k = 1 is
# even ahead.

# %% tags=["explore"]
experiments.recorded_characters()

# %% [markdown]
# **Why is k = 1 ahead of k = 4, even in alphabetical order?** It ends at 2.14 nats (2.14 to 2.16), k = 4 at 2.18 (2.16
# to 2.19). But on the same text it makes four times as many updates. With one update for four gradients, three seeds of
# k = 1 end at 2.239 to 2.255, behind every run of k = 4.
#
# Shuffled, k = 16 ends at 2.36 (ten seeds); k = 1 with as few updates ends at 2.37 (three seeds), a little behind. More
# updates put k = 1 ahead.

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`
#
# A colleague writes: "I compared k = 1 with k = 16 on my data. The loss is the same: truncation is harmless."
#
# Say when truncation is harmless (1 point) and when it bites (1), each with a measurement from above (1 each). What
# crosses a cut (1), and what does not (1)? Why does the network then often *still* not learn to use what crosses (1.5)?
# What else differs between the colleague's two runs (1), and which experiment would you ask for (1.5)?

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "harmless_truncation", "points": 10}
# **Exemplar (10 of 10).** Truncation is harmless where no gradient through a cut is needed: what helps lies within k
# steps, the present one counted, or so close that the carried state holds it anyway. In recall with a lag of 1, k = 1
# ends below 1e-6 nats; on shuffled words, with equally many updates, k = 1 ends at 2.37 nats a letter (three seeds) and
# k = 16 at 2.36 (ten), which is nearly harmless. It bites where something k steps back or more is needed and must be
# stored on purpose: in recall, with a lag of 8, k = 8 ends at 0.69 nats, guessing, and k = 9 below 0.001; in
# alphabetical order k = 1 ends at 2.14 and k = 16 at 2.04. The state does carry old inputs through a cut, but no
# gradient comes back through it, so no weight is rewarded for storing what would lower a later loss; what is learned all
# the same is not held: k = 8 falls to about 0.2 nats and goes back to guessing. On the same text k = 1 makes sixteen
# times as many updates. So I would ask for both with equally many updates, or for k well above 16: if the loss stays, a
# longer way for the gradient buys nothing on these data.
#
# **Rubric.** Choose what the answer has.
#
# - `harmless` (1): You say under which condition truncation is harmless.
# - `harmless-measured` (1): You give a measurement, with its number, in which truncation did little or no harm.
# - `bites` (1): You say that truncation can bite where something is needed that lies k steps back or more.
# - `bites-measured` (1): You give a measurement, with its number, in which truncation did harm.
# - `state-crosses` (1): You say that the state is carried through a cut.
# - `gradient-stops` (1): You say that no gradient comes back through a cut.
# - `not-rewarded` (1.5): You say why the network does not learn to use what is carried: no weight is rewarded, or
#   corrected, for what it stores there.
# - `what-else` (1): You name something else that differs between the two runs.
# - `experiment` (1.5): You ask for an experiment whose outcome would decide.
#
# **For the reader.** `harmless`: "what helps lies within k steps", "the carried state holds it anyway", "only short
# dependencies" or "the gradient vanishes before the cut". `bites`: "something at a lag of k or more is needed", or
# "long dependencies"; "always" is not. `not-rewarded` says more than that there is no gradient: it says what the
# weights miss by it. `what-else`, any of these: on the same text k changes the number of updates; the gradient sums
# over k steps and is longer, so clipping takes away more. `experiment`, one of these, or another that decides:
# equally many updates, a larger k, a task with a known lag, state reset against carried, words shuffled. Numeric
# anchors: recall 0.69 against < 0.01; in order 2.14 against 2.04; shuffled 2.29 against 2.36 (medians of ten seeds;
# single ones 2.14 to 2.16, 2.02 to 2.05, 2.29, 2.36), with equally many updates 2.37 (three seeds, 2.37) against
# 2.36.
#
# **Borderline (6.5 of 10).** "Harmless for short dependencies (shuffled: no gain), harmful for long ones (recall fails
# at k = 8, 0.69 nats). The state is carried, but the gradient is cut. I would try a larger k." Chosen: `harmless`,
# `bites`, `bites-measured`, `state-crosses`, `gradient-stops`, `experiment`. "No gain" is no number; why nothing is
# learned and what else differs is not said.
#
# **Tempting and wrong (2.5 of 10).** "With k = 1 the network cannot use anything older than one step, because it
# forgets at every cut: in recall k = 8 ends at 0.69 nats. I would ask for a larger k." Chosen: `bites-measured`,
# `experiment`. It confuses the cut gradient with a reset state: carried state reaches as far as before, only learning
# to use it does not.

# %% [markdown]
# ## What you built
#
# You built a gradient that is cut and a state that is not, a limit on the gradient's length that leaves its direction
# alone, rows of text that go on where they stopped, and a network that writes.
#
# Exit question, for yourself: your loss is fine for hours, then NaN. Which number, returned by which of your functions,
# would you have printed at every step?
#
# Next: assignment 04 asks what becomes of a gradient that is not cut.

# %% tags=["explore"]
check.progress()
