# %% [markdown]
# # 02 · Backwards through time
#
# A loss late in a sequence depends on what happened early in it. So its gradient travels back to the early steps, along
# every arrow that led to it, against time. This is *backpropagation through time*.
#
# In the next hour and a half you write it: one step, then the whole sequence, then the layers around it. Last, you
# write a program that says whether somebody else's backward pass has a bug.
#
# ![A network over four steps: solid arrows run forward from x to h to y, dashed arrows run back along every one.](figures/backwards.png)

# %% [markdown]
# ## Notation
#
# | in the text | in the code | shape |
# |---|---|---|
# | $\partial L/\partial X$ | `dX` | that of `X` |
# | $\partial L_t/\partial h_t$, from the loss at step t | `dh[:, t-1]` | (N, H) |
# | $\partial L/\partial h_t$, from all losses | `dnext_h` | (N, H) |
# | $W_{xh}^\top$, $W_{hh}^\top$, $b$ | `Wx`, `Wh`, `b` | (D, H), (H, H), (H,) |
#
# The loss is $L=\sum_tL_t$, over the steps that have one. $\odot$ multiplies entry by entry.
#
# Steps count from 1, arrays from 0: step t = 3 is `dh[:, 2]`.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures, gradients

# %% [markdown]
# ## What you start from
#
# The folded cells below hold the four forward passes of assignment 01, so that you can begin here whatever became of
# yours. Your backward passes may use all that these keep in their `cache`:
#
# | function | its cache |
# |---|---|
# | `rnn_step_forward` | `(x, prev_h, Wx, Wh, next_h)` |
# | `rnn_forward` | a list of T step caches, in order of time: `cache[t-1]` is that of step t |
# | `word_embedding_forward` | `(x, W.shape)` |
# | `temporal_affine_forward` | `(x, w, b)` |

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_word_embedding_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_affine_forward"}

# %% [markdown]
# ## The gradient is a sum over paths
#
# Nudge $x_1$, and $h_1$ moves. That moves $h_2$ and every later state, and each state moves the loss at its step. So
# with a loss at every step, T paths lead from $x_1$ to L: one through each $L_t$.
#
# Along a path the slopes multiply; what arrives by different paths adds. For one unit, with derivatives that are
# numbers:
#
# $$\frac{\partial L}{\partial x_1} = \sum_{t=1}^{T} \frac{\partial L_t}{\partial h_t}
# \left(\prod_{s=2}^{t} \frac{\partial h_s}{\partial h_{s-1}}\right) \frac{\partial h_1}{\partial x_1}$$
#
# For t = 1 the product is 1. Below, the paths are lit one by one.

# %% [markdown]
# ![Four copies of a network, each with one path from x1 to a loss lit; the products are 0.44, 0.39, 0.30 and 0.08, together 1.21.](figures/paths.png)
#
# Following every path would be slow: from all inputs there are T(T + 1)/2. But all paths that meet in $h_t$ have the
# same ways from there to L. Backpropagation adds these ways up once, in one vector, $\partial L/\partial h_t$. Sent
# one step back, and with the gradient of $L_{t-1}$ added, this vector becomes $\partial L/\partial h_{t-1}$.
#
# With H units, $\partial h_s/\partial h_{s-1}$ is an H×H matrix, and the order of the factors matters.

# %% [markdown]
# ## One step, backwards
# `●●●○○ · 18 min · 20 points`
#
# One step has two parts: $a_t = W_{xh}\,x_t + W_{hh}\,h_{t-1} + b$, and then $h_t = \tanh(a_t)$. On the way back tanh
# comes first. Its slope is $1 - \tanh^2$, so the state alone is enough to compute it:
#
# $$\frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)$$
#
# Below, the slope of tanh is measured at three places by nudging what goes in. Before you run it: at which state is the
# slope largest, and what is it at 0.99?

# %%
for total in [0.0, 0.5, 2.65]:
    nudged = (np.tanh(total + 1e-5) - np.tanh(total - 1e-5)) / 2e-5
    print(f"state {np.tanh(total):.4f}   slope {nudged:.4f}")

# %% [markdown]
# The rest of the step is affine, as in assignment 00: a gradient goes back to $x_t$ and to
# $h_{t-1}$ through the transposed weights.
#
# In $a_t$, entry (i, j) of $W_{xh}$ multiplies input j and adds to unit i. So its gradient is entry i of
# $\partial L/\partial a_t$ times input j; for all entries at once, a column (H, 1) times a row (1, D):
#
# $$\text{this step's share of } \frac{\partial L}{\partial W_{xh}} = \frac{\partial L}{\partial a_t}\,x_t^\top$$
#
# Your `Wx`, (D, H), is $W_{xh}^\top$, so `dWx` is the transpose of this, summed over the N sequences of the batch.


# %% nbgrader={"solution": true, "grade_id": "rnn_step_backward"}
def rnn_step_backward(dnext_h, cache):
    """Go backwards through one step of a vanilla RNN.

    dnext_h (N, H) is the gradient of the loss at next_h, from wherever it
    came; cache is what rnn_step_forward returned.
    Returns dx (N, D), dprev_h (N, H), dWx (D, H), dWh (H, H), db (H,).
    """
    ### BEGIN SOLUTION
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    ### END SOLUTION
    return dx, dprev_h, dWx, dWh, db


# %% nbgrader={"grade": true, "grade_id": "test_rnn_step_backward", "points": 20}
display(figures.slopes(rnn_step_backward, rnn_step_forward))
check(rnn_step_backward, forward=rnn_step_forward)

# %% [markdown]
# **A second opinion.** `check` compares your numbers with those of the course's solution. `gradients.check_backward`,
# which you know from assignment 00, has no solution to compare with. It nudges every entry of the inputs below, runs
# the forward pass again, and compares your gradients with what the nudges did. Its table has a row for each gradient:
# the verdict, the error (as your `relative_error` measures it), and the entry that is furthest off.

# %% tags=["explore"]
rng = np.random.default_rng(5)
sizes = {"x": (4, 3), "prev_h": (4, 5), "Wx": (3, 5), "Wh": (5, 5), "b": (5,)}
inputs = {name: 0.5 * rng.normal(size=size) for name, size in sizes.items()}
gradients.check_backward(rnn_step_forward, rnn_step_backward, inputs)

# %% [markdown]
# **One unit, four steps.** Solid arrows are the forward pass. Dashed purple arrows are gradients; *your* step backwards
# computes those that leave a state. Where two arrive, the stepper adds them.
#
# Begin at *Start* and press *Step*. Predict before each step back: which gradients will meet at the next state? At *All
# back*, the sum of the four paths stands below $x_1$. Then set the losses to *at the last step*: which gradients stay
# as they were?
#
# ![The stepper at step 2 on its way back: two dashed arrows meet at h2, from its loss and from step 3.](figures/stepper.png)

# %% tags=["explore"]
explorers.graph_stepper(rnn_step_backward, rnn_step_forward)

# %% [markdown]
# ## A whole sequence, backwards
# `●●●●○ · 20 min · 25 points`
#
# The loss at step t uses $h_t$, and so does step t + 1. So two gradients arrive at $h_t$, and they add up:
#
# $$\frac{\partial L}{\partial h_t}=\frac{\partial L_t}{\partial h_t}+\frac{\partial a_{t+1}}{\partial h_t}^{\!\top}
# \frac{\partial L}{\partial a_{t+1}}$$
#
# The first is `dh[:, t-1]`. The second is what step t + 1 sends back, so the later step goes first: the loop runs
# against time. At $t=T$ there is no such step.
#
# Below, two losses depend on $h_1=0.3$: one is $h_1$ itself, the other $\tanh(0.9\,h_1)$. Predict: what is the slope of
# their sum?


# %%
def two_losses(h1):
    return np.array([h1, np.tanh(0.9 * h1)])


first, second = (two_losses(0.3 + 1e-5) - two_losses(0.3 - 1e-5)) / 2e-5
shown = f"through loss 1: {first:.4f}, through loss 2: {second:.4f}, together: {first + second:.4f}"
explorers.predict("two-losses", shown)

# %% [markdown]
# The weights act at every step, so every step has a share in their gradients. The shares add:
#
# $$\frac{\partial L}{\partial W_{xh}} = \sum_{t=1}^{T} \frac{\partial L}{\partial a_t}\,x_t^\top \qquad
# \frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^{T} \frac{\partial L}{\partial a_t}\,h_{t-1}^\top \qquad
# \frac{\partial L}{\partial b} = \sum_{t=1}^{T} \frac{\partial L}{\partial a_t}$$
#
# The shapes are (H, D), (H, H) and (H,). Your `rnn_step_backward` returns one term of each sum, already transposed, and
# summed over N.


# %% nbgrader={"solution": true, "grade_id": "rnn_backward"}
def rnn_backward(dh, cache):
    """Backpropagate through time, with your rnn_step_backward.

    dh (N, T, H): dh[:, t-1] is the gradient from the loss at step t alone,
    t = 1 ... T; cache is what rnn_forward returned, a list of T step caches.
    Returns dx (N, T, D), dh0 (N, H), dWx (D, H), dWh (H, H), db (H,).
    """
    ### BEGIN SOLUTION
    T = dh.shape[1]
    dx, dprev_h, dWx, dWh, db = [None] * T, 0, 0, 0, 0
    for t in reversed(range(T)):
        dx[t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    dx, dh0 = np.stack(dx, axis=1), dprev_h
    ### END SOLUTION
    return dx, dh0, dWx, dWh, db


# %% nbgrader={"grade": true, "grade_id": "test_rnn_backward", "points": 25}
display(figures.nudges(rnn_backward, rnn_forward))
check(rnn_backward, forward=rnn_forward)

# %% [markdown]
# **Who blames whom.** Row t is the loss at step t, column $\tau$ the state $h_\tau$. The shade is $\lVert\partial
# L_t/\partial h_\tau\rVert$, by your `rnn_backward`. Here $L_t=v\cdot h_t$ with v of length 1, so this is 1 at
# $\tau=t$. The triangle $\tau>t$ is empty: no loss depends on later states.
#
# The lower left corner is the last loss against $h_0$. Does a norm of $W_{hh}$ above 1 always make it dark? At inputs
# of 0.5, below which norm is it as pale as $10^{-6}$?
#
# ![Twenty losses against the states h0 to h20: fading away from the diagonal, empty above it.](figures/blame.png)

# %% tags=["explore"]
explorers.predict("above-one", explorers.who_blames_whom(rnn_backward, rnn_forward))

# %% [markdown]
# ## In your own words
# `●●○○○ · 8 min · 10 points`
#
# Why is `dWx` a *sum* over the steps, not a mean, nor a product? What do all steps share (1 point)? So where does a nudge
# of one entry of `Wx` act (2)? How do its effects on the loss combine (1), and why (2)? What is one step's share made of
# (1)?
#
# Then read the graph stepper at *All back*, with a loss at every step: name the four shares of the gradient of `Wx` (1) and
# their sum (1), and say what their signs mean (1).

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "shared_weights", "points": 10}
# **Exemplar (10 of 10).** Imagine a copy of Wx for each step, W_1 to W_T. Then ∂L/∂W_t is the share of step t: what
# came in there, x_t, times what comes back there, ∂L/∂a_t. Really there is one matrix: whoever nudges an entry by ε
# nudges it in all copies at once, and to first order the changes of the loss add: ε (∂L/∂W_1 + … + ∂L/∂W_T). So the
# gradient is the sum. The stepper shows 0.23, 0.44, −1.75 and 0.73 for steps 4 to 1, together −0.36. The shares
# differ in sign because the inputs do: x_2 = −0.9, so a larger Wx makes a_2 smaller, and with it the loss; at the three
# other steps it raises it.
#
# **Rubric.** Choose what the answer has.
#
# - `one-matrix` (1): You say that all steps share one matrix.
# - `nudge-everywhere` (2): You say that a nudge of one entry of Wx acts at every step.
# - `effects-add` (1): You say that the effects which a shared weight has at the steps add.
# - `why-they-add` (2): You say why they add: by the chain rule for several variables, because small changes are added
#   to first order, or because the paths to the loss are summed.
# - `one-share` (1): You say what one step's share is made of: what came in there times what comes back there.
# - `four-shares` (1): You name the four shares that the stepper shows.
# - `their-sum` (1): You name the sum of the four shares.
# - `signs` (1): You say what the sign of a share means: it is the sign of its input x_t, or it says whether a larger Wx
#   raises the loss there or lowers it.
#
# **For the reader.** `one-matrix`: "used at every step", or one copy of Wx for each step, is the same.
# `nudge-everywhere`: it says what changing an entry does; copies that all change together are the same, "all steps
# share Wx" alone is not enough. `effects-add`: "accumulated" is the same; that the loss is a sum over the steps is
# another sum, and does not count. `why-they-add`: one of the three reasons, or the sum of partial derivatives.
# `one-share`: "x_t times the gradient at step t" is enough. `four-shares`: 0.23, 0.44, −1.75 and 0.73 for steps 4 to 1,
# to two digits, in either order; all four. `their-sum`: −0.36; −0.35, which the rounded shares add up to, is as good.
# `signs`: all ∂L/∂a_t are positive here, so the sign is that of x_t; that a larger Wx lowers the loss where the share
# is negative counts, too.
#
# **Borderline (6 of 10).** "The weights are shared by all steps, so their gradients have to be added. A share is x_t
# times the gradient that comes back. Step 4 has 0.23, step 3 has 0.44, step 2 has −1.75 and step 1 has 0.73, together
# −0.36. A share is negative where x_t is." Chosen: `one-matrix`, `effects-add`, `one-share`, `four-shares`,
# `their-sum`, `signs`. Where a nudge acts and why its effects add is not said.
#
# **Tempting and wrong (3 of 10).** "It is summed because the loss is a sum over t. A share is x_t times what comes
# back: 0.23, 0.44, −1.75 and 0.73, together −0.36. A mean would be fairer to long sequences." Chosen: `one-share`,
# `four-shares`, `their-sum`. With a loss at the last step only, dWx is still a sum over all steps (stepper, *at the
# last step*): two different sums, so no `effects-add`. A mean belongs to another loss; the nudge refutes it.

# %% [markdown]
# ## Words in, backwards
# `●●○○○ · 6 min · 8 points`
#
# The lookup copied row v of `W` to every place where word v stands. So row v of `dW` is the sum of `dout[n, t]` over
# these places. For a word that stands in three places it is a sum of three vectors; for a word that does not occur it
# is zero.


# %% nbgrader={"solution": true, "grade_id": "word_embedding_backward"}
def word_embedding_backward(dout, cache):
    """Go backwards through the lookup of word vectors.

    dout (N, T, D); cache is what word_embedding_forward returned.
    Returns dW (V, D). Word ids are names, not amounts: they get no gradient.
    """
    ### BEGIN SOLUTION
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dW, x, dout)
    ### END SOLUTION
    return dW


# %% nbgrader={"grade": true, "grade_id": "test_word_embedding_backward", "points": 8}
check(word_embedding_backward, forward=word_embedding_forward)

# %% [markdown]
# ## Numbers out, backwards
# `●●○○○ · 8 min · 8 points`
#
# `out[n, t] = x[n, t] @ w + b`, with the same `w` and `b` for all N·T vectors. You know both parts by now: a gradient
# goes back through a matrix by its transpose, and the gradient of something shared is a sum over all places that
# share it.


# %% nbgrader={"solution": true, "grade_id": "temporal_affine_backward"}
def temporal_affine_backward(dout, cache):
    """Go backwards through one affine map that acted at every time step.

    dout (N, T, M); cache is what temporal_affine_forward returned.
    Returns dx (N, T, D), dw (D, M), db (M,).
    """
    ### BEGIN SOLUTION
    x, w, _ = cache
    dx = dout @ w.T
    dw = np.einsum("ntd,ntm->dm", x, dout)
    db = dout.sum(axis=(0, 1))
    ### END SOLUTION
    return dx, dw, db


# %% nbgrader={"grade": true, "grade_id": "test_temporal_affine_backward", "points": 8}
check(temporal_affine_backward, forward=temporal_affine_forward)

# %% [markdown]
# ## A loss at every step
# `●●●○○ · 12 min · 14 points`
#
# $$L=-\frac{1}{N}\sum_{n,t}m_{nt}\log p_{nt}[y_{nt}]\qquad p_{nt}=\mathrm{softmax}(x_{nt})$$
#
# Here x is no input: $x_{nt}$ are the scores of sequence n at step t, and $y_{nt}$ is the right id. Short sequences are
# *padded*: filled to T steps. The mask $m_{nt}$ is 0 there, so padding changes neither loss nor gradients.
#
# For a single step, without mask and mean, $-\log p[y]=\log\sum_u e^{x_u}-x_y$. Its gradient at the scores is p minus
# the one-hot vector of y. As in 00, `np.exp(710)` is `inf`, and p depends only on differences of scores: shift them
# first.


# %% nbgrader={"solution": true, "grade_id": "temporal_softmax_loss"}
def temporal_softmax_loss(x, y, mask):
    """Cross-entropy at every step that counts: sum over T, mean over N.

    x (N, T, V) scores of any size, y (N, T) the right ids,
    mask (N, T) booleans, False where a step is only padding.
    Returns loss, a number, and dx (N, T, V).
    """
    ### BEGIN SOLUTION
    N, _, V = x.shape
    shifted = x - x.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    right = np.eye(V, dtype=x.dtype)[y]
    weight = mask[:, :, None].astype(x.dtype) / N
    loss = -np.sum(weight * right * log_p)
    dx = weight * (np.exp(log_p) - right)
    ### END SOLUTION
    return loss, dx


# %% nbgrader={"grade": true, "grade_id": "test_temporal_softmax_loss", "points": 14}
check(temporal_softmax_loss)

# %% [markdown]
# ## Where a loss touches
# `●●○○○ · 5 min · 5 points`
#
# `rnn_backward` takes `dh`, the gradients from the losses. At which steps of each wiring does an output leave, so
# that `dh[:, t-1]` can be nonzero? In *delayed* (T is at least 2), as in assignment 01's drawing, the encoder reads for
# $\lceil T/2 \rceil$ steps without any output, and the decoder has an output at each of the other steps.


# %% nbgrader={"solution": true, "grade_id": "upstream_mask"}
def upstream_mask(wiring, T):
    """Say at which steps an output leaves, and so where dh may be nonzero.

    wiring is "one to one", "one to many", "many to one",
    "many to many, delayed" or "many to many, aligned"; T is the number of
    steps. Returns mask (T,) of booleans; mask[t-1] is for step t.
    """
    ### BEGIN SOLUTION
    mask = np.ones(T, dtype=bool)
    if wiring == "many to one":
        mask[:-1] = False
    if wiring == "many to many, delayed":
        mask[: (T + 1) // 2] = False
    ### END SOLUTION
    return mask


# %% nbgrader={"grade": true, "grade_id": "test_upstream_mask", "points": 5}
check(upstream_mask)

# %% [markdown]
# **A gradient through a fed-back output.** In one to many, $y_1$ is also the next input, $x_2$. So the loss at step 2
# depends on $y_1$. Take one unit with $h_1=0.3$, $y_1=2h_1$, $h_2=\tanh(1\cdot y_1+0.5\,h_1)$, and the loss
# $L=y_2=2h_2$. Two paths lead from $h_1$ to $L$: through the state, with the factor 0.5, and through the output, with 2
# and 1.
#
# So `dh` of step 1 holds what step 2 sends back, and cannot be filled in beforehand. Such a network goes back step by
# step, with `rnn_step_backward`, and adds `dx` of step t + 1 to the gradient at $y_t$.


# %%
def fed_back_loss(h1):
    return 2 * np.tanh(1 * (2 * h1) + 0.5 * h1)


from_above = 2 * (1 - np.tanh(2.5 * 0.3) ** 2)
nudged = (fed_back_loss(0.3 + 1e-5) - fed_back_loss(0.3 - 1e-5)) / 2e-5
print(f"through the state {from_above * 0.5:.4f}, through the output {from_above * 1 * 2:.4f}")
print(f"together {from_above * 2.5:.4f}, by nudging {nudged:.4f}")

# %% [markdown]
# ## Bug hunt
# `●●●●○ · 16 min · 10 points`
#
# Somebody hands you a forward and a backward pass. Do they belong together? The network may not be yours, so measure.
# For any `dh`, $L=\sum dh\odot h$ has the gradient `dh` at h. So nudge an entry of an input and see how L changes, as
# below, or let `gradients.check_backward` do it.
#
# You are graded on seven pairs that `check` does not show. Six are broken and count equally; if you reject the
# seventh, you get no points. With T = 1 many bugs cannot show.

# %%
rng = np.random.default_rng(3)
x, h0, Wx, Wh, b = (rng.standard_normal(shape) for shape in [(2, 4, 3), (2, 5), (3, 5), (5, 5), (5,)])
chosen, nudge = rng.standard_normal((2, 4, 5)), np.zeros((5, 5))
nudge[1, 2] = 1e-5
up, down = (np.sum(chosen * rnn_forward(x, h0, Wx, moved, b)[0]) for moved in (Wh + nudge, Wh - nudge))
print(f"dWh[1, 2], by nudging: {(up - down) / 2e-5:.6f}")


# %% nbgrader={"solution": true, "grade_id": "spots_the_bug"}
def spots_the_bug(forward, backward):
    """Say whether backward is broken: whether it is not the gradient of forward.

    forward(x, h0, Wx, Wh, b) -> h, cache and backward(dh, cache) -> dx, dh0,
    dWx, dWh, db, in the shapes of rnn_forward and rnn_backward; a broken one
    may return wrong numbers or a wrong shape.
    Returns True if the pair is broken, False if it is right.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    inputs = [rng.standard_normal(shape) for shape in [(3, 6, 2), (3, 4), (2, 4), (4, 4), (4,)]]
    h, cache = forward(*inputs)
    dh = rng.standard_normal(h.shape)
    broken = False
    for which, gradient in enumerate(backward(dh.copy(), cache)):
        numeric = np.zeros_like(inputs[which])
        for index in np.ndindex(numeric.shape):
            moved = [array.copy() for array in inputs]
            for nudge in (1e-5, -1e-5):
                moved[which][index] = inputs[which][index] + nudge
                numeric[index] += np.sum(dh * forward(*moved)[0]) / (2 * nudge)
        same_shape = np.shape(gradient) == numeric.shape
        broken |= not (same_shape and np.allclose(gradient, numeric, atol=1e-6))
    ### END SOLUTION
    return broken


# %% nbgrader={"grade": true, "grade_id": "test_spots_the_bug", "points": 10}
check(spots_the_bug)

# %% [markdown]
# ## What you built
#
# You built the backward passes of a step, a sequence, the layers below and above it, and the loss. You also built a
# program that tells a right gradient from a wrong one without knowing the network.
#
# Exit question, for yourself: all T caches must stay in memory until your `rnn_backward` has gone back through them.
# What would it cost to read a book this way? (Memory that grows with T, and no update before the last page. Assignment
# 03 cuts the book into segments.)

# %% tags=["explore"]
check.progress()
