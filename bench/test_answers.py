"""Measure what a learner waits for: a check compared with a bare call, and an explorer's answer to a control."""

import numpy as np
import pytest

from autograder.course import open_course
from utils import fixtures
from utils.checking.check_function import checked


@pytest.fixture(scope="module")
def functions():
    course = open_course()
    return {name: course.reference[name] for name in fixtures.names()}


@pytest.mark.parametrize("name", ["rnn_step_forward", "rnn_forward", "encode_decode"])
@pytest.mark.benchmark(group="an answer to a learner (limit: 100 ms a check)")
def test_check(benchmark, functions, name):
    assert benchmark(checked, functions[name]).ok


@pytest.mark.benchmark(group="an answer to a learner (limit: 100 ms a check)")
def test_bare_call_of_rnn_forward(benchmark, functions):
    inputs = fixtures.load("rnn_forward")["cases"][0]["inputs"]
    h, _ = benchmark(functions["rnn_forward"], *(inputs[name] for name in ("x", "h0", "Wx", "Wh", "b")))
    assert np.isfinite(h).all()
