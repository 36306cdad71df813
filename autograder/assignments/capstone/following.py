"""Follow the solution's training for a few steps, so that another's weights can be compared with where it leads.

Adam on all rows has no chance in it: whoever does what the text asks for gets the same weights, but for rounding. Where
a gradient is nearly 0, rounding decides which way Adam steps, and so does the ε that it is divided by, which some add
before and some after Adam's corrections; such weights are left out.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.course.draws import Array
from autograder.course.exercise import Exercise, Inputs
from autograder.course.reference import Reference
from utils.checking.properties.capstone import LONG, in_a_row, sketch
from utils.fixtures import fresh

NOISE = 1e-3  # of the largest gradient of an array, below which rounding may show
LONGEST = 5.0  # a gradient of all weights together that is not clipped
SMALL = 1e-3  # a gradient, once clipped, below which Adam's ε may show: 1e-8, or 3e-7 before its corrections

Functions = Mapping[str, Callable[..., Any]]


def following(loss: str, *also: tuple[str, str]) -> Callable[[Reference, Exercise, Inputs, Functions], dict[str, Any]]:
    """Return what follows a training over the function called `loss`; `also` are edits of the solution, as right as it.

    What it returns is empty for a training of no step or of many, else holds ``kept``, the places of the weights that
    are compared, ``ways``, the weights there after each right training, and ``known``, which returns by mistake what
    weights are recognised by.
    """

    def followed(reference: Reference, exercise: Exercise, inputs: Inputs, functions: Functions) -> dict[str, Any]:
        if not 0 < inputs["steps"] < LONG:
            return {}
        text = reference.sources[exercise.name]
        ways = [_trained(reference, exercise, one, inputs, loss, functions) for one in (text, *_edited(text, also))]
        kept = np.flatnonzero(np.all([clear for _, clear in ways], axis=0))

        @functools.cache  # for as long as answers to this case are compared
        def known() -> dict[str, Array]:
            found = {}
            for mistake in exercise.mistakes if not functions else ():
                if mistake.side_effect is None:
                    wrong = reference.mistaken(exercise.name, mistake)(*fresh(tuple(inputs.values())))
                    found[mistake.id] = sketch(in_a_row(wrong, inputs["params"])[kept])
            return found

        return {"kept": kept, "ways": np.array([weights[kept] for weights, _ in ways]), "known": known}

    return followed


def _edited(text: str, edits: tuple[tuple[str, str], ...]) -> list[str]:
    return [text.replace(old, new) for old, new in edits]


def _trained(
    reference: Reference, exercise: Exercise, text: str, inputs: Inputs, loss: str, functions: Functions
) -> tuple[Array, Array]:
    """Return the weights after a training, in a row, and where no gradient of any step was near 0."""
    train = reference.replaced(exercise.name, text)
    own, steps = functions.get(loss, reference[loss]), []

    def watched(*args: Any) -> Any:
        cost, grads = own(*args)
        share = in_a_row({name: np.abs(g) / (np.abs(g).max() or 1.0) for name, g in grads.items()}, args[0])
        size = np.abs(in_a_row(grads, args[0]))
        steps.append((share > NOISE) & (min(1.0, LONGEST / np.linalg.norm(size)) * size > SMALL))
        return cost, grads

    train.__globals__[loss] = watched  # of this run alone: `replaced` makes new ones
    weights = in_a_row(train(*fresh(tuple(inputs.values()))), inputs["params"])
    return weights, np.all(steps, axis=0)
