"""`numerical_gradient`: the slopes of any function, by central differences."""

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample
from utils.fixtures import Source

# Functions to differentiate. But for the linear one, a step of 0.05 to 0.2 bends them visibly, so that a one-sided
# difference shows; the coupled ones notice an entry that was moved and not put back.
LINEAR = "def f(x):\n    return 3 * np.sum(x) - 2 * x.flat[0]"
CUBIC = "def f(x):\n    return np.sum(x**3) + 0.5"
COUPLED = "def f(x):\n    return np.sum(x * np.roll(x, 1) ** 2) + np.exp(np.mean(x))"
WAVES = "def f(x):\n    return np.sin(np.sum(x)) + np.sum(np.cos(x) * x[::-1])"


def slopes(f: str, axes: int) -> Draw:
    """Return a drawing of ``f, x, h`` for this text of f, x of one or two axes."""

    def draw(rng: Generator, s: Sizes) -> Inputs:
        shape = (s.D,) if axes == 1 else (s.N, s.D)
        x = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 1.2, shape)
        return {"f": Source(f), "x": x, "h": rng.uniform(0.05, 0.2)}

    return draw


_WITH_A_STEP_OF_ITS_OWN = """def numerical_gradient(f, x, h):
    grad = np.zeros_like(x)
    moved = x.copy()
    for index in np.ndindex(x.shape):
        step = {step}
        moved[index] = x[index] + step
        up = f(moved)
        moved[index] = x[index] - step
        down = f(moved)
        moved[index] = x[index]
        grad[index] = (up - down) / (2 * step)
    return grad
"""

NUMERICAL_GRADIENT = Exercise(
    "numerical_gradient",
    why="In f(x + h) − f(x − h) the even powers of h in Taylor's series cancel, so the error falls like h², where "
    "that of a one-sided difference falls like h. Each entry is moved alone and put back, since a partial derivative "
    "holds all others still.",
    inputs=(slopes(CUBIC, 1), slopes(WAVES, 2), slopes(COUPLED, 1), slopes(LINEAR, 2), slopes(CUBIC, 2)),
    outputs={"grad": ""},
    patterns={
        "all": "For a single entry of x: at which two points is f asked, where do all other entries stand then, "
        "and how far apart are the two?",
    },
    worked_example=WorkedExample(
        "f(x) = x₀²·x₁ at x = [2, 3] with h = 0.1. The first entry alone: f is 13.23 at 2.1 and 10.83 at 1.9. These "
        "differ by 2.4 over a distance of 0.2, so the slope is 12. The second alone: f is 12.4 at 3.1 and 11.6 at "
        "2.9. These differ by 0.8 over 0.2, so the slope is 4.",
        arguments=(
            Source("def f(x):\n    return x[0] ** 2 * x[1]"),
            np.array([2.0, 3.0]),
            0.1,
        ),
        values={
            "2.1": "2 + h",
            "1.9": "2 - h",
            "3.1": "3 + h",
            "2.9": "3 - h",
            "0.2": "2 * h",
            "13.23": "f([2.1, 3])",
            "10.83": "f([1.9, 3])",
            "2.4": "f([2.1, 3]) - f([1.9, 3])",
            "12.4": "f([2, 3.1])",
            "11.6": "f([2, 2.9])",
            "0.8": "f([2, 3.1]) - f([2, 2.9])",
        },
    ),
    mistakes=(
        Mistake(
            "one-sided",
            edit=(
                "moved[index] = x[index] - h\n        down = f(moved)\n        moved[index] = x[index]\n"
                "        grad[index] = (up - down) / (2 * h)",
                "moved[index] = x[index]\n        grad[index] = (up - f(x)) / h",
            ),
            hints=(
                "These are the slopes of chords from x to the point above it.",
                "The equation has two points, one on each side of x. Which two do you compare?",
                "For f(x) = x³ at x = 2 with h = 0.1: one-sided 12.61, central 12.01; the derivative is 12.",
            ),
        ),
        Mistake(
            "divided-by-h",
            edit=("(2 * h)", "h"),
            hints=(
                "Every slope is twice the right one, whatever f and h are.",
                "How far apart are x + h and x − h?",
                "For f(x) = 3x at x = 0 with h = 0.1: the values are 0.3 and −0.3, their difference is 0.6, "
                "and the slope is 3, not 6.",
            ),
        ),
        Mistake(
            "times-h",
            edit=("/ (2 * h)", "/ 2 * h"),
            hints=(
                "The slopes shrink with the step: at half of it they are about a quarter as large.",
                "In which order does Python work out a / b * c?",
                "6 / 2 * 3 is 9, and 6 / (2 * 3) is 1.",
            ),
        ),
        Mistake(
            "divided-before-subtracting",
            edit=("(up - down) / (2 * h)", "up - down / (2 * h)"),
            hints=(
                "The two values of f have different weights in these numbers: a constant added to f changes them.",
                "In which order does Python work out a − b / c?",
                "6 − 2 / 2 is 5, and (6 − 2) / 2 is 2.",
            ),
        ),
        Mistake(
            "down-minus-up",
            edit=("(up - down)", "(down - up)"),
            hints=(
                "Every slope is negative where f grows, and positive where it falls.",
                "If f grows with x, which of the two values is larger?",
                "For f(x) = 3x the slope is +3. Yours is −3.",
            ),
        ),
        Mistake(
            "steps-back-once",
            edit=("moved = x.copy()", "moved = x"),
            hints=(
                "These are the slopes of chords from x to the point above it, at half their size.",
                "After `x[i] += h` and then `x[i] -= h`, where does x[i] stand?",
                "For f(x) = 3x at x = 0 with h = 0.1: 0.3 minus 0 over 0.2 is 1.5. The slope is 3.",
            ),
        ),
        Mistake(
            "never-put-back",
            edit=("        moved[index] = x[index]\n", ""),
            hints=(
                "The first slope is right. Each later one is the slope at another point than x.",
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
                "All entries have one slope: that of moving along all of them together.",
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
                "Right as long as x has one axis. Where it has two, all entries of a row have one slope: that of "
                "moving the whole row.",
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
                "Every slope is exactly 0, whatever f is.",
                "After `b = a`, and then `b[0] = 7`, what is a[0]?",
                "a = np.zeros(1), b = a, b[0] = 7: a[0] is 7 too, since `=` gives a second name and copies nothing. "
                "`a.copy()` makes an array of its own.",
            ),
        ),
        Mistake(
            "own-step",
            edit=("grad = np.zeros_like(x)", "grad, h = np.zeros_like(x), 1e-5"),
            hints=(
                "These are good slopes, and the same whatever h is.",
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
                "Your slopes are right, but after the call x is not quite what it was: some of its entries differ in "
                "the last digits.",
                "If the caller trains for a thousand steps, whose x is it that drifts?",
                "0.3 + 0.1 − 0.2 + 0.1 is 0.30000000000000004 in float64, not 0.3. Work on a copy, or put the old "
                "number back.",
            ),
        ),
        Mistake(
            "step-grows-with-x",
            whole=_WITH_A_STEP_OF_ITS_OWN.format(step="h * max(1, abs(x[index]))"),
            hints=(
                "Right as long as no entry of x is beyond 1 or −1. For those that are, the chord is wider: its width "
                "grows with the entry.",
                "Which step were you given, and does it depend on where x stands?",
                "For f(x) = x³ at x = 2 with h = 0.1 the central difference is 12.01. With a step of 0.2 it is 12.04.",
            ),
        ),
        Mistake(
            "step-times-x",
            whole=_WITH_A_STEP_OF_ITS_OWN.format(step="h * abs(x[index])"),
            hints=(
                "These are the slopes of chords whose width follows x: wide at large entries, narrow at small ones.",
                "Which step were you given, and does it depend on where x stands?",
                "For f(x) = x³ at x = 3 with h = 0.1 the central difference is 27.01. With a step of 0.3 it is 27.09.",
            ),
        ),
        Mistake(
            "half-a-step",
            whole=_WITH_A_STEP_OF_ITS_OWN.format(step="h / 2"),
            hints=(
                "These are the slopes of chords of the width h: half a step to each side.",
                "How far apart are x + h and x − h? How far apart are your two points?",
                "For f(x) = x³ at x = 2 with h = 0.1 the central difference is 12.01. With half a step it is 12.0025.",
            ),
        ),
        Mistake(
            "one-sided-below",
            edit=(
                "        up = f(moved)\n        moved[index] = x[index] - h\n        down = f(moved)\n"
                "        moved[index] = x[index]\n        grad[index] = (up - down) / (2 * h)",
                "        up = f(x)\n        moved[index] = x[index] - h\n        down = f(moved)\n"
                "        moved[index] = x[index]\n        grad[index] = (up - down) / h",
            ),
            hints=(
                "These are the slopes of chords from the point below up to x.",
                "The equation has two points, one on each side of x. Which two do you compare?",
                "For f(x) = x³ at x = 2 with h = 0.1: from below 11.41, central 12.01; the derivative is 12.",
            ),
        ),
    ),
)
