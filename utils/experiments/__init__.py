"""Train networks for a minute at most with the learner's own functions, next to recorded curves of longer runs."""

from utils.experiments._digit_stream import digit_stream
from utils.experiments.adding_problem import adding
from utils.experiments.captioning import captions
from utils.experiments.explosion import exploding
from utils.experiments.pronunciation import pronouncing
from utils.experiments.recalling import recall
from utils.experiments.scan_times import scan_against_loop
from utils.experiments.spelling import characters, recorded_characters
from utils.experiments.torch_lstm import beside_torch

__all__ = [
    "adding",
    "beside_torch",
    "captions",
    "characters",
    "digit_stream",
    "exploding",
    "pronouncing",
    "recall",
    "recorded_characters",
    "scan_against_loop",
]
