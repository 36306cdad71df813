"""No text of the capstone's pictures is cut off or overlaps another, whatever the networks write."""

import numpy as np
import pytest
from test_figure_layout import assert_tidy

from utils.data import load_digits
from utils.data.vocabulary import NUMERALS
from utils.experiments import _digit_stream as streaming
from utils.experiments import captioning, pronunciation, weights
from utils.experiments.speakers import pronounce_model
from utils.figures import _connectivity as connectivity
from utils.figures.stills import capstone as stills

FALLING = np.geomspace(20, 0.01, 200)


@pytest.mark.parametrize("wrong", [0, 3, 200])
def test_captions(wrong):
    images, labels = load_digits()
    words = [NUMERALS[label] for label in labels[-200:]]
    words[:wrong] = ["seveen"] * wrong
    assert_tidy(captioning.CaptionRun({}, FALLING, {}, words, images[-200:], labels[-200:], seed=0).picture.figure)


@pytest.mark.parametrize("rate", [0.151, 0.9, 1.4])
def test_pronunciations(rate):
    spoken = [" ".join(["ER"] * 11), "", " ".join(["·"] * 11)]
    heard = [(done, 22.0, spoken) for done in (1, 500, 2093)]
    assert_tidy(pronunciation.PronunciationRun({}, FALLING, {}, heard, rate, 0.498, seed=0).picture.figure)


@pytest.mark.parametrize("word", [["three", "seven", "eight"], ["eeeeeeeeeeeeeeeeee"], []])
def test_streams(word):
    frames, true, _ = streaming.new_streams()
    taken = [(done, {"frames": 0.97, "words": 0.95, "streams": 1.0}) for done in (1, 450, 900)]
    words = [tuple(word)] * len(true)
    assert_tidy(streaming.StreamRun({}, FALLING, {}, taken, frames, true, true + 1, words, seed=0).picture.figure)


@pytest.mark.parametrize("word", ["a", "phone", "gradient", "mmmmmmmm"])
@pytest.mark.parametrize("phoneme", [1, 11])
@pytest.mark.parametrize("trained", [True, False])
def test_connectivity(course, word, phoneme, trained):
    params = weights.load(pronunciation.WEIGHTS) if trained else pronounce_model(np.random.default_rng(0))
    found = connectivity.measure(course.reference["pronounce_loss"], course.reference["pronounce"], params, word)
    picture = connectivity.draw(found, phoneme, "weights as they are drawn, before any training")
    [title] = [text for text in picture.figure.texts if text.get_gid() == "title"]
    assert "\n" not in title.get_text()  # the axes of an explorer stay where they are
    assert_tidy(picture.figure)
    shades = {mesh.get_gid(): mesh for axes in picture.figure.axes for mesh in axes.collections}
    assert shades["bar"].get_cmap() == shades["map"].get_cmap() and shades["bar"].get_clim() == shades["map"].get_clim()
    np.testing.assert_array_equal(shades["bar"].get_array().ravel()[[0, 32, 64]], [0, 0.5, 1])


def test_stills(course):
    for draw, needed in stills.PICTURES.values():
        assert_tidy(draw(*(course.reference[function] for function in needed)).figure)
