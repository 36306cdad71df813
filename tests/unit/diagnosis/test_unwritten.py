"""What memory held before decides nothing: neither what is found of an answer nor whether it is right."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.course import open_course
from autograder.judging import protocol
from autograder.judging.calls import Call
from utils.checking import check_function, unwritten

COURSE = open_course()
EMPTY, EMPTY_LIKE = np.empty, np.empty_like


def edited(name, old, new):
    source = COURSE.reference.sources[name]
    assert source.count(old) == 1
    return COURSE.reference.replaced(name, source.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new", "outputs"),
    [
        ("rnn_forward", "range(T)", "range(T - 1)", ("h",)),
        ("rnn_forward", "range(T)", "range(1, T)", ("h",)),
        ("gradient_norms", "    norms[:, -1] = np.linalg.norm(dh, axis=1)\n", "", ("norms",)),
        ("rnn_step_backward", "db = da.sum(axis=0)", "db = np.empty_like(Wx[0])", ("db",)),  # the others are right
        ("rnn_step_backward", "db = da.sum(axis=0)", "db = np.empty_like(Wx[0]); db += da.sum(axis=0)", ("db",)),
    ],
)
def test_an_array_that_is_not_written_is_noticed_and_gives_the_same_report_each_time(name, old, new, outputs):
    function = edited(name, old, new)
    forward = COURSE.reference[COURSE.exercise(name).forward] if COURSE.exercise(name).forward else None
    reports = {str(check_function.checked(function, forward=forward)) for _ in range(3)}
    findings = check_function.found(function, forward)
    assert len(reports) == 1 and f"Some numbers in {outputs[0]} are whatever memory held before" in reports.pop()
    assert findings.unwritten == outputs == tuple(findings.wrong)
    assert findings.mistake is None and not findings.by_output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("h = np.empty((N, T, h0.shape[1]), dtype=x.dtype)", "h = np.zeros((N, T, h0.shape[1]))"),
        ("range(T)", "range(T)[::-1]"),  # all is written
        ("        h[:, t] = prev_h", "        h[:, t] = prev_h + np.random.standard_normal(prev_h.shape)"),  # chance
    ],
)
def test_of_other_wrong_answers_it_is_not_said(old, new):
    source = COURSE.reference.sources["rnn_forward"].replace(old, new)
    if "zeros" in new:
        source = source.replace("range(T)", "range(T - 1)")
    function = COURSE.reference.replaced("rnn_forward", source)
    findings = check_function.found(function)
    assert findings.wrong and findings.unwritten == ()


def test_what_is_right_whatever_memory_held_stays_right():
    function = edited("rnn_step_backward", "db = da.sum(axis=0)", "db = np.empty_like(Wx[0]) * 0 + da.sum(axis=0)")
    assert check_function.found(function, COURSE.reference["rnn_step_forward"]).ok
    assert check_function.found(COURSE.reference["rnn_forward"]).ok


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8, np.bool_, np.complex128, object, "U3"])
def test_what_memory_holds_is_the_same_each_time_and_other_numbers_on_demand(dtype):
    with unwritten.filled():
        one, two, scalar = np.empty((3, 4), dtype), np.empty_like(one_of(dtype)), np.empty(())
        with unwritten.filled(other=True):  # a check within a check
            three = np.empty((3, 4), dtype)
    with unwritten.filled(other=True):
        four = np.empty((3, 4), dtype=dtype)
    assert (one.dtype, one.shape, scalar.shape) == (np.dtype(dtype), (3, 4), ())
    assert np.array_equal(one, two) and np.array_equal(one, three)
    if one.dtype.kind in "fciub":
        assert np.isfinite(one).all() and not np.any(one == four)
    assert np.empty is EMPTY and np.empty_like is EMPTY_LIKE


def one_of(dtype):
    return np.zeros((3, 4), dtype)


def test_numpy_is_as_it_was_even_after_an_exception():
    with pytest.raises(ZeroDivisionError), unwritten.filled():
        assert np.empty is not EMPTY
        raise ZeroDivisionError
    assert np.empty is EMPTY and np.empty_like is EMPTY_LIKE


def test_in_the_grade_an_array_that_is_not_written_is_the_same_each_time(monkeypatch):
    messages = []
    display = SimpleNamespace(publish_display_data=lambda data: messages.append(json.loads(json.dumps(data))))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    plan = [Call("f", (), ("y",))]
    for held in (1.0, 2.0):
        for size in range(1, 9):  # what memory holds: NumPy hands small blocks out again
            np.full(size, held)
        exec(protocol.request(plan, "tag"), {"f": lambda: np.empty(4)})
    one, two = (protocol.decode(message[protocol.MIME], "tag", plan).calls[0]["y"] for message in messages)
    assert np.array_equal(one, two) and (one >= 1000).all()
    assert np.empty is EMPTY


def test_a_student_s_numpy_without_empty_is_asked_all_the_same(monkeypatch):
    messages = []
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(publish_display_data=messages.append))
    monkeypatch.delattr(np, "empty")
    plan = [Call("f", (), ("y",))]
    exec(protocol.request(plan, "tag"), {"f": lambda: 2.0})
    assert protocol.decode(messages[0][protocol.MIME], "tag", plan).calls[0]["y"] == 2
