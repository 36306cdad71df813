"""The words that ship with the course are complete, in order, and apart from those the autograder keeps."""

import re

import numpy as np
import pytest

from autograder.assignments.capstone import data
from autograder.assignments.capstone.data.make_cmudict import is_held_back, packed, pronunciations
from utils.data import cmudict, load_pronunciations, load_words


@pytest.fixture(scope="module")
def shipped():
    return load_pronunciations()


@pytest.fixture(scope="module")
def held_back():
    return data.held_back_pronunciations()


def test_words_are_in_alphabetical_order_and_of_plain_letters(shipped):
    words = load_words()
    assert words == list(shipped)
    assert words == sorted(set(words))
    assert all(re.fullmatch("[a-z]+", word) for word in words)
    assert len(words) == 105_572  # as the notebook of assignment 03 says


def test_pronunciations_are_those_of_the_dictionary(shipped):
    assert shipped["network"] == ("N", "EH", "T", "W", "ER", "K")
    assert shipped["aardvark"] == ("AA", "R", "D", "V", "AA", "R", "K")
    phonemes = {phoneme for phonemes in shipped.values() for phoneme in phonemes}
    assert len(phonemes) == 39
    assert all(re.fullmatch("[A-Z]+", phoneme) for phoneme in phonemes)  # stress is left out


def test_no_held_back_word_ships(shipped, held_back):
    assert not set(shipped) & set(held_back)
    assert len(shipped) + len(held_back) == 117_493
    assert all(map(is_held_back, held_back)) and not any(map(is_held_back, shipped))
    assert len(held_back) / (len(shipped) + len(held_back)) == pytest.approx(0.1, abs=0.005)


def test_the_held_back_words_resemble_the_shipped_ones(shipped, held_back):
    lengths = [np.mean([len(word) for word in words]) for words in (shipped, held_back)]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.05)


def test_the_licence_stands_beside_both_files():
    for file in (cmudict.FILE, data.FILE):
        licence = file.with_name("LICENSE.cmudict").read_text(encoding="utf-8")
        assert "Carnegie Mellon University" in licence
        assert "Redistributions of source code must retain" in licence


def test_making_keeps_first_pronunciations_of_plain_words_and_drops_stress(tmp_path):
    text = "b B IY1\na AH0\na(2) EY1\na's EY1 Z\na.m. EY2 EH1 M\naalto AA1 L T OW2 # name, finnish"
    made = pronunciations(text)
    assert made == {"a": ["AH"], "aalto": ["AA", "L", "T", "OW"], "b": ["B", "IY"]}
    file = tmp_path / "some.xz"
    file.write_bytes(packed(made))
    assert load_words(file) == ["a", "aalto", "b"]
    assert load_pronunciations(file)["aalto"] == ("AA", "L", "T", "OW")
