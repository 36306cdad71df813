"""Trainings of a minute at most, run by the learner's own functions beside recorded curves of longer ones."""

from utils.experiments.adding_problem import adding
from utils.experiments.captioning import captions
from utils.experiments.recalling import recall
from utils.experiments.speaking import pronouncing
from utils.experiments.spelling import characters, recorded_characters
from utils.experiments.streaming import digit_stream

__all__ = ["adding", "captions", "characters", "digit_stream", "pronouncing", "recall", "recorded_characters"]
