"""`clip_grad_norm`: gradients shortened to a limit."""

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample


def gradients(share: float) -> Draw:
    """Return a drawing of one model's gradients; the limit is `share` of their norm, whatever the norm is."""

    def drawn(rng: Generator, s: Sizes) -> Inputs:
        shapes = {"Wx": (s.D, s.H), "Wh": (s.H, s.H), "b": (s.H,)}
        grads = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        grads["Wh"] *= 4
        norm = sum((g**2).sum() for g in grads.values()) ** 0.5
        return {"grads": grads, "max_norm": float(share * norm)}

    return drawn


def no_gradient(rng: Generator, s: Sizes) -> Inputs:
    """Draw gradients that are all zero, as those of a batch that is only padding."""
    grads = {name: 0 * g for name, g in gradients(1.0)(rng, s)["grads"].items()}
    return {"grads": grads, "max_norm": 5.0}


def one_zero(rng: Generator, s: Sizes) -> Inputs:
    """Draw gradients of which one is all zero."""
    drawn = gradients(0.5)(rng, s)
    drawn["grads"]["b"] *= 0
    return drawn


CLIP_GRAD_NORM = Exercise(
    "clip_grad_norm",
    why="All gradients together are one long vector, and one factor for all of them shortens it without turning it; "
    "a factor for each array, or clipping entry by entry, would turn it. Where it is short enough the factor is 1, "
    "so nothing is divided by a norm of 0.",
    inputs=(gradients(0.25), gradients(1.5), gradients(0.6), no_gradient, gradients(0.1)),
    special_inputs={"one gradient that is all zero": one_zero},
    outputs={"clipped": "", "norm": ""},
    patterns={
        "clipped": "By which one number is every entry of every gradient to be multiplied, and when is that number 1?",
        "norm": "Is the norm that you return the one of what came in or of what goes out, and over which arrays is "
        "it taken?",
        "all": "If all gradients are written into one long vector: what is its length, and which of its length and "
        "its direction may clipping change?",
    },
    question="If all gradients stood in one long vector, how long would it be, and what may clipping change about it?",
    worked_example=WorkedExample(
        "Two parameters with the gradients [3] and [4], and max_norm 2.5. The squares are 9 and 16, together 25, so "
        "the norm is 5. That is twice the limit: every entry is halved, to 1.5 and 2, and the ratio is still 3 to 4. "
        "The norm to return is 5. With max_norm 6 the norm would be 5 as well, and 3 and 4 would stay.",
        arguments=({"Wx": np.array([3.0]), "Wh": np.array([4.0])}, 2.5),
        values={
            "1.5": "3 * max_norm / np.hypot(3, 4)",
        },
    ),
    mistakes=(
        Mistake(
            "the-same-dict",
            edit=("for name, g in grads.items()}", "for name, g in grads.items()} if norm > max_norm else grads"),
            side_effect="hands-back",
            hints=(
                "The numbers are right. Where nothing has to be shortened, clipped is the caller's own dict.",
                "Somebody puts another gradient into the dict that you returned. What then stands in theirs?",
                "With grads = {'w': [0.3]} and max_norm 1, clipped['w'] = 0 should leave grads['w'] at 0.3. After "
                "yours it is 0: there is one dict only.",
            ),
        ),
        Mistake(
            "per-parameter",
            edit=(
                "clipped = {name: scale * g for name, g in grads.items()}",
                "clipped = {name: g * min(1.0, max_norm / max(np.sqrt(np.sum(g**2)), 1e-12)) "
                "for name, g in grads.items()}",
            ),
            hints=(
                "Each parameter's gradient is held to the limit by itself, and together they point in another "
                "direction than before.",
                "Two parameters have the gradients 3 and 4. What is their ratio before clipping, and after yours?",
                "Two parameters with the gradients 3 and 4, max_norm 2.5: together they are 5 long, so they become "
                "1.5 and 2. Yours become 2.5 and 2.5.",
            ),
        ),
        Mistake(
            "elementwise",
            edit=("{name: scale * g", "{name: np.clip(g, -max_norm, max_norm)"),
            hints=(
                "Each entry is held to the limit by itself, and the whole gradient points in another direction than "
                "before.",
                "Where does [3, 4] point before clipping, and where after yours, if the limit is small?",
                "The gradient [3, 4] is 5 long; with max_norm 2.5 it becomes [1.5, 2]. Yours becomes [2.5, 2.5].",
            ),
        ),
        Mistake(
            "rescaled-when-below",
            edit=("if norm > max_norm else 1.0", "if norm > 0 else 1.0"),
            hints=(
                "Every gradient that is not 0 ends up as long as the limit, short ones too.",
                "Clipping sets a ceiling. What should happen to a gradient that is below it already?",
                "The gradient [0.3, 0.4] is 0.5 long; with max_norm 1 it stays [0.3, 0.4]. Yours becomes [0.6, 0.8].",
            ),
        ),
        Mistake(
            "always-rescaled",
            edit=(" if norm > max_norm else 1.0", ""),
            hints=(
                "Every gradient ends up as long as the limit, short ones too, and a gradient of zeros comes back as "
                "nan.",
                "Clipping sets a ceiling. What should happen to a gradient that is below it already? And to one of "
                "length 0?",
                "With max_norm 1, [0.3, 0.4] stays [0.3, 0.4], and [0, 0] stays [0, 0]. Yours become [0.6, 0.8] and "
                "[nan, nan].",
            ),
        ),
        Mistake(
            "nan-on-zero",
            edit=("{name: scale * g", "{name: g / norm * min(norm, max_norm)"),
            hints=(
                "A gradient of zeros comes back as nan.",
                "What is the length of a gradient of zeros, and what is 0 / 0?",
                "With max_norm 1, [0, 0] stays [0, 0]. Yours becomes [nan, nan], and after one update with it every "
                "weight is nan.",
            ),
        ),
        Mistake(
            "norms-added",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "sum(np.sqrt(np.sum(g**2)) for g in grads.values())",
            ),
            hints=(
                "This norm is what the lengths of the single parameters add up to.",
                "If two gradients are the legs of a right triangle, how long is the straight way across?",
                "Two parameters with gradients of length 3 and 4 have the norm 5. Yours is 7.",
            ),
        ),
        Mistake(
            "norms-not-squared",
            edit=("np.sum(g**2)", "np.linalg.norm(g)"),
            hints=(
                "This norm grows more slowly than a length: a gradient four times as long gives twice the norm.",
                "If every gradient is doubled, what happens to a length? What happens to your norm?",
                "Two parameters with gradients of length 3 and 4: √(9 + 16) is 5. Yours is √(3 + 4) = 2.646.",
            ),
        ),
        Mistake(
            "no-square-root",
            edit=("np.sqrt(sum(np.sum(g**2) for g in grads.values()))", "sum(np.sum(g**2) for g in grads.values())"),
            hints=(
                "This norm is the square of a length: a gradient twice as long gives four times the norm.",
                "If every gradient is doubled, by how much should a length grow? By how much does your norm?",
                "The gradient [3, 4] has the norm 5. Yours is 25.",
            ),
        ),
        Mistake(
            "norm-after-clipping",
            edit=("return clipped, norm", "return clipped, min(norm, max_norm)"),
            hints=(
                "The norm that comes back is that of the clipped gradient.",
                "Which of the two lengths, before clipping or after it, shows during training that a gradient has "
                "exploded?",
                "A gradient of length 5 with max_norm 1 has the norm 5. Yours is 1, as it is for every long gradient.",
            ),
        ),
        Mistake(
            "clips-in-place",
            edit=(
                "clipped = {name: scale * g for name, g in grads.items()}",
                "clipped = grads\n    for g in grads.values():\n        g *= scale",
            ),
            side_effect="mutates",
            hints=(
                "What came in as the gradient is the clipped one afterwards.",
                "Your caller may want to write down the gradient as it was before clipping. What do they find in it?",
                "grads holds [3, 4], max_norm is 2.5: after the call grads still holds [3, 4]. After yours it holds "
                "[1.5, 2].",
            ),
        ),
        Mistake(
            "spectral-norms",
            edit=("np.sum(g**2)", "np.linalg.norm(g, 2) ** 2"),
            hints=(
                "Of each matrix this norm counts only the direction that the matrix stretches most.",
                "A gradient has the rows [3, 0] and [0, 4]. If its entries stand in one long vector, how long is that? "
                "How long is it in yours?",
                "The gradient [[3, 0], [0, 4]] has the norm 5. Yours is 4, the most that it stretches a vector by.",
            ),
        ),
        Mistake(
            "largest-entry",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "max(np.abs(g).max() for g in grads.values())",
            ),
            hints=(
                "This norm is the size of a single entry, the largest of all: no other entry changes it.",
                "One entry stays 4, another grows from 0 to 3. Does the vector get longer? Does your norm change?",
                "The gradient [3, 4] has the norm 5. Yours is 4.",
            ),
        ),
        Mistake(
            "absolute-values-added",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "sum(np.sum(np.abs(g)) for g in grads.values())",
            ),
            hints=(
                "This norm is what the sizes of all entries add up to.",
                "If two entries are the legs of a right triangle, how long is the straight way across?",
                "The gradient [3, 4] has the norm 5. Yours is 7.",
            ),
        ),
        Mistake(
            "mean-of-squares",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "np.sqrt(np.mean(np.concatenate([g.ravel() for g in grads.values()]) ** 2))",
            ),
            hints=(
                "This norm is the size of a typical entry: it does not grow with the number of entries.",
                "If a vector gets more entries of the same size, does it get longer?",
                "The gradient [3, 4] has the norm 5. Yours is √(25 / 2) = 3.536.",
            ),
        ),
        Mistake(
            "longest-parameter",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "max(np.sqrt(np.sum(g**2)) for g in grads.values())",
            ),
            hints=(
                "This norm is the length of one parameter's gradient, the longest: the others do not change it.",
                "Two parameters have gradients of length 3 and 4. If both stood in one vector, how long would it be?",
                "Two parameters with gradients of length 3 and 4 have the norm 5. Yours is 4.",
            ),
        ),
        Mistake(
            "last-parameter",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "np.sqrt([np.sum(g**2) for g in grads.values()][-1])",
            ),
            hints=(
                "This norm is the length of one parameter's gradient, the last in grads: the others do not change it.",
                "Make the gradient of the first parameter ten times as long. What happens to your norm?",
                "Two parameters with gradients of length 3 and 4 have the norm 5. Yours is 4.",
            ),
        ),
    ),
)
