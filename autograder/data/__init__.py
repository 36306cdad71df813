"""Data that learners do not get: what their models are judged on."""

from pathlib import Path

from utils.data import load_digits, load_pronunciations

FILE = Path(__file__).with_name("cmudict-held-back.txt.xz")
DIGITS = Path(__file__).with_name("digits-held-back.txt.xz")


def held_back_pronunciations():
    """Return the words that do not ship to learners and their phonemes, as `load_pronunciations` does."""
    return load_pronunciations(FILE)


def held_back_digits():
    """Return the 397 pictures that do not ship to learners and their digits, as `load_digits` does."""
    return load_digits(DIGITS)
