"""A bonus has no points: the build, `rebalance` and the progress board leave it out, and nothing rests on it."""

import ast
import copy
import dataclasses
import json
import os

import pytest

from autograder.building import rules
from autograder.building.rebalance import rebalanced
from autograder.course import open_course, source
from autograder.errors import BadRequest, BuildError
from utils import fixtures
from utils.check import check
from utils.checking import progress

COURSE, ASSIGNMENT = open_course(), "06-highway"
NAME, BONUS = "gru_step_forward", ("gru_step_forward", "gru_step_backward")
ALL_BONUS = [exercise for a in COURSE.assignments for exercise in COURSE.exercises(a) if exercise.bonus]


def spoiled(change, **declared):
    """Check the source of 06 with its first bonus cell changed, and that exercise declared otherwise."""
    notebook = copy.deepcopy(COURSE.sources[ASSIGNMENT])
    [cell] = [cell for cell in notebook.cells if source.grade_id(cell) == f"test_{NAME}"]
    change(cell.metadata)
    exercises = [
        dataclasses.replace(exercise, **declared)
        if exercise.name == NAME
        else dataclasses.replace(exercise, counterpart=NAME)
        if exercise.name == declared.get("counterpart")
        else exercise
        for exercise in COURSE.exercises(ASSIGNMENT)
    ]
    rules.check_source(notebook, ASSIGNMENT, exercises)


def test_a_bonus_passes_and_all_that_it_may_not_be_is_refused():
    spoiled(lambda metadata: None)
    for change, declared, message in (
        (lambda metadata: metadata.nbgrader.update(points=5.0), {}, "declared as a bonus, so it has no points"),
        (lambda metadata: metadata.tags.remove("bonus"), {}, "a cell of a bonus has the tag 'bonus'"),
        (lambda metadata: None, {"bonus": False}, "this graded cell has no points"),
        (lambda metadata: None, {"counterpart": "lstm_backward"}, "no other exercise can count for it"),
    ):
        with pytest.raises(BuildError, match=message):
            spoiled(change, **declared)


def test_rebalance_leaves_a_bonus_alone():
    text = (COURSE.solutions / f"{ASSIGNMENT}.py").read_text(encoding="utf-8")
    assert rebalanced(text, {}) == (text, {})
    moved, changes = rebalanced(text, {"forget_bias": 9})
    assert changes and not {f"test_{name}" for name in BONUS} & set(changes)
    assert moved.count('"points": 0}') == text.count('"points": 0}') == len(BONUS)
    with pytest.raises(BadRequest, match=f"There is no exercise '{NAME}' here"):
        rebalanced(text, {NAME: 5})


@pytest.fixture
def board(tmp_path, monkeypatch):
    """Return a function that takes states by exercise and returns the board of 06."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{ASSIGNMENT}.ipynb").touch()

    def made(states):
        known = {name: {"state": state, "when": "2026-01-05T10:00:00+00:00"} for name, state in states.items()}
        content = {"format": "unrolled progress 1", "assignment": ASSIGNMENT, "exercises": known}
        (tmp_path / f"{ASSIGNMENT}.progress.json").write_text(json.dumps(content), encoding="utf-8")
        assert os.listdir()
        return progress.board()

    return made


def test_the_board_lists_a_bonus_and_does_not_count_it(board):
    required = {exercise.name: "right" for exercise in COURSE.exercises(ASSIGNMENT) if not exercise.bonus}
    count = len(required)
    for states, right, done in (
        (required, count, True),
        (required | {NAME: "right"}, count, True),
        (required | {NAME: "wrong"}, count, True),
        ({NAME: "right"}, 0, False),
    ):
        shown = board(states)
        [(title, rows, is_done)] = shown.boards
        points = 90 if right else 0
        assert title.startswith(f"{ASSIGNMENT}: {right} of {count} exercises right, {points} of 90 points.")
        assert is_done == done
        assert {row[0]: row[1:3] for row in rows}[NAME] == ("bonus", states.get(NAME, "not checked yet"))
        assert len(rows) == count + len(BONUS)
    assert {fixtures.load(name)["points"] for name in BONUS} == {0.0}


def test_check_tells_a_bonus_no_differently():
    assert check(COURSE.reference[NAME]).title == f"{NAME} is right."


def test_nothing_that_is_required_rests_on_a_bonus():
    """No cell gives it to a later notebook, and no other solution calls it."""
    names = {exercise.name for exercise in ALL_BONUS}
    assert names >= set(BONUS)
    for notebook in COURSE.sources.values():
        assert not names & {source.gives(cell) for cell in notebook.cells}
        for cell in notebook.cells:
            if cell.cell_type == "code" and "bonus" not in cell.metadata.get("tags", []):
                used = {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
                assert not names & used, cell.id


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_bonus_cells_are_together_at_the_end(assignment):
    """After everything that is required; only the progress board is below."""
    cells = COURSE.sources[assignment].cells
    graded = [n for n, cell in enumerate(cells) if source.is_grade(cell) and cell.metadata.nbgrader.points]
    bonus = [n for n, cell in enumerate(cells) if source.grade_id(cell) in {one.grade_id for one in ALL_BONUS}]
    assert not bonus or bonus[0] > graded[-1]
