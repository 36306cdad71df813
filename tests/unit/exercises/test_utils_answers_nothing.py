"""Nothing in `utils` can be called as the answer to an exercise, except what is named here with its reason."""

import ast
import inspect
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import answers_in_utils
import numpy as np
import pytest

import utils
from autograder.course import Course

ROOT = Path(__file__).parents[3]
COURSE = Course(ROOT)

# What may be called as an answer, and why it is there nevertheless. docs/security.md says so, too.
ALLOWED = {
    "relative_error": {
        "utils.gradients.verdict.relative_error": "gradient checking rests on it, and learners are given it: they "
        "write one of their own in assignment 00 to read its tables",
    },
}


@pytest.fixture(scope="module")
def reports():
    done = subprocess.run(
        [sys.executable, answers_in_utils.__file__, *COURSE.assignments], capture_output=True, text=True, timeout=3600
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_no_function_of_utils_answers_an_exercise(assignment, reports):
    report = reports[assignment]
    assert report["functions"] > 400
    assert set(report["found"]) == {exercise.name for exercise in COURSE.exercises(assignment)}
    for name, found in report["found"].items():
        assert set(found) == set(ALLOWED.get(name, ())), f"{name} is answered by {found}"


# What such a search must find: each of these is somebody's idea of an answer in one line.


def cell_in_odds(x, h, c, Wx, Wh, b):
    """Return the states, and the two it ends in, as the judge of captions once did."""
    content, voice, states = c, h, []
    for now in np.moveaxis(x, 1, 0):
        write, keep, reveal, offer = np.split(np.exp(now @ Wx + voice @ Wh + b), 4, axis=1)
        content = content - content / (1 + keep) + (1 - 2 / (1 + offer**2)) / (1 + 1 / write)
        voice = (1 - 2 / (1 + np.exp(2 * content))) / (1 + 1 / reveal)
        states.append(voice)
    return np.stack(states, axis=1), voice, content


def latch():
    return np.array([[0, 0, 0, 8.0], [16, -16, 0, 0]]), np.zeros((1, 4)), np.array([-8.0, 8, 8, 0])


def wrong_sign(x, h, c, Wx, Wh, b):
    states, voice, content = cell_in_odds(x, h, c, Wx, Wh, b)
    return -states, -voice, content


@pytest.mark.parametrize(
    ("function", "answered"),
    [
        (cell_in_odds, {"lstm_step_forward", "lstm_forward", "lstm_forward_full"}),
        (latch, {"latch_weights"}),
        (wrong_sign, set()),
    ],
)
def test_the_search_finds_a_planted_answer(course, function, answered):
    searched = ("lstm_step_forward", "lstm_forward", "lstm_forward_full", "latch_weights")
    found = {
        name
        for name in searched
        if answers_in_utils.those_that_answer(course.exercise(name), course, {"planted": function})
    }
    assert found == answered


# A judge that holds a model need not have an exercise's own signature, so its text is read as well.

NONLINEARITIES = {"exp", "exp2", "expm1", "tanh", "sinh", "cosh", "reciprocal", "maximum"}
JUDGES = sorted((Path(utils.__file__).parent / "checking" / "properties").glob("*.py"))


def nonlinearities(text):
    """Return the functions of a network's units that are called in this text."""
    called = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {f.attr for f in called if isinstance(f, ast.Attribute)} & NONLINEARITIES


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.stem)
def test_no_judge_of_properties_computes_a_network_unit(path):
    # gradient_flow takes the power of a norm from its logarithm; drawing takes probabilities from theirs, and squashes
    # scores as a known mistake does. None of these is a unit of a network.
    allowed = {"gradient_flow": {"exp"}, "drawing": {"exp", "tanh"}}.get(path.stem, set())
    assert nonlinearities(path.read_text(encoding="utf-8")) == allowed


def test_a_planted_unit_in_a_judge_is_found():
    assert nonlinearities(textwrap.dedent(inspect.getsource(cell_in_odds))) == {"exp"}
    assert nonlinearities("def judge(rnn_forward): return rnn_forward(np.zeros(3))") == set()
