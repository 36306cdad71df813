# %% [markdown]
# # From here to today
#
# *A page without points: about 20 minutes, and nothing to hand in.*
#
# 07 ended with a question: what else could the decoder look at than the encoder's last state? This page follows two
# roads. *Attention* keeps every state. *Linear recurrences* keep one state, and their Jacobian does not depend on it.
# You have the tools for both: the Jacobians of 04 and the forget gate of 05.

# %%
import numpy as np

from utils import figures

# %% [markdown]
# ## One state for everything
#
# The encoder of 07 hands over h and c: $2 \times 64 = 128$ numbers, after three letters or thirty. Is that enough?
#
# If you count bits, it is. Thirty letters of 26 kinds are $30 \log_2 26 \approx 141$ bits, and 128 numbers of float32
# take 4,096.
#
# If you count directions, it may not be. Mix T independent numbers of variance 1 linearly into H numbers, and read
# them back linearly, as well as possible. At most H directions survive: once T exceeds H, $1 - H/T$ or more of all
# variance is lost.


# %%
def lost(T, H, rng):
    """The share of T independent numbers that no linear reader gets back from H mixtures."""
    mixture = rng.standard_normal((T, H))
    return 1 - np.trace(mixture @ np.linalg.pinv(mixture)) / T


print(f"{lost(200, 128, np.random.default_rng(0)):.2f}  {lost(300, 128, np.random.default_rng(0)):.2f}")

# %% [markdown]
# An LSTM is not linear, so this is not a bound for it. This shows how much a state of fixed size can lose. Trained
# encoders showed a loss, too: translations quickly became worse as sentences grew longer (Cho et al. 2014). Bahdanau,
# Cho and Bengio (2015) suspected the vector of fixed size, and did without it.

# %% [markdown]
# ## Look back at every state
#
# Keep all states of the encoder, $h_1, \dots, h_S$. At the decoder's step t a small network with parameters v, W and U
# reads the decoder's previous state $d_{t-1}$ and one $h_s$, and gives a *score*. A softmax turns the scores into
# weights, and the decoder reads the weighted mean, the *context* $c_t$, which is no cell:
#
# $$e_s = v^\top \tanh(W d_{t-1} + U h_s), \qquad \alpha_s = \frac{\exp e_s}{\sum_r \exp e_r}, \qquad
# c_t = \sum_s \alpha_s h_s$$
#
# Below, three states have the scores 0, ln 2, ln 5. Work out their context first.


# %%
def context(scores, states):
    """The mean of the states (S, H), weighted by the softmax of their scores (S,)."""
    weights = np.exp(scores - scores.max())
    return (weights / weights.sum()) @ states


states = np.array([[8.0, 0.0], [0.0, 4.0], [0.0, 8.0]])
context(np.log([1, 2, 5]), states)

# %% [markdown]
# Now backwards. Nudge $h_s$ alone. It moves the context directly, and through its score:
#
# $$\frac{\partial c_t}{\partial h_s} = \alpha_s \Bigl(I + (h_s - c_t)\,\frac{\partial e_s}{\partial h_s}\Bigr)$$
#
# In 04 a product of S − s matrices stood in this place. On this path no product is left, and the distance does not appear.
# Consider the first part alone, $\alpha_s I$. With equal weights it is $I/S$, for a hundred letters 0.01, wherever the
# letter stands.


# %%
figures.room_and_distance(lost, context)

# %% [markdown]
# A chain that keeps 0.9 at every step passes $0.9^{99} \approx 0.00003$ over 99 steps. For thirty letters it is still
# ahead of equal weights: $0.9^{29} \approx 0.047$ against $1/30 \approx 0.033$. But weights are learned: where 0.9 of the
# weight lies on one state, 0.9 arrives there, from any distance.
#
# The price: all S states are kept, and every step of the decoder scores them all.

# %% [markdown]
# ## Take the tanh away
#
# The second road keeps one state, but puts no tanh between steps. With B a matrix of weights:
#
# $$h_t = \Lambda h_{t-1} + B x_t, \qquad \Lambda = \operatorname{diag}(\lambda_1, \dots, \lambda_H)$$
#
# No slope is left between two states, so the Jacobian is the same for every input:
#
# $$\frac{\partial h_T}{\partial h_t} = \Lambda^{T-t} = \operatorname{diag}(\lambda_1^{T-t}, \dots, \lambda_H^{T-t})$$
#
# In 04 this product could be bounded or measured. Here you know it before the network runs.

# %% [markdown]
# 04 warned you that $W^k$ may grow first although all eigenvalues are smaller than 1 in size. A diagonal matrix
# cannot: its singular values are the $|\lambda_i|$, so $\Lambda^k$ has norm $\max_i |\lambda_i|^k$ at *every* k.
# Below, two matrices share the eigenvalues 0.9 and 0.8.
#
# The diagonal form gives up little. Almost every $W$ is $P \Lambda P^{-1}$, with complex $\lambda_i$ where it
# rotates. In the coordinates $P^{-1} h$ its recurrence is diagonal. P, and with it the early growth, moves into the
# weights that read the input and the state.


# %%
def linear_recurrence(x, h0, W):
    """All states h (T, H) of h_t = W h_{t-1} + x_t, for x (T, H) and h0 (H,)."""
    h = np.empty_like(x)
    for t in range(len(x)):
        h0 = h[t] = W @ h0 + x[t]
    return h


def lru_eigenvalues(nu, theta):
    """Complex numbers whose size is below 1, whatever the real numbers nu and theta are."""
    return np.exp(-np.exp(nu) + 1j * theta)


figures.same_eigenvalues(linear_recurrence, np.array([[0.9, 2.7], [0.0, 0.8]]), lru_eigenvalues)

# %% [markdown]
# The right panel is the *linear recurrent unit* (LRU, Orvieto et al. 2023): $\lambda = \exp(-e^{\nu} + i\theta)$. Its
# size $\exp(-e^{\nu})$ is below 1 for every ν, so no power of it explodes.
#
# Half of a number is left after $\ln 0.5 / \ln|\lambda|$ steps: 6.6 at $|\lambda| = 0.9$, 69 at 0.99, 693 at 0.999.
# Independent inputs of variance 1 add up to a variance of $1/(1 - |\lambda|^2)$, about 50 at 0.99. So the LRU starts with
# inputs scaled by $\sqrt{1 - |\lambda|^2}$.

# %% [markdown]
# S4 (Gu, Goel and Ré 2022) came earlier, from continuous time: $dh/dt = a h + x$, where training starts with
# $\operatorname{Re} a < 0$. It approximates a step of length Δ by $\lambda = (1 + \Delta a/2)/(1 - \Delta a/2)$,
# inside the unit circle for these $a$. (S4's matrix is diagonal plus low rank.)
#
# Linearity has a second use. Two steps $h \mapsto \lambda h + b$ in a row are one step of the same form.
# Joined in this way, T steps take $\lceil \log_2 T \rceil$ rounds. With a tanh this fails. (See 04's bonus.)


# %%
def scan(a, b):
    """All states of h_t = a_t h_{t-1} + b_t from h_0 = 0, and in how many rounds."""
    a, b, reach, rounds = a.copy(), b.copy(), 1, 0
    while reach < len(b):
        b[reach:] = a[reach:] * b[:-reach] + b[reach:]
        a[reach:] = a[reach:] * a[:-reach]
        reach, rounds = 2 * reach, rounds + 1
    return b, rounds


x = np.random.default_rng(0).standard_normal(1024)
h, rounds = scan(np.full(1024, 0.99), x)
one_by_one = linear_recurrence(x[:, None], np.zeros(1), np.array([[0.99]]))[:, 0]
print(f"{rounds} rounds, the same to {np.abs(h - one_by_one).max():.0e}")

# %% [markdown]
# ## Let the input decide
#
# A fixed λ forgets everything equally fast. *Mamba* (Gu and Dao 2023) computes Δ from the input: a linear layer gives
# $z_t$, then $\Delta_t = \ln(1 + e^{z_t})$. S4's equation with a = −1, solved exactly with $x_t$ held fixed over
# $\Delta_t$, gives $\lambda_t = e^{-\Delta_t} = 1 - \sigma(z_t)$:
#
# $$h_t = \lambda_t h_{t-1} + (1 - \lambda_t)\,x_t, \qquad
# \frac{\partial h_T}{\partial h_t} = \lambda_T\,\lambda_{T-1} \cdots \lambda_{t+1}$$
#
# You know λ: it is a forget gate, 0.5 at z = 0. 05's gate reads $h_{t-1}$ as well; this one does not, so no state
# enters the Jacobian.

# %% [markdown]
# In the figure one input among 60 is to be remembered. There z is 8, and everywhere else −8, set by hand, so that λ
# is 0.00034 and 0.99966. After 50 more steps $0.99966^{50} \approx 0.98$ of the state is left. A fixed λ of 0.9
# leaves $0.9^{50} \approx 0.005$.


# %%
def selective(x, z):
    """For x and z (T,): the states h (T,) from h_0 = 0, and what each step keeps, lam (T,)."""
    lam = np.exp(-np.log1p(np.exp(z)))
    h, _ = scan(lam, (1 - lam) * x)
    return h, lam


figures.selective_memory(selective)

# %% [markdown]
# ## What each costs
#
# | after T steps | kept | work at a step | gradient |
# |---|---|---|---|
# | LSTM | one state | constant | depends on the states |
# | attention | T states | grows with T | direct, weight α |
# | LRU | one state | constant | $\Lambda^{T-t}$ |
# | Mamba | one state | constant | depends on the inputs |
#
# No row wins everywhere. One state is the bottleneck again, and some models mix both: Griffin (De et al. 2024) has
# linear recurrences, and attention to the near past.

# %% [markdown]
# ## Sources
#
# - Cho, van Merriënboer, Bahdanau, Bengio (2014), [On the properties of neural machine translation: encoder–decoder approaches](https://arxiv.org/abs/1409.1259), SSST-8.
# - Bahdanau, Cho, Bengio (2015), [Neural machine translation by jointly learning to align and translate](https://arxiv.org/abs/1409.0473), ICLR.
# - Gu, Goel, Ré (2022), [Efficiently modeling long sequences with structured state spaces](https://arxiv.org/abs/2111.00396), ICLR.
# - Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu, De (2023), [Resurrecting recurrent neural networks for long sequences](https://arxiv.org/abs/2303.06349), ICML.
# - Gu, Dao (2023), [Mamba: linear-time sequence modeling with selective state spaces](https://arxiv.org/abs/2312.00752), arXiv.
# - De et al. (2024), [Griffin: mixing gated linear recurrences with local attention for efficient language models](https://arxiv.org/abs/2402.19427), arXiv.
