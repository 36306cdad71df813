# %% [markdown]
# # 05 · Four gates and a cell

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures

# %% [markdown]
# ## A gate
# `●○○○○ · 8 min · 10 points`


# %% nbgrader={"solution": true, "grade_id": "sigmoid"}
def sigmoid(x):
    """The logistic function 1 / (1 + e^(-x)), entry by entry.

    x is an array of any shape, with entries of any size: ±1000 must give
    0 and 1, without nan and without a warning. Returns the same shape.
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
# `●●○○○ · 12 min · 15 points`


# %% nbgrader={"solution": true, "grade_id": "lstm_from_gates"}
def lstm_from_gates(i, f, o, g, c0):
    """Run the cell of an LSTM whose gates are already known.

    i, f, o, g (N, T, H), c0 (N, H).
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
# ## One step
# `●●●○○ · 20 min · 25 points`


# %% nbgrader={"solution": true, "grade_id": "lstm_step_forward"}
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of an LSTM.

    x (N, D), prev_h (N, H), prev_c (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,).
    The four blocks of H columns belong to i, f, o, g, in this order.
    Returns next_h (N, H), next_c (N, H), and a cache for assignment 06.
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
check(lstm_step_forward)

# %% [markdown]
# ## A whole sequence
# `●●○○○ · 10 min · 12 points`


# %% nbgrader={"solution": true, "grade_id": "lstm_forward"}
def lstm_forward(x, h0, Wx, Wh, b):
    """Run an LSTM over a whole sequence, starting from an empty cell, c_0 = 0.

    x (N, T, D), h0 (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,).
    Returns h (N, T, H), the states h_1 ... h_T, and a cache.
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
check(latch_weights)

# %% [markdown]
# ## In pieces
# `●●○○○ · 12 min · 13 points`


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
check(lstm_forward_full)

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "what_gates_are_for", "points": 10}
# **Exemplar (10 of 10).**

# %%
check.progress()
