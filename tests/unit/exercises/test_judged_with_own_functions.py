"""`check` judges a latch, a sampler and a training with the learner's own functions, or says first why it cannot."""

import functools
import types

import numpy as np
import pytest

from utils import check
from utils.checking import models, properties
from utils.checking.properties import ModelFailed

NEEDED = {
    "latch_weights": "lstm_forward",
    "sample": "rnn_forward",
    "train_captions": "caption_loss",
    "train_pronounce": "pronounce_loss",
}


def stub(*args):
    raise NotImplementedError


def wrong(*args):
    return np.zeros(3), None


def named(function, name):
    function = types.FunctionType(function.__code__, function.__globals__, name, None, function.__closure__)
    return function


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def notebook(course, folder):
    """Return a notebook's names: the reference's functions, in a namespace of their own."""
    functions = course.reference.over({})
    space = functions["sample"].__globals__
    assert space is not course.reference["sample"].__globals__, "what a test spoils is its own"
    return space


def test_which_functions_a_judge_needs_is_read_from_its_parameters(course):
    needed = {
        e.name: properties.needed(e.properties) for a in course.assignments for e in course.exercises(a) if e.properties
    }
    assert {name: models for name, models in needed.items() if models} == {name: (m,) for name, m in NEEDED.items()}
    assert set(needed) - set(NEEDED) == {"orthogonal", "counterexample_vanish", "counterexample_transient"}


@pytest.mark.parametrize("name", NEEDED)
def test_the_right_answer_passes_over_right_functions(notebook, name):
    assert check(notebook[name]).ok


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (None, "{name} is judged with your {model}, which is not defined: run its cell, then `check({model})` first."),
        (stub, "{name} is judged with your {model}, which is not started yet: write it, then `check({model})` first."),
        (wrong, "{name} is judged with your {model}, which is not right yet: `check({model})` first."),
        (
            [1, 2],
            "{name} is judged with your {model}, which is a list, not a function: run its cell again, then "
            "`check({model})` first.",
        ),
    ],
    ids=["not defined", "not started", "not right", "not a function"],
)
def test_a_missing_function_that_the_judge_needs_is_named_first(notebook, name, spoilt, sentence):
    model, function = NEEDED[name], notebook[name]
    if spoilt is None:
        del notebook[model]
    else:
        notebook[model] = named(spoilt, model) if callable(spoilt) else spoilt
    report = check(function)
    assert report.status == "cannot check"
    assert report.title == sentence.format(name=name, model=model)
    assert not report.paragraphs and not report.mistake and not report.comparisons
    assert report._repr_mimebundle_()["text/plain"] == "0.0"


@pytest.mark.parametrize("name", NEEDED)
def test_a_stub_is_not_started_whatever_its_judge_needs(notebook, name):
    del notebook[NEEDED[name]]
    assert check(types.FunctionType(stub.__code__, notebook, name)).status == "not started"


def test_a_function_bound_to_another_name_is_not_accepted_for_it(notebook):
    notebook["rnn_forward"] = notebook["rnn_step_forward"]
    report = check(notebook["sample"])
    assert report.title == (
        "sample is judged with your rnn_forward, but what goes by that name here was defined as rnn_step_forward."
    )


def test_a_wrong_loss_is_named_before_a_mistake_that_the_training_does_not_hold(course, notebook):
    """With gradients of the wrong sign every training ascends: that is not the training's mistake."""
    right = notebook["caption_loss"]

    def caption_loss(params, images, captions):
        loss, grads = right(params, images, captions)
        return loss, {name: -gradient for name, gradient in grads.items()}

    notebook["caption_loss"] = caption_loss
    report = check(notebook["train_captions"])
    assert report.title.endswith("which is not right yet: `check(caption_loss)` first.")
    assert report.mistake is None


def choosy(right, large, misbehave):
    """Return a function that is right in its own check and misbehaves on the many sequences of the judge."""

    def rnn_forward(x, h0, Wx, Wh, b):
        return misbehave(x, h0) if len(x) > large else right(x, h0, Wx, Wh, b)

    return rnn_forward


def raises(x, h0):
    raise ValueError("only a few")


@pytest.mark.parametrize(
    ("misbehave", "sentence"),
    [
        (raises, "rnn_forward stopped with ValueError"),
        (lambda x, h0: None, "rnn_forward returned a NoneType first, no array of numbers."),
        (
            lambda x, h0: (np.zeros((2, 2)), None),
            "rnn_forward returned float64 of shape (2, 2) first; numbers of shape",
        ),
        (
            lambda x, h0: (np.zeros((4, x.shape[1], 13), dtype=complex), None),
            "rnn_forward returned complex128 of shape",
        ),
        (stub, "rnn_forward calls stub, which is not started yet."),
        (lambda x, h0: x[0, 0, 99], "rnn_forward stopped with IndexError"),
    ],
)
def test_a_function_that_fails_on_what_the_judge_asks_gets_a_sentence(notebook, misbehave, sentence):
    notebook["rnn_forward"] = choosy(notebook["rnn_forward"], 100, misbehave)
    assert check(notebook["rnn_forward"]).ok
    report = check(notebook["sample"])
    assert report.status == "cannot check"
    assert report.title == "sample is judged with your rnn_forward, and that did not work."
    assert report.paragraphs[0].startswith(sentence)


def test_a_function_that_changes_its_arguments_does_not_spoil_the_judgement(notebook):
    right = notebook["caption_loss"]

    def caption_loss(params, images, captions):
        loss, grads = right(params, images, captions)
        for p in params.values():
            p[:] = 7
        captions[:] = 0
        return loss, grads

    training = notebook["train_captions"]
    notebook["caption_loss"] = caption_loss
    failed = check(training)
    assert failed.status == "wrong", "the training itself trains weights of 7"
    honest = types.FunctionType(training.__code__, {**notebook, "caption_loss": right}, "train_captions")

    def train_captions(params, images, captions, steps):
        return honest(params, images, captions, steps)

    notebook["train_captions"] = types.FunctionType(
        train_captions.__code__, notebook, "train_captions", None, train_captions.__closure__
    )
    assert check(notebook["train_captions"]).ok


class Latch:
    __name__ = "latch_weights"

    def __call__(self):
        raise AssertionError


def test_names_are_found_through_decorators_partials_and_objects(notebook):
    latch = notebook["latch_weights"]

    @functools.wraps(latch)
    def wrapped():
        return latch()

    for function in (latch, wrapped, functools.partial(wrapped), functools.partial(functools.cache(latch))):
        assert models.lookup(function, "lstm_forward") is notebook["lstm_forward"]
    for function in (Latch(), len, np.zeros):
        with pytest.raises(ModelFailed) as missing:
            models.lookup(function, "lstm_forward")
        assert (missing.value.model, missing.value.problem) == ("lstm_forward", "not defined")
    assert models.lookup(Latch(), "stub") is stub


def test_exercises_without_models_need_no_names(folder):
    def orthogonal(H, rng):
        return np.linalg.qr(rng.standard_normal((H, H)))[0]

    assert check(types.FunctionType(orthogonal.__code__, {"np": np}, "orthogonal")).ok
