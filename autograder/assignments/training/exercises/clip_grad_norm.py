"""`clip_grad_norm`: gradients shortened to a limit."""

from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes


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
    mistakes=(
        Mistake(
            "per-parameter",
            edit=(
                "clipped = {name: scale * g for name, g in grads.items()}",
                "clipped = {name: g * min(1.0, max_norm / max(np.sqrt(np.sum(g**2)), 1e-12)) "
                "for name, g in grads.items()}",
            ),
            hints=(
                "Each parameter is clipped by a norm of its own: that turns the gradient.",
                "How many norms should there be, and how many factors?",
                "Gradients 3 and 4 of two parameters, max_norm 2.5: the norm is 5, so they become 1.5 and 2. Yours "
                "both become 2.5.",
            ),
        ),
        Mistake(
            "elementwise",
            edit=("{name: scale * g", "{name: np.clip(g, -max_norm, max_norm)"),
            hints=(
                "Each entry is clipped by itself: that turns the gradient, and lets its norm exceed the limit.",
                "Does your clipped gradient still point in the direction of the original?",
                "The gradient [3, 4] with max_norm 2.5 becomes [1.5, 2], not [2.5, 2.5].",
            ),
        ),
        Mistake(
            "rescaled-when-below",
            edit=("if norm > max_norm else 1.0", "if norm > 0 else 1.0"),
            hints=(
                "Gradients that are already short enough are made longer, up to the limit.",
                "Clipping sets a ceiling. What should it do below?",
                "A gradient of norm 0.5 with max_norm 1 stays as it is. Yours gets norm 1.",
            ),
        ),
        Mistake(
            "always-rescaled",
            edit=(" if norm > max_norm else 1.0", ""),
            hints=(
                "Every gradient is brought to the limit, short ones too, and a gradient of 0 becomes NaN.",
                "Clipping sets a ceiling. What should it do below, and what is 0 / 0?",
                "A gradient of norm 0.5 with max_norm 1 stays as it is. Yours gets norm 1.",
            ),
        ),
        Mistake(
            "nan-on-zero",
            edit=("{name: scale * g", "{name: g / norm * min(norm, max_norm)"),
            hints=(
                "A gradient of 0 becomes NaN.",
                "What do you divide by when all gradients are 0?",
                "0 / 0 is NaN, and one NaN in an update makes every later number NaN. A gradient of 0 stays 0.",
            ),
        ),
        Mistake(
            "norms-added",
            edit=(
                "np.sqrt(sum(np.sum(g**2) for g in grads.values()))",
                "sum(np.sqrt(np.sum(g**2)) for g in grads.values())",
            ),
            hints=(
                "The norms of the parameters are added up: that is not the norm of all of them together.",
                "If two parameters' gradients are the legs of a right triangle, what is the length of both together?",
                "Norms 3 and 4 together make 5, not 7.",
            ),
        ),
        Mistake(
            "norms-not-squared",
            edit=("np.sum(g**2)", "np.linalg.norm(g)"),
            hints=(
                "This is the square root of a sum of norms: each norm has had its own root already.",
                "What stands under the root: lengths, or squares of lengths?",
                "Norms 3 and 4 together make √(9 + 16) = 5. Yours is √(3 + 4) = 2.646.",
            ),
        ),
        Mistake(
            "no-square-root",
            edit=("np.sqrt(sum(np.sum(g**2) for g in grads.values()))", "sum(np.sum(g**2) for g in grads.values())"),
            hints=(
                "These are the numbers of a norm without its square root.",
                "If every gradient is doubled, by how much should the norm grow?",
                "The norm of [3, 4] is 5, not 25.",
            ),
        ),
        Mistake(
            "norm-after-clipping",
            edit=("return clipped, norm", "return clipped, min(norm, max_norm)"),
            hints=(
                "The norm you return is the one after clipping.",
                "Which of the two norms tells you, during training, that a gradient has exploded?",
                "A gradient of norm 5 and max_norm 1: return 5. After clipping it is always at most 1.",
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
                "Your clipped gradients are right, but the grads that came in are changed as well.",
                "Whoever called you may still want the gradient as it was. `a *= s` changes a itself.",
                "After clip_grad_norm(grads, 1), grads should still have the norm you returned.",
            ),
        ),
    ),
)
