# %% [markdown]
# # 06 · The highway
#
# The LSTM was designed so that gradients survive many steps. In this notebook you derive its gradient by hand, first for
# one step and then for a sequence. One path through it gets special attention: from $c_T$ straight back to $c_1$ a
# gradient passes only forget gates.
#
# Then you measure how much that path explains, and train an LSTM on a 100-step problem that our vanilla RNNs do not solve.
#
# ![Two LSTM steps in a row: the cell state runs along the top through a product with f and a sum, the hidden state below.](figures/highway.png)

# %% [markdown]
# ## Notation
#
# | gradient | code | shape |
# |---|---|---|
# | all of $\partial L/\partial h_t$ | `dnext_h` | (N, H) |
# | at $c_t$, from step t + 1 | `dnext_c` | (N, H) |
# | sent on to $h_{t-1}$, $c_{t-1}$ | `dprev_h`, `dprev_c` | (N, H) |
# | at $h_t$, from its loss | `dh[:, t-1]` | (N, H) |
#
# Steps count from 1, arrays from 0. Columns: i, f, o, g. Folded cells hold earlier functions. A step's cache is
# `(x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)`. A sequence has a list of these.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, experiments, explorers, figures, gradients

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_sigmoid"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_forward_full"}

# %% [markdown]
# ## One step back
# `●●●●○ · 25 min · 25 points`
#
# $$c_t = f \odot c_{t-1} + i \odot g \qquad h_t = o \odot \tanh(c_t)$$
#
# In the drawing above, two arrows leave $c_t$: one goes on along the top, one goes down into $h_t$. So on the way back
# two gradients arrive at $c_t$, and they add. Compute this sum first and give it a name. The rest follows gate by gate.

# %% [markdown]
# Two slopes are needed: a sigmoid with the value s has the slope s(1 − s), and a tanh with the value s has the slope
# 1 − s².
#
# Below, one unit has the loss $c_t + h_t$, and f = 0.8. Predict: if $c_{t-1}$ is nudged, does the loss move by less than
# 0.8 times the nudge, or by more?


# %%
def loss(before, f=0.8, o=0.5, written=0.3):
    after = f * before + written
    return after + o * np.tanh(after)


explorers.predict("more-than-f", f"slope {(loss(1 + 1e-6) - loss(1 - 1e-6)) / 2e-6:.4f}")


# %% nbgrader={"solution": true, "grade_id": "lstm_step_backward"}
def lstm_step_backward(dnext_h, dnext_c, cache):
    """Go back through one step of an LSTM.

    dnext_h (N, H): the gradient at next_h; dnext_c (N, H): what comes to
    next_c from later steps. cache: from lstm_step_forward.
    Returns dx (N, D), dprev_h (N, H), dprev_c (N, H),
    dWx (D, 4H), dWh (H, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tanh_c = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    di, df, dg = dc * g, dc * prev_c, dc * i
    do = dnext_h * tanh_c
    dprev_c = dc * f
    da = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)], axis=1)
    dx, dprev_h = da @ Wx.T, da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    ### END SOLUTION
    return dx, dprev_h, dprev_c, dWx, dWh, db


# %% nbgrader={"grade": true, "grade_id": "test_lstm_step_backward", "points": 25}
display(figures.through_the_gate(lstm_step_backward, lstm_step_forward))
check(lstm_step_backward, forward=lstm_step_forward)

# %% [markdown]
# **A second opinion**, as in assignments 00 and 02. `check` compares your gradients with those of the solution.
# `gradients.check_backward` needs no solution. It nudges each entry of each input of the forward step, measures how the
# outputs change, and compares this with your backward step. Each row is one gradient; PASS means that all its entries
# agree.

# %% tags=["explore"]
rng = np.random.default_rng(6)
shapes = {"x": (3, 2), "prev_h": (3, 4), "prev_c": (3, 4), "Wx": (2, 16), "Wh": (4, 16), "b": (16,)}
inputs = {name: rng.normal(size=shape) for name, shape in shapes.items()}
gradients.check_backward(lstm_step_forward, lstm_step_backward, inputs)

# %% [markdown]
# ## A whole sequence back
# `●●●○○ · 12 min · 15 points`
#
# As in assignment 02 you go from the last step to the first, now with gradients at h and at c. At $h_t$, two add up:
# from the loss at step t (`dh[:, t-1]`) and from step t + 1. No loss reads $c_t$ directly, so `dnext_c` is only what step
# t + 1 returned. No step follows step T, so what comes from there is 0, for h and for c.

# %% [markdown]
# **Unaided at first.** `check` says only right or wrong here: what is practised with fewer answers tends to be kept
# longer (Schmidt and Bjork 1992). Test with `gradients.check_backward(lstm_forward, lstm_backward, inputs)`, as above,
# but with x of shape (N, T, D), h0, Wx, Wh, b. `check(lstm_backward, forward=lstm_forward, help=True)` opens the usual
# answer.


# %% nbgrader={"solution": true, "grade_id": "lstm_backward"}
def lstm_backward(dh, cache):
    """Go back through a whole sequence, with your lstm_step_backward.

    dh (N, T, H) holds only the gradients from the losses: dh[:, t-1] at h_t.
    cache: from lstm_forward, the list of its steps' caches; cache[t-1] is
    that of step t. c_0 was 0.
    Returns dx (N, T, D), dh0 (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    dprev_h = dprev_c = np.zeros_like(dh[:, 0])
    dx, dWx, dWh, db = [], 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
        dx.append(dx_t)
    dx = np.stack(dx[::-1], axis=1)
    dh0 = dprev_h
    ### END SOLUTION
    return dx, dh0, dWx, dWh, db


# %% nbgrader={"grade": true, "grade_id": "test_lstm_backward", "points": 15}
check(lstm_backward, forward=lstm_forward)

# %% [markdown]
# ## From any cell to any cell
# `●●○○○ · 8 min · 12 points`
#
# `lstm_forward_full` starts from a cell $c_0$ and returns $c_T$. Its backward pass goes the other way: it takes a gradient
# at $c_T$ and returns one at $c_0$. It has no argument `dh_T`. Since $h_T$ is the last of the states, whoever calls your
# function adds its gradient to `dh[:, -1]` first.


# %% nbgrader={"solution": true, "grade_id": "lstm_backward_full"}
def lstm_backward_full(dh, dc_T, cache):
    """Go back through a sequence that began with a cell and handed one on.

    dh (N, T, H), dc_T (N, H), cache: from lstm_forward_full.
    Returns dx (N, T, D), dh0 (N, H), dc0 (N, H),
    dWx (D, 4H), dWh (H, 4H), db (4H,).
    """
    ### BEGIN SOLUTION
    dh0, dc0 = np.zeros_like(dc_T), dc_T
    dx, found = [], []
    for t in reversed(range(dh.shape[1])):
        dx_t, dh0, dc0, *dweights = lstm_step_backward(dh[:, t] + dh0, dc0, cache[t])
        dx.append(dx_t)
        found.append(dweights)
    dx = np.stack(dx[::-1], axis=1)
    dWx, dWh, db = (sum(parts) for parts in zip(*found, strict=True))
    ### END SOLUTION
    return dx, dh0, dc0, dWx, dWh, db


# %% nbgrader={"grade": true, "grade_id": "test_lstm_backward_full", "points": 12}
check(lstm_backward_full, forward=lstm_forward_full)

# %% [markdown]
# ## The highway alone
# `●●○○○ · 12 min · 12 points`
#
# Follow only the line along the top of the drawing. Each step back multiplies the gradient by that step's forget gate:
#
# $$\Big(\frac{\partial c_T}{\partial c_t}\Big)_{\text{direct}} = f_{t+1} \odot f_{t+2} \odot \dots \odot f_T$$
#
# No gate stands between $c_T$ and itself, so the last entry is 1.
#
# With a bias of 0, and no other input to the gate, f is 0.5. Predict: after how many steps is half of the gradient gone?
# And for a bias of 5?

# %%
lines = []
for bias in (0, 1, 3, 5):
    gate = 1 / (1 + np.exp(-bias))
    lines.append(f"bias {bias}: f = {gate:.4f}, half is gone after {np.log(0.5) / np.log(gate):.1f} steps")
explorers.predict("half-life", "\n".join(lines))


# %% nbgrader={"solution": true, "grade_id": "cell_highway"}
def cell_highway(f):
    """How much of c_t arrives in c_T along the direct path, unit by unit.

    f (N, T, H): the forget gates of steps 1 ... T; f[:, t-1] is f_t.
    Returns highway (N, T, H): highway[:, t-1] is the direct part of
    dc_T/dc_t, the last is 1.
    """
    ### BEGIN SOLUTION
    highway = np.ones_like(f)
    for t in reversed(range(f.shape[1] - 1)):
        highway[:, t] = highway[:, t + 1] * f[:, t + 1]
    ### END SOLUTION
    return highway


# %% nbgrader={"grade": true, "grade_id": "test_cell_highway", "points": 12}
display(figures.half_lives(cell_highway))
check(cell_highway)

# %% [markdown]
# ## Open the gate
# `●○○○○ · 5 min · 8 points`
#
# With all biases 0 and small weights, f starts near 0.5, and after a single step half of the direct path's gradient is
# gone. The remedy is to start with a larger bias in the forget block alone (Gers et al. 2000; Jozefowicz et al. 2015).
#
# The number of steps after which half is gone is the *half-life*. For a half-life of n steps, n at least 10, the bias is
# about $\ln n + 0.37$.


# %% nbgrader={"solution": true, "grade_id": "forget_bias"}
def forget_bias(b, value):
    """Return a copy of an LSTM's bias in which the forget block is `value`.

    b (4H,) in the order i, f, o, g; value a number. b itself stays as it is.
    """
    ### BEGIN SOLUTION
    H = len(b) // 4
    out = b.copy()
    out[H : 2 * H] = value
    ### END SOLUTION
    return out


# %% nbgrader={"grade": true, "grade_id": "test_forget_bias", "points": 8}
check(forget_bias)

# %% [markdown]
# ## Two lanes
#
# The direct path is not the whole gradient. $c_{t-1}$ also enters $h_{t-1}$, which every gate of step t reads. Below,
# the loss is $v \cdot c_T$, where v has the length 1. Your functions measure its gradient at $h_\tau$ and at $c_\tau$
# for each step τ. Since $h_\tau$ depends on $c_\tau$, the gradient at $c_\tau$ includes the way through $h_\tau$.
# %% [markdown]
# <details><summary>Picture</summary>
#
# ![Three panels. From step 20 back to step 1 both curves fall and move apart at forget bias 0, less so at bias 1; at bias 5 both stay near 1.](figures/two-lanes.png)
#
# </details>
#
# Predict first: which changes by the larger factor with the bias, the direct path or all paths together? Then move the
# sliders. When do the two differ? Find a setting where the direct path stays below 1 and yet the gradient grows.

# %% tags=["explore"]
lanes = explorers.two_lanes(lstm_forward_full, lstm_backward_full, cell_highway, forget_bias)
explorers.predict("two-lanes", lanes)

# %% [markdown]
# At forget bias 1, what comes to $c_1$ through h is 6.6 times as long as what comes by the direct path (median of 100
# seeds, 10 to 90 %: 2.0 to 22). With weights a tenth as large it is 0.57 times (0.37 to 0.88).
#
# Weights change the direct path too. Over 19 steps gates fixed at σ(5) keep 0.88. Networks of bias 5 keep 0.82 (0.73
# to 0.86); weights × 2: 0.62 (0.44 to 0.75); × 4: 0.27 (0.086 to 0.51).
#
# (T = 20, D = 4, H = 8, inputs N(0, 1), weights N(0, 1/rows).)

# %% [markdown]
# ## The same road elsewhere
# `●●●○○ · 14 min · 18 points`
#
# Highway Networks (Srivastava, Greff, Schmidhuber 2015) gave layers gates like an LSTM's. Residual networks (He et al.
# 2016) keep them open: each block, here one layer, adds to its input, as a cell does:
#
# $$x_k = s\,x_{k-1} + \tanh(x_{k-1} W_k), \quad k=1,\dots,\text{depth}$$
#
# With s = 1 this is the identity skip. A smaller s acts like a forget gate that never moves, s = 0 is a plain stack.
# The draws are given: width 16, weights of standard deviation 1/8. Go forward, keep what you need, go back.


# %% nbgrader={"solution": true, "grade_id": "residual_stack_gradient"}
def residual_stack_gradient(depth, skip, rng):
    """The size of the gradient at every layer of a random stack.

    depth: number of layers; skip: the number s; rng: a NumPy Generator.
    The loss has the gradient dx, of length 1, at x_depth.
    Returns norms (depth,): norms[k-1] is the length of dL/dx_k,
    so the last entry is 1.
    """
    x = rng.standard_normal(16)
    W = rng.standard_normal((depth, 16, 16)) / 8  # W[k - 1] is W_k
    dx = rng.standard_normal(16)
    dx = dx / np.linalg.norm(dx)
    ### BEGIN SOLUTION
    squashed = []
    for k in range(depth):
        squashed.append(np.tanh(x @ W[k]))
        x = skip * x + squashed[k]
    norms = np.empty(depth)
    for k in reversed(range(depth)):
        norms[k] = np.linalg.norm(dx)
        dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))
    ### END SOLUTION
    return norms


# %% nbgrader={"grade": true, "grade_id": "test_residual_stack_gradient", "points": 18}
display(figures.roads(residual_stack_gradient, rnn_forward, rnn_backward, lstm_forward_full, lstm_backward_full))
check(residual_stack_gradient)

# %% [markdown]
# The figure compares five roads: 39 steps or layers, D = 4, H = 16, 40 seeds a dot, weights of standard deviation 1/8,
# 1/4, 1/2. From 1/8 to 1/2 the medians (10 to 90 %) move:
#
# - plain stack: 5e-13 (1e-13 to 2e-12) to 16 (1.5 to 74);
# - RNN: 2e-13 (6e-16 to 4e-11) to 0.12 (0.0017 to 1.3);
# - skip 1: 4.5 (2.6 to 9.7) to 50 (25 to 98);
# - LSTM, bias 5: 4.7 (2.4 to 11) to 7.9 (3.6 to 25);
# - LSTM, bias 1: 4e-4 (1e-4 to 1e-3) to 0.019 (0.0025 to 0.26).

# %% [markdown]
# Between 1/4 and 1/2 the plain stack's median passes 1. There much of a gradient arrives without any skip, at least
# before training. With the skip, and with forget bias 5, the gradient grew in all 120 draws of each. With forget bias
# 1, which you train with below, it shrank in all 120. So a skip keeps one path open, but it does not determine the
# sum over all paths.
#
# One difference matters here: a residual network's skip is fixed, mostly at 1, while an LSTM's skip is f, which depends
# at each step on what the network reads.

# %% [markdown]
# ## Does it train?
#
# The *adding problem* (after Hochreiter and Schmidhuber 1997) tests memory. A network reads 100 numbers from 0 to 1, of
# which one in each half is marked. After the last step it must give the sum of the two marked numbers. Always answering
# 1 has a mean square error of 1/6 = 0.167.
#
# Train your LSTM: H = 16, forget bias 1, batches of 32, Adam at 0.02, at most 600 steps, seed 0. It takes about ten
# seconds. For a while nothing seems to happen.

# %% tags=["explore"]
run = experiments.adding(lstm_forward, lstm_backward, forget_bias, value=1.0, seed=0)
figures.learning(run)

# %% [markdown]
# One run proves little. So five seeds were recorded for each setting (`make experiments` repeats them all): LSTMs by the
# recipe above, and RNNs of H = 16 by another recipe, Adam at 0.003 and 2,000 steps.
#
# Look for two things. At which lengths does the LSTM do better than the RNN? Is a larger forget bias always
# better?

# %% tags=["explore"]
figures.recorded_adding()

# %% [markdown]
# ## From here to a framework
#
# You have now written what a framework's LSTM computes. Only names and layouts differ:
#
# | here | `torch.nn.LSTM` | Keras `LSTM` |
# |---|---|---|
# | `Wx` (D, 4H) | `weight_ih_l0` (4H, D) | `kernel` (D, 4H) |
# | `Wh` (H, 4H) | `weight_hh_l0` (4H, H) | `recurrent_kernel` (H, 4H) |
# | `b` (4H,) | `bias_ih_l0` + `bias_hh_l0` | `bias` (4H,) |
# | i, f, o, g | i, f, g, o | i, f, g, o |
# | x (N, T, D) | (T, N, D) | (N, T, D) |

# %% [markdown]
# - PyTorch's weights are transposed. It has two biases; only their sum matters, so one may be 0.
# - In PyTorch time comes first, unless you say `batch_first=True`.
# - TensorFlow 1's `BasicLSTMCell` has the order i, g, f, o in one `kernel` (D + H, 4H) for x and h together. It adds a
#   `forget_bias` of 1 at every step. Keras instead starts with 1 in the forget block of `bias`.
#
# If you copy weights and forget the order, the shapes still fit: no error appears, only wrong numbers. Where PyTorch
# is installed, this gives your LSTM's weights to PyTorch's:


# %% tags=["explore"]
def to_torch(W):
    i, f, o, g = np.split(W, 4, axis=-1)
    return np.concatenate([i, f, g, o], axis=-1).T


experiments.beside_torch(lstm_forward_full, to_torch)

# %% [markdown]
# ## In your own words
# `●●●○○ · 15 min · 10 points`
#
# *"The LSTM solves the vanishing gradient."* In six to ten sentences:
#
# 1. What does each step of the direct path do to a gradient (1.5)? Give a half-life with its bias (1.5).
# 2. Why may it still vanish (2)?
# 3. Choose one: can it grow, or do paths through h matter (1)? Give a number, or a reason (1).
# 4. Does the LSTM beat the RNN at adding (0.5)? Give a number (1).
# 5. Say what your numbers were measured on: for one (0.5), for two more (1).

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "does_it_solve_vanishing", "points": 10}
# **Exemplar (10 of 10).** What is true: along the direct path the gradient meets nothing but forget gates, so ∂c_T/∂c_t
# contains the product of f, and a gate near 1 keeps it. With a constant f from forget bias 5 the half-life is 103 steps
# (figure on half-lives, cell_highway alone); with bias 0 it is a single step, with bias 1 it is 2.2. So the direct path
# keeps a gradient *if* its gates stay open, and nothing guarantees that: f is below 1 and depends on the input. What
# comes through h need not make up for it: on the roads with bias 1 (39 steps, H = 16) less than 1 arrived in all 120
# draws. Nor is the direct path the whole: in the two lanes at bias 1 (T = 20, H = 8, seed 1) 0.0073 of 1 arrives at the
# first cell, while the direct path alone brings 0.0011; the rest comes through h. That goes through weights, so it can
# grow: at bias 5, weights × 2, seed 2, 1.8 arrives though the direct path is 0.62. Explosion stays possible, and
# clipping useful. What remains is that training is easier: at T = 100 the LSTM with bias 1 solved the adding problem
# with 5 of 5 seeds, the RNN with none. So it does not solve the vanishing gradient: it adds a path with gates that a
# bias can open.
#
# **Rubric.** Choose what the answer has.
#
# - `forget-gates` (1.5): You say that each step of the direct path multiplies the gradient by its forget gate.
# - `half-life` (1.5): You give a half-life with its bias.
# - `may-vanish` (2): You say why the gradient may vanish all the same.
# - `other-paths` (1): You say that the gradient can grow, or that the paths through h matter.
# - `other-paths-shown` (1): You give a reason or a number for that growth, or for the paths through h.
# - `easier` (0.5): You say that the LSTM learns the adding problem more easily.
# - `easier-shown` (1): You give a number from the adding problem.
# - `one-number` (0.5): You give a number seen here, and say what it was measured on.
# - `three-numbers` (1): You give at least three numbers seen here, and say of each what it was measured on.
#
# **For the reader.** `forget-gates`: that gates decide what is kept is not enough. `half-life`: a number of steps, whatever it is called (numeric
# anchor: 0 → 1, 1 → 2.2, 5 → 103). `may-vanish`: f is below 1, gates may shut, or a measured gradient that vanished;
# one of them is enough. `other-paths`: that the paths through h may be the larger part is right too. `easier-shown`:
# any number of a run. The last two count the numbers of the whole answer, a half-life with its bias among them;
# `three-numbers` comes with `one-number`. Numbers of the learner's own run count.
#
# **Borderline (5.5 of 10).** "The cell state is a highway because at each step gradients are only multiplied by f. With
# bias 5 the half-life is 103 steps, so LSTMs keep gradients for long. But f is below 1, so in the end they vanish too."
# Chosen: `forget-gates`, `half-life`, `may-vanish`, `one-number`. Nothing on growth or h, nothing on training.
#
# **Tempting and wrong (1.5 of 10).** "Yes: ∂c_t/∂c_{t−1} = f_t and f_t is close to 1, so the gradient neither vanishes
# nor explodes." Chosen: `forget-gates`. It takes the direct path for the whole, and a trained gate for any gate: at
# bias 0, f is near 0.5. There is no half-life, no number, and both dangers are denied.

# %% [markdown]
# ## What you built
#
# You derived the LSTM's gradient by hand, and found a path that passes only forget gates. A larger forget bias opens that
# path, but promises nothing about the others. Over 100 steps, at forget bias 1, the LSTM learned what the RNN did not.
#
# Exit question, for yourself: the residual stack needs no gate. What would a recurrent network lose if its skip were
# always 1? (It would lose the gate that clears a state in one step. It could forget only by adding the opposite.)
#
# Next: in assignment 07 your LSTM writes and speaks.

# %% [markdown] tags=["bonus"]
# ## Bonus: a gated recurrent unit
# `●●●○○ · 35 min · bonus`
#
# *Nobody has to do this: it has no points, and nothing later rests on it.*
#
# An LSTM has two states, h and c, and three gates. Are fewer enough? The GRU (Cho et al. 2014) has one state h and two
# gates. The *update gate* z is how much to keep; a *candidate* n fills the rest:
#
# $$h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}$$
#
# So z does the work of two of the LSTM's gates: it is f, and 1 − z is i.

# %% [markdown] tags=["bonus"]
# The *reset gate* r is how much of the past the candidate reads. In the [documentation of
# `torch.nn.GRU`](https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html) both gates and the candidate are
#
# $$\begin{aligned}
# r_t &= \sigma(W_{xr}\,x_t + b_{xr} + W_{hr}\,h_{t-1} + b_{hr}) \\
# z_t &= \sigma(W_{xz}\,x_t + b_{xz} + W_{hz}\,h_{t-1} + b_{hz}) \\
# n_t &= \tanh(W_{xn}\,x_t + b_{xn} + r_t \odot (W_{hn}\,h_{t-1} + b_{hn}))
# \end{aligned}$$
#
# The code stacks them as before: `Wx` (D, 3H) holds $W_{xr}^\top, W_{xz}^\top, W_{xn}^\top$ side by side, `Wh` (H, 3H),
# `bx` and `bh` (3H,) likewise. PyTorch has the same order: r, z, n.

# %% [markdown] tags=["bonus"]
# There are two biases because in PyTorch's $n_t$ only one of them is multiplied by $r_t$.
#
# **Two published forms.** In PyTorch r acts *after* the product with $W_{hn}$. In the published paper of Cho et al. it
# acts *before*: there $W_{hn}(r_t \odot h_{t-1}) + b_{hn}$ takes the place of $r_t \odot (W_{hn}\,h_{t-1} + b_{hn})$.
# The numbers differ, and both are a GRU. Choose one. `check` accepts either and says which it is.


# %% tags=["bonus"] nbgrader={"solution": true, "grade_id": "gru_step_forward"}
def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    """One step of a GRU.

    x (N, D), prev_h (N, H), Wx (D, 3H), Wh (H, 3H), bx (3H,), bh (3H,).
    The three blocks of H columns belong to r, z, n, in this order.
    Returns next_h (N, H), and a cache: what a backward step would need.
    """
    ### BEGIN SOLUTION
    xr, xz, xn = np.split(x @ Wx + bx, 3, axis=1)
    hr, hz, hn = np.split(prev_h @ Wh + bh, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * hn)
    next_h = (1 - z) * n + z * prev_h
    cache = (x, prev_h, Wx, Wh, r, z, n, hn)
    ### END SOLUTION
    return next_h, cache


# %% tags=["bonus"] nbgrader={"grade": true, "grade_id": "test_gru_step_forward", "points": 0}
check(gru_step_forward)

# %% [markdown] tags=["bonus"]
# Now backwards. Four numbers are factors in $h_t$: z, $h_{t-1}$, 1 − z and n. Begin with what comes to each. The old
# state also meets `Wh` (in Cho's $n_t$ as $r_t \odot h_{t-1}$), and all that comes back to it adds up in `dprev_h`. As
# a factor, $h_{t-1}$ gets `dnext_h` times z: with z near 1 this is a road like that of $c_t$.
#
# Your form decides which gradients pass r on their way. A backward pass fits one form only: what you derive from
# PyTorch's form is wrong for Cho's, and the other way round.


# %% tags=["bonus"] nbgrader={"solution": true, "grade_id": "gru_step_backward"}
def gru_step_backward(dnext_h, cache):
    """Go back through one step of a GRU.

    dnext_h (N, H): the gradient at next_h. cache: from gru_step_forward.
    Returns dx (N, D), dprev_h (N, H), dWx (D, 3H), dWh (H, 3H),
    dbx (3H,), dbh (3H,).
    """
    ### BEGIN SOLUTION
    x, prev_h, Wx, Wh, r, z, n, hn = cache
    dn = dnext_h * (1 - z) * (1 - n**2)
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dr = dn * hn * r * (1 - r)
    dax = np.concatenate([dr, dz, dn], axis=1)
    dah = np.concatenate([dr, dz, dn * r], axis=1)
    dx, dprev_h = dax @ Wx.T, dah @ Wh.T + dnext_h * z
    dWx = x.T @ dax
    dWh = prev_h.T @ dah
    dbx, dbh = dax.sum(axis=0), dah.sum(axis=0)
    ### END SOLUTION
    return dx, dprev_h, dWx, dWh, dbx, dbh


# %% tags=["bonus"] nbgrader={"grade": true, "grade_id": "test_gru_step_backward", "points": 0}
check(gru_step_backward, forward=gru_step_forward)

# %% tags=["explore", "bonus"]
rng = np.random.default_rng(6)
shapes = {"x": (3, 2), "prev_h": (3, 4), "Wx": (2, 12), "Wh": (4, 12), "bx": (12,), "bh": (12,)}
inputs = {name: rng.normal(size=shape) for name, shape in shapes.items()}
gradients.check_backward(gru_step_forward, gru_step_backward, inputs)

# %% tags=["explore"]
check.progress()
