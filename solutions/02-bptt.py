# %% [markdown]
# # 02 · Backwards through time
#
# A loss at the end of a sequence must tell a weight at its beginning which way to move. The message travels against
# time, along every arrow of the forward pass, turned round.
#
# In the next hour and a half you write that journey: one step, the whole sequence, the layers around it. Last, you
# write a program that finds the bugs in other people's.

# %% [markdown]
# ## Notation
#
# | in the text | in the code | shape |
# |---|---|---|
# | $\partial L / \partial X$ | `dX` | that of `X` |
# | $\partial L_t / \partial h_t$, from the loss at step t | `dh[:, t]` | (N, H) |
# | $\partial L / \partial h_t$, from all losses | `dnext_h` | (N, H) |
# | $W_{xh}^\top$, $W_{hh}^\top$, $b$ | `Wx`, `Wh`, `b` | (D, H), (H, H), (H,) |
#
# $L = \sum_t L_t$: one loss a step, and any of them may be absent.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures

# %% [markdown]
# ## What you start from
#
# The four forward passes of assignment 01 are folded below, so that everybody starts from the same ones. What each
# `cache` holds is yours to use:
#
# | function | its cache |
# |---|---|
# | `rnn_step_forward` | `(x, prev_h, Wx, Wh, next_h)` |
# | `rnn_forward` | a list of T step caches, in order of time |
# | `word_embedding_forward` | `(x, W.shape)` |
# | `temporal_affine_forward` | `(x, w, b)` |

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_word_embedding_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_affine_forward"}

# %% [markdown]
# ## One step, backwards
# `●●●○○ · 18 min · 20 points`


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
check(rnn_step_backward, forward=rnn_step_forward)

# %% [markdown]
# ## A whole sequence, backwards
# `●●●●○ · 20 min · 25 points`


# %% nbgrader={"solution": true, "grade_id": "rnn_backward"}
def rnn_backward(dh, cache):
    """Backpropagate through time, with your rnn_step_backward.

    dh (N, T, H): dh[:, t] is the gradient from the loss at step t alone;
    cache is what rnn_forward returned, a list of T step caches.
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
check(rnn_backward, forward=rnn_forward)

# %% [markdown]
# ## Words in, backwards
# `●●○○○ · 6 min · 8 points`


# %% nbgrader={"solution": true, "grade_id": "word_embedding_backward"}
def word_embedding_backward(dout, cache):
    """Go backwards through the lookup of word vectors.

    dout (N, T, D); cache is what word_embedding_forward returned.
    Returns dW (V, D). Word ids are not numbers: they get no gradient.
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


# %% nbgrader={"solution": true, "grade_id": "upstream_mask"}
def upstream_mask(wiring, T):
    """Say at which steps an output leaves, and so where dh may be nonzero.

    wiring is "one to one", "one to many", "many to one",
    "many to many, delayed" or "many to many, aligned"; T is the number of
    states. Returns mask (T,) of booleans.
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
# ## In your own words
# `●●○○○ · 8 min · 10 points`

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "shared_weights", "points": 10}
# **Exemplar (10 of 10).**

# %% [markdown]
# ## Bug hunt
# `●●●●○ · 15 min · 10 points`


# %% nbgrader={"solution": true, "grade_id": "spots_the_bug"}
def spots_the_bug(forward, backward):
    """Say whether backward is broken: whether it is not the gradient of forward.

    They are called as rnn_forward and rnn_backward are, and have a cache of
    their own. Returns True if the pair is broken, False if it is right.
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

# %%
check.progress()
