"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.adding import learning, recorded_adding
from utils.figures.forgetting import half_lives, through_the_gate
from utils.figures.gates import one_gate_at_a_time
from utils.figures.latch import held_bit
from utils.figures.nudges import nudges
from utils.figures.pieces import carried_cell
from utils.figures.roads import roads
from utils.figures.saturation import one_unit
from utils.figures.slopes import slopes
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters

__all__ = [
    "carried_cell",
    "carried_state",
    "half_lives",
    "held_bit",
    "learning",
    "nudges",
    "one_gate_at_a_time",
    "one_unit",
    "reach",
    "recorded_adding",
    "roads",
    "same_parameters",
    "slopes",
    "through_the_gate",
    "time_per_length",
]
