"""Provide independent right functions, so that figures are compared with something independent."""

import numpy as np
import pytest

from utils.figures import _time_per_length as timing


def _step(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, b, next_h)


def _forward(x, h0, Wx, Wh, b):
    h, prev_h = np.zeros((*x.shape[:2], h0.shape[1])), h0
    for t in range(x.shape[1]):
        prev_h, _ = _step(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
    return h, None


@pytest.fixture(autouse=True)
def little_time(monkeypatch):
    """No test is about how exactly time is measured, so none waits for it."""
    monkeypatch.setattr(timing, "SECONDS", 0.06)


@pytest.fixture
def rnn_step_forward():
    return _step


@pytest.fixture
def rnn_forward():
    return _forward


@pytest.fixture
def line():
    """Return the data of the line with this gid, as (x, y)."""

    def find(picture, gid):
        found = [line for axes in picture.figure.axes for line in axes.lines if line.get_gid() == gid]
        assert len(found) == 1, f"{len(found)} lines {gid!r}"
        return np.asarray(found[0].get_xdata(), float), np.asarray(found[0].get_ydata(), float)

    return find


@pytest.fixture
def title():
    """Return the finding at the top of a picture, its line breaks undone."""

    def find(picture):
        (text,) = [text for text in picture.figure.texts if text.get_gid() == "title"]
        return " ".join(text.get_text().split())

    return find


@pytest.fixture(scope="module")
def flow(course):
    return course.reference


@pytest.fixture
def caption():
    def find(picture):
        (text,) = [text for text in picture.figure.texts if text.get_gid() == "caption"]
        return " ".join(text.get_text().split())

    return find
