"""Load the data that ships with the course: nothing is downloaded."""

from utils.data.cmudict import load_pronunciations, load_words
from utils.data.digits import load_digits

__all__ = ["load_digits", "load_pronunciations", "load_words"]
