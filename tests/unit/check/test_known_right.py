"""A function that was found right is not run again below another one, until anything that it rests on is another."""

import numpy as np
import pytest

from utils.checking import known_right

TEXT = """
def below(x, scale=2.0):
    return factor * inner(x) * scale

def inner(x):
    return np.tanh(x) if x.size else inner(x)
"""


FIXTURE = {"name": "below"}


def space(text=TEXT, **names):
    made = {"np": np, "factor": 3, "__name__": "answer"} | names
    exec(text, made)
    return made


def key(made):
    return known_right.key("right", FIXTURE, made["below"])


def test_the_same_text_over_the_same_names_is_the_same_function():
    assert key(space()) == key(space()) is not None
    assert known_right.key("good cache", FIXTURE, space()["below"]) != key(space())
    assert known_right.key("right", dict(FIXTURE), space()["below"]) != key(space())


@pytest.mark.parametrize(
    "other",
    [
        space(factor=3.0),
        space(factor=True),
        space(TEXT.replace("tanh", "sin")),
        space(TEXT.replace("2.0", "-2.0")),
        space(TEXT.replace("if x.size else inner(x)", "if x.size else below(x)")),
        space(np=np.linalg),
    ],
)
def test_whatever_it_rests_on_makes_it_another(other):
    assert key(other) not in (None, key(space()))


@pytest.mark.parametrize(
    "other",
    [
        space(factor=np.ones(1)),
        space(TEXT.replace("scale=2.0", "scale=[2.0]")),
        space(TEXT.replace("np.tanh(x)", "eval('np.tanh(x)')")),
        space(TEXT + "\nbelow = (lambda f: lambda x: f(x))(below)"),
        space(TEXT + "\nclass Factor: pass\nfactor = Factor"),
        space(TEXT + "\ninner = np.vectorize(inner)"),
    ],
)
def test_nothing_is_remembered_where_it_cannot_be_seen(other):
    asked = key(other)
    assert asked is None
    known_right.remember(asked)
    assert not known_right.holds(asked)


def test_the_oldest_is_forgotten(monkeypatch):
    monkeypatch.setattr(known_right, "_known", {})
    for number in range(known_right.MOST + 1):
        known_right.remember((number,))
    assert not known_right.holds((0,)) and known_right.holds((1,)) and known_right.holds((known_right.MOST,))
