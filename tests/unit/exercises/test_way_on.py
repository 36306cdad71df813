"""Every rejected answer has a way on: a question, an example, and a case in the hand, whatever it did."""

import numpy as np
import pytest

from autograder.course import open_course
from utils import fixtures
from utils.checking import check_function
from utils.checking.run_cases import parameters, slots

COURSE = open_course()
EXERCISES = [exercise for assignment in COURSE.assignments for exercise in COURSE.exercises(assignment)]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)

# What a function can do that is wrong for every exercise: by name, its last line.
WRONG = {
    "stops": "raise ValueError('rows do not fit')",
    "returns nothing": "pass",
    "returns no array": "return {values}",
    "returns another shape": "return {arrays}",
}


def function(exercise, what):
    """Return a function of the exercise's name and parameters that does `what`."""
    fixture = fixtures.load(exercise.name)
    count = len(slots(fixture))
    names = ", ".join(parameters(fixture["signature"]))
    last = WRONG[what].format(
        values=", ".join(["'words'"] * count), arrays=", ".join(["np.ones((2, 1, 3, 1))"] * count)
    )
    space = {"np": np, **{name: COURSE.reference[name] for name in COURSE.reference.sources}}
    exec(f"def {exercise.name}({names}):\n    {last}\n", space)
    return space[exercise.name]


@every_exercise
@pytest.mark.parametrize("what", WRONG)
def test_every_rejected_answer_has_a_question_an_example_and_a_case(exercise, what):
    wrong, forward = function(exercise, what), COURSE.reference[exercise.forward] if exercise.forward else None
    first, second, third = (check_function.checked(wrong, forward=forward, hint=level) for level in (1, 2, 3))
    assert first.status == "wrong", str(first)
    assert first.next_level == 2 and "check.case(" in first.case
    assert len(second.paragraphs) > len(first.paragraphs)
    if exercise.worked_example:
        assert "?" in second.paragraphs[-1]
        assert second.next_level == 3 and len(third.paragraphs) > len(second.paragraphs)
        assert third.paragraphs[-1].endswith(exercise.worked_example.text)


@every_exercise
def test_the_case_in_the_hand_is_the_call_that_was_made(exercise):
    right, forward = COURSE.reference[exercise.name], COURSE.reference[exercise.forward] if exercise.forward else None
    case = check_function.case_in_hand(right, forward)
    assert case.title.endswith("is right: no case fails. This is a small one."), case.title
    again = right(*case.arguments)
    again = dict(zip(slots(fixtures.load(exercise.name)), again if isinstance(again, tuple) else (again,), strict=True))
    for output, value in case.got.items():
        np.testing.assert_equal(value, again[output])
    if case.expected is None:
        assert exercise.properties
    else:
        assert "choice" not in [exercise.outputs[output] for output in case.expected]
    assert all(line in repr(case) for line in case.notes)


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if e.worked_example], ids=lambda exercise: exercise.name)
def test_every_exercise_has_a_question_of_its_own(exercise):
    assert "?" in fixtures.load(exercise.name)["question"]
