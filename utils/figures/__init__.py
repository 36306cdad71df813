"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.agreement import gradient_agreement
from utils.figures.saturation import one_unit
from utils.figures.slopes import measured_slopes
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters

__all__ = [
    "carried_state",
    "gradient_agreement",
    "measured_slopes",
    "one_unit",
    "reach",
    "same_parameters",
    "time_per_length",
]
