"""Letters and phonemes become ids and come back, in the form that the networks of assignment 07 expect."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from autograder.assignments.capstone import data
from utils.data import load_pronunciations
from utils.data import vocabulary as voc

words = some.text(alphabet=voc.LETTERS, max_size=8)
sounds = some.lists(some.sampled_from(voc.PHONEMES), max_size=10).map(tuple)


def test_the_alphabets_are_those_of_the_dictionary():
    spoken = {phoneme for phonemes in load_pronunciations().values() for phoneme in phonemes}
    assert spoken == set(voc.PHONEMES) and list(voc.PHONEMES) == sorted(voc.PHONEMES)
    assert (voc.V, voc.P) == (29, 42)
    assert (voc.PAD, voc.START, voc.END) == (0, 1, 2)


def test_spellings_are_read_backwards_after_their_padding():
    assert voc.encode_spellings(["cab", "a"], length=4).tolist() == [[0, 4, 3, 5], [0, 0, 0, 3]]


def test_pronunciations_start_and_end():
    [row] = voc.encode_pronunciations([("AA", "ZH")], length=6).tolist()
    assert row == [voc.START, 3, voc.P - 1, voc.END, voc.PAD, voc.PAD]


def test_numerals_are_english_words_in_letters():
    rows = voc.encode_numerals([3, 0])
    assert rows.shape == (2, 7)
    assert voc.decode_letters(rows[:, 1:]) == ["three", "zero"]
    assert (rows[:, 0] == voc.START).all() and rows[1].tolist()[-2:] == [voc.END, voc.PAD]
    assert voc.decode_letters(voc.encode_numerals(range(10))[:, 1:]) == list(voc.NUMERALS)


@given(some.lists(words))
def test_spellings_come_back(spelled):
    assert voc.decode_spellings(voc.encode_spellings(spelled)) == spelled


@given(some.lists(sounds))
def test_pronunciations_come_back(spoken):
    assert voc.decode_pronunciations(voc.encode_pronunciations(spoken)[:, 1:]) == spoken


def test_letters_after_the_end_are_ignored_and_unreadable_ones_are_marked():
    assert voc.decode_letters([[3, voc.END, 4, 5], [3, voc.PAD, voc.START, 4]]) == ["a", "a··b"]


@pytest.mark.parametrize("word", ["toolongforit", "Cab", "a-b"])
def test_a_word_that_does_not_fit_is_refused(word):
    with pytest.raises((KeyError, ValueError)):
        voc.encode_spellings([word])


def test_short_words_fit_and_nearly_all_are_kept():
    for whole, count in ((load_pronunciations(), 76_031), (data.held_back_pronunciations(), 8585)):
        kept = voc.short(whole)
        assert len(kept) == count
        letters, phonemes = voc.encode_spellings([*kept]), voc.encode_pronunciations([*kept.values()])
        assert letters.shape == (count, 8) and phonemes.shape == (count, 12)
        assert len(kept) >= 0.9999 * sum(len(word) <= 8 for word in whole)
        np.testing.assert_array_equal((phonemes == voc.END).sum(axis=1), 1)
