"""Data that learners do not get: what their models are judged on."""

from pathlib import Path

from utils.data import load_pronunciations

FILE = Path(__file__).with_name("cmudict-held-back.txt.xz")


def held_back_pronunciations():
    """Return the words that do not ship to learners and their phonemes, as `load_pronunciations` does."""
    return load_pronunciations(FILE)
