"""Trainings of a minute at most, run by the learner's own functions beside recorded curves of longer ones."""

from utils.experiments.adding_problem import adding
from utils.experiments.recalling import recall
from utils.experiments.spelling import characters, recorded_characters

__all__ = ["adding", "characters", "recall", "recorded_characters"]
