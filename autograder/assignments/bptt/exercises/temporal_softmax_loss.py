"""`temporal_softmax_loss`: a loss over all steps that count, and its gradient."""

import numpy as np
from numpy.random import Generator

from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Inputs, Mistake, Sizes, WorkedExample


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


def scattered_scores(rng: Generator, s: Sizes) -> Inputs:
    """Draw steps of which every other one lies far above: no one number can be subtracted from all of them."""
    drawn = scores(rng, s)
    return drawn | {"x": drawn["x"] + 1600.0 * (np.arange(s.T) % 2)[:, None]}


def right_far_below(rng: Generator, s: Sizes) -> Inputs:
    """Draw ordinary scores but for the right one, 800 below: its probability is 0 in a float, its logarithm is not."""
    drawn = scores(rng, s)
    return drawn | {"x": np.where(np.eye(s.V, dtype=bool)[drawn["y"]], drawn["x"] - 800, drawn["x"])}


TEMPORAL_SOFTMAX_LOSS = Exercise(
    "temporal_softmax_loss",
    why="At one place the gradient of −log p at the right id is p minus the one-hot of that id. Mask and mean over N "
    "are weights of the places, so the same weight stands before a place's loss and before its gradient. Subtracting "
    "the largest score keeps `np.exp` from overflowing and leaves p as it is.",
    inputs=(scores, scores, large_scores, scores),
    special_inputs={
        **by_size(scores),
        "one score far below the others": one_far_below,
        "scores that spread over 1,500": spread_scores,
        "steps of very different height": scattered_scores,
    },
    edge_inputs={"the right id 800 below the others": right_far_below},
    outputs={"loss": "", "dx": "N T V"},
    question="Take one sequence of one step first: what are loss and dx there? What do a second step, a second "
    "sequence and the mask make of it?",
    patterns={
        "dx": "Whatever stands in front of a term of the loss stands in front of its gradient too: what does, at "
        "each step?",
        "loss": "Over which steps is the loss a sum, and over what a mean?",
        "all": "At a single step of one sequence: what is the loss, and what its dx? What do the sum, the mean and "
        "the mask make of them?",
    },
    worked_example=WorkedExample(
        "One sequence of two steps, two words. Step t = 1 has the scores 0 and 1, and the right id is 1: the "
        "probabilities are 0.2689 and 0.7311, and −log(0.7311) = 0.3133. Step t = 2 is padding. There is one "
        "sequence, so the loss is 0.3133. In dx, step t = 1, `dx[:, 0]`, is 0.2689 and 0.7311 − 1 = −0.2689, and step "
        "t = 2, `dx[:, 1]`, is 0 and 0.",
        arguments=(
            np.array([[[0.0, 1.0], [3.0, 5.0]]]),
            np.array([[1, 0]]),
            np.array([[True, False]]),
        ),
        values={
            "0.2689": "1 / (1 + np.e)",
            "0.7311": "np.e / (1 + np.e)",
            "0.3133": "-np.log(np.e / (1 + np.e))",
            "−0.2689": "np.e / (1 + np.e) - 1",
        },
    ),
    mistakes=(
        Mistake(
            "mean-over-time",
            edit=("astype(x.dtype) / N", "astype(x.dtype) / (N * x.shape[1])"),
            hints=(
                "Loss and gradient are means over the steps, padded ones included.",
                "Sum over T, mean over N: by which of the two is the total divided?",
                "One sequence of 3 steps with losses 0.5, 0.3 and 0.1 has the loss 0.9. Yours is 0.3.",
            ),
        ),
        Mistake(
            "divided-by-mask-sum",
            edit=("mask[:, :, None].astype(x.dtype) / N", "mask[:, :, None].astype(x.dtype) / mask.sum()"),
            hints=(
                "Loss and gradient are means over all steps that count.",
                "Sum over T, mean over N: how many sequences are there, however long each is?",
                "Two sequences with 3 and 1 steps that count: the sum of the 4 losses is divided by 2. Yours by 4.",
            ),
        ),
        Mistake(
            "mask-ignored",
            edit=("mask[:, :, None]", "np.ones_like(mask)[:, :, None]"),
            hints=(
                "Padded steps count in the loss and in the gradient like any others.",
                "Change the scores of a padded step and nothing else. Should the loss move?",
                "With mask = [True, False] and losses 0.5 and 9, the loss is 0.5. Yours is 9.5.",
            ),
        ),
        Mistake(
            "mask-on-loss-only",
            edit=("dx = weight *", "dx = 1 / N *"),
            hints=(
                "Padded steps have a gradient, though they do not count in the loss.",
                "If a score has no influence on the loss, what is its gradient?",
                "One sequence, mask = [True, False], two equal scores and the right id 0: step t = 2, `dx[:, 1]`, is "
                "[0, 0]. Yours is [−0.5, 0.5].",
            ),
        ),
        Mistake(
            "no-max-subtraction",
            edit=("shifted = x - x.max(axis=-1, keepdims=True)", "shifted = x"),
            hints=(
                "Right for small scores. For scores around 800 the loss is not finite.",
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
                "Right for small scores. For scores around 800 the loss is nan.",
                "Adding one number to all scores of a step leaves the probabilities as they are. Which number would "
                "keep every exponential at most 1?",
                "np.exp(800) is inf, and inf / inf is nan. The scores [800, 801] have the same probabilities as "
                "[−1, 0]: 0.2689 and 0.7311.",
            ),
        ),
        Mistake(
            "mean-by-length",
            edit=(
                "mask[:, :, None].astype(x.dtype) / N",
                "(mask / np.maximum(mask.sum(axis=1, keepdims=True), 1))[:, :, None].astype(x.dtype) / N",
            ),
            hints=(
                "In each sequence the loss is a mean over the steps that count there, and so is its gradient.",
                "One sequence has 1 step that counts and another has 10. Does a step of each weigh the same in a sum "
                "over T? Does it in yours?",
                "Two sequences, one with the loss 0.4 at its only step, one with 0.3 at each of 3 steps: 1.3 / 2 = "
                "0.65. Yours is (0.4 + 0.3) / 2 = 0.35.",
            ),
        ),
        Mistake(
            "mean-over-words",
            edit=("astype(x.dtype) / N", "astype(x.dtype) / (N * V)"),
            hints=(
                "Loss and gradient are means over the words too: a vocabulary twice as large makes them smaller.",
                "How many of the V words are the right one at a step? By what, then, is the loss of a step divided?",
                "One step with two equal scores has the loss log 2 = 0.6931. Yours is 0.3466.",
            ),
        ),
        Mistake(
            "summed-over-sequences",
            edit=("astype(x.dtype) / N", "astype(x.dtype)"),
            hints=(
                "Loss and gradient grow with the batch: the same sequences a second time make the loss twice as large.",
                "Two equal sequences, or only one of them: should the loss be another?",
                "Two sequences with the losses 0.4 and 0.6 have the loss 0.5 together. Yours is 1.",
            ),
        ),
        Mistake(
            "gradient-of-the-sum",
            edit=("dx = weight *", "dx = weight * N *"),
            hints=(
                "dx is the gradient of the sequences' losses added up.",
                "Whatever stands in front of a term of the loss: where does it stand in that term's gradient?",
                "Two sequences of one step, each with two equal scores and the right id 0: dx is [−0.25, 0.25] in "
                "each. Yours is [−0.5, 0.5].",
            ),
        ),
    ),
)
