"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.adding import learning, recorded_adding
from utils.figures.agreement import gradient_agreement
from utils.figures.by_heart import captions_by_heart, words_by_heart
from utils.figures.clipping import ceiling
from utils.figures.forgetting import half_lives, through_the_gate
from utils.figures.gains import norm_against_gain
from utils.figures.gates import one_gate_at_a_time
from utils.figures.growth import orthogonal_flow, powers
from utils.figures.jacobian import one_jacobian
from utils.figures.latch import held_bit
from utils.figures.nudges import nudges
from utils.figures.pieces import carried_cell
from utils.figures.repairs import repaired_growth, repaired_products
from utils.figures.roads import roads
from utils.figures.saturation import one_unit
from utils.figures.slopes import measured_slopes
from utils.figures.tangents import slopes
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters
from utils.figures.truncation import whole_and_cut

__all__ = [
    "captions_by_heart",
    "carried_cell",
    "carried_state",
    "ceiling",
    "gradient_agreement",
    "half_lives",
    "held_bit",
    "learning",
    "measured_slopes",
    "norm_against_gain",
    "nudges",
    "one_gate_at_a_time",
    "one_jacobian",
    "one_unit",
    "orthogonal_flow",
    "powers",
    "reach",
    "recorded_adding",
    "repaired_growth",
    "repaired_products",
    "roads",
    "same_parameters",
    "slopes",
    "through_the_gate",
    "time_per_length",
    "whole_and_cut",
    "words_by_heart",
]
