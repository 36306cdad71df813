"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.gates import one_gate_at_a_time
from utils.figures.latch import held_bit
from utils.figures.pieces import carried_cell
from utils.figures.saturation import one_unit
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters

__all__ = [
    "carried_cell",
    "carried_state",
    "held_bit",
    "one_gate_at_a_time",
    "one_unit",
    "reach",
    "same_parameters",
    "time_per_length",
]
