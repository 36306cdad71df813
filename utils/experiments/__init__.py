"""Trainings of a minute at most, run by the learner's own functions beside recorded curves of longer ones."""

from utils.experiments._digit_stream import digit_stream
from utils.experiments.adding_problem import adding
from utils.experiments.captioning import captions
from utils.experiments.explosion import exploding
from utils.experiments.pronunciation import pronouncing
from utils.experiments.recalling import recall
from utils.experiments.spelling import characters, recorded_characters

__all__ = [
    "adding",
    "captions",
    "characters",
    "digit_stream",
    "exploding",
    "pronouncing",
    "recall",
    "recorded_characters",
]
