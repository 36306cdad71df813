"""The experiments of assignment 03 train what they say, report as they go, and answer a stub with a note."""

import json
from itertools import pairwise

import numpy as np
import pytest

from autograder.building import record_training
from utils.checking.card import Note
from utils.experiments import (
    characters,
    recall,
    recalling,
    recorded_characters,
    spelling,
    training_loop,
)
from utils.experiments.adam import Adam, Descent
from utils.experiments.training_loop import Progress
from utils.figures.picture import Picture


def stub(*arguments):
    raise NotImplementedError


def test_adam_takes_the_steps_of_the_paper():
    params = {"w": np.array([1.0, -2.0])}
    optimiser, m, v, w = Adam(params), 0.0, 0.0, np.array([1.0, -2.0])
    for t, g in enumerate(([1.0, -3.0], [0.5, 0.25], [-2.0, 1e-3]), start=1):
        g = np.array(g)
        optimiser.step({"w": g}, 0.1)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(params["w"], w, rtol=1e-6)  # the 1e-8 stands at another place


def test_recall_reaches_over_the_lag_only_where_k_exceeds_it(space):
    picture = recall(space["train_segment"], space["clip_grad_norm"], lengths=(12,), steps=3000).picture
    assert isinstance(picture, Picture)
    [line] = [line for line in picture.figure.axes[0].lines if line.get_gid() == "k=12"]
    losses = line.get_ydata()
    assert losses[0] > 0.6 > 0.35 > losses[-1]
    assert len([line for line in picture.figure.axes[0].lines if (line.get_gid() or "").startswith("recorded")]) == 18


def test_recall_asks_for_the_bit_of_eight_steps_ago():
    asked = []

    def train_segment(params, x, y, h):
        asked.append((x.argmax(axis=-1), y))
        return 0.0, {name: np.zeros_like(p) for name, p in params.items()}, h

    recalling.run(train_segment, lambda grads, limit: (grads, 0.0), k=5, steps=40)
    x, y = (np.concatenate([pair[i] for pair in asked], axis=1) for i in (0, 1))
    assert x.shape == (recalling.STREAMS, 40)
    np.testing.assert_array_equal(y[:, recalling.LAG :], x[:, : -recalling.LAG])


def test_the_text_is_the_words_in_order_or_shuffled():
    ids = spelling.text_ids(letters=200)
    assert len(ids) == 201
    assert spelling.decode(ids).split("\n")[:3] == ["a", "aaberg", "aachen"]
    np.testing.assert_array_equal(spelling.encode(spelling.decode(ids)), ids)
    assert not np.array_equal(spelling.text_ids("shuffled", 200), ids)
    assert len(spelling.text_ids()) == spelling.WHOLE + 1


def test_characters_learns_and_writes(space):
    parts = [space[name] for name in ("train_segment", "stream_batches", "clip_grad_norm", "sample")]
    picture = characters(*parts, letters=8000).picture
    assert isinstance(picture, Picture), picture
    [line] = [line for line in picture.figure.axes[0].lines if line.get_gid() == "loss"]
    assert line.get_ydata()[0] == pytest.approx(np.log(27), abs=0.3)
    assert line.get_ydata()[-1] < 2.95
    written = [text.get_text() for text in picture.figure.texts if text.get_gid() == "written"]
    assert len(written) == 5 and all(len(words) == 50 for words in written)
    assert {words[:2] for words in written[-3:]} == set(spelling.PRIMES), "the last samples start in three ways"


@pytest.mark.parametrize("steps", (100, 1000))
def test_the_bars_of_recall_end_at_100_per_cent(space, monkeypatch, steps):
    """Also where k does not divide the steps: 9 does not divide 100 or 1000."""
    shares = shown(monkeypatch)
    recall(space["train_segment"], space["clip_grad_norm"], steps=steps)
    assert [bar[-1] for bar in shares.values()] == [1.0, 1.0]
    assert all(bar == sorted(bar) for bar in shares.values())


def test_the_bar_of_spelling_ends_at_100_per_cent_with_as_many_samples_as_before(space, monkeypatch):
    shares = shown(monkeypatch)
    parts = [space[name] for name in ("train_segment", "stream_batches", "clip_grad_norm", "sample")]
    run = characters(*parts, letters=16_500)
    [bar] = shares.values()
    assert bar[-1] == 1.0 and bar == sorted(bar)
    batches = len(run.losses)
    every = batches // 12
    assert batches % every != 0, "a bar that moves at every twelfth would stop before the end"
    assert len(run.written) == len(bar) == 1 + batches // every


def shown(monkeypatch):
    """Return what each bar of the next experiments shows, a list of shares by the bar."""
    shares = {}
    monkeypatch.setattr(Progress, "show", lambda bar, share, text: shares.setdefault(bar, []).append(share))
    return shares


def test_the_primes_begin_words_that_the_network_has_read(course):
    read = spelling.decode(spelling.text_ids(letters=spelling.LIVE)).split("\n")
    assert {prime[0] for prime in spelling.PRIMES} == {word[0] for word in read}
    assert all(any(word.startswith(prime) for word in read) for prime in spelling.PRIMES)
    text = (course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n# ", " ")
    assert f'the words from "{read[0]}" to "{read[-1]}"' in text


@pytest.fixture(scope="module")
def spelled(space):
    """The weights that the live run of the notebook ends with, and the norm of each of its gradients."""
    found = []

    def clip(grads, max_norm):
        clipped, norm = space["clip_grad_norm"](grads, max_norm)
        found.append((norm, max_norm))
        return clipped, norm

    parts = space["train_segment"], space["stream_batches"], clip
    params, _ = spelling.run(*parts, spelling.text_ids(letters=spelling.LIVE), k=16)
    return params, np.array(found)


def test_every_gradient_of_spelling_is_clipped_as_the_text_says(spelled, course):
    _, found = spelled
    norms, limits = found.T
    text = (course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n# ", " ")
    assert set(limits) == {1.0} and norms.min() > 3
    assert f"In your run above all {len(norms)} gradients are longer than the limit, 1" in text


def test_words_that_follow_begin_alike_as_the_text_says(space, spelled, course):
    params, _ = spelled
    alike = []
    for prime in spelling.PRIMES:
        for seed in range(100):
            ids = space["sample"](params, spelling.encode("\n" + prime), 48, 0.7, np.random.default_rng(seed))
            words = (prime + spelling.decode(ids)).split("\n")
            alike += [before[:1] == word[:1] for before, word in pairwise(words) if word]
    assert np.mean(alike) == pytest.approx(0.72, abs=0.005)
    text = (course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n# ", " ")
    sentence = (
        "in 300 samples of ours (seed 0, a hundred for each prime), 72 % of the words begin with the same letter as "
        "the word before"
    )
    assert sentence in text


def test_descent_moves_by_the_rate_times_the_gradient():
    params = {"w": np.array([1.0, -2.0])}
    Descent(params).step({"w": np.array([10.0, -20.0])}, 0.1)
    np.testing.assert_allclose(params["w"], [0.0, 0.0])


def test_a_carried_state_lets_k_1_learn_lag_1_but_not_lag_2(space, course, monkeypatch):
    text = (course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n# ", " ")
    ends = {}
    for lag in (1, 2):
        monkeypatch.setattr(recalling, "LAG", lag)
        runs = [recalling.run(space["train_segment"], space["clip_grad_norm"], 1, seed) for seed in recalling.SEEDS]
        ends[lag] = [np.mean(losses[-1000:]) for losses in runs]
    assert max(ends[1]) < 1e-6 and min(ends[2]) > 0.66
    assert "At lag 1, k = 1 ends below 1e-6 nats; at lag 2, it ends at guessing (three seeds each)" in text


def test_the_state_is_carried_unless_it_is_reset():
    starts = []

    def train_segment(params, x, y, h):
        starts.append(float(h[0, 0]))
        return 1.0, {name: np.zeros_like(p) for name, p in params.items()}, h + 1

    batches = [(np.zeros((2, 3, 4)), np.zeros((2, 3), int))] * 3
    for reset, expected in ((False, [0, 1, 2]), (True, [0, 0, 0])):
        starts.clear()
        params = training_loop.weights(np.random.default_rng(0), 4, 5, 1.0)
        training_loop.train(train_segment, lambda g, limit: (g, 0.0), params, batches, lambda share: 0.1, reset)
        assert starts == expected


@pytest.mark.parametrize("missing", ["train_segment", "stream_batches", "clip_grad_norm", "sample"])
def test_a_stub_gets_a_note(space, missing):
    names = ("train_segment", "stream_batches", "clip_grad_norm", "sample")
    note = characters(*(stub if name == missing else space[name] for name in names), letters=4000)
    assert isinstance(note, Note)
    assert note.sentence == "Write `stub` above first; this training needs it."


@pytest.mark.parametrize(
    ("clip", "sentence"),
    [
        (lambda grads, limit: None, "clip_grad_norm should return"),
        (lambda grads, limit: (None, 1.0), "clip_grad_norm should return"),
        (lambda grads, limit: ({name: g * np.nan for name, g in grads.items()}, 1.0), "The loss became nan"),
        (lambda grads, limit: ({}, 1.0), "KeyError"),
    ],
)
def test_a_clip_that_cannot_train_gets_a_sentence(space, clip, sentence):
    note = recall(space["train_segment"], clip, steps=200)
    assert isinstance(note, Note)
    assert sentence in note.sentence and "stopped with CallFailed" not in note.sentence


@pytest.mark.parametrize("batches", [None, [], 3])
def test_batches_that_are_not_a_list_get_a_sentence(space, batches):
    parts = (space["train_segment"], lambda ids, N, k: batches, space["clip_grad_norm"], space["sample"])
    note = characters(*parts, letters=4000)
    assert isinstance(note, Note) and "stream_batches should return a list" in note.sentence


def test_a_sampler_that_writes_nonsense_gets_a_sentence(space):
    parts = [space[name] for name in ("train_segment", "stream_batches", "clip_grad_norm")]
    for written in (np.array([99]), np.zeros(3), None):
        note = characters(*parts, lambda *arguments, written=written: written, letters=4000)
        assert isinstance(note, Note) and "sample should return" in note.sentence


def test_recorded_runs_are_drawn():
    picture = recorded_characters().picture
    drawn = {line.get_gid() for axes in picture.figure.axes for line in axes.lines}
    assert "alphabetical k=16 reset" in drawn and "shuffled k=1" in drawn and len(drawn) == 8
    assert "k = 16 beats k = 1" in picture.alt and "shuffled, it loses" in picture.alt


def test_cut_at_every_step_is_k_1_with_the_updates_of_a_longer_segment(space):
    """Its gradient of Wh is that of steps one by one, from states that enter as constants, computed here."""
    rng = np.random.default_rng(0)
    params = training_loop.weights(rng, 4, 5, 1.0)
    ids = rng.integers(0, 4, (3, 7))
    x, y, h0 = np.eye(4)[ids[:, :6]], ids[:, 1:], rng.standard_normal((3, 5))
    loss, grads, last = record_training.cut_at_every_step(space["train_segment"])(params, x, y, h0)
    whole, long, carried = space["train_segment"](params, x, y, h0)
    assert loss == pytest.approx(whole) and last == pytest.approx(carried)
    np.testing.assert_allclose(grads["Wy"], long["Wy"])  # the readout looks at no other step
    h, dWh = h0, 0
    for t in range(6):
        before, h = h, np.tanh(x[:, t] @ params["Wx"] + h @ params["Wh"] + params["b"])
        p = np.exp(h @ params["Wy"] + params["by"])
        dscores = (p / p.sum(axis=1, keepdims=True) - np.eye(4)[y[:, t]]) / 3
        dWh = dWh + before.T @ (dscores @ params["Wy"].T * (1 - h**2))
    np.testing.assert_allclose(grads["Wh"], dWh)
    assert np.abs(grads["Wh"] - long["Wh"]).max() > 0.01


def test_a_recorded_run_of_equal_updates_can_be_had_again(space):
    record = json.loads(spelling.RECORD.read_text(encoding="utf-8"))["equal_updates"]
    assert tuple((run["order"], run["k"]) for run in record) == spelling.EQUAL_UPDATES
    parts = (
        record_training.cut_at_every_step(space["train_segment"]),
        space["stream_batches"],
        space["clip_grad_norm"],
    )
    _, losses = spelling.run(*parts, spelling.text_ids(), k=4, seed=spelling.EQUAL_SEEDS[1])
    assert np.mean(losses[-(len(losses) // 10) :]) == pytest.approx(record[0]["final"][1], abs=0.003)
    assert abs(record[0]["final"][1] - np.median(record[0]["final"])) > 0.003, (
        "another seed's run would be seen to differ"
    )


def test_recording_gives_the_form_that_ships(space):
    made = record_training.characters(space, letters=2000)
    kept = json.loads(spelling.RECORD.read_text(encoding="utf-8"))
    assert made.keys() == kept.keys() and [run.keys() for run in made["runs"]] == [run.keys() for run in kept["runs"]]
    assert record_training.recall(space, steps=64).keys() == json.loads(recalling.RECORD.read_text()).keys()


def test_a_recorded_run_can_be_had_again(space):
    """The seed decides a run; rounding on another machine is worth less than another seed."""
    record = json.loads(spelling.RECORD.read_text(encoding="utf-8"))
    [kept] = [run for run in record["runs"] if (run["order"], run["k"], run["reset"]) == ("alphabetical", 16, False)]
    parts = [space[name] for name in ("train_segment", "stream_batches", "clip_grad_norm")]
    _, losses = spelling.run(*parts, spelling.text_ids(), k=16, seed=record["seeds"][3])
    assert np.mean(losses[-(len(losses) // 10) :]) == pytest.approx(kept["final"][3], abs=0.003)
    assert abs(kept["final"][3] - np.median(kept["final"])) > 0.003, "another seed's run would be seen to differ"
