"""Every exercise has a worked example, and every number of it is computed here."""

import dataclasses
import itertools

import numpy as np
import pytest
from worked_examples import case_of, complaints

from autograder.course import open_course
from autograder.course.exercise import WorkedExample
from autograder.judging import cases

COURSE = open_course()
EXERCISES = {e.name: e for assignment in COURSE.assignments for e in COURSE.exercises(assignment)}


def test_every_exercise_has_a_worked_example():
    assert [name for name, exercise in EXERCISES.items() if exercise.worked_example is None] == []


@pytest.mark.parametrize("name", EXERCISES)
def test_every_number_of_a_worked_example_is_computed(name):
    assert complaints(EXERCISES[name], COURSE) == []


@pytest.mark.parametrize("order", [order for order in itertools.permutations(range(4)) if order != (0, 1, 2, 3)])
@pytest.mark.parametrize("name", ["lstm_step_forward", "lstm_step_backward"])
def test_the_example_of_a_step_tells_the_gates_apart(name, order):
    """Whoever takes one gate for another gets other numbers."""
    exercise = EXERCISES[name]
    case = case_of(exercise, COURSE)
    inputs = dict(case.inputs)
    for weights in ("Wx", "Wh", "b"):
        blocks = np.split(inputs[weights], 4, axis=-1)
        inputs[weights] = np.concatenate([blocks[k] for k in order], axis=-1)
    right, other = (cases.answer(exercise, COURSE, one) for one in (case, dataclasses.replace(case, inputs=inputs)))
    telling = ("next_h", "next_c") if name == "lstm_step_forward" else ("dprev_c", "dWx", "db")
    assert not any(np.allclose(right[output], other[output], atol=1e-4) for output in telling)


# What a right example looks like, and one planted fault at a time.
STEP = WorkedExample(
    "One unit, x = 1, Wx = 0.5, prev_h = 0.25, Wh = 2 and b = −0.5: the sum is 0.5 + 0.5 − 0.5 = 0.5, and "
    "tanh(0.5) = 0.4621.",
    arguments=tuple(np.array(a) for a in ([[1.0]], [[0.25]], [[0.5]], [[2.0]], [-0.5])),
    values={"0.4621": "np.tanh(x * Wx + prev_h * Wh + b).item()"},
)
BACK = WorkedExample(
    "As above, with dnext_h = 1. The state is 0.4621, the slope is 0.7864. dx is 0.5 · 0.7864 = 0.3932, dprev_h is "
    "2 · 0.7864 = 1.573, dWx is 0.7864, dWh is 0.25 · 0.7864 = 0.1966 and db is 0.7864.",
    arguments=(*STEP.arguments, np.array([[1.0]])),
    values={
        "0.4621": "np.tanh(0.5)",
        "0.7864": "1 - np.tanh(0.5) ** 2",
        "0.3932": "Wx.item() * (1 - np.tanh(0.5) ** 2)",
        "1.573": "2 * (1 - np.tanh(0.5) ** 2)",
        "0.1966": "(1 - np.tanh(0.5) ** 2) / 4",
    },
)
PART = WorkedExample("Of 0.5 and 0.25 the sum is 0.75.", values={"0.5": "0.5", "0.25": "0.25", "0.75": "0.5 + 0.25"})


def with_example(name, example, **changes):
    return dataclasses.replace(EXERCISES[name], worked_example=dataclasses.replace(example, **changes))


@pytest.mark.parametrize(("name", "example"), [("rnn_step_forward", STEP), ("rnn_step_backward", BACK)])
def test_a_right_example_passes(name, example):
    assert complaints(with_example(name, example), COURSE) == []
    assert complaints(with_example(name, PART), COURSE) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": STEP.text + " Half of it is 0.2311."}, "0.2311 is neither an argument nor among the values"),
        ({"values": STEP.values | {"0.9999": "1 - 1e-4"}}, "0.9999 does not stand in the text"),
        ({"values": {"0.4621": "0.4621"}}, "0.4621 is not computed: 0.4621"),
        ({"values": {"0.4621": "np.tanh(0.6)"}}, "0.4621 should be 0.53704957: np.tanh(0.6)"),
        (
            {"text": STEP.text.replace("0.4621", "0.5"), "values": {}},
            "the result 0.46211716 does not stand in the text",
        ),
        (
            {"text": STEP.text.replace("= 0.4621", "= −0.4621"), "values": {"−0.4621": "-np.tanh(0.5)"}},
            "the result 0.46211716 does not stand in the text",
        ),
        ({"text": STEP.text + " next_h = np.tanh(x @ Wx + prev_h @ Wh + b)"}, "is a line of the solution"),
    ],
)
def test_a_planted_fault_is_found(changes, fault):
    found = complaints(with_example("rnn_step_forward", STEP, **changes), COURSE)
    assert [complaint for complaint in found if complaint.endswith(fault)], found
