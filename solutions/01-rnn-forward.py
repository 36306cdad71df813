# %% [markdown]
# # 01 · One cell, any sequence
#
# An ordinary network maps one input to one output, and remembers nothing of it afterwards. A recurrent network reads a
# sequence step by step and keeps a *state*: a vector that each step computes from the state before and the new input.
#
# In the next hour and a half you write one, in NumPy: first a step, then a sequence, then four of the five ways to wire
# inputs to outputs.
#
# ![A cell with a loop, and the same cell drawn once per time step: every copy has the same weights W.](figures/recurrence.png)

# %% [markdown]
# ## Notation
#
# | text | code | shape |
# |---|---|---|
# | input $x_t$ | `x[:, t-1]` | (N, D) |
# | state $h_t$ | `h[:, t-1]` | (N, H) |
# | $W_{xh}^\top$, $W_{hh}^\top$, $b$ | `Wx`, `Wh`, `b` | (D, H), (H, H), (H,) |
# | output $y_t$ | `y[:, t-1]` | (N, M) |
# | $W_{hy}^\top$, $b_y$ | `Wy`, `by` | (H, M), (M,) |
#
# N sequences have T steps. Inputs have D numbers, outputs M. A state has H *units*: H numbers.
#
# Steps count from 1, arrays from 0: step t = 3 is `x[:, 2]`.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures

# %% [markdown]
# ## Why a state, and not a window
#
# An ordinary network could read the last k inputs at once: a *window*. Then older inputs can never matter, and a longer
# window needs more weights. Each place has its own, so what is learned at one place must be learned again at the
# others.
#
# A recurrent network uses one set of weights for any number of steps. Its state can depend on every input so far. The
# price is that all it keeps of them must fit into H numbers. Later you measure how far back it reaches.

# %% [markdown]
# ## Five wirings
#
# Every task has the same kind of cell. What differs is *where x enters and where y leaves*. A captioner reads one image
# and writes many words (*one to many*). An audio predictor reads many frames and answers once (*many to one*). A
# video's captioner reads everything, then writes (*delayed*). A labeller answers at each step (*aligned*).
#
# ![The five wirings: one to one, one to many, many to one, many to many delayed, many to many aligned.](figures/wirings.png)
#
# Choose a wiring, and light what feeds *the first output*. Which states could be left out without changing this output?

# %% tags=["explore"]
explorers.wirings()

# %% [markdown]
# ## One step
# `●●○○○ · 15 min · 15 points`
#
# $$h_t=f_W(h_{t-1}, x_t)=\tanh(W_{hh}\,h_{t-1}+W_{xh}\,x_t+b)$$
#
# $f_W$, with weights W, makes the new state from the old one and the input. Why tanh? It keeps every unit between −1
# and 1, however long the sequence is. And it is curved: without it, each state would be a weighted sum of the inputs so
# far, plus a constant. (In code, rows are sequences: $W_{xh}x_t$ is `x @ Wx`.)
#
# Below, one unit with one input is computed by hand. Before you run it: will the new state be positive? And if the old
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
# **Two units, no input.** Each arrow below is one step of *your* function; it points from a state towards the next.
# $W_{hh}$ turns a state by an angle and multiplies its length by a gain.
#
# Predict: with gain 1.5 and no rotation, in how many places do nearly all starts end? Then try a gain below 1: where
# does every start end? If several places draw states in, each is a *memory*: where a state ends depends on where it
# began.
#
# <details><summary>Picture</summary>
#
# ![Three phase portraits: all states spiral into the origin, circle it, or end in separate corners.](figures/phase-portrait.png)
#
# </details>

# %% tags=["explore"]
explorers.predict("memories", explorers.phase_portrait(rnn_step_forward))

# %% [markdown]
# ## A whole sequence
# `●●○○○ · 15 min · 15 points`
#
# Start from $h_0$ and apply the same step T times. No step makes $h_0$, so you choose it: zeros, or the last state of
# an earlier piece, or a state from another network.
#
# Keep each state: `h[:, 0]` is $h_1$. It is made from $x_1$, which is `x[:, 0]`. And `h[:, T-1]` is $h_T$. $h_0$ is not
# among them. The first turn of `for t in range(T)` makes $h_1$.
#
# Below, the input is 1 once, and 0 from then on. Predict: does the state come back to 0?

# %%
state, seen = 0.0, []
for x_t in [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]:
    state = np.tanh(x_t + 0.9 * state)
    seen.append(f"{state:.3f}")
explorers.predict("fading", "  ".join(seen))


# %% nbgrader={"solution": true, "grade_id": "rnn_forward"}
def rnn_forward(x, h0, Wx, Wh, b):
    """Run a vanilla RNN over a whole sequence, with your rnn_step_forward.

    x (N, T, D), h0 (N, H), Wx (D, H), Wh (H, H), b (H,).
    Returns h (N, T, H), where h[:, t-1] is the state h_t, t = 1 ... T, and a
    cache.
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
# A network computes with numbers, and words are not numbers. So give each of V words a row of D numbers in a matrix $W$, and let
# the row stand for the word. `x` holds word ids (N, T), and `out[n, t]` is row `x[n, t]` of `W`.
#
# A one-hot vector, which is 1 at the word's place and 0 elsewhere, would give the same row when multiplied by $W$. The
# lookup does it without the multiplication.


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
# The same affine map turns every state into an output. In the function the states come in as `x`, so its D is the
# network's H. No tanh follows: an output, such as a word's score, may be any number.


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
# A stretch of audio goes in, and one prediction comes out. The network reads the whole sequence, and the output is made
# from the last state $h_T$ alone. So whatever the output needs to know of $x_1$ must still be in $h_T$.


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
# Every frame of a video gets a label, so there is an output at every input. $y_t$ depends on $x_1, \dots, x_t$, and on
# nothing later.


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
# An image goes in, and a caption comes out. Only the first input comes from outside. After it, each output becomes the
# next input, so $x_{t+1} = y_t$ and M = D.
#
# You write the loop yourself: `rnn_forward` needs all inputs beforehand, and here they do not exist yet. The argument
# `x0` is $x_1$, the input of step 1; `h0` is $h_0$.


# %% nbgrader={"solution": true, "grade_id": "one_to_many"}
def one_to_many(x0, h0, steps, Wx, Wh, b, Wy, by):
    """Start from one input and feed every output back as the next input.

    x0 (N, D) is the first input, x_1; h0 (N, H), steps an int, Wy (H, D), by (D,).
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
# A video goes in, and a caption comes out: the network first reads everything, then writes. This is *many to one*
# joined to *one to many*. An *encoder* reads the input, and its last state is all that it hands on. A *decoder* with
# weights of its own starts from that state. Its first input is all zeros; after that, each output is its next input.


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
# ## What recurrence buys and what it costs
#
# You have seen one property already: a sequence run in pieces, with the state carried across, equals the sequence run
# whole. Here are three more, each measured on your own `rnn_forward`.
#
# **Size.** The same weights act at every step, so their number does not grow with T. The network that reads 5 steps
# also reads 40, and at the steps common to two lengths, the states agree.

# %% tags=["explore"]
figures.same_parameters(rnn_forward)

# %% [markdown]
# **Time.** Step t needs $h_{t-1}$, so each step of your loop waits for the one before. The time grows with T, and
# more processors do not change that. The grey line shows the time of one NumPy call with as many multiplications,
# which waits for no state. Your loop cannot be one call: the products with `Wx` need no state, but each product with
# `Wh` needs the state before. (Without tanh, pieces of the sequence could be computed side by side and joined
# afterwards. This is called a *scan*.)

# %% tags=["explore"]
figures.time_per_length(rnn_forward)

# %% [markdown]
# **Reach.** In theory $h_t$ can use $x_1$ however large t is. The figure below moves $x_1$ by a distance of 1 and
# follows the difference that this makes in h through 300 steps. It does so for four matrices $W_{hh}$, of spectral norm
# 0.5, 1, 1.5 and 2. (The spectral norm is the largest factor by which a matrix can lengthen a vector.)
#
# Predict: which of the four curves are below a thousandth at step 60?
#
# The thin line is the run of norm 2 again, with $x_1$ moved a million times less. Will it end a million times lower?

# %% tags=["explore"]
explorers.predict("reach", figures.reach(rnn_forward))

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`
#
# Stanford's CS231n lecture names four advantages: *any length*; *step t can, in theory, use what came many steps
# before*; *the size does not grow with the input*; *the same weights at every step*. Two disadvantages: *it is slow*;
# *in practice what came many steps before is hard to reach*.
#
# Write a true sentence on each, shown by a picture or number (1 each). Numbers from pictures earn more: in three
# sentences (1.5), in all six (1.5 more). Two seem to contradict each other: why do they not (1)?

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "trade_offs", "points": 10}
# **Exemplar (10 of 10).** *Any length*: the weights fix no T; in the figure on size one set runs T = 5, 10, 20 and 40,
# and the steps that two lengths share differ by 0. *Size*: T does not enter it; 32 parameters at every T, where a set
# for every step would need 1280 at T = 40 (same figure). *Same weights*: a step does not know its own position, so
# the sequence in four pieces of 12, the state carried, gives the states of the whole: difference 0, and 1.2 with the
# state reset (figure on pieces). *Reach, in theory*: every state is made from the one before, so a path leads from x_1
# to every later one; at norm 1.5, h still differs by 0.13 at step 60 (figure on reach). *Slow*: step t waits for step
# t − 1; on my machine 16 times the steps took 15 times as long (figure on time). *Hard to reach, in practice*: what travels on that
# path shrinks; at norm 0.5 the difference is below 1e-6 at step 18 and lost to rounding before step 60, at norm 1
# it is 2e-7 at step 60, at norm 1.5 it is 9e-7 at step 300 (figure on reach). *No contradiction*: the advantage says that a path exists,
# the disadvantage that little of use arrives. At norm 1 and below it must shrink: a step multiplies a difference by at
# most the norm, and tanh makes it smaller still. Norm 2 does not help: a change of 1e-6 ends about as large (4.0), so the difference at the end says
# little about the change at the beginning.
#
# **Rubric.** Choose what the answer has.
#
# - `any-length` (1): Your sentence on any length is true, and you say which figure or number shows it.
# - `reach-in-theory` (1): Your sentence on what can be used in theory is true, and you say which figure or number shows
#   it.
# - `size` (1): Your sentence on the size is true, and you say which figure or number shows it.
# - `same-weights` (1): Your sentence on the same weights is true, and you say which figure or number shows it.
# - `slow` (1): Your sentence on slowness is true, and you say which figure or number shows it.
# - `reach-in-practice` (1): Your sentence on what is hard to reach in practice is true, and you say which figure or
#   number shows it.
# - `three-numbers` (1.5): For at least three of the six you give a number from a figure.
# - `six-numbers` (1.5): For each of the six you give a number from a figure.
# - `no-contradiction` (1): You say why two of them do not contradict each other: that something can arrive is one
#   thing, how much of it arrives is another.
#
# **For the reader.** A note is as good as a sentence, but a figure and its numbers alone claim nothing. The figures
# are: *any length* and *size*: size; *same weights*: pieces or size; *slow*: time; *reach*, both times: reach;
# described is as good as named. Any number that the figure shows counts, a T, a step or a norm too. Times are the
# learner's own: any measured ratio counts. `six-numbers` comes with `three-numbers`. `no-contradiction`: "some
# weights can, these do not" counts; "theory and practice differ" does not. Numeric anchors: at norm 0.5 a step at
# least halves the difference (up to rounding); 299 steps after the change the four norms show 0 and 5e-16 (both are
# rounding, and may differ), 9e-7 and 4.7.
#
# **Borderline (5.5 of 10).** "Any length: the loop runs as long as there is input, see the figure on size. Early inputs
# can be used in theory, because each state is made from the one before. The size stays 32 parameters, at T = 5 and at T
# = 40, as the figure on size shows. Same weights: each step uses the same Wx, Wh and b; in the figure on pieces the
# difference is 0. It is slow, as each step waits: 16 times the steps took 16 times as long in the figure on time. In
# practice early inputs fade. There is no contradiction, because theory and practice differ." Chosen: `any-length`,
# `size`, `same-weights`, `slow`, `three-numbers`. Neither sentence on reach has anything that shows it, and for the
# last part what differs is not said.
#
# **Tempting and wrong (2 of 10).** "Any length: in the figure on size the same weights ran T = 40. Same weights: in
# pieces with the state carried, the figure shows a difference of 0. A longer sequence needs more parameters, and that
# is why it is slow. tanh saturates, so nothing of early inputs arrives, in theory or in practice." Chosen:
# `any-length`, `same-weights`. The figure on size refutes the third sentence. The fourth has one cause for all: at
# norm 0.5 a step halves a difference even without tanh, and at norm 2 a difference of 4.7 arrives.

# %% [markdown]
# ## What you built
#
# You built a step, a loop around it, two layers beside them, and four functions that decide where x enters and where y
# leaves.
#
# Exit question, for yourself: the LSTM of assignment 05 carries two arrays from step to step, h and c, but outputs h
# alone. Which of your eight functions must change for an LSTM? (Four: the state passes through `rnn_step_forward`,
# `rnn_forward`, `one_to_many` and `encode_decode`. The embedding and the affine map carry no state; `many_to_one` and
# `many_to_many` only read the h that `rnn_forward` returns.)
#
# Next: assignment 02 goes backwards through all of this.

# %% tags=["explore"]
check.progress()
