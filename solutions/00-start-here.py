# %% [markdown]
# # 00 · Start here: how this course answers you
#
# You are going to build recurrent networks out of small functions. After each one you ask `check`, and it answers at
# once. It does not only say that something is wrong: if it knows the mistake, it says *which mistake this is*.
#
# In the next hour you learn to read its answers. You also build an instrument that measures derivatives by experiment.
# Everybody who works out gradients by hand makes mistakes, and with this instrument you find your own. You will measure
# again in later assignments, from 02 on.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np
from IPython.display import display

from utils import check, explorers, figures, gradients

# %% [markdown]
# ## Read an answer
#
# Below is a function with a mistake in it, made on purpose. It should turn every *row* of scores into probabilities:
# positive numbers that sum to 1. Read it, and look for the mistake. Then run both cells.


# %% tags=["explore"]
def stable_softmax(z):
    """Turn every row of scores z (N, V) into probabilities p (N, V). Broken!"""
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


# %% tags=["explore"]
check(stable_softmax)

# %% [markdown]
# If your function returns wrong numbers, the answer has these parts. First it says which values are right, if any are.
# Then it says which are wrong, and where: it gives the index of the worst entry (counted from 0), and your number
# beside the expected one. Last, it names the mistake, if your numbers are *exactly* those of a known one. If they are
# not, it says so, and adds what it can see in them, for example at which step they first go wrong.

# %% [markdown]
# It does not write the lines for you, but there are hints, and they cost no points. Ask for them with the button below
# an answer, or with `hint=2` and so on. (The answer itself counts as the first hint.) `hint=2` asks you a question,
# `hint=3` works through a small example, and `hint=4` shows the place in your code, where that is known. Try before you
# ask: hints 3 and 4 open once you have changed your function, or at once with `anyway=True`.

# %% tags=["explore"]
check(stable_softmax, hint=3, anyway=True)

# %% [markdown]
# You can also look at a single case. `check.case` gives you a small one that fails: what goes in, what is expected, and
# what your function returns. What should sum to 1 here, and what does?

# %% tags=["explore"]
case = check.case(stable_softmax)
print("columns", case.got["p"].sum(axis=0))
print("rows   ", case.got["p"].sum(axis=1))
case

# %% [markdown]
# ## What else you should know
#
# **Points.** `check` tries a few fixed inputs, and grading tries new ones. In most exercises each value that you return
# earns its share of the points if it is right for all new inputs. `check.progress()` shows where you stand, except for
# the written answer.
#
# **Warnings.** A right answer may come with a warning, for example that your function changed its input. A warning
# costs no points.
#
# **A fresh copy.** Save and close the notebook. In a terminal, `python -m utils.fresh 00-start-here` makes an untouched
# one and keeps yours beside it.

# %% [markdown]
# **Your log.** `check` keeps a log on your own disk, in a folder `.unrolled`: which exercise you checked, when, and
# what was found. It does not keep your code or its numbers, only a fingerprint by which it notices changes. The log is
# yours. It is not handed in unless you hand it in yourself, and `check.log(False)` turns it off.
# `check.progress(history=True)` draws it.
#
# **Validate.** The button of this name, where there is one, runs all checks. An untouched written answer may count as
# failed there.

# %% [markdown]
# ## Softmax that does not overflow
# `●○○○○ · 10 min · 20 points`
#
# $$p_{nv} = \frac{e^{z_{nv}}}{\sum_u e^{z_{nu}}} = \frac{e^{z_{nv} - c_n}}{\sum_u e^{z_{nu} - c_n}}
# \quad\text{for any number } c_n$$
#
# Here $z_{nv}$ is score v of row n, $p_{nv}$ is its probability, and u runs over all scores of the row. On paper the
# two fractions are equal. But in float64 $e^z$ is `inf` above $z = 709.8$, and 0 below $z = -745.2$. So choose one
# $c_n$ *for each row*: whatever the scores are, no exponential may overflow, and the terms of a row must not all
# become 0.

# %% [markdown]
# Below, the probabilities of one row of small scores are computed without any c. Before you run it: which of the three
# is the largest, and how many times as large is it as the next one?

# %%
one_row = np.array([2.0, 1.0, 0.0])
powers = np.exp(one_row)
print(powers / powers.sum())


# %% nbgrader={"solution": true, "grade_id": "stable_softmax"}
def stable_softmax(z):
    """Turn every row of scores into probabilities, however large the scores.

    z (N, V), any finite numbers; the caller still needs them unchanged.
    Returns p (N, V), every row of which sums to 1.
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    ### END SOLUTION
    return p


# %% nbgrader={"grade": true, "grade_id": "test_stable_softmax", "points": 20}
check(stable_softmax)

# %% [markdown]
# ## The derivative, measured
# `●●○○○ · 15 min · 30 points`
#
# $$\frac{\partial f}{\partial x_i} \approx\frac{f(x+h\,e_i)-f(x-h\,e_i)}{2h}$$
#
# Here $e_i$ is 1 at entry $i$ and 0 elsewhere, so only this entry moves. This is the *central difference*: it looks to
# both sides of x. The *one-sided* slope is $(f(x+h\,e_i)-f(x))/h$.
#
# ![A curve, its tangent, a steep chord to one side, and a central chord nearly parallel to the tangent.](figures/central-difference.png)
#
# The derivative of x³ at 2 is 12. Predict for h = 0.1: how far off is the one-sided slope, and how far is the central
# one? Then try h = 0.01.

# %%
x, h = 2.0, 0.1
for name, slope in (("one-sided", ((x + h) ** 3 - x**3) / h), ("central", ((x + h) ** 3 - (x - h) ** 3) / (2 * h))):
    print(f"{name:9} {slope:.4f}, off by {slope - 12:.4f}")


# %% nbgrader={"solution": true, "grade_id": "numerical_gradient"}
def numerical_gradient(f, x, h):
    """Measure the gradient of f at x by central differences.

    f takes an array of x's shape and returns one number; x an array of any
    shape, which is unchanged when you return; h > 0 the step.
    Returns grad, an array of x's shape.
    """
    ### BEGIN SOLUTION
    grad = np.zeros_like(x)
    moved = x.copy()
    for index in np.ndindex(x.shape):
        moved[index] = x[index] + h
        up = f(moved)
        moved[index] = x[index] - h
        down = f(moved)
        moved[index] = x[index]
        grad[index] = (up - down) / (2 * h)
    ### END SOLUTION
    return grad


# %% nbgrader={"grade": true, "grade_id": "test_numerical_gradient", "points": 30}
display(figures.measured_slopes(numerical_gradient))
check(numerical_gradient)

# %% [markdown]
# ## How small should h be?
#
# By Taylor's series, the error of a central difference shrinks like h²: a step ten times smaller makes it a hundred
# times smaller. So why not take $h = 10^{-12}$?
#
# **Predict** below: which of $10^{-2}$, $10^{-5}$, $10^{-8}$ and $10^{-11}$ gives the best slope of sin in float64?
#
# Then move h. Set the precision to float32: which h is best there? The right half of the picture is a microscope: it
# always shows f between $x-2h$ and $x+2h$. Try the parabola, too: why does its curve have one branch where the others
# have two?

# %% tags=["explore"]
explorers.predict("best-step", explorers.u_curve(numerical_gradient))

# %% [markdown]
# <details><summary>Picture</summary>
#
# ![The error against h is a U on logarithmic axes; through a microscope f is a staircase, straight, or bent.](figures/u-curve.png)
#
# </details>

# %% [markdown]
# ## How far apart are two gradients?
# `●○○○○ · 8 min · 15 points`
#
# $$\text{error}=\frac{\lVert a-n\rVert}{\lVert a\rVert+\lVert n\rVert}
# \qquad\text{and 0 if both are zero}$$
#
# Here $a$ is the *analytic* gradient, which a formula gives, $n$ the *numeric* one, which you measure, and $\lVert
# a\rVert=\sqrt{\sum_i a_i^2}$, over all entries. The error is 0 for equal gradients, and 1 at most.
#
# Why not entry by entry? Where a slope is really 0, you may measure $10^{-12}$. By itself, this entry would have the
# largest possible error, 1.
#
# Add no small constant to the denominator: some gradients of this course are about $10^{-10}$.


# %% nbgrader={"solution": true, "grade_id": "relative_error"}
def relative_error(analytic, numeric):
    """Say how far apart two gradients are, relative to their size.

    analytic, numeric: arrays of one shape, any shape.
    Returns error, a number from 0 to 1; 0 where both arrays are zero.
    """
    ### BEGIN SOLUTION
    difference = np.linalg.norm(analytic - numeric)
    size = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    error = difference / size if size > 0 else 0.0
    ### END SOLUTION
    return error


# %% nbgrader={"grade": true, "grade_id": "test_relative_error", "points": 15}
check(relative_error)

# %% [markdown]
# **Your instrument beside the course's.** `gradients.numeric_gradient(f, x)` is a central difference, too, but it
# chooses h itself. It offers two other methods. *Richardson's* takes the central differences at h and at h/2, and
# combines them so that their errors of order h² cancel. The *complex step* moves x by ih, where i is the imaginary
# unit, and divides the imaginary part of f by h. Its h is about $10^{-30}$. (Why may h be so small there? Come back to
# this question after your written answer.)
#
# Together with yours these are four. Predict: which comes nearest to the exact slopes?

# %% tags=["explore"]
explorers.predict("instruments", figures.instruments(numerical_gradient, gradients.numeric_gradient))

# %% [markdown]
# ## A first backward pass
# `●●○○○ · 15 min · 25 points`
#
# The *forward pass* computes $\text{out} = x\,w + b$. A number L, the *loss*, is made from it. The *backward pass* gets
# `dout`, which is $\partial L/\partial\text{out}$, the gradient of L at `out`. It returns the gradients of L at x, w
# and b:
#
# $$\frac{\partial L}{\partial x_{n d}} = \sum_m \text{dout}_{nm}\,w_{dm} \qquad
# \frac{\partial L}{\partial w_{dm}} = \sum_n x_{n d}\,\text{dout}_{nm} \qquad
# \frac{\partial L}{\partial b_m} = \sum_n \text{dout}_{nm}$$
#
# The forward pass keeps what the way back needs in a *cache*. Almost every backward pass of this course works like
# this.


# %%
def affine_forward(x, w, b):
    """x (N, D), w (D, M), b (M,). Returns out (N, M) and the cache."""
    return x @ w + b, (x, w, b)


# %% [markdown]
# Here is a case by hand. Two rows, x = 1 and x = 3, went through one weight, w = 2. Their gradients `dout` are 1 for
# the first row and 10 for the second. Predict all four numbers before you run it: dx has two of them, dw and db have
# one each.

# %%
print("dx:", 1 * 2, 10 * 2)
print("dw:", 1 * 1 + 3 * 10)
print("db:", 1 + 10)


# %% nbgrader={"solution": true, "grade_id": "affine_backward"}
def affine_backward(dout, cache):
    """Go backwards through out = x @ w + b.

    dout (N, M) is the gradient of the loss at out; cache is (x, w, b) with
    x (N, D), w (D, M), b (M,), as affine_forward keeps it.
    Returns dx (N, D), dw (D, M), db (M,).
    """
    ### BEGIN SOLUTION
    x, w, _ = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    ### END SOLUTION
    return dx, dw, db


# %% nbgrader={"grade": true, "grade_id": "test_affine_backward", "points": 25}
display(figures.gradient_agreement(affine_backward, numerical_gradient, relative_error))
check(affine_backward)

# %% [markdown]
# The picture shows your own instrument at work. It compares what your `affine_backward` computes with what your
# `numerical_gradient` measures, and your `relative_error` says how far apart they are. You need no solution to know
# whether you are right. That is the point.
#
# It is good to have a second opinion. `gradients.check_backward` is the course's instrument, and works as yours does.
# Where it cannot decide, its verdict is UNSURE. You can use it on the backward passes of recurrent networks in
# assignments 02, 04 and 06.

# %% tags=["explore"]
rng = np.random.default_rng(7)
inputs = {"x": rng.normal(size=(4, 3)), "w": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
gradients.check_backward(affine_forward, affine_backward, inputs)

# %% [markdown]
# **A third opinion, with no step to choose.** `gradients.taylor_test` moves x, w or b by h along a random direction v.
# Your gradient predicts how L changes, and R is what the prediction misses:
#
# $$R(h) = \lvert L(\theta+h\,v)-L(\theta)-h\,\nabla L\cdot v\rvert$$
#
# where θ is the one that moves. Below, L is half the sum of squares of `out`, so `dout` is `out`, and the gradient of b
# is wrong on purpose, by 1 %. The picture shows R against h on logarithmic axes. Predict the slope of each line, for x,
# w and b, where h is small.


# %% tags=["explore"]
def half_of_squares(params):
    out, _ = affine_forward(**params)
    return np.sum(out**2) / 2


def slopes(params):
    out, cache = affine_forward(**params)
    dx, dw, db = affine_backward(out, cache)
    return {"x": dx, "w": dw, "b": 1.01 * db}


explorers.predict("remainders", figures.remainders(gradients.taylor_test(half_of_squares, inputs, slopes)))

# %% [markdown]
# A right gradient predicts everything in the change that is proportional to h. What it misses is proportional to h² and
# higher powers, so the slope is 2. A wrong gradient also misses some of what is proportional to h, so the slope is 1
# once h is small. At large h an error of 1 % is hidden by the term with h²: look where the line of b bends.

# %% [markdown]
# ## In your own words
# `●●○○○ · 12 min · 10 points`
#
# 1. Why does the error of a central difference rise again when h shrinks? Say what is rounded (1 point), where digits are
#    lost and why (2), and what then enlarges the error (1).
# 2. On logarithmic axes both branches are straight (the left one roughly). Give both slopes (1), two readings that show
#    one of them (1), and what causes the slope on the right (1) and on the left (1).
# 3. Which h is best in float64, and which in float32 (1)? Explain their ratio (1).

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "why_it_rises", "points": 10}
# **Exemplar (10 of 10).** (1) f(x + h) and f(x − h) are each stored with a relative error of about 1e-16. As h shrinks
# they agree in more and more digits, and the subtraction leaves only those in which they differ: the round-off stays
# about 1e-16 · |f|, the difference shrinks like h, and dividing by 2h makes the round-off as large as 1e-16 · |f| / h.
# (2) On the right the slope is 2: for sin, h = 0.1 gives 1.7e-3 and h = 0.01 gives 1.7e-5. It is the first term that
# Taylor's series leaves over, h² f''' / 6. On the left it is −1: from h = 1e-10 to 1e-14 the error goes from 5e-7 to
# 3e-3, four decades for four, jagged because rounding is. (3) The explorer's best are 3e-6 in float64 and 2e-3 in
# float32. The branches meet where h² is about eps / h, so h is about eps^(1/3): 6e-6 (eps 2.2e-16) and 5e-3
# (eps 1.2e-7). eps is 5.4e8 times larger in float32, and the cube root of that is about 800.
#
# **Rubric.** Choose what the answer has.
#
# - `both-rounded` (1): You say that the two values, f(x + h) and f(x − h), are rounded.
# - `digits-cancel` (2): You say that the two values agree in most digits, so that their difference has few digits left.
# - `divided-by-h` (1): You say that dividing by a small h enlarges the error of that difference.
# - `both-slopes` (1): You give both slopes: 2 on the right, −1 on the left.
# - `readings` (1): You show a slope by two readings, each an h with its error.
# - `right-why` (1): You say where the slope on the right comes from: the term with h² that Taylor's series leaves over.
# - `left-why` (1): You say where the slope on the left comes from: a round-off error that is divided by h.
# - `best-h` (1): You give the best h in float64 and the best h in float32.
# - `ratio` (1): You explain the ratio of the two, by a cube root of eps or by the place where the two errors are
#   equally large.
#
# **For the reader.** `both-rounded`: that the function's values, or the numbers of the computer, are rounded is enough;
# that only h is rounded is not. `digits-cancel`: that the difference shrinks while its rounding error stays is the
# same. `divided-by-h`: "eps / h" says it, wherever it stands; a division by zero does not. `both-slopes`: "falls with
# slope 1" is −1. `readings`: on the left they scatter; accept a factor of ten. `right-why`: "truncation error", or h² from
# Taylor's series; "like a parabola" is not enough. `left-why`: "1 / h" or "eps / h"; "rounding" or "noise" alone is not
# enough. `best-h`: both within a factor of ten of 3e-6 and 2e-3. Numeric anchor: h is about eps^(1/3), and the ratio
# about 800.
#
# **Borderline (6 of 10).** "Because of rounding: at 1e-12 the two values are nearly the same number, and only the last
# of their 16 digits differ. The right side has slope 2 because of the h² in Taylor's formula. The left side has slope
# −1. The best h is 3e-6, and 2e-3 in float32." Chosen: `both-rounded`, `digits-cancel`, `both-slopes`, `right-why`,
# `best-h`. The division is missing, and so are readings, the reason for the left branch, and the ratio.
#
# **Tempting and wrong (2 of 10).** "When h is too small the computer rounds it to 0, and we divide by zero. On the
# right the slope is 2: 1.7e-3 at h = 0.1, 1.7e-5 at h = 0.01. That is the h² that Taylor's series leaves over." Chosen:
# `readings`, `right-why`. Nothing is divided by zero: 1e-12 is stored to 16 digits. At 1e-16 it is x + h that no longer
# differs from x, and long before that the difference of the two values has lost its digits.

# %% [markdown]
# ## What you built
#
# You built a softmax that works for any finite scores, an instrument that measures a gradient, and a number that says how
# far apart two gradients are. You also built a backward pass that you can trust, because you measured it.
#
# Exit question, for yourself: measuring takes two calls of f for every entry of x. A small network has a million
# weights. Why do we still write backward passes by hand?
#
# Next: assignment 01 begins with a single step of a recurrent network.

# %% tags=["explore"]
check.progress()
