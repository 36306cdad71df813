"""Whatever returns gradients, under whatever name, is bounded in what it may cost."""

import re

import numpy as np
import pytest

from autograder.course import open_course
from autograder.judging import cases, cost

COURSE = open_course()
BOUNDED = [e for name in COURSE.assignments for e in COURSE.exercises(name) if cost.is_bounded(e, COURSE)]

# Exercises whose text speaks of derivatives, and which are not bounded for these reasons.
FREE = {
    "rnn_step_forward": "names the backward step that its cache is for",
    "lstm_step_forward": "names the backward step that its cache is for",
    "gru_step_forward": "names the backward step that its cache is for",
    "numerical_gradient": "is to differentiate numerically",
    "relative_error": "compares two gradients that it is given",
    "clip_grad_norm": "shortens gradients that it is given",
    "spots_the_bug": "is to compare with a numeric gradient",
    "upstream_mask": "returns truth values",
    "train_captions": "is judged by what was learned; a numeric gradient in each of its steps takes too long",
    "train_pronounce": "is judged by what was learned; a numeric gradient in each of its steps takes too long",
    "step_jacobian": "has as many entries as units squared: a numeric one costs what loops over them do",
    "jacobian_product": "is a product of matrices, which costs more than running the network again",
    "repair_products": "is about the product of Jacobians",
    "gradient_norms": "is about one vector, so a numeric Jacobian a step costs what loops over the weights do",
    "residual_stack_gradient": "has 16 units: to nudge each of them is cheap",
}


def test_every_exercise_that_returns_gradients_is_bounded():
    """Asked of every exercise: its text speaks of derivatives, its solution calls a backward pass, or neither."""
    unbounded = {
        exercise.name
        for name in COURSE.assignments
        for exercise in COURSE.exercises(name)
        if exercise not in BOUNDED and speaks_of_derivatives(COURSE.reference.sources[exercise.name])
    }
    assert unbounded == set(FREE)
    named_so = {name for name in COURSE.reference.sources if "_backward" in name}
    losses = {"temporal_softmax_loss", "caption_loss", "pronounce_loss"}
    assert {exercise.name for exercise in BOUNDED} == named_so | losses | {"truncated_bptt"}
    assert not cost.is_bounded(COURSE.exercise("rnn_forward"), COURSE)


def speaks_of_derivatives(text):
    return bool(re.search(r"grad|jacobian|backward|derivative|\bd[Lh]|\bd\w* /", text, re.IGNORECASE))


def test_derivatives_are_found_in_the_words_and_in_the_code():
    sources = COURSE.reference.sources
    assert speaks_of_derivatives(sources["caption_loss"]) and speaks_of_derivatives(sources["step_jacobian"])
    assert not speaks_of_derivatives(sources["rnn_forward"])


@pytest.mark.parametrize("count", sorted({count for count, _ in cost.LIMITS}))
@pytest.mark.parametrize("exercise", BOUNDED, ids=lambda exercise: exercise.name)
def test_every_bounded_exercise_has_large_cases_on_which_the_reference_is_right(exercise, count):
    case = cases.large(exercise, COURSE, np.random.default_rng(0), count)
    assert count <= cases.parameters(case.inputs) <= 2 * count
    for value in cases.answer(exercise, COURSE, case).values():
        assert all(np.isfinite(one).all() for one in (value.values() if isinstance(value, dict) else [value]))
