"""Move every control of the connectivity viewer over its range, with the real ipywidgets."""

import numpy as np
import pytest

from autograder.assignments.capstone import data
from utils.checking.card import Note
from utils.data.vocabulary import END, PAD, START, encode_pronunciations, encode_spellings
from utils.experiments import weights as stored
from utils.experiments.pronunciation import LONGEST, WEIGHTS
from utils.experiments.results import Trained
from utils.experiments.speakers import pronounce_model
from utils.explorers import connectivity
from utils.explorers._connectivity import PRESETS
from utils.figures._connectivity import measure

NAMES = ("pronounce_loss", "pronounce")


@pytest.fixture(scope="module")
def functions(course):
    return [course.reference[name] for name in NAMES]


@pytest.fixture(scope="module")
def explorer(functions):
    return connectivity(*functions)


def weights(training):
    params = stored.load(WEIGHTS) if training == "after" else pronounce_model(np.random.default_rng(0))
    params = {name: p.astype(np.complex128) for name, p in params.items()}
    params["b_out"][:2] = -1e3  # as in the viewer: neither PAD nor START is ever spoken
    return params


def log_likelihoods(params, word, spoken):
    """log p of each phoneme given those before it, by a forward pass of our own; rows are letters' embeddings."""

    def cell(x, h, c, side):
        a = x @ params[f"{side}_Wx"] + h @ params[f"{side}_Wh"] + params[f"{side}_b"]
        i, f, o, g = np.split(a, 4)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    h = c = np.zeros(64, dtype=complex)
    for x in word:
        h, c = cell(x, h, c, "enc")
    found, last = [], START
    for now in spoken:
        h, c = cell(params["W_phonemes"][last], h, c, "dec")
        z = h @ params["W_out"] + params["b_out"]
        found.append(z[now] - np.log(np.exp(z - z.real.max()).sum()) - z.real.max())
        last = now
    return np.array(found)


def expected(word, spoken, training):
    """The lengths by the complex step, entry by entry."""
    params, ids = weights(training), encode_spellings([word])[0]
    rows = params["W_letters"][ids]
    slopes = np.zeros((len(spoken), *rows.shape))
    for place in np.ndindex(rows.shape):
        nudged = rows.copy()
        nudged[place] += 1e-30j
        slopes[:, *place] = log_likelihoods(params, nudged, spoken).imag / 1e-30
    return np.linalg.norm(slopes, axis=-1)[:, ::-1][:, : len(word)]


def shown(explorer):
    left, right, _ = explorer.figure.axes
    [mesh] = [c for c in left.collections if c.get_gid() == "map"]
    labels = [t.get_text() for t in left.get_yticklabels()]
    bars = np.array([bar.get_height() for bar in right.patches])
    [frame] = [patch for patch in left.patches if patch.get_gid() == "chosen"]
    shape = (len(labels), len(left.get_xticklabels()))
    return np.ma.filled(mesh.get_array(), 0.0).reshape(shape), labels, bars, int(frame.get_y())


def ids_of(labels):
    """The ids of the phonemes beside the rows of the map."""
    spoken = [label for label in labels if label != "end"]
    row = encode_pronunciations([spoken], length=len(spoken) + 2)[0, 1:]
    return row if labels[-1] == "end" else row[:-1]


def assert_shows(explorer):
    assert explorer.errors == []
    shares, labels, bars, j = shown(explorer)
    word, phoneme, training = explorer.values.values()
    right = expected(word, ids_of(labels), training)
    assert j == min(phoneme, len(labels)) - 1
    np.testing.assert_allclose(bars, right[j], rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(shares, right / right.max(axis=1, keepdims=True), rtol=1e-5, atol=1e-9)


def test_presets_and_reset_show_the_gradient(explorer):
    for name, values in PRESETS.items():
        explorer.buttons[name].click()
        assert explorer.values == values
        assert_shows(explorer)
    explorer.buttons["Reset"].click()
    assert explorer.values == PRESETS["phone"]


def test_phoneme_over_its_range(explorer):
    explorer.set(**PRESETS["nation"])
    slider, titles = explorer.controls["phoneme"], []
    for phoneme in range(slider.min, slider.max + 1):
        slider.value = phoneme
        _, labels, _, j = shown(explorer)
        assert explorer.errors == [] and j == min(phoneme, 6) - 1
        titles.append(explorer.alt.partition(" depends")[0])
    assert slider.max == LONGEST
    assert labels == ["N", "EY", "SH", "AH", "N", "end"]
    assert titles[:5] == [f"{phoneme} in “nation”" for phoneme in labels[:5]]
    assert set(titles[5:]) == {"The end of “nation”"}


def test_training_over_its_range(explorer):
    explorer.set(**PRESETS["nation"])
    for training in ("before", "after"):
        explorer.controls["training"].value = training
        assert_shows(explorer)


def test_words_of_every_length(explorer):
    for word in ("a", "up", "bee", "loss", "phone", "banana", "network", "gradient"):
        explorer.controls["word"].value = word
        assert explorer.errors == [] and f"“{word}”" in explorer.alt


@pytest.mark.parametrize("word", ["", "gradients", "naïve", "no way", "x2"])
def test_a_text_that_is_not_a_word_gets_a_note_and_the_next_word_is_drawn(explorer, word):
    explorer.controls["word"].value = word
    assert explorer.figure is None and "1 to 8 letters from a to z" in explorer.says
    explorer.controls["word"].value = " Phone "
    assert explorer.figure is not None and "“phone”" in explorer.alt


def test_training_moves_the_weight_away_from_the_letter_read_last(explorer):
    """What the words below the picture and the static picture say."""
    explorer.set(word="nation", phoneme=1, training="before")
    assert set(shown(explorer)[0].argmax(axis=1)) == {0}
    explorer.set(training="after")
    shares, labels, _, _ = shown(explorer)
    assert [label for label in labels if label != "end"] == ["N", "EY", "SH", "AH", "N"]
    assert shares.argmax(axis=1)[:5].tolist() == [1, 1, 2, 1, 3]


def test_equal_letters_are_numbered(explorer):
    explorer.set(word="cheese", phoneme=3, training="after")
    assert "depends most on the third “e”" in explorer.alt


def test_a_network_trained_in_the_notebook_is_used(functions):
    own = Trained(data.trained("pronounce"), np.ones(7), {})
    explorer = connectivity(*functions, own)
    caption = {text.get_gid(): text.get_text() for text in explorer.figure.texts}["caption"].replace("\n", " ")
    assert "Your network, after 7 steps" in caption
    found = measure(*functions, own.params, "phone")
    np.testing.assert_allclose(shown(explorer)[2], found.size[0])
    assert connectivity(*functions, Note("not yet")).alt == connectivity(*functions).alt


@pytest.mark.parametrize("missing", [0, 1])
def test_a_stub_gets_a_note_in_place_of_the_explorer(functions, missing):
    space = {}
    exec(f"def {NAMES[missing]}(*args):\n    raise NotImplementedError()", space)
    note = connectivity(*(space[NAMES[n]] if n == missing else functions[n] for n in range(2)))
    assert isinstance(note, Note)
    assert "not started yet" in note.sentence or note.sentence.startswith(f"Write `{NAMES[missing]}`")


def mistaken(course, functions, name, mistake):
    [mistake] = [m for m in course.exercise(name).mistakes if m.id == mistake]
    wrong = course.reference.mistaken(name, mistake)
    return connectivity(wrong, functions[1]) if name == "pronounce_loss" else connectivity(functions[0], wrong)


@pytest.mark.parametrize(
    "mistake",
    [
        "cell-gradient-not-given-back",
        "state-gradient-not-given-back",
        "state-gradient-at-every-step",
        "loss-per-phoneme",
    ],
)
def test_the_words_name_a_gradient_that_its_own_loss_contradicts(course, functions, mistake):
    wrong = mistaken(course, functions, "pronounce_loss", mistake)
    assert wrong.errors == []
    assert "The gradient claims a slope of" in wrong.alt and "a nudge of the letters finds" in wrong.alt
    assert {text.get_gid(): text.get_text() for text in wrong.figure.texts}["title"] in wrong.alt


@pytest.mark.parametrize("mistake", ["targets-not-shifted", "padding-counted", "cell-not-handed-over"])
def test_the_gradient_of_another_loss_draws_another_picture(course, functions, mistake):
    wrong, right = mistaken(course, functions, "pronounce_loss", mistake), connectivity(*functions)
    assert wrong.errors == []
    assert not np.allclose(shown(wrong)[0], shown(right)[0], atol=0.05)


@pytest.mark.parametrize("mistake", ["not-fed-back", "cell-not-carried", "cell-not-handed-over"])
def test_a_wrong_decoder_says_something_else(course, functions, mistake):
    wrong, right = mistaken(course, functions, "pronounce", mistake), connectivity(*functions)
    assert shown(wrong)[1] != shown(right)[1] == ["F", "OW", "N", "end"]


def test_a_gradient_that_never_comes_back_draws_an_empty_map(functions):
    def pronounce_loss(params, letters, phonemes):
        loss, grads = functions[0](params, letters, phonemes)
        return loss, grads | {"W_letters": np.zeros_like(grads["W_letters"])}

    explorer = connectivity(pronounce_loss, functions[1])
    assert explorer.errors == []
    assert explorer.alt.startswith("No letter decides anything")
    assert not shown(explorer)[0].any() and not shown(explorer)[2].any()


@pytest.mark.parametrize("returned", [None, 1.0, (1.0, None), (1.0, {}), (1.0, {"W_letters": np.ones(3)})])
def test_nonsense_gets_a_note(functions, returned):
    def pronounce_loss(params, letters, phonemes):
        return returned

    note = connectivity(pronounce_loss, functions[1])
    assert isinstance(note, Note) and "pronounce_loss" in note.sentence


@pytest.mark.parametrize(
    "ids", [None, np.full((1, LONGEST), 99), np.full((1, LONGEST), PAD), [[3, START, END] + 8 * [0]]]
)
def test_a_decoder_that_writes_nonsense_gets_a_note(functions, ids):
    def pronounce(params, letters, max_length):
        return ids

    note = connectivity(functions[0], pronounce)
    assert isinstance(note, Note)
    assert note.sentence.startswith("pronounce ") and "check(pronounce)" in note.sentence
