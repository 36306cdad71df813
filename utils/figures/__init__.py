"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.saturation import one_unit
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters

__all__ = ["carried_state", "one_unit", "reach", "same_parameters", "time_per_length"]
