"""Where a wrong function calls another of the learner's that is not right either, the card names that one first."""

import numpy as np
import pytest

from utils.check import check
from utils.checking.check_function import found

SENTENCE = "It calls your rnn_step_forward, which is not right yet: mend it first."
SLIP = ("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.tanh(x @ Wx) + np.tanh(prev_h @ Wh + b)")  # no known mistake's numbers


@pytest.fixture
def notebook(course):
    """Return the functions of a notebook in which some solutions are edited."""

    def written(**edits):
        space = {"np": np}
        for name in ("rnn_step_forward", "rnn_forward", "temporal_affine_forward", "many_to_one", "many_to_many"):
            source = course.reference.sources[name]
            exec(source.replace(*edits[name]) if name in edits else source, space)
        return space

    return written


def test_the_innermost_wrong_function_is_named(notebook):
    space = notebook(rnn_step_forward=SLIP)
    assert found(space["rnn_step_forward"]).wrong_below == ()
    for name in ("rnn_forward", "many_to_one", "many_to_many"):
        assert found(space[name]).wrong_below == ("rnn_step_forward",)
        assert SENTENCE in check(space[name]).paragraphs


def test_a_function_over_right_ones_is_wrong_by_itself(notebook):
    space = notebook(many_to_one=(" + by", " + 3 * by * by"))
    assert found(space["many_to_one"]).wrong_below == ()
    assert "It calls your" not in " ".join(check(space["many_to_one"]).paragraphs)


def test_several_are_named_together(notebook):
    affine = ("@ w + b", "@ w + 3 * b * b")
    space = notebook(rnn_step_forward=SLIP, temporal_affine_forward=affine)
    assert found(space["many_to_many"]).wrong_below == ("rnn_step_forward", "temporal_affine_forward")
    sentence = "It calls your rnn_step_forward and temporal_affine_forward, which are not right yet: mend them first."
    assert sentence in check(space["many_to_many"]).paragraphs


def test_what_is_called_is_judged_again_once_it_is_another(notebook, course):
    space = notebook(many_to_one=(" + by", " + 3 * by * by"))
    right = course.reference.sources["rnn_step_forward"]
    assert found(space["many_to_one"]).wrong_below == ()
    exec(right.replace(*SLIP), space)
    assert found(space["many_to_one"]).wrong_below == ("rnn_step_forward",)
    exec(right, space)
    assert found(space["many_to_one"]).wrong_below == ()


def test_what_is_said_without_its_name_is_refused_in_a_sentence(notebook):
    report = check(notebook()["rnn_forward"], 2)
    assert (report.status, report.title) == (
        "cannot check",
        "check takes one function; whatever else you say needs its name.",
    )
