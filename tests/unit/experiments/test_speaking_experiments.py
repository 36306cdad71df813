"""The experiments of assignment 07 train on the right data, count correctly, and answer a stub with a note."""

import json

import numpy as np
import pytest

from autograder.assignments.capstone import data
from autograder.building import record_training
from utils import experiments
from utils.checking.card import Note
from utils.data import load_digits, load_pronunciations
from utils.data.vocabulary import END, PAD, START, P, V, short
from utils.experiments import _digit_stream as streaming
from utils.experiments import pronunciation, speakers, training_loop
from utils.experiments.results import SPREAD, Trained, recorded
from utils.explorers.questions import QUESTIONS

CAPTIONS = ("caption_loss", "caption", "clip_grad_norm")
PRONOUNCING = ("pronounce_loss", "pronounce", "clip_grad_norm")
STREAM = ("caption_loss", "caption", "lstm_forward_full", "lstm_backward_full", "temporal_affine_forward",
          "temporal_affine_backward", "temporal_softmax_loss", "clip_grad_norm")  # fmt: skip
COUNTS = {"frames": 600, "words": 600, "streams": 200}  # three pictures and three words to a stream
RUNS = {"captions": CAPTIONS, "pronouncing": PRONOUNCING, "digit_stream": STREAM}


@pytest.fixture(scope="module")
def space(course):
    return {name: course.reference[name] for name in {*CAPTIONS, *PRONOUNCING, *STREAM}}


def run(space, name, **changed):
    parts = [changed.pop(part, space[part]) for part in RUNS[name]]
    return getattr(experiments, name)(*parts, **changed)


def lines(picture):
    return {line.get_gid(): line.get_ydata() for axes in picture.figure.axes for line in axes.lines if line.get_gid()}


@pytest.fixture(scope="module")
def captioned(space):
    return run(space, "captions", steps=220)


def test_captions_are_learned_and_shown_with_their_mistakes(captioned):
    assert isinstance(captioned, Trained), captioned
    losses, right = lines(captioned.picture)["loss"], captioned.scores["right"]
    assert losses[0] == pytest.approx(np.log(V), rel=0.15)  # as good as guessed
    assert losses[-1] < 0.06 and 170 < right < 200
    assert f"{right} of 200 digits" in repr(captioned)
    assert "image/png" in captioned._repr_mimebundle_()
    framed = [axes for axes in captioned.picture.figure.axes if axes.spines["top"].get_visible()]
    assert len(framed) == min(5, 200 - right)
    assert all("is " in axes.get_xlabel() for axes in framed)
    assert all(p.dtype == np.float32 for p in captioned.params.values())


def test_the_bar_of_captions_ends_at_100_per_cent(space, monkeypatch):
    shares = []
    monkeypatch.setattr(training_loop.Progress, "show", lambda bar, share, text: shares.append(share))
    run(space, "captions", steps=25)
    assert 25 % (25 // 12) != 0 and shares[-1] == 1.0 and shares == sorted(shares)


def test_a_caption_experiment_shows_pictures_it_was_not_trained_on(space):
    read = []

    def caption_loss(params, images, captions):
        read.append(images)
        return 1.0, {name: np.zeros_like(p) for name, p in params.items()}

    assert isinstance(run(space, "captions", caption_loss=caption_loss, steps=30), Trained)
    seen, images = {image.tobytes() for batch in read for image in batch}, load_digits()[0]
    assert 1152 < len(seen) <= 1200  # 18 batches of 64, then others
    assert not seen & {image.tobytes() for image in images[-200:]}
    assert all(batch.dtype == np.float32 and batch.shape == (64, 64) for batch in read)


def test_pronunciation_is_learned_and_heard(space):
    trained = run(space, "pronouncing", steps=260)
    assert isinstance(trained, Trained), trained
    losses = lines(trained.picture)["loss"]
    assert losses[0] == pytest.approx(np.log(P), rel=0.15)  # as good as guessed
    assert losses[-1] < 0.5 * losses[0] and trained.scores["error_rate"] < 0.45
    spoken = [text.get_text() for text in trained.picture.figure.texts if text.get_gid() == "spoken"]
    assert len(spoken) == 4 * len(pronunciation.HEARD)  # three moments, and the dictionary
    dictionary = load_pronunciations()
    assert spoken[-len(pronunciation.HEARD) :] == [" ".join(dictionary[word]) for word in pronunciation.HEARD]
    bars = [patch.get_height() for patch in trained.picture.figure.axes[1].patches]
    assert bars == pytest.approx([0.49, trained.scores["error_rate"]], abs=0.02)


def test_losses_are_in_nats_a_letter_and_a_phoneme(space):
    """By the judge's own networks: the mean of −log p over all that is asked, of every batch before its step."""
    found = {"letter": [], "phoneme": []}

    def caption_loss(params, images, captions):
        loss, grads = space["caption_loss"](params, images, captions)
        found["letter"].append(loss * len(captions) / (captions[:, 1:] != PAD).sum())
        return loss, grads

    def pronounce_loss(params, letters, phonemes):
        loss, grads = space["pronounce_loss"](params, letters, phonemes)
        found["phoneme"].append(loss * len(phonemes) / (phonemes[:, 1:] != PAD).sum())
        return loss, grads

    for unit, name, loss in (("letter", "captions", caption_loss), ("phoneme", "pronouncing", pronounce_loss)):
        trained = run(space, name, **{RUNS[name][0]: loss}, steps=5)
        assert trained.losses == pytest.approx(found[unit], rel=1e-4)
        titles = [axes.get_title() or axes.get_title("left") for axes in trained.picture.figure.axes]
        assert any(title.startswith(f"loss, nats a {unit}") for title in titles), titles
        assert f"nats a {unit}." in trained.picture.alt


def test_the_words_kept_back_are_not_trained_on():
    words = short(load_pronunciations())
    old, new = pronunciation.divided(words)
    assert len(new) == 1000 and list(new)[:3] == list(pronunciation.HEARD)
    assert not old.keys() & new.keys() and old | new == words


def test_the_letter_table_is_the_baseline_of_the_syllabus():
    """Counted on what ships, tried on what is held back: .48."""
    table = pronunciation.letter_table(short(load_pronunciations()))
    assert (table["b"], table["v"], table["x"]) == ("B", "V", "K")
    words = short(data.held_back_pronunciations())
    spoken = [[table[letter] for letter in word] for word in words]
    assert pronunciation.error_rate(spoken, words.values()) == pytest.approx(0.48, abs=0.005)
    assert pronunciation.letter_table({"ab": ("X", "Y"), "abc": ("Z",)}) == {"a": "X", "b": "Y"}


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("kitten", "sitting", 3),
        ("", "abc", 3),
        ("abc", "", 3),
        ("saturday", "sunday", 3),
        ("ab", "ba", 2),
        ("a", "a", 0),
    ],
)
def test_edits_are_those_of_the_textbooks(one, other, least):
    assert pronunciation.edits(one, other) == pronunciation.edits(other, one) == least


def test_the_error_rate_is_over_all_phonemes_together():
    assert pronunciation.error_rate([("A", "B"), ()], [("A", "C"), ("D", "E")]) == 3 / 4


@pytest.fixture(scope="module")
def streamed(space):
    return run(space, "digit_stream", steps=240)


def test_streams_are_labelled_first_and_described_later(streamed):
    assert isinstance(streamed, Trained), streamed
    taken = lines(streamed.picture)
    assert streamed.scores["frames"] > 0.9 > streamed.scores["words"] > 0.35
    assert taken["frames"][-1] > taken["words"][-1] > taken["streams"][-1]
    assert QUESTIONS["streams"].answers[QUESTIONS["streams"].right] == "frames"
    assert taken["frames"][0] < 0.3 and taken["frames"][-1] == pytest.approx(streamed.scores["frames"], abs=1e-4)
    assert len([axes for axes in streamed.picture.figure.axes if len(axes.images)]) == 12


def test_the_sentence_about_streams_agrees_with_the_picture(streamed):
    """Shares are curves; the title counts the same frames, words and streams, and the caption names what is shown."""
    frames, words, whole = (round(total * lines(streamed.picture)[name][-1]) for name, total in COUNTS.items())
    [title] = [text.get_text() for text in streamed.picture.figure.texts if text.get_gid() == "title"]
    assert " ".join(title.split()) == (
        f"Right: {frames} of 600 frames, {words} of 600 words, {whole} of 200 whole streams"
    )
    shown = [text.get_text() for text in streamed.picture.figure.texts if text.get_gid() == "written"]
    assert [text.endswith("(not right)") for text in shown] == [True, True, False, False]
    text = " ".join(text.get_text().replace("\n", " ") for text in streamed.picture.figure.texts)
    assert "Shown first: what is not right, two at most." in " ".join(text.split())
    kept = [run["streams"] for run in json.loads(SPREAD.read_text(encoding="utf-8"))["digit_stream"]]
    assert f"{round(200 * min(kept))} to {round(200 * max(kept))} whole streams" in text


def test_the_ids_of_a_stream_are_its_words_with_spaces():
    rows = streaming.written(np.array([[1, 2, 6], [3, 7, 8]]))
    assert rows.shape == (2, 19)
    assert streaming.read(rows[:, 1:]) == [("one", "two", "six"), ("three", "seven", "eight")]
    assert rows[0, 0] == START and rows[0].tolist().count(END) == 1 and rows[0, -1] == PAD
    assert rows[1].tolist().index(END) == 18  # the longest there is


def test_scores_of_streams_count_places_and_wholes():
    true = np.array([[1, 2, 3], [4, 5, 6]])
    words = [("one", "two", "three"), ("four", "six", "six", "six")]
    found = streaming.scores(np.array([[1, 2, 3], [4, 5, 0]]), words, true)
    assert found == {"frames": pytest.approx(5 / 6, abs=1e-4), "words": pytest.approx(5 / 6, abs=1e-4), "streams": 0.5}
    assert streaming.scores(true, [("one",), ()], true)["words"] == pytest.approx(1 / 6, abs=1e-4)


def test_the_gradient_of_a_stream_goes_through_both_losses_into_the_encoder(space):
    """Against central differences in float64, in directions of every parameter."""
    loss = streaming.stream_loss(space["caption_loss"], [space[name] for name in STREAM[2:-1]])
    rng = np.random.default_rng(3)
    params = {name: p.astype(np.float64) for name, p in streaming.stream_model(rng).items()}
    images, labels = load_digits()
    batch = streaming.streams(rng, images.astype(np.float64), labels, 3)
    _, grads = loss(params, *batch)
    assert grads.keys() - {"W_image", "b_image"} == params.keys()
    for name, p in params.items():
        way = rng.standard_normal(p.shape)
        ahead, behind = (loss(params | {name: p + side * 1e-5 * way}, *batch)[0] for side in (1, -1))
        assert np.sum(grads[name] * way) == pytest.approx((ahead - behind) / 2e-5, rel=1e-5, abs=1e-8), name


def test_batches_hold_every_example_once_before_any_comes_again():
    batches = training_loop.minibatches(np.random.default_rng(0), 10, 3, 7)
    assert batches.shape == (7, 3)
    for start in (0, 3):
        assert len(set(batches[start : start + 3].ravel().tolist())) == 9
    assert batches[:3].tolist() != batches[3:6].tolist()


@pytest.mark.parametrize("name", ["caption_model", "pronounce_model"])
def test_first_weights_keep_their_type_and_open_the_forget_gates(name):
    model = getattr(speakers, name)
    params, double = model(np.random.default_rng(0), H=5, E=4), model(np.random.default_rng(0), 5, 4, np.float64)
    assert {p.dtype for p in params.values()} == {np.dtype(np.float32)}
    assert {p.dtype for p in double.values()} == {np.dtype(np.float64)}
    for key, p in double.items():
        if p.ndim == 1:
            assert p.tolist() == (
                [0.0] * 5 + [1.0] * 5 + [0.0] * 10 if len(p) == 20 and key.endswith("b") else [0.0] * len(p)
            )
    assert len(params) == (8 if name == "caption_model" else 10)


@pytest.mark.parametrize(("name", "missing"), [(name, part) for name, parts in RUNS.items() for part in parts])
def test_a_stub_gets_a_note(space, name, missing):
    scope = {}
    exec(f"def {missing}(*args):\n    raise NotImplementedError()", scope)
    note = run(space, name, steps=3, **{missing: scope[missing]})
    assert isinstance(note, Note)
    assert note.sentence == f"Write `{missing}` above first; this training needs it."


@pytest.mark.parametrize(
    ("name", "part", "returned", "sentence"),
    [
        ("captions", "caption_loss", None, "caption_loss should return (loss, grads)"),
        ("captions", "caption_loss", (1.0, {}), "a gradient of shape (64, 64) for W_image"),
        ("captions", "caption", None, "caption should return ids"),
        ("captions", "caption", np.full((5, 6), 40), "caption should return ids"),
        ("pronouncing", "pronounce", np.zeros((3, 11)), "pronounce should return ids"),
        ("pronouncing", "clip_grad_norm", None, "clip_grad_norm should return (clipped, norm)"),
        ("digit_stream", "caption", None, "caption should return ids"),
    ],
)
def test_an_untrainable_function_gets_a_sentence(space, name, part, returned, sentence):
    note = run(space, name, steps=3, **{part: lambda *arguments: returned})
    assert isinstance(note, Note) and sentence in note.sentence.replace("<lambda>", part)


def test_a_loss_that_is_not_a_number_gets_a_sentence(space):
    def caption_loss(params, images, captions):
        return np.nan, {name: np.zeros_like(p) for name, p in params.items()}

    note = run(space, "captions", caption_loss=caption_loss, steps=3)
    assert "The loss became nan after 0 steps: check(caption_loss) first" in note.sentence


def test_recorded_scores_have_the_form_of_new_ones_and_lie_in_the_range_of_the_captions(space):
    kept = json.loads(SPREAD.read_text(encoding="utf-8"))
    made = record_training.spread(space, steps=2)
    assert made.keys() == kept.keys()
    for name in RUNS:
        assert [run.keys() for run in made[name]] == [run.keys() for run in kept[name]]
    least, most, seeds = recorded("captions", "right")
    assert seeds == 10 and 185 <= least <= most <= 200
    assert recorded("digit_stream", "streams")[0] > 0.8
    assert recorded("pronouncing", "error_rate")[1] < 0.18
