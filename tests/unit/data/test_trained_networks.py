"""The judge's trained networks are as good as the docstrings promise, and the bar of the overfitting task is fair."""

import json

import numpy as np
import pytest

from autograder.assignments.capstone import data
from autograder.assignments.capstone.data import make_trained
from utils.checking.properties import capstone as judges
from utils.data import load_pronunciations
from utils.data.vocabulary import short
from utils.experiments import pronunciation, speakers, weights
from utils.experiments.adam import Adam


@pytest.fixture(scope="module")
def record():
    return json.loads(data.TRAINED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bars():
    return json.loads(data.BARS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def space(course):
    names = ("caption_loss", "caption", "pronounce_loss", "pronounce", "clip_grad_norm")
    return {name: course.reference[name] for name in names}


@pytest.mark.parametrize("name", ["caption", "pronounce"])
def test_weights_have_the_shapes_of_the_models_and_are_small_files(name):
    params = data.trained(name)
    wanted = getattr(speakers, f"{name}_model")(np.random.default_rng(0))
    assert {key: p.shape for key, p in params.items()} == {key: p.shape for key, p in wanted.items()}
    assert all(p.dtype == np.float32 and np.isfinite(p).all() for p in params.values())
    assert data.WEIGHTS[name].stat().st_size <= 300_000


def test_captions_are_as_good_as_recorded(space, record):
    found = make_trained.captions_right(space)
    assert found == {key: record["caption"][key] for key in found}
    assert found["pictures"] == 397 and found["right"] / 397 > 0.94


def test_pronunciations_are_as_good_as_recorded(space, record):
    found = make_trained.phonemes_wrong(space)
    # sums in another order may turn a tie: a word in a thousand at most
    assert found["words"] == 8585
    assert found["right"] == pytest.approx(record["pronounce"]["right"], abs=8)
    assert found["error_rate"] == pytest.approx(record["pronounce"]["error_rate"], abs=1e-3)
    assert found["error_rate"] < 0.17


def test_an_untrained_network_fails_the_measure(space, record):
    """The measure itself: first weights say hardly a phoneme right."""
    words = dict(list(short(data.held_back_pronunciations()).items())[:200])
    params = speakers.pronounce_model(np.random.default_rng(0))
    spoken = pronunciation.words_spoken(space["pronounce"], params, pronunciation.encoded(words)[0])
    assert pronunciation.error_rate(spoken, words.values()) > 0.8


def test_the_judged_weights_do_not_ship():
    ours, theirs = weights.load(pronunciation.WEIGHTS), data.trained("pronounce")
    assert ours.keys() == theirs.keys()
    assert all(np.abs(ours[key] - theirs[key]).max() > 0.1 for key in ours)


def test_the_network_that_ships_has_not_read_the_words_kept_back(course, space, monkeypatch):
    """What it is trained on, and how it does on the thousand: the text of assignment 07 says both."""
    read = []
    monkeypatch.setattr(pronunciation, "run", lambda loss, clip, letters, phonemes, seed: (read.append(letters), seed))
    monkeypatch.setattr(weights, "save", lambda path, params: None)
    make_trained.shipped(space)
    old, new = pronunciation.divided(short(load_pronunciations()))
    np.testing.assert_array_equal(read[0], pronunciation.encoded(old)[0])
    monkeypatch.undo()

    spoken = pronunciation.words_spoken(
        space["pronounce"], weights.load(pronunciation.WEIGHTS), pronunciation.encoded(new)[0]
    )
    rate = pronunciation.error_rate(spoken, new.values())
    wrong = np.mean([one != tuple(other) for one, other in zip(spoken, new.values(), strict=True)])
    assert rate == pytest.approx(0.1586, abs=1e-3) and wrong == pytest.approx(0.469, abs=2e-3)
    says = " ".join((course.solutions / "07-capstone.py").read_text(encoding="utf-8").replace("\n#", " ").split())
    assert f"where it was {rate:.2f} (this recipe, seed 1), {wrong:.0%}".replace("%", " %") in says
    assert (
        f"trains on {len(old):,} words of at most eight letters" in says and "A thousand others are kept back." in says
    )
    assert len(new) == 1000


def test_every_weight_is_what_half_precision_keeps_of_it(tmp_path):
    params = {"w": np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)}
    weights.save(tmp_path / "w.npz", params)
    again = weights.load(tmp_path / "w.npz")["w"]
    assert again.dtype == np.float32
    np.testing.assert_allclose(again, params["w"], rtol=2**-11)
    first = (tmp_path / "w.npz").read_bytes()
    weights.save(tmp_path / "w.npz", params)
    assert (tmp_path / "w.npz").read_bytes() == first


@pytest.mark.parametrize("name", ["caption", "pronounce"])
def test_the_bar_follows_from_ten_seeds(bars, name):
    """Median and three standard deviations lie below the 150 steps that learners get."""
    needed = np.array(bars[name]["needed"])
    assert len(needed) == len(bars["seeds"]) == 10
    assert np.median(needed) + 3 * needed.std(ddof=1) < bars[name]["given"] == 150
    assert max(bars[name]["last"]) < bars["below"] == 0.05


@pytest.mark.parametrize("name", ["caption", "pronounce"])
def test_a_recorded_run_repeats(space, bars, name):
    """The first seed again; rounding may cost a step or two."""
    nats = make_trained.overfit(space, name, bars["seeds"][0])
    needed = bars[name]["needed"][0]
    assert len(nats) == bars[name]["given"]
    assert nats[: needed - 2].min() > bars["below"] > nats[needed + 2 :].max()
    assert nats[-1] == pytest.approx(bars[name]["last"][0], rel=0.1)


@pytest.mark.parametrize(
    ("name", "train", "loss"),
    [
        ("caption", "train_captions", "caption_loss"),
        ("pronounce", "train_pronounce", "pronounce_loss"),
    ],
)
def test_the_bar_is_measured_on_what_the_reference_does(course, bars, name, train, loss):
    """The same task by the notebook's own loop, measured as the judge measures it."""
    exercise, _ = make_trained.TASKS[name]
    params, read, written, steps = exercise.inputs[-1](np.random.default_rng(bars["seeds"][0]), None).values()
    trained = course.reference[train](params, read, written, steps)
    nats = judges.nats(course.reference[loss], loss, trained, read, written)
    assert nats == pytest.approx(bars[name]["last"][0], rel=0.1)


def test_plain_gradient_descent_does_not_pass_the_bar(space, bars, monkeypatch):
    """Not every loop passes: steps along the bare gradient, at the same rate, leave most of the loss."""
    monkeypatch.setattr(Adam, "step", lambda self, grads, rate: [
        np.subtract(p, rate * grads[name], out=p) for name, p in self.params.items()
    ])  # fmt: skip
    assert make_trained.overfit(space, "pronounce", 0)[-1] > 10 * bars["below"]
