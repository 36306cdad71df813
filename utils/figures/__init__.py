"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

# Without a name: these register how results of experiments are drawn.
from utils.figures import _captions, _characters, _digit_stream, _exploding, _pronouncing, _recall  # noqa: F401
from utils.figures._carried_cell import carried_cell
from utils.figures._clip_compass import ceiling
from utils.figures._cut_lines import whole_and_cut
from utils.figures._forget_gate import half_lives, through_the_gate
from utils.figures._gradient_agreement import gradient_agreement
from utils.figures._held_bit import held_bit
from utils.figures._instruments import instruments
from utils.figures._learning import learning, recorded_adding
from utils.figures._measured_slopes import measured_slopes
from utils.figures._norm_against_gain import norm_against_gain
from utils.figures._nudges import nudges
from utils.figures._one_gate_at_a_time import one_gate_at_a_time
from utils.figures._one_jacobian import one_jacobian
from utils.figures._one_unit import one_unit
from utils.figures._overfitting import captions_by_heart, words_by_heart
from utils.figures._powers import orthogonal_flow, powers
from utils.figures._remainders import remainders
from utils.figures._repaired_notes import repaired_growth, repaired_products
from utils.figures._room_and_distance import room_and_distance
from utils.figures._same_eigenvalues import same_eigenvalues
from utils.figures._selective_memory import selective_memory
from utils.figures._slopes import slopes
from utils.figures._three_roads import roads
from utils.figures._time_per_length import time_per_length
from utils.figures._trade_offs import carried_state, reach, same_parameters

__all__ = [
    "captions_by_heart",
    "carried_cell",
    "carried_state",
    "ceiling",
    "gradient_agreement",
    "half_lives",
    "held_bit",
    "instruments",
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
    "remainders",
    "repaired_growth",
    "repaired_products",
    "roads",
    "room_and_distance",
    "same_eigenvalues",
    "same_parameters",
    "selective_memory",
    "slopes",
    "through_the_gate",
    "time_per_length",
    "whole_and_cut",
    "words_by_heart",
]
