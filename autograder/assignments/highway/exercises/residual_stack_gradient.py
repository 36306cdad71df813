"""`residual_stack_gradient`: the gradient on its way down a deep stack with skips."""

from numpy.random import Generator

from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes
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
    inputs=(stack, residual_stack, plain_stack, stack, stack),
    outputs={"norms": "depth"},
    patterns={
        "norms": "With depth = 2, both passes written out: what are x_1 and x_2, what is the gradient at x_2, and "
        "then at x_1? What has to be remembered from the way up?",
    },
    mistakes=(
        Mistake(
            "skip-missing-backwards",
            edit=("dx = skip * dx + W[k] @", "dx = W[k] @"),
            hints=(
                "These are the numbers of a way back that takes no skip: only the layers themselves are gone through.",
                "x_{k−1} is used twice on the way up. How many gradients meet there on the way back?",
                "If the layer's own part is 0, a gradient of 1 at x_k is skip × 1 at x_{k−1}. Yours is 0.",
            ),
        ),
        Mistake(
            "layer-missing-backwards",
            edit=("dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))", "dx = skip * dx"),
            hints=(
                "These are the numbers of a way back that takes nothing but the skip.",
                "x_{k−1} is used twice on the way up. How many gradients meet there on the way back?",
                "With skip = 0 there is still a way through tanh and W. In yours the gradient is 0 then.",
            ),
        ),
        Mistake(
            "no-tanh-slope",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "W[k] @ dx"),
            hints=(
                "These are the numbers of layers without the slope of tanh on the way back.",
                "What does a saturated unit let through?",
                "Where tanh is 0.5 its slope is 0.75: of a gradient of 1, 0.75 goes on to W.",
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
                "These are the numbers of 1 − x_k² as the slope, where x_k is more than a tanh: the skip is in it.",
                "Which number is the value of the tanh in layer k? Is x_k that number, unless s is 0?",
                "With s = 1, x_{k−1} = 2 and a tanh of 0.5, x_k is 2.5. The slope is 1 − 0.25 = 0.75; yours is "
                "1 − 6.25 = −5.25.",
            ),
        ),
        Mistake(
            "slope-on-the-wrong-side",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "(1 - squashed[k] ** 2) * (W[k] @ dx)"),
            hints=(
                "These are the numbers of a way back that meets W first and the tanh after it.",
                "On the way up x goes through W, and then through tanh. Which of the two is met first on the way back?",
                "Let unit 1 speak to unit 2 alone, whose tanh is saturated: through the layer nothing may come back to "
                "unit 1. In yours it does, since the slope that counts is that of unit 1.",
            ),
        ),
        Mistake(
            "skip-is-one-backwards",
            edit=("dx = skip * dx + W[k] @", "dx = dx + W[k] @"),
            hints=(
                "These are the numbers of a way back whose skip is 1, whatever s is.",
                "On the way up x_{k−1} is multiplied by s before it is added. What does that do to a gradient?",
                "If the layer's own part is 0 and s is 0.5, a gradient of 1 at x_k is 0.5 at x_{k−1}. Yours is 1.",
            ),
        ),
        Mistake(
            "w-transposed",
            edit=("W[k] @ (dx * (1 - squashed[k] ** 2))", "(dx * (1 - squashed[k] ** 2)) @ W[k]"),
            hints=(
                "These are the numbers of a way back through W as on the way up, not through its transpose.",
                "On the way up, x stands on the left of W. W is square, so shapes cannot warn you: which of its axes "
                "meets the gradient?",
                "Take W = [[0, 1], [0, 0]]: unit 1 speaks to unit 2. A gradient [0, 1] goes back to [1, 0]; through "
                "W the other way it is [0, 0].",
            ),
        ),
        Mistake(
            "one-layer-late",
            edit=(
                "norms[k] = np.linalg.norm(dx)\n        dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))",
                "dx = skip * dx + W[k] @ (dx * (1 - squashed[k] ** 2))\n        norms[k] = np.linalg.norm(dx)",
            ),
            hints=(
                "These are the right numbers one layer too low: entry k − 1 is the gradient at x_{k−1}.",
                "Which entry is 1, since dL/dx_depth has length 1?",
                "With depth = 1 there is one entry, the length of the gradient at x_1: 1. Yours is that at x_0.",
            ),
        ),
    ),
)
