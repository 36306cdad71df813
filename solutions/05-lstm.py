# %% [markdown]
# # 05 · Four gates and a cell
#
# A vanilla RNN makes a new state at every step: what it wants to keep must survive another product with
# $W_{hh}$ and another tanh. In assignment 04 gradients vanished there, or exploded.
#
# The LSTM (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000) has a second state, the *cell*: gates say how
# much stays and how much is added. You write it forwards; assignment 06 goes backwards.
#
# ![The cell's line passes through a product with f and a sum with i times g; o lets tanh of it out as h.](figures/lstm-cell.png)

# %% [markdown]
# ## Notation
#
# | in the text | in the code | shape |
# |---|---|---|
# | cell $c_t$, state $h_t$ | `c[:, t-1]`, `h[:, t-1]` | (N, H) |
# | gates $i_t, f_t, o_t$, candidate $g_t$ | `i`, `f`, `o`, `g` | (N, H) |
# | $W_{xh}^\top$, $W_{hh}^\top$, $b$ | `Wx`, `Wh`, `b` | (D, 4H), (H, 4H), (4H,) |
#
# Columns come in blocks of H, in the order **i, f, o, g** (PyTorch: i, f, g, o). $\odot$ multiplies entry by entry,
# $\sigma$ is the sigmoid. Strictly, g is not a gate. Steps count from 1, arrays from 0.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures

# %% [markdown]
# ## A gate
# `●○○○○ · 8 min · 10 points`
#
# A gate is a number between 0, shut, and 1, open, that something else is multiplied by. A sigmoid makes it:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^{x}}{1 + e^{x}}$$
#
# Both forms are right on paper. In float64, $e^{1000}$ overflows to `inf`: at x = 1000 the right one is then `nan`, and
# at x = −1000 the left one is 1 / inf, which happens to be 0. Write it so that nothing overflows. (`check` tells you of
# an overflow behind right numbers, at no cost.)


# %% nbgrader={"solution": true, "grade_id": "sigmoid"}
def sigmoid(x):
    """The logistic function 1 / (1 + e^(-x)), entry by entry.

    x is an array of any shape, with entries of any size: −1000 must give 0
    and 1000 must give 1, and nothing may overflow. Returns the same shape.
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    out = np.where(x >= 0, 1, e) / (1 + e)
    ### END SOLUTION
    return out


# %% nbgrader={"grade": true, "grade_id": "test_sigmoid", "points": 10}
check(sigmoid)

# %% [markdown]
# ## The cell alone
# `●●○○○ · 15 min · 15 points`
#
# Suppose somebody hands you the gates. What is left of an LSTM is two lines:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)$$
#
# f: whether to erase what is there. i: whether to write. g: what to write. o: how much to reveal. Mind the word
# "erase": f = 1 *keeps*, f = 0 erases.
#
# Predict: the cell holds 1, f is 0.9, and −0.4 is offered to a half-open input gate. Does the content
# change sign?

# %%
content, forget, write, offered = 1.0, 0.9, 0.5, -0.4
kept, written = forget * content, write * offered
content = kept + written
shown = f"kept {kept:.2f}, written {written:+.2f}: the cell now holds {content:.2f}"
explorers.predict("sign", f"{shown}\na half-open output gate shows {0.5 * np.tanh(content):.4f}")


# %% nbgrader={"solution": true, "grade_id": "lstm_from_gates"}
def lstm_from_gates(i, f, o, g, c0):
    """Run the cell of an LSTM whose gates are already known.

    i, f, o, g (N, T, H), c0 (N, H); f[:, t-1] is f_t.
    Returns h (N, T, H) and c (N, T, H), both for steps 1 ... T.
    """
    ### BEGIN SOLUTION
    c, prev_c = np.empty_like(g), c0
    for t in range(g.shape[1]):
        c[:, t] = prev_c = f[:, t] * prev_c + i[:, t] * g[:, t]
    h = o * np.tanh(c)
    ### END SOLUTION
    return h, c


# %% nbgrader={"grade": true, "grade_id": "test_lstm_from_gates", "points": 15}
check(lstm_from_gates)

# %% [markdown]
# **The gate console.** One cell, driven by *your* function. It starts with 1 inside; two pulses are offered to it. Solve
# each puzzle with the sliders before you press its button:
#
# - *latch*: keep c at 1, whatever is offered;
# - *leaky integrator*: write each pulse, and let it fade;
# - *reset*: empty the cell at once;
# - *secret*: keep c at 1, and show nothing.
#
# ![Three cells over time: one stays at 1, one jumps and fades, one drops to 0 at once.](figures/gate-console.png)

# %% tags=["explore"]
explorers.gate_console(lstm_from_gates)

# %% [markdown]
# ## One step
# `●●●○○ · 20 min · 25 points`
#
# Nobody hands out gates. Each unit computes its own, from the input and from what was revealed a step ago:
#
# $$\begin{pmatrix} i_t \\ f_t \\ o_t \\ g_t \end{pmatrix} =
# \begin{pmatrix} \sigma \\ \sigma \\ \sigma \\ \tanh \end{pmatrix}
# \left( W_{xh}\,x_t + W_{hh}\,h_{t-1} + b \right)$$
#
# The four have different weights; that they stand in one matrix is only for speed.
#
# Predict: with all weights and biases 0, and 1 in the cell, what is left after one step, and after ten?

# %%
half = 1 / (1 + np.exp(0.0))
left = [f"f = {half}, steps: {steps:2}, left: {half**steps:.6f}" for steps in (1, 10)]
explorers.predict("ten-halves", "\n".join(left))


# %% nbgrader={"solution": true, "grade_id": "lstm_step_forward"}
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of an LSTM.

    x (N, D), prev_h (N, H), prev_c (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,).
    The four blocks of H columns belong to i, f, o, g, in this order.
    Returns next_h (N, H), next_c (N, H), and a cache: what a backward step
    would need.
    """
    ### BEGIN SOLUTION
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    ### END SOLUTION
    return next_h, next_c, cache


# %% nbgrader={"grade": true, "grade_id": "test_lstm_step_forward", "points": 25}
display(figures.one_gate_at_a_time(lstm_step_forward))
check(lstm_step_forward)

# %% [markdown]
# ## A whole sequence
# `●●○○○ · 10 min · 12 points`
#
# The same loop as the RNN's, with one more thing to carry. CS231n's function starts with an empty cell, $c_0 = 0$, and
# returns the states only: the cell is the LSTM's own business.
#
# Take care that what you keep for the backward pass is not part of an array that you go on to fill.


# %% nbgrader={"solution": true, "grade_id": "lstm_forward"}
def lstm_forward(x, h0, Wx, Wh, b):
    """Run an LSTM over a whole sequence, starting from an empty cell, c_0 = 0.

    x (N, T, D), h0 (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,).
    Returns h (N, T, H), the states h_1 ... h_T: h[:, t-1] is h_t; and a cache.
    """
    ### BEGIN SOLUTION
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]), dtype=x.dtype)
    prev_h, prev_c, cache = h0, np.zeros_like(h0), []
    for t in range(T):
        prev_h, prev_c, step_cache = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
        cache.append(step_cache)
    ### END SOLUTION
    return h, cache


# %% nbgrader={"grade": true, "grade_id": "test_lstm_forward", "points": 12}
check(lstm_forward)

# %% [markdown]
# ## Hold a bit
# `●●●○○ · 15 min · 15 points`
#
# Now be the training. One unit, two inputs: a bit, +1 or −1, and a write flag, 1 or 0. When the flag is 1 the unit must
# take the bit; while it is 0 bits keep coming and must not matter.
#
# Choose the weights so that each bit is held through 100 such steps, and then replaced by the next: h on the bit's side,
# at least 0.5 from 0. Any weights that do it are right.

# %% [markdown]
# Where to begin: with the question each gate asks. What should i be when the flag is 1, and when it is 0? And f? A bias
# and one weight settle each. Gates are never quite shut: $\sigma(-4)$ is 0.018, and a hundred times 0.018 is 1.8.


# %% nbgrader={"solution": true, "grade_id": "latch_weights"}
def latch_weights():
    """Weights of an LSTM with D = 2 inputs and H = 1 unit that holds a bit.

    x[..., 0] is the bit, +1 or -1; x[..., 1] is the write flag, 1 or 0.
    Returns Wx (2, 4), Wh (1, 4), b (4,), columns in the order i, f, o, g.
    """
    ### BEGIN SOLUTION
    write, keep, show = -8.0, 8.0, 8.0
    b = np.array([write, keep, show, 0.0])
    Wx = np.array([[0.0, 0.0, 0.0, 8.0], [16.0, -16.0, 0.0, 0.0]])
    Wh = np.zeros((1, 4))
    ### END SOLUTION
    return Wx, Wh, b


# %% nbgrader={"grade": true, "grade_id": "test_latch_weights", "points": 15}
display(figures.held_bit(lstm_forward, latch_weights))
check(latch_weights)

# %% [markdown]
# ## In pieces
# `●●○○○ · 12 min · 13 points`
#
# Truncated BPTT (assignment 03) runs a long sequence in pieces. What must go from piece to piece is *all* of the state:
# h and c. `lstm_forward` cannot do that: it empties the cell at every call and keeps $c_T$ to itself. So write the
# version with both ends open.
#
# Below, your function runs 48 steps in pieces of 12, once with h and c handed over and once with h alone. Predict: does
# the second run find its way back to the first?

# %% [markdown]
# **Unaided at first.** Here `check` says only right or wrong: practice with fewer answers tends to last longer (Schmidt
# and Bjork 1992). Two tests of your own: from $c_0 = 0$ on, is `h` that of `lstm_forward`? Do two pieces, $h_T$ and
# $c_T$ handed over, give the `h` of the whole? `check(lstm_forward_full, help=True)` opens the usual card.


# %% nbgrader={"solution": true, "grade_id": "lstm_forward_full"}
def lstm_forward_full(x, h0, c0, Wx, Wh, b):
    """Run an LSTM from any state to its last state, so that it can go on from there.

    x (N, T, D), h0 (N, H), c0 (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,).
    Returns h (N, T, H), h_T (N, H), c_T (N, H), and a cache.
    """
    ### BEGIN SOLUTION
    states, cache = [], []
    h_T, c_T = h0, c0
    for t in range(x.shape[1]):
        h_T, c_T, step_cache = lstm_step_forward(x[:, t], h_T, c_T, Wx, Wh, b)
        states.append(h_T)
        cache.append(step_cache)
    h = np.stack(states, axis=1)
    ### END SOLUTION
    return h, h_T, c_T, cache


# %% nbgrader={"grade": true, "grade_id": "test_lstm_forward_full", "points": 13}
display(figures.carried_cell(lstm_forward_full))
check(lstm_forward_full)

# %% [markdown]
# (It does not.) The gradient suffers too: differentiate the sum of h over the second piece, steps 13 to 24, by all
# weights, the state at the cut held fixed. With h and c handed over this is the whole run's gradient, cut there. With the
# cell emptied it is off by 37 % of its own length in the median of ten seeds, by 14 to 77 % in single ones.
#
# (Inputs N(0, 1), Wx N(0, 1/D), D = 3, H = 8, each block of Wh orthogonal, forget bias 2; figure: seed 3, where it is
# 71 %.)

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`
#
# A unit counts brackets: `(` adds 1, `)` takes 1 away, a new line clears the count, others change nothing. Only `?` shows
# it, unchanged.
#
# 1. Which i, f, g: at `(` (1), at `)` (1), at a new line (1.5), at any other character, `?` among them (1.5)?
# 2. Where is o open, where shut (1)?
# 3. What does g's tanh do (1), and c's (1)? Is a high count lost, or hard to read (1)? Which two counts look alike, with
#    which h (1)?

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "what_gates_are_for", "points": 10}
# **Exemplar (10 of 10).** `(`: i = 1, f = 1, g = +1, o = 0. `)`: the same with g = −1. New line: i = 0, f = 0, g does
# not matter, o = 0. Any other character: i = 0, f = 1, g does not matter, o = 0. `?`: i = 0, f = 1, o = 1.
# The tanh in g bounds what one step can write to ±1 (only nearly reached: tanh(3) = 0.995), so no input, however large,
# changes the count by more than 1. The tanh on c bounds what is seen: counts 1, 2, 3 show as 0.762, 0.964, 0.995, so 3
# and 4 (0.9993) are hardly told apart. c itself is not squashed, so the count is not lost, only hard to read.
#
# **Rubric.** Choose what the answer has.
#
# - `opening` (1): At an opening bracket you add 1 and keep the rest: i = 1, f = 1, g = +1.
# - `closing` (1): At a closing bracket you take 1 away and keep the rest: i = 1, f = 1, g = −1.
# - `new-line` (1.5): You empty the cell at a new line: f = 0.
# - `others` (1.5): At any other character you write nothing and erase nothing: i = 0 (or g = 0), and f = 1.
# - `output-gate` (1): You open o at the question mark, and shut it everywhere else.
# - `tanh-of-g` (1): You say that the tanh in g bounds what one step can write.
# - `tanh-of-c` (1): You say that the tanh on c bounds what is read from the cell.
# - `not-lost` (1): You say that a high count is not lost: it stays in c, and is only hard to read.
# - `look-alike` (1): You name two counts that look alike, with the h of each.
#
# **For the reader.** Writing 1/0 or "open/shut" is the same. f = 1 keeps: who turns f round has none of the first four.
# `new-line`: f = 0 is enough, unless i and g then write something; i = 1 with g = 0 writes nothing. `others`: f has to
# be mentioned; the question mark need not be named once more. `output-gate`: "only at ?" says both; "opens at ?" does
# not say where it is shut. A bound named for both tanh at once, without what it bounds, earns neither `tanh-of-g` nor
# `tanh-of-c`; "h is bounded" earns `tanh-of-c`. `look-alike` needs two numbers, or one to which both are rounded.
# Numeric anchors: tanh(1) = 0.762, tanh(2) = 0.964, tanh(3) = 0.995.
#
# **Borderline (5 of 10).** As in the exemplar, except that the new line has i = 1, f = 0, g = 0 (that empties the cell,
# too) and that of o it says only that it is 1 at `?`. Then: "tanh keeps numbers between −1 and 1", once for both, without
# a number. Chosen: `opening`, `closing`, `new-line`, `others`. No word on where o is shut, or on whether the count is
# lost.
#
# **Tempting and wrong (3.5 of 10).** "`(`: i = 1, f = 1, g = 1. `)`: i = 0, and the forget gate closes a little, since
# something is taken away. Other characters: i = 0, f = 1. What is shown stays below 1, because of the tanh on c; so a
# count above 1 is lost." Chosen: `opening`, `others`, `tanh-of-c`. Erasing multiplies: with f = 0.5 a count of 4
# becomes 2, a count of 2 becomes 1. Taking away 1 is writing −1: that is what the sign of g is for. And the count is in
# c, which no tanh touches. The new line is left out, and o everywhere.

# %% [markdown]
# ## What you built
#
# A gate, a cell, and a step in which every unit computes its own gates. The loop around it is the one you already had.
# You set the gates by hand and made a memory that lasts: a forget gate of $\sigma(8)$ lets 0.9997 of a bit survive a
# step.
#
# Exit question, for yourself: along which path could a gradient travel from $c_T$ back to $c_1$ without meeting a weight
# matrix?
#
# Next: assignment 06 walks that path backwards, and measures how wide it is.

# %% tags=["explore"]
check.progress()
