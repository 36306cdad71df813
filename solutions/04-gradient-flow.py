# %% [markdown]
# # 04 · Gradient flow: a laboratory
#
# A network learns from a loss at step T what it should have done at step 1. For this the loss's gradient must travel back
# through every step in between, and each step multiplies it by a matrix. How much of it is left when it arrives?
#
# In this notebook you build the instruments that answer this question, and you measure. Then you repair four statements
# that popular notes make.
#
# ![An unrolled network with dashed arrows from the loss back to the first state, one transposed Jacobian at each step.](figures/gradient-flow.png)

# %% [markdown]
# ## Notation
#
# | in the text | in the code | shape |
# |---|---|---|
# | state $h_t$ | `h[:, t - 1]` | (N, H) |
# | $W_{hh}$ | `Wh.T` | (H, H) |
# | $\partial h_t/\partial h_{t-1}$ | `jacobian[n]` | (H, H) |
# | $\partial h_T/\partial h_t$ | `product[n, t - 1]` | (H, H) |
# | $\Vert A\Vert$, $\sigma_{\max}(A)$ | `np.linalg.norm(A, 2)` | number |
# | $\rho(A)$ | largest \|eigenvalue\| | number |
#
# Matrix norms are *spectral*: the largest stretch of any vector. W is any possible $W_{hh}$, and $W^t$ its power. Folded cells
# hold earlier functions.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, experiments, explorers, figures, gradients

# %% nbgrader={"locked": true, "grade_id": "given_rnn_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_rnn_forward"}

# %% [markdown]
# ## One step back
# `●●○○○ · 12 min · 12 points`
#
# Let $a_t = W_{hh}h_{t-1} + W_{xh}x_t + b$, so $h_t = \tanh(a_t)$. If $h_{t-1}$ is nudged, $a_t$ moves by $W_{hh}$ times
# the nudge. Then each unit multiplies by its own slope, $\tanh'(a_t) = 1 - h_t^2$:
#
# $$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2)\,W_{hh}$$
#
# Entry (i, j) of this *Jacobian* says how much unit i moves when unit j moved one step earlier.
#
# Predict: below, the second of two units is nudged. Its weight into the first unit is 2, its weight into itself is 3.
# Which unit moves more?

# %%
before, W_hh = np.array([0.5, -0.3]), np.array([[1.0, 2.0], [0.0, 3.0]])
nudged = np.tanh(W_hh @ (before + np.array([0, 1e-6]))) - np.tanh(W_hh @ before)
explorers.predict("second-unit", f"moved, per unit of nudge: {(nudged / 1e-6).round(2)}")


# %% nbgrader={"solution": true, "grade_id": "step_jacobian"}
def step_jacobian(next_h, Wh):
    """How the state h_t answers to the state before it, for each sequence.

    next_h (N, H) is h_t, Wh (H, H).
    Returns jacobian (N, H, H): jacobian[n, i, j] = d h_t[n, i] / d h_{t-1}[n, j].
    """
    ### BEGIN SOLUTION
    jacobian = (1 - next_h[:, :, None] ** 2) * Wh.T
    ### END SOLUTION
    return jacobian


# %% nbgrader={"grade": true, "grade_id": "test_step_jacobian", "points": 12}
display(figures.one_jacobian(step_jacobian, rnn_step_forward))
check(step_jacobian)

# %% [markdown]
# ## Many steps back
# `●●●○○ · 12 min · 12 points`
#
# Over many steps the chain rule multiplies these Jacobians, the latest on the left:
#
# $$\frac{\partial h_T}{\partial h_t} = J_T\,J_{T-1}\cdots J_{t+1}, \qquad
# J_s = \frac{\partial h_s}{\partial h_{s-1}}$$
#
# `product[:, t - 1]` holds $\partial h_T/\partial h_t$. Nothing lies between $h_T$ and itself, so the last entry is the
# identity matrix. Begin there and go back: each entry is the one after it, times one more Jacobian. On which side does
# that Jacobian stand?


# %% nbgrader={"solution": true, "grade_id": "jacobian_product"}
def jacobian_product(h, Wh):
    """How the last state answers to each state.

    h (N, T, H) holds h_1 ... h_T, Wh (H, H).
    Returns product (N, T, H, H): product[:, t - 1] = d h_T / d h_t, the last the identity.
    """
    ### BEGIN SOLUTION
    N, T, H = h.shape
    product = np.empty((N, T, H, H), dtype=h.dtype)
    product[:, -1] = np.eye(H)
    for t in range(T - 1, 0, -1):
        product[:, t - 1] = product[:, t] @ step_jacobian(h[:, t], Wh)
    ### END SOLUTION
    return product


# %% nbgrader={"grade": true, "grade_id": "test_jacobian_product", "points": 12}
check(jacobian_product)

# %% [markdown]
# ## The gradient as a message
# `●●●○○ · 10 min · 10 points`
#
# Training never forms these products. It sends a single vector back from step to step, the *message* $\partial
# L/\partial h_t$. With a loss at step T only, as here:
#
# $$\frac{\partial L}{\partial h_{t-1}} = W_{hh}^\top\,\operatorname{diag}(1 - h_t^2)\,\frac{\partial L}{\partial h_t}$$
#
# A vector costs about H² multiplications a step, where a product of matrices costs about H³. Return the length of the
# vector at each step.


# %% nbgrader={"solution": true, "grade_id": "gradient_norms"}
def gradient_norms(dh_T, h, Wh):
    """The length of dL/dh_t at every step, for a loss at the last step; forms no Jacobian.

    dh_T (N, H) is dL/dh_T, h (N, T, H), Wh (H, H).
    Returns norms (N, T): norms[n, t - 1] is the length of dL/dh_t of sequence n.
    """
    ### BEGIN SOLUTION
    norms = np.empty(h.shape[:2], dtype=h.dtype)
    dh = dh_T
    norms[:, -1] = np.linalg.norm(dh, axis=1)
    for t in range(h.shape[1] - 1, 0, -1):
        dh = (dh * (1 - h[:, t] ** 2)) @ Wh.T
        norms[:, t - 1] = np.linalg.norm(dh, axis=1)
    ### END SOLUTION
    return norms


# %% nbgrader={"grade": true, "grade_id": "test_gradient_norms", "points": 10}
check(gradient_norms)

# %% [markdown]
# ## A matrix of a chosen size
# `●○○○○ · 3 min · 6 points`
#
# To compare networks you measure W by two numbers. The largest singular value $\sigma_{\max}$ is the largest stretch
# of *one* step. The spectral radius $\rho$ is the largest absolute value of an eigenvalue, never above
# $\sigma_{\max}$, since W stretches one eigenvector by ρ. Without tanh the product is $W^t$. In the long run ρ
# decides: $W^t \to 0$ if $\rho < 1$, and only then.
#
# Return `Wh` times the positive number that makes its spectral norm `sigma_max`. Leave `Wh` as it was.


# %% nbgrader={"solution": true, "grade_id": "rescale"}
def rescale(Wh, sigma_max):
    """The same matrix at another size: Wh (H, H) times the number that makes its largest singular value sigma_max."""
    ### BEGIN SOLUTION
    rescaled = Wh * (sigma_max / np.linalg.norm(Wh, 2))
    ### END SOLUTION
    return rescaled


# %% nbgrader={"grade": true, "grade_id": "test_rescale", "points": 6}
check(rescale)

# %% [markdown]
# ## What can be promised
# `●●○○○ · 8 min · 8 points`
#
# Since $\Vert AB\Vert \le \Vert A\Vert\,\Vert B\Vert$, and the norm of a diagonal matrix is its largest absolute entry,
#
# $$\Bigl\Vert\frac{\partial h_T}{\partial h_t}\Bigr\Vert \;\le\; \prod_{s=t+1}^{T} \Bigl[\sigma_{\max}(W_{hh})\,\max_i\,(1 - h_{s,i}^2)\Bigr]$$
#
# Here $h_{s,i}$ is unit i of $h_s$. No slope exceeds 1, so the norm is at most $\sigma_{\max}^{T-t}$. Hence
# $\sigma_{\max} < 1$ *promises* that the RNN's $\partial h_T/\partial h_t$ vanishes as T − t grows.
# ($\partial L/\partial W_{hh}$ need not vanish, since near steps still contribute.) $\sigma_{\max} > 1$ promises
# nothing: the product may then vanish or grow.


# %% nbgrader={"solution": true, "grade_id": "norm_bound"}
def norm_bound(h, Wh):
    """The right-hand side of the inequality above, at every step.

    h (N, T, H), Wh (H, H).
    Returns bound (N, T): bound[n, t - 1] bounds the norm of d h_T / d h_t; the last is 1, an empty product.
    """
    ### BEGIN SOLUTION
    factors = np.max(1 - h**2, axis=2) * np.linalg.norm(Wh, 2)
    bound = np.ones_like(factors)
    for t in range(h.shape[1] - 1, 0, -1):
        bound[:, t - 1] = bound[:, t] * factors[:, t]
    ### END SOLUTION
    return bound


# %% nbgrader={"grade": true, "grade_id": "test_norm_bound", "points": 8}
check(norm_bound)

# %% [markdown]
# ## All singular values 1
# `●●○○○ · 5 min · 6 points`
#
# An orthogonal matrix, $Q^\top Q = I$, keeps the length of every vector, so $\Vert Q^t\Vert = 1$ for every t. Make a
# random one with `rng`, so that the same seed gives the same matrix. The QR factorisation of a Gaussian matrix gives an
# orthogonal Q. (To make it *uniformly* random you would also fix the signs of its columns, see Mezzadri 2007; this is
# not asked here.)
#
# Does the norm stay 1 in an RNN with $W_{hh} = Q$, too? The figure shows it.


# %% nbgrader={"solution": true, "grade_id": "orthogonal"}
def orthogonal(H, rng):
    """A random orthogonal matrix Q (H, H), made with the numpy Generator rng."""
    ### BEGIN SOLUTION
    Q, R = np.linalg.qr(rng.standard_normal((H, H)))
    Q = Q * np.sign(np.diag(R))
    ### END SOLUTION
    return Q


# %% nbgrader={"grade": true, "grade_id": "test_orthogonal", "points": 6}
display(figures.orthogonal_flow(orthogonal, jacobian_product, rnn_forward))
check(orthogonal)

# %% [markdown]
# ## The spectrum fan
#
# A matrix is *normal* if $WW^\top = W^\top W$: then $\rho = \sigma_{\max}$ and $\Vert W^t\Vert = \rho^t$. Orthogonal and
# symmetric matrices are normal. Gaussian ones are *non-normal*.
#
# Below are the product's *singular values*, down to 1e-14 of the largest, by your `jacobian_product`. The left panel
# shows $W^t$, the product where all states are 0. The right panel shows the RNN. W starts Gaussian (seed 29). Answer
# the question below. Then move σ_max, the non-normality (0: σ_max·Q, 1: Gaussian) and the input. Which settings make
# $W^t$ explode while the RNN vanishes? Which make both explode?

# %% tags=["explore"]
explorers.spectrum_fan(jacobian_product, rnn_forward)

# %% [markdown]
# ## Does tanh prevent explosion?
#
# A larger $W$ stretches more, but it also drives the units nearer to ±1, where tanh is flat. Which effect wins?
#
# Draw each entry of W from $N(0, g^2/H)$; g is the *gain*. Without input a large random network is chaotic above gain
# 1: two states that start close drift apart (Sompolinsky, Crisanti & Sommers 1988). Strong input suppresses chaos
# (Molgedey, Schuchhardt & Schuster 1992).
#
# Predict: H = 24, input of standard deviation 0.5, 59 steps. At gain 1.2 the median norm is far below 1. At gain 2, is it
# below 1, or above?

# %% tags=["explore"]
explorers.predict("gain-two", figures.norm_against_gain(jacobian_product, rnn_forward))

# %% [markdown] tags=["bonus"]
# *For the curious.* The identity and orthogonal matrices are normal, with all singular values 1. Under tanh the median
# norm over 59 steps is 6e-8 (10–90 %: 5e-9 to 2e-6) from $W_{hh}=I$, 4e-7 (2e-7 to 9e-7) from uniformly random Q.
#
# ReLU has slope 0 or 1. With $W_{hh} = I$ (IRNN: Le, Jaitly, Hinton 2015) the product is diagonal: 1 for each unit
# above 0 at every step, else 0. Its norm was 1 in 36 of 40 draws and 0 in the others.
#
# ![Norms over 59 steps: under tanh both fall, the identity under ReLU mostly stays 1.](figures/starts.png)

# %% [markdown]
# ## A counterexample that vanishes
# `●●●●○ · 12 min · 10 points`
#
# Some notes say: "$\sigma_{\max} > 1$, so it explodes." Refute this for $W^t$ and any H ≥ 2. Build W with
# $\sigma_{\max} \ge 1.5$ and every singular value at least 0.1 (which rules out $W^2 = 0$), yet
# $\Vert W^{60}\Vert < 10^{-6}$.
#
# A singular value is the stretch of *one* step. What if the next step shrinks what this one has stretched? (If even the
# *smallest* were above 1, everything would grow.)
#
# Predict: below, σ_max is 1.2. Is $\Vert W^{60}\Vert$ nearer to 1.2⁶⁰ ≈ 56,000, or to 0?

# %%
W = np.array([[0.0, 1.2], [0.5, 0.0]])
sizes = [np.linalg.norm(np.linalg.matrix_power(W, t), 2) for t in (1, 2, 3, 4, 60)]
explorers.predict("sixty-powers", "  ".join(f"{size:.2g}" for size in sizes))


# %% nbgrader={"solution": true, "grade_id": "counterexample_vanish"}
def counterexample_vanish(H):
    """A matrix W (H, H) with sigma_max >= 1.5, sigma_min >= 0.1, and the norm of W^60 below 1e-6."""
    ### BEGIN SOLUTION
    W = 0.5 * np.eye(H)
    W[0, 1] = 1.5
    ### END SOLUTION
    return W


# %% nbgrader={"grade": true, "grade_id": "test_counterexample_vanish", "points": 10}
display(figures.powers(counterexample_vanish, below=1e-6))
check(counterexample_vanish)

# %% [markdown]
# ## A counterexample that grows first
# `●●●○○ · 10 min · 8 points`
#
# Others say: "$\rho < 1$, so $W^t$ decays." In the end it does, but if W is non-normal it may grow first. Build W
# with $\rho \le 0.95$ and $\Vert W\Vert \le 4$, yet $\Vert W^t\Vert \ge 10$ for some $t \ge 2$.
#
# Keep the matrix simple. Do not turn a long chain of units, each feeding the next, into QWQᵀ: rounding alone may move
# its eigenvalues above 0.95.


# %% nbgrader={"solution": true, "grade_id": "counterexample_transient"}
def counterexample_transient(H):
    """A matrix W (H, H) with rho <= 0.95 and norm <= 4, where the norm of W^t reaches 10 for some t >= 2."""
    ### BEGIN SOLUTION
    W = 0.9 * np.eye(H)
    W[0, 1] = 2.7
    ### END SOLUTION
    return W


# %% nbgrader={"grade": true, "grade_id": "test_counterexample_transient", "points": 8}
display(figures.powers(counterexample_transient, above=10))
check(counterexample_transient)

# %% [markdown]
# ## Repair the notes: products and paths
# `●●●○○ · 12 min · 10 points`
#
# Some notes make two claims. For each you choose what is right, and measure how wrong the notes are. Each takes about six
# minutes.
#
# *The product* (`formula`, `error`): $\partial h_T/\partial h_1 = \bigl(\prod_{t=2}^{T}\operatorname{diag}(1-h_t^2)\bigr)W_{hh}^{T-1}$.
# This product is written for you, as `notes`.
#
# *The path* (`paths`, `share`): the gradient of a loss $L_T$ at step T, $\partial L_T/\partial W_{hh}$, follows only the
# path through $h_1$. In truth step t contributes $\delta_t\,h_{t-1}^\top$, summed over the batch. These
# $\delta_t = (1-h_t^2)\odot\partial L_T/\partial h_t$ are written for you, as `delta`.


# %% nbgrader={"solution": true, "grade_id": "repair_products"}
def repair_products(dh_T, h0, h, Wh):
    """dh_T (N, H) is dL_T/dh_T, h0 (N, H), h (N, T, H), Wh (H, H). Returns:

    formula  the number of the right one for d h_T / d h_1, for any H:
             (1) the notes' formula; (2) the product over t of (diag(1 - h_t^2) W_hh^(T-1));
             (3) the product over t of (diag(1 - h_t^2) W_hh), latest on the left;
             (4) as (3), latest on the right
    error    (N,): spectral norm of (the notes' formula minus the right one), divided by the right one's
    paths    what dL_T/dW_hh is, by its number: (1) what step 1 contributes; (2) what step T contributes;
             (3) the mean over all steps; (4) the sum over all steps
    share    spectral norm of what step 1 alone contributes, divided by that of dL_T/dW_hh
    """
    T, products = h.shape[1], jacobian_product(h, Wh)
    slopes = np.prod(1 - h[:, 1:] ** 2, axis=1)
    notes = slopes[:, :, None] * np.linalg.matrix_power(Wh.T, T - 1)
    delta = np.einsum("ni,ntij->ntj", dh_T, products) * (1 - h**2)  # delta[:, t - 1] is δ_t
    ### BEGIN SOLUTION
    formula, paths = 3, 4
    right = products[:, 0]
    error = np.linalg.norm(notes - right, 2, axis=(1, 2)) / np.linalg.norm(right, 2, axis=(1, 2))
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    terms = np.einsum("nti,ntj->tij", delta, before)
    share = np.linalg.norm(terms[0], 2) / np.linalg.norm(terms.sum(axis=0), 2)
    ### END SOLUTION
    return formula, error, paths, share


# %% nbgrader={"grade": true, "grade_id": "test_repair_products", "points": 10}
display(figures.repaired_products(repair_products, rnn_forward))
check(repair_products)

# %% [markdown]
# ## Repair the notes: growth and slopes
# `●●○○○ · 6 min · 8 points`
#
# Other notes say: "$W^t$ explodes if $\sigma_{\max} > 1$", and "tanh′ ≤ 1 because tanh lies between −1 and 1". You have
# refuted the first claim; now say what is true instead. In the second only the reason is wrong. Look at $\tanh(kz)$,
# which lies between −1 and 1 as well. How steep is it? Again each claim has one choice and one number.


# %% nbgrader={"solution": true, "grade_id": "repair_growth"}
def repair_growth(W, t, z, k):
    """W (H, H), t an int, z (M,) numbers, k > 1. Returns:

    growth    for W^t to grow beyond all bounds, sigma_max > 1 is, by its number:
              (1) sufficient; (2) necessary, not sufficient; (3) necessary and sufficient; (4) neither
    size      the norm of W^t
    slope     the number of the reason why tanh' <= 1: (1) tanh lies in (-1, 1); (2) tanh is odd;
              (3) tanh' = 1 - tanh^2, so it is 1 at z = 0 and less elsewhere
    steepest  the largest slope of tanh(k z), as a function of z, among the given z
    """
    ### BEGIN SOLUTION
    growth, slope = 2, 3
    size = np.linalg.norm(np.linalg.matrix_power(W, t), 2)
    steepest = np.max(k * (1 - np.tanh(k * z) ** 2))
    ### END SOLUTION
    return growth, size, slope, steepest


# %% nbgrader={"grade": true, "grade_id": "test_repair_growth", "points": 8}
display(figures.repaired_growth(repair_growth))
check(repair_growth)

# %% [markdown]
# ## In your own words
# `●●●○○ · 10 min · 10 points`
#
# "If the largest singular value of $W_{hh}$ exceeds 1, gradients explode; if it is below 1, they vanish." Repair this
# claim. Give each number with H, steps, matrix or seeds.
#
# *$W^t$ (5 points).* Which half stands (1), and why (1)? Which number (1), of which matrix (1), refutes the other? What,
# besides $\sigma_{\max}$, decides (1)?
#
# *The RNN (5 points).* Which half stands, and why (1.5)? With $\sigma_{\max} > 1$, measure one that vanishes (1) and one
# that explodes (1), and give their settings. What else decides (1.5)?

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "repair_claim", "points": 10}
# **Exemplar (10 of 10).** *W^t.* The half below 1 stands: ‖W^t‖ ≤ σ_max^t, since norms of products are at most
# products of norms. The half above 1 falls: the Gaussian W with H = 24, seed 29 has σ_max = 1.67, and ‖W^60‖ = 3.7e-3
# (3.6e-3 where the fan scales it to 1.67 exactly); my counterexample has σ_max = 1.65, and ‖W^60‖ = 2e-16. In the
# long run ρ decides; on the way the angles between eigenvectors do (non-normality): with ρ = 0.9 mine still grows
# tenfold first. *The RNN.* The half below 1 stands again: each factor is at most σ_max, since no slope exceeds 1.
# σ_max > 1 leaves both ways open. H = 24, input N(0, 0.5²), 59 steps, seeds 0 to 39, W ~ N(0, g²/H): at gain g = 1.2
# ρ is 1.13 or more and σ_max 1.96 or more, so W^t explodes, yet the RNN's norm is 3e-4 in the median (10 to 90 %:
# 5e-6 to 0.03). At gain 2 σ_max is 3.27 or more, and the norm 150 in the median (10 to 90 %: 3 to 2e3): the RNN
# explodes, in spite of tanh. What else decides: the slopes 1 − h², hence inputs and states. Even an orthogonal W
# leaves 4e-7 in the median of the same draws (5e-7, signs not fixed), and at gain 40, where 94 % of the slopes are
# below 0.01, the RNN vanishes again: 3e-31 (2e-47 to 3e-10).
#
# **Rubric.** Choose what the answer has.
#
# - `power-below` (1): For W^t you keep the half that stands: below 1 it vanishes.
# - `power-bound` (1): For W^t you say why that half stands: its norm is at most σ_max to the power of t.
# - `power-number` (1): You refute the other half by a number: a W^t that vanished although σ_max is above 1.
# - `power-matrix` (1): You say of which matrix that number is: its entries, or its size with a seed, or your
#   counterexample.
# - `power-decides` (1): For W^t you name what decides besides σ_max: ρ, the eigenvalues, or non-normality.
# - `rnn-below` (1.5): For the RNN you keep the half that stands, below 1, and say why: no slope of tanh exceeds 1.
# - `rnn-vanishes` (1): You give a number of an RNN that vanished although σ_max is above 1, with a setting.
# - `rnn-explodes` (1): You give a number of an RNN that exploded, with a setting.
# - `rnn-decides` (1.5): For the RNN you name what else decides: the slopes of tanh, saturation, inputs or states.
#
# **For the reader.** `power-below` is about σ_max; a claim about eigenvalues is another one. `power-bound`: "a
# step multiplies by at most σ_max" is the same. `power-number` is a norm or a ratio after a number of steps.
# `rnn-below` needs the reason, too. `rnn-vanishes` and `rnn-explodes` are of the RNN, not of W^t, each with a number
# and with gain or σ_max. `rnn-decides`: slopes that are named only as the reason of `rnn-below` are not this. Numbers
# of the learner's own matrices or explorer settings count, if they are in range: ‖W^60‖ < 1e-6 for a counterexample
# that passed; for one Gaussian draw of the RNN (H = 24, input 0.5, 59 steps) anything from 1e-6 to 0.2 at gain 1.2,
# and from 1 to 1.4e4 at gain 2, where 38 of 40 draws are above 1 (the other 2 do not explode); for the fan's one draw
# over 60 steps 3e3 at σ_max = 4.2; within a factor of 10 of the figures otherwise.
#
# **Borderline (6.5 of 10).** "σ_max < 1 always vanishes for W^t, by the bound. σ_max > 1 need not explode: my
# counterexample for H = 2, 0.5 on the diagonal and 1.5 above it, has 1.65, and after 60 steps 2e-16. It depends on
# the eigenvalues. In the RNN tanh's slopes also shrink, so it vanishes." Chosen: `power-below`, `power-bound`,
# `power-number`, `power-matrix`, `power-decides`, `rnn-decides`. Of the RNN there is no measurement, and the half
# that stands is not there.
#
# **Tempting and wrong (2 of 10).** "If σ_max < 1, W^t vanishes. Above that ρ decides: it vanishes below 1 and
# explodes above. The RNN cannot explode: tanh lies in (−1, 1), so it shrinks every gradient." Chosen: `power-below`,
# `power-decides`. The half that stands has no reason. ρ alone is one more slogan: counterexample_transient has ρ =
# 0.9 and grows tenfold first. The RNN part earns nothing: its median is 150 at gain 2, and "tanh lies in (−1, 1)" is
# no reason, since tanh(4z) lies there too.

# %% [markdown]
# ## What was measured
#
# $W^t$ is above, the RNN below. Left to right, $W^t$ vanishes, stays 1, explodes twice; only the last RNN explodes.
#
# ![Eight fans of singular values of four matrices.](figures/spectrum-fan.png)
#
# Median norms (10–90 %) of 40 RNNs over 59 steps, H = 24, input 0.5:
#
# - orthogonal: 4e-7 with signs fixed, else 5e-7 (both 2e-7 to 9e-7);
# - gain 1.2: 3e-4 (5e-6 to 0.03);
# - gain 2: 150 (3 to 2e3) [H = 8: 0.0036 (1e-8 to 8); H = 100: 7.5e3 (3e3 to 3e4)];
# - gain 40: 3e-31 (2e-47 to 3e-10), 94 % of slopes below 0.01.

# %% [markdown]
# ## What you built
#
# You built Jacobians, their products, and a bound. $\sigma_{\max} < 1$ is enough for vanishing. $\sigma_{\max} > 1$ is
# necessary for growth, but not enough: eigenvalues and directions decide too, in the RNN also the slopes.
#
# Over 59 steps the norm passed 1 near gain 1.6. Over 1,500 steps the border lies near gain 1.8 (median).
#
# Exit question: an orthogonal W keeps $W^t$ at norm 1, yet the RNN forgets. Which factor of $J_s$ must change?
#
# Next: assignment 05 adds a *cell* state, whose direct path has no matrix or tanh.

# %% [markdown] tags=["bonus"]
# ## Bonus: every unit alone
# `●●○○○ · 25 min · bonus`
#
# *Nobody has to do this: it has no points, and nothing later rests on it.*
#
# Two things made this laboratory necessary. tanh bends every step, and $W_{hh}$ mixes the units. Take both away. Each
# unit then has one number λ, and goes alone:
#
# $$h_t = \lambda \odot h_{t-1} + x_t$$
#
# $\odot$ multiplies entry by entry. In this *diagonal linear recurrence* (Martin and Cundy 2018; Orvieto et al. 2023)
# $\partial h_T/\partial h_t=\operatorname{diag}(\lambda)^{T-t}$, whatever the inputs and the states are.


# %% tags=["bonus"] nbgrader={"solution": true, "grade_id": "diagonal_forward"}
def diagonal_forward(x, h0, lam):
    """All states of h_t = lam * h_{t-1} + x_t.

    x (N, T, H), h0 (N, H), lam (H,).
    Returns h (N, T, H), h[:, t - 1] is h_t, and a cache.
    """
    ### BEGIN SOLUTION
    prev_h, states = h0, []
    for t in range(x.shape[1]):
        prev_h = lam * prev_h + x[:, t]
        states.append(prev_h)
    h = np.stack(states, axis=1)
    cache = (h0, h, lam)
    ### END SOLUTION
    return h, cache


# %% tags=["bonus"] nbgrader={"grade": true, "grade_id": "test_diagonal_forward", "points": 0}
check(diagonal_forward)

# %% [markdown] tags=["bonus"]
# Now backwards. Let $g_t$ be all that arrives at $h_t$. Two things arrive: `dh[:, t - 1]`, the gradient of the loss at
# step t, and what comes from step t + 1. Their sum is the same recurrence, run from the end:
#
# $$g_t = \text{dh}[:, t-1] + \lambda \odot g_{t+1}, \qquad g_{T+1} = 0$$
#
# What is the gradient of $x_t$, then? And that of λ, which is used at every step of every sequence?


# %% tags=["bonus"] nbgrader={"solution": true, "grade_id": "diagonal_backward"}
def diagonal_backward(dh, cache):
    """Go back through the whole sequence.

    dh (N, T, H) holds the gradients from the losses: dh[:, t - 1] at h_t.
    cache: from diagonal_forward.
    Returns dx (N, T, H), dh0 (N, H), dlam (H,).
    """
    ### BEGIN SOLUTION
    h0, h, lam = cache
    dx, arriving = np.empty_like(dh), np.zeros_like(h0)
    for t in reversed(range(dh.shape[1])):
        dx[:, t] = arriving = dh[:, t] + lam * arriving
    dh0 = lam * arriving
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    dlam = (dx * before).sum(axis=(0, 1))
    ### END SOLUTION
    return dx, dh0, dlam


# %% tags=["bonus"] nbgrader={"grade": true, "grade_id": "test_diagonal_backward", "points": 0}
check(diagonal_backward, forward=diagonal_forward)

# %% tags=["explore", "bonus"]
rng = np.random.default_rng(4)
inputs = {"x": rng.normal(size=(3, 5, 4)), "h0": rng.normal(size=(3, 4)), "lam": rng.uniform(0.5, 0.95, 4)}
gradients.check_backward(diagonal_forward, diagonal_backward, inputs)

# %% [markdown] tags=["bonus"]
# **In rounds.** Must your loop take T steps, one after the other? Two steps, $h \mapsto a_1 h + b_1$ and then $h
# \mapsto a_2 h + b_2$, are one step of the same form:
#
# $$a_2(a_1 h + b_1) + b_2 = (a_2 a_1)\,h + (a_2 b_1 + b_2)$$
#
# (a is λ, b an input.) So join every step with the one before it. Then join each result with the one 2 places before,
# then 4. After $\lceil \log_2 T \rceil$ rounds every state is known: a *parallel scan* (Hillis and Steele 1986). With a
# tanh the form is lost.


# %% tags=["explore", "bonus"]
def scan(a, b):
    """All states of h_t = a_t h_{t-1} + b_t, from h_0 = 0; a, b (N, T, H)."""
    a, b, reach = a.copy(), b.copy(), 1
    while reach < b.shape[1]:
        b[:, reach:] = a[:, reach:] * b[:, :-reach] + b[:, reach:]
        a[:, reach:] = a[:, reach:] * a[:, :-reach]
        reach = 2 * reach
    return b


experiments.scan_against_loop(diagonal_forward, scan)

# %% [markdown] tags=["bonus"]
# How long each takes depends on your machine. The counts do not: for 1,024 steps of one unit the loop multiplies 1,024
# times, and this scan 18,434 times, in 10 rounds. If a round takes hardly longer than a step of your loop,
# fewer rounds mean less time. Where a step has many numbers, the multiplications decide. Blelloch's scan (1990) has
# twice as many rounds, and multiplications in proportion to T.

# %% tags=["explore"]
check.progress()
