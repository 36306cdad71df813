"""Trainings of a minute at most, run by the learner's own functions beside recorded curves of longer ones."""

from utils.experiments.recalling import recall
from utils.experiments.spelling import characters, recorded_characters

__all__ = ["characters", "recall", "recorded_characters"]
