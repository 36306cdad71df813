"""The data that ships with the course: nothing is downloaded."""

from utils.data.cmudict import load_pronunciations, load_words

__all__ = ["load_pronunciations", "load_words"]
