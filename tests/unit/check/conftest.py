"""Provide a tiny course: three exercises, built as `autograder build` builds them, in their own folder."""

import json

import numpy as np
import pytest

import utils.fixtures as fixtures
from autograder.course.exercise import Exercise, Mistake, WorkedExample
from autograder.course.reference import Reference
from autograder.judging import cases
from utils.checking import progress
from utils.checking.fingerprints import fingerprint

SOURCES = {
    "affine": """
def affine(x, w, b):
    out = x @ w + b
    return out, (x, w)
""",
    "affine_backward": """
def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db
""",
    "decay": """
def decay(x, h0, a):
    h = np.zeros_like(x)
    state = h0
    for t in range(x.shape[1]):
        state = a * state + x[:, t]
        h[:, t] = state
    return h
""",
    "halve_all": """
def halve_all(grads):
    return {name: g / 2 for name, g in grads.items()}
""",
}
SIGNATURES = {name: source.split("def ")[1].split(":")[0] for name, source in SOURCES.items()}


def _affine_inputs(rng, s):
    return {"x": rng.normal(size=(s.N, s.D)), "w": rng.normal(size=(s.D, s.M)), "b": rng.normal(size=s.M)}


def _decay_inputs(rng, s):
    return {"x": rng.normal(size=(s.N, s.T, s.H)), "h0": rng.normal(size=(s.N, s.H)), "a": 0.9}


def _grads(rng, s):
    return {"grads": {"w": rng.normal(size=(s.D, s.M)), "b": rng.normal(size=s.M)}}


EXERCISES = [
    Exercise(
        "affine",
        _affine_inputs,
        {"out": "N M"},
        (
            Mistake(
                "no-bias",
                edit=(" + b", ""),
                hints=(
                    "These are the numbers of a layer without its bias: b is never added.",
                    "Which argument have you not used yet?",
                    "With x = 0 and b = 0.5 the output is 0.5, not 0.",
                ),
            ),
            Mistake(
                "keeps-a-view", edit=("(x, w)", "(x, w, out[:, :1])"), side_effect="aliases", hints=("A", "B", "C")
            ),
        ),
        cache=True,
        patterns={"all": "Is every argument used once?"},
    ),
    Exercise(
        "affine_backward",
        _affine_inputs,
        {"dx": "N D", "dw": "D M", "db": "M"},
        (
            Mistake(
                "db-averaged",
                edit=("dout.sum(axis=0)", "dout.mean(axis=0)"),
                hints=(
                    "These are the numbers of a db that is averaged over the batch.",
                    "One b served N rows. Does each row have its full say in the loss?",
                    "With dout = [[1], [3]], db is 4, not 2.",
                ),
            ),
            Mistake(
                "db-per-row",
                edit=("dout.sum(axis=0)", "dout"),
                hints=("These are the numbers of one db for every row.", "How many b are there?", "N = 2: db is 4."),
            ),
            Mistake(
                "scales-dout",
                edit=("dx = dout @ w.T", "dout *= 1\n    dx = dout @ w.T"),
                side_effect="mutates",
                hints=("dout belongs to the loss.", "Who else reads dout?", "dout = 1 should still be 1 afterwards."),
            ),
        ),
        forward="affine",
        patterns={"dw": "What multiplied w in the forward pass?", "all": "Begin with dout."},
    ),
    Exercise(
        "decay",
        _decay_inputs,
        {"h": "N T H"},
        (
            Mistake(
                "h0-ignored",
                edit=("state = h0", "state = 0 * h0"),
                hints=(
                    "These are the numbers of a state that starts at zero.",
                    "What is h0 for?",
                    "a = .5, h0 = 2: 1.",
                ),
            ),
        ),
        worked_example=WorkedExample("a = 0.5 and x = 1 after h0 = 2 give 0.5 · 2 + 1 = 2."),
    ),
    Exercise("halve_all", _grads, {"halves": ""}),
]


class Course:
    def __init__(self):
        self.reference = Reference(SOURCES)

    def exercise(self, name):
        return next(e for e in EXERCISES if e.name == name)


def built():
    """Return the fixtures, by name, as JSON text."""
    course, texts = Course(), {}
    for position, exercise in enumerate(EXERCISES):
        rng = np.random.default_rng(position)
        content = []
        for case in cases.draw(exercise, course, rng):
            known = {}
            for mistake in exercise.mistakes:
                if not mistake.side_effect and not case.special:
                    wrong = course.reference.mistaken(exercise.name, mistake)
                    known[mistake.id] = fingerprint(cases.answer(exercise, course, case, wrong))
            content.append(
                {
                    "special": case.special,
                    "edge": case.edge,
                    "followed": {"dict": {}},
                    "inputs": {k: fixtures.encode(v) for k, v in case.inputs.items()},
                    "upstream": {k: fixtures.encode(v) for k, v in case.upstream.items()},
                    "expected": {k: fixtures.encode(v) for k, v in cases.answer(exercise, course, case).items()},
                    "mistakes": known,
                }
            )
        texts[exercise.name] = json.dumps(
            {
                "name": exercise.name,
                "assignment": "90-tiny",
                "position": position,
                "points": 10.0,
                "counterpart": exercise.counterpart,
                "signature": SIGNATURES[exercise.name],
                "forward": exercise.forward,
                "cache": exercise.cache,
                "outputs": {name: exercise.axes(name) for name in exercise.outputs},
                "patterns": dict(exercise.patterns),
                "question": exercise.question or exercise.patterns.get("all", ""),
                "worked_example": exercise.worked_example.text if exercise.worked_example else "",
                "mistakes": {m.id: list(m.hints) for m in exercise.mistakes if not m.side_effect},
                "side_effects": {m.side_effect: list(m.hints) for m in exercise.mistakes if m.side_effect},
                "cases": content,
            }
        )
    return texts


_TEXTS = built()


def _forget():
    fixtures.load.cache_clear()
    fixtures.names.cache_clear()
    fixtures.hints.cache_clear()
    progress._memory.clear()


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """Put the tiny course's fixtures where `utils` looks for them, and work in an empty folder."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, text in _TEXTS.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    desk = tmp_path / "desk"
    desk.mkdir()
    monkeypatch.chdir(desk)
    monkeypatch.setattr(fixtures, "FOLDER", folder)
    _forget()
    yield folder
    _forget()


@pytest.fixture
def written():
    """Return ``written(name, *edits)``: the solution's function with each ``(old, new)`` applied, made by `exec`."""

    def write(name, *edits, source=None):
        text = source or SOURCES[name]
        for old, new in edits:
            assert text.count(old) == 1, (old, text)
            text = text.replace(old, new)
        namespace = {"np": np}
        exec(compile(text, "<string>", "exec"), namespace)
        return namespace[name]

    return write
