"""`residual_stack_gradient`: the gradient on its way down a deep stack with skips."""

from numpy.random import Generator

from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample
from utils.fixtures import Rng


def stack(rng: Generator, s: Sizes, skip: float | None = None) -> Inputs:
    """Draw a stack's depth, its skip and its seed."""
    return {
        "depth": 2 * s.T,
        "skip": rng.uniform(0.5, 0.9) if skip is None else skip,
        "rng": Rng(int(rng.integers(10**6))),
    }


def plain_stack(rng: Generator, s: Sizes) -> Inputs:
    """Draw a stack without a skip."""
    return stack(rng, s, skip=0.0)


def residual_stack(rng: Generator, s: Sizes) -> Inputs:
    """Draw a stack with the identity as its skip."""
    return stack(rng, s, skip=1.0)


RESIDUAL_STACK_GRADIENT = Exercise(
    "residual_stack_gradient",
    why="x_{k−1} reaches x_k in two ways, and gradients of two ways add up: s times what arrives, and what goes back "
    "through tanh and W_k. Only the slopes of tanh depend on the way up, so its values are all that is kept.",
    inputs=(stack, residual_stack, plain_stack, stack, stack),
    outputs={"norms": "depth"},
    patterns={
        "norms": "With depth = 2, both passes written out: what are x_1 and x_2, what is the gradient at x_2, and "
        "then at x_1? What has to be remembered from the way up?",
    },
    question="Take two layers. What becomes of x on the way up, and what does the gradient meet on its way from "
    "x_2 to x_1?",
    worked_example=WorkedExample(
        "One unit in the place of 16, two layers, s = 0.5, both weights 0.5, x_0 = 1. Upwards: tanh(0.5) = 0.4621, "
        "and x_1 is 0.5 + 0.4621 = 0.9621; the next tanh is tanh(0.4811) = 0.4471. Backwards: at x_2 the gradient is "
        "1. By the skip 0.5 of it comes to x_1; by the layer, with the slope 1 − 0.1999 = 0.8001 and the weight 0.5, "
        "0.4001. So norms is 0.9001, 1.",
        values={
            "0.5": "0.5",
            "0.4621": "np.tanh(0.5)",
            "0.9621": "0.5 + np.tanh(0.5)",
            "0.4811": "0.5 * (0.5 + np.tanh(0.5))",
            "0.4471": "np.tanh(0.5 * (0.5 + np.tanh(0.5)))",
            "0.1999": "np.tanh(0.5 * (0.5 + np.tanh(0.5))) ** 2",
            "0.8001": "1 - np.tanh(0.5 * (0.5 + np.tanh(0.5))) ** 2",
            "0.4001": "0.5 * (1 - np.tanh(0.5 * (0.5 + np.tanh(0.5))) ** 2)",
            "0.9001": "0.5 + 0.5 * (1 - np.tanh(0.5 * (0.5 + np.tanh(0.5))) ** 2)",
        },
    ),
    mistakes=(
        Mistake(
            "skip-missing-backwards",
            edit=("dx = skip * dx + W[k] @", "dx = W[k] @"),
            hints=(
                "On its way back the gradient goes through the layers alone here.",
                "Each x is used twice on the way up. How many gradients meet there on the way back?",
                "Two layers, all weights 0, s = 0.5: the skip alone carries, and norms is [0.5, 1]. Yours is [0, 1].",
            ),
        ),
        Mistake(
            "layer-missing-backwards",
            edit=("dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))", "dx = skip * dx"),
            hints=(
                "On its way back the gradient goes along the skip alone here.",
                "If s is 0, is there any way left from the top to the bottom? Is there one in your way back?",
                "Two layers, every W half the identity, x_0 = 0, s = 0: norms is [0.5, 1]. Yours is [0, 1].",
            ),
        ),
        Mistake(
            "no-tanh-slope",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "W[k] @ dx"),
            hints=(
                "On its way back the gradient passes each layer here as if none of its units were squashed.",
                "How much does a saturated unit let through?",
                "Two layers, every W the identity, s = 0, and the upper tanh 0.5 in every unit: its slope is 0.75, "
                "and norms is [0.75, 1]. Yours is [1, 1].",
            ),
        ),
        Mistake(
            "slope-from-x",
            whole="""def residual_stack_gradient(depth, skip, rng):
    x = rng.standard_normal(16)
    W = rng.standard_normal((depth, 16, 16)) / 8
    dx = rng.standard_normal(16)
    dx = dx / np.linalg.norm(dx)
    xs = []
    for k in range(depth):
        x = skip * x + np.tanh(x @ W[k])
        xs.append(x)
    norms = np.empty(depth)
    for k in reversed(range(depth)):
        norms[k] = np.linalg.norm(dx)
        dx = skip * dx + W[k] @ (dx * (1 - xs[k] ** 2))
    return norms
""",
            hints=(
                "The slopes are taken here as if each x were the value of a tanh and nothing else.",
                "What is x made of, from one layer to the next? Which part of it has been squashed?",
                "s = 1, an x of 2 below, and a tanh of 0.5: the x above is 2.5. The slope is 1 − 0.25 = 0.75. Yours "
                "is 1 − 6.25 = −5.25.",
            ),
        ),
        Mistake(
            "slope-on-the-wrong-side",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "(1 - squashed[k] ** 2) * (W[k] @ dx)"),
            hints=(
                "On its way back the gradient meets each layer's weights first here, and its slopes after them.",
                "On the way up x goes through W, and then through tanh. Which of the two comes first on the way back?",
                "Let unit 1 feed only unit 2, with weight 1, and unit 2 be saturated. Of a gradient of 1 at "
                "unit 2, 0 comes back through the layer to unit 1. In yours it is 1, if unit 1 is at 0.",
            ),
        ),
        Mistake(
            "skip-is-one-backwards",
            edit=("dx = skip * dx + W[k] @", "dx = dx + W[k] @"),
            hints=(
                "Here the skip carries the whole gradient back, whatever s is.",
                "On the way up, how much of x does the skip carry? And how much of the gradient does yours carry back?",
                "Two layers, all weights 0, s = 0.5: norms is [0.5, 1]. Yours is [1, 1].",
            ),
        ),
        Mistake(
            "w-transposed",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "(dx * (1 - squashed[k] ** 2)) @ W[k]"),
            hints=(
                "On its way back the gradient goes through W here the way x went up.",
                "Let unit 1 feed only unit 2. A gradient stands at unit 2: to which unit should it come back?",
                "W = [[0, 1], [0, 0]]: the first unit feeds the second, and a gradient [0, 1] goes back to [1, "
                "0]. Yours becomes [0, 0].",
            ),
        ),
        Mistake(
            "one-layer-late",
            edit=(
                "norms[k] = np.linalg.norm(dx)\n        dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))",
                "dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))\n        norms[k] = np.linalg.norm(dx)",
            ),
            hints=(
                "Each entry is measured one layer lower here than its place says.",
                "Which entry must be 1, since the gradient at the top has length 1?",
                "One layer, all weights 0, s = 0.5: norms is [1]. Yours is [0.5], the length at x_0.",
            ),
        ),
        Mistake(
            "x-drawn-again",
            edit=(
                "squashed = []",
                "x = rng.standard_normal(16)\n    squashed = []",
            ),
            hints=(
                "This is the gradient of the same layers over another x_0: one that was drawn after dx.",
                "x, W and dx are drawn above your own lines. What does rng give when it is asked once more?",
                "Two layers in which each unit feeds only itself, with weight 1; s = 0 and x_0 = 0: norms is [1,"
                " 1]. With 1 in the place of x_0 it is [0.5878, 1].",
            ),
        ),
    ),
)
