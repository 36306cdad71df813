# %% [markdown]
# # 05 · Three gates and a cell
#
# A vanilla RNN makes a new state at every step. What it keeps must survive a product with $W_{hh}$ and a tanh each
# time. In assignment 04 most gradients vanished there, or exploded.
#
# The LSTM, *long short-term memory* (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000), gives each unit a
# second state: the *cell*. *Gates* decide how much the cell keeps, takes in and shows.
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
# As before, there are N sequences of T steps, D inputs and H units. Columns come in blocks of H, in the order
# **i, f, o, g**. Steps count from 1, arrays from 0.

# %% [markdown]
# $\odot$ multiplies entry by entry, and $\sigma$ is the sigmoid of the next section. *Bias* has two senses in this
# course. Here a bias is one of the numbers b that are added before a σ or tanh. In assignment 03 the bias was the share
# of a gradient that truncation loses.

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
# A gate is a number between 0 and 1 that multiplies something else. At 0 it is shut and lets nothing through; at 1 it is
# open and lets everything through. A sigmoid turns any number into such a gate:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^{x}}{1 + e^{x}}$$
#
# Both forms are right on paper. In float64, however, $e^{1000}$ overflows to `inf`.

# %% [markdown]
# At x = 1000 the second form is inf / inf, which is `nan`. At x = −1000 the first is 1 / inf, which happens to be 0.
# Write σ so that nothing overflows. `check` reports an overflow even where the numbers are right, but it costs no
# points.


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
# If the gates are known, an LSTM is two lines:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)$$
#
# - The *forget gate* f: how much to keep of the old cell. Its name misleads: f = 1 keeps everything, f = 0 nothing.
# - The *input gate* i: how much to write.
# - The *candidate* g, from −1 to 1: what to write. Strictly, it is not a gate.
# - The *output gate* o: how much to reveal of the new cell.

# %% [markdown]
# Why a sum? In assignment 04 each step sent the whole state through a matrix and a tanh. Here the old content is only
# multiplied by f. With f = 1 and i = 0 it stays exactly as it is, for as many steps as you like.
#
# Predict: below, the cell holds 1, f is 0.9, and the candidate is −0.4, with the input gate half open. Does the content of
# the cell change sign?

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
# **The gate console.** This is one cell, driven by *your* function. It starts with 1 inside, and two pulses are offered
# to it. Solve each puzzle with the sliders before you press its button:
#
# - *latch*: keep c at 1, whatever is offered, and h above 0.5;
# - *leaky integrator*: write and show each pulse; half fades in 5 to 10 steps;
# - *reset*: empty the cell at once, and let nothing in;
# - *secret*: keep c at 1, and show nothing.
#
# ![Three cells over time: one stays at 1, one jumps and fades, one drops to 0 at once.](figures/gate-console.png)

# %% tags=["explore"]
explorers.gate_console(lstm_from_gates)

# %% [markdown]
# ## One step
# `●●●○○ · 25 min · 25 points`
#
# In a network every unit computes its own gates. They depend on the input $x_t$, and on the state $h_{t-1}$ that all
# units showed a step earlier:
#
# $$\begin{pmatrix} i_t \\ f_t \\ o_t \\ g_t \end{pmatrix} =
# \begin{pmatrix} \sigma \\ \sigma \\ \sigma \\ \tanh \end{pmatrix}
# \left( W_{xh}\,x_t + W_{hh}\,h_{t-1} + b \right)$$
#
# Each of the four has weights and biases of its own. They are stacked, in `Wx`, `Wh` and `b`, only because one large
# product is faster than four small ones.

# %% [markdown]
# **One step by hand.** Take one unit with one input: $x_t = 1$, $h_{t-1} = 0.5$, $c_{t-1} = 2$. All four first add up
# weight times $x_t$, weight times $h_{t-1}$, and bias:
#
# | | sum | value |
# |---|---|---|
# | i | 1·1 + 2·0.5 + 0 = 2 | σ(2) = 0.881 |
# | f | −1·1 + 2·0.5 + 1 = 1 | σ(1) = 0.731 |
# | o | 0·1 + 2·0.5 − 1 = 0 | σ(0) = 0.500 |
# | g | −1·1 + 0·0.5 + 0 = −1 | tanh(−1) = −0.762 |

# %% [markdown]
# *Keep.* The forget gate keeps 0.731 of the 2 in the cell: 0.731 · 2 = 1.462.
#
# *Write.* The candidate is −0.762, and the input gate lets 0.881 of it in: 0.881 · (−0.762) = −0.671.
#
# *Add.* The new cell is 1.462 − 0.671 = 0.791.
#
# *Reveal.* tanh(0.791) = 0.659, and the output gate shows half of it: $h_t$ = 0.330.
#
# ![One step in four panels: f keeps 1.462 of 2, i times g writes −0.671, the cell is 0.791, o shows 0.330.](figures/step-by-numbers.png)

# %% [markdown]
# All these numbers are rounded. The next step starts from 0.791 in the cell, and its gates read $h_t$ = 0.330. Now write
# such a step for N sequences and H units at once.
#
# Predict: if all weights and biases are 0, and the cell holds 1, what is left of it after one step, and after ten?

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
# The loop is the RNN's, but it carries two things from step to step: h and c. As in Stanford's course CS231n, the cell
# starts empty, $c_0 = 0$, and the function returns only the states h. The layers above it read only h.
#
# Take care that nothing in your cache is a slice (a view) of numbers that you overwrite later: they would change in the
# cache, too.


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
# Training finds weights by itself. This time you find them by thinking. There is one unit with two inputs: a bit, +1 or
# −1, and a write flag, 1 or 0. When the flag is 1 the unit must store the bit. While the flag is 0 other bits keep coming,
# and they must not matter.

# %% [markdown]
# Choose weights so that a bit is held through 100 steps with the flag 0, and is then replaced by the next bit that comes
# with the flag 1. "Held" means that h has the bit's sign and is at least 0.5 away from 0. Any weights that do this are
# right.

# %% [markdown]
# Begin with the question that each gate answers. How much should be written when the flag is 1, and how much when it is
# 0? How much should be kept? One bias and one weight are enough for each of these two gates. A gate is never quite shut:
# $\sigma(-4)$ is 0.018, which looks small, but a hundred times 0.018 is 1.8.


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
# Truncated BPTT (assignment 03) runs a long sequence in pieces. From one piece to the next *all* of the state must be
# handed over: h and c. `lstm_forward` cannot do that. It starts every call with an empty cell, and it does not return
# $c_T$. So write a version that takes $c_0$ and returns $c_T$.
#
# Below, your function runs 48 steps in pieces of 12, once with h and c handed over and once with h alone. Predict: does
# the second run find its way back to the first?

# %% [markdown]
# **Unaided at first.** Here `check` says only right or wrong: what is practised with fewer answers tends to be kept
# longer (Schmidt and Bjork 1992). Two tests of your own: if you start from $c_0 = 0$, do you get the `h` of
# `lstm_forward`? If you run two pieces and hand over $h_T$ and $c_T$, do they give the `h` of the whole?
# `check(lstm_forward_full, help=True)` opens the usual answer.


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
# The second run does not find its way back: it stays apart. The gradient suffers too. As a loss, take the sum of h
# over steps 13 to 24, and hold the state at the cut fixed. If h and c are handed over, the gradient with respect to
# all weights is that of one run over steps 1 to 24, cut on the way back. If the cell is emptied instead, the gradient
# is wrong. Its error is 37 % of the right gradient's length in the median of ten seeds, 14 to 77 % in single ones.

# %% [markdown]
# These numbers were measured with inputs N(0, 1), Wx N(0, 1/D), D = 3, H = 8, each block of Wh orthogonal, and forget
# bias 2. The figure shows seed 3, where the error is 71 %.

# %% [markdown]
# ## Relatives
#
# *Peepholes* (Gers and Schmidhuber 2000) let the gates read the cell too: i and f read $c_{t-1}$, o reads $c_t$.
# *Coupled gates* have i = 1 − f: the less is kept, the more is written.
#
# The *gated recurrent unit*, GRU (Cho et al. 2014), has no separate cell:
#
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$$
#
# The update gate z says how much to keep; some authors swap z and 1 − z. The candidate $n_t$ is a tanh that reads $x_t$
# and as much of $h_{t-1}$ as a reset gate lets through.

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`
#
# A unit counts brackets: `(` adds 1, `)` subtracts 1, a new line clears the count, others change nothing. It shows the
# count only at `?`.
#
# 1. Which i, f, g: at `(` (1), at `)` (1), at a new line (1.5), at any other character, `?` included (1.5)?
# 2. Where is o open, where shut (1)?
# 3. What does g's tanh do (1), and c's (1)? Is a high count lost, or hard to read (1)? Name two counts that look alike,
#    with their h (1).

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
# **Borderline (5 of 10).** As in the exemplar, except that the new line has i = 1, f = 0, g = 0 (that empties the
# cell, too) and that o is named only once, as 1 at `?`. Then: "tanh keeps numbers between −1 and 1", once for both,
# without a number. Chosen: `opening`, `closing`, `new-line`, `others`. No word on where o is shut, or on whether the
# count is lost.
#
# **Tempting and wrong (3.5 of 10).** "`(`: i = 1, f = 1, g = 1. `)`: i = 0, and the forget gate closes a little, since
# something is taken away. Other characters: i = 0, f = 1. What is shown stays below 1, because of the tanh on c; so a
# count above 1 is lost." Chosen: `opening`, `others`, `tanh-of-c`. Erasing multiplies: with f = 0.5 a count of 4
# becomes 2, a count of 2 becomes 1. Taking away 1 is writing −1: that is what the sign of g is for. And the count is in
# c, which no tanh touches. The new line is left out, and o everywhere.

# %% [markdown]
# ## What you built
#
# You built a gate, a cell, and a step in which every unit computes its own gates. The loop around it is the RNN's. You set
# the gates by hand and made a memory that lasts: a forget gate of $\sigma(8)$ lets 0.9997 of a bit survive a step.
#
# Exit question, for yourself: along which path could a gradient travel from $c_T$ back to $c_1$ without passing through
# a weight matrix?
#
# Next: assignment 06 follows that path backwards, and measures how much of a gradient arrives.

# %% tags=["explore"]
check.progress()
