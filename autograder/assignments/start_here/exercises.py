"""00-start-here: how this course answers, and the derivative measured."""

import numpy as np

from autograder.course.draws import biases, weights
from autograder.course.exercise import Exercise, Mistake
from utils.fixtures import Source

ASSIGNMENT = "00-start-here"

TINY = 1e-10  # the size of a gradient that has travelled back through many steps


def scores(rng, s):
    """Draw scores of ordinary size."""
    return {"z": 2 * rng.standard_normal((s.N, s.V))}


def high_scores(rng, s):
    """Draw scores whose exponentials overflow in every row, with one far below: the smallest is no help either."""
    z = 2 * rng.standard_normal((s.N, s.V)) + rng.uniform(800, 1200)
    z[:, 0] -= 900
    return {"z": z}


def scattered_scores(rng, s):
    """Draw rows that overflow beside rows that underflow: no one number can be subtracted from all of them."""
    heights = rng.uniform(800, 1200, (s.N, 1)) * np.where(np.arange(s.N) % 2, -1, 1)[:, None]
    return {"z": 2 * rng.standard_normal((s.N, s.V)) + heights}


# Functions to differentiate. But for the linear one, a step of 0.05 to 0.2 bends them visibly, so that a one-sided
# difference shows; the coupled ones notice an entry that was moved and not put back.
LINEAR = "def f(x):\n    return 3 * np.sum(x) - 2 * x.flat[0]"
CUBIC = "def f(x):\n    return np.sum(x**3) + 0.5"
COUPLED = "def f(x):\n    return np.sum(x * np.roll(x, 1) ** 2) + np.exp(np.mean(x))"
WAVES = "def f(x):\n    return np.sin(np.sum(x)) + np.sum(np.cos(x) * x[::-1])"


def slopes(f, axes):
    """Return a drawing of ``f, x, h`` for this text of f, x of one or two axes."""

    def draw(rng, s):
        shape = (s.D,) if axes == 1 else (s.N, s.D)
        x = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 1.2, shape)
        return {"f": Source(f), "x": x, "h": rng.uniform(0.05, 0.2)}

    return draw


def gradients(axes, size=1.0):
    """Return a drawing of two gradients that differ by about a tenth, of one or two axes."""

    def draw(rng, s):
        shape = (s.D,) if axes == 1 else (s.D, s.M)
        analytic = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape)
        off = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 0.3, shape)
        return {"analytic": size * analytic, "numeric": size * (analytic + off)}

    return draw


def zeros(rng, s):
    """Draw the case without a size: both gradients zero."""
    return {"analytic": np.zeros((s.D, s.M)), "numeric": np.zeros((s.D, s.M))}


def affine(rng, s):
    """Draw a gradient that comes from above, and what the affine map has kept."""
    x, dout = rng.standard_normal((s.N, s.D)), rng.standard_normal((s.N, s.M))
    return {"dout": dout, "cache": (x, weights(rng, s.D, s.M), biases(rng, s.M))}


STABLE_SOFTMAX = Exercise(
    "stable_softmax",
    inputs=(scores, high_scores, scattered_scores, scores, scores),
    outputs={"p": "N V"},
    patterns={
        "all": "Take one row by itself. Do its entries lie between 0 and 1, and do they sum to 1? Then add 1000 to "
        "every score of that row: no probability may change."
    },
    mistakes=(
        Mistake(
            "columns-for-rows",
            edit=(
                "z.max(axis=1, keepdims=True))\n    p = exponentials / exponentials.sum(axis=1, keepdims=True)",
                "z.max(axis=0, keepdims=True))\n    p = exponentials / exponentials.sum(axis=0, keepdims=True)",
            ),
            hints=(
                "These are the numbers of a softmax over the columns: in yours every column of p sums to 1.",
                "z is (N, V), one example a row. Which axis is summed away when V scores become one number?",
                "Two equal scores share their row: z = [[0, 0]] should give [[0.5, 0.5]]. Over the columns it gives "
                "[[1, 1]].",
            ),
        ),
        Mistake(
            "divided-by-column-sums",
            edit=("exponentials.sum(axis=1, keepdims=True)", "exponentials.sum(axis=0, keepdims=True)"),
            hints=(
                "These are the right exponentials, divided by the sums of the columns.",
                "Which numbers should add up to 1 when you are done: those of a row, or those of a column?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Divided by the column sums it is [[1, 1]].",
            ),
        ),
        Mistake(
            "divided-by-one-sum",
            edit=("exponentials.sum(axis=1, keepdims=True)", "exponentials.sum()"),
            hints=(
                "These are the right exponentials, divided by one sum for the whole array: p as a whole sums to 1.",
                "How many sums are there, if every row is a distribution of its own?",
                "For z = [[0, 0], [0, 0]] every entry should be 0.5. Yours are 0.25.",
            ),
        ),
        Mistake(
            "not-divided",
            edit=("exponentials / exponentials.sum(axis=1, keepdims=True)", "exponentials"),
            hints=(
                "These are the exponentials themselves: they are not divided by their sum yet.",
                "What should the entries of one row add up to?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Yours gives [[1, 1]].",
            ),
        ),
        Mistake(
            "logarithm-of-it",
            edit=(
                "p = exponentials / exponentials.sum(axis=1, keepdims=True)",
                "p = np.log(exponentials / exponentials.sum(axis=1, keepdims=True))",
            ),
            hints=(
                "These are the logarithms of the right probabilities.",
                "Can a probability be negative?",
                "z = [[0, 0]] should give [[0.5, 0.5]]. Its logarithms are [[−0.6931, −0.6931]].",
            ),
        ),
        Mistake(
            "not-shifted",
            edit=("z - z.max(axis=1, keepdims=True)", "z"),
            hints=(
                "This is the formula as it stands on paper. Floats are finite: large scores overflow, very negative "
                "ones underflow, and what is left of the quotient is nan.",
                "Adding the same number to all scores of a row changes no probability. Which number would you add so "
                "that no exponential can overflow, and not all of them can vanish?",
                "exp(1000) is inf in float64, and inf / inf is nan. With their maximum taken off, the scores 1000 and "
                "1000 are 0 and 0, and the answer is 0.5 and 0.5.",
            ),
        ),
        Mistake(
            "one-shift-for-all-rows",
            edit=("z.max(axis=1, keepdims=True)", "z.max()"),
            hints=(
                "You take one number off all rows, the largest score of the whole array. It saves the highest row; in "
                "a row far below it every exponential is 0, and 0 / 0 is nan.",
                "Each row is a distribution of its own. What is the largest score of a row after your shift?",
                "For the rows [1000, 1000] and [0, 0], the largest score is 1000: the second row becomes exp(−1000), "
                "which is stored as 0. Taken row by row, both give [0.5, 0.5].",
            ),
        ),
        Mistake(
            "one-sum-and-not-shifted",
            whole="""def stable_softmax(z):
    return np.exp(z) / np.exp(z).sum()
""",
            hints=(
                "Two things at once: one sum is taken over the whole array where every row has its own, and nothing "
                "keeps large scores from overflowing.",
                "Take two equal rows: what should each of them add up to? And then scores of 1000: what is exp(1000)?",
                "For z = [[0, 0], [0, 0]] every entry should be 0.5; yours are 0.25. For z = [[1000, 1000]] both "
                "should be 0.5; yours are inf / inf, which is nan.",
            ),
        ),
        Mistake(
            "shifts-in-place",
            whole="""def stable_softmax(z):
    z -= z.max(axis=1, keepdims=True)
    exponentials = np.exp(z)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
""",
            side_effect="mutates",
            hints=(
                "Your probabilities are right, but z is another array after the call: whoever gave you the scores "
                "has lost them.",
                "Which line writes into an array that you did not make?",
                "With z = [[3, 5]], z is [[−2, 0]] after the call: `z -= 5` changes z, `z - 5` makes a new array.",
            ),
        ),
    ),
)

NUMERICAL_GRADIENT = Exercise(
    "numerical_gradient",
    inputs=(slopes(CUBIC, 1), slopes(WAVES, 2), slopes(COUPLED, 1), slopes(LINEAR, 2), slopes(CUBIC, 2)),
    outputs={"grad": ""},
    patterns={
        "all": "Follow a single entry: f is asked twice, once with that entry moved up by h and once with it moved "
        "down by h, all others where they were. By how much do the two points differ?"
    },
    mistakes=(
        Mistake(
            "one-sided",
            edit=(
                "moved[index] = x[index] - h\n        down = f(moved)\n        moved[index] = x[index]\n"
                "        grad[index] = (up - down) / (2 * h)",
                "moved[index] = x[index]\n        grad[index] = (up - f(x)) / h",
            ),
            hints=(
                "These are the numbers of a one-sided difference: up by h, but never down.",
                "The equation has two points, one on each side of x. Which two do you compare?",
                "For f(x) = x³ at x = 2 with h = 0.1: one-sided 12.61, central 12.01; the derivative is 12.",
            ),
        ),
        Mistake(
            "divided-by-h",
            edit=("(2 * h)", "h"),
            hints=(
                "Every slope is twice what it should be: the difference of the two values is divided by h.",
                "How far apart are x + h and x − h?",
                "For f(x) = 3x at x = 0 with h = 0.1: the values are 0.3 and −0.3, their difference is 0.6, "
                "and the slope is 3, not 6.",
            ),
        ),
        Mistake(
            "times-h",
            edit=("/ (2 * h)", "/ 2 * h"),
            hints=(
                "The difference is divided by 2 and then multiplied by h: without brackets Python goes from left to "
                "right.",
                "In which order does Python work out a / b * c?",
                "6 / 2 * 3 is 9, and 6 / (2 * 3) is 1.",
            ),
        ),
        Mistake(
            "divided-before-subtracting",
            edit=("(up - down) / (2 * h)", "up - down / (2 * h)"),
            hints=(
                "Only one of the two values is divided by 2h: division comes before subtraction.",
                "In which order does Python work out a − b / c?",
                "6 − 2 / 2 is 5, and (6 − 2) / 2 is 2.",
            ),
        ),
        Mistake(
            "down-minus-up",
            edit=("(up - down)", "(down - up)"),
            hints=(
                "Every slope has the wrong sign: the value below is taken first.",
                "If f grows with x, which of the two values is larger?",
                "For f(x) = 3x the slope is +3. Yours is −3.",
            ),
        ),
        Mistake(
            "steps-back-once",
            edit=("moved = x.copy()", "moved = x"),
            hints=(
                "These are the numbers of steps that land on x itself: up by h, then back by h, which is where you "
                "began. The second value is f(x), and it is divided by 2h.",
                "After `x[i] += h` and then `x[i] -= h`, where does x[i] stand?",
                "For f(x) = 3x at x = 0 with h = 0.1: 0.3 minus 0 over 0.2 is 1.5. The slope is 3.",
            ),
        ),
        Mistake(
            "never-put-back",
            edit=("        moved[index] = x[index]\n", ""),
            hints=(
                "These are the numbers of entries that are moved and never put back: the first slope is right, and "
                "from then on f is asked somewhere else than at x.",
                "When you come to the second entry, what is the first one equal to?",
                "For f(x) = x₀·x₁ at (2, 3) with h = 0.1 the slopes are 3 and 2. If x₀ stays at 1.9, the second comes "
                "out as 1.9.",
            ),
        ),
        Mistake(
            "moves-every-entry",
            edit=(
                "moved[index] = x[index] + h\n        up = f(moved)\n        moved[index] = x[index] - h\n"
                "        down = f(moved)",
                "up = f(x + h)\n        down = f(x - h)",
            ),
            hints=(
                "Every entry has the same slope: all of x is moved at once, so you measure the sum of all slopes.",
                "grad[i] asks how f changes with x[i] alone. What may the other entries do?",
                "For f(x) = x₀ + 10·x₁ the slopes are 1 and 10. Moved together, both come out as 11.",
            ),
        ),
        Mistake(
            "moves-whole-rows",
            whole="""def numerical_gradient(f, x, h):
    grad = np.zeros_like(x)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        grad[i] = (f(above) - f(below)) / (2 * h)
    return grad
""",
            hints=(
                "Right as long as x has one axis. Where it has two, x[i] is a whole row: all its entries are moved "
                "together, and all get one slope.",
                "x may have any shape. How do you visit every single entry of an array, whatever its axes?",
                "For f = x₀₀ + 10·x₀₁ at [[2, 3]] the slopes are [[1, 10]]. Moved as a row they are [[11, 11]]. "
                "`np.ndindex(2, 3)` runs through (0, 0), (0, 1), … , (1, 2).",
            ),
        ),
        Mistake(
            "two-names-for-one-array",
            whole="""def numerical_gradient(f, x, h):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above = below = x.copy()
        above[index] += h
        below[index] -= h
        grad[index] = (f(above) - f(below)) / (2 * h)
    return grad
""",
            hints=(
                "Every slope is exactly 0: both values of f are the same. Either the slopes are never stored, or the "
                "two points are one array with two names.",
                "After `b = a`, and then `b[0] = 7`, what is a[0]?",
                "a = np.zeros(1), b = a, b[0] = 7: a[0] is 7 too, since `=` gives a second name and copies nothing. "
                "`a.copy()` makes an array of its own.",
            ),
        ),
        Mistake(
            "own-step",
            edit=("grad = np.zeros_like(x)", "grad, h = np.zeros_like(x), 1e-5"),
            hints=(
                "These are good slopes, but not those of the step that was asked for: h is not used.",
                "Call your function with h = 0.1 and with h = 0.001. Does the answer change?",
                "For f(x) = x³ at x = 2 the central difference is 12 + h²: 12.01 for h = 0.1, and 12.0001 for "
                "h = 0.01.",
            ),
        ),
        Mistake(
            "leaves-round-off-in-x",
            whole="""def numerical_gradient(f, x, h):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        down = f(x)
        x[index] += h
        grad[index] = (up - down) / (2 * h)
    return grad
""",
            side_effect="mutates",
            hints=(
                "Your slopes are right, but x is not quite what it was: up by h, down by 2h and up by h again "
                "rounds three times.",
                "If the caller trains for a thousand steps, whose x is it that drifts?",
                "0.3 + 0.1 − 0.2 + 0.1 is 0.30000000000000004 in float64, not 0.3. Work on a copy, or put the old "
                "number back.",
            ),
        ),
    ),
)

RELATIVE_ERROR = Exercise(
    "relative_error",
    inputs=(gradients(1), gradients(2), zeros, gradients(2, TINY), gradients(1, 1e3)),
    outputs={"error": ""},
    patterns={
        "all": "Three norms, each of a whole array: of the difference, of analytic, of numeric. Two special cases are "
        "tried: both arrays zero, and both as small as 1e-10, which any small constant in the denominator spoils."
    },
    mistakes=(
        Mistake(
            "worst-entry",
            edit=(
                "difference / size",
                "np.max(np.abs(analytic - numeric) / (np.abs(analytic) + np.abs(numeric)))",
            ),
            hints=(
                "This is the largest relative error of a single entry, not the relative error of the whole array.",
                "Suppose one slope is really 0, and round-off gives 1e-12 and −1e-12. What does each measure say?",
                "For [1, 1e-12] against [1, −1e-12] the worst entry is off by 1, that is 100 %; the norms give 1e-12.",
            ),
        ),
        Mistake(
            "worst-entry-above-a-floor",
            edit=(
                "difference / size if size > 0 else 0.0",
                "np.max(np.abs(analytic - numeric) / np.maximum(1e-8, np.abs(analytic) + np.abs(numeric)))",
            ),
            hints=(
                "This is the largest relative error of a single entry, with a floor of 1e-8 below: the measure of many "
                "a notebook, not the one asked for here. It worries about entries that are really 0, and overlooks "
                "gradients that are small as a whole.",
                "Which arrays are measured by the equation: single entries, or the whole?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. Above the floor the "
                "worst entry is 4e-10 / 1e-8 = 0.04.",
            ),
        ),
        Mistake(
            "zero-by-zero",
            edit=(" if size > 0 else 0.0", ""),
            hints=(
                "Right wherever there is something to measure. Where both gradients are zero, 0 / 0 gives nan.",
                "How far apart are two gradients that are both zero?",
                "np.zeros(3) against np.zeros(3) should give 0.0. Yours gives nan.",
            ),
        ),
        Mistake(
            "divided-by-analytic-alone",
            edit=(" + np.linalg.norm(numeric)", ""),
            hints=(
                "The difference is divided by the size of analytic alone.",
                "What should the answer do if analytic and numeric change places?",
                "[3, 4] against [0, 0]: ‖[3, 4]‖ is 5, so the error is 5 / (5 + 0) = 1. And [3, 4] against [6, 8] is "
                "5 / (5 + 10) = 0.3333, not 5 / 5 = 1.",
            ),
        ),
        Mistake(
            "divided-by-numeric-alone",
            edit=("np.linalg.norm(analytic) + ", ""),
            hints=(
                "The difference is divided by the size of numeric alone.",
                "What should the answer do if analytic and numeric change places?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333, not 5 / 10 = 0.5.",
            ),
        ),
        Mistake(
            "norm-of-the-sum",
            edit=("np.linalg.norm(analytic) + np.linalg.norm(numeric)", "np.linalg.norm(analytic + numeric)"),
            hints=(
                "The difference is divided by the norm of the sum, where the equation has the sum of two norms.",
                "What is the sum of a gradient and its negative? Is that what you want to divide by?",
                "[3, 4] against [−3, −4] should be 10 / (5 + 5) = 1, as wrong as can be. The norm of the sum is 0.",
            ),
        ),
        Mistake(
            "not-relative",
            edit=("difference / size if size > 0 else 0.0", "difference"),
            hints=(
                "This is the norm of the difference: it is not divided by anything yet.",
                "Is a difference of 1e-9 small? What would you have to know first?",
                "[3, 4] against [6, 8] is 5 / (5 + 10) = 0.3333. Yours is 5.",
            ),
        ),
        Mistake(
            "a-constant-added",
            edit=("difference / size if size > 0 else 0.0", "difference / (size + 1e-8)"),
            hints=(
                "Right for gradients of ordinary size, nearly. You have added 1e-8 to the denominator, and small "
                "gradients look equal however wrong they are.",
                "A gradient that has come a long way back through time may be 1e-10. What does your measure say of "
                "one that is twice too large?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. With 1e-8 added it is "
                "5e-10 / 1.15e-8 = 0.0435.",
            ),
        ),
        Mistake(
            "a-floor-below",
            edit=("difference / size if size > 0 else 0.0", "difference / max(size, 1e-8)"),
            hints=(
                "Right for gradients of ordinary size. Below them you have laid a floor of 1e-8, and small gradients "
                "look equal however wrong they are.",
                "A gradient that has come a long way back through time may be 1e-10. What does your measure say of "
                "one that is twice too large?",
                "[3e-10, 4e-10] against [6e-10, 8e-10] is 0.3333, like [3, 4] against [6, 8]. With the floor it is "
                "5e-10 / 1e-8 = 0.05.",
            ),
        ),
    ),
)

AFFINE_BACKWARD = Exercise(
    "affine_backward",
    inputs=affine,
    outputs={"dx": "N D", "dw": "D M", "db": "M"},
    patterns={
        "dx": "x reached the output through w: each dx[n, d] collects dout[n, m], weighted by the w[d, m] it passed.",
        "dw": "w[d, m] was multiplied by x[n, d] in every row n: its gradient collects from all of them.",
        "db": "One b served all N rows. What is broadcast going forward is summed coming back.",
        "all": "Each gradient has the shape of what it belongs to: dx that of x, dw that of w, db that of b. Which "
        "two of dout, x and w multiply to each shape?",
    },
    mistakes=(
        Mistake(
            "dw-transposed",
            edit=("x.T @ dout", "dout.T @ x"),
            hints=(
                "dw has the right numbers in a transposed array.",
                "Which shape has w? Every gradient has the shape of what it belongs to.",
                "If w is (2, 3), so is dw. Yours is (3, 2).",
            ),
        ),
        Mistake(
            "dw-averaged",
            edit=("x.T @ dout", "x.T @ dout / len(x)"),
            hints=(
                "dw is divided by the number of rows.",
                "Whose business is averaging: the loss's, which may hold a 1/N already, or this map's?",
                "Two rows with x = 1 and dout = 1 each: dw is 1 + 1 = 2. Yours is 1.",
            ),
        ),
        Mistake(
            "dx-from-x",
            edit=("dout @ w.T", "(x @ w) @ w.T"),
            hints=(
                "dx is made from the output x w where dout belongs.",
                "What comes from above: the output itself, or the gradient at the output?",
                "With dout = 0 the loss does not care about this layer, so dx is 0. Yours is not.",
            ),
        ),
        Mistake(
            "dx-with-bias",
            edit=("dout @ w.T", "(dout + cache[2]) @ w.T"),
            hints=(
                "b takes part in dx: it is added to dout.",
                "If b changes, does the slope of the output along x change?",
                "For out = 2x + 5 the slope is 2, whatever stands for the 5.",
            ),
        ),
        Mistake(
            "db-per-row",
            edit=("dout.sum(axis=0)", "dout"),
            hints=(
                "db is dout itself, a row for each example; b has a single row.",
                "One bias vector was added to all N rows. By how many ways does it reach the loss?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6].",
            ),
        ),
        Mistake(
            "db-averaged",
            edit=("dout.sum(axis=0)", "dout.mean(axis=0)"),
            hints=(
                "db is the mean over the rows where it should be the sum.",
                "What is broadcast to N rows going forward has N ways back. Do their contributions add up or average?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6]. Yours is [2, 3].",
            ),
        ),
        Mistake(
            "db-over-everything",
            edit=("dout.sum(axis=0)", "dout.sum()"),
            hints=(
                "db is one number: it is summed over the outputs too.",
                "How many biases are there? Does the first output know of the second one's bias?",
                "With dout = [[1, 2], [3, 4]], db is [4, 6]. Yours is 10.",
            ),
        ),
        Mistake(
            "dw-before-dx",
            edit=("return dx, dw, db", "return dw, dx, db"),
            hints=(
                "dx and dw have changed places.",
                "In which order does the first line of the function promise them?",
                "Gradients come back in the order in which x, w and b went in: dx, dw, db.",
            ),
        ),
    ),
)

EXERCISES = (STABLE_SOFTMAX, NUMERICAL_GRADIENT, RELATIVE_ERROR, AFFINE_BACKWARD)
