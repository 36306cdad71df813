"""Assignment 07: the solutions agree with independent sources, and the judges tell right from wrong."""

import dataclasses
import itertools

import autograd
import autograd.numpy
import numpy as np
import pytest

from autograder.assignments.capstone import data
from autograder.assignments.capstone.exercises import ASSIGNMENT
from autograder.assignments.capstone.exercises.train_captions import captioning
from autograder.assignments.capstone.inputs import captioned, pronounced, sentences
from autograder.assignments.capstone.partial_points import by_parameter
from autograder.building import rules
from autograder.course.exercise import Sizes
from autograder.course.reference import Reference
from autograder.errors import BuildError
from autograder.judging import cases
from autograder.judging.feedback import verdict
from autograder.judging.protocol import Answer
from utils.checking.comparison import Opaque
from utils.checking.properties import capstone
from utils.data import load_digits, load_pronunciations, vocabulary
from utils.data.vocabulary import END, PAD, START
from utils.fixtures import fresh

SIZES = Sizes(N=3, T=5, D=2, H=4, M=6, V=7)


# Both models of our own, a word at a time and without padding, so that HIPS autograd can differentiate them.


def own_step(x, h, c, Wx, Wh, b):
    xp = autograd.numpy
    i, f, o, g = xp.split(xp.dot(x, Wx) + xp.dot(h, Wh) + b, 4)
    c = c / (1 + xp.exp(-f)) + xp.tanh(g) / (1 + xp.exp(-i))
    return xp.tanh(c) / (1 + xp.exp(-o)), c


def own_cost(h, c, row, embedding, Wx, Wh, b, W, bias):
    """Return the cost of one row, START … END, with PAD behind or not."""
    xp, cost, row = autograd.numpy, 0.0, row[row != PAD]
    for read, asked in itertools.pairwise(row):
        h, c = own_step(embedding[read], h, c, Wx, Wh, b)
        scores = xp.dot(h, W) + bias
        cost = cost + xp.log(xp.sum(xp.exp(scores))) - scores[asked]
    return cost


def own_caption_loss(params, images, captions):
    p, cost = params, 0.0
    for image, row in zip(images, captions, strict=True):
        h = autograd.numpy.dot(image, p["W_image"]) + p["b_image"]
        cost = cost + own_cost(h, 0 * h, row, p["W_embed"], p["Wx"], p["Wh"], p["b"], p["W_out"], p["b_out"])
    return cost / len(images)


def own_pronounce_loss(params, letters, phonemes):
    p, cost = params, 0.0
    for word, row in zip(letters, phonemes, strict=True):
        h = c = np.zeros(p["enc_Wh"].shape[0])
        for letter in word:
            h, c = own_step(p["W_letters"][letter], h, c, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
        decoder = (p[name] for name in ("W_phonemes", "dec_Wx", "dec_Wh", "dec_b", "W_out", "b_out"))
        cost = cost + own_cost(h, c, row, *decoder)
    return cost / len(letters)


LOSSES = {
    "caption_loss": (captioned, own_caption_loss),
    "pronounce_loss": (pronounced, own_pronounce_loss),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_and_gradients_are_those_of_autograd(course, name):
    draw, own = LOSSES[name]
    params, *batch = draw(np.random.default_rng(4), SIZES).values()
    loss, grads = course.reference[name](params, *batch)
    assert loss == pytest.approx(own(params, *batch), rel=1e-12)
    theirs = autograd.grad(own)(params, *batch)
    assert list(grads) and set(grads) == set(params)
    for parameter, gradient in theirs.items():
        np.testing.assert_allclose(grads[parameter], gradient, rtol=1e-9, atol=1e-12, err_msg=parameter)
        assert np.abs(gradient).max() > 1e-3, f"{parameter} must matter"


@pytest.mark.parametrize("name", LOSSES)
def test_float32_stays_float32(course, name):
    draw, _ = LOSSES[name]
    params, *batch = draw(np.random.default_rng(5), SIZES).values()
    narrow = [value.astype(np.float32) if value.dtype.kind == "f" else value for value in batch]
    _, grads = course.reference[name]({key: p.astype(np.float32) for key, p in params.items()}, *narrow)
    assert {gradient.dtype for gradient in grads.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("seed", range(5))
def test_the_drawn_rows_exercise_every_part_of_the_loss(seed):
    rows = sentences(np.random.default_rng(seed), 4, 9, 8)
    assert (rows[:, 0] == START).all() and (rows == END).sum(axis=1).tolist() == [1] * 4
    assert (rows[0] != PAD).all(), "one row is full"
    assert (rows[-1] == PAD).sum() == 6, "and one the shortest there can be"
    assert rows[0, 1] == rows[0, 2], "an id is looked up twice"
    for row in rows:
        assert (row[np.flatnonzero(row == END)[0] + 1 :] == PAD).all()


def test_models_are_judged_on_data_that_does_not_ship(course):
    shipped = {image.tobytes() for image in load_digits()[0]}
    _, images, _ = cases.draw(course.exercise("caption"), course, np.random.default_rng(0))[2].inputs.values()
    assert len(images) == 20 and not shipped & {image.astype(np.float32).tobytes() for image in images}
    words = load_pronunciations()
    for name, index in (("pronounce", 2), ("train_pronounce", -1)):
        letters = [*cases.draw(course.exercise(name), course, np.random.default_rng(0))[index].inputs.values()][1]
        assert not [word for word in vocabulary.decode_spellings(letters) if word in words]
    shown = cases.draw(course.exercise("train_pronounce"), course, np.random.default_rng(0), shown=True)
    assert all(word in words for word in vocabulary.decode_spellings(shown[-1].inputs["letters"]))
    assert not set(data.held_back_pronunciations()) & set(words)


@pytest.mark.parametrize("name", LOSSES)
def test_models_are_judged_in_nats_per_target_by_the_submitted_loss(course, name):
    """The cost of all rows, by a model of our own, shared by the letters or phonemes that are asked for."""
    draw, own = LOSSES[name]
    params, read, rows = draw(np.random.default_rng(6), SIZES).values()
    targets = sum(len(row[row != PAD]) - 1 for row in rows)
    nats = capstone.nats(course.reference[name], name, params, read, rows)
    assert nats == pytest.approx(own(params, read, rows) * len(rows) / targets, rel=1e-12)


def test_a_training_that_is_no_model_is_wrong(course):
    exercise = course.exercise("train_captions")
    drawn = cases.draw(exercise, course, np.random.default_rng(0))
    answers = [Answer((cases.answer(exercise, course, case),)) for case in drawn]
    assert verdict(exercise, course, drawn, answers, 10.0).status == "passed"
    for name, kind in (("trained", Opaque("Tensor")), ("trained", drawn[-1].inputs["params"])):
        wrong = verdict(exercise, course, drawn, [*answers[:-1], Answer(({name: kind},))], 10.0)
        assert wrong.score == 0 and wrong.output


@pytest.mark.parametrize(("size", "mistake"), [(0.05, "rate-too-small"), (0.1, None), (1.0, "gradients-of-the-start")])
def test_weights_that_overshoot_and_weights_that_hardly_move_get_different_mistakes(course, case, size, mistake):
    """Every weight moves by 1.5, 0.015 or 0.0075, and it is no ascent; 0.015 may be one step and a half."""
    inputs, _ = case
    way = 1.5 * (size if size == 1 else size / 10)
    pushed = {name: p + way * np.random.default_rng(0).choice([-1, 1], p.shape) for name, p in inputs["params"].items()}
    assert judged(course, inputs, pushed).mistake == mistake


@pytest.fixture(scope="module")
def case(course):
    """A training's arguments, and what the reference makes of them after enough steps."""
    inputs = captioning(load_digits, 10, 8, 16, 150)(np.random.default_rng(0), None)
    return inputs, course.reference["train_captions"](*inputs.values())


def judged(course, inputs, trained):
    return capstone.judge_captions(inputs, {"trained": trained}, course.reference["caption_loss"])["trained"]


def test_any_training_that_fits_is_right(course, case):
    inputs, trained = case
    assert judged(course, inputs, trained).ok
    slow = course.reference["train_captions"](*list(inputs.values())[:3], 400)
    assert judged(course, inputs, slow).ok, "other weights, the same words"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda p: p | {"b": p["b"][:-1]}, "shape"),
        (lambda p: p | {"b": np.full_like(p["b"], np.nan)}, "nan"),
        (lambda p: p | {"c": p["b"]}, "kind"),
        (lambda p: {name: p[name] for name in p if name != "b"}, "missing"),
        (lambda p: list(p.values()), "kind"),
        (lambda p: None, "missing"),
        (lambda p: {name: 0 * value for name, value in p.items()}, "property"),
        (lambda p: p | {"W_image": 0 * p["W_image"]}, "property"),
    ],
)
def test_a_malformed_model_is_wrong(course, case, spoil, problem):
    inputs, trained = case
    assert judged(course, inputs, spoil(trained)).problem == problem


def test_the_bar_is_in_nats_a_letter(course, case):
    """A little above 0.05 fails, a little below passes, whatever the length of the words."""
    inputs, trained = case
    _params, images, captions, _steps = inputs.values()

    def at(scale):
        made = trained | {name: trained[name] * scale for name in ("W_out", "b_out")}
        cost = own_caption_loss({name: p.astype(np.float64) for name, p in made.items()}, images, captions)
        return cost * len(captions) / (captions[:, 1:] != PAD).sum(), judged(course, inputs, made)

    found = [at(scale) for scale in np.linspace(0.2, 1, 60)]
    assert any(nats > capstone.FITTED for nats, _ in found) and any(nats < capstone.FITTED for nats, _ in found)
    assert all(verdict.ok == (nats < capstone.FITTED) for nats, verdict in found)


@pytest.mark.parametrize(
    ("loss", "training", "mistakes"),
    [
        (
            "caption_loss",
            "train_captions",
            ("repeated-letters-lost", "image-untouched", "image-through-the-cell"),
        ),
        (
            "pronounce_loss",
            "train_pronounce",
            (
                "repeated-phonemes-lost",
                "cell-gradient-not-given-back",
                "state-gradient-not-given-back",
                "state-gradient-at-every-step",
            ),
        ),
    ],
)
def test_learning_by_heart_does_not_prove_the_gradients_right(course, loss, training, mistakes):
    """What the notebook and the rubric say of seven wrong ways back."""
    exercise, sources = course.exercise(loss), course.reference.sources
    case = cases.draw(course.exercise(training), course, np.random.default_rng(0))[-1]
    for mistake in (known for known in exercise.mistakes if known.id in mistakes):
        broken = Reference(sources | {loss: mistake.source(sources[loss])})[training](
            *fresh(tuple(case.inputs.values()))
        )
        judge = capstone.judge_captions if loss == "caption_loss" else capstone.judge_pronouncing
        assert judge(case.inputs, {"trained": broken}, course.reference[loss])["trained"].ok, mistake.id


def test_part_of_a_loss_earns_part_of_its_points(course):
    exercise = course.exercise("pronounce_loss")
    drawn = cases.draw(exercise, course, np.random.default_rng(0))
    right = [cases.answer(exercise, course, case) for case in drawn]

    def share(**changes):
        return by_parameter(right, [outputs | changes for outputs in right])

    def without(*names):
        return [o | {"grads": {k: g for k, g in o["grads"].items() if k not in names}} for o in right]

    assert share() == 1
    assert share(loss=0.0) == 0.5
    assert share(grads=None) == 0.5
    assert share(loss=0.0, grads={}) == 0
    assert by_parameter(right, without("enc_b", "W_letters")) == pytest.approx(0.5 + 0.5 * 8 / 10)


@pytest.mark.parametrize("counterpart", ["sample", "caption", "pronounce_los"])
def test_counterparts_must_name_each_other(course, counterpart):
    """One of another assignment, one that names another, one that does not exist."""
    exercises = course.exercises(ASSIGNMENT)
    notebook = course.sources[ASSIGNMENT]
    rules.check_source(notebook, ASSIGNMENT, exercises)
    exercises[0] = dataclasses.replace(exercises[0], counterpart=counterpart)
    with pytest.raises(BuildError, match=f"'caption_loss' has the counterpart '{counterpart}'"):
        rules.check_source(notebook, ASSIGNMENT, exercises)
