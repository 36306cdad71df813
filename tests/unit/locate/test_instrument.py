"""A recording copy does what its function does, and nothing else, whatever Python it is written in."""

import copy
import inspect

import constructs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recording import cell, copy_of

from utils.checking.locate.expressions import VALUE
from utils.checking.locate.instrument import Unsupported
from utils.checking.locate.recorder import TooMany


def equal(one, other):
    """Whether two results are the same, in type and in value."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(equal(one[key], other[key]) for key in one)
    return one == other


CONSTRUCTS = [one for one in vars(constructs).values() if inspect.isfunction(one)]


@pytest.mark.parametrize("function", CONSTRUCTS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("arguments", [(3, 5), (5, 3)])
def test_a_copy_returns_what_its_function_returns(function, arguments):
    recorder, recording = copy_of(function)
    assert equal(recording(*arguments), function(*arguments))
    assert recorder.log


def test_a_copy_that_changes_a_value_is_noticed():
    function = cell("def f(a, b):\n    return a + b")["f"]
    recorder, recording = copy_of(function)
    assert equal(recording(1, 2), function(1, 2))
    recording.__globals__[VALUE] = lambda *hooked: recorder.value(*hooked) + 1
    assert not equal(recording(1, 2), function(1, 2))


@pytest.mark.parametrize("error", ["1 / 0", "np.zeros(2) + np.zeros(3)", "[][a]", "undefined"])
def test_a_copy_raises_what_its_function_raises_in_the_same_line(error):
    function = cell(f"def f(a):\n    x = a\n    return (x,\n            {error})")["f"]
    lines = []
    for one in (function, copy_of(function)[1]):
        with pytest.raises(Exception) as raised:
            one(1)
        trace = raised.tb
        while trace.tb_next is not None and trace.tb_next.tb_frame.f_code.co_filename == function.__code__.co_filename:
            trace = trace.tb_next
        lines.append((raised.type, str(raised.value), trace.tb_lineno))
    assert lines[0] == lines[1]


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["a", "b", "2", "0.5", "x[0]", "x"]),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from("+-*"), inner, inner).map(lambda t: f"({t[1]} {t[0]} {t[2]})"),
            inner.map(lambda e: f"np.tanh({e})"),
            inner.map(lambda e: f"[{e} for _ in range(2)][1]"),
            st.tuples(inner, inner).map(lambda t: f"({t[0]}, {t[1]})[0]"),
            st.tuples(inner, inner).map(lambda t: f"({t[0]} if a < b else {t[1]})"),
            inner.map(lambda e: f"(lambda u: u + {e})(1)"),
        ),
        max_leaves=12,
    ),
    st.sampled_from(["return {e}", "y = {e}\n    y = y + {e}\n    return y", "x[1] += np.sum({e})\n    return x"]),
)
def test_random_expressions_are_what_they_were(expression, shape):
    function = cell(f"def f(a, b, x):\n    {shape.format(e=expression)}")["f"]
    _, recording = copy_of(function)
    before = [1.5, -2.0, np.array([0.25, 3.0])]
    one, other = copy.deepcopy(before), copy.deepcopy(before)
    assert equal(recording(*one), function(*other)) and equal(one, other)


@pytest.mark.parametrize(
    "body",
    [
        "yield a",
        "global g\n    g = a",
        "def h():\n        nonlocal a\n        a = 1\n    h()",
        "return locals()",
        "exec('1')",
    ],
)
def test_what_cannot_be_recorded_unchanged_is_refused(body):
    with pytest.raises(Unsupported):
        copy_of(cell(f"def f(a):\n    {body}")["f"])


def test_more_than_is_looked_at_stops():
    endless = cell("def f():\n    n = 0\n    while True:\n        n += 1")["f"]
    recorder, recording = copy_of(endless, most=100)
    with pytest.raises(TooMany):
        recording()
    assert len(recorder.log) == 100
