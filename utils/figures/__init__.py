"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.clipping import ceiling
from utils.figures.nudges import nudges
from utils.figures.saturation import one_unit
from utils.figures.slopes import slopes
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters
from utils.figures.truncation import whole_and_cut

__all__ = [
    "carried_state",
    "ceiling",
    "nudges",
    "one_unit",
    "reach",
    "same_parameters",
    "slopes",
    "time_per_length",
    "whole_and_cut",
]
