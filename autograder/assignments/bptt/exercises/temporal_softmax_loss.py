"""`temporal_softmax_loss`: a loss over all steps that count, and its gradient."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes


def scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw scores, right ids, and a mask of sequences that end at different steps."""
    lengths = rng.integers(1, s.T + 1, s.N)
    lengths[0] = s.T
    if s.N > 1:  # never as many steps as sequences, never all steps: each way to divide has numbers of its own
        lengths[1] = rng.integers(min(1, s.T - 1), s.T)
    return {
        "x": 2 * rng.standard_normal((s.N, s.T, s.V)),
        "y": rng.integers(0, s.V, (s.N, s.T)),
        "mask": np.arange(s.T) < lengths[:, None],
    }


def large_scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw scores whose exponentials do not fit into a float."""
    drawn = scores(rng, s)
    lowest = np.arange(s.V) == 0  # never the right one: whoever takes the logarithm of a probability is right, too
    return drawn | {"x": drawn["x"] + np.where(lowest, -800, 800), "y": 1 + drawn["y"] % (s.V - 1)}


def one_far_below(rng: Generator, s: Sizes) -> Inputs:
    """Draw ordinary scores but for one far below at every step, never the right one."""
    drawn = scores(rng, s)
    lowest = np.arange(s.V) == 0
    return drawn | {"x": np.where(lowest, -1000, drawn["x"]), "y": 1 + drawn["y"] % (s.V - 1)}


def spread_scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw scores that spread so far that the exponential overflows from their mean, too; the highest is right."""
    x = rng.permuted(np.tile(np.linspace(-750, 750, s.V), (s.N, s.T, 1)), axis=2)
    return scores(rng, s) | {"x": x, "y": x.argmax(axis=2)}


TEMPORAL_SOFTMAX_LOSS = Exercise(
    "temporal_softmax_loss",
    inputs=(scores, scores, large_scores, scores),
    special_inputs={
        **by_size(scores),
        "one score far below the others": one_far_below,
        "scores that spread over 1,500": spread_scores,
    },
    outputs={"loss": "", "dx": "N T V"},
    patterns={
        "dx": "Whatever stands in front of a term of the loss stands in front of its gradient too: what does, at "
        "each step?",
        "loss": "Over which steps is the loss a sum, and over what a mean?",
        "all": "At a single step of one sequence: what is the loss, and what its dx? What do the sum, the mean and "
        "the mask make of them?",
    },
    mistakes=(
        Mistake(
            "mean-over-time",
            edit=("astype(x.dtype) / N", "astype(x.dtype) / (N * x.shape[1])"),
            hints=(
                "Loss and gradient are divided by T: this is a mean over the steps.",
                "Sum over T, mean over N: by which of the two is the total divided?",
                "One sequence of 3 steps with losses 0.5, 0.3 and 0.1 has the loss 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "divided-by-mask-sum",
            edit=("mask[:, :, None].astype(x.dtype) / N", "mask[:, :, None].astype(x.dtype) / mask.sum()"),
            hints=(
                "Loss and gradient are divided by the number of steps that count.",
                "Sum over T, mean over N: how many sequences are there, however long each is?",
                "Two sequences with 3 and 1 steps that count: the sum of the 4 losses is divided by 2. Yours by 4.",
            ),
        ),
        Mistake(
            "mask-ignored",
            edit=("mask[:, :, None]", "np.ones_like(mask)[:, :, None]"),
            hints=(
                "Steps that are only padding count in the loss and in the gradient: the mask is not used.",
                "Change the scores of a padded step and nothing else. Should the loss move?",
                "With mask = [True, False] and losses 0.5 and 9, the loss is 0.5. Yours is 9.5.",
            ),
        ),
        Mistake(
            "mask-on-loss-only",
            edit=("dx = weight *", "dx = 1 / N *"),
            hints=(
                "Padded steps still get a gradient: the mask is on the loss only.",
                "If a score has no influence on the loss, what is its gradient?",
                "With mask = [True, False], step t = 2, `dx[:, 1]`, is all zeros. Yours is not.",
            ),
        ),
        Mistake(
            "no-max-subtraction",
            edit=("shifted = x - x.max(axis=-1, keepdims=True)", "shifted = x"),
            hints=(
                "Right for small scores. For scores around 800 the exponential does not fit into a float.",
                "Adding one number to all scores of a step leaves the probabilities as they are. Which number would "
                "keep every exponential at most 1?",
                "np.exp(710) is inf. The scores [800, 801] have the same probabilities as [−1, 0]: 0.2689 and 0.7311.",
            ),
        ),
        Mistake(
            "softmax-not-shifted",
            edit=(
                "log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))",
                "log_p = np.log(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True))",
            ),
            hints=(
                "Right for small scores. For scores around 800 the exponentials do not fit into a float, and their "
                "quotient is nan.",
                "Adding one number to all scores of a step leaves the probabilities as they are. Which number would "
                "keep every exponential at most 1?",
                "np.exp(800) is inf, and inf / inf is nan. The scores [800, 801] have the same probabilities as "
                "[−1, 0]: 0.2689 and 0.7311.",
            ),
        ),
    ),
)
