"""The third hint of every mistake says what comes of a small example: computed here from the solution and the mistake.

Assignments 03 to 07; the tables stand beside this file, one an assignment.
"""

import dataclasses

import mistakes_of_capstone
import mistakes_of_gradient_flow
import mistakes_of_highway
import mistakes_of_lstm
import mistakes_of_training
import pytest
from worked_mistakes import COURSE, complaints

TABLES = {
    "03-training": mistakes_of_training.EXAMPLES,
    "04-gradient-flow": mistakes_of_gradient_flow.EXAMPLES,
    "05-lstm": mistakes_of_lstm.EXAMPLES,
    "06-highway": mistakes_of_highway.EXAMPLES,
    "07-capstone": mistakes_of_capstone.EXAMPLES,
}
MISTAKES = [
    (exercise, mistake)
    for assignment in TABLES
    for exercise in COURSE.exercises(assignment)
    for mistake in exercise.mistakes
]


@pytest.mark.parametrize("assignment", TABLES)
def test_every_mistake_has_its_example(assignment):
    declared = {e.name: [mistake.id for mistake in e.mistakes] for e in COURSE.exercises(assignment)}
    assert {name: set(examples) for name, examples in TABLES[assignment].items()} == {
        name: set(ids) for name, ids in declared.items()
    }


@pytest.mark.parametrize(
    ("exercise", "mistake"), MISTAKES, ids=[f"{exercise.name}-{mistake.id}" for exercise, mistake in MISTAKES]
)
def test_the_small_example_comes_out_as_the_hint_says(exercise, mistake):
    [table] = [table for table in TABLES.values() if exercise.name in table]
    assert complaints(table[exercise.name][mistake.id], mistake, exercise) == []


@pytest.mark.parametrize(
    ("changes", "old", "new", "fault"),
    [
        ({"right": "is 0.8809"}, "should be 0.8808", "is 0.8809", "'is 0.8809' should be [0.8807"),
        ({"wrong": "is 0.1193"}, "is 0.1192", "is 0.1193", "'is 0.1193' should be [0.1192"),
        ({}, "should be 0.8808", "should be 0.88", "'be 0.8808' does not stand in the hint"),
        ({"other": {"0.5": 0.25}}, "At x = 2", "At x = 0.5", "0.5 should be 0.25"),
        ({}, "At x = 2", "At x = 2.125", "2.125 is not computed"),
    ],
)
def test_a_planted_fault_is_found(changes, old, new, fault):
    exercise = COURSE.exercise("sigmoid")
    [mistake] = [mistake for mistake in exercise.mistakes if mistake.id == "sign-flipped"]
    example = dataclasses.replace(
        mistakes_of_lstm.EXAMPLES["sigmoid"][mistake.id], right="be 0.8808", wrong="is 0.1192"
    )
    assert complaints(example, mistake, exercise) == []
    hints = (*mistake.hints[:2], mistake.hints[2].replace(old, new))
    found = complaints(dataclasses.replace(example, **changes), dataclasses.replace(mistake, hints=hints), exercise)
    assert [complaint for complaint in found if complaint.startswith(fault)], found
