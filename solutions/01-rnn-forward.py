# %% [markdown]
# # 01 · One cell, any sequence
#
# An ordinary network maps one input to one output and forgets. A recurrent network keeps a *state* that lives through
# time: it reads a sequence one step at a time, and what it has read so far is in the state.
#
# In the next hour and a half you write one, in NumPy: first a single step, then a whole sequence, then the five ways
# to wire inputs to outputs.
#
# ![A cell with a loop, and the same cell drawn once per time step: every copy has the same weights W.](figures/recurrence.png)

# %% [markdown]
# ## Notation
#
# | in the text | in the code | shape |
# |---|---|---|
# | input $x_t$ | `x[:, t]` | (N, D) |
# | state $h_t$ | `h[:, t]`, `next_h` | (N, H) |
# | $W_{xh}^\top$, $W_{hh}^\top$, $b$ | `Wx`, `Wh`, `b` | (D, H), (H, H), (H,) |
# | output $y_t$ | `y[:, t]` | (N, M) |
# | $W_{hy}^\top$, $b_y$ | `Wy`, `by` | (H, M), (M,) |
#
# N sequences run side by side, each T steps long. Rows are sequences, so the code multiplies from the right: `x @ Wx`.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures

# %% [markdown]
# ## Five wirings
#
# What changes from task to task is not the cell. It is *where x enters and where y leaves*: a caption reads one image
# and writes many words; a prediction from audio reads many frames and gives one answer; a video's caption first reads
# everything, then writes; labelling every frame answers at each step.
#
# ![The five wirings: one to one, one to many, many to one, many to many delayed, many to many aligned.](figures/wirings.png)
#
# Choose a wiring below, and light *the first output*. Which states could be left out without changing it?

# %% tags=["explore"]
explorers.wirings()

# %% [markdown]
# ## One step
# `●●○○○ · 15 min · 15 points`
#
# $$h_t = f_W(h_{t-1}, x_t) = \tanh(W_{hh}\,h_{t-1} + W_{xh}\,x_t + b)$$
#
# The new state is made from the old state and the new input, squashed into (−1, 1).
#
# Below, by hand, is one unit with one input. Before you run it: will the new state be positive? And what if the old
# state were −0.9?

# %%
x_t, h_before, w_xh, w_hh, bias = 0.5, -0.2, 1.0, 2.0, 0.1
total = x_t * w_xh + h_before * w_hh + bias
print(f"total {total:.2f} -> new state {np.tanh(total):.4f}")


# %% nbgrader={"solution": true, "grade_id": "rnn_step_forward"}
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """One step of a vanilla RNN.

    x (N, D), prev_h (N, H), Wx (D, H), Wh (H, H), b (H,).
    Returns next_h (N, H), and a cache: whatever you will want to remember
    when you go backwards through this step in assignment 02.
    """
    ### BEGIN SOLUTION
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    ### END SOLUTION
    return next_h, cache


# %% nbgrader={"grade": true, "grade_id": "test_rnn_step_forward", "points": 15}
display(figures.one_unit(rnn_step_forward))
check(rnn_step_forward)

# %% [markdown]
# **Two units, no input.** Give the cell two units and let it run on its own. Each arrow is one call of *your* function:
# from a state to the next. $W_{hh}$ turns by an angle and stretches by a gain.
#
# Predict, then try: with gain below 1, where does every start end? With gain 1.5 and no rotation, how many places are
# there to end in? A place that keeps the state is a *memory*.
#
# ![Three phase portraits of a two-unit RNN: all states spiral into the origin, circle it, or end in separate corners.](figures/phase-portrait.png)

# %% tags=["explore"]
explorers.phase_portrait(rnn_step_forward)

# %% [markdown]
# ## A whole sequence
# `●●○○○ · 15 min · 15 points`
#
# Start from $h_0$ and apply the same step, with the same weights, at $t = 1, \dots, T$. `h[:, t]` holds the state after
# reading `x[:, t]`; arrays count from 0, so `h[:, 0]` is $h_1$ and $h_0$ is not among them.
#
# Predict: below, the input is 1 once and 0 ever after. Does the state come back to 0?

# %%
state = 0.0
for x_t in [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]:
    state = np.tanh(x_t + 0.9 * state)
    print(f"{state:.3f}", end="  ")


# %% nbgrader={"solution": true, "grade_id": "rnn_forward"}
def rnn_forward(x, h0, Wx, Wh, b):
    """Run a vanilla RNN over a whole sequence, with your rnn_step_forward.

    x (N, T, D), h0 (N, H), Wx (D, H), Wh (H, H), b (H,).
    Returns h (N, T, H), the states h_1 ... h_T, and a cache.
    """
    ### BEGIN SOLUTION
    N, T, _ = x.shape
    h = np.empty((N, T, h0.shape[1]), dtype=x.dtype)
    prev_h, cache = h0, []
    for t in range(T):
        prev_h, step_cache = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
        cache.append(step_cache)
    ### END SOLUTION
    return h, cache


# %% nbgrader={"grade": true, "grade_id": "test_rnn_forward", "points": 15}
display(figures.carried_state(rnn_forward))
check(rnn_forward)

# %% [markdown]
# ## Words in
# `●○○○○ · 8 min · 8 points`
#
# Words are not numbers. Give each of V words a row of a matrix $W$ and let the row stand for the word:
# `x` holds word ids (N, T), `out[n, t]` is row `x[n, t]` of `W`. It is what multiplying a one-hot vector by $W$ would
# give, without the multiplication.


# %% nbgrader={"solution": true, "grade_id": "word_embedding_forward"}
def word_embedding_forward(x, W):
    """Look up one row of W for each word id.

    x (N, T) integers in 0 ... V-1, W (V, D).
    Returns out (N, T, D) and a cache.
    """
    ### BEGIN SOLUTION
    out = W[x]
    cache = (x, W.shape)
    ### END SOLUTION
    return out, cache


# %% nbgrader={"grade": true, "grade_id": "test_word_embedding_forward", "points": 8}
check(word_embedding_forward)

# %% [markdown]
# ## Numbers out
# `●○○○○ · 8 min · 8 points`
#
# $$y_t = W_{hy}\,h_t + b_y$$
#
# The same affine map reads every state. It is *not* squashed: a score may be any number.


# %% nbgrader={"solution": true, "grade_id": "temporal_affine_forward"}
def temporal_affine_forward(x, w, b):
    """Apply one affine map at every time step.

    x (N, T, D), w (D, M), b (M,).
    Returns out (N, T, M) and a cache.
    """
    ### BEGIN SOLUTION
    out = x @ w + b
    cache = (x, w, b)
    ### END SOLUTION
    return out, cache


# %% nbgrader={"grade": true, "grade_id": "test_temporal_affine_forward", "points": 8}
check(temporal_affine_forward)

# %% [markdown]
# ## Many to one
# `●○○○○ · 7 min · 10 points`
#
# Audio in, one prediction out. Read the whole sequence; only the last state $h_T$ speaks. Whatever $x_1$ had to say must
# have survived in it.


# %% nbgrader={"solution": true, "grade_id": "many_to_one"}
def many_to_one(x, h0, Wx, Wh, b, Wy, by):
    """Read a sequence, answer once.

    x (N, T, D), h0 (N, H), Wy (H, M), by (M,). Returns y (N, M), made from h_T.
    """
    ### BEGIN SOLUTION
    h, _ = rnn_forward(x, h0, Wx, Wh, b)
    y = h[:, -1] @ Wy + by
    ### END SOLUTION
    return y


# %% nbgrader={"grade": true, "grade_id": "test_many_to_one", "points": 10}
check(many_to_one)

# %% [markdown]
# ## Many to many, aligned
# `●○○○○ · 6 min · 10 points`
#
# A label for every frame of a video: an output at every input. $y_t$ knows $x_1, \dots, x_t$ and nothing later.


# %% nbgrader={"solution": true, "grade_id": "many_to_many"}
def many_to_many(x, h0, Wx, Wh, b, Wy, by):
    """Answer at every step.

    x (N, T, D), h0 (N, H), Wy (H, M), by (M,). Returns y (N, T, M).
    """
    ### BEGIN SOLUTION
    h, _ = rnn_forward(x, h0, Wx, Wh, b)
    y, _ = temporal_affine_forward(h, Wy, by)
    ### END SOLUTION
    return y


# %% nbgrader={"grade": true, "grade_id": "test_many_to_many", "points": 10}
check(many_to_many)

# %% [markdown]
# ## One to many
# `●●●○○ · 12 min · 12 points`
#
# An image in, a caption out: one input, then the network listens to itself. Each output becomes the next input, so
# $x_{t+1} = y_t$ and M = D. Here the loop is yours: `rnn_forward` cannot help, because the inputs do not exist yet.


# %% nbgrader={"solution": true, "grade_id": "one_to_many"}
def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):
    """Start from one input and feed every output back as the next input.

    x0 (N, D) is the first input, h0 (N, H), steps an int, Wy (H, D), by (D,).
    Returns y (N, steps, D).
    """
    ### BEGIN SOLUTION
    x, h, ys = x0, h0, []
    for _ in range(steps):
        h, _ = rnn_step_forward(x, h, Wx, Wh, b)
        x = h @ Wy + by
        ys.append(x)
    y = np.stack(ys, axis=1)
    ### END SOLUTION
    return y


# %% nbgrader={"grade": true, "grade_id": "test_one_to_many", "points": 12}
check(one_to_many)

# %% [markdown]
# ## Sequence to sequence
# `●●●○○ · 10 min · 12 points`
#
# A video in, a caption out: first read everything, then write. It is many to one joined to one to many. An *encoder*
# turns the input into its last state; a *decoder* with weights of its own starts from that state, its first input all
# zeros, and feeds itself.


# %% nbgrader={"solution": true, "grade_id": "encode_decode"}
def encode_decode(x, h0, steps, encoder, decoder):
    """Read x with the encoder, then write with the decoder.

    x (N, T, D), h0 (N, H), encoder = (Wx, Wh, b), decoder = (Wx, Wh, b, Wy, by)
    with Wx (M, H) and Wy (H, M) in the decoder. Returns y (N, steps, M).
    """
    ### BEGIN SOLUTION
    h, _ = rnn_forward(x, h0, *encoder)
    outputs = decoder[-1].shape[0]
    silence = np.zeros((x.shape[0], outputs), dtype=x.dtype)
    y = one_to_many(silence, h[:, -1], steps, *decoder)
    ### END SOLUTION
    return y


# %% nbgrader={"grade": true, "grade_id": "test_encode_decode", "points": 12}
check(encode_decode)

# %% [markdown]
# ## What it buys and what it costs
#
# You have seen one property already: a sequence run in pieces, with the state carried across, equals the sequence run
# whole. Here are three more, each measured on your own `rnn_forward`.
#
# **Size.** The same weights act at every step, so nothing grows with T: the network that
# reads 5 steps reads 40, and where two lengths overlap the states agree.

# %% tags=["explore"]
figures.same_parameters(rnn_forward)

# %% [markdown]
# **Time.** Step t needs $h_{t-1}$, so the steps wait for one another: time grows with T, however many processors you
# have. The grey line is the same arithmetic done for all steps at once, as one product: a recurrence may not do that.

# %% tags=["explore"]
figures.time_per_length(rnn_forward)

# %% [markdown]
# **Reach.** In theory $h_t$ can use $x_1$ for ever. Nudge $x_1$ and follow the difference through time, for three gains
# of $W_{hh}$ (its spectral norm). Predict which curve, if any, stays level.

# %% tags=["explore"]
figures.reach(rnn_forward)

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`
#
# The lecture names four advantages of recurrent networks: *any length*; *step t can, in theory, use what came many steps
# before*; *the size does not grow with the input*; *the same weights at every step*. And two disadvantages: *it is slow*;
# *in practice what came many steps before is hard to reach*.
#
# Give each of the six one sentence, and for each the measurement above that shows it, with its number. Two of the six
# seem to contradict each other: say why they do not.

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "trade_offs", "points": 10}
# **Exemplar (10 of 10).** *Any length*: the figure on size ran the same weights at every T it tried. *Size does not
# grow*: its parameter count is the same at every T. *Same weights at every step*: run in pieces with the state
# carried, the states equal those of the whole run to about 1e-16, so no step knows its own position. *Reach in
# theory*: in the figure on reach the nudge to x_1 is never exactly zero; at the largest gain it is still there at the
# end. *Slow*: doubling T doubles the time, since step t waits for step t − 1. *Hard to reach in practice*: at gain 0.5
# the nudge falls below 1e-6 within about twenty steps. The second advantage speaks of what some weights could do, the
# second disadvantage of what typical weights do: a path from x_1 to h_t exists, but what travels on it shrinks.
#
# **Rubric.** Four advantages, 1.5 points each: 0.5 for the sentence, 1 for a measurement that bears on it, with its
# number (numbers differ from machine to machine; accept those of the learner's own run). Two disadvantages, 1.5 points
# each, likewise. The apparent contradiction, 1 point: possible for some weights against likely for most, or: exists
# against large. Numeric anchor: at spectral norm 0.5 the nudge shrinks at least by half a step.
#
# **Borderline (6 of 10).** All six sentences are right but only size and time come with numbers; "no contradiction,
# because theory and practice differ" without saying what differs. Six half points for the sentences, two points for the
# two measured ones, half a point each for naming the right figure without its number (pieces, reach), none for the last
# part.
#
# **Tempting and wrong (3 of 10).** "RNNs are slow because they have many parameters; a longer sequence needs more
# weights" contradicts the first figure. "tanh saturates, so the RNN cannot reach back" mistakes one cause for the
# whole: at gain 0.5 the state is far from saturation and the nudge still vanishes. Points only for what stands in the
# same answer: same weights and any length, each with its measurement, 1.5 points each.

# %% [markdown]
# ## What you built
#
# A step, a loop around it, and four functions that only say where x enters and y leaves. The cell never changed.
#
# Exit question, for yourself: which of your functions would change if the cell were another one, say an LSTM? (One.
# That is what assignment 05 lives on.)
#
# Next: assignment 02 runs this backwards. Your caches are waiting.

# %% tags=["explore"]
check.progress()
