"""The experiments of assignment 03: what they train, what they say while they do, and what they say to a stub."""

import json

import numpy as np
import pytest

from autograder import record_training
from utils.card import Note
from utils.experiments import characters, live, recall, recalling, recorded_characters, spelling
from utils.experiments.adam import Adam
from utils.figures.picture import Picture


@pytest.fixture(scope="module")
def space():
    return record_training.functions()


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
    picture = recall(space["train_segment"], space["clip_grad_norm"], lengths=(12,), steps=3000)
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
    picture = characters(*parts, letters=8000)
    assert isinstance(picture, Picture), picture
    [line] = [line for line in picture.figure.axes[0].lines if line.get_gid() == "loss"]
    assert line.get_ydata()[0] == pytest.approx(np.log(27), abs=0.3)
    assert line.get_ydata()[-1] < 2.95
    written = [text.get_text() for text in picture.figure.texts if text.get_gid() == "written"]
    assert len(written) == 3 and all(words.startswith("ab") and len(words) == 50 for words in written)


def test_the_state_is_carried_unless_it_is_reset():
    starts = []

    def train_segment(params, x, y, h):
        starts.append(float(h[0, 0]))
        return 1.0, {name: np.zeros_like(p) for name, p in params.items()}, h + 1

    batches = [(np.zeros((2, 3, 4)), np.zeros((2, 3), int))] * 3
    for reset, expected in ((False, [0, 1, 2]), (True, [0, 0, 0])):
        starts.clear()
        params = live.weights(np.random.default_rng(0), 4, 5, 1.0)
        live.train(train_segment, lambda g, limit: (g, 0.0), params, batches, lambda share: 0.1, reset)
        assert starts == expected


@pytest.mark.parametrize("missing", ["train_segment", "stream_batches", "clip_grad_norm", "sample"])
def test_a_stub_gets_a_note(space, missing):
    names = ("train_segment", "stream_batches", "clip_grad_norm", "sample")
    note = characters(*(stub if name == missing else space[name] for name in names), letters=4000)
    assert isinstance(note, Note)
    assert "stub, which is not started yet" in note.sentence and note.sentence.endswith("waits for it.")


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        (lambda grads, limit: None, "clip_grad_norm should return"),
        (lambda grads, limit: (None, 1.0), "clip_grad_norm should return"),
        (lambda grads, limit: ({name: g * np.nan for name, g in grads.items()}, 1.0), "The loss became nan"),
        (lambda grads, limit: ({}, 1.0), "KeyError"),
    ],
)
def test_a_clip_that_cannot_train_is_told(space, clip, said):
    note = recall(space["train_segment"], clip, steps=200)
    assert isinstance(note, Note)
    assert said in note.sentence and "stopped with CallFailed" not in note.sentence


@pytest.mark.parametrize("batches", [None, [], 3])
def test_batches_that_are_none_are_told(space, batches):
    parts = (space["train_segment"], lambda ids, N, k: batches, space["clip_grad_norm"], space["sample"])
    note = characters(*parts, letters=4000)
    assert isinstance(note, Note) and "stream_batches should return a list" in note.sentence


def test_a_sampler_that_writes_nonsense_is_told(space):
    parts = [space[name] for name in ("train_segment", "stream_batches", "clip_grad_norm")]
    for written in (np.array([99]), np.zeros(3), None):
        note = characters(*parts, lambda *arguments, written=written: written, letters=4000)
        assert isinstance(note, Note) and "sample should return" in note.sentence


def test_recorded_runs_are_drawn():
    picture = recorded_characters()
    drawn = {line.get_gid() for axes in picture.figure.axes for line in axes.lines}
    assert "alphabetical k=16 reset" in drawn and "shuffled k=1" in drawn and len(drawn) == 8
    assert "k = 16 beats k = 1" in picture.alt and "shuffled, it loses" in picture.alt


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
    assert abs(kept["final"][3] - np.median(kept["final"])) > 0.003, "another seed's run would be told apart"
